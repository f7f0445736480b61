"""Lengths of time as people say them (`14d`, `5wd`, `1mo`), and the calendar that gives them meaning.

A month and a working day have no fixed length, so a span keeps what was said and is measured only when added to a day
or a moment. It does not know holidays: those belong to the calendar of the company.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol, Self
from zoneinfo import ZoneInfo

_DAY_S = 86_400
_HOUR_S = 3_600
_NO_WORKDAY_MAX = 400
_AMOUNT_DIGITS_MAX = 5
PARTS = ("months", "days", "seconds", "workdays", "workseconds")
UNITS: Mapping[str, tuple[str, int]] = {
    "mo": ("months", 1),
    "d": ("days", 1),
    "h": ("seconds", _HOUR_S),
    "min": ("seconds", 60),
    "s": ("seconds", 1),
    "wd": ("workdays", 1),
    "wh": ("workseconds", _HOUR_S),
}
"""Unit to the part of a span it fills, and how much one of it is."""
_PART = re.compile(rf"(\d{{1,{_AMOUNT_DIGITS_MAX}}})(mo|min|wd|wh|d|h|s)(?![a-z0-9])\s*")


class Calendar(Protocol):
    """The company's working time."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which its days begin."""

    def is_workday(self, day: date) -> bool:
        """Return whether people work on that day."""

    def hours(self, day: date) -> tuple[tuple[time, time], ...]:
        """Return the working hours of that day in order, local time; empty if nobody works."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """A calendar made of week days, holidays, and days worked in exchange.

    `workdays` are numbers of the week (Monday is 0); `holidays` are closed although they are week days; `extra` are
    open although they are not (a Saturday worked for a long holiday).
    """

    zone: ZoneInfo
    workdays: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()
    daily: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13), time(18)))
    extra: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Return whether people work on that day."""
        return day in self.extra or (day.weekday() in self.workdays and day not in self.holidays)

    def hours(self, day: date) -> tuple[tuple[time, time], ...]:
        """Return the working hours of that day in order, local time; empty if nobody works."""
        return self.daily if self.is_workday(day) else ()


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as it was said; `day_end` then goes on to the end of the day (`today`)."""

    months: int = 0
    days: int = 0
    seconds: int = 0
    workdays: int = 0
    workseconds: int = 0
    day_end: bool = field(default=False, kw_only=True)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the span of a text such as `30min`, `4h`, `1mo 15d`, `5wd` or `today`.

        Raises:
            ValueError: the text is not a span.
        """
        if text.strip() == "today":
            return cls(day_end=True)
        parts: dict[str, int] = {}
        at, stripped = 0, text.strip()
        while at < len(stripped):
            found = _PART.match(stripped, at)
            if found is None:
                raise ValueError(f"not a span of time: {text!r}")
            part, size = UNITS[found[2]]
            parts[part] = parts.get(part, 0) + int(found[1]) * size
            at = found.end()
        if not parts:
            raise ValueError("a span of time is empty")
        return cls(*(parts.get(name, 0) for name in PARTS))

    @property
    def fixed_s(self) -> int | None:
        """Its length in seconds, or None if that depends on the calendar (months, working time)."""
        if self.months or self.workdays or self.workseconds or self.day_end:
            return None
        return self.days * _DAY_S + self.seconds

    @property
    def has_hours(self) -> bool:
        """Whether it counts hours or minutes, so that adding it to a day would lose something."""
        return bool(self.seconds % _DAY_S or self.workseconds)

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    def __neg__(self) -> Span:
        return self.times(-1)

    def __add__(self, other: Span) -> Span:
        return Span(
            self.months + other.months,
            self.days + other.days,
            self.seconds + other.seconds,
            self.workdays + other.workdays,
            self.workseconds + other.workseconds,
            day_end=self.day_end or other.day_end,
        )

    def times(self, number: Decimal | int) -> Span:
        """Return the span so many times over.

        Raises:
            ValueError: the result is not a whole number of months, days or seconds.
        """
        parts = [getattr(self, name) * number for name in PARTS]
        if any(each != int(each) for each in parts):
            raise ValueError("a span can be taken a whole number of times only")
        months, days, seconds, workdays, workseconds = (int(each) for each in parts)
        return Span(months, days, seconds, workdays, workseconds, day_end=self.day_end)

    def add_to(self, moment: datetime, calendar: Calendar) -> datetime:
        """Return the moment that lies this far away, in UTC.

        Months come first, then days, working days, hours, working hours. A month keeps the day of the month or takes
        the last one; days keep the local time of day.

        Args:
            moment: An aware moment.
            calendar: The company's working time and zone.

        Raises:
            OverflowError: the result lies outside the years 1 to 9999.
            ValueError: the calendar has no working day within reach.
        """
        local = moment.astimezone(calendar.zone).replace(tzinfo=None)
        day = self._move_day(local.date(), calendar)
        if day != local.date():
            moment = _at(day, local.time(), calendar)
        moment = moment.astimezone(UTC) + timedelta(seconds=self.seconds)
        if self.workseconds:
            moment = _work(moment, self.workseconds, calendar)
        return day_end(moment.astimezone(calendar.zone).date(), calendar.zone) if self.day_end else moment

    def add_to_day(self, day: date, calendar: Calendar) -> date:
        """Return the day that lies this far away; hours count from the beginning of the day.

        Raises:
            OverflowError: the result lies outside the years 1 to 9999.
            ValueError: the calendar has no working day within reach.
        """
        if not (self.seconds or self.workseconds):
            return self._move_day(day, calendar)
        return self.add_to(_at(day, time(), calendar), calendar).astimezone(calendar.zone).date()

    def _move_day(self, day: date, calendar: Calendar) -> date:
        if self.months:
            day = _add_months(day, self.months)
        if self.days:
            day += timedelta(days=self.days)
        return _add_workdays(day, self.workdays, calendar) if self.workdays else day

    def __str__(self) -> str:
        if self.day_end:
            return "today"
        hours = int(self.seconds / _HOUR_S)
        minutes = int((self.seconds - hours * _HOUR_S) / 60)
        said = (
            (self.months, "mo"),
            (self.days, "d"),
            (self.workdays, "wd"),
            (hours, "h"),
            (minutes, "min"),
            (self.seconds - hours * _HOUR_S - minutes * 60, "s"),
            (self.workseconds // _HOUR_S, "wh"),
        )
        return " ".join(f"{amount}{unit}" for amount, unit in said if amount) or "0d"


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """Return the last second of a local day, in UTC."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def _at(day: date, clock: time, calendar: Calendar) -> datetime:
    return datetime.combine(day, clock, calendar.zone).astimezone(UTC)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("outside the years 1 to 9999")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_workday(day: date, step: timedelta, calendar: Calendar) -> date:
    for _ in range(_NO_WORKDAY_MAX):
        day += step
        if calendar.is_workday(day):
            return day
    raise ValueError(f"the calendar has no working day within {_NO_WORKDAY_MAX} days")


def _add_workdays(day: date, count: int, calendar: Calendar) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day = _next_workday(day, step, calendar)
    return day


def _work(moment: datetime, seconds: int, calendar: Calendar) -> datetime:
    """Return the moment at which so much working time has gone by (negative: has to go by until the given one)."""
    forward = seconds > 0
    left = timedelta(seconds=abs(seconds))
    day = moment.astimezone(calendar.zone).date()
    if not calendar.is_workday(day):
        day = _next_workday(day, timedelta(days=1 if forward else -1), calendar)
    while True:
        stretches = [(_at(day, start, calendar), _at(day, end, calendar)) for start, end in calendar.hours(day)]
        if not stretches:
            raise ValueError(f"the working day {day} has no hours")
        for start, end in stretches if forward else reversed(stretches):
            begin, finish = (max(start, moment), end) if forward else (start, min(end, moment))
            if finish - begin >= left:
                return begin + left if forward else finish - left
            left -= max(finish - begin, timedelta())
        day = _next_workday(day, timedelta(days=1 if forward else -1), calendar)
