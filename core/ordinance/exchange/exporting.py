"""Export exactly what a list shows, so that what goes out can come in again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ordinance.access import Projection
from ordinance.acts import Call, House, Page, Query, Refused, listing
from ordinance.acts.desk import Desk, RefusedSignal
from ordinance.acts.seeing import demand, not_allowed
from ordinance.blueprint import Entity, Field
from ordinance.exchange.mapping import IDENTITIES
from ordinance.exchange.sheets import is_workbook, write_csv, write_xlsx
from ordinance.storage import NewEvent, dump

_PAGE = 200
_OLDEST_FIRST = ((("id",), False),)

NO_RECORD = 0
"""Stands for the document of an event that is about many records."""

Record = dict[str, Any]


async def export(
    house: House, call: Call, entity: Entity, target: Path, query: Query | None = None, *, lines: str | None = None
) -> int | Refused:
    """Write the records that a query shows to a CSV or XLSX file and return how many rows of records, or of lines.

    Who exported what is written to the events. Without a sort the oldest come first, so that an import of the file
    makes them in the order in which they were made.

    Args:
        house: The site.
        call: Who exports; a field that is not seen is not written, nor a record that may not be exported.
        entity: The kind of record.
        target: The file; `.xlsx` gives a workbook, with a sheet for each field of lines.
        query: Filters and sort of the list.
        lines: For CSV, write the lines of this field instead of the records.

    Raises:
        SheetError: a text is longer than a cell of a workbook holds.
    """
    if not house.force.rights.may(call.actor, "export", entity.id):
        return Refused("not_allowed", (not_allowed(entity, "export"),))
    asked = query or Query()
    asked = replace(asked, sort=asked.sort or _OLDEST_FIRST, limit=_PAGE, cursor=None)
    records = await _all(house, call, entity, asked)
    if isinstance(records, Refused):
        return records
    table = _Table(house, entity, house.force.rights.projection(call.actor, entity.id), records)
    await _log(house, call, entity, table, lines)
    if is_workbook(target):
        below = {each.id: table.lines(each) for each in table.parts}
        write_xlsx({entity.id: table.main(), **below}, target)
        return len(records)
    rows = table.lines(entity.fields[lines]) if lines else table.main()
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        return write_csv(rows, file) - 1


async def _log(house: House, call: Call, entity: Entity, table: _Table, lines: str | None) -> None:
    """Write down who takes what out of the company; it belongs to no record, so its document is none."""
    told = {"rows": len(table.records), "lines": lines, "fields": [each.id for each in (*table.own, *table.parts)]}
    event = NewEvent(
        seq=0, name=f"{entity.id}.export", actor=str(call.actor.id), revision=house.blueprint.revision,
        channel=call.channel, body=dump(told) or "{}",
    )  # fmt: skip
    async with house.database.work() as work:
        await house.force.store.events.append(work, entity.id, NO_RECORD, event, call.now)


async def _all(house: House, call: Call, entity: Entity, query: Query) -> list[Record] | Refused:
    records: list[Record] = []
    while True:
        page = await listing(house, call, entity.id, query)
        if not isinstance(page, Page):
            return page
        records += await exportable(house, call, entity, page.items)
        if page.next is None:
            return records
        query = replace(query, cursor=page.next)


async def exportable(house: House, call: Call, entity: Entity, records: Iterable[Record]) -> list[Record]:
    """Return the records that the actor may export, of those it sees."""
    shown = list(records)
    if house.force.rights.rows(call.actor, entity.id, "export").all:
        return shown
    kept = []
    async with house.database.work(write=False) as work:
        desk = Desk.of(house.force, work, call, {})
        stored = await house.force.store.get_many(work, entity.id, [int(each["id"]) for each in shown])
        for each in shown:
            try:
                await demand(desk, entity, "export", stored[int(each["id"])])
            except RefusedSignal:
                continue
            kept.append(each)
    return kept


class _Table:
    """Records as rows of text: fields by their ids, references by their keys, numbers and dates as JSON has them."""

    def __init__(self, house: House, entity: Entity, seen: Projection, records: list[Record]) -> None:
        self.house, self.entity, self.seen, self.records = house, entity, seen, records
        fields = [each for each in entity.fields.values() if seen.level(each.id) != "hidden"]
        self.own = [each for each in fields if not each.fields]
        self.parts = [each for each in fields if each.fields]
        self.identity = self._identity()

    def main(self) -> list[list[str]]:
        """Return the headings and a row for each record."""
        heads = [self.identity] if self.identity == "id" else []
        heads += [name for name in ("number", "status") if self.entity.workflows and name not in self.entity.fields]
        rows = [[*heads, *(each.id for each in self.own)]]
        for record in self.records:
            front = [str(record.get(name) or "") for name in heads]
            rows.append([*front, *(self._cell(each, record.get(each.id)) for each in self.own)])
        return rows

    def lines(self, field: Field) -> list[list[str]]:
        """Return the headings and a row for each line of all records, with what its record is known by in front."""
        inner = [each for each in field.fields.values() if self.seen.level(f"{field.id}.{each.id}") != "hidden"]
        parent = self.entity.fields.get(self.identity)
        rows = [[self.identity, *(each.id for each in inner)]]
        for record in self.records:
            value = record.get(self.identity)
            known = self._cell(parent, value) if parent is not None else str(value or "")
            found = record.get(field.id) or ()
            rows += ([known, *(self._cell(each, line.get(each.id)) for each in inner)] for line in found)
        return rows

    def _identity(self) -> str:
        """Return the column by which a record is found again: the first that all of them have filled in."""
        visible = {each.id for each in self.own if self.seen.reads(each.id)}
        unique = [each.id for each in self.own if each.unique]
        names = [self.entity.key] if self.entity.key else [*unique, *(IDENTITIES if self.entity.workflows else ())]
        usable = [name for name in names if name in visible or name in IDENTITIES]
        return next((name for name in usable if all(record.get(name) for record in self.records)), "id")

    def _cell(self, field: Field, value: Any) -> str:
        """Return a JSON value as the text that is read as the same value."""
        if value is None:
            return ""
        if isinstance(value, dict):
            return self._structured(field, value)
        if isinstance(value, list):
            return ", ".join(str(each) for each in value)
        return ("true" if value else "false") if isinstance(value, bool) else str(value)

    def _structured(self, field: Field, value: Record) -> str:
        target = self.house.blueprint.entities.get(field.to or "")
        if target is not None and "title" in value:
            by_number = value["title"] if target.workflows and target.title == "number" else ""
            return str(value.get("key") or by_number or value["id"])
        if set(value) == {"entity", "id"}:
            return f"{value['entity']}/{value['id']}"
        if all(isinstance(each, bool) for each in value.values()):
            return ", ".join(name for name, ticked in value.items() if ticked)
        return str(value.get("note") or value.get("id") or json.dumps(value, ensure_ascii=False, sort_keys=True))
