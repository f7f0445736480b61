"""A record page in the making: what acts say of a record, put together into the view that the template shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ordinance import acts
from ordinance.acts import Evaluation, Refused
from ordinance.acts.beside import may_remark, seen_outside
from ordinance.acts.timeline import GROUPS
from ordinance.printing import offered
from ordinance.problems import Reason
from ordinance.web.ui.pages.seat import id_of, new_key
from ordinance.web.ui.pages.sheet import Sheet
from ordinance.web.ui.views.beside import STORY_PAGE, Beside
from ordinance.web.ui.views.controls import Attached, Control, Grid, Group
from ordinance.web.ui.views.entry import Posted
from ordinance.web.ui.views.flow import way_of
from ordinance.web.ui.views.form import Form
from ordinance.web.ui.views.merging import packed
from ordinance.web.ui.views.process import acts_of, asks_of, chip_of, entries_of, marks, my_steps, primary_of
from ordinance.web.ui.views.record import Act, Ask, Difference, Fault, Mark, RecordView, Story
from ordinance.web.ui.views.table import name_of
from ordinance.web.ui.views.why import with_reasons


@dataclass(frozen=True, slots=True)
class Reply:
    """What a form is answered with besides the record: what was typed, what is wrong with it, what differs.

    `differences` are to be chosen after somebody else changed the record, `taken` is what is settled of that.
    """

    posted: Posted | None = None
    reasons: tuple[Reason, ...] = ()
    differences: tuple[Difference, ...] = ()
    taken: tuple[Difference, ...] = ()
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
    files = await _files(sheet)
    form = _form(sheet, evaluation, given, files)
    entries = await _history(sheet)
    primary, secondary, refused = _buttons(sheet)
    chip = chip_of(sheet.record, my_steps(seat.force, seat.actor, entity))
    bar = _marks(sheet, entries)
    parts = (*form.parts(), *_opinion(sheet))
    writes = any(
        each.writable if isinstance(each, Grid) else any(one.writable for one in each.controls) for each in parts
    )
    view = RecordView(
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
        basis=_basis(sheet),
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
        taken=given.taken,
        stale=bool(given.differences or given.taken),
        entries=entries_of(seat.speech, entries, seat.visit.now),
        why=f"{sheet.href}/why?inbox=true" if chip is not None and not chip.tone else "",
        print_href=f"{sheet.href}/print" if sheet.found and offered(seat.house, seat.call(), entity.id) else "",
        base=packed(sheet.record, _carried(form)) if sheet.found and writes else "",
        uploads=f"/o/{entity.id}/files" if may_remark(seat.force, seat.call(), entity) else "",
    )
    return await _with_rail(sheet, view, entries, files) if sheet.found else view


def _carried(form: Form) -> frozenset[str]:
    """Return the fields that the form carries as they are, to find out later who changed what."""
    return frozenset(
        each.id
        for each in form.entity.fields.values()
        if each.formula is None and (form.writable.allows((each.id,)) or each.fields)
    )


async def _history(sheet: Sheet) -> list[acts.Entry]:
    if sheet.found is None:
        return []
    history = await acts.timeline(sheet.seat.house, sheet.seat.call(), sheet.entity.id, sheet.found.id)
    return [] if isinstance(history, Refused) else history


async def _files(sheet: Sheet) -> list[acts.FileView]:
    if sheet.found is None:
        return []
    found = await acts.files(sheet.seat.house, sheet.seat.call(), sheet.entity.id, sheet.found.id)
    return [] if isinstance(found, Refused) else found


async def _with_rail(
    sheet: Sheet, view: RecordView, entries: list[acts.Entry], files: list[acts.FileView]
) -> RecordView:
    """Return the page with what stands beside the form: history, notes, files, related records."""
    seat, entity, found = sheet.seat, sheet.entity, sheet.found
    assert found is not None
    shares = not seat.actor.portal and seen_outside(seat.force, entity)
    may = may_remark(seat.force, seat.call(), entity)
    beside = Beside(seat.speech, seat.force, seat.visit.now, sheet.href, may=may, shares=shares)
    kin = await acts.related(seat.house, seat.call(), entity.id, found.id)
    return replace(
        view,
        story=await _story(sheet, beside, entries),
        files=beside.files(files, entity, new_key(), seat.force.blueprint.company.files),
        kin=beside.kin([] if isinstance(kin, Refused) else kin),
    )


async def _story(sheet: Sheet, beside: Beside, entries: list[acts.Entry]) -> Story:
    """Return the history as it was asked for: all of it or one kind, the newest of it or what is older."""
    seat = sheet.seat
    assert sheet.found is not None
    query = seat.request.query_params
    only = query.get("only", "") if query.get("only") in GROUPS else ""
    before = id_of(query["before"]) if query.get("before") else None
    if only or before is not None:
        found = await acts.timeline(
            seat.house, seat.call(), sheet.entity.id, sheet.found.id, limit=STORY_PAGE + 1, before=before,
            only=(only,) if only else (),
        )  # fmt: skip
        entries = [] if isinstance(found, Refused) else found
    return beside.story(entries, only, new_key())


def _marks(sheet: Sheet, entries: Sequence[acts.Entry]) -> tuple[Mark, ...]:
    if sheet.workflow is None or sheet.found is None:
        return ()
    seat = sheet.seat
    return marks(seat.force, seat.speech, sheet.workflow, sheet.record, entries, seat.visit.now)


def _form(sheet: Sheet, evaluation: Evaluation, given: Reply, files: Sequence[acts.FileView]) -> Form:
    seat, posted = sheet.seat, given.posted
    rights, entities = seat.force.rights, seat.force.blueprint.entities
    return Form(
        force=seat.force,
        speech=seat.speech,
        entity=sheet.entity,
        workflow=sheet.workflow,
        record=_with_rows({**sheet.record, **evaluation.values}, sheet, given),
        evaluation=evaluation,
        writable=sheet.writable(),
        typed={name: texts[-1] for name, texts in posted.texts.items()} if posted else {},
        ticked=posted.texts if posted else {},
        order=dict(posted.order) if posted else {},
        errors={name: seat.of(each.message) for name, each in _named(given.reasons, posted).items() if name},
        bound=seat.actor.portal,
        readable=frozenset(each for each in entities if rights.may(seat.actor, "read", each)),
        creatable=frozenset(each for each in entities if rights.may(seat.actor, "create", each)),
        step=sheet.step,
        roles=seat.actor.all_roles(),
        files=tuple(Attached(str(each.id), each.name, f"/files/{each.id}", each.is_picture) for each in files),
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


def _basis(sheet: Sheet) -> str:
    """The law or policy that the step rests on, where the company's own people can look it up."""
    if sheet.workflow is None or sheet.step is None or sheet.seat.actor.portal:
        return ""
    step = sheet.workflow.step(sheet.step)
    return sheet.seat.of(step.basis) if step is not None else ""


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
