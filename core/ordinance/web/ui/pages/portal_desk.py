"""What the pages of the portal share: whose portal it is, the basket, the documents as cards.

The basket is the newest order of the account that it has not handed in: it is the same on every device.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from litestar import Response

from ordinance import acts
from ordinance.acts import Done, Filter, Page, Query, Refused, View
from ordinance.acts.ordering import Wish, values_of
from ordinance.blueprint import Entity, Lines, Portal
from ordinance.problems import reason
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import Seat, new_key
from ordinance.web.ui.views.portal import (
    OrderCard,
    amount_of,
    document_href,
    instant_of,
    places_of,
    stages_of,
    status_of,
    tone_of,
)
from ordinance.web.ui.views.process import my_steps
from ordinance.web.ui.views.speech import iso

_GOODS_MAX = 3


def portal_of(seat: Seat, place: str = "") -> Portal:
    """Return the portal of whoever is signed in.

    Args:
        seat: The request.
        place: The page that is asked for; one that the account has no use for is not there.

    Raises:
        PageHalt: it is none of those whom a portal is for.
    """
    of = seat.actor.of
    portal = seat.force.blueprint.portals.get(of[0]) if of is not None and seat.actor.portal else None
    if portal is None or (place and place not in places_of(seat.force, seat.actor, portal)):
        raise PageHalt("not_found", (reason("no_such_path"),))
    return portal


def lines_of(seat: Seat, place: str) -> tuple[Portal, Lines]:
    """Return the portal, and what is ordered there.

    Raises:
        PageHalt: nothing is, or not by this account.
    """
    portal = portal_of(seat, place)
    if portal.lines is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    return portal, portal.lines


async def basket_of(seat: Seat, lines: Lines) -> View | None:
    """Return the order that is being put together; None before anything was put into it."""
    mine = (Filter(("phase",), "eq", "draft"), Filter(("number",), "empty", "true"))
    query = Query(filter=mine, sort=((("id",), True),), fields=_named(seat, lines), limit=1)
    page = await acts.listing(seat.house, seat.call(), lines.entity, query)
    if isinstance(page, Refused) or not page.items:
        return None
    found = await acts.read(seat.house, seat.call(), lines.entity, int(page.items[0]["id"]))
    return None if isinstance(found, Refused) else found


def _named(seat: Seat, lines: Lines) -> tuple[str, ...]:
    seen = seat.force.rights.projection(seat.actor, lines.entity)
    return (lines.field,) if seen.reads(lines.field) else ()


def had_in(lines: Lines, basket: View | None) -> dict[str, str]:
    """Return how many of which record are in the basket."""
    rows = basket.record.get(lines.field) or () if basket is not None else ()
    return {str(row[lines.item]["id"]): str(row.get(lines.quantity) or "") for row in rows if row.get(lines.item)}


async def put_in(
    seat: Seat, lines: Lines, wishes: Sequence[Wish], key: str, *, instead: bool = False
) -> Done | Refused:
    """Put lines into the basket, on top of what is there; the first ones make it.

    Args:
        seat: The request.
        lines: What is ordered.
        wishes: What to put in.
        key: The idempotency key of the form.
        instead: How many there are to be, instead of how many more.
    """
    basket = await basket_of(seat, lines)
    fresh = values_of(lines, wishes)
    if basket is None:
        return await acts.create(seat.house, seat.call(key), lines.entity, {lines.field: fresh}, draft=True)
    rows = merged(lines, basket.record.get(lines.field) or (), fresh, instead=instead)
    return await acts.update(
        seat.house, seat.call(key), lines.entity, basket.id, {lines.field: rows}, version=basket.version
    )


def merged(
    lines: Lines, rows: Sequence[Mapping[str, Any]], fresh: Sequence[Mapping[str, Any]], *, instead: bool = False
) -> list[dict[str, Any]]:
    """Return the lines of a basket with more put in: what is there already becomes more of it."""
    more = {each[lines.item]["id"]: Decimal(each[lines.quantity]) for each in fresh}
    made: list[dict[str, Any]] = []
    for row in rows:
        many = Decimal(str(row.get(lines.quantity) or 0))
        extra = more.pop(str((row.get(lines.item) or {}).get("id")), None)
        many = many if extra is None else extra if instead else many + extra
        made.append({"id": row["id"], lines.quantity: f"{many:f}"})
    return [*made, *({lines.item: {"id": id}, lines.quantity: f"{many:f}"} for id, many in more.items())]


async def cards_of(seat: Seat, portal: Portal, entity: Entity, query: Query) -> tuple[tuple[OrderCard, ...], str]:
    """Return some documents as cards, and the cursor of the next page."""
    page = await acts.listing(seat.house, seat.call(), entity.id, query)
    if isinstance(page, Refused):
        raise PageHalt(page.kind, page.reasons)
    return tuple(card_of(seat, portal, entity, each) for each in page.items), page.next or ""


def card_of(seat: Seat, portal: Portal, entity: Entity, record: Mapping[str, Any]) -> OrderCard:
    """Return a document as a card: where it stands, what it comes to, the one thing to do."""
    force, speech = seat.force, seat.speech
    workflow = force.blueprint.workflows.get(str(record.get("workflow")))
    mine = my_steps(force, seat.actor, entity)
    waits = [each for each in record.get("waits_at") or () if each in mine]
    step = workflow.step(waits[0]) if workflow is not None and waits else None
    quick = step is not None and record.get("phase") != "draft" and not step.asks and not step.offers
    at = instant_of(record.get("created_at"))
    lines = portal.lines if portal.lines is not None and portal.lines.entity == entity.id else None
    ordered = lines is not None and record.get("phase") != "draft" and "basket" in places_of(force, seat.actor, portal)
    return OrderCard(
        href=document_href(entity.id, record["id"]),
        number=str(record.get("number") or seat.say("draft")),
        kind=seat.of(entity.label),
        when=speech.moment(at, seat.visit.now) if at is not None else "",
        at=iso(at) if at is not None else "",
        status=status_of(speech, workflow, record),
        tone=tone_of(record, mine),
        total=amount_of(force, speech, entity, record),
        marks=stages_of(force, speech, seat.actor, workflow, record, seat.visit.now) if workflow is not None else (),
        goods=_goods(seat, lines, record) if lines is not None else "",
        act=(speech.of(step.label) if quick else seat.say("portal_go_on")) if step is not None else "",
        act_value=f"step:{step.id}" if step is not None and quick else "",
        key=new_key() if quick else "",
        again_href=f"/portal/again/{entity.id}/{record['id']}" if ordered else "",
    )


def _goods(seat: Seat, lines: Lines, record: Mapping[str, Any]) -> str:
    """The first few things of an order, by name."""
    rows = record.get(lines.field) or ()
    names = [str((row.get(lines.item) or {}).get("title") or "") for row in rows[:_GOODS_MAX]]
    shown = ("、" if seat.visit.locale == "zh" else ", ").join(each for each in names if each)
    return shown + (" " + seat.say("portal_and_more", n=len(rows)) if len(rows) > _GOODS_MAX else "")


def card_fields(seat: Seat, entity: Entity) -> tuple[str, ...]:
    """Return the fields that a card is made of, as far as the account reads them."""
    seen = seat.force.rights.projection(seat.actor, entity.id)
    types = seat.force.types
    wanted = [
        each.id for each in entity.fields.values()
        if seen.reads(each.id) and (each.fields or (types.of(each).widget == "money" and each.formula is not None))
    ]  # fmt: skip
    return ("created_at", *wanted)


async def shown(seat: Seat, template: str, status: int = 200, **view: Any) -> Response[str]:
    """Return a page of the portal."""
    return await seat.page(f"portal/{template}", status, **view)


def page_of(page: Page | Refused) -> Page:
    """Return a page of a list.

    Raises:
        PageHalt: it cannot be read.
    """
    if isinstance(page, Refused):
        raise PageHalt(page.kind, page.reasons)
    return page
