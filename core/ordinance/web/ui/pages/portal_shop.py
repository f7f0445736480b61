"""Ordering in the portal: the goods with the customer's own prices, a pasted list, an earlier order, the basket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Query, Refused, View
from ordinance.acts.ordering import (
    Wish,
    checked,
    from_document,
    from_picks,
    from_text,
    money_of,
    values_of,
    with_prices,
)
from ordinance.acts.told import told
from ordinance.blueprint import Lines, Portal
from ordinance.problems import Reason
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.portal_desk import basket_of, had_in, lines_of, page_of, put_in, shown
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, id_of, new_key
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.form import held_in
from ordinance.web.ui.views.portal import (
    Fact,
    Goods,
    check_view,
    document_href,
    facts_of,
    totals_of,
)
from ordinance.web.ui.views.portal import values_of as told_facts

_PAGE = 24
_TEXT_MAX = 60_000
_PICK = "q."


@get("/portal/products", name="ui.portal_products", include_in_schema=False)
async def show_products(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show what can be ordered, each with the price for this customer and how many are in the basket."""
    seat = ui.seat(request)
    return await _products(seat, *lines_of(seat, "products"))


async def _products(seat: Seat, portal: Portal, lines: Lines, wrong: tuple[Reason, ...] = ()) -> Response[str]:
    search = seat.request.query_params.get("q", "").strip()[:100].replace("\x00", "")
    query = Query(
        search=search, view=portal.shows, limit=_PAGE, fields=_fields(seat, portal, lines),
        cursor=seat.request.query_params.get("cursor"), sort=_order(seat, lines),
    )  # fmt: skip
    page = page_of(await acts.listing(seat.house, seat.call(), lines.target, query))
    basket = await basket_of(seat, lines)
    more = {"q": search} if search else {}
    return await shown(
        seat, "products.html", 200 if not wrong else 422,
        goods=await _goods(seat, portal, lines, page.items, basket), search=search, key=new_key(),
        next_href=f"/portal/products?{urlencode({**more, 'cursor': page.next})}" if page.next else "",
        basket=_bar(seat, lines, basket), faults=[seat.of(each.message) for each in wrong],
    )  # fmt: skip


def _order(seat: Seat, lines: Lines) -> tuple[tuple[tuple[str, ...], bool], ...]:
    key = seat.force.blueprint.entities[lines.target].key
    seen = seat.force.rights.projection(seat.actor, lines.target)
    return (((key,), False),) if key is not None and seen.reads(key) else ()


def _fields(seat: Seat, portal: Portal, lines: Lines) -> tuple[str, ...]:
    """The fields of what is ordered that a card shows, as far as the account reads them."""
    target = seat.force.blueprint.entities[lines.target]
    seen = seat.force.rights.projection(seat.actor, target.id)
    pictures = [each.id for each in target.fields.values() if seat.force.types.of(each).pictures_only]
    wanted = (target.key, target.title, *portal.facts, *pictures)
    known = [each for each in wanted if each is not None and each in target.fields and seen.reads(each)]
    return tuple(dict.fromkeys(known))


async def _goods(seat: Seat, portal: Portal, lines: Lines, records: Iterable[Any], basket: View | None) -> list[Goods]:
    force, speech = seat.force, seat.speech
    target = force.blueprint.entities[lines.target]
    found = list(records)
    wishes = [Wish(int(each["id"]), "", "1") for each in found]
    priced = {each.item: each.price for each in (await with_prices(seat.house, seat.call(), portal, wishes)).wishes}
    said = await told(seat.house, seat.call(), target.id, [int(each["id"]) for each in found], portal.facts)
    had = had_in(lines, basket)
    money = force.blueprint.entities[lines.entity].fields[lines.field].fields.get(money_of(seat.house, lines)[0])
    pictures = [each.id for each in target.fields.values() if force.types.of(each).pictures_only]
    made = []
    for each in found:
        id_ = int(each["id"])
        price = priced.get(id_, "")
        held = [file for name in pictures for file in held_in(each.get(name))]
        made.append(
            Goods(
                id=str(id_),
                name=str(each.get(target.title or "") or each.get(target.key or "") or id_),
                code=str(each.get(target.key or "") or ""),
                price=speech.money(money, price) if money is not None else "",
                facts=(
                    *facts_of(speech, target, each, portal.facts),
                    *told_facts(force, speech, target.id, said.get(id_, {})),
                ),
                picture=f"/files/{held[0]['id']}" if held else "",
                had=had.get(str(id_), ""),
            )
        )
    return made


