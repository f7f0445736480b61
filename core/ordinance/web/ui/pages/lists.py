"""Lists of records, typeahead, and the search over everything."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Page, Query, Refused
from ordinance.blueprint import Entity
from ordinance.problems import reason
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go
from ordinance.web.ui.views.listing import ListView, Tab
from ordinance.web.ui.views.process import my_steps
from ordinance.web.ui.views.table import (
    Address,
    Table,
    count_text,
    name_of,
    read_address,
    references_in,
    view_label,
)

_PAGE = 50
_FOUND_EACH = 4
_FOUND_MAX = 12


def entity_of(seat: Seat, id: str) -> Entity:
    """Return an entity the actor may read.

    Raises:
        PageHalt: there is none of that name, or it may not.
    """
    found = seat.force.blueprint.entities.get(id)
    if found is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    if not seat.force.rights.may(seat.actor, "read", id):
        raise PageHalt("not_allowed", (reason("not_allowed", what=found.label),))
    return found


@get("/o/{entity:str}", name="ui.list", include_in_schema=False)
async def show_list(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Show one list; an address with empty parts leads to the same without them."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    pairs = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    address = read_address(entity, pairs)
    if any(not value or name.endswith("~was") for name, value in pairs):
        return go(address.href(cursor=address.cursor))
    table = await _table(seat, declared, address)
    page = await acts.listing(seat.house, seat.call(), entity, _query(table))
    if isinstance(page, Refused):
        raise PageHalt(page.kind, page.reasons)
    return await seat.page("list.html", view=await _view(seat, table, page))


async def _table(seat: Seat, entity: Entity, address: Address) -> Table:
    seen = seat.force.rights.projection(seat.actor, entity.id)
    readable = frozenset(name for name in entity.fields if seen.reads(name))
    labels: dict[str, str] = {}
    for target, id_ in references_in(address, entity, seat.speech):
        found = await acts.read(seat.house, seat.call(), target, int(id_))
        if not isinstance(found, Refused):
            labels[id_] = name_of(found.record, seat.force.blueprint.entities[target], seat.speech)
    mine = my_steps(seat.force, seat.actor, entity)
    return Table(seat.force, seat.speech, entity, address, readable, mine, labels)


def _query(table: Table) -> Query:
    address = table.address
    return Query(
        filter=address.filters,
        sort=table.sort(),
        fields=tuple(name for name in table.readable if not table.entity.fields[name].fields),
        search=address.search,
        limit=_PAGE,
        cursor=address.cursor or None,
        count=True,
        step=address.step or None,
    )


async def _view(seat: Seat, table: Table, page: Page) -> ListView:
    address, entity = table.address, table.entity
    rights, actor = seat.force.rights, seat.actor
    narrowed = bool(address.filters or address.search or address.step)
    return ListView(
        entity=entity.id,
        label=seat.of(entity.label),
        here=address.path,
        new_href=f"{address.path}/new" if rights.may(actor, "create", entity.id) and entity.id != "account" else "",
        export_href="",
        tabs=await _tabs(seat, table),
        search=address.search,
        kept=table.kept(),
        chips=table.chips(),
        clear_href=address.href(filters=(), search="", step="") if narrowed else "",
        conditions=table.conditions(),
        choice=table.choice(),
        headings=table.headings(),
        lines=table.lines(page.items),
        totals=table.totals(page.items),
        shown=len(page.items),
        count=count_text(page.count),
        next_href=address.href(cursor=page.next) if page.next else "",
        first_href=address.href() if address.cursor else "",
    )


async def _tabs(seat: Seat, table: Table) -> tuple[Tab, ...]:
    """Return the lists of the entity, then the steps where documents wait for the reader."""
    entity, address = table.entity, table.address
    made = [
        Tab(
            view_label(seat.speech, id, view),
            Address(entity.id, view=id if at else "").href(),
            current=not address.step and (address.view or _first(entity)) == id,
        )
        for at, (id, view) in enumerate(entity.lists.items())
        if not view.get("when")
    ]
    counts = await acts.counts(seat.house, seat.call()) if entity.workflows else {}
    steps = {step.id: step for workflow in seat.force.blueprint.variants(entity.id) for step in workflow.steps}
    for (of, id), count in counts.items():
        if of == entity.id and id in steps:
            label = seat.of(steps[id].waiting) or seat.of(steps[id].label)
            made.append(Tab(label, Address(entity.id, step=id).href(), str(count), current=address.step == id))
    if address.step and not any(each.current for each in made) and address.step in steps:
        label = seat.of(steps[address.step].waiting) or seat.of(steps[address.step].label)
        made.append(Tab(label, address.href(), current=True))
    return tuple(made) if len(made) > 1 else ()


def _first(entity: Entity) -> str:
    return next(iter(entity.lists), "")


@get("/lookup/{entity:str}", name="ui.lookup", include_in_schema=False)
async def look_up(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> dict[str, Any]:
    """Answer the records that fit what was typed."""
    seat = ui.seat(request)
    text = request.query_params.get("q", "")[:100].replace("\x00", "")
    found = await acts.lookup(seat.house, seat.call(), entity, text)
    return {"items": [{"id": str(each.id), "label": each.label, "hint": each.hint} for each in found]}


@get("/search", name="ui.search", include_in_schema=False)
async def search(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Find records by number, name or code over every kind the reader may see."""
    seat = ui.seat(request)
    text = request.query_params.get("q", "").strip()[:100].replace("\x00", "")
    found = await _found(seat, text) if text else []
    if seat.wants_json():
        return Response({"items": found})
    return await seat.page("search.html", text=text, found=found)


async def _found(seat: Seat, text: str) -> list[dict[str, str]]:
    """Documents first, then whatever has a field that is searched."""
    entities = [
        each
        for each in seat.force.blueprint.entities.values()
        if _searched(each) and seat.force.rights.may(seat.actor, "read", each.id)
    ]
    found: list[dict[str, str]] = []
    for each in sorted(entities, key=lambda one: not one.workflows):
        label = seat.of(each.label)
        choices = await acts.lookup(seat.house, seat.call(), each.id, text, limit=_FOUND_EACH)
        found += [
            {"label": one.label, "href": f"/o/{each.id}/{one.id}", "hint": " · ".join(filter(None, (label, one.hint)))}
            for one in choices
        ]
        if len(found) >= _FOUND_MAX:
            break
    return found[:_FOUND_MAX]


def _searched(entity: Entity) -> bool:
    return entity.workflows or any(field.search for field in entity.fields.values())


@get("/keys", name="ui.keys", include_in_schema=False)
async def show_keys(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the keyboard map."""
    seat = ui.seat(request)
    _ = seat.actor
    return await seat.page("keys.html")


HANDLERS = [show_list, look_up, search, show_keys]
"""Every handler of this module."""
