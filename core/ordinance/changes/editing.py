"""Change one value of the company's files, as a hand would: one line differs, comments and spacing stay.

Source: design.md §7 (web edits make a comment-preserving patch).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ordinance.blueprint import own_kind
from ordinance.yamlfile import EditError, edit, parse, with_item, without_item

Path = tuple[str | int, ...]

_HOMES: Mapping[str, str] = {
    "workflows": "workflows.yaml",
    "roles": "roles.yaml",
    "permissions": "roles.yaml",
    "duties": "roles.yaml",
    "company": "config/company.yaml",
    "entities": "config/entities.yaml",
    "reports": "config/reports.yaml",
    "dashboards": "config/reports.yaml",
    "prints": "config/prints.yaml",
    "portals": "config/portals.yaml",
    "scans": "config/scans.yaml",
    "messages": "config/messages.yaml",
}
"""Where a section of the configuration goes when no file of the company speaks of the thing yet."""

_WHOLE = frozenset({"workflows", "entities", "reports", "prints", "portals", "scans", "messages"})
"""Sections whose ids stand at the top of their file."""

_HEAD = "schema: 1\n"


def toggled(files: Mapping[str, str], workflow: str, step: str, value: object) -> dict[str, str]:
    """Return the files with a step switched.

    Args:
        files: The company's own files.
        workflow: The workflow.
        step: The step.
        value: True or False, or the condition under which it is on.

    Raises:
        EditError: the change cannot be made by one cut into the text.
    """
    return edited(files, ("workflows", workflow, "steps", step, "enabled"), value)


def edited(files: Mapping[str, str], path: tuple[str, ...], value: Any) -> dict[str, str]:
    """Return the files with one value of the merged configuration set; only one of them differs.

    Args:
        files: The company's own files.
        path: Where in the merged configuration: `("workflows", "sales_order", "steps", "ship", "label")`.
        value: A text, number or boolean, or a map or list of them; it replaces a text, or is added.

    Raises:
        EditError: the change cannot be made by one cut into the text; a map or list that is there does not give way.
        KeyError: the path leads to no section that a company's files have.
    """
    name, inside, text = home_of(files, path)
    return {**files, name: edit(text, inside, value)}


def home_of(files: Mapping[str, str], path: tuple[str, ...]) -> tuple[str, Path, str]:
    """Return the file that speaks of a thing of the merged configuration, where in it, and its text.

    Raises:
        KeyError: the path leads to no section that a company's files have.
    """
    section, rest = path[0], path[1:]
    name = _file_of(files, section, rest)
    inside: Path = rest if section in _WHOLE or section == "company" else path
    text = files.get(name, "")
    return name, inside, text if text.strip() else _HEAD


def _file_of(files: Mapping[str, str], section: str, rest: tuple[str, ...]) -> str:
    """Return the file that speaks of a thing most closely; the usual one of its section if none does."""
    home = _HOMES[section]
    if section not in _WHOLE:
        return home
    found = {name: _depth(parse(text, name).data, rest) for name, text in files.items() if own_kind(name) == section}
    best = max(found.values(), default=0)
    return next((name for name, depth in found.items() if depth == best and best), home)


def _depth(data: Any, path: tuple[str, ...]) -> int:
    """Return how many parts of a path a tree has."""
    here = data
    for depth, part in enumerate(path):
        if isinstance(here, Mapping) and part in here:
            here = here[part]
        elif isinstance(here, list) and part in here:
            return depth + 1
        else:
            return depth
    return len(path)


def placed(files: Mapping[str, str], workflow: str, order: Sequence[str], step: str, *, up: bool) -> dict[str, str]:
    """Return the files with a step changing places with its neighbour: the first says that it stands behind the other.

    Args:
        files: The company's own files.
        workflow: The workflow.
        order: Its steps as they stand.
        step: The step.
        up: Whether it goes before the one in front of it, or behind the one after it.

    Raises:
        EditError: there is no neighbour on that side, or the change cannot be made by one cut into the text.
    """
    at = order.index(step)
    first, second = (at - 1, at) if up else (at, at + 1)
    if first < 0 or second >= len(order):
        raise EditError("there is no step on that side")
    return edited(files, ("workflows", workflow, "steps", order[first], "after"), order[second])


def granted(files: Mapping[str, str], role: str, permission: str, *, held: bool) -> dict[str, str]:
    """Return the files with a role having a permission, or having it no more.

    Args:
        files: The company's own files.
        role: The role.
        permission: The permission.
        held: Whether it is to have it.

    Raises:
        EditError: the change cannot be made by one cut into the text.
    """
    home, path = _HOMES["roles"], ("roles", role, "may")
    text = files.get(home, "")
    body = parse(text, home).data.get("roles", {}).get(role, {})
    if isinstance(body, Mapping) and isinstance(body.get("may"), list):
        cut = with_item if held else without_item
        return {**files, home: cut(text, path, permission)}
    return edited(files, (*path, permission, "remove"), not held)