def _bar(seat: Seat, lines: Lines, basket: View | None) -> Fact | None:
    """What is in the basket, in a line: how many things, what they come to."""
    rows = basket.record.get(lines.field) or () if basket is not None else ()
    if basket is None or not rows:
        return None
    entity = seat.force.blueprint.entities[lines.entity]
    texts = {
        each.id: seat.speech.text(each, basket.record[each.id])
        for each in entity.fields.values()
        if each.formula is not None and basket.record.get(each.id) is not None
        and seat.force.types.of(each).widget == "money"
    }  # fmt: skip
    totals = totals_of(seat.speech, entity, texts)
    return Fact(seat.say("rows_count", n=len(rows)), totals[-1].text if totals else "")


@post("/portal/basket/add", name="ui.portal_add", status_code=200, include_in_schema=False)
async def add(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Put what was picked into the basket; a number says how many there are to be of it."""
    seat = ui.seat(request)
    portal, lines = lines_of(seat, "products")
    posted = read_posted(seat.visit.body)
    had = had_in(lines, await basket_of(seat, lines))
    picks = {
        int(name.removeprefix(_PICK)): posted.get(name).strip()
        for name in posted.texts
        if name.startswith(_PICK) and name.removeprefix(_PICK).isdigit() and posted.get(name).strip()
    }
    changed = {id_: many for id_, many in picks.items() if had.get(str(id_)) is None or many != _short(had[str(id_)])}
    if not changed:
        return go("/portal/basket")
    wishes = await checked(seat.house, seat.call(), portal, from_picks(changed))
    wrong = tuple(reason for each in wishes for reason in each.reasons)
    if wrong:
        return await _products(seat, portal, lines, wrong)
    outcome = await put_in(seat, lines, wishes, posted.get("_key"), instead=True)
    if isinstance(outcome, Refused):
        return await _products(seat, portal, lines, outcome.reasons)
    return go("/portal/basket" if posted.get("do") == "basket" else _back(posted))


def _back(posted: Posted) -> str:
    search = posted.get("_q")
    return f"/portal/products?{urlencode({'q': search, 'said': 'saved'} if search else {'said': 'saved'})}"


def _short(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


@get("/portal/basket", name="ui.portal_basket", include_in_schema=False)
async def show_basket(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Lead to the order that is being put together; show that nothing is in it when there is none."""
    seat = ui.seat(request)
    _, lines = lines_of(seat, "basket")
    basket = await basket_of(seat, lines)
    if basket is None:
        return await shown(seat, "empty.html")
    return go(document_href(lines.entity, basket.id))


@get("/portal/quick", name="ui.portal_quick", include_in_schema=False)
async def show_quick(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the place where a list of codes and quantities is pasted."""
    seat = ui.seat(request)
    lines_of(seat, "quick")
    return await shown(seat, "quick.html", text="", fault="")


@post("/portal/quick", name="ui.portal_pasted", status_code=200, include_in_schema=False)
async def paste(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show what a pasted list comes to, row by row; nothing is ordered yet."""
    seat = ui.seat(request)
    portal, _ = lines_of(seat, "quick")
    text = read_posted(seat.visit.body).get("text")
    if not text.strip() or len(text) > _TEXT_MAX:
        fault = seat.say("portal_paste_something" if not text.strip() else "portal_paste_less")
        return await shown(seat, "quick.html", 422, text=text[:_TEXT_MAX], fault=fault)
    wishes = await from_text(seat.house, seat.call(), portal, text)
    return await _check(seat, portal, wishes, seat.say("portal_check"))


@get("/portal/again/{entity:str}/{id:str}", name="ui.portal_again", include_in_schema=False)
async def show_again(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> Response[str]:
    """Show the lines of an earlier order as they would be ordered now: what is gone, what has another price."""
    seat = ui.seat(request)
    portal, lines = lines_of(seat, "basket")
    if entity != lines.entity:
        raise PageHalt("not_found", ())
    wishes = await from_document(seat.house, seat.call(), portal, id_of(id))
    if isinstance(wishes, Refused):
        raise PageHalt(wishes.kind, wishes.reasons)
    return await _check(seat, portal, wishes, seat.say("portal_again"))


async def _check(
    seat: Seat, portal: Portal, wishes: Iterable[Wish], title: str, status: int = 200, wrong: tuple[Reason, ...] = ()
) -> Response[str]:
    assert portal.lines is not None
    priced = await with_prices(seat.house, seat.call(), portal, tuple(wishes))
    entity = seat.force.blueprint.entities[portal.lines.entity]
    view = check_view(seat.speech, title, entity, priced, new_key())
    return await shown(seat, "check.html", status, view=view, faults=[seat.of(each.message) for each in wrong])


@post("/portal/check", name="ui.portal_check", status_code=200, include_in_schema=False)
async def check(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Look at the lines again, put them into the basket, or order them at once; only what is right goes on."""
    seat = ui.seat(request)
    portal, lines = lines_of(seat, "basket")
    posted = read_posted(seat.visit.body)
    priced = await with_prices(seat.house, seat.call(), portal, await _rows(seat, portal, posted))
    what, wanted = posted.get("do"), priced.sound
    if what not in ("order", "basket") or not wanted or (what == "order" and len(wanted) < len(priced.wishes)):
        status = 200 if what == "look" else 422
        return await _check(seat, portal, priced.wishes, seat.say("portal_check"), status)
    if what == "basket":
        outcome = await put_in(seat, lines, wanted, posted.get("_key"))
    else:
        values = {lines.field: values_of(lines, wanted)}
        outcome = await acts.create(seat.house, seat.call(posted.get("_key")), lines.entity, values)
    if isinstance(outcome, Refused):
        return await _check(seat, portal, priced.wishes, seat.say("portal_check"), 422, outcome.reasons)
    return go(f"{document_href(lines.entity, outcome.id)}?said=saved")


async def _rows(seat: Seat, portal: Portal, posted: Posted) -> tuple[Wish, ...]:
    """Return the lines of the form: those that name a record, and the others looked up again by what is written."""
    known: dict[int, Wish] = {}
    loose: list[tuple[int, str]] = []
    for at, index in enumerate(posted.order.get("row", ())):
        item, code, quantity = (posted.get(f"row.{index}.{name}").strip() for name in ("item", "code", "quantity"))
        if not quantity and posted.get(f"row.{index}.cut"):
            continue
        if item.isdigit() and int(item) < 2**63:
            known[at] = Wish(int(item), "", quantity, at + 1, posted.get(f"row.{index}.text"))
        elif code:
            loose.append((at, f"{code}\t{quantity}"))
    found = dict(zip(known, await checked(seat.house, seat.call(), portal, known.values()), strict=True))
    again = await from_text(seat.house, seat.call(), portal, "\n".join(text for _, text in loose))
    found |= {at: wish for (at, _), wish in zip(loose, again, strict=False)}
    return tuple(found[at] for at in sorted(found))


HANDLERS = [show_products, add, show_basket, show_quick, paste, show_again, check]
"""Every handler of this module."""
