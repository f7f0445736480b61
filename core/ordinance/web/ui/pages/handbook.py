"""The handbook: what the signed-in person's roles do; who looks after the process reads every role's."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency

from ordinance.problems import reason
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.views.handbook import book_of, roles_for
from ordinance.web.ui.views.listing import Tab


@get("/handbook", name="ui.handbook", include_in_schema=False)
async def show_handbook(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the handbook of one role: the first of the person's own, or the one asked for."""
    seat = ui.seat(request)
    allowed = roles_for(seat.force, seat.actor)
    wanted = request.query_params.get("role") or next(iter(allowed), "")
    if wanted not in allowed:
        raise PageHalt("not_found", (reason("no_such_path"),))
    view = book_of(seat.force, seat.visit.locale, wanted)
    return await seat.page(
        "handbook.html", title=view.title, line=view.line, body=view.body, tabs=_tabs(seat, allowed, wanted)
    )


def _tabs(seat: Seat, allowed: tuple[str, ...], wanted: str) -> list[Tab]:
    label = seat.force.rights.label
    return [Tab(seat.of(label(each)), f"/handbook?role={each}", current=each == wanted) for each in allowed]


HANDLERS = [show_handbook]
"""Every handler of this module."""
