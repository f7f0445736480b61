"""What a reader asks of a report: texts by parameter, from an address or a tile, made into conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ordinance.acts import Call, Filter, Force
from ordinance.blueprint.periods import Period, read_period
from ordinance.blueprint.reporting import Parameter, Path, Report
from ordinance.fields import Key, Reasons
from ordinance.problems import Reason, reason
from ordinance.reports.answer import Chosen
from ordinance.reports.sight import of_record, reads
from ordinance.storage import Work
from ordinance.storage.reporting import Compared

SORT = "sort"
"""The parameter that every report has: a column or group, `-` before it for descending."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: conditions on rows for the period and for the one before, and the filters that a list would have.

    `filters` is None where a list cannot be filtered so.
    """

    chosen: tuple[Chosen, ...]
    sort: tuple[tuple[str, bool], ...]
    eras: tuple[tuple[Compared, ...], ...]
    periods: tuple[Period, ...]
    filters: tuple[Filter, ...] | None
    paths: tuple[Path, ...]


def today_of(force: Force, call: Call) -> date:
    """Return the company's day."""
    return call.now.astimezone(force.blueprint.company.calendar.zone).date()


async def wish_of(
    force: Force, call: Call, work: Work, report: Report, given: Mapping[str, str], *, compare: bool
) -> tuple[Wish | None, tuple[Reason, ...]]:
    """Return what is asked, or everything that is wrong with it.

    Args:
        force: The configuration.
        call: Who asks: a parameter on a field the actor may not read is none.
        work: The unit of work in which keys are looked up.
        report: The report.
        given: Text by parameter; what is not given has its default, what is given empty does not narrow.
        compare: Whether the period before is wanted too.
    """
    seen = {id: each for id, each in report.parameters.items() if reads(force, call, report, each.path)}
    faults = [
        reason("unknown_parameter", name, name=name[:100]) for name in given if name not in seen and name != SORT
    ]
    asking = _Asking(force, call, work, report)
    for each in seen.values():
        await asking.take(each, given.get(each.id, each.default).strip())
    sort = _sort(report, given.get(SORT, ""), asking.faults)
    if faults or asking.faults:
        return None, (*faults, *asking.faults)
    return asking.wish(sort, compare=compare), ()


def _sort(report: Report, text: str, faults: list[Reason]) -> tuple[tuple[str, bool], ...]:
    if not text:
        return report.sort
    name, down = text.removeprefix("-"), text.startswith("-")
    if name in report.columns or any(each.id == name for each in report.groups):
        return ((name, down),)
    faults.append(reason("bad_parameter", SORT, name=SORT, detail=text[:100]))
    return ()


