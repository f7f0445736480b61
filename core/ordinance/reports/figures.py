"""Groups as the database gave them made into the rows of a report: exact, in order, with what follows from them.

Pure: it knows no database and no language; what keys are called is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from ordinance.blueprint.periods import Period, next_start, start_of
from ordinance.blueprint.reporting import Column, Report
from ordinance.expressions import ComputationError, Env, UnknownValue
from ordinance.reports.answer import Cell
from ordinance.storage.reporting import GroupOf, Part

FILLED_MAX = 400
"""So many days (weeks, months) between which those without a row are shown as nought."""

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_HUNDRED = Decimal(100)
_HOUR_S = Decimal(3600)
_USUAL_SCALE = 2

OTHERS = "…"
"""Stands for the value of what is beyond the limit; no key has it, for it is compared by identity."""

Keys = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its keys as values, its figures."""

    keys: Keys
    cells: tuple[Cell, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows with what they add up to; `before` is the total of the period before."""

    lines: tuple[Line, ...]
    subtotals: Mapping[Any, Line]
    total: Line
    before: Line | None


@dataclass(frozen=True, slots=True)
class Layout:
    """What the rows are made by.

    Attributes:
        report: The report.
        columns: The columns shown.
        scales: By column, how many decimals a field keeps; None for what is no field's.
        order: By group, what its keys are sorted by.
        sort: Columns and groups to sort by, with whether down.
        periods: The period, and the one before if it is compared.
        span: Columns whose figures are seconds.
    """

    report: Report
    columns: tuple[Column, ...]
    scales: Mapping[str, int | None]
    order: tuple[Callable[[Any], Any], ...]
    sort: tuple[tuple[str, bool], ...]
    periods: tuple[Period, ...] = ()
    spans: frozenset[str] = frozenset()


def table_of(groups: Sequence[GroupOf], layout: Layout) -> Table:
    """Return the rows of a report."""
    measured = [at for at, each in enumerate(layout.columns) if each.is_measured]
    now = {each.common: each.parts for each in groups if each.era == 0}
    then = {each.common: each.parts for each in groups if each.era == 1}
    then = _moved(then, layout)
    _fill(now, layout, len(measured))
    work = _Work(layout, measured)
    total = work.put_together(now.values())
    before = work.put_together(then.values()) if len(layout.periods) > 1 else None
    now, then = work.limited(now), work.limited(then, like=now)
    heads = _by_head(now)
    sums = {head: work.put_together(now[keys] for keys in found) for head, found in heads.items()}
    ranked = work.ranked(now, sums)
    made = work.lines(ranked, then, total, before)
    empty: Keys = ()
    return Table(
        lines=made,
        subtotals={
            head: Line((head,), work.cells(parts, work.put_together(_of_head(then, head)), total), parts)
            for head, parts in sums.items()
        }
        if len(layout.report.groups) > 1
        else {},
        total=Line(empty, work.cells(total, before, total), total),
        before=Line(empty, work.cells(before, None, before), before) if before is not None else None,
    )


def _by_head(groups: Mapping[Keys, Any]) -> dict[Any, list[Keys]]:
    found: dict[Any, list[Keys]] = {}
    for keys in groups:
        found.setdefault(keys[0] if keys else None, []).append(keys)
    return found


def _of_head(groups: Mapping[Keys, tuple[Part, ...]], head: Any) -> Iterable[tuple[Part, ...]]:
    return (parts for keys, parts in groups.items() if keys[0] == head)


def _time_group(layout: Layout) -> int:
    """Return where the group is whose days are those of the period; -1 if there is none."""
    parameter = layout.report.parameters.get(layout.report.period)
    if parameter is None:
        return -1
    return next(
        (at for at, each in enumerate(layout.report.groups) if each.bucket and each.path == parameter.path), -1
    )


def _starts(bucket: str, period: Period) -> list[date]:
    """Return the first days of the buckets of a period, none if they are too many or it is open."""
    if period.since is None or period.until is None:
        return []
    found, start = [], start_of(bucket, period.since)
    while start <= period.until:
        found.append(start)
        if len(found) > FILLED_MAX:
            return []
        start = next_start(bucket, start)
    return found


def _moved(then: dict[Keys, Any], layout: Layout) -> dict[Keys, Any]:
    """Return the groups of the period before under the days they are compared with: its first day with our first."""
    at = _time_group(layout)
    if at < 0 or len(layout.periods) < 2:
        return then
    bucket = layout.report.groups[at].bucket
    ours, theirs = (_starts(bucket, each) for each in layout.periods[:2])
    twin = dict(zip(theirs, ours, strict=False))
    return {(*keys[:at], twin[keys[at]], *keys[at + 1 :]): parts for keys, parts in then.items() if keys[at] in twin}


def _fill(now: dict[Keys, tuple[Part, ...]], layout: Layout, width: int) -> None:
    """Add the days on which there was nothing, where days are all that rows are grouped by."""
    at = _time_group(layout)
    if at != 0 or len(layout.report.groups) != 1 or not layout.periods:
        return
    days = [keys[0] for keys in now if keys[0] is not None]
    period = layout.periods[0]
    since, until = period.since or min(days, default=None), period.until or max(days, default=None)
    empty = tuple(_nothing(each) for each in layout.columns if each.is_measured)
    assert len(empty) == width
    for start in _starts(layout.report.groups[0].bucket, Period(since, until)) if since and until else ():
        now.setdefault((start,), empty)


def _nothing(column: Column) -> Part:
    return Part(0 if column.total == "count" else Decimal(0) if column.total == "sum" else None, 0)


class _Work:
    """Puts figures together and works out what follows from them."""

    def __init__(self, layout: Layout, measured: Sequence[int]) -> None:
        self.layout, self.measured = layout, measured
        self.place = {layout.columns[at].id: number for number, at in enumerate(measured)}

    def put_together(self, groups: Iterable[tuple[Part, ...]]) -> tuple[Part, ...]:
        """Return the figures of several groups as those of one."""
        found = list(groups)
        columns = [self.layout.columns[at] for at in self.measured]
        return tuple(_sum(each, [parts[at] for parts in found]) for at, each in enumerate(columns))

    def limited(
        self, groups: dict[Keys, tuple[Part, ...]], like: Mapping[Keys, Any] | None = None
    ) -> dict[Keys, tuple[Part, ...]]:
        """Return the groups with those beyond the limit as one; `like` others, whose keys are kept."""
        limit = self.layout.report.limit
        if limit is None or not self.layout.report.groups:
            return groups
        if like is not None:
            kept = {keys[0] for keys in like}
        else:
            heads = _by_head(groups)
            if len(heads) <= limit:
                return groups
            sums = {(head,): self.put_together(groups[keys] for keys in found) for head, found in heads.items()}
            kept = {keys[0] for keys in self._sorted(sums, 1)[:limit]}
        rest: dict[Keys, list[tuple[Part, ...]]] = {}
        for keys, parts in groups.items():
            if keys[0] not in kept:
                rest.setdefault((OTHERS, *keys[1:]), []).append(parts)
        return {keys: parts for keys, parts in groups.items() if keys[0] in kept} | {
            keys: self.put_together(found) for keys, found in rest.items()
        }

    def ranked(
        self, groups: Mapping[Keys, tuple[Part, ...]], sums: Mapping[Any, tuple[Part, ...]]
    ) -> list[tuple[Keys, tuple[Part, ...]]]:
        """Return the groups in order: by what their first keys come to, then by themselves; the others last."""
        depth = len(self.layout.report.groups)
        if not depth:
            return list(groups.items())
        heads = {keys[0]: at for at, keys in enumerate(self._sorted({(head,): each for head, each in sums.items()}, 1))}
        within = {keys: at for at, keys in enumerate(self._sorted(groups, depth))}
        return sorted(
            groups.items(), key=lambda each: (each[0][0] is OTHERS, heads[each[0][0]], within[each[0]])
        )

    def _sorted(self, groups: Mapping[Keys, tuple[Part, ...]], depth: int) -> list[Keys]:
        report = self.layout.report
        found = list(groups)
        for at in reversed(range(depth)):
            found.sort(key=lambda keys, at=at: self._rank(at, keys[at]))  # type: ignore[misc]
        for name, down in reversed(self.layout.sort):
            group = next((at for at, each in enumerate(report.groups) if each.id == name), -1)
            if 0 <= group < depth:
                found.sort(key=lambda keys, at=group: self._rank(at, keys[at]), reverse=down)  # type: ignore[misc]
            elif any(each.id == name for each in self.layout.columns):
                values = {keys: self.value(name, groups[keys]) for keys in found}
                found.sort(key=lambda keys, of=values: _ordered(of[keys]), reverse=down)  # type: ignore[misc]
        return found

    def _rank(self, at: int, value: Any) -> tuple[bool, Any]:
        if value is None or value is OTHERS:
            return True, ""
        return False, self.layout.order[at](value)

    def value(self, id: str, parts: tuple[Part, ...]) -> Any:
        """Return the figure of a column that is of this group alone; of one that is not, the figure it is about."""
        column = next(each for each in self.layout.columns if each.id == id)
        return self._plain(column.of if column.show else id, parts).value

    def lines(
        self,
        ranked: Sequence[tuple[Keys, tuple[Part, ...]]],
        then: Mapping[Keys, tuple[Part, ...]],
        total: tuple[Part, ...],
        before: tuple[Part, ...] | None,
    ) -> tuple[Line, ...]:
        """Return the rows, each with what follows from its place among the others."""
        running: dict[str, Decimal] = {}
        nothing = self.put_together(()) if before is not None else None
        made = []
        for keys, parts in ranked:
            cells = list(self.cells(parts, then.get(keys, nothing), total))
            for at, column in enumerate(self.layout.columns):
                if column.show == "running":
                    cells[at] = self._running(column, parts, running)
            made.append(Line(keys, tuple(cells), parts))
        return tuple(made)

    def _running(self, column: Column, parts: tuple[Part, ...], running: dict[str, Decimal]) -> Cell:
        found = self._plain(column.of, parts)
        if isinstance(found.value, Decimal | int):
            running[column.id] = running.get(column.id, Decimal(0)) + found.value
        return Cell(running.get(column.id), found.mixed, found.measure)

    def cells(
        self, parts: tuple[Part, ...] | None, then: tuple[Part, ...] | None, total: tuple[Part, ...] | None
    ) -> tuple[Cell, ...]:
        """Return the figures of every column; `then` are those of the period before, `total` those of everything."""
        assert parts is not None
        return tuple(self._cell(each, parts, then, total) for each in self.layout.columns)

    def _cell(
        self, column: Column, parts: tuple[Part, ...], then: tuple[Part, ...] | None, total: tuple[Part, ...] | None
    ) -> Cell:
        if not column.show:
            return self._plain(column.id, parts)
        own = self._plain(column.of, parts)
        if column.show == "running":
            return own
        against = then if column.show in ("before", "change") else total
        other = self._plain(column.of, against) if against is not None else Cell()
        if column.show == "before":
            return other
        if own.mixed or other.mixed or not _is_number(own.value) or not _is_number(other.value) or not other.value:
            return Cell(mixed=own.mixed or other.mixed)
        scale = 1 if column.scale is None else column.scale
        if column.show == "change":
            return Cell(change_of(own.value, other.value, scale))
        return Cell(_quotient(own.value * _HUNDRED, other.value, scale))

    def _plain(self, id: str, parts: tuple[Part, ...]) -> Cell:
        column = next(each for each in self.layout.columns if each.id == id)
        if column.formula is not None:
            return self._formula(column, parts)
        part = parts[self.place[id]]
        if part.mixed and column.total != "count":
            return Cell(mixed=True)
        measure = "" if part.measure is None else str(part.measure)
        return Cell(_figure(column, part, self.layout.scales.get(id)), measure=measure)

    def _formula(self, column: Column, parts: tuple[Part, ...]) -> Cell:
        assert column.formula is not None
        used = {path[0] for path in column.formula.reads}
        cells = {name: self._plain(name, parts) for name in sorted(used)}
        if any(each.mixed for each in cells.values()):
            return Cell(mixed=True)
        record = {
            name: _divide(each.value, _HOUR_S) if name in self.layout.spans and each.value is not None else each.value
            for name, each in cells.items()
        }
        try:
            value = column.formula.evaluate(Env(record))
        except (ComputationError, UnknownValue, ArithmeticError):
            value = None
        scale = column.scale if column.scale is not None else self.layout.scales.get(column.id)
        rounded = _rounded(value, _USUAL_SCALE if scale is None else scale) if _is_number(value) else None
        return Cell(rounded, measure=next((each.measure for each in cells.values() if each.measure), ""))


def change_of(now: Any, then: Any, scale: int = 1) -> Decimal:
    """Return by how many per cent a figure is more than another one, which is not nought; less is below nought."""
    return _quotient((Decimal(now) - Decimal(then)) * _HUNDRED, abs(Decimal(then)), scale)


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


def _sum(column: Column, parts: Sequence[Part]) -> Part:
    """Return one figure of several groups, worked out as if their rows were one group."""
    there = [each for each in parts if each.count]
    measures = dict.fromkeys(each.measure for each in there)
    mixed = any(each.mixed for each in there) or len(measures) > 1
    measure = next(iter(measures), None)
    count = sum(each.count for each in there)
    values = [each.value for each in there if each.value is not None]
    if column.total == "count":
        return Part(count, count, measure, mixed)
    if column.total in ("min", "max"):
        pick = min if column.total == "min" else max
        return Part(pick(values) if values else None, count, measure, mixed)
    nothing = Decimal(0) if column.total == "sum" else None
    return Part(sum(values, Decimal(0)) if values else nothing, count, measure, mixed)


def _figure(column: Column, part: Part, scale: int | None) -> Any:
    if column.total == "average":
        scale = column.scale if column.scale is not None else scale
        return None if part.value is None or not part.count else _quotient(
            part.value, Decimal(part.count), _USUAL_SCALE if scale is None else scale
        )
    if column.total == "sum" and part.value is None:
        return Decimal(0) if scale is None else Decimal(0).scaleb(-scale)
    return _rounded(part.value, scale) if isinstance(part.value, Decimal) and scale is not None else part.value


def _divide(one: Any, other: Decimal) -> Decimal:
    return _WIDE.divide(Decimal(one), other)


def _quotient(one: Any, other: Any, scale: int) -> Decimal:
    return _rounded(_divide(one, Decimal(other)), scale)


def _rounded(value: Any, scale: int) -> Decimal:
    made = Decimal(value).quantize(Decimal(1).scaleb(-scale), context=_WIDE)
    return made if made else made.copy_abs()


def _ordered(value: Any) -> tuple[bool, Any]:
    """Return what figures are sorted by: what is empty or mixed comes first going up and last going down."""
    return (value is not None, Decimal(0) if value is None else value)
