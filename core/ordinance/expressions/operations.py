"""Operations on values: exact arithmetic, days and spans, comparing. Emptiness has been dealt with before."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from ordinance.expressions.env import Env
from ordinance.expressions.spans import Span

CONTEXT = Context(prec=38, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
"""38 significant digits; it belongs to the engine, so no caller's context changes a result."""
Operation = Callable[[Any, Any, Env], Any]
NUMBERS: Mapping[str, Callable[[Any, Any], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
}
ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _shift_day(day: date, span: Span, env: Env) -> date:
    return span.add_to_day(day, env.working)


def _shift_moment(moment: datetime, span: Span, env: Env) -> datetime:
    return span.add_to(moment, env.working)


def _between(left: date, right: date, _: Env) -> Span:
    apart: timedelta = left - right
    if isinstance(left, datetime):
        return Span(seconds=apart.days * 86_400 + apart.seconds)
    return Span(days=apart.days)


def _turned(operation: Operation) -> Operation:
    return lambda left, right, env: operation(right, left, env)


def _less(operation: Operation) -> Operation:
    return lambda left, span, env: operation(left, -span, env)


_DATED: Mapping[tuple[str, str, str], Operation] = {
    ("+", "date", "span"): _shift_day,
    ("+", "span", "date"): _turned(_shift_day),
    ("+", "datetime", "span"): _shift_moment,
    ("+", "span", "datetime"): _turned(_shift_moment),
    ("-", "date", "span"): _less(_shift_day),
    ("-", "datetime", "span"): _less(_shift_moment),
    ("-", "date", "date"): _between,
    ("-", "datetime", "datetime"): _between,
    ("+", "span", "span"): lambda left, right, _: left + right,
    ("-", "span", "span"): lambda left, right, _: left + -right,
    ("*", "span", "number"): lambda left, right, _: left.times(right),
    ("*", "number", "span"): lambda left, right, _: right.times(left),
}


def operation(op: str, left: str, right: str) -> Operation | None:
    """Return what `left op right` does for values of those kinds, or None if it has no meaning."""
    left, right = ("text" if kind == "choice" else kind for kind in (left, right))
    if (left, right) == ("number", "number"):
        exact = NUMBERS[op]
        return lambda one, two, _: exact(one, two)
    if (op, left, right) == ("+", "text", "text"):
        return lambda one, two, _: one + two
    return _DATED.get((op, left, right))


def kind_of(value: Any) -> str:
    """Return the kind of a value that was typed `any`."""
    for kind, types in _KINDS:
        if isinstance(value, types):
            return kind
    return "nothing" if value is None else "any"


_KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("boolean", (bool,)),
    ("number", (int, Decimal)),
    ("text", (str,)),
    ("datetime", (datetime,)),
    ("date", (date,)),
    ("span", (Span,)),
    ("record", (Mapping,)),
    ("many", (tuple, list)),
)


def identity(record: Any) -> Any:
    """Return the id of a reference."""
    return record["id"] if isinstance(record, Mapping) else record


def same_record(left: Any, right: Any) -> bool:
    """Return whether two references mean the same record; an id may be a number or, as it travels, a text."""
    one, two = identity(left), identity(right)
    return bool(one == two or str(one) == str(two))


def measure(span: Span) -> int | Span:
    """Return by what two spans are compared: seconds where the length is fixed."""
    fixed = span.fixed_s
    return span if fixed is None else fixed


def same(left: Any, right: Any) -> bool:
    """Return whether two values of unknown kind are equal; values of different kinds never are."""
    if isinstance(left, Mapping) or isinstance(right, Mapping):
        return same_record(left, right)
    kind = kind_of(left)
    if kind != kind_of(right):
        return False
    return bool(measure(left) == measure(right)) if kind == "span" else bool(left == right)


def negative(value: Any) -> Any:
    """Return the opposite number or span, every digit kept."""
    return value.copy_negate() if isinstance(value, Decimal) else -value


def is_filled(value: Any) -> bool:
    """Return whether a value is set: not None, not an empty text, not an empty list."""
    return not (value is None or value in ("", (), []))


def rounded(value: Decimal | int, places: int) -> Decimal:
    """Return the number rounded half-up (away from zero) to so many decimals.

    Raises:
        InvalidOperation: the result has more than 38 digits.
    """
    result = CONTEXT.quantize(Decimal(value), Decimal(1).scaleb(-places))
    return result if places >= 0 else CONTEXT.quantize(result, Decimal(1))
