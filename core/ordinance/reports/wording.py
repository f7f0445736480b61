"""What the keys and figures of a report are called: as their fields write them, in the language of who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ordinance.acts import Call, Force
from ordinance.acts.showing import shown
from ordinance.blueprint import Entity
from ordinance.blueprint.reporting import WAITS_AT, Column, Group, Report
from ordinance.expressions import Record
from ordinance.problems import Text
from ordinance.reports.answer import Answer, Cell, Key
from ordinance.reports.figures import OTHERS
from ordinance.storage import Work

EMPTY = Text("未填写", "Not filled in")
NOBODY_WAITS = Text("无", "None")
MIXED = Text("单位不一", "Several units")
MIXED_MONEY = Text("币种不一", "Several currencies")
REST = Text("其他", "Others")
TOTAL = Text("合计", "Total")
_YES, _NO = Text("是", "Yes"), Text("否", "No")
_WEEK = Text("{day} 起一周", "Week of {day}")
_HOUSE = Text("系统", "The system")
_PHASES = {
    "draft": Text("草稿", "Draft"),
    "running": Text("进行中", "Under way"),
    "complete": Text("已完成", "Completed"),
    "cancelled": Text("已取消", "Cancelled"),
}
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60
_DAYS = Text("{d} 天 {h} 小时", "{d} d {h} h")
_HOURS = Text("{h} 小时 {m} 分", "{h} h {m} min")
_MINUTES = Text("{m} 分", "{m} min")


@dataclass(slots=True)
class Words:
    """The words of one answer. `titles` are what records are called, by entity and id, looked up beforehand."""

    force: Force
    call: Call
    report: Report
    titles: dict[tuple[str, str], str] = field(default_factory=dict)

    def say(self, text: Text) -> str:
        """Return words in the language of who asks."""
        return text.in_(self.call.locale)

    @property
    def entity(self) -> Entity:
        """The entity the report is about."""
        return self.force.blueprint.entities[self.report.of]

    async def look_up(self, work: Work, wanted: Iterable[tuple[Group, Any]]) -> None:
        """Find out what the records are called that rows are grouped by: one query for each kind."""
        ids: dict[str, set[int]] = {}
        for group, value in wanted:
            target = self.target(group)
            if target is not None and value is not None and value is not OTHERS:
                ids.setdefault(target, set()).add(int(value))
        for target, found in ids.items():
            entity = self.force.blueprint.entities.get(target)
            if entity is None:
                continue
            if target == "account":
                names = await self.force.store.inbox.names(work, [str(each) for each in found])
                self.titles |= {(target, id): name for id, name in names.items()}
                continue
            await self._titles(work, entity, sorted(found))

    async def look_up_chosen(self, work: Work, answer: Answer) -> None:
        """Find out what the records are called that parameters name, and what figures are measured in."""
        wanted: dict[str, set[int]] = {}
        for each in answer.parameters:
            field = each.parameter.field
            target = self.force.types.of(field).target(field) if field is not None else None
            if target is not None and each.text.isdigit():
                wanted.setdefault(target, set()).add(int(each.text))
        for target, ids in wanted.items():
            entity = self.force.blueprint.entities.get(target)
            if entity is not None:
                await self._titles(work, entity, sorted(ids))
        await self._look_up_measures(work, answer)

    async def _look_up_measures(self, work: Work, answer: Answer) -> None:
        for at, column in enumerate(answer.columns):
            kind = column.measured.type if column.measured is not None else None
            entity = self.force.blueprint.entities.get(kind.entity) if isinstance(kind, Record) else None
            cells = (row.cells[at] for row in (*answer.rows, answer.total, *answer.subtotals.values()))
            ids = {int(each.measure) for each in cells if each.measure.isdigit()}
            if entity is not None and ids:
                await self._titles(work, entity, sorted(ids))
                self.titles |= {("", str(id)): self.titles.get((entity.id, str(id)), str(id)) for id in ids}

    async def _titles(self, work: Work, entity: Entity, ids: Sequence[int]) -> None:
        names = tuple(name for name in (entity.title, entity.key) if name and name in entity.fields)
        records = await self.force.store.get_many(work, entity.id, ids, lines=False)
        seen = [self.force.rights.projection(self.call.actor, entity.id)] * len(records)
        made = await shown(self.force, work, self.call, entity, list(records.values()), seen, names) if records else []
        for id, record in zip(records, made, strict=True):
            self.titles[entity.id, str(id)] = self._name(entity, record)

    def _name(self, entity: Entity, record: Mapping[str, Any]) -> str:
        for name in (entity.title, entity.key):
            value = record.get(name or "")
            if value is not None and name is not None:
                at = entity.fields.get(name)
                if at is None:
                    return str(value)
                kind = self.force.types.of(at)
                return str(value.get("title") or "") if isinstance(value, Mapping) else kind.to_text(value, at)
        return str(record.get("number") or record["id"])

    def target(self, group: Group) -> str | None:
        """Return the entity that a group's values refer to, or None."""
        if group.field is not None:
            return self.force.types.of(group.field).target(group.field)
        kind = group.value.type if group.value is not None else None
        return "account" if kind is not None and kind.kind == "record" else None

    def key(self, group: Group, value: Any) -> Key:
        """Return a key with what it is called."""
        if value is OTHERS:
            return Key(None, self.say(REST), is_others=True)
        if value is None or value == "":
            return Key(None, self.say(NOBODY_WAITS if group.path == WAITS_AT else EMPTY))
        if group.bucket:
            return Key(value, *self._bucket(group.bucket, value))
        return Key(value, self._called(group, value))

    def _bucket(self, bucket: str, start: date) -> tuple[str, str]:
        day = start.isoformat()
        if bucket == "day":
            return day, day[5:]
        if bucket == "week":
            return self.say(_WEEK).format(day=day), day[5:]
        if bucket == "month":
            return day[:7], day[:7]
        name = f"{start.year} Q{(start.month + 2) // 3}" if bucket == "quarter" else str(start.year)
        return name, name

    def _called(self, group: Group, value: Any) -> str:
        target = self.target(group)
        if target is not None:
            usual = self.say(_HOUSE) if target == "account" and str(value) == "0" else str(value)
            return self.titles.get((target, str(value)), usual)
        if group.field is not None and group.field.options:
            words = group.field.options.get(str(value))
            return self.say(words) if words else str(value)
        if isinstance(value, bool):
            return self.say(_YES if value else _NO)
        if group.field is not None:
            return self.force.types.of(group.field).to_text(value, group.field, self.call.locale)
        return self._engine_word(group, str(value))

    def _engine_word(self, group: Group, value: str) -> str:
        """Return what a name of the engine is called: a step, a phase, an outcome, a workflow."""
        name = group.path[-1]
        if name == "phase":
            return self.say(_PHASES[value]) if value in _PHASES else value
        if name in ("waits_at", "step"):
            both = [self.say(self.steps().get(each) or Text.of(each)) for each in value.split()]
            return ("、" if self.call.locale.startswith("zh") else ", ").join(both)
        found: Text | None = None
        for workflow in self.force.blueprint.variants(self.report.of):
            if name == "ended":
                found = found or workflow.ends.get(value)
            elif name == "workflow" and workflow.id == value:
                found = workflow.label
        return self.say(found or _PHASES.get(value) or Text.of(value))

    def steps(self) -> dict[str, Text]:
        """Return what the steps of the documents are called, in the order of their processes, lanes behind."""
        found: dict[str, Text] = {}
        for workflow in self.force.blueprint.variants(self.report.of):
            for each in workflow.steps:
                found.setdefault(each.id, each.label)
        for workflow in self.force.blueprint.variants(self.report.of):
            for lane in workflow.lanes.values():
                found.setdefault(lane.id, lane.label)
                for each in lane.steps:
                    found.setdefault(each.id, each.label)
        return found

    def order(self, group: Group) -> Callable[[Any], Any]:
        """Return by what keys are sorted: days as they come, options and steps as declared, the rest by name."""
        if group.bucket or (group.value is not None and group.value.type.kind in ("date", "number")):
            return lambda value: value
        listed = list(group.field.options) if group.field is not None else []
        if group.path[-1] in ("waits_at", "step"):
            listed = list(self.steps())
        elif group.path[-1] == "phase":
            listed = list(_PHASES)
        places = {each: at for at, each in enumerate(listed)}
        return lambda value: (places.get(str(value).partition(" ")[0], len(places)), self._called(group, value))

    def figure(self, column: Column, cell: Cell) -> str:
        """Return a figure as people read it, without its unit."""
        if cell.mixed:
            money = column.field is not None and self.force.types.of(column.field).measure == "currency"
            return self.say(MIXED_MONEY if money else MIXED)
        value = cell.value
        if value is None:
            return ""
        if is_span(column, self.report):
            return self.span(value)
        if isinstance(value, Decimal):
            return self._number(column, value)
        if isinstance(value, datetime):
            return value.astimezone(self.force.blueprint.company.calendar.zone).strftime("%Y-%m-%d %H:%M")
        return value.isoformat() if isinstance(value, date) else f"{value:,}"

    def _number(self, column: Column, value: Decimal) -> str:
        if column.field is not None and column.unit is None:
            kind = self.force.types.of(column.field)
            if kind.decimals(column.field) is not None:
                return kind.to_text(value, column.field, self.call.locale)
        digits = f"{value:,f}"
        return digits.rstrip("0").rstrip(".") if "." in digits and column.show not in ("share", "change") else digits

    def span(self, seconds: Any) -> str:
        """Return a length of time: days and hours, or hours and minutes."""
        whole = int(seconds)
        days, rest = divmod(whole, _DAY_S)
        hours, rest = divmod(rest, _HOUR_S)
        minutes = rest // _MINUTE_S
        words = _DAYS if days else _HOURS if hours else _MINUTES
        return self.say(words).format(d=days, h=hours, m=minutes)

    def currency(self, column: Column) -> str:
        """Return the code of the currency in which a column is, where it has one for all rows."""
        if column.field is None or column.unit is not None or column.measured is not None or column.total == "count":
            return ""
        kind = self.force.types.of(column.field)
        return (column.field.currency or self.force.blueprint.company.currency) if kind.measure == "currency" else ""

    def measure(self, column: Column, cell: Cell) -> str:
        """Return in what the figures of a cell are measured, where the rows say so."""
        return self.titles.get(("", cell.measure), cell.measure) if cell.measure else ""

    def heading(self, column: Column, unit: str) -> str:
        """Return what a column is called, with the unit of all its figures."""
        label = self.say(column.label)
        return f"{label} ({unit})" if unit else label

    def unit(self, column: Column, cell: Cell) -> str:
        """Return what stands behind a figure: %, a unit; the code of a currency is told by the field."""
        if cell.value is None or cell.mixed:
            return ""
        if column.unit is not None:
            return self.say(column.unit)
        return "%" if column.show in ("share", "change") else ""


def is_span(column: Column, report: Report) -> bool:
    """Return whether the figures of a column are lengths of time."""
    of = report.columns.get(column.of) if column.show in ("running", "before") else column
    return of is not None and of.value is not None and of.value.type.kind == "span" and of.total != "count"
