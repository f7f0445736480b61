"""The portal's first page and its lists: what a customer has to do, its documents and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency

from ordinance import acts
from ordinance.acts import Filter, Query, Refused
from ordinance.blueprint import Entity, Portal
from ordinance.problems import reason
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.portal_desk import basket_of, card_fields, card_of, cards_of, portal_of, shown
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.views.listing import Tab
from ordinance.web.ui.views.portal import OrderCard, documents_of, places_of

_LAST = 4
_PAGE = 20
_STATES = {"running": "portal_running", "complete": "portal_complete", "draft": "portal_drafts"}


async def home(seat: Seat) -> Response[str]:
    """Return the first page of a portal: what waits for the customer, the ways to order, the last orders."""
    portal = portal_of(seat)
    waiting = await _waiting(seat, portal)
    basket = await basket_of(seat, portal.lines) if portal.lines is not None else None
    last: tuple[OrderCard, ...] = ()
    if portal.lines is not None and seat.force.rights.may(seat.actor, "read", portal.lines.entity):
        entity = seat.force.blueprint.entities[portal.lines.entity]
        fresh = (Filter(("phase",), "neq", "draft"),)
        query = Query(filter=fresh, sort=((("id",), True),), fields=card_fields(seat, entity), limit=_LAST)
        last, _ = await cards_of(seat, portal, entity, query)
    rows = len(basket.record.get(portal.lines.field) or ()) if basket is not None and portal.lines is not None else 0
    return await shown(
        seat, "home.html", waiting=waiting, last=last, in_basket=rows, about=seat.of(portal.about),
        places=places_of(seat.force, seat.actor, portal), name=seat.actor.name,
    )  # fmt: skip


async def _waiting(seat: Seat, portal: Portal) -> list[OrderCard]:
    """The documents that wait for this customer, the oldest first: to be confirmed, handed in, sent."""
    page = await acts.inbox(seat.house, seat.call(), limit=_PAGE)
    if isinstance(page, Refused):
        raise PageHalt(page.kind, page.reasons)
    made = []
    for task in page.items:
        entity = seat.force.blueprint.entities[task.entity]
        found = await acts.read(seat.house, seat.call(), task.entity, task.id)
        if not isinstance(found, Refused) and (found.record.get("phase") != "draft" or _filled(entity, found.record)):
            made.append(card_of(seat, portal, entity, found.record))
    return made


def _filled(entity: Entity, record: Mapping[str, Any]) -> bool:
    """Whether anything was put into a draft that has lines."""
    lines = [each.id for each in entity.fields.values() if each.fields]
    return not lines or any(record.get(each) for each in lines)


@get("/portal/orders", name="ui.portal_orders", include_in_schema=False)
async def show_orders(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the customer's documents of one kind, the newest first, each with where it stands."""
    seat = ui.seat(request)
    portal = portal_of(seat, "orders")
    kinds = documents_of(seat.force, seat.actor, portal)
    wanted = request.query_params.get("of", "") or (kinds[0].id if kinds else "")
    entity = next((each for each in kinds if each.id == wanted), None)
    if entity is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    state = request.query_params.get("state", "")
    filters = (Filter(("phase",), "eq", state),) if state in _STATES else ()
    query = Query(
        filter=filters, sort=((("id",), True),), fields=card_fields(seat, entity), limit=_PAGE,
        cursor=request.query_params.get("cursor"), search=request.query_params.get("q", "")[:100].replace("\x00", ""),
    )  # fmt: skip
    cards, following = await cards_of(seat, portal, entity, query)
    known = {"of": wanted, **({"state": state} if filters else {}), **({"q": query.search} if query.search else {})}
    return await shown(
        seat, "orders.html", cards=cards, title=seat.of(entity.label), search=query.search, of=wanted,
        kinds=[Tab(seat.of(each.label), f"/portal/orders?of={each.id}", current=each is entity) for each in kinds],
        states=_state_tabs(seat, wanted, state if filters else ""),
        next_href=f"/portal/orders?{urlencode({**known, 'cursor': following})}" if following else "",
    )  # fmt: skip


def _state_tabs(seat: Seat, of: str, state: str) -> list[Tab]:
    every = Tab(seat.say("all"), f"/portal/orders?of={of}", current=not state)
    return [
        every,
        *(
            Tab(seat.say(word), f"/portal/orders?of={of}&state={each}", current=each == state)
            for each, word in _STATES.items()
        ),
    ]


HANDLERS = [show_orders]
"""Every handler of this module."""
