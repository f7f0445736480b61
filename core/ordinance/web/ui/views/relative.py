"""Days by their names (today, this week, overdue) as the days they are, in the company's time zone. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ordinance.acts import Filter, Force
from ordinance.acts.narrowing import DUE
from ordinance.blueprint import Entity
from ordinance.web.ui.views.dates import full_date

ON = "on"
"""The operator that takes the name of some days."""

OVERDUE = "overdue"

_INSTANTS = ("created_at", *DUE)
_DAY = 10
_ENDED = ("complete", "cancelled")


def _month(day: date, by: int) -> date:
    months = day.year * 12 + day.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def _week(day: date, by: int) -> date:
    return day - timedelta(days=day.weekday()) + timedelta(weeks=by)


def _days(first: int, behind: int) -> Callable[[date], tuple[date | None, date]]:
    return lambda day: (day + timedelta(days=first), day + timedelta(days=behind))


NAMED: dict[str, Callable[[date], tuple[date | None, date]]] = {
    "today": _days(0, 1),
    "tomorrow": _days(1, 2),
    "yesterday": _days(-1, 0),
    "this_week": lambda day: (_week(day, 0), _week(day, 1)),
    "next_week": lambda day: (_week(day, 1), _week(day, 2)),
    "last_week": lambda day: (_week(day, -1), _week(day, 0)),
    "this_month": lambda day: (_month(day, 0), _month(day, 1)),
    "next_month": lambda day: (_month(day, 1), _month(day, 2)),
    "last_month": lambda day: (_month(day, -1), _month(day, 0)),
    "next_7_days": _days(0, 7),
    "last_7_days": _days(-6, 1),
    "last_30_days": _days(-29, 1),
    OVERDUE: lambda day: (None, day),
}
"""Names of days: the first of them, and the one behind the last. Without a first: all before."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment a page is made, and where the company is."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The company's day."""
        return self.now.astimezone(self.zone).date()

    def begins(self, day: date) -> str:
        """Return the moment at which a day begins, as filters take it."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC).isoformat()


def is_instant(force: Force, entity: Entity, name: str) -> bool:
    """Return whether what stands in a column is a moment and not a day."""
    field = entity.fields.get(name)
    return name in _INSTANTS if field is None else force.types.of(field).widget == "datetime"


def is_dated(force: Force, entity: Entity, name: str) -> bool:
    """Return whether what stands in a column is a day or a moment."""
    field = entity.fields.get(name)
    return is_instant(force, entity, name) or (field is not None and force.types.of(field).widget == "date")


def resolved(force: Force, entity: Entity, each: Filter, clock: Clock) -> tuple[Filter, ...]:
    """Return a filter as acts take it: days by name become days, days of moments become moments.

    What is no day of that name stays as it is: acts say what is wrong with it.
    """
    if len(each.path) != 1 or not isinstance(each.value, str) or not is_dated(force, entity, each.path[0]):
        return (each,)
    instant = is_instant(force, entity, each.path[0])
    if each.op != ON:
        return (_of_a_day(each, each.value, clock) if instant else each,)
    if each.value not in NAMED:
        return (each,)
    if each.path == DUE and each.value == OVERDUE:
        return (Filter(DUE, "lt", clock.now.isoformat()),)
    first, behind = NAMED[each.value](clock.today)
    made = [] if first is None else [Filter(each.path, "gte", clock.begins(first) if instant else first.isoformat())]
    made.append(Filter(each.path, "lt", clock.begins(behind) if instant else behind.isoformat()))
    if each.value == OVERDUE and entity.workflows and each.path != DUE:
        made.append(Filter(("phase",), "nin", _ENDED))
    return tuple(made)


def _of_a_day(each: Filter, value: str, clock: Clock) -> Filter:
    """Return a bound of moments given as a day: from its beginning, to its end."""
    try:
        day = date.fromisoformat(value) if len(value) == _DAY else None
    except ValueError:
        day = None
    if day is None:
        return each
    if each.op in ("lte", "gt"):
        return Filter(each.path, {"lte": "lt", "gt": "gte"}[each.op], clock.begins(day + timedelta(days=1)))
    return replace(each, value=clock.begins(day))


def tidied(force: Force, entity: Entity, each: Filter, clock: Clock) -> Filter:
    """Return a filter with a day typed in a hurry (`12-4`, `+3`) written out."""
    if len(each.path) > 1 or not isinstance(each.value, str) or each.op in (ON, "empty", "exists"):
        return each
    dated = is_dated(force, entity, each.path[0])
    return replace(each, value=full_date(each.value, clock.today)) if dated else each


def weeks_of(day: date) -> tuple[tuple[date, ...], ...]:
    """Return the weeks of the month of a day, Monday first, with the days before and after that fill them."""
    return tuple(tuple(week) for week in calendar.Calendar().monthdatescalendar(day.year, day.month))


def month_from(day: date, by: int) -> date:
    """Return the first day of the month so many months on."""
    return _month(day, by)
