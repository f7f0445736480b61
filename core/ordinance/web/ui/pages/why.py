"""“Why?”: a page for each question, whose middle part our script shows in a dialog over the page one is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.access import ACCOUNT
from ordinance.acts import Refused
from ordinance.acts.explaining import explain
from ordinance.problems import reason
from ordinance.web.ui.pages.browse import entity_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, id_of
from ordinance.web.ui.views.table import name_of
from ordinance.web.ui.views.why import ALONE, WhyView, why_of

_NAMED = ("step", "send_back", "take", "close", "lane", "field")
_FOR = "for"


@get("/why", name="ui.why_inbox", include_in_schema=False)
async def show_inbox(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show why the inbox holds what it does."""
    seat = ui.seat(request)
    return await _page(seat, await _explained(seat, None, None, "inbox", seat.say("home"), "/"))


@get("/o/{entity:str}/why", name="ui.why_new", include_in_schema=False)
async def show_new(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[str]:
    """Show why a record can or cannot be made."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    view = await _explained(seat, declared.id, None, "create", seat.of(declared.label), f"/o/{declared.id}")
    return await _page(seat, view)


@get("/o/{entity:str}/{id:str}/why", name="ui.why", include_in_schema=False)
async def show_record(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> Response[str]:
    """Show why something can or cannot be done to a record, or is as it is."""
    seat = ui.seat(request)
    declared, number = entity_of(seat, entity), id_of(id)
    found = await acts.read(seat.house, seat.call(), declared.id, number)
    if isinstance(found, Refused):
        raise PageHalt(found.kind, found.reasons)
    name = found.record.get("number") or name_of(found.record, declared, seat.speech) or seat.of(declared.label)
    subject = _subject(request.query_params)
    return await _page(
        seat, await _explained(seat, declared.id, number, subject, str(name), f"/o/{declared.id}/{number}")
    )


def _subject(query: Mapping[str, str]) -> str:
    """Return what is asked about.

    Raises:
        PageHalt: it is nothing that can be asked about.
    """
    asked = [f"{name}:{query[name]}" for name in _NAMED if query.get(name)]
    asked += [name for name in sorted(ALONE) if query.get(name) == "true"]
    if len(asked) != 1:
        raise PageHalt("not_found", (reason("no_such_path"),))
    return asked[0]


async def _explained(seat: Seat, entity: str | None, id: int | None, subject: str, crumb: str, back: str) -> WhyView:
    query = seat.request.query_params
    found = await explain(seat.house, seat.call(), entity, id, subject, about=query.get(_FOR, "").strip())
    if isinstance(found, Refused):
        raise PageHalt("not_found" if found.kind == "bad_request" else found.kind, found.reasons)
    view = why_of(seat.speech, found, crumb=crumb, back=back)
    asks = seat.force.rights.may(seat.actor, "update", ACCOUNT)
    kept = tuple((name, value) for name, value in query.items() if name != _FOR)
    return replace(view, hidden=kept, can_ask_for=asks)


async def _page(seat: Seat, view: WhyView) -> Response[str]:
    return await seat.page("why.html", view=view)


HANDLERS = [show_inbox, show_new, show_record]
"""Every handler of this module."""
