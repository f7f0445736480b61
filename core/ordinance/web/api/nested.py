"""Read the one `filter=` of a list that a flat `filter[…]` cannot say: conditions within `and`, `or` and `not`.

`{"or": [{"total": {"gte": "1000"}}, {"not": {"customer.region": "east"}}]}`; names side by side must all hold; a value
without an operator is `eq`, and null asks whether nothing is there. Source: peers.md §4, REST reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ordinance.acts import Filter, Joint
from ordinance.problems import Reason, reason
from ordinance.web.json_body import read_json

OPERATORS = ("eq", "neq", "lt", "lte", "gt", "gte", "in", "nin", "contains", "starts_with", "empty", "exists")
"""Operators of a condition."""

DEPTH_MAX = 8
PARTS_MAX = 100
VALUES_MAX = 200

_PATH = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")
_LISTS = ("in", "nin")


class _WrongError(Exception):
    """Something in the filter cannot be understood; says what."""


def read_nested(text: str, faults: list[Reason]) -> tuple[Filter | Joint, ...]:
    """Return the conditions of a JSON filter; nothing, and what is wrong with it, if it cannot be understood.

    Args:
        text: The JSON.
        faults: What is wrong is added here.
    """
    value, found, readable = read_json(text.encode())
    if found or not readable:
        faults.append(_fault(found[0].message.en if found else "JSON"))
        return ()
    try:
        joint = _Reader().joint(value, 1)
    except _WrongError as wrong:
        faults.append(_fault(str(wrong)))
        return ()
    return joint.parts if isinstance(joint, Joint) and joint.kind == "and" else (joint,)


def _fault(detail: str) -> Reason:
    return reason("bad_parameter", "filter", name="filter", detail=detail[:200])


class _Reader:
    def __init__(self) -> None:
        self.parts = 0

    def joint(self, value: Any, depth: int) -> Filter | Joint:
        """Return an object as one condition."""
        if not isinstance(value, dict) or not value:
            raise _WrongError('{"field": {"op": value}}, {"and": […]}, {"or": […]}, {"not": {…}}')
        if depth > DEPTH_MAX:
            raise _WrongError(f"… {DEPTH_MAX} levels")
        parts = [part for name, below in value.items() for part in self.named(name, below, depth)]
        self.parts += len(parts)
        if self.parts > PARTS_MAX:
            raise _WrongError(f"… {PARTS_MAX} conditions")
        return parts[0] if len(parts) == 1 else Joint("and", tuple(parts))

    def named(self, name: str, value: Any, depth: int) -> list[Filter | Joint]:
        """Return what stands under one name."""
        if name == "not":
            return [Joint("not", (self.joint(value, depth + 1),))]
        if name in ("and", "or"):
            if not isinstance(value, list) or not value:
                raise _WrongError(f'"{name}": […]')
            parts = tuple(self.joint(each, depth + 1) for each in value)
            return [Joint("and", parts) if name == "and" else Joint("or", parts)]
        if not _PATH.fullmatch(name):
            raise _WrongError(f'"{name[:60]}"?')
        path = tuple(name.split("."))
        if isinstance(value, Mapping):
            if not value:
                raise _WrongError(f'"{name}": {{"op": value}}')
            return [_condition(path, op, below) for op, below in value.items()]
        return [_condition(path, "in" if isinstance(value, list) else "eq", value)]


def _condition(path: tuple[str, ...], op: str, value: Any) -> Filter:
    if op not in OPERATORS:
        raise _WrongError(f'"{op[:60]}"? {", ".join(OPERATORS)}')
    if value is None and op in ("eq", "neq"):
        return Filter(path, "empty" if op == "eq" else "exists", "true")
    if op in _LISTS:
        if not isinstance(value, list) or not 1 <= len(value) <= VALUES_MAX:
            raise _WrongError(f'"{op}": [1…{VALUES_MAX}]')
        return Filter(path, op, tuple(_text(each) for each in value))
    return Filter(path, op, _text(value))


def _text(value: Any) -> str:
    """Return a value as it would stand in an address."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if not isinstance(value, str):
        raise _WrongError('"text", 1, true')
    return value
