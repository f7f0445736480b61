"""Files over the screens: sent beside a record or for a field of one, handed out, taken away."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from ordinance import acts
from ordinance.acts import FileView, Refused
from ordinance.problems import reason
from ordinance.web.problem_details import STATUS
from ordinance.web.ui.pages.browse import entity_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, id_of, local
from ordinance.web.ui.views.entry import read_posted
from ordinance.web.uploads import Sent, hand_out, read_sent


@post(
    "/o/{entity:str}/{id:str}/files",
    name="ui.file_add",
    request_max_body_size=None,
    status_code=200,
    include_in_schema=False,
)
async def add_file(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> Response[Any]:
    """Put a file beside a record."""
    seat = ui.seat(request)
    declared, number = entity_of(seat, entity), id_of(id)
    sent = await read_sent(request) or Sent(None, {})
    inside = "partner" not in sent.members
    return await _answer(
        seat, f"/o/{declared.id}/{number}?said=saved#files", sent, (declared.id, number), inside=inside
    )


@post(
    "/o/{entity:str}/files", name="ui.file_loose", request_max_body_size=None, status_code=200, include_in_schema=False
)
async def add_loose_file(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Keep a file for a field of a record that is being filled in."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    sent = await read_sent(request) or Sent(None, {})
    return await _answer(seat, f"/o/{declared.id}", sent, None, entity=declared.id)


async def _answer(
    seat: Seat, address: str, sent: Sent, of: tuple[str, int] | None, *, inside: bool = False, entity: str = ""
) -> Response[Any]:
    outcome: FileView | Refused = Refused("invalid", (reason("file_missing", "/file"),))
    if sent.file is not None:
        call = seat.call(sent.members.get("_key", ""))
        outcome = await acts.add_file(
            seat.house, call, of, sent.file.filename, sent.pieces(), internal=inside, entity=entity
        )
    if not isinstance(outcome, Refused):
        found = {"id": str(outcome.id), "name": outcome.name, "href": f"/files/{outcome.id}"}
        return Response({**found, "picture": outcome.is_picture}) if seat.wants_json() else go(address)
    if not seat.wants_json():
        raise PageHalt(outcome.kind, outcome.reasons)
    said = [" ".join(filter(None, (seat.of(each.message), seat.of(each.remedy)))) for each in outcome.reasons]
    return Response({"faults": [{"text": each} for each in said]}, status_code=STATUS[outcome.kind])


@get("/files/{file:str}", name="ui.file", include_in_schema=False)
async def show_file(request: AnyRequest, ui: NamedDependency[Ui], file: FromPath[str]) -> Stream:
    """Hand out a file: a picture is shown, everything else is saved."""
    seat = ui.seat(request)
    found = await acts.open_file(seat.house, seat.call(), id_of(file))
    if isinstance(found, Refused):
        raise PageHalt(found.kind, found.reasons)
    return hand_out(found)


@post("/files/{file:str}/remove", name="ui.file_remove", status_code=200, include_in_schema=False)
async def remove_file(request: AnyRequest, ui: NamedDependency[Ui], file: FromPath[str]) -> Response[Any]:
    """Take a file away from beside its record."""
    seat = ui.seat(request)
    found = await acts.remove_file(seat.house, seat.call(), id_of(file))
    if isinstance(found, Refused):
        raise PageHalt(found.kind, found.reasons)
    back = local(read_posted(seat.visit.body).get("_back"))
    return Response({"done": True}) if seat.wants_json() else go(back)


HANDLERS = [add_file, add_loose_file, show_file, remove_file]
"""Every handler of this module."""
