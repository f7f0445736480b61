"""What the reader was told: who named them, what happened to documents that concern them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from ordinance import acts
from ordinance.web.ui.pages.seat import AnyRequest, Ui, go, local
from ordinance.web.ui.views.entry import read_posted
from ordinance.web.ui.views.notices import notices_of


@get("/notices", name="ui.notices", include_in_schema=False)
async def show_notices(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the newest notices, those that were not read first to the eye."""
    seat = ui.seat(request)
    found = await acts.notifications(seat.house, seat.call(), limit=100)
    return await seat.page("notices.html", notices=notices_of(seat.speech, found, seat.visit.now))


@post("/notices/read", name="ui.notices_read", status_code=200, include_in_schema=False)
async def read_notices(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Mark one notice as read and go where it leads, or all of them."""
    seat = ui.seat(request)
    id, _, address = read_posted(seat.visit.body).get("open").partition(" ")
    ids = [int(id)] if id.isdigit() and len(id) < 20 else None
    await acts.mark_read(seat.house, seat.call(), ids)
    return go(local(address, "/notices") if ids else "/notices")


HANDLERS = [show_notices, read_notices]
"""Every handler of this module."""
