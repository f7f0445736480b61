"""Put an order together from a pasted list, an earlier order, or what was picked: each line with what is wrong.

Nothing is written here. What a line costs is asked of `evaluate`, so it is what the order would be charged.
Source: ui.md §4 (portal).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ordinance.acts.evaluating import evaluate
from ordinance.acts.house import Call, House
from ordinance.acts.looking import lookup, named
from ordinance.acts.outcomes import Choice, Evaluation, Filter, Page, Query, Refused
from ordinance.acts.pasting import ROWS_MAX, Pasted, pasted_rows
from ordinance.acts.reading import LIMIT_MAX, listing, read
from ordinance.blueprint import Lines, Portal
from ordinance.fields import Reasons
from ordinance.problems import Reason, reason

_NEAR = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """A line of an order that is being put together.

    Attributes:
        item: The record it names; None as long as nobody knows which.
        name: What that is called, or what was written.
        quantity: How many, as the field reads it; what was written if it is no quantity.
        row: Its row in what was pasted.
        text: That row.
        reasons: Why it cannot be ordered so.
        notes: What is worth knowing of it: another price than last time.
        near: What may have been meant.
        price: What one costs, as a text.
        amount: What the line comes to, as a text.
    """

    item: int | None
    name: str
    quantity: str
    row: int = 0
    text: str = ""
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    near: tuple[Choice, ...] = ()
    price: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Priced:
    """Wishes with their prices, and what they come to: the sums under the lines, by field, as texts."""

    wishes: tuple[Wish, ...]
    totals: Mapping[str, str]
    values: Mapping[str, Any]

    @property
    def sound(self) -> tuple[Wish, ...]:
        """The wishes with which nothing is wrong."""
        return tuple(each for each in self.wishes if not each.reasons)


async def from_text(house: House, call: Call, portal: Portal, text: str) -> tuple[Wish, ...]:
    """Return the wishes in a pasted list, one for each row."""
    assert portal.lines is not None
    rows = pasted_rows(text)
    found = await _called(house, call, portal, rows[:ROWS_MAX])
    offers = await offered(house, call, portal, {each.id for each in found.values()})
    made = [await _wish(house, call, portal.lines, each, found.get(each.number), offers) for each in rows[:ROWS_MAX]]
    if len(rows) > ROWS_MAX:
        row = rows[ROWS_MAX]
        said = (reason("too_many_rows", None, most=ROWS_MAX),)
        made.append(Wish(None, row.code, row.quantity, row.number, row.text, said))
    return tuple(made)


async def from_document(house: House, call: Call, portal: Portal, id: int) -> tuple[Wish, ...] | Refused:
    """Return the wishes of an earlier order, with what it paid for each as a note where that is another price now."""
    lines = portal.lines
    assert lines is not None
    view = await read(house, call, lines.entity, id)
    if isinstance(view, Refused):
        return view
    rows = view.record.get(lines.field) or ()
    offers = await offered(house, call, portal, {int(row[lines.item]["id"]) for row in rows if row.get(lines.item)})
    made = []
    for number, row in enumerate(rows, start=1):
        item = row.get(lines.item) or {}
        name = str(item.get("title") or item.get("key") or "")
        known = int(item["id"]) if item.get("id") else None
        wrong = () if known in offers else (reason("no_longer_there" if not name else "not_offered", None, got=name),)
        made.append(Wish(known, name, _plain(str(row.get(lines.quantity) or "")), number, name, wrong))
    priced = await with_prices(house, call, portal, made)
    before = [{name: each for name, each in row.items() if isinstance(each, str)} for row in rows]
    return tuple(_compared(house, lines, wish, row, call) for wish, row in zip(priced.wishes, before, strict=True))


def from_picks(picks: Mapping[int, str]) -> tuple[Wish, ...]:
    """Return the wishes of what was picked: how many of which record."""
    return tuple(Wish(id, "", quantity, number) for number, (id, quantity) in enumerate(picks.items(), start=1))


async def checked(house: House, call: Call, portal: Portal, wishes: Iterable[Wish]) -> tuple[Wish, ...]:
    """Return wishes that name records, each with why it cannot be ordered, if it cannot."""
    lines = portal.lines
    assert lines is not None
    given = tuple(wishes)
    offers = await offered(house, call, portal, {each.item for each in given if each.item is not None})
    made = []
    for each in given:
        quantity, wrong = _quantity(house, lines, each.quantity, call.locale)
        if each.item not in offers:
            wrong = (reason("not_offered", None, got=each.name or str(each.item)),)
        made.append(replace(each, quantity=quantity, name=offers.get(each.item or 0, each.name), reasons=wrong))
    return tuple(made)


async def offered(house: House, call: Call, portal: Portal, ids: Iterable[int | None]) -> dict[int, str]:
    """Return which of some records may be ordered, with what they are called."""
    assert portal.lines is not None
    target = house.blueprint.entities[portal.lines.target]
    wanted = sorted({each for each in ids if each is not None})
    fields = tuple(each for each in (target.title, target.key) if each is not None and each in target.fields)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), LIMIT_MAX):
        some = tuple(str(each) for each in wanted[start : start + LIMIT_MAX])
        query = Query(filter=(Filter(("id",), "in", some),), view=portal.shows, fields=fields, limit=LIMIT_MAX)
        page = await listing(house, call, target.id, query)
        for record in page.items if isinstance(page, Page) else ():
            found[int(record["id"])] = str(next((record[each] for each in fields if record.get(each)), record["id"]))
    return found


async def with_prices(house: House, call: Call, portal: Portal, wishes: Sequence[Wish]) -> Priced:
    """Return the wishes with what each costs this actor, and what is wrong with it as a line of the order."""
    lines = portal.lines
    assert lines is not None
    sound = [each for each in wishes if not each.reasons]
    rows = [{lines.item: {"id": str(each.item)}, lines.quantity: each.quantity} for each in sound]
    found = await evaluate(house, call, lines.entity, {lines.field: rows})
    if isinstance(found, Refused):
        return Priced(tuple(wishes), {}, {})
    price, amount = money_of(house, lines)
    made = {
        id(each): replace(
            each,
            price=found.text.get(f"/{lines.field}/{at}/{price}", ""),
            amount=found.text.get(f"/{lines.field}/{at}/{amount}", ""),
            reasons=_of_row(found, f"/{lines.field}/{at}/", lines),
        )
        for at, each in enumerate(sound)
    }
    whole = tuple(made.get(id(each), each) for each in wishes)
    return Priced(whole, found.totals, found.values)


def money_of(house: House, lines: Lines) -> tuple[str, str]:
    """Return the fields of the lines that say what one costs and what the line comes to; empty where there is none."""
    types = house.force.types
    fields = house.blueprint.entities[lines.entity].fields[lines.field].fields.values()
    money = [each for each in fields if types.of(each).widget == "money"]
    price = next((each.id for each in money if each.formula is None), "")
    return price, next((each.id for each in money if each.formula is not None), "")


def values_of(lines: Lines, wishes: Iterable[Wish]) -> list[dict[str, Any]]:
    """Return the lines of an order that wishes come to; several of one record become one line."""
    sums: dict[int, Decimal] = {}
    for each in wishes:
        if each.item is not None and not each.reasons:
            sums[each.item] = sums.get(each.item, Decimal(0)) + Decimal(each.quantity)
    return [{lines.item: {"id": str(id)}, lines.quantity: f"{many:f}"} for id, many in sums.items()]


async def _called(house: House, call: Call, portal: Portal, rows: Sequence[Pasted]) -> dict[int, Choice]:
    """Return which record each row names: by key, by name, by another code, or by the first word of the row."""
    assert portal.lines is not None
    target = portal.lines.target
    known = await named(house, call, target, (each.code for each in rows))
    known |= await _by_codes(house, call, portal, [each.code for each in rows if each.code not in known])
    firsts = {each.code: each.code.split()[0] for each in rows if each.code not in known and " " in each.code}
    more = await named(house, call, target, firsts.values())
    known |= {code: more[first] for code, first in firsts.items() if first in more}
    return {each.number: known[each.code] for each in rows if each.code in known}


async def _by_codes(house: House, call: Call, portal: Portal, texts: Sequence[str]) -> dict[str, Choice]:
    assert portal.lines is not None
    found: dict[str, Choice] = {}
    target = house.blueprint.entities[portal.lines.target]
    for field in (each for each in portal.codes if each not in target.keys and texts):
        query = Query(filter=(Filter((field,), "in", tuple(texts[:LIMIT_MAX])),), fields=(field,), limit=LIMIT_MAX)
        page = await listing(house, call, target.id, query)
        for record in page.items if isinstance(page, Page) else ():
            found[str(record[field])] = Choice(int(record["id"]), str(record[field]), "")
    return found


async def _wish(
    house: House, call: Call, lines: Lines, row: Pasted, item: Choice | None, offers: Mapping[int, str]
) -> Wish:
    quantity, wrong = _quantity(house, lines, row.quantity, call.locale)
    if item is None:
        near = tuple(await lookup(house, call, lines.target, row.code.split()[0] if row.code else "", _NEAR))
        near = near or tuple(await lookup(house, call, lines.target, row.code[:2], _NEAR))
        wrong = (reason("no_such_item", None, got=row.code), *wrong)
        return Wish(None, row.code, quantity, row.number, row.text, wrong, near=near)
    if item.id not in offers:
        wrong = (reason("not_offered", None, got=item.label), *wrong)
    return Wish(item.id, offers.get(item.id, item.label), quantity, row.number, row.text, wrong)


def _quantity(house: House, lines: Lines, text: str, locale: str) -> tuple[str, tuple[Reason, ...]]:
    """Return a quantity as its field reads it, or what was written and why it is none."""
    if not text.strip():
        return "", (reason("no_quantity"),)
    field = house.blueprint.entities[lines.entity].fields[lines.field].fields[lines.quantity]
    kind = house.force.types.of(field)
    read = kind.parse_text(text, field, locale)
    if isinstance(read, Reasons):
        return text, tuple(replace(each, where=None) for each in read[:1]) or (reason("bad_quantity", got=text),)
    return _plain(str(kind.to_json(read, field))), ()


def _of_row(found: Evaluation, pointer: str, lines: Lines) -> tuple[Reason, ...]:
    mine = (pointer + lines.item, pointer + lines.quantity)
    return tuple(each for each in found.errors if each.where in mine)


def _compared(house: House, lines: Lines, wish: Wish, row: Mapping[str, str], call: Call) -> Wish:
    price, _ = money_of(house, lines)
    field = house.blueprint.entities[lines.entity].fields[lines.field].fields.get(price)
    if field is None or not wish.price or row.get(price) is None:
        return wish
    kind = house.force.types.of(field)
    old = kind.to_text(kind.parse(row[price], field, call.locale), field, call.locale)
    if old == wish.price:
        return wish
    return replace(wish, notes=(reason("price_changed", None, old=old, new=wish.price),))


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number
