"""JSON Schema (2020-12) of what people may type, made from the grammar.

Two editions of the same schema: for *editors*, whose YAML readers turn `true` into a boolean, and for *texts*, where
every scalar is still a text and its kind is a `format`. No `anyOf` outside a condition: each keyword of JSON Schema
looks at one type of value only, so list, map and short form stand side by side and every error has one exact place.
For editors, names of a site may be put in: they are offered, and any other name of the right form is as good.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ordinance.shapes.grammar import Bag, FileNode, Group, Node, Phrase, Raw, Scalar, Table, files
from ordinance.shapes.refers import REFERS, Known

Schema = dict[str, Any]

ID = r"[a-z][a-z0-9_]{0,39}"
PATTERNS = {
    "id": rf"^{ID}$",
    "dotted": rf"^{ID}(\.{ID})*$",
    "path": rf"^-?{ID}(\.{ID})*$",
    "code": r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}$",
}
"""What ids and paths look like; `name` is a dotted id."""
NOTHING = r"^(|~|null)$"
SOMETHING = r"^(?!(|~|null)$)"
_ANY_TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}
_EDITOR: dict[str, Schema] = {
    "boolean": {"enum": [True, False, "true", "false"]},
    "integer": {"type": ["integer", "string"], "pattern": r"^-?\d+$"},
    "enabled": {"type": ["boolean", "string"]},
    "name": {"type": "string", "pattern": PATTERNS["dotted"]},
    "path": {"type": "string", "pattern": PATTERNS["path"]},
    "text": _ANY_TEXT,
    "expression": {"type": ["string", "boolean", "number"]},
}
_TEXTS: dict[str, Schema] = {
    "boolean": {"type": "string", "enum": ["true", "false"]},
    "name": {"type": "string", "pattern": PATTERNS["dotted"]},
    "path": {"type": "string", "pattern": PATTERNS["path"]},
    "text": {"type": "string"},
    "enabled": {"type": "string"},
    "due": {"type": "string"},
    "expression": {"type": "string"},
}


class _Printer:
    """Prints nodes as schemas; groups become `$defs`, each once."""

    def __init__(self, *, editor: bool, known: Known | None = None) -> None:
        self.editor = editor
        self.known = known or {}
        self.defs: dict[str, Schema] = {}

    def node(self, node: Node, names: str = "") -> Schema:
        if isinstance(node, Scalar):
            return self.offered(self.scalar(node), names)
        if isinstance(node, Phrase):
            return {"type": ["string", "object"], "properties": _ZH_EN, "additionalProperties": False}
        if isinstance(node, Raw):
            return {}
        if isinstance(node, Table):
            return {**self.or_nothing(), "additionalProperties": self.node(node.value), **self.keys_of(names)}
        if isinstance(node, Bag):
            return self.bag(node, names)
        return {**self.or_nothing(), "$ref": self.group(node)}

    def scalar(self, node: Scalar) -> Schema:
        if node.kind == "choice":
            return {"type": "string", "enum": list(node.choices)}
        if self.editor:
            return _EDITOR.get(node.kind, {"type": "string"})
        return _TEXTS.get(node.kind) or {"type": "string", "format": node.kind}

    def offered(self, schema: Schema, names: str) -> Schema:
        """A name: one of those known, or any other of the right form."""
        if not self.known.get(names):
            return schema
        found = f"{names}.{sorted(schema.items())}"
        at = next((id for id, each in self.defs.items() if each.get("$comment") == found), None)
        if at is None:
            at = names if names not in self.defs else f"{names}_{len(self.defs)}"
            self.defs[at] = {"$comment": found, "anyOf": [{"enum": list(self.known[names])}, schema]}
        return {"$ref": f"#/$defs/{at}"}

    def keys_of(self, names: str) -> Schema:
        """The keys of a map that are known names; whatever stands behind one is said elsewhere."""
        if not self.known.get(names):
            return {}
        self.defs.setdefault(f"keys_{names}", {"properties": {each: {} for each in self.known[names]}})
        return {"allOf": [{"$ref": f"#/$defs/keys_{names}"}]}

    def or_nothing(self) -> Schema:
        """A map, or nothing at all (`steps:` with nothing behind it)."""
        return {"type": ["object", "null"]} if self.editor else {"type": ["object", "string"], "pattern": NOTHING}

    def group(self, group: Group) -> str:
        if group.name not in self.defs:
            schema = self.defs[group.name] = {}
            schema |= {"description": group.about, "properties": {}, "additionalProperties": False}
            for key in group.keys.values():
                schema["properties"][key.name] = self.key(group, key.name)
        return f"#/$defs/{group.name}"

    def key(self, group: Group, name: str) -> Schema:
        key = group.keys[name]
        about = f"{key.about.en} · {key.about.zh}" if key.about else ""
        return self.node(key.node, REFERS.get(f"{group.name}.{name}", "")) | ({"description": about} if about else {})

    def bag(self, bag: Bag, names: str = "") -> Schema:
        ids, body = self.offered(self.ids(bag), names), self.body(bag)
        schema = {**self.or_nothing(), "propertyNames": ids, "additionalProperties": body, **self.keys_of(names)}
        if bag.form.listed == "no":
            return schema
        schema["type"] = ["object", "array", "null"] if self.editor else ["object", "array", "string"]
        schema["items"] = self.item(bag, ids, body)
        if bag.form.listed in ("names", "bindings", "parties"):
            schema |= self.one_name(ids)
        if bag.form.single or bag.form.listed == "parties":
            return self.or_single(bag, schema)
        return schema

    def one_name(self, ids: Schema) -> Schema:
        """A name alone is a list of one."""
        if self.editor:
            alone = {"if": {"type": "string"}, "then": ids} if "$ref" in ids else {}
            return {"type": ["object", "array", "string", "null"], **alone}
        return {"if": {"type": "string", "pattern": SOMETHING}, "then": ids, "pattern": ""}

    def or_single(self, bag: Bag, schema: Schema) -> Schema:
        """The map may be one body: `{field: f}`, or one opening."""
        own = [name for name in bag.body.keys if name not in _ITEM_KEYS]
        known = [
            {"required": [name], **_text_at(name)} for name in (["field"] if bag.form.listed == "parties" else own)
        ]
        rest = {"type": schema.pop("type")}
        return {
            **rest,
            "if": {"type": "object", "anyOf": known},
            "then": {"$ref": self.group(bag.body)},
            "else": schema,
        }

    def ids(self, bag: Bag) -> Schema:
        if bag.ids:
            return self.scalar(bag.ids)
        return {"pattern": PATTERNS[bag.form.ids]} if bag.form.ids in PATTERNS else {}

    def item(self, bag: Bag, ids: Schema, body: Schema) -> Schema:
        """One item of a list: a name, `{name: body}`, or a body alone."""
        if bag.form.listed == "numbered":
            return {"type": "object", "$ref": self.group(bag.body)}
        named: Schema = {"minProperties": 1, "maxProperties": 1, "propertyNames": ids, "additionalProperties": body}
        types = ["string", "number", "object"] if self.editor else ["string", "object"]
        mark = {"parties": "field", "bindings": "must"}.get(bag.form.listed)
        if mark in bag.body.keys:
            alone = self.open_group(bag) if bag.form.rest else self.group(bag.body)
            named = {"if": {"required": [mark]}, "then": {"$ref": alone}, "else": named}
        return {"type": types, "if": {"type": "object"}, "then": named, "else": ids}

    def body(self, bag: Bag) -> Schema:
        """What stands behind an id: a map, nothing, or the short form of one of its keys."""
        schema = {**self.or_nothing(), "$ref": self.group(bag.body)}
        if bag.form.rest:
            schema["$ref"] = self.open_group(bag)
        if not bag.form.short:
            return schema
        short = bag.body.keys[bag.form.short].node
        if isinstance(short, Phrase):
            properties = {**_ZH_EN, **{name: self.key(bag.body, name) for name in bag.body.keys}}
            return {"type": ["object", "string"], "properties": properties, "additionalProperties": False}
        plain = self.node(short)
        schema["type"] = sorted({"object", *_types(schema), *_types(plain)} - ({"null"} if not self.editor else set()))
        schema |= {word: plain[word] for word in ("items", "enum", "format") if word in plain}
        schema["pattern"] = plain["pattern"] if isinstance(short, Scalar) and "pattern" in plain else ""
        return schema

    def open_group(self, bag: Bag) -> str:
        """The group of a binding: keys it does not know are inputs, unless it is the company's own `must`."""
        name = f"{bag.body.name}WithMore"
        if name not in self.defs:
            self.group(bag.body)
            rest = bag.body.keys[bag.form.rest].node
            strict = self.defs[bag.body.name]
            schema = self.defs[name] = {
                "properties": strict["properties"],
                "propertyNames": {"pattern": PATTERNS["dotted"]},
                "additionalProperties": self.body(rest) if isinstance(rest, Bag) else {},
            }
            if bag.form.listed == "bindings":
                schema["properties"] = {**schema["properties"], "as": self.scalar(Scalar("name")), "each": {}}
            if "must" in bag.body.keys:
                known: Schema = {key: {} for key in schema["properties"] if key != "each"}
                schema |= {"if": {"required": ["must"]}, "then": {"properties": known, "additionalProperties": False}}
        return f"#/$defs/{name}"

    def file(self, node: FileNode) -> Schema:
        top = {name: self.key(node.fixed, name) for name in node.fixed.keys}
        schema: Schema = {
            "title": node.kind.about.en,
            "type": "object",
            "required": ["schema"],
            "properties": {"schema": {"const": 1 if self.editor else "1"}, **top},
            "additionalProperties": False,
        }
        if isinstance(node.each, Bag):
            names = REFERS.get(node.kind.name, "")
            schema |= {"propertyNames": self.ids(node.each), "additionalProperties": self.body(node.each)}
            schema |= self.keys_of(names)
        elif node.each is not None:
            schema["additionalProperties"] = self.node(node.each.value if isinstance(node.each, Table) else node.each)
        return {**schema, "$defs": self.defs}


