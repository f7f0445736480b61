"""The board of a process: what stands before each step, and the way on for each card."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Figure, Filter, Query, Refused
from ordinance.problems import reason
from ordinance.process import Workflow
from ordinance.process.model import Step
from ordinance.web.ui.pages.browse import entity_of, listed, query_of, table_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, new_key
from ordinance.web.ui.views.address import pairs_of, read_address
from ordinance.web.ui.views.board import CARDS, DONE, BoardView, Card, Lane, Move, gates, moves_of
from ordinance.web.ui.views.calendar import dated_of
from ordinance.web.ui.views.cards import Briefs
from ordinance.web.ui.views.filters import Filters
from ordinance.web.ui.views.listing import Tab
from ordinance.web.ui.views.process import who_does
from ordinance.web.ui.views.table import Table

_COUNTED = 1000


@get("/o/{entity:str}/board", name="ui.board", include_in_schema=False)
async def show_board(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Show the documents of a process in columns, one for each step that is switched on."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    variants = seat.force.blueprint.variants(entity)
    # A board is for the company's own people: its columns are their steps, in their words.
    if not variants or seat.actor.portal:
        raise PageHalt("not_found", (reason("no_such_path"),))
    said = dict(pairs_of(request.scope["query_string"].decode("latin-1")))
    workflow = next((each for each in variants if each.id == said.get("workflow")), variants[0])
    more = (_of(workflow),) if len(variants) > 1 else ()
    address = replace(read_address(entity, _pairs(request), "board"), more=more, step="")
    table = await table_of(seat, declared, address)
    return await seat.page("board.html", view=await _view(seat, table, workflow, variants))


def _pairs(request: AnyRequest) -> list[tuple[str, str]]:
    return [pair for pair in pairs_of(request.scope["query_string"].decode("latin-1")) if pair[0] != "cursor"]


async def _view(seat: Seat, table: Table, workflow: Workflow, variants: tuple[Workflow, ...]) -> BoardView:
    address, filters = table.address, Filters(table)
    several = len(variants) > 1
    query = query_of(table, limit=CARDS)
    if several:
        query = replace(query, filter=(*query.filter, Filter(("workflow",), "eq", workflow.id)))
    lanes = [await _lane(seat, table, workflow, step, query) for step in gates(workflow)]
    rights = seat.force.rights
    return BoardView(
        entity=table.entity.id,
        label=seat.of(table.entity.label),
        list_href=address.on("").href(),
        calendar_href=address.on("calendar").href() if dated_of(table) else "",
        here=address.path,
        lanes=(*lanes, await _done(seat, table, workflow, query)),
        tabs=tuple(
            Tab(seat.of(each.label) or each.id, table.address.on("board", _of(each)).href(), current=each is workflow)
            for each in (variants if several else ())
        ),
        chips=filters.chips(),
        search=address.search,
        kept=filters.kept("search"),
        clear_href=address.href(filters=(), search="") if address.narrows else "",
        key=new_key(),
        new_href=f"/o/{table.entity.id}/new" if rights.may(seat.actor, "create", table.entity.id) else "",
    )


def _of(workflow: Workflow) -> tuple[str, str]:
    return "workflow", workflow.id


async def _lane(seat: Seat, table: Table, workflow: Workflow, step: Step, query: Query) -> Lane:
    asked = replace(query, step=step.id)
    briefs = Briefs(table)
    page = await listed(seat, table.entity.id, replace(asked, sort=briefs.sorts(), fields=briefs.fields()))
    count = await acts.count(seat.house, seat.call(), table.entity.id, asked, _COUNTED)
    number = len(page.items) if isinstance(count, Refused) else count
    waits = await acts.waiting(seat.house, (int(each["id"]) for each in page.items))
    moves = tuple(moves_of(table, workflow, step, table.address.href()).values())
    cards = []
    for record in page.items:
        brief = briefs.brief(record, tuple(each for each in waits.get(int(record["id"]), ()) if each.step == step.id))
        cards.append(Card(brief, tuple(_of_card(each, brief.id) for each in moves)))
    left = number - len(cards)
    return Lane(
        id=step.id,
        label=seat.of(step.label) or step.id,
        who=who_does(seat.force, seat.speech, workflow, step),
        count=_many(number),
        sum=await _sum(seat, table, asked) if number < _COUNTED else "",
        cards=tuple(cards),
        more=(f"{left:,}" if number < _COUNTED else f"{left:,}+") if left > 0 else "",
        more_href=table.address.on("").href(step=step.id),
        mine=any(each.do == f"step:{step.id}" for each in moves),
    )


def _of_card(move: Move, id: str) -> Move:
    return replace(move, href=f"{move.href}&pick={id}") if move.href else move


def _many(count: int) -> str:
    return f"{count:,}" if count < _COUNTED else f"{_COUNTED - 1:,}+"


async def _sum(seat: Seat, table: Table, query: Query) -> str:
    amount = Briefs(table).amount()
    if amount is None:
        return ""
    asked = replace(query, figures=(Figure("sum", (amount.id,)),), sort=(), fields=query.fields[:1])
    page = await acts.aggregate(seat.house, seat.call(), table.entity.id, asked)
    if isinstance(page, Refused) or not page.items:
        return ""
    value = page.items[0]["sum"][amount.id]
    return seat.speech.money(amount, seat.speech.text(amount, value)) if value is not None else ""


async def _done(seat: Seat, table: Table, workflow: Workflow, query: Query) -> Lane:
    """Return the column behind the last step: no cards, for what is done is looked up in the list."""
    ended = Filter(("phase",), "eq", "complete")
    count = await acts.count(
        seat.house, seat.call(), table.entity.id, replace(query, filter=(*query.filter, ended)), _COUNTED
    )
    filters = (*table.address.filters, ended)
    return Lane(
        DONE,
        seat.of(workflow.ends.get("done")) or seat.say("phase_complete"),
        count="" if isinstance(count, Refused) else _many(count),
        more=seat.say("show_list"),
        more_href=table.address.on("").href(filters=filters),
    )


HANDLERS = [show_board]
"""Every handler of this module."""
