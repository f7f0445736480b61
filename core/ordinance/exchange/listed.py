"""Export of what a list shows: its columns in its order, its rows in theirs, read and written a page at a time.

For a person's spreadsheet, not to come in again: headings and values are those of the screen. `exporting` is for that.
Source: ui.md §3 (filters survive into the export); design.md §3 rule 6.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ordinance.acts import Call, House, Page, Query, Refused, listing
from ordinance.acts.reading import LIMIT_MAX
from ordinance.acts.seeing import not_allowed
from ordinance.blueprint import Entity
from ordinance.exchange.exporting import NO_RECORD, exportable
from ordinance.exchange.sheets import harmless
from ordinance.storage import NewEvent, dump

ROWS_MAX = 1_000_000
"""Rows of one file: what a sheet of a workbook holds, but for its heading."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, how a record's value reads, and whether that is a number or a day in a workbook."""

    name: str
    heading: str
    kind: Literal["text", "number", "date"] = "text"
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that is exported.

    Attributes:
        columns: What stands in it.
        rows: Its rows, as the text of each column; a page of them is read when it is wanted.
    """

    columns: Sequence[Column]
    rows: AsyncIterator[tuple[str, ...]]


async def records_of(
    house: House, call: Call, entity: Entity, query: Query, *, limit: int = LIMIT_MAX
) -> AsyncIterator[Record]:
    """Yield the records of a list that the actor may export, page by page.

    Raises:
        ValueError: the list cannot be read so; whoever asks has looked at its first page.
    """
    asked = replace(query, limit=limit, cursor=None, count=False)
    seen = 0
    while True:
        page = await listing(house, call, entity.id, asked)
        if not isinstance(page, Page):
            raise ValueError(page)
        for each in await exportable(house, call, entity, page.items):
            yield each
        seen += len(page.items)
        if page.next is None or seen >= ROWS_MAX:
            return
        asked = replace(asked, cursor=page.next)


async def permitted(house: House, call: Call, entity: Entity, query: Query, columns: Sequence[str]) -> Refused | None:
    """Return why a list may not be exported, or None; then it is written down who takes what out of the company."""
    if not house.force.rights.may(call.actor, "export", entity.id):
        return Refused("not_allowed", (not_allowed(entity, "export"),))
    page = await listing(house, call, entity.id, replace(query, limit=1, cursor=None, count=False))
    if isinstance(page, Refused):
        return page
    filters = [repr(each) for each in query.filter]
    told = {"fields": list(columns), "filter": filters, "search": query.search, "step": query.step, "view": query.view}
    event = NewEvent(
        seq=0, name=f"{entity.id}.export", actor=str(call.actor.id), revision=house.blueprint.revision,
        channel=call.channel, body=dump(told) or "{}",
    )  # fmt: skip
    async with house.database.work() as work:
        await house.force.store.events.append(work, entity.id, NO_RECORD, event, call.now)
    return None


async def csv_of(listed: Listed) -> AsyncIterator[bytes]:
    """Yield a CSV file in pieces, with the mark by which a spreadsheet knows its encoding."""
    piece = io.StringIO()
    writer = csv.writer(piece)
    piece.write("\ufeff")
    writer.writerow([each.heading for each in listed.columns])
    async for row in listed.rows:
        writer.writerow([harmless(cell) for cell in row])
        if piece.tell() > _PIECE:
            yield piece.getvalue().encode()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue().encode()


_PIECE = 64 * 1024


async def xlsx_of(listed: Listed, target: Path) -> int:
    """Write a workbook of one sheet, row by row, and return how many rows it has below the heading.

    Numbers are numbers and days are days there, so that one can add up and sort; all else is text, and nothing is run.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    formats = [_format(book, each) for each in listed.columns]
    for at, each in enumerate(listed.columns):
        sheet.set_column(at, at, _WIDTH[each.kind])
        sheet.write_string(0, at, each.heading, bold)
    number = 0
    try:
        async for row in listed.rows:
            number += 1
            for at, (each, cell) in enumerate(zip(listed.columns, row, strict=True)):
                _write(sheet, number, at, each, cell, formats[at])
    finally:
        # To pack it takes a while, in which others are to be answered.
        await asyncio.to_thread(book.close)
    return number


_WIDTH = {"text": 24, "number": 14, "date": 12}
_DIGITS_MAX = 15
_CELL_MAX = 32_767


def _format(book: Any, column: Column) -> Any:
    if column.kind == "date":
        return book.add_format({"num_format": "yyyy-mm-dd"})
    if column.kind == "number":
        return book.add_format({"num_format": f"#,##0.{'0' * column.decimals}" if column.decimals else "#,##0"})
    return None


def _write(sheet: Any, row: int, at: int, column: Column, cell: str, format_: Any) -> None:
    if not cell:
        return
    if column.kind == "number" and sum(each.isdigit() for each in cell) <= _DIGITS_MAX:
        # Within fifteen digits a workbook holds the very number; beyond it would be another.
        sheet.write_number(row, at, float(cell), format_)
    elif column.kind == "date":
        sheet.write_datetime(row, at, datetime.fromisoformat(cell), format_)
    else:
        sheet.write_string(row, at, cell[:_CELL_MAX])
