"""The records before and after one in the list it was opened from. Where one came from is in the address alone."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from ordinance import acts
from ordinance.acts.paging import Spot
from ordinance.blueprint import Entity
from ordinance.web.ui.pages.browse import PAGE, query_of, table_of
from ordinance.web.ui.pages.seat import Seat
from ordinance.web.ui.views.address import Address, pairs_of, read_address
from ordinance.web.ui.views.record import RecordView

_AT_MAX = 1000


def came_from(seat: Seat) -> str:
    """Return the part of the address that says which list one came from; empty if one did not."""
    query = seat.request.query_params
    at = query.get("at", "")
    if not (at.isascii() and at.isdigit() and int(at[:9]) < _AT_MAX):
        return ""
    return urlencode({"from": query.get("from", ""), "at": at})


async def with_neighbours(seat: Seat, entity: Entity, view: RecordView) -> RecordView:
    """Return the page of a record with the way to its neighbours and back to its list, if it was opened from one."""
    said = came_from(seat)
    if not said or not view.id:
        return view
    query = seat.request.query_params
    address = read_address(entity.id, pairs_of(query.get("from", "")))
    asked = query_of(await table_of(seat, entity, address), limit=PAGE)
    before, after = await acts.around(seat.house, seat.call(), entity.id, asked, int(view.id), int(query["at"]))
    return replace(
        view,
        action=f"{view.action}?{said}",
        list_href=address.href(cursor=address.cursor, skip=address.skip),
        previous_href=_href(address, before, -PAGE),
        next_href=_href(address, after, PAGE),
    )


def _href(address: Address, spot: Spot | None, by: int) -> str:
    if spot is None:
        return ""
    page = address
    if spot.cursor != address.cursor:
        page = replace(address, cursor=spot.cursor, skip=max(address.skip + by, 0))
    return f"/o/{address.entity}/{spot.id}?{urlencode({'from': page.query, 'at': spot.at})}"
