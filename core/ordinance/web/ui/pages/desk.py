"""A record page in the making: what acts say of a record, put together into the view that the template shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ordinance import acts
from ordinance.acts import Evaluation, Refused, StepView, View
from ordinance.acts.versions import outlives
from ordinance.blueprint import Entity
from ordinance.problems import Reason, reason
from ordinance.process import Workflow
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import Seat, id_of, new_key
from ordinance.web.ui.views.controls import Control, Grid, Group
from ordinance.web.ui.views.entry import Entered, Posted, Reader, place
from ordinance.web.ui.views.flow import way_of
from ordinance.web.ui.views.form import Form
from ordinance.web.ui.views.layout import Writable, levels_of, open_paths
from ordinance.web.ui.views.process import (
    TERMINAL,
    acts_of,
    asks_of,
    chip_of,
    entries_of,
    marks,
    my_steps,
    primary_of,
)
from ordinance.web.ui.views.record import Act, Ask, Difference, Fault, Mark, RecordView
from ordinance.web.ui.views.table import name_of
from ordinance.web.ui.views.why import with_reasons

_LOOSE_MAX = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """A record that is open, or a new one: `found` is None until it is stored.

    Attributes:
        seat: The request.
        entity: The kind of record.
        workflow: The workflow of the document, or the one a new document will probably take.
        found: The stored record as the actor sees it.
        buttons: What could be done to it.
    """

    seat: Seat
    entity: Entity
    workflow: Workflow | None
    found: View | None = None
    buttons: Sequence[StepView] = ()

    @property
    def href(self) -> str:
        """The address of the record; of the form for a new one, if there is none yet."""
        return f"/o/{self.entity.id}/{self.found.id if self.found else 'new'}"

    @property
    def record(self) -> Mapping[str, Any]:
        """The stored record, or nothing."""
        return self.found.record if self.found is not None else {}

    @property
    def step(self) -> str | None:
        """The step whose form this is: what it asks is required."""
        if self.found is None:
            return self.workflow.steps[0].id if self.workflow and self.workflow.steps else None
        first = primary_of(self.buttons)
        return first.id if first is not None else None

    def writable(self) -> Writable:
        """Return which fields can be written now."""
        rights, actor = self.seat.force.rights, self.seat.actor
        if self.found is None:
            return Writable(levels_of(self.seat.force, actor, self.entity), free=True)
        levels = self.found.access
        updates = rights.may(actor, "update", self.entity.id)
        if self.workflow is None:
            return Writable(levels, free=updates and not self.entity.append_only)
        phase = self.record.get("phase")
        if phase in TERMINAL:
            return Writable(levels, free=updates and outlives(self.entity, self.record))
        mine = [each.id for each in self.buttons if each.kind == "step" and not _no_right(each)]
        draft = phase == "draft" and (bool(mine) or updates or rights.may(actor, "create", self.entity.id))
        return Writable(levels, free=updates or draft, forms=open_paths(self.workflow, mine))

    def entered(self, posted: Posted) -> Entered:
        """Return what a form of this record holds."""
        return Reader(self.seat.speech, self.entity, self.seat.today).read(
            posted, self.found.record if self.found else None
        )

    async def evaluated(self, values: Mapping[str, Any]) -> Evaluation:
        """Return what the form comes to with these values.

        Raises:
            PageHalt: the actor does not see the record.
        """
        outcome = await acts.evaluate(
            self.seat.house,
            self.seat.call(),
            self.entity.id,
            values,
            id=self.found.id if self.found else None,
            step=self.step,
        )
        if isinstance(outcome, Refused):
            raise PageHalt(outcome.kind, outcome.reasons)
        return outcome

    async def settled(self, entered: Entered) -> Entered:
        """Return the same with references given in words looked up, where one record fits and no other."""
        for each in entered.loose[:_LOOSE_MAX]:
            choices = await acts.lookup(self.seat.house, self.seat.call(), each.entity, each.text, limit=2)
            exact = [one for one in choices if each.text in (one.label, one.hint.split(" · ")[0])] or choices
            if len(exact) == 1:
                place(entered.values, each.pointer, {"id": str(exact[0].id)})
        return entered


def _no_right(each: StepView) -> bool:
    return any(reason.code in ("not_allowed", "not_assigned") for reason in each.reasons)


async def open_sheet(seat: Seat, entity: Entity, id: str) -> Sheet:
    """Return a stored record with everything that can be done to it.

    Raises:
        PageHalt: there is none, or the actor does not see it.
    """
    number = id_of(id)
    found = await acts.read(seat.house, seat.call(), entity.id, number)
    if isinstance(found, Refused):
        raise PageHalt(found.kind, found.reasons)
    workflow = found.rules
    buttons: Any = await acts.steps(seat.house, seat.call(), entity.id, number) if workflow is not None else ()
    return Sheet(seat, entity, workflow, found, () if isinstance(buttons, Refused) else buttons)


def new_sheet(seat: Seat, entity: Entity) -> Sheet:
    """Return a new record.

    Raises:
        PageHalt: the actor may not make one.
    """
    if not seat.force.rights.may(seat.actor, "create", entity.id):
        raise PageHalt("not_allowed", (reason("not_allowed", what=entity.label),))
    return Sheet(seat, entity, next(iter(seat.force.blueprint.variants(entity.id)), None))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a form is answered with besides the record: what was typed, what is wrong with it, what differs."""

    posted: Posted | None = None
    reasons: tuple[Reason, ...] = ()
    differences: tuple[Difference, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)


