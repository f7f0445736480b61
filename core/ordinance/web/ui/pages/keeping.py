"""Kept views of a list: keep the address under a name, rename it, move it, have it show something else, remove it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Refused
from ordinance.acts.views import may_change_view, publishable
from ordinance.problems import reason
from ordinance.storage import SavedView
from ordinance.web.ui.pages.browse import entity_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, id_of
from ordinance.web.ui.views.address import Address, pairs_of, read_address
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.listing import Kept
from ordinance.web.ui.views.table import Table


def kept_of(seat: Seat, table: Table, views: tuple[SavedView, ...]) -> Kept:
    """Return what the list page needs to keep a view, and to change the one that is open."""
    entity = table.entity.id
    query = bare(table.address).query
    action = f"/o/{entity}/views"
    may = publishable(seat.force, seat.actor, entity)
    roles = tuple(Option(id, seat.of(seat.force.rights.label(id))) for id in may)
    made = Kept(action, query, (Option("", seat.say("only_me"), chosen=True), *roles) if roles else ())
    view = next((each for each in views if str(each.id) == table.address.saved), None)
    if view is None or not may_change_view(seat.force, seat.actor, view):
        return made
    return replace(made, id=str(view.id), label=view.label, differs=_shows(entity, view.query) != query)


def bare(address: Address) -> Address:
    """Return an address as it is kept: without the page, and without the view it came from."""
    return replace(address, cursor="", skip=0, saved="", screen="", more=())


def _shows(entity: str, query: str) -> str:
    return bare(read_address(entity, pairs_of(query))).query


@post("/o/{entity:str}/views", name="ui.views", status_code=200, include_in_schema=False)
async def change_views(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Keep, rename, move, overwrite or remove a view, and lead to the list as it then is."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    posted = read_posted(seat.visit.body)
    query = _shows(declared.id, posted.get("query"))
    outcome = await _do(seat, declared.id, posted, query)
    if isinstance(outcome, Refused):
        raise PageHalt(outcome.kind, outcome.reasons)
    address = read_address(declared.id, pairs_of(query))
    if posted.get("do") == "delete":
        return go(address.href())
    return go(replace(address, saved=str(outcome.id)).href())


async def _do(seat: Seat, entity: str, posted: Posted, query: str) -> SavedView | Refused:
    do, call, house = posted.get("do"), seat.call(), seat.house
    if do == "keep":
        return await acts.keep_view(house, call, entity, posted.get("label"), query, role=posted.get("role"))
    id = id_of(posted.get("id"))
    if do == "rename":
        return await acts.change_view(house, call, id, label=posted.get("label"))
    if do == "replace":
        return await acts.change_view(house, call, id, query=query)
    if do in ("left", "right"):
        return await acts.move_view(house, call, id, -1 if do == "left" else 1)
    if do == "delete":
        return await acts.delete_view(house, call, id)
    return Refused("not_found", (reason("no_such_path"),))


HANDLERS = [change_views]
"""Every handler of this module."""
