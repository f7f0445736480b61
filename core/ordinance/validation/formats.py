"""The kinds of text that have a form: numbers, spans, dates, working hours, time zones."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from ordinance.expressions.spans import Span

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,20}(\.\d{1,20})?", re.ASCII)


def looks_like_date(text: str) -> bool:
    """Return whether the text is written as a date, whether or not there is such a day."""
    return bool(_DATE.fullmatch(text))


def is_date(text: str) -> bool:
    """Return whether the text is a day of the calendar, as 2026-12-01."""
    match = _DATE.fullmatch(text)
    if not match:
        return False
    try:
        date(*map(int, match.groups()))
    except ValueError:
        return False
    return True


def is_span(text: str) -> bool:
    """Return whether the text is a length of time, as `2d` or `1mo`."""
    try:
        Span.parse(text)
    except ValueError:
        return False
    return True


def is_hours(text: str) -> bool:
    """Return whether the text is a part of a day, as 09:00-12:00, that ends after it begins."""
    match = _HOURS.fullmatch(text)
    if not match:
        return False
    start, end = text.split("-")
    return start < end <= "24:00"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


FORMATS: dict[str, Callable[[str], bool]] = {
    "integer": lambda text: bool(_INTEGER.fullmatch(text)),
    "decimal": lambda text: bool(_DECIMAL.fullmatch(text)),
    "span": is_span,
    "date": is_date,
    "hours": is_hours,
    "zone": lambda text: text in _zones(),
}
"""Format to the question whether a text has it; `surface` schemas use these names."""