async def view_of(sheet: Sheet, reply: Reply | None = None) -> RecordView:
    """Return the page of a record.

    Args:
        sheet: The record.
        reply: What the form just sent came to, if it did.
    """
    given = reply or Reply()
    seat, entity = sheet.seat, sheet.entity
    evaluation = await sheet.evaluated(given.values)
    form = _form(sheet, evaluation, given)
    history: Any = await acts.timeline(seat.house, seat.call(), entity.id, sheet.found.id) if sheet.found else []
    entries: list[acts.Entry] = [] if isinstance(history, Refused) else history
    primary, secondary, refused = _buttons(sheet)
    chip = chip_of(sheet.record, my_steps(seat.force, seat.actor, entity))
    bar = _marks(sheet, entries)
    parts = (*form.parts(), *_opinion(sheet))
    writes = any(
        each.writable if isinstance(each, Grid) else any(one.writable for one in each.controls) for each in parts
    )
    return RecordView(
        entity=entity.id,
        entity_label=seat.of(entity.label),
        title=_title(sheet),
        action=sheet.href,
        list_href=f"/o/{entity.id}",
        id=str(sheet.found.id) if sheet.found else "",
        version=str(sheet.found.version) if sheet.found else "",
        key=new_key(),
        chip=chip,
        keyline=_keyline(sheet, form, parts),
        marks=bar,
        way=way_of(seat.force, seat.visit.locale, sheet.workflow, bar)
        if sheet.workflow and bar and not seat.actor.portal
        else "",
        standing=_standing(sheet),
        parts=with_reasons(parts, entity, sheet.href) if sheet.found else parts,
        primary=primary,
        secondary=secondary,
        refused=refused,
        asks=asks_of(sheet.workflow, sheet.buttons, form, sheet.href) + _delete(sheet)
        if sheet.workflow
        else _delete(sheet),
        can_save=writes,
        save_label=seat.say("save_draft") if sheet.workflow and not sheet.found and primary else "",
        faults=faults_of(sheet, given.reasons, given.posted),
        differences=given.differences,
        entries=entries_of(seat.speech, entries, seat.visit.now),
        why=f"{sheet.href}/why?inbox=true" if chip is not None and not chip.tone else "",
    )


def _marks(sheet: Sheet, entries: Sequence[acts.Entry]) -> tuple[Mark, ...]:
    if sheet.workflow is None or sheet.found is None:
        return ()
    seat = sheet.seat
    return marks(seat.force, seat.speech, sheet.workflow, sheet.record, entries, seat.visit.now)


def _form(sheet: Sheet, evaluation: Evaluation, given: Reply) -> Form:
    seat, posted = sheet.seat, given.posted
    typed = {name: texts[-1] for name, texts in posted.texts.items()} if posted else {}
    order = dict(posted.order) if posted else {}
    return Form(
        force=seat.force,
        speech=seat.speech,
        entity=sheet.entity,
        workflow=sheet.workflow,
        record=_with_rows({**sheet.record, **evaluation.values}, sheet, given),
        evaluation=evaluation,
        writable=sheet.writable(),
        typed=typed,
        order=order,
        errors={name: seat.of(each.message) for name, each in _named(given.reasons, posted).items() if name},
        bound=seat.actor.portal,
        readable=frozenset(
            each for each in seat.force.blueprint.entities if seat.force.rights.may(seat.actor, "read", each)
        ),
    )


def _with_rows(record: dict[str, Any], sheet: Sheet, given: Reply) -> dict[str, Any]:
    """A new record begins with one empty row; a form without JavaScript may have asked for more."""
    for each in sheet.entity.fields.values():
        if each.fields:
            wanted = given.rows.get(each.id, 0) or (1 if sheet.found is None and not record.get(each.id) else 0)
            record[each.id] = [*(record.get(each.id) or ()), *({} for _ in range(wanted))]
    return record


def _named(reasons: Sequence[Reason], posted: Posted | None) -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    for each in reasons:
        where = each.where or ""
        name = (posted or Posted({})).pointer_name(where) if where.startswith("/") else ""
        found.setdefault(name, each)
    return found


