"""Periods as reports know them: `30d`, `12mo`, `this_month`, `last_week`, `all`, or two days with `..` between. Pure.

A period is whole days of the company, both ends included; the one before it is as long, or the calendar's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

BUCKETS = ("day", "week", "month", "quarter", "year")
"""Into what days are gathered, finest first."""

NAMED = (
    "today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_quarter", "last_quarter",
    "this_year", "last_year", "all",
)  # fmt: skip
"""Periods that have a name."""

_LAST = re.compile(r"([1-9][0-9]{0,3})(d|w|mo|y)", re.ASCII)
_NAMED = re.compile(r"(this|last)_(week|month|quarter|year)")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_EARLIEST, _LATEST = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` to `until`; None is open. `days` and `months` lead back to the period before."""

    since: date | None = None
    until: date | None = None
    days: int = 0
    months: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it has no beginning or no end, so that nothing as long lies before it."""
        return self.since is None or self.until is None

    def before(self) -> Period | None:
        """Return the period before, or None if there is none."""
        if self.since is None or self.until is None:
            return None
        try:
            since, until = (self._back(each) for each in (self.since, self.until))
        except (ValueError, OverflowError):
            return None
        return Period(since, until, self.days, self.months)

    def _back(self, day: date) -> date:
        if not self.months:
            return day - timedelta(days=self.days)
        whole = day == month_end(day) and day.day != 1
        moved = months_on(day, -self.months)
        return month_end(moved) if whole else moved


def months_on(day: date, months: int) -> date:
    """Return the day so many months on, the last of the month where there is no such day.

    Raises:
        ValueError: there is no such year.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def month_end(day: date) -> date:
    """Return the last day of the month."""
    if day.year == _LATEST.year and day.month == _LATEST.month:
        return _LATEST
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def start_of(bucket: str, day: date) -> date:
    """Return the first day of the week, month, quarter or year that a day belongs to."""
    if bucket == "week":
        return day - timedelta(days=day.weekday())
    if bucket == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[bucket]


def next_start(bucket: str, start: date) -> date:
    """Return the first day of the next.

    Raises:
        OverflowError, ValueError: the calendar ends.
    """
    if bucket in _MONTHS:
        return months_on(start, _MONTHS[bucket])
    return start + timedelta(days=7 if bucket == "week" else 1)


def read_period(text: str) -> Callable[[date], Period] | None:
    """Return how a text becomes a period once today is known; None if it is none."""
    if text == "all":
        return lambda _: Period()
    if text in ("today", "yesterday"):
        return lambda today: _day(today - timedelta(days=text == "yesterday"))
    if named := _NAMED.fullmatch(text):
        return lambda today: _calendar(today, named[1], named[2])
    if last := _LAST.fullmatch(text):
        return lambda today: _recent(today, int(last[1]), last[2])
    return _written(text)


def _day(day: date) -> Period:
    return Period(day, day, days=1)


def _calendar(today: date, which: str, unit: str) -> Period:
    days, months = (7, 0) if unit == "week" else (0, _MONTHS[unit])
    start = start_of(unit, today)
    if which == "this":
        return Period(start, today, days, months)
    end = start - timedelta(days=1)
    return Period(start_of(unit, end), end, days, months)


def _recent(today: date, count: int, unit: str) -> Period:
    """Return the last so many units, the one of today included."""
    if unit == "d":
        return Period(today - timedelta(days=count - 1), today, days=count)
    if unit == "w":
        return Period(start_of("week", today) - timedelta(weeks=count - 1), today, days=7 * count)
    months = count * (12 if unit == "y" else 1)
    unit_start = start_of("year" if unit == "y" else "month", today)
    try:
        since = months_on(unit_start, months_of_one(unit) - months)
    except ValueError:
        since = _EARLIEST
    return Period(since, today, months=months)


def months_of_one(unit: str) -> int:
    """Return how many months one unit has."""
    return 12 if unit == "y" else 1


def _written(text: str) -> Callable[[date], Period] | None:
    first, dots, last = text.partition("..")
    try:
        since = date.fromisoformat(first) if first else None
        until = date.fromisoformat(last) if last else None if dots else since
    except ValueError:
        return None
    if len(first) not in (0, 10) or len(last) not in (0, 10) or not (since or until):
        return None
    if since and until and until < since:
        return None
    days = (until - since).days + 1 if since and until else 0
    return lambda _: Period(since, until, days)
