"""Take a list out of the house: exactly what it shows, as CSV or as a workbook, however long it is."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from ordinance.exchange.listed import Column, Listed, csv_of, permitted, records_of, xlsx_of
from ordinance.web.ui.pages.browse import entity_of, query_of, table_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.views.address import pairs_of, read_address
from ordinance.web.ui.views.table import Table
from ordinance.web.ui.views.taken import columns_of, row_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIECE = 256 * 1024


@get("/o/{entity:str}/export", name="ui.export", include_in_schema=False)
async def take_out(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Answer the list at this address as a file: its columns, its filters, its order, all of its rows."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    pairs = pairs_of(request.scope["query_string"].decode("latin-1"))
    table = await table_of(seat, declared, read_address(entity, pairs, "export"))
    query = query_of(table)
    columns = columns_of(table)
    refused = await permitted(seat.house, seat.call(), declared, query, [each.name for each in columns])
    if refused is not None:
        raise PageHalt(refused.kind, refused.reasons)
    records = records_of(seat.house, seat.call(), declared, query)
    listed = Listed(columns, _rows(seat, table, columns, records))
    workbook = dict(pairs).get("format") == "xlsx"
    name = f"{entity}-{seat.today.isoformat()}.{'xlsx' if workbook else 'csv'}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    pieces = _workbook(listed) if workbook else csv_of(listed)
    return Stream(pieces, media_type=_XLSX if workbook else "text/csv; charset=utf-8", headers=headers)


async def _rows(
    seat: Seat, table: Table, columns: tuple[Column, ...], records: AsyncIterator[dict[str, Any]]
) -> AsyncIterator[tuple[str, ...]]:
    async for each in records:
        yield row_of(table, columns, each)


async def _workbook(listed: Listed) -> AsyncIterator[bytes]:
    """Yield a workbook in pieces; it is written to a file first, row by row, since it is packed as a whole."""
    with tempfile.TemporaryDirectory(prefix="ordinance-") as folder:
        path = Path(folder) / "list.xlsx"
        await xlsx_of(listed, path)
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


HANDLERS = [take_out]
"""Every handler of this module."""