class _Asking:
    """Takes parameters one by one."""

    def __init__(self, force: Force, call: Call, work: Work, report: Report) -> None:
        self.force, self.call, self.work, self.report = force, call, work, report
        self.faults: list[Reason] = []
        self.chosen: list[Chosen] = []
        self.conditions: list[Compared] = []
        self.filters: list[Filter] | None = []
        self.paths: list[Path] = []
        self.period: tuple[Parameter, Period] | None = None

    async def take(self, each: Parameter, text: str) -> None:
        """Take what was given for a parameter."""
        if each.is_period:
            self._period(each, text)
        elif not text:
            self.chosen.append(Chosen(each))
        elif each.field is None:
            self._plain(each, text)
        else:
            await self._value(each, text)

    def _bad(self, each: Parameter, detail: Any) -> None:
        self.faults.append(reason("bad_parameter", each.id, name=each.id, detail=detail))

    def _period(self, each: Parameter, text: str) -> None:
        read = read_period(text or "all")
        if read is None:
            self._bad(each, text[:100])
            return
        period = read(today_of(self.force, self.call))
        self.chosen.append(Chosen(each, text, said_of(period)))
        if self.period is None:
            self.period = (each, period)
        else:
            self.conditions += self._within(each, period)
        self._narrowed(each, self._days(each, period))

    def _plain(self, each: Parameter, text: str) -> None:
        """Take a value of the engine's own: a phase, an outcome, a workflow, the id of an account."""
        if len(text) > 100 or "\x00" in text:
            self._bad(each, text[:100])
            return
        self.chosen.append(Chosen(each, text, text))
        self.conditions.append(Compared(each.value, "=", text))
        self._narrowed(each, [(each.path, "eq", text)] if of_record(self.report, each.path) else None)

    async def _value(self, each: Parameter, text: str) -> None:
        assert each.field is not None
        field, kind = each.field, self.force.types.of(each.field)
        value = kind.parse_text(text, field, self.call.locale, self.force.blueprint.company.calendar.zone)
        if isinstance(value, Reasons):
            self._bad(each, value[0].message)
            return
        target = kind.target(field)
        if isinstance(value, Key) and target is not None:
            found = await self.force.store.ids_by_key(self.work, target, {value.text})
            value = next(iter(found.get(value.text, ())), -1)
        said = text if target is not None else kind.to_text(value, field, self.call.locale)
        self.chosen.append(Chosen(each, str(value) if target is not None else text, said))
        self.conditions.append(Compared(each.value, "=", value, (field, kind)))
        self._narrowed(each, [(each.path, "eq", str(value) if target is not None else text)])

    def _narrowed(self, each: Parameter, filters: list[tuple[Path, str, str]] | None) -> None:
        if filters != []:
            self.paths.append(each.path)
        if self.filters is None or filters is None:
            self.filters = None
            return
        self.filters += [Filter(of_record(self.report, path), op, value) for path, op, value in filters]
        if any(not of_record(self.report, path) for path, _, _ in filters):
            self.filters = None

    def _days(self, each: Parameter, period: Period) -> list[tuple[Path, str, str]]:
        """Return the filters of a list that a period is."""
        return days_filters(self.force, each.path, period, instants=each.value.type.kind == "datetime")

    def _within(self, each: Parameter, period: Period) -> list[Compared]:
        """Return the conditions that a period is."""
        value, zone = each.value, self.force.blueprint.company.calendar.zone
        if value.type.kind == "date":
            made = [("=" if period.since == period.until else ">=", period.since), ("<=", period.until)]
            made = made[:1] if period.since == period.until else made
        else:
            after = period.until + timedelta(days=1) if period.until and period.until < date.max else None
            made = [(">=", start_of_day(period.since, zone)), ("<", start_of_day(after, zone))]
        return [Compared(value, op, bound) for op, bound in made if bound is not None]  # type: ignore[arg-type]

    def wish(self, sort: tuple[tuple[str, bool], ...], *, compare: bool) -> Wish:
        """Return what was taken."""
        periods: list[Period] = []
        if self.period is not None:
            periods.append(self.period[1])
            before = self.period[1].before() if compare or self.report.compares else None
            periods += [before] if before is not None else []
        parameter = self.period[0] if self.period is not None else None
        eras = [
            (*self.conditions, *(self._within(parameter, each) if parameter is not None else ())) for each in periods
        ] or [tuple(self.conditions)]
        filters = None if self.filters is None else tuple(self.filters)
        return Wish(tuple(self.chosen), sort, tuple(eras), tuple(periods), filters, tuple(self.paths))


def start_of_day(day: date | None, zone: Any) -> datetime | None:
    """Return the instant at which a day of the company begins."""
    if day is None:
        return None
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return None


def days_filters(force: Force, path: Path, period: Period, *, instants: bool) -> list[tuple[Path, str, str]]:
    """Return the filters of a list for a period: instants are compared with where its days begin and end."""
    if not instants:
        made = [("gte", period.since), ("lte", period.until)]
        return [(path, op, day.isoformat()) for op, day in made if day is not None]
    zone = force.blueprint.company.calendar.zone
    after = period.until + timedelta(days=1) if period.until and period.until < date.max else None
    bounds = [("gte", start_of_day(period.since, zone)), ("lt", start_of_day(after, zone))]
    return [(path, op, at.isoformat().replace("+00:00", "Z")) for op, at in bounds if at is not None]


def said_of(period: Period) -> str:
    """Return a period as days: the same in every language."""
    if period.since == period.until:
        return period.since.isoformat() if period.since else ""
    first, last = (each.isoformat() if each else "" for each in (period.since, period.until))
    return f"{first} – {last}"

