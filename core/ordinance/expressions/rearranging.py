"""Find what is the same for every row, and move it to one side, so that a column is asked as it is stored."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from ordinance.expressions.env import Env
from ordinance.expressions.evaluation import build
from ordinance.expressions.operations import negative, operation
from ordinance.expressions.plan import Checked, Compare, Constant, CountAll, Field, Invoke, Passage, Sum, Warned, walk
from ordinance.expressions.spans import Span

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
Bounds = tuple[tuple[str, Checked, datetime], ...]


def is_fixed(node: Checked) -> bool:
    """Return whether a part is the same for every row of the query."""
    return not any(
        isinstance(each, Passage | Warned | CountAll) or (isinstance(each, Field) and each.root in ("row", "new"))
        for each in walk(node)
    )


def fixed_value(node: Checked, source: str, env: Env) -> Any:
    """Return the value of a part that is the same for every row."""
    return build(node, source)(env, env.record, (env.parent, None))


def fixed_last(node: Compare, source: str, env: Env) -> tuple[str, Checked, Checked]:
    """Return a comparison with the fixed side last, and days and hours taken from the other side moved over to it.

    `deliver_by - 2d <= today()` asks `deliver_by <= today() + 2d`. Months and working days have no way back.
    """
    op, left, right = node.op, node.left, node.right
    if is_fixed(left) and not is_fixed(right):
        op, left, right = _TURNED.get(op, op), right, left
    while is_fixed(right) and isinstance(left, Sum) and left.type.kind in ("date", "datetime"):
        moved = _moved(left, right, source, env)
        if moved is None:
            break
        left, right = moved
    return op, left, right


def _moved(left: Sum, right: Checked, source: str, env: Env) -> tuple[Checked, Constant] | None:
    base, span_node = (left.right, left.left) if left.left.type.kind == "span" else (left.left, left.right)
    if not is_fixed(span_node):
        return None
    span, beside = fixed_value(span_node, source, env), fixed_value(right, source, env)
    if not isinstance(span, Span) or beside is None or not _has_way_back(span, left.type.kind):
        return None
    back = operation("+", left.type.kind, "span")
    assert back is not None
    value = back(beside, negative(span) if left.op == "+" else span, env)
    return base, Constant(right.type, value, at=right.at, end=right.end)


def _has_way_back(span: Span, kind: str) -> bool:
    if span.fixed_s is None:
        return False
    return not span.seconds if kind == "date" else not span.days


def as_bounds(op: str, left: Checked, right: Checked, source: str, env: Env) -> Bounds | None:
    """Return `day(moment) op day` as bounds on the moment itself; None if it is nothing of the kind.

    `!=` gives the bounds of `==`.
    """
    if not (isinstance(left, Invoke) and left.name == "day" and not left.registered and is_fixed(right)):
        return None
    moment = left.arguments[0]
    day = fixed_value(right, source, env)
    if moment.type.kind != "datetime" or not isinstance(day, date):
        return None
    start = datetime.combine(day, time(), env.zone)
    after = datetime.combine(day + timedelta(days=1), time(), env.zone)
    if op in ("==", "!="):
        return ((">=", moment, start), ("<", moment, after))
    sign, bound = {"<": ("<", start), "<=": ("<", after), ">": (">=", after), ">=": (">=", start)}[op]
    return ((sign, moment, bound),)
