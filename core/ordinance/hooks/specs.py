"""Every hook there is. A department's `hooks.py` answers those it needs, each marked with `@hookimpl`.

All of them are plain functions that return a mapping and are called once, when the code is loaded. An id may be written
without its department (`reserve` in inventory is `inventory.reserve`). What is returned must be declared in the
department's `plugin.yaml` under the same id, and what is declared must be returned.
Source: design.md §4, language.md §4.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ordinance.hooks.marks import hookspec
from ordinance.problems import Reason

Action = Callable[[Any], Awaitable[Any]]
"""`async (context) -> outcome`: the fields it fills, as a mapping, or None."""

Check = Callable[[Any, Mapping[str, Any]], Awaitable[Reason | None]]
"""`async (context, parameters) -> reason`: None when nothing speaks against it."""

Value = Callable[[Any], Awaitable[Any]]
"""`async (context) -> value` of a read-only name of an entity."""


@hookspec
def ordinance_actions() -> Mapping[str, Action]:  # type: ignore[empty-body]
    """Return what the department can do, by action id; the way back of an action (`undo`) stands here too."""


@hookspec
def ordinance_checks() -> Mapping[str, Check]:  # type: ignore[empty-body]
    """Return what the department can refuse, by check id."""


@hookspec
def ordinance_values() -> Mapping[tuple[str, str], Value]:  # type: ignore[empty-body]
    """Return read-only names for expressions, by (entity or entity.lines, name)."""


@hookspec
def ordinance_functions() -> Mapping[str, Callable[..., Any]]:  # type: ignore[empty-body]
    """Return typed functions for expressions, by name."""


@hookspec
def ordinance_field_types() -> Mapping[str, Any]:  # type: ignore[empty-body]
    """Return new field types, by name: one object each."""
