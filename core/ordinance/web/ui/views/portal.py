"""What the pages of the portal show: orders in the customer's words, goods with a price, lines being checked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ordinance.access import Actor
from ordinance.acts import Force
from ordinance.acts.ordering import Priced, Wish
from ordinance.blueprint import Entity, Portal
from ordinance.process import Workflow
from ordinance.web.ui.views.controls import Control, Option
from ordinance.web.ui.views.process import TERMINAL, marks, my_steps
from ordinance.web.ui.views.record import Mark
from ordinance.web.ui.views.speech import Speech

PLACES = ("products", "quick", "basket", "orders", "statement", "papers", "profile")
"""The pages of a portal after the first, by the last part of their address."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something said of a record: what it is, what it says."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class OrderCard:
    """A document as its customer sees it in a list: where it stands and what can be done with it in one go."""

    href: str
    number: str
    kind: str
    when: str
    at: str
    status: str
    tone: str
    total: str
    marks: tuple[Mark, ...] = ()
    goods: str = ""
    act: str = ""
    act_value: str = ""
    key: str = ""
    again_href: str = ""


@dataclass(frozen=True, slots=True)
class Goods:
    """Something that can be ordered, with the price for whoever looks; `had` is how many are in the basket."""

    id: str
    name: str
    code: str
    price: str
    facts: tuple[Fact, ...] = ()
    picture: str = ""
    had: str = ""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A line that is being checked before it is ordered."""

    index: str
    item: str
    name: str
    text: str
    quantity: str
    price: str = ""
    amount: str = ""
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    near: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckView:
    """A list of lines being checked, where it came from, and what it comes to."""

    title: str
    rows: tuple[CheckRow, ...]
    sound: int
    wrong: int
    totals: tuple[Fact, ...]
    key: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a document: what, how many, at which price; `quantity` can be typed where the line may change."""

    index: str
    id: str
    name: str
    quantity: Control
    price: str
    amount: str


@dataclass(frozen=True, slots=True)
class Came:
    """Something that came with an order and may go back: the form name of how many, how many there were."""

    name: str
    label: str
    had: str
    many: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a statement of account; `signed` is what it adds to what is owed."""

    day: str
    kind: str
    number: str
    href: str
    amount: str
    signed: Decimal
    status: str


@dataclass(frozen=True, slots=True)
class Papers:
    """A document with the papers that can be made of it and the files beside it: what each is called, where it is."""

    card: OrderCard
    papers: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]


def month_of(text: str, today: date) -> date:
    """Return the first day of a month written `2026-11`; that of today for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return today.replace(day=1)


