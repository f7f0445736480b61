"""A JSON Schema compiled into functions that only say yes or no, for the keywords that `shapes` uses.

jsonschema is some hundred times slower and is loaded only to list what is wrong; a test holds that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ordinance.validation.formats import FORMATS

Fits = Callable[[Any], bool]
_TYPES: dict[str, type] = {"string": str, "object": dict, "array": list}


class Compiler:
    """Compiles schemas that share their definitions, each definition once; they may refer to themselves.

    Keywords: `$ref type enum const pattern format required properties additionalProperties propertyNames minProperties
    maxProperties items if then else anyOf`.
    """

    def __init__(self, defs: Mapping[str, Any]) -> None:
        self.defs = defs
        self.done: dict[str, Fits] = {}

    def fits(self, schema: Any) -> Fits:
        """Return a function that says whether a tree of texts, lists and maps fits a schema."""
        if schema in (True, {}):
            return _anything
        # Some keywords are one test together.
        makers = dict.fromkeys(make for word, make in _KEYWORDS.items() if word in schema)
        return _all_of([make(self, schema) for make in makers])

    def _reference(self, schema: Mapping[str, Any]) -> Fits:
        name = schema["$ref"].rsplit("/", 1)[1]

        def fits(value: Any) -> bool:
            # Made when it is first asked: it may refer to itself, and of all there is a site uses a part.
            test = self.done.get(name)
            if test is None:
                test = self.done[name] = self.fits(self.defs[name])
            return test(value)

        return fits

    def _type(self, schema: Mapping[str, Any]) -> Fits:
        names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        types = tuple(_TYPES[name] for name in names if name in _TYPES)
        return lambda value: isinstance(value, types)

    def _enum(self, schema: Mapping[str, Any]) -> Fits:
        accepted = [schema["const"]] if "const" in schema else schema["enum"]
        return lambda value: value in accepted

    def _pattern(self, schema: Mapping[str, Any]) -> Fits:
        search = re.compile(schema["pattern"]).search
        return lambda value: not isinstance(value, str) or search(value) is not None

    def _format(self, schema: Mapping[str, Any]) -> Fits:
        has = FORMATS[schema["format"]]
        return lambda value: not isinstance(value, str) or has(value)

    def _required(self, schema: Mapping[str, Any]) -> Fits:
        names = frozenset(schema["required"])
        return lambda value: not isinstance(value, dict) or names <= value.keys()

    def _count(self, schema: Mapping[str, Any]) -> Fits:
        least, most = schema.get("minProperties", 0), schema.get("maxProperties", 1_000_000)
        return lambda value: not isinstance(value, dict) or least <= len(value) <= most

    def _properties(self, schema: Mapping[str, Any]) -> Fits:
        named, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        other = _nothing if more is False else self.fits(more)
        known: dict[str, Fits] = {}

        def test_of(name: str) -> Fits:
            if name not in named:
                return other
            test = known[name] = self.fits(named[name])
            return test

        def fits(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            return all((known.get(name) or test_of(name))(each) for name, each in value.items())

        return fits

    def _names(self, schema: Mapping[str, Any]) -> Fits:
        test = self.fits(schema["propertyNames"])
        return lambda value: not isinstance(value, dict) or all(map(test, value))

    def _items(self, schema: Mapping[str, Any]) -> Fits:
        test = self.fits(schema["items"])
        return lambda value: not isinstance(value, list) or all(map(test, value))

    def _condition(self, schema: Mapping[str, Any]) -> Fits:
        test = self.fits(schema["if"])
        yes, no = self.fits(schema.get("then", {})), self.fits(schema.get("else", {}))
        return lambda value: yes(value) if test(value) else no(value)

    def _any_of(self, schema: Mapping[str, Any]) -> Fits:
        tests = [self.fits(each) for each in schema["anyOf"]]
        return lambda value: any(test(value) for test in tests)


def _all_of(tests: Sequence[Fits]) -> Fits:
    """Return a function that says whether a value passes every test, in this order."""
    if not tests:
        return _anything
    first, *others = tests
    if not others:
        return first
    rest = _all_of(others)
    return lambda value: first(value) and rest(value)


def _anything(value: Any) -> bool:
    return True


def _nothing(value: Any) -> bool:
    return False


_KEYWORDS: dict[str, Callable[[Compiler, Mapping[str, Any]], Fits]] = {
    "type": Compiler._type,
    "const": Compiler._enum,
    "enum": Compiler._enum,
    "pattern": Compiler._pattern,
    "format": Compiler._format,
    "required": Compiler._required,
    "minProperties": Compiler._count,
    "propertyNames": Compiler._names,
    "properties": Compiler._properties,
    "additionalProperties": Compiler._properties,
    "items": Compiler._items,
    "if": Compiler._condition,
    "anyOf": Compiler._any_of,
    "$ref": Compiler._reference,
}