_ZH_EN: Schema = {"zh": {"type": "string"}, "en": {"type": "string"}}
_ITEM_KEYS = frozenset({"label", "basis", "enabled", "remove", "was"})


def _text_at(name: str) -> Schema:
    return {"properties": {name: {"type": "string"}}} if name == "field" else {}


def _types(schema: Schema) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else list(types)


@cache
def _for_texts() -> _Printer:
    # One printer for all kinds: their definitions are the same, and whoever compiles them can do it once.
    return _Printer(editor=False)


@cache
def surface(kind: str) -> Schema:
    """Return the schema of a kind of file in which every scalar is a text; what `validation` checks against.

    Args:
        kind: A key of `KINDS`. The schemas of all kinds share one `$defs`.
    """
    return _for_texts().file(files()[kind])


def schemas(known: Known | None = None) -> dict[str, Schema]:
    """Return the schema of every kind of file for editors, by kind.

    Args:
        known: The names of a site, to be offered where they may stand.
    """
    return {
        kind: {"$schema": "https://json-schema.org/draft/2020-12/schema", **_printed(node, known)}
        for kind, node in files().items()
    }


def _printed(node: FileNode, known: Known | None) -> Schema:
    schema = _Printer(editor=True, known=known).file(node)
    for each in schema["$defs"].values():
        each.pop("$comment", None)
    return schema
