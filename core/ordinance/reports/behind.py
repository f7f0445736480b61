"""The list behind a figure: the filters that show exactly the records it is made of, as far as a list can say them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ordinance.acts import Filter, Force
from ordinance.blueprint.periods import Period, next_start
from ordinance.blueprint.reporting import WAITS_AT, Group, Report
from ordinance.expressions import Expression
from ordinance.expressions.plan import Checked, Compare, Constant, Field, Joined, Listed, Opposite, Present, Within
from ordinance.reports.asking import days_filters
from ordinance.reports.sight import of_record

_OPS = {"==": "eq", "!=": "neq", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_TURNED = {"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}

Filters = tuple[Filter, ...]


def of_condition(report: Report, condition: Expression | None) -> Filters | None:
    """Return the filters that a condition is; None if a list cannot be filtered so."""
    return () if condition is None else _of(report, condition.plan)


def _of(report: Report, node: Checked) -> Filters | None:
    match node:
        case Joined(op="and", operands=operands):
            parts = [_of(report, each) for each in operands]
            return None if None in parts else tuple(found for part in parts for found in part or ())
        case Compare():
            return _compared(report, node)
        case Within(left=Field() as left, right=Listed(items=items), wanted=wanted):
            values = [each.value for each in items if isinstance(each, Constant)]
            if len(values) == len(items):
                return _filter(report, left, "in" if wanted else "nin", tuple(map(_text, values)))
        case Present(operand=Field() as field, wanted=wanted):
            return _filter(report, field, "exists" if wanted else "empty", "true")
        case Field():
            return _truth(report, node, "true")
        case Opposite(operand=Field() as field):
            return None if field.names == ("done",) else _filter(report, field, "neq", "true")
    return None


def _truth(report: Report, node: Field, text: str) -> Filters | None:
    """Return a field that must be ticked; being done is a phase."""
    if node.names[-1:] != ("done",):
        return _filter(report, node, "eq", text)
    path = of_record(report, node.read or ())
    return (Filter(("phase",), "eq", "complete"),) if path == ("done",) else None


def _compared(report: Report, node: Compare) -> Filters | None:
    left, right, op = node.left, node.right, _OPS[node.op]
    if isinstance(left, Constant):
        left, right, op = right, left, _TURNED.get(op, op)
    if not isinstance(left, Field) or not isinstance(right, Constant) or right.value is None:
        return None
    return _filter(report, left, op, _text(right.value))


def _filter(report: Report, node: Field, op: str, value: str | tuple[str, ...]) -> Filters | None:
    path = of_record(report, node.read) if node.root == "row" and node.read else ()
    return (Filter(path, op, value),) if path else None


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def of_key(force: Force, report: Report, group: Group, value: Any) -> tuple[Filters | None, str]:
    """Return the filters of what a group has in common, and the step at which its documents wait, if it is that."""
    if group.path == WAITS_AT:
        steps = str(value or "").split()
        return ((), steps[0]) if len(steps) == 1 else (None, "")
    path = of_record(report, group.path)
    if not path:
        return None, ""
    assert group.value is not None
    kind = group.value.type.kind
    if value is None:
        return ((Filter(path, "empty", "true"),) if group.field is not None else None), ""
    if group.bucket:
        try:
            last = next_start(group.bucket, value) - timedelta(days=1)
        except (OverflowError, ValueError):
            return None, ""
        made = days_filters(force, path, Period(value, last), instants=kind == "datetime")
        return tuple(Filter(*each) for each in made), ""
    if group.field is None and path[-1] not in ("phase", "ended", "workflow", "number"):
        return None, ""
    text = value.isoformat() if kind == "date" else _text(value)
    return (Filter(path, "eq", text),), ""


def joined(parts: Sequence[Filters | None]) -> Filters | None:
    """Return all filters together; None if one part cannot be said. Two that say the same thing of a field clash."""
    if None in parts:
        return None
    found = tuple(dict.fromkeys(each for part in parts for each in part or ()))
    names = [(each.path, each.op) for each in found]
    return _tightened(found) if len(set(names)) < len(names) else found


def _tightened(filters: Filters) -> Filters | None:
    """Return filters of which each field and operator has one: of two bounds the narrower; None if they differ."""
    kept: dict[tuple[Any, str], Filter] = {}
    for each in filters:
        there = kept.get((each.path, each.op))
        if there is None:
            kept[each.path, each.op] = each
        elif each.op in ("gte", "gt"):
            kept[each.path, each.op] = max(there, each, key=lambda one: str(one.value))
        elif each.op in ("lte", "lt"):
            kept[each.path, each.op] = min(there, each, key=lambda one: str(one.value))
        else:
            return None
    return tuple(kept.values())
