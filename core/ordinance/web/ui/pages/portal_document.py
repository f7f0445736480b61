"""One document in the portal: where it stands, what it holds, what can be done. A draft is put together here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Done, Refused
from ordinance.acts.told import told
from ordinance.blueprint import Entity, Lines, Portal, lines_in
from ordinance.expressions import UnknownValue
from ordinance.printing import prints_of
from ordinance.problems import reason
from ordinance.process import Workflow
from ordinance.web.problem_details import STATUS
from ordinance.web.ui.pages.browse import entity_of
from ordinance.web.ui.pages.desk import Reply, view_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.portal_desk import portal_of, shown
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go
from ordinance.web.ui.pages.sheet import Sheet, open_sheet
from ordinance.web.ui.views.controls import Control, Grid
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.portal import (
    LineRow,
    documents_of,
    facts_of,
    places_of,
    stages_of,
    status_of,
    tone_of,
    values_of,
)
from ordinance.web.ui.views.process import entries_of, my_steps
from ordinance.web.ui.views.record import Entry, KinGroup, RecordView

_TYPING = frozenset({"create", "update", "edit"})
"""Kinds of entry in a history that are no step of the way."""


@get("/portal/doc/{entity:str}/{id:str}", name="ui.portal_document", include_in_schema=False)
async def show_document(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> Response[str]:
    """Show one document."""
    seat = ui.seat(request)
    return await _page(seat, *await opened(seat, entity, id))


async def opened(seat: Seat, entity: str, id: str) -> tuple[Portal, Sheet]:
    """Return the portal and a document that it lists.

    Raises:
        PageHalt: there is none, or the account does not see it.
    """
    portal = portal_of(seat)
    declared = entity_of(seat, entity)
    if declared not in documents_of(seat.force, seat.actor, portal):
        raise PageHalt("not_found", (reason("no_such_path"),))
    return portal, await open_sheet(seat, declared, id)


async def _page(
    seat: Seat, portal: Portal, sheet: Sheet, reply: Reply | None = None, status: int = 200
) -> Response[str]:
    found, entity = sheet.found, sheet.entity
    assert found is not None
    view = await view_of(sheet, reply)
    lines = lines_for(seat, portal, entity)
    workflow, record, force, speech = sheet.workflow, found.record, seat.force, seat.speech
    said = await told(seat.house, seat.call(), entity.id, [found.id], portal.follow)
    ordered = portal.lines is not None and entity.id == portal.lines.entity
    number, basket = str(record.get("number") or ""), ordered and _at_start(sheet)
    facts = (*facts_of(speech, entity, record, portal.follow),
             *values_of(force, speech, entity.id, said.get(found.id, {})))  # fmt: skip
    return await shown(
        seat, "basket.html" if basket else "document.html", status, view=view, number=number,
        here="/portal/basket" if basket and not number else None, story=await _story(seat, sheet),
        lines=lines, rows=_rows(seat, entity, lines, view),
        marks=stages_of(force, speech, seat.actor, workflow, record, seat.visit.now) if workflow else (),
        state=status_of(speech, workflow, record), tone=tone_of(record, my_steps(force, seat.actor, entity)),
        facts=facts, controls=_controls(view, _asked(sheet)),
        named=facts_of(speech, entity, record, (name for name in _agreed(sheet) if name not in portal.follow)),
        kin=_kin(seat, portal, view), papers=await papers_of(seat, entity, found.id), openings=_openings(seat, sheet),
        again_href=f"/portal/again/{entity.id}/{found.id}" if _again(seat, portal, sheet) else "",
        generated=f"/o/{entity.id}/{found.id}", back=f"/portal/orders?of={entity.id}",
    )  # fmt: skip


async def _story(seat: Seat, sheet: Sheet) -> tuple[Entry, ...]:
    """What happened to a document that its customer cares for: steps, side flows, notes; not who typed what when."""
    assert sheet.found is not None
    found = await acts.timeline(seat.house, seat.call(), sheet.entity.id, sheet.found.id)
    told_ = [] if isinstance(found, Refused) else [each for each in found if each.kind not in _TYPING]
    return entries_of(seat.speech, told_, seat.visit.now)


def _kin(seat: Seat, portal: Portal, view: RecordView) -> tuple[KinGroup, ...]:
    """The documents that belong to this one, with where the portal shows them."""
    shown_ = {f"/o/{each.id}/": f"/portal/doc/{each.id}/" for each in documents_of(seat.force, seat.actor, portal)}
    made = []
    for group in view.kin:
        places = ((row, row.href.rpartition("/")) for row in group.rows)
        rows = tuple(replace(row, href=shown_.get(base + "/", base + "/") + id) for row, (base, _, id) in places)
        made.append(replace(group, rows=rows, more=""))
    return tuple(each for each in made if each.rows)


def lines_for(seat: Seat, portal: Portal, entity: Entity) -> Lines | None:
    """Return the lines of a document that the portal shows."""
    if portal.lines is not None and portal.lines.entity == entity.id:
        return portal.lines
    return lines_in(seat.force.types, seat.force.blueprint.entities, entity)


def _at_start(sheet: Sheet) -> bool:
    """Whether the document waits at its first step for whoever looks: it is new, or it was sent back."""
    steps = sheet.workflow.steps if sheet.workflow is not None else ()
    return bool(steps) and sheet.step == steps[0].id


def _asked(sheet: Sheet) -> frozenset[str]:
    """The plain fields on the form of the open step."""
    first = next((each for each in sheet.buttons if each.kind == "step" and each.allowed), None)
    return frozenset(path[0] for path in (*first.asks, *first.offers) if len(path) == 1) if first else frozenset()


def _controls(view: RecordView, asked: frozenset[str]) -> tuple[Control, ...]:
    every = [each for part in view.parts if not isinstance(part, Grid) for each in part.controls]
    return tuple(each for each in every if each.writable and (each.name in asked or each.name == "_reason"))


def _agreed(sheet: Sheet) -> tuple[str, ...]:
    """The plain fields that the steps ask and offer, in the order of the process: what was agreed."""
    steps = sheet.workflow.steps if sheet.workflow is not None else ()
    return tuple(dict.fromkeys(path[0] for step in steps for path in (*step.asks, *step.offers) if len(path) == 1))


def _rows(seat: Seat, entity: Entity, lines: Lines | None, view: RecordView) -> tuple[LineRow, ...]:
    """The lines of a document: what, how many, at which price; the number can be typed where the line may change."""
    grid = next((each for each in view.parts if isinstance(each, Grid) and lines and each.name == lines.field), None)
    if grid is None or lines is None:
        return ()
    fields, types = entity.fields[lines.field].fields, seat.force.types
    money = [each for each in fields.values() if types.of(each).widget == "money"]
    made = []
    for row in grid.rows:
        cells = {each.name.rpartition(".")[2]: each for each in (*row.cells, *row.more)}
        item, quantity = cells.get(lines.item), cells.get(lines.quantity)
        if item is None or quantity is None:
            continue
        prices = [cells[each.id].text for each in money if each.id in cells and each.formula is None]
        sums = [cells[each.id].text for each in money if each.id in cells and each.formula is not None]
        price, amount = (next((each for each in texts if each), "") for texts in (prices, sums))
        price = seat.speech.money(money[0], price) if price else ""
        made.append(LineRow(row.index, row.id, item.text or item.value, quantity, price, amount))
    return tuple(made)


async def papers_of(seat: Seat, entity: Entity, id: int) -> tuple[tuple[str, str], ...]:
    """Return the papers that can be made of a document, each with its address."""
    forms = await prints_of(seat.house, seat.call(), entity.id, id)
    if isinstance(forms, Refused):
        return ()
    base = f"/o/{entity.id}/{id}/print/"
    return tuple((seat.of(each.label), f"{base}{each.id}?lang={seat.visit.locale}") for each in forms)


def _again(seat: Seat, portal: Portal, sheet: Sheet) -> bool:
    ordered = portal.lines is not None and sheet.entity.id == portal.lines.entity
    return ordered and sheet.record.get("phase") != "draft" and "basket" in places_of(seat.force, seat.actor, portal)


def _openings(seat: Seat, sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """What can be opened from this document now, such as a return of it: what it is called, and where its form is."""
    assert sheet.found is not None
    made = []
    for workflow in seat.force.blueprint.workflows.values():
        if source_of(seat, workflow, sheet) and seat.force.rights.may(seat.actor, "create", workflow.entity):
            address = f"/portal/open/{workflow.id}/{sheet.entity.id}/{sheet.found.id}"
            made.append((seat.of(workflow.steps[0].label), address))
    return tuple(made)


def source_of(seat: Seat, workflow: Workflow, sheet: Sheet) -> str:
    """Return the field by which a new document of a workflow refers to this one; empty if it cannot be opened now."""
    entity = seat.force.blueprint.entities[workflow.entity]
    for opening in workflow.openings:
        field = entity.fields.get(opening.source[0]) if opening.source else None
        if field is None or field.to != sheet.entity.id or (opening.via and "portal" not in opening.via):
            continue
        if opening.when is None:
            return field.id
        standing = {**sheet.record, "done": sheet.record.get("phase") == "complete"}
        try:
            if opening.when.evaluate(seat.call().env(seat.force, {field.id: standing})) is True:
                return field.id
        except UnknownValue:
            # What the condition reads is not on this page: the form's own answer will say.
            return field.id
    return ""


@post("/portal/doc/{entity:str}/{id:str}", name="ui.portal_act", status_code=200, include_in_schema=False)
async def act(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """Save a draft, or do the open step: hand an order in, confirm receipt."""
    seat = ui.seat(request)
    portal, sheet = await opened(seat, entity, id)
    posted = _without_noughts(read_posted(seat.visit.body), lines_for(seat, portal, sheet.entity))
    entered = await sheet.settled(sheet.entered(posted))
    wrong = Refused("invalid", tuple(entered.faults)) if entered.faults else None
    outcome = wrong or await _done(seat, sheet, posted, entered.values)
    if not isinstance(outcome, Refused):
        return go("/?said=saved" if posted.get("_back") == "/" else f"/portal/doc/{entity}/{id}?said=saved")
    if outcome.kind == "not_found":
        raise PageHalt(outcome.kind, outcome.reasons)
    portal, sheet = await opened(seat, entity, id)
    reply = Reply(posted, outcome.reasons, values=entered.values if outcome.kind == "invalid" else {})
    return await _page(seat, portal, sheet, reply, STATUS[outcome.kind])


async def _done(seat: Seat, sheet: Sheet, posted: Posted, values: Mapping[str, Any]) -> Done | Refused:
    assert sheet.found is not None
    what, _, step = posted.get("do").partition(":")
    version = int(text) if (text := posted.get("_version")).isdigit() else None
    call, entity, id = seat.call(posted.get("_key")), sheet.entity.id, sheet.found.id
    if what == "step":
        why = posted.get("_reason").strip() or None
        return await acts.step(seat.house, call, entity, id, step, reason=why, values=values, version=version)
    return await acts.update(seat.house, call, entity, id, values, version=version)


def _without_noughts(posted: Posted, lines: Lines | None) -> Posted:
    """Return the form without the rows of which there are to be none, and without the one whose button was pressed."""
    made = posted
    for index in posted.order.get(lines.field, ()) if lines is not None else ():
        assert lines is not None
        name = f"{lines.field}.{index}"
        nought = f"{name}.{lines.quantity}" in posted.texts and not posted.get(f"{name}.{lines.quantity}").strip(" 0.")
        if nought or posted.get("do") == f"cut:{name}":
            made = made.without(lines.field, index)
    return made


HANDLERS = [show_document, act]
"""Every handler of this module."""
