"""Which types go together: what arithmetic gives, what has an order, what a text literal may stand for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from ordinance.expressions.kinds import ANY, DATE, DATETIME, NUMBER, SPAN, TEXT, Choice, Many, Record, Type, comparable

_TEXTS = ("text", "choice")
_ARITHMETIC: dict[tuple[str, str, str], Type] = {
    ("+", "number", "number"): NUMBER,
    ("+", "date", "span"): DATE,
    ("+", "span", "date"): DATE,
    ("+", "datetime", "span"): DATETIME,
    ("+", "span", "datetime"): DATETIME,
    ("+", "span", "span"): SPAN,
    ("-", "number", "number"): NUMBER,
    ("-", "date", "span"): DATE,
    ("-", "datetime", "span"): DATETIME,
    ("-", "date", "date"): SPAN,
    ("-", "datetime", "datetime"): SPAN,
    ("-", "span", "span"): SPAN,
    ("*", "number", "number"): NUMBER,
    ("*", "span", "number"): SPAN,
    ("*", "number", "span"): SPAN,
    ("/", "number", "number"): NUMBER,
    **{("+", one, two): TEXT for one in _TEXTS for two in _TEXTS},
}
ORDERED = frozenset({"number", "text", "date", "datetime", "span", "any"})
"""The kinds that `<` can compare."""


def arithmetic(op: str, left: Type, right: Type) -> Type | None:
    """Return the type of `left op right`, or None if it has no meaning. An empty side makes an empty result."""
    if "any" in (left.kind, right.kind):
        return ANY
    found = _ARITHMETIC.get((op, left.kind, right.kind))
    return None if found is None else replace(found, nullable=left.nullable or right.nullable)


def fits(value: Type, wanted: Type) -> bool:
    """Return whether a value may be given where that type is wanted; emptiness is not looked at."""
    if "any" in (value.kind, wanted.kind) or value.kind == "nothing":
        return True
    if isinstance(value, Record) and isinstance(wanted, Record):
        return comparable(value, wanted)
    if isinstance(value, Many) and isinstance(wanted, Many):
        return fits(value.item, wanted.item)
    if wanted.kind in _TEXTS and value.kind in _TEXTS:
        return not (isinstance(wanted, Choice) and isinstance(value, Choice)) or comparable(value, wanted)
    return value.kind == wanted.kind


def read_moment(text: str, kind: str) -> date | datetime | None:
    """Return the day or moment that a text literal stands for beside a value of that kind; None if it is neither."""
    try:
        if kind == "date":
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC)
