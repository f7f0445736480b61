"""Notes on records over the screens: written, changed, taken back; who may be named in them."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import NoteView, Refused
from ordinance.problems import reason
from ordinance.web.problem_details import STATUS
from ordinance.web.ui.pages.browse import entity_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, id_of, new_key
from ordinance.web.ui.views.entry import read_posted


@post("/o/{entity:str}/{id:str}/notes", name="ui.note", status_code=200, include_in_schema=False)
async def write_note(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> Response[Any]:
    """Write a note on a record."""
    seat = ui.seat(request)
    declared, number = entity_of(seat, entity), id_of(id)
    posted = read_posted(seat.visit.body)
    inside = not posted.get("partner")
    outcome = await acts.add_note(
        seat.house, seat.call(posted.get("_key")), declared.id, number, posted.get("text"), internal=inside
    )
    return _answer(seat, outcome)


@get("/o/{entity:str}/{id:str}/people", name="ui.people", include_in_schema=False)
async def look_up_people(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> dict[str, Any]:
    """Answer whom a note on a record may name."""
    seat = ui.seat(request)
    text = request.query_params.get("q", "")[:40].replace("\x00", "")
    found = await acts.people(seat.house, seat.call(), entity_of(seat, entity).id, id_of(id), text)
    if isinstance(found, Refused):
        raise PageHalt(found.kind, found.reasons)
    return {"items": [{"id": str(each.id), "label": each.label, "hint": each.hint} for each in found]}


@get("/notes/{note:str}", name="ui.note_show", include_in_schema=False)
async def show_note(request: AnyRequest, ui: NamedDependency[Ui], note: FromPath[str]) -> Response[str]:
    """Show the form that changes a note."""
    seat = ui.seat(request)
    found = await acts.own_note(seat.house, seat.call(), id_of(note))
    if isinstance(found, Refused):
        raise PageHalt(found.kind, found.reasons)
    return await seat.page("note.html", note=found, back=_address(found), key=new_key())


@post("/notes/{note:str}", name="ui.note_change", status_code=200, include_in_schema=False)
async def change_note(request: AnyRequest, ui: NamedDependency[Ui], note: FromPath[str]) -> Response[Any]:
    """Change a note of one's own, or take it back."""
    seat = ui.seat(request)
    posted, number = read_posted(seat.visit.body), id_of(note)
    if posted.get("do") == "remove":
        return _answer(seat, await acts.remove_note(seat.house, seat.call(), number))
    if posted.get("do") != "change":
        raise PageHalt("not_found", (reason("no_such_path"),))
    return _answer(seat, await acts.change_note(seat.house, seat.call(), number, posted.get("text")))


def _answer(seat: Seat, outcome: NoteView | Refused) -> Response[Any]:
    if not isinstance(outcome, Refused):
        return Response({"location": _address(outcome)}) if seat.wants_json() else go(_address(outcome))
    if not seat.wants_json():
        raise PageHalt(outcome.kind, outcome.reasons)
    faults = [{"text": seat.of(each.message)} for each in outcome.reasons]
    return Response({"faults": faults, "key": new_key()}, status_code=STATUS[outcome.kind])


def _address(note: NoteView) -> str:
    return f"/o/{note.entity}/{note.document}#story"


HANDLERS = [write_note, look_up_people, show_note, change_note]
"""Every handler of this module."""
