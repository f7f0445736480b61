"""What list, board, calendar and export share: which entity, which table, which records are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ordinance import acts
from ordinance.acts import Figure, Filter, Page, Query, Refused
from ordinance.blueprint import Entity
from ordinance.problems import reason
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import Seat
from ordinance.web.ui.views.address import Address, read_address
from ordinance.web.ui.views.filters import Filters, references_in
from ordinance.web.ui.views.process import my_steps
from ordinance.web.ui.views.relative import Clock, resolved
from ordinance.web.ui.views.table import Table, name_of

PAGE = 50
"""Rows of one page."""

_NAMED_MAX = 20


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


def clock_of(seat: Seat) -> Clock:
    """Return the moment of the request, and where the company is."""
    return Clock(seat.visit.now, seat.house.zone)


async def table_of(seat: Seat, entity: Entity, address: Address) -> Table:
    """Return the table of an address, with the names of the records that its filters are about."""
    seen = seat.force.rights.projection(seat.actor, entity.id)
    readable = frozenset(name for name in entity.fields if seen.reads(name))
    labels: dict[str, str] = {}
    for target, id_ in references_in(address.filters, entity, seat.speech)[:_NAMED_MAX]:
        found = await acts.read(seat.house, seat.call(), target, int(id_))
        if not isinstance(found, Refused):
            labels[id_] = name_of(found.record, seat.force.blueprint.entities[target], seat.speech)
    mine = my_steps(seat.force, seat.actor, entity)
    held = frozenset(seat.actor.all_roles())
    known = seat.force.blueprint.entities
    targets = {field.to for field in entity.fields.values() if isinstance(field.to, str)} & known.keys()
    opens = frozenset(each for each in targets if _names(seat, known[each]))
    return Table(
        seat.force, seat.speech, entity, address, readable, clock_of(seat), mine, held, labels, opens=opens
    )


def _names(seat: Seat, entity: Entity) -> bool:
    """Return whether the reader may see what records of this kind are called."""
    rights, name = seat.force.rights, entity.title or entity.key
    return rights.may(seat.actor, "read", entity.id) and bool(name) and rights.projection(seat.actor, entity.id).reads(
        name or ""
    )


def query_of(table: Table, *, limit: int = PAGE) -> Query:
    """Return what acts are asked for: the filters that can do something, days by name as the days they are."""
    address, filters = table.address, Filters(table)
    found: list[Filter] = []
    for each in filters.sound():
        found += resolved(table.force, table.entity, each, table.clock)
    return Query(
        filter=tuple(found),
        sort=table.asked_sort(),
        fields=fields_of(table),
        search=address.search,
        limit=limit,
        cursor=address.cursor or None,
        step=address.step if address.step in filters.steps() else None,
        view=table.open if table.lists().get(table.open, {}).get("when") else "",
    )


def fields_of(table: Table) -> tuple[str, ...]:
    """Return the fields that the columns show, the day it was made too, and what a record is called by; never none."""
    entity = table.entity
    named = [name for name in (entity.title, entity.key) if name in table.readable]
    plain = [each for each in entity.fields if each in table.readable and not entity.fields[each].fields]
    wanted = [name for name in (*table.columns(), *named) if name in plain or name == "created_at"]
    return tuple(dict.fromkeys(wanted)) or tuple(plain)[:1]


async def listed(seat: Seat, entity: str, query: Query) -> Page:
    """Return a page of a list.

    Raises:
        PageHalt: it cannot be read so.
    """
    page = await acts.listing(seat.house, seat.call(), entity, query)
    if isinstance(page, Refused):
        raise PageHalt(page.kind, page.reasons)
    return page


async def with_waits(seat: Seat, table: Table, page: Page) -> Table:
    """Return the table with where its documents wait, if a column shows until when."""
    if not table.has_due or "due_at" not in table.columns():
        return table
    return replace(table, waits=await acts.waiting(seat.house, (int(each["id"]) for each in page.items)))


async def sums_of(seat: Seat, table: Table, query: Query) -> Mapping[str, Any]:
    """Return what the columns with a total come to over the whole list."""
    summed = table.summed()
    if not summed:
        return {}
    figures = tuple(Figure("sum", (name,)) for name in summed)
    asked = replace(query, figures=figures, cursor=None, sort=(), fields=query.fields[:1])
    page = await acts.aggregate(seat.house, seat.call(), table.entity.id, asked)
    if isinstance(page, Refused) or not page.items:
        return {}
    sums: Mapping[str, Any] = page.items[0].get("sum", {})
    return sums


async def list_query(seat: Seat, entity: Entity, pairs: list[tuple[str, str]]) -> Query:
    """Return what the list at an address asks for."""
    return query_of(await table_of(seat, entity, read_address(entity.id, pairs)))
