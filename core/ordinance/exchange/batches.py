"""Imports that people follow on a page: a file that was sent, how it is read, what is wrong with it, what it became.

The file lies in the content store, as it came and as the tables read from it; the batch says the rest. Whoever may
import an entity sees its batches; what is in the file only the one who sent it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ordinance.acts import Call, House, Refused
from ordinance.acts.seeing import not_allowed
from ordinance.blueprint import Entity
from ordinance.exchange.books import Sent, Tables, tables_of
from ordinance.exchange.mapping import Mapping, Source, mapping_by_headings
from ordinance.exchange.rows import Bad
from ordinance.exchange.sheets import Sheet
from ordinance.problems import Text, reason
from ordinance.storage import ImportRow, NewEvent, dump

BUSY = frozenset({"checking", "running", "undoing", "retracting"})
"""States in which somebody works on a batch."""

OPEN = frozenset({"new", "checked", "refused"})
"""States in which a batch can still be mapped, mended and run."""

WRITTEN = frozenset({"done", "cancelled"})
"""States in which a batch has written something that can be taken back."""

_NO_RECORD = 0
_PLAIN = (
    "id", "entity", "state", "maker", "maker_name", "made_at", "tables", "mode", "total", "position", "cancelled",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """One import, as it stands.

    Attributes:
        id: Its id.
        entity: What its rows are.
        state: One of `new checking checked running done refused cancelled undoing undone retracting broken`.
        maker: Id of the account that sent the file.
        maker_name: Its name.
        made_at: When.
        files: The files as they came: name, sha256, size, field of lines.
        tables: Hash of what was read from them.
        mapping: Which column is which field, JSON-ready; None until somebody said so.
        edits: Cells mended, rows left out.
        mode: `all` or nothing, or the good `rows`.
        total: How many records there are.
        position: How many of them are done.
        cancelled: Whether somebody wants it to stop.
        faults: What is wrong with the files as a whole.
        counts: How many rows came to what.
        lease_until: Until when the process that works on it has said it will.
        ended_at: When the last thing was done to it.
        undone_by: Who took it back.
    """

    id: int
    entity: str
    state: str
    maker: str
    maker_name: str
    made_at: datetime
    files: tuple[MappingOf[str, Any], ...]
    tables: str
    mapping: MappingOf[str, Any] | None
    edits: MappingOf[str, Any]
    mode: str
    total: int
    position: int
    cancelled: bool
    faults: tuple[Bad, ...]
    counts: MappingOf[str, int]
    lease_until: datetime | None
    ended_at: datetime | None
    undone_by: str

    @property
    def is_busy(self) -> bool:
        """Whether somebody works on it."""
        return self.state in BUSY


def batch_of(row: MappingOf[str, Any], counts: MappingOf[str, int]) -> Batch:
    """Return a stored batch."""
    return Batch(
        **{name: row[name] for name in _PLAIN},
        files=tuple(row["files"] or ()), mapping=row["mapping"], edits=row["edits"] or {},
        faults=tuple(bad_of(each) for each in row["faults"] or ()), counts=counts, lease_until=row["lease_until"],
        ended_at=row["ended_at"], undone_by=row["undone_by"] or "",
    )  # fmt: skip


def may_import(house: House, call: Call, entity: Entity) -> Refused | None:
    """Return why somebody may not import records of an entity; None if it may."""
    if house.force.rights.may(call.actor, "import", entity.id):
        return None
    return Refused("not_allowed", (not_allowed(entity, "import"),))


async def open_batch(house: House, call: Call, entity: Entity, sent: Sequence[Sent]) -> int | Refused:
    """Keep files that were sent, read them, and return the id of their batch; the mapping is what the headings say.

    Args:
        house: The site.
        call: Who sends them.
        entity: What the rows are.
        sent: The file of the records first, then those of lines.

    Raises:
        SheetError: a file cannot be read, or is too large.
    """
    refused = may_import(house, call, entity)
    if refused is not None:
        return refused
    tables = await tables_of(entity, sent)
    store = house.force.store
    files = [
        {"name": each.name, "field": each.field, "size": len(each.content),
         "sha256": await store.attachments.keep(each.content)}
        for each in sent
    ]  # fmt: skip
    kept = await store.attachments.keep(_written(tables))
    found = mapping_by_headings(entity, tables.main, tables.lines)
    async with house.database.work() as work:
        return await store.imports.add(
            work, call.now, entity=entity.id, state="new", maker=str(call.actor.id), maker_name=call.actor.name,
            files=files, tables=kept, mapping=plain_mapping(found), total=len(tables.main.rows),
        )  # fmt: skip


async def find_batch(house: House, call: Call, entity: Entity, id: int) -> Batch | Refused:
    """Return a batch of an entity."""
    refused = may_import(house, call, entity)
    if refused is not None:
        return refused
    store = house.force.store.imports
    async with house.database.work(write=False) as work:
        row = await store.get(work, id)
        if row is None or row["entity"] != entity.id:
            return Refused("not_found", (reason("not_found"),))
        return batch_of(row, await store.counts(work, id))


async def batches_of(house: House, call: Call, entity: Entity) -> tuple[Batch, ...]:
    """Return the latest batches of an entity; none for whoever may not import it."""
    if may_import(house, call, entity) is not None:
        return ()
    store = house.force.store.imports
    async with house.database.work(write=False) as work:
        rows = await store.of_entity(work, entity.id)
        return tuple([batch_of(row, await store.counts(work, row["id"])) for row in rows])


async def tables_in(house: House, batch: Batch) -> Tables:
    """Return the tables of a batch as they were sent."""
    data = json.loads(await house.force.store.attachments.read(batch.tables))
    sheets = {
        field: Sheet(
            each["name"], tuple(each["headings"]), tuple((number, tuple(cells)) for number, cells in each["rows"])
        )
        for field, each in data.items()
    }
    return Tables(sheets.pop(""), sheets)


def _written(tables: Tables) -> bytes:
    plain = {
        field: {"name": each.name, "headings": each.headings, "rows": each.rows} for field, each in tables.all.items()
    }
    return json.dumps(plain, ensure_ascii=False).encode()


def mended(tables: Tables, edits: MappingOf[str, Any]) -> Tables:
    """Return the tables with the cells that were mended."""
    cells: MappingOf[str, MappingOf[str, MappingOf[str, str]]] = edits.get("cells") or {}
    if not cells:
        return tables
    sheets = {field: _mended(sheet, cells.get(field) or {}) for field, sheet in tables.all.items()}
    return Tables(sheets.pop(""), sheets)


def _mended(sheet: Sheet, cells: MappingOf[str, MappingOf[str, str]]) -> Sheet:
    if not cells:
        return sheet
    rows = []
    for number, row in sheet.rows:
        changed = cells.get(str(number)) or {}
        padded = (*row, *([""] * (len(sheet.headings) - len(row))))
        fresh = tuple(changed.get(heading, cell) for heading, cell in zip(sheet.headings, padded, strict=False))
        rows.append((number, fresh if changed else row))
    return replace(sheet, rows=tuple(rows))


def plain_mapping(mapping: Mapping) -> dict[str, Any]:
    """Return a mapping by headings, JSON-ready."""
    return {
        "fields": {name: each.column for name, each in mapping.fields.items()},
        "lines": {
            name: {"parent": parent, "fields": {inner: each.column for inner, each in sources.items()}}
            for name, (parent, sources) in mapping.lines.items()
        },
        "dates": mapping.dates,
        "decimal": mapping.decimal,
        "key": list(mapping.key),
    }


def mapping_of(plain: MappingOf[str, Any]) -> Mapping:
    """Return the mapping that was kept."""
    return Mapping(
        fields={name: Source(column=column) for name, column in (plain.get("fields") or {}).items()},
        lines={
            name: (each["parent"], {inner: Source(column=column) for inner, column in each["fields"].items()})
            for name, each in (plain.get("lines") or {}).items()
        },
        key=tuple(plain.get("key") or ()),
        dates=plain.get("dates") or "",
        decimal=plain.get("decimal") or ".",
    )


async def keep_mapping(house: House, call: Call, batch: Batch, plain: MappingOf[str, Any], name: str = "") -> bool:
    """Say which column is which field, and under a name for the next file too; return False if it is too late.

    What was found wrong before counts no more: everything is to be checked again.
    """
    imports = house.force.store.imports
    async with house.database.work() as work:
        moved = await imports.move(
            work, batch.id, OPEN, mapping=dict(plain), state="new", position=0, faults=None
        )
        if moved:
            await imports.forget_rows(work, batch.id)
            if name:
                await imports.keep_mapping(work, batch.entity, name, plain, str(call.actor.id), call.now)
    return moved


async def saved_mappings(house: House, entity: Entity) -> dict[str, Any]:
    """Return the mappings that were kept for an entity, by name."""
    async with house.database.work(write=False) as work:
        return await house.force.store.imports.mappings(work, entity.id)


async def mend(house: House, batch: Batch, cells: MappingOf[str, Any], skip: Sequence[int]) -> bool:
    """Keep cells that were mended and rows that are to be left out; return False if it is too late.

    Args:
        house: The site.
        batch: The batch.
        cells: Texts by sheet, row and heading.
        skip: Numbers of rows that are not to be imported.
    """
    earlier = (batch.edits.get("cells") or {}).items()
    known = {field: {row: dict(each) for row, each in rows.items()} for field, rows in earlier}
    for field, rows in cells.items():
        for row, each in rows.items():
            known.setdefault(field, {}).setdefault(row, {}).update(each)
    edits = {"cells": known, "skip": sorted({*(batch.edits.get("skip") or ()), *skip})}
    async with house.database.work() as work:
        return await house.force.store.imports.move(work, batch.id, OPEN, edits=edits)


async def bad_rows(house: House, batch: Batch, limit: int) -> list[ImportRow]:
    """Return the first rows that something is wrong with."""
    async with house.database.work(write=False) as work:
        return await house.force.store.imports.rows(work, batch.id, ("bad",), limit=limit)


async def written_rows(house: House, batch: Batch, limit: int) -> list[ImportRow]:
    """Return the first rows that became a record."""
    async with house.database.work(write=False) as work:
        return await house.force.store.imports.rows(work, batch.id, ("created", "updated"), limit=limit, written=True)


async def kept_rows(house: House, batch: Batch, limit: int) -> list[ImportRow]:
    """Return the first rows that could not be taken back."""
    async with house.database.work(write=False) as work:
        return await house.force.store.imports.rows(work, batch.id, limit=limit, undone=True)


async def request(house: House, call: Call, batch: Batch, goal: str, *, mode: str = "rows") -> bool:
    """Ask for something to be done with a batch: `check`, `run`, `undo`, or to stop; return False if it cannot be.

    Args:
        house: The site.
        call: Who asks.
        batch: The batch.
        goal: What is to be done.
        mode: For `run`: `all` or nothing, or the good `rows`.
    """
    imports = house.force.store.imports
    async with house.database.work() as work:
        if goal == "check":
            return await imports.move(work, batch.id, OPEN, state="checking", position=0, cancelled=False)
        if goal == "run":
            return await imports.move(
                work, batch.id, ("checked",), state="running", mode=mode, position=0, cancelled=False
            )
        if goal == "undo":
            return await imports.move(
                work, batch.id, WRITTEN, state="undoing", position=0, cancelled=False, undone_by=call.actor.name
            )
        return await imports.move(work, batch.id, ("checking", "running"), cancelled=True)


async def log(house: House, call: Call, batch: Batch, what: str, told: MappingOf[str, Any]) -> None:
    """Write down who brought what into the company, or took it back; it belongs to no single record."""
    body = {"batch": str(batch.id), "files": [each["name"] for each in batch.files], **told}
    event = NewEvent(
        seq=0, name=f"{batch.entity}.{what}", actor=str(call.actor.id), revision=house.blueprint.revision,
        channel="import", body=dump(body) or "{}",
    )  # fmt: skip
    async with house.database.work() as work:
        await house.force.store.events.append(work, batch.entity, _NO_RECORD, event, call.now)


def plain_bad(bad: Bad, names: MappingOf[str, str]) -> dict[str, Any]:
    """Return a fault, JSON-ready; `names` has the sheet by its name in faults."""
    return {
        "sheet": names.get(bad.file, ""), "file": bad.file, "row": bad.row, "column": bad.column, "code": bad.code,
        "zh": bad.message.zh, "en": bad.message.en, "got": bad.got,
    }  # fmt: skip


def bad_of(plain: MappingOf[str, Any]) -> Bad:
    """Return a fault that was kept."""
    return Bad(
        plain["file"], plain["row"], plain["column"], plain["code"], Text(plain["zh"], plain["en"]), plain["got"]
    )