def months_before(today: date, count: int) -> tuple[date, ...]:
    """Return the first days of the last months, this one first."""
    months = (today.year * 12 + today.month - 1 - each for each in range(count))
    return tuple(date(each // 12, each % 12 + 1, 1) for each in months)


def instant_of(text: object) -> datetime | None:
    """Return an instant as acts answer it; None if there is none."""
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def document_href(entity: str, id: object) -> str:
    """Return the address of a document in the portal."""
    return f"/portal/doc/{entity}/{id}"


def places_of(force: Force, actor: Actor, portal: Portal) -> tuple[str, ...]:
    """Return the pages of a portal that its account has a use for."""
    rights = force.rights
    orders = portal.lines is not None and rights.may(actor, "create", portal.lines.entity)
    goods = orders and portal.lines is not None and rights.may(actor, "read", portal.lines.target)
    amounts = any(rights.may(actor, "read", each.entity) for each in portal.statement)
    has = {"products": goods, "quick": goods, "basket": orders, "statement": amounts}
    return tuple(each for each in PLACES if has.get(each, True))


def documents_of(force: Force, actor: Actor, portal: Portal) -> tuple[Entity, ...]:
    """Return the kinds of document that a portal lists: what is ordered first, then whatever else the account reads."""
    first = portal.lines.entity if portal.lines is not None else ""
    found = [
        each
        for each in force.blueprint.entities.values()
        if each.workflows
        and force.rights.may(actor, "read", each.id)
        and any(field.to == portal.id for field in each.fields.values())
    ]
    return tuple(sorted(found, key=lambda each: each.id != first))


def stages_of(
    force: Force, speech: Speech, actor: Actor, workflow: Workflow, record: Mapping[str, Any], now: datetime
) -> tuple[Mark, ...]:
    """Return the step bar in the customer's words: the stages of the process, else its steps that are on.

    Who of the company does a step is the company's business; what the reader does is marked.
    """
    if record.get("phase") == "cancelled":
        return ()
    if workflow.stages:
        return _stages(speech, workflow, record)
    mine = my_steps(force, actor, force.blueprint.entities[workflow.entity])
    bar = marks(force, speech, workflow, record, (), now)
    return tuple(
        Mark(mark.label, speech.say("portal_you") if step.id in mine else "", mark.state)
        for step, mark in zip(workflow.steps, bar, strict=True)
        if mark.state != "off"
    )


def _stages(speech: Speech, workflow: Workflow, record: Mapping[str, Any]) -> tuple[Mark, ...]:
    reached = next((at for at, each in enumerate(workflow.stages) if each.id == record.get("stage")), -1)
    over = record.get("phase") == "complete"
    open_ = record.get("phase") not in TERMINAL
    made = []
    for at, each in enumerate(workflow.stages):
        state = "done" if over or at < reached else "now" if at == reached and open_ else "next"
        made.append(Mark(speech.of(each.label), "", state))
    return tuple(made)


def tone_of(record: Mapping[str, Any], mine: frozenset[str]) -> str:
    """Return the tone of a document's state: amber if the reader is to do something, green when done."""
    if record.get("phase") == "complete":
        return "done"
    if record.get("phase") == "cancelled":
        return "off"
    return "mine" if mine & set(record.get("waits_at") or ()) else "here"


def status_of(speech: Speech, workflow: Workflow | None, record: Mapping[str, Any]) -> str:
    """Return where a document stands, in the customer's words: the stage it has reached, else its status."""
    if record.get("phase") not in TERMINAL and workflow is not None and workflow.stages and record.get("stage_label"):
        return str(record["stage_label"])
    return str(record.get("status") or "")


def amount_of(force: Force, speech: Speech, entity: Entity, record: Mapping[str, Any]) -> str:
    """Return the last sum of money of a document: what it comes to."""
    types = force.types
    money = [
        each for each in entity.fields.values()
        if types.of(each).widget == "money" and each.formula is not None and record.get(each.id) is not None
    ]  # fmt: skip
    return speech.money(money[-1], speech.text(money[-1], record[money[-1].id])) if money else ""


def facts_of(speech: Speech, entity: Entity, record: Mapping[str, Any], names: Iterable[str]) -> tuple[Fact, ...]:
    """Return fields of a record that hold something, in words."""
    fields = [entity.fields[name] for name in names if name in entity.fields and record.get(name) not in (None, "", [])]
    made = [Fact(speech.of(each.label), speech.text(each, record[each.id])) for each in fields]
    return tuple(each for each in made if each.text)


def values_of(force: Force, speech: Speech, entity: str, values: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return what departments say of a record beside its fields, in words."""
    made = []
    for name, value in values.items():
        spec = force.blueprint.values.get((entity, name))
        if spec is None or value in (None, ""):
            continue
        said = speech.say("yes" if value else "no") if isinstance(value, bool) else str(value)
        made.append(Fact(speech.of(spec.label), said))
    return tuple(made)


def check_row(speech: Speech, index: int, wish: Wish) -> CheckRow:
    """Return a line being checked as the page has it."""
    none = Option("", speech.say("portal_choose"), chosen=True)
    near = [Option(str(each.id), f"{each.label} · {each.hint.partition(' · ')[0]}".rstrip(" ·")) for each in wish.near]
    return CheckRow(
        index=str(index),
        item=str(wish.item) if wish.item is not None else "",
        name=wish.name,
        text=wish.text,
        quantity=wish.quantity,
        price=wish.price,
        amount=wish.amount,
        faults=tuple(speech.of(each.message) for each in wish.reasons),
        notes=tuple(speech.of(each.message) for each in wish.notes),
        near=(none, *near) if near else (),
    )


def totals_of(speech: Speech, entity: Entity, totals: Mapping[str, str]) -> tuple[Fact, ...]:
    """Return the sums under the lines: the last one is what the order comes to."""
    fields = [entity.fields[name] for name in totals if name in entity.fields]
    return tuple(Fact(speech.of(each.label), speech.money(each, totals[each.id])) for each in fields)


def check_view(speech: Speech, title: str, entity: Entity, priced: Priced, key: str) -> CheckView:
    """Return the page of lines being checked."""
    rows = tuple(check_row(speech, at, each) for at, each in enumerate(priced.wishes))
    sound = len(priced.sound)
    return CheckView(title, rows, sound, len(rows) - sound, totals_of(speech, entity, priced.totals), key)
