"""A JSON Schema compiled into functions that only say yes or no, for the keywords that `shapes` uses.

jsonschema is some hundred times slower and is loaded only to list what is wrong; a test holds that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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
        self.done: dict[str, list[Fits]] = {}

    def fits(self, schema: Any) -> Fits:
        """Return a function that says whether a tree of texts, lists and maps fits a schema."""
        if schema in (True, {}):
            return _anything
        tests = [make(self, schema) for word, make in _KEYWORDS.items() if word in schema]
        if len(tests) == 1:
            return tests[0]
        return lambda value: all(test(value) for test in tests)

    def _reference(self, schema: Mapping[str, Any]) -> Fits:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name not in self.done:
            self.done[name] = []
            self.done[name].append(self.fits(self.defs[name]))
        slot = self.done[name]
        # The slot may still be empty: a definition that refers to itself is compiled while it is being compiled.
        return lambda value: slot[0](value)  # noqa: PLW0108

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
        known = {name: self.fits(each) for name, each in schema.get("properties", {}).items()}
        more = schema.get("additionalProperties", True)
        other = None if more is False else self.fits(more)

        def fits(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            for name, each in value.items():
                test = known.get(name, other)
                if test is None or not test(each):
                    return False
            return True

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


def _anything(value: Any) -> bool:
    return True


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
