"""The customer's account in the portal: what was ordered and paid by month, papers and files, who the customer is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from ordinance import acts
from ordinance.acts import Filter, Page, Query, Refused
from ordinance.blueprint import Amount, Portal
from ordinance.web.ui.pages.portal_desk import card_fields, cards_of, portal_of, shown
from ordinance.web.ui.pages.portal_document import papers_of
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.views.listing import Tab
from ordinance.web.ui.views.portal import (
    Entry,
    Fact,
    Papers,
    document_href,
    documents_of,
    facts_of,
    instant_of,
    month_of,
    months_before,
    places_of,
)
from ordinance.web.ui.views.table import name_of

_MONTHS = 12
_ENTRIES_MAX = 1000
_STEP = 200
_PAPERS = 12
_COUNTED = ("running", "complete")


@get("/portal/statement", name="ui.portal_statement", include_in_schema=False)
async def show_statement(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the statement of account of a month: every document with its amount, and what they come to."""
    seat = ui.seat(request)
    portal = portal_of(seat, "statement")
    month = month_of(request.query_params.get("month", ""), seat.today)
    entries: list[Entry] = []
    sums: dict[str, Decimal] = {}
    for amount in portal.statement:
        if seat.force.rights.may(seat.actor, "read", amount.entity):
            found = await _entries(seat, amount, month)
            entries += found
            sums[amount.entity] = sum((each.signed for each in found), Decimal(0))
    money = _money(seat, portal)
    label = seat.force.blueprint.entities
    return await shown(
        seat, "statement.html", month=f"{month:%Y-%m}",
        entries=sorted(entries, key=lambda each: (each.day, each.number)),
        sums=[*(Fact(seat.of(label[id].label), money(each)) for id, each in sums.items() if each),
              Fact(seat.say("portal_month_total"), money(sum(sums.values(), Decimal(0))))],
        months=[Tab(f"{each:%Y-%m}", f"/portal/statement?month={each:%Y-%m}", current=each == month)
                for each in months_before(seat.today, _MONTHS)],
    )  # fmt: skip


def _money(seat: Seat, portal: Portal) -> Any:
    """Return what says a sum of this portal in words."""
    field = next(
        (found for each in portal.statement
         if (found := seat.force.blueprint.entities[each.entity].fields.get(each.field)) is not None), None
    )  # fmt: skip

    def said(sum_: Decimal) -> str:
        if field is None:
            return f"{sum_:f}"
        text = seat.force.types.of(field).to_text(abs(sum_), field, seat.visit.locale)
        return ("−" if sum_ < 0 else "") + seat.speech.money(field, text)

    return said


async def _entries(seat: Seat, amount: Amount, month: date) -> list[Entry]:
    """Return the documents of one kind in a month, without those that are no more than begun."""
    entity = seat.force.blueprint.entities[amount.entity]
    seen = seat.force.rights.projection(seat.actor, entity.id)
    field = entity.fields.get(amount.field)
    if field is None or not seen.reads(field.id):
        return []
    after = (month + timedelta(days=32)).replace(day=1)
    filters = _between(seat, amount, month, after)
    if entity.workflows:
        filters = (*filters, Filter(("phase",), "in", _COUNTED))
    dated = amount.at if amount.at in entity.fields and seen.reads(amount.at) else ""
    named = tuple(each for each in (entity.title,) if each in entity.fields and seen.reads(each or ""))
    wanted = tuple(dict.fromkeys(("created_at", field.id, *((dated,) if dated else ()), *named)))
    made: list[Entry] = []
    cursor: str | None = None
    while len(made) < _ENTRIES_MAX:
        query = Query(filter=filters, fields=wanted, limit=_STEP, cursor=cursor)
        page = await acts.listing(seat.house, seat.call(), entity.id, query)
        for record in page.items if isinstance(page, Page) else ():
            if record.get(field.id) is None:
                continue
            value = Decimal(str(record[field.id]))
            at = instant_of(record.get("created_at"))
            day = str(record[dated]) if dated and record.get(dated) else _day(seat, at)
            sign = "−" if amount.minus else ""
            made.append(
                Entry(
                    day=day, kind=seat.of(entity.label),
                    number=str(record.get("number") or name_of(record, entity, seat.speech)),
                    href=document_href(entity.id, record["id"]) if entity.workflows else "",
                    amount=sign + seat.speech.money(field, seat.speech.text(field, record[field.id])),
                    signed=-value if amount.minus else value, status=str(record.get("status") or ""),
                )
            )  # fmt: skip
        cursor = page.next if isinstance(page, Page) else None
        if cursor is None:
            break
    return made


