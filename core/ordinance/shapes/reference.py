"""The reference page of the configuration language, made from the structs so that it cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterator

from ordinance.shapes.grammar import FileNode, Group, Node, Phrase, Raw, Scalar, Table, files

_HEAD = """# The configuration language: every key

Made by `python tests/docs.py`; do not edit. Every file starts with `schema: 1`. Anything with an id may carry
`label`, `basis`, `enabled`, `remove` and `was`; they are listed once, here, and left out below.
A list replaces what a lower layer said, a map adds to it.
"""
_LISTED = {
    "names": "a list of {ids}, or id → {body}",
    "numbered": "a list of {body}, or id → {body}",
    "bindings": "a list of names with their inputs, or id → {body}",
    "parties": "a list of roles, `{{field: f}}`, or id → {body}",
    "no": "id → {body}",
}
_KINDS = {
    "name": "id",
    "boolean": "true or false",
    "enabled": "true, false, an expression, or `always`",
    "due": "span or expression",
}
_IDS = {"id": "ids", "path": "fields", "dotted": "names", "code": "codes", "text": "texts"}


def reference() -> str:
    """Return the page `core/docs/reference/yaml.md` as Markdown."""
    seen: dict[str, Group] = {}
    parts = [_HEAD, *(_file(node, seen) for node in files().values())]
    shown: set[str] = set()
    while len(shown) < len(seen):
        for name in sorted(set(seen) - shown):
            shown.add(name)
            parts.append(_section(f"## {name}", seen[name], seen, skip_item=name != "Item"))
    return "\n".join(parts)


def _file(node: FileNode, seen: dict[str, Group]) -> str:
    text = _section(f"## File kind `{node.kind.name}`: {node.kind.about.en} · {node.kind.about.zh}", node.fixed, seen)
    return text if node.each is None else f"{text}\nEvery other key: {_type(node.each, seen)}.\n"


def _section(heading: str, group: Group, seen: dict[str, Group], *, skip_item: bool = False) -> str:
    lines = [heading, "", group.about, ""]
    keys = [key for key in group.keys.values() if not (skip_item and key.name in _ITEM and _is_usual(group, key.name))]
    if keys:
        lines += ["| key | value | meaning | 含义 |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{key.name}` | {_type(key.node, seen)} | {_cell(key.about.en)} | {_cell(key.about.zh)} |" for key in keys
    ]
    return "\n".join([*lines, ""])


_ITEM = ("label", "basis", "enabled", "remove", "was")


def _is_usual(group: Group, name: str) -> bool:
    node = group.keys[name].node
    return not (isinstance(node, Scalar) and node.kind == "enabled")


def _type(node: Node, seen: dict[str, Group]) -> str:
    if isinstance(node, Scalar):
        return " · ".join(f"`{each}`" for each in node.choices) or _KINDS.get(node.kind, node.kind)
    if isinstance(node, Phrase):
        return "words: a text, or `{zh, en}`"
    if isinstance(node, Raw):
        return "any value"
    if isinstance(node, Table):
        return f"name → {_type(node.value, seen)}"
    if isinstance(node, Group):
        return _link(node, seen)
    form = node.form
    words = _LISTED[form.listed].format(body=_link(node.body, seen), ids=_IDS[form.ids])
    return f"{words}; a body may be its `{form.short}` alone" if form.short else words


def _link(group: Group, seen: dict[str, Group]) -> str:
    seen.setdefault(group.name, group)
    return f"[{group.name}](#{group.name.lower()})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def keys() -> Iterator[tuple[str, str]]:
    """Yield the name of every group and of each of its keys; the tests ask that each is described."""
    seen: dict[str, Group] = {}
    for node in files().values():
        _file(node, seen)
    for name in list(seen):
        for key in seen[name].keys.values():
            yield name, key.name
