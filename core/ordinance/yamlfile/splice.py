"""Change one value of a file by cutting into its text, so that comments and spacing stay.

    Exception
    └── EditError    the change cannot be made by one cut; nothing was changed

It does not write to disk; whoever does writes beside and renames.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ordinance.yamlfile.reading import parse
from ordinance.yamlfile.tree import Path, Tree

_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`~<=][^\n\r\t:#,\[\]{}]*")
_UNSEEN = re.compile("[\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
BOM = "\ufeff"
_CLOSERS = {"{": "}", "[": "]"}
_COLLECTIONS = frozenset({"map", "list", *_CLOSERS})


class EditError(Exception):
    """The change cannot be made by one cut into the text."""


def edit(text: str, path: Path, value: Any) -> str:
    """Return the text with one value changed or added; everything else is as it was, to the character.

    Args:
        text: A file without problems.
        path: Where the value goes. What is missing on the way is made; the name of an item stands for the item where
            a list is met (`[submit, review]` becomes `[submit, {review: {…}}]`).
        value: A text, number or boolean, or a map or list of them.

    Raises:
        EditError: the file has problems, or a whole block would have to give way.
    """
    mark = BOM if text.startswith(BOM) else ""
    tree = parse(text, "")
    if tree.problems:
        raise EditError(tree.problems[0].message.en)
    if not path:
        raise EditError("a path is needed")
    found, rest = _deepest(tree, path)
    changed = _replaced(tree, found, value) if not rest else _added(tree, found, rest, value)
    again = parse(changed, "")
    if again.problems or again.data != _patched(tree.data, found, rest, as_texts(value)):
        raise EditError("the change does not fit here")
    return mark + changed


def _deepest(tree: Tree, path: Path) -> tuple[Path, Path]:
    """Return the part of the path that the file has, in its own terms, and what is missing behind it."""
    here: Path = ()
    node: Any = tree.data
    for position, part in enumerate(path):
        if isinstance(node, dict) and part in node:
            here, node = (*here, part), node[part]
        elif isinstance(node, list) and (step := _item(node, part)):
            here = (*here, *step)
            node = _at(node, step)
            if node == part:  # a bare name in a list: what follows becomes its body
                return here, (part, *path[position + 1 :])
        else:
            return here, path[position:]
    return here, ()


def _item(items: Sequence[Any], part: str | int) -> Path:
    for index, item in enumerate(items):
        if part in (index, item):
            return (index,)
        if isinstance(item, dict) and list(item) == [part]:
            return (index, part)
    return ()


def _replaced(tree: Tree, path: Path, value: Any) -> str:
    mark = tree.places.mark(path)
    if mark.style in _COLLECTIONS:
        raise EditError("a map or a list stands here; change what is in it")
    start, end = mark.start, mark.end
    if start == end:
        return _filled(tree, path, dump(value))
    old = tree.text[start:end]
    tail = "\n" if old.endswith("\n") and mark.style in ("|", ">") else ""
    return tree.text[:start] + dump(value) + tail + tree.text[end:]


def _filled(tree: Tree, path: Path, words: str) -> str:
    """Put a value behind a key that has none."""
    if path not in tree.keys:
        raise EditError("an empty item of a list")
    after = tree.keys.mark(path).end
    colon = tree.text.index(":", after) + 1
    return f"{tree.text[:colon]} {words}{tree.text[colon:]}"


def _added(tree: Tree, path: Path, rest: Path, value: Any) -> str:
    key, body = str(rest[0]), _nested(rest[1:], value)
    node = _at(tree.data, path)
    if path and path not in tree.keys and node == key:  # a bare name in a list
        start, end = tree.places.mark(path).start, tree.places.mark(path).end
        return f"{tree.text[:start]}{{{dump(key)}: {dump(body)}}}{tree.text[end:]}"
    if isinstance(node, str):
        if tree.places.mark(path).start != tree.places.mark(path).end:
            raise EditError("a text stands where a map is needed")
        return _filled(tree, path, dump({key: body}))
    if not isinstance(node, dict):
        raise EditError("a list stands here, and it has no such item")
    if not path and not node:
        return (
            tree.text + ("" if not tree.text or tree.text.endswith("\n") else "\n") + f"{dump(key)}: {dump(body)}\n"
        )
    if tree.places.mark(path).style == "{":
        return _added_in_braces(tree, path, f"{dump(key)}: {dump(body)}", has_more=bool(node))
    return _added_line(tree, path, f"{dump(key)}: {dump(body)}")


def _added_in_braces(tree: Tree, path: Path, words: str, *, has_more: bool) -> str:
    last = max(
        (end_of(tree, inside) for inside in tree.places if inside[: len(path)] == path and inside != path), default=0
    )
    brace = tree.text.index("}", max(last, tree.places.mark(path).start))
    if not has_more:
        return f"{tree.text[:brace]}{words}{tree.text[brace:]}"
    return f"{tree.text[:last]}, {words}{tree.text[last:]}"


def end_of(tree: Tree, path: Path) -> int:
    """Where a value ends. The event that opens a braced map ends at its brace, so its closer is looked for."""
    mark = tree.places.mark(path)
    if mark.style not in _COLLECTIONS:
        return max(mark.end, tree.keys.mark(path).end if path in tree.keys else 0)
    if mark.style not in _CLOSERS:
        return mark.start
    inside = [end_of(tree, each) for each in tree.places if len(each) == len(path) + 1 and each[: len(path)] == path]
    return tree.text.index(_CLOSERS[mark.style], max([mark.end, *inside])) + 1


def _added_line(tree: Tree, path: Path, words: str) -> str:
    """Add a line to a block map, behind its last entry."""
    first = tree.places.mark(path)
    last = max(end_of(tree, inside) for inside in tree.places if inside[: len(path)] == path and inside != path)
    if tree.text[last - 1 : last] == "\n":
        last -= 1
    line_end = tree.text.find("\n", last)
    line_end = len(tree.text) if line_end < 0 else line_end
    newline = "\r\n" if tree.text[line_end - 1 : line_end] == "\r" else "\n"
    stop = line_end - 1 if newline == "\r\n" else line_end
    return f"{tree.text[:stop]}{newline}{' ' * first.column}{words}{tree.text[stop:]}"


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _nested(rest: Path, value: Any) -> Any:
    for part in reversed(rest):
        value = {str(part): value}
    return value


def _patched(data: Any, path: Path, rest: Path, value: Any) -> Any:
    if path:
        head, tail = path[0], path[1:]
        if isinstance(data, list):
            return [_patched(item, tail, rest, value) if i == head else item for i, item in enumerate(data)]
        return {key: _patched(item, tail, rest, value) if key == head else item for key, item in data.items()}
    if not rest:
        return value
    new = {str(rest[0]): _nested(rest[1:], value)}
    return {**data, **new} if isinstance(data, dict) else new


def as_texts(value: Any) -> Any:
    """Return a value as a file that is read gives it: every scalar a text."""
    if isinstance(value, Mapping):
        return {str(key): as_texts(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_texts(each) for each in value]
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def dump(value: Any) -> str:
    """Return the value in flow style, plain where that is safe, otherwise in double quotes."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{dump(str(key))}: {dump(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(dump(each) for each in value) + "]"
    text = _scalar(value)
    if _PLAIN.fullmatch(text) and text == text.strip() and not _UNSEEN.search(text):
        return text
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(text, ensure_ascii=False))