def _between(seat: Seat, amount: Amount, start: date, after: date) -> tuple[Filter, ...]:
    """Return the condition that something is of a month: by its own day, else by when it was made."""
    if amount.at:
        return (Filter((amount.at,), "gte", start.isoformat()), Filter((amount.at,), "lt", after.isoformat()))
    first, last = (datetime.combine(each, time(), seat.house.zone).isoformat() for each in (start, after))
    return (Filter(("created_at",), "gte", first), Filter(("created_at",), "lt", last))


def _day(seat: Seat, at: datetime | None) -> str:
    return at.astimezone(seat.house.zone).date().isoformat() if at is not None else ""


@get("/portal/papers", name="ui.portal_papers", include_in_schema=False)
async def show_papers(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the papers and files of the last documents."""
    seat = ui.seat(request)
    portal = portal_of(seat, "papers")
    kinds = documents_of(seat.force, seat.actor, portal)
    wanted = request.query_params.get("of", "")
    entity = next((each for each in kinds if each.id == wanted), kinds[0] if kinds else None)
    found: list[Papers] = []
    following = ""
    if entity is not None:
        query = Query(
            filter=(Filter(("phase",), "neq", "draft"),), sort=((("id",), True),), fields=card_fields(seat, entity),
            limit=_PAPERS, cursor=request.query_params.get("cursor"),
        )  # fmt: skip
        cards, following = await cards_of(seat, portal, entity, query)
        for card in cards:
            id_ = int(card.href.rpartition("/")[2])
            files = await acts.files(seat.house, seat.call(), entity.id, id_)
            names = () if isinstance(files, Refused) else tuple((each.name, f"/files/{each.id}") for each in files)
            found.append(Papers(card, await papers_of(seat, entity, id_), names))
    return await shown(
        seat, "papers.html", papers=found,
        kinds=[Tab(seat.of(each.label), f"/portal/papers?of={each.id}", current=each is entity) for each in kinds],
        next_href=f"/portal/papers?of={entity.id}&cursor={following}" if following and entity is not None else "",
    )  # fmt: skip


@get("/portal/profile", name="ui.portal_profile", include_in_schema=False)
async def show_profile(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show who the customer is, as far as it may see that, and what its orders begin with."""
    seat = ui.seat(request)
    portal, actor = portal_of(seat, "profile"), seat.actor
    assert actor.of is not None
    entity = seat.force.blueprint.entities[portal.id]
    found = await acts.read(seat.house, seat.call(), portal.id, actor.of[1])
    own = () if isinstance(found, Refused) else facts_of(seat.speech, entity, found.record, entity.fields)
    may_change = not isinstance(found, Refused) and seat.force.rights.may(actor, "update", portal.id)
    return await shown(
        seat, "profile.html", name=actor.name, own=own, begins=await _begins(seat, portal),
        edit_href=f"/o/{portal.id}/{actor.of[1]}" if may_change else "", title=seat.of(entity.label),
    )  # fmt: skip


async def _begins(seat: Seat, portal: Portal) -> tuple[Fact, ...]:
    """What a new order of this customer would begin with: where it goes, who is asked for."""
    lines = portal.lines
    if lines is None or "basket" not in places_of(seat.force, seat.actor, portal):
        return ()
    entity = seat.force.blueprint.entities[lines.entity]
    found = await acts.evaluate(seat.house, seat.call(), entity.id, {})
    if isinstance(found, Refused):
        return ()
    copied = [each.id for each in entity.fields.values() if each.copy_from is not None]
    return facts_of(seat.speech, entity, found.values, (portal.id, *copied))


HANDLERS = [show_statement, show_papers, show_profile]
"""Every handler of this module."""
