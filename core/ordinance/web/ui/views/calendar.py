"""The calendar of a list: by the day a step is due or by a day the documents name; a month, or a week. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ordinance.acts.narrowing import DUE
from ordinance.web.ui.views.cards import Brief
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.listing import FilterChip
from ordinance.web.ui.views.table import Table

IN_A_MONTH = 3
"""Documents that a day of a month shows; a week shows more."""

IN_A_WEEK = 20

_YEARS = (1990, 2100)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Day:
    """One day: `number` as it stands in the cell, `label` in full, `more` how many are not shown."""

    iso: str
    number: str
    label: str
    href: str
    today: bool = False
    outside: bool = False
    briefs: tuple[Brief, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class CalendarView:
    """Everything the calendar shows."""

    entity: str
    label: str
    title: str
    here: str
    list_href: str
    board_href: str
    earlier: str
    later: str
    previous_href: str
    next_href: str
    today_href: str
    month_href: str
    week_href: str
    weeks: tuple[tuple[Day, ...], ...]
    days: tuple[str, ...]
    on: tuple[Option, ...]
    is_week: bool = False
    chips: tuple[FilterChip, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    cut: str = ""
    new_href: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """The days that are shown: a month with what fills its weeks, or one week."""

    day: date
    is_week: bool = False

    def moved(self, by: int) -> date:
        """Return a day of the range so many further on."""
        if self.is_week:
            return self.day + timedelta(weeks=by)
        months = self.day.year * 12 + self.day.month - 1 + by
        return date(months // 12, months % 12 + 1, 1)

    @property
    def months(self) -> str:
        """The parameter that leads to it."""
        return "week" if self.is_week else "month"

    def told(self, day: date) -> tuple[str, str]:
        """Return the parameter that leads to a day's range."""
        return ("week", day.isoformat()) if self.is_week else ("month", f"{day:%Y-%m}")


def read_range(month: str, week: str, today: date) -> Range:
    """Return the range that an address names; what is none is the present month."""
    day = _day(week) if week else None
    if day is not None:
        return Range(day - timedelta(days=day.weekday()), is_week=True)
    day = _day(f"{month}-01") if month else None
    return Range(day or today.replace(day=1))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _YEARS[0] < day.year < _YEARS[1] else None


def dated_of(table: Table) -> tuple[str, ...]:
    """Return what the calendar may go by: when a step is due, deadlines, the days among the columns, then others."""
    types = table.force.types
    days = [
        each.id
        for each in table.entity.fields.values()
        if each.id in table.readable and types.of(each).widget in ("date", "datetime")
    ]
    due = [DUE[0]] if table.has_due else []
    named = [name for name in days if name in table.deadlines()]
    shown = [name for name in table.columns() if name in days]
    return tuple(dict.fromkeys((*due, *named, *shown, *days)))
