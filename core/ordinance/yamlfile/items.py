"""Put an item into a list of a file, or take one out, by one cut into its text.

Source: design.md §7 (web edits make a comment-preserving patch).
"""

from __future__ import annotations

from typing import Any

from ordinance.yamlfile.reading import parse
from ordinance.yamlfile.splice import BOM, EditError, dump, end_of
from ordinance.yamlfile.tree import Path, Tree


def with_item(text: str, path: Path, item: str) -> str:
    """Return the text with a text more at the end of a list; as it is if the list has it.

    Raises:
        EditError: there is no list, or the cut does not fit.
    """
    tree, items = _list_at(text, path)
    if item in items:
        return text
    if not items:
        at = tree.places.mark(path).start + 1
        return _mark_of(text) + _checked(tree.text[:at] + dump(item) + tree.text[at:], path, [item])
    last = (*path, len(items) - 1)
    at = end_of(tree, last)
    if tree.places.mark(path).style == "[":
        return _mark_of(text) + _checked(f"{tree.text[:at]}, {dump(item)}{tree.text[at:]}", path, [*items, item])
    stop = tree.text.find("\n", at)
    stop = len(tree.text) if stop < 0 else stop
    dash = tree.text[_line_start(tree.text, tree.places.mark(last).start) : tree.places.mark(last).start]
    if dash.strip() != "-":
        raise EditError("the change does not fit here")
    return _mark_of(text) + _checked(f"{tree.text[:stop]}\n{dash}{dump(item)}{tree.text[stop:]}", path, [*items, item])


def without_item(text: str, path: Path, item: str) -> str:
    """Return the text with a text less in a list; as it is if the list does not have it.

    Raises:
        EditError: there is no list, or the cut does not fit.
    """
    tree, items = _list_at(text, path)
    if item not in items:
        return text
    index = items.index(item)
    left = [*items[:index], *items[index + 1 :]]
    start, stop = tree.places.mark((*path, index)).start, end_of(tree, (*path, index))
    if tree.places.mark(path).style == "[":
        if index + 1 < len(items):
            stop = tree.places.mark((*path, index + 1)).start
        elif index:
            start = end_of(tree, (*path, index - 1))
        return _mark_of(text) + _checked(tree.text[:start] + tree.text[stop:], path, left)
    if not left:
        raise EditError("a list in lines cannot be left empty")
    line = tree.text.find("\n", stop)
    stop = len(tree.text) if line < 0 else line + 1
    return _mark_of(text) + _checked(tree.text[: _line_start(tree.text, start)] + tree.text[stop:], path, left)


def _list_at(text: str, path: Path) -> tuple[Tree, list[Any]]:
    tree = parse(text, "")
    if tree.problems:
        raise EditError(tree.problems[0].message.en)
    node: Any = tree.data
    for part in path:
        node = node.get(part) if isinstance(node, dict) else None
    if not isinstance(node, list):
        raise EditError("there is no list here")
    return tree, node


def _mark_of(text: str) -> str:
    """Return the byte order mark that a text begins with, which a tree does not have."""
    return text[: text.startswith(BOM)]


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _checked(text: str, path: Path, wanted: list[Any]) -> str:
    if _list_at(text, path)[1] != wanted:
        raise EditError("the change does not fit here")
    return text