def faults_of(sheet: Sheet, reasons: Sequence[Reason], posted: Posted | None) -> tuple[Fault, ...]:
    """Return what is wrong for the box on top: each with its row and field, and a way there."""
    seat = sheet.seat
    made = []
    for each in reasons:
        where = each.where or ""
        words = seat.of(each.message) + (f" ({seat.of(each.remedy)})" if each.remedy else "")
        if not where.startswith("/") or len(where) < 2:
            made.append(Fault(words))
            continue
        name = (posted or Posted({})).pointer_name(where)
        made.append(Fault(_prefix(sheet, where, each) + words, "f-" + name.replace(".", "-")))
    return tuple(dict.fromkeys(made))


def _prefix(sheet: Sheet, pointer: str, each: Reason) -> str:
    parts = pointer.strip("/").split("/")
    path = tuple(part for part in parts if not part.isdigit())
    declared = sheet.entity.at(path)
    colon = "：" if sheet.seat.visit.locale == "zh" else ": "
    row = sheet.seat.say("row_of", row=int(parts[1]) + 1) if len(parts) > 1 and parts[1].isdigit() else ""
    label = sheet.seat.of(declared.label) if declared is not None else ""
    words = sheet.seat.of(each.message)
    said = [row, label if label not in words else ""]
    text = " ".join(part for part in said if part)
    return text + colon if text else ""


def _buttons(sheet: Sheet) -> tuple[Act | None, tuple[Act, ...], tuple[Act, ...]]:
    seat = sheet.seat
    if sheet.found is None:
        step = sheet.workflow.steps[0] if sheet.workflow and sheet.workflow.steps else None
        mine = my_steps(seat.force, seat.actor, sheet.entity)
        if step is None or step.id not in mine:
            return None, (), ()
        return Act(f"step:{step.id}", seat.of(step.label) or step.id, "first", keys="Ctrl ↵"), (), ()
    primary, secondary, refused = (
        acts_of(seat.speech, sheet.buttons, sheet.href, sheet.record, bound=seat.actor.portal)
        if sheet.workflow
        else (None, (), ())
    )
    deletes = tuple(replace(each.act, tone="") for each in _delete(sheet))
    return primary, (*deletes, *secondary), refused


def _delete(sheet: Sheet) -> tuple[Ask, ...]:
    seat, entity = sheet.seat, sheet.entity
    if (
        sheet.found is None
        or entity.delete == "never"
        or entity.append_only
        or not seat.force.rights.may(seat.actor, "delete", entity.id)
    ):
        return ()
    if sheet.workflow is not None and sheet.record.get("phase") != "draft":
        return ()
    act = Act("delete:record", seat.say("delete"), "back", href=f"{sheet.href}/act/delete:record", asks=True)
    return (Ask(act, sentence=seat.say("delete_sure", name=_title(sheet))),)


def _opinion(sheet: Sheet) -> tuple[Group, ...]:
    """A step that always wants a written opinion has a place for it on the form."""
    first = primary_of(sheet.buttons)
    if first is None or first.opinion != "always":
        return ()
    label = sheet.seat.say("opinion")
    return (Group(label, (Control("_reason", label, "area", required=True, span="all"),)),)


def _standing(sheet: Sheet) -> str:
    if sheet.workflow is None or sheet.step is None:
        return ""
    step = sheet.workflow.step(sheet.step)
    return sheet.seat.of(step.help) if step is not None else ""


def _title(sheet: Sheet) -> str:
    seat = sheet.seat
    if sheet.found is None:
        return seat.say("new_of", name=seat.of(sheet.entity.label))
    if sheet.record.get("number"):
        return str(sheet.record["number"])
    named = any(sheet.record.get(each) for each in (sheet.entity.title, sheet.entity.key) if each)
    if named or sheet.workflow is None:
        return name_of(sheet.record, sheet.entity, seat.speech)
    what = seat.say("draft") if sheet.record.get("phase") == "draft" else seat.say("no_number")
    return f"{seat.of(sheet.entity.label)} {what}"


def _keyline(sheet: Sheet, form: Form, parts: Sequence[Group | Grid]) -> tuple[tuple[str, str, bool], ...]:
    """Whom it concerns, what it comes to, how many rows: what must be in sight while one scrolls."""
    if sheet.workflow is None:
        return ()
    made: list[tuple[str, str, bool]] = []
    readable = form.writable.levels
    whom = next(
        (
            each
            for each in sheet.entity.fields.values()
            if form.speech.is_reference(each) and each.required and each.id in readable
        ),
        None,
    )
    if whom is not None:
        made.append((whom.id, form.speech.text(whom, form.record.get(whom.id)), False))
    for grid in (each for each in parts if isinstance(each, Grid)):
        made += [(each.name, each.text, True) for each in grid.totals if each.grand]
        made.append((f"{grid.name}.count", form.speech.say("rows_count", n=len(grid.rows)), False))
    return tuple(each for each in made if each[1])
