"""Take a key out of a file, or put a whole map or list in place of another, by one cut into its text.

Source: design.md §7 (web edits make a comment-preserving patch).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance.yamlfile.reading import parse
from ordinance.yamlfile.splice import BOM, EditError, as_texts, dump, edit, end_of
from ordinance.yamlfile.tree import Path, Tree

_BLOCKS = frozenset({"map", "list"})


def without_key(text: str, path: Path) -> str:
    """Return the text without a key and what stands behind it; as it is if there is no such key.

    A map that would be left empty goes with it.

    Raises:
        EditError: the file has problems, or the cut does not fit.
    """
    mark = text[: text.startswith(BOM)]
    tree = _read(text)
    if not _has(tree.data, path):
        return text
    while len(path) > 1 and len(_at(tree.data, path[:-1])) == 1:
        path = path[:-1]
    parent = tree.places.mark(path[:-1]).style if len(path) > 1 else "map"
    start, stop = _entry(tree, path) if parent == "{" else _lines(tree, path)
    changed = tree.text[:start] + tree.text[stop:]
    again = parse(changed, "")
    if again.problems or again.data != _less(tree.data, path):
        raise EditError("the change does not fit here")
    return mark + changed


def put(text: str, path: Path, value: Any) -> str:
    """Return the text with a value at a path, whatever stands there now: a text, a map or a list.

    Raises:
        EditError: the file has problems, or the cut does not fit.
    """
    tree = _read(text)
    if not _has(tree.data, path):
        return edit(text, path, value)
    found = tree.places.mark(path)
    if found.style in _BLOCKS:
        return edit(without_key(text, path), path, value)
    if found.style not in "{[":
        if isinstance(value, Mapping | list | tuple):
            return edit(without_key(text, path), path, value)
        return edit(text, path, value)
    mark = text[: text.startswith(BOM)]
    changed = tree.text[: found.start] + dump(value) + tree.text[end_of(tree, path) :]
    again = parse(changed, "")
    if again.problems or _at(again.data, path) != as_texts(value) or _less(again.data, path) != _less(tree.data, path):
        raise EditError("the change does not fit here")
    return mark + changed


def _read(text: str) -> Tree:
    tree = parse(text, "")
    if tree.problems:
        raise EditError(tree.problems[0].message.en)
    return tree


def _lines(tree: Tree, path: Path) -> tuple[int, int]:
    """The lines of an entry of a block map, from its key to the end of its value."""
    start = tree.text.rfind("\n", 0, tree.keys.mark(path).start) + 1
    if tree.text[start : tree.keys.mark(path).start].strip():
        raise EditError("the change does not fit here")
    inside = [end_of(tree, each) for each in tree.places if each[: len(path)] == path]
    last = max([tree.keys.mark(path).end, *inside])
    if tree.text[last - 1 : last] == "\n":
        return start, last
    stop = tree.text.find("\n", last)
    return start, len(tree.text) if stop < 0 else stop + 1


def _entry(tree: Tree, path: Path) -> tuple[int, int]:
    """An entry of a map in braces, with the comma before or behind it."""
    siblings = list(_at(tree.data, path[:-1]))
    at = siblings.index(path[-1])
    if at + 1 < len(siblings):
        return tree.keys.mark(path).start, tree.keys.mark((*path[:-1], siblings[at + 1])).start
    return end_of(tree, (*path[:-1], siblings[at - 1])), end_of(tree, path)


def _has(data: Any, path: Path) -> bool:
    for part in path:
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _less(data: Any, path: Path) -> Any:
    head, tail = path[0], path[1:]
    if not tail:
        return {key: each for key, each in data.items() if key != head}
    return {key: _less(each, tail) if key == head else each for key, each in data.items()}
