"""From what acts say of a document: its step bar, its buttons, the small forms before an act, its history. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ordinance import acts
from ordinance.access import Actor
from ordinance.acts import Force, StepView
from ordinance.blueprint import Entity
from ordinance.problems import Reason
from ordinance.process import Workflow
from ordinance.process.model import Lane, Step
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.form import Form
from ordinance.web.ui.views.record import Act, Ask, Chip, Entry, Mark
from ordinance.web.ui.views.speech import Speech, iso
from ordinance.web.ui.views.why import act_href

TERMINAL = ("complete", "cancelled")
_NO_RIGHT = frozenset({"not_allowed"})
_WHO_MAX = 2


def who_does(force: Force, speech: Speech, workflow: Workflow, step: Step | Lane) -> str:
    """Return who does a step or enters a lane, in words: the roles, or whose field it is."""
    if step.person is not None:
        field = force.blueprint.entities[workflow.entity].at(step.person)
        return speech.of(field.label) if field is not None else ""
    roles = step.by or _granted(force, workflow, step.id)
    named = [speech.of(force.rights.label(each)) for each in roles[:_WHO_MAX]]
    return " / ".join(named) + (" …" if len(roles) > _WHO_MAX else "")


def _granted(force: Force, workflow: Workflow, act: str) -> tuple[str, ...]:
    found = [
        each.role
        for each in force.rights.grants
        if each.act == act
        and each.entity == workflow.entity
        and each.workflow in (None, workflow.id)
        and not each.implied
    ]
    return tuple(dict.fromkeys(found))


def chip_of(record: Mapping[str, Any], mine: frozenset[str]) -> Chip | None:
    """Return the state of a document: amber if it waits for the reader, green when done, grey otherwise.

    Args:
        record: The document, JSON-ready.
        mine: The steps the reader may do on documents of this kind.
    """
    words = record.get("status")
    if not words:
        return None
    if record.get("phase") == "complete":
        return Chip(words, "done")
    if record.get("phase") == "cancelled":
        return Chip(words, "off")
    return Chip(words, "mine" if mine & set(record.get("waits_at") or ()) else "")


def marks(
    force: Force,
    speech: Speech,
    workflow: Workflow,
    record: Mapping[str, Any],
    entries: Sequence[acts.Entry],
    now: datetime,
) -> tuple[Mark, ...]:
    """Return the step bar: what has been passed and by whom, what is open and who acts, what is switched off."""
    waits = set(record.get("waits_at") or ())
    ended = record.get("phase") in TERMINAL
    front = next((at for at, step in enumerate(workflow.steps) if step.id in waits), None)
    if front is None:
        front = len(workflow.steps) if record.get("phase") == "complete" else _reached(workflow, entries)
    made = []
    for at, step in enumerate(workflow.steps):
        label = speech.of(step.label) or step.id
        passed = next((each for each in entries if each.kind == "pass" and each.what == step.label), None)
        if step.id in waits and not ended:
            made.append(Mark(label, who_does(force, speech, workflow, step), "now"))
        elif step.enabled is False:
            made.append(Mark(label, "", "off"))
        elif at < front:
            who = f"{passed.who or speech.say('the_house')} · {speech.moment(passed.at, now)}" if passed else ""
            made.append(Mark(label, who, "done"))
        else:
            made.append(Mark(label, who_does(force, speech, workflow, step), "next"))
    return tuple(made)


def _reached(workflow: Workflow, entries: Sequence[acts.Entry]) -> int:
    """How far a document in a side flow, or a cancelled one, had come."""
    passed = [
        at for at, step in enumerate(workflow.steps) if any(e.kind == "pass" and e.what == step.label for e in entries)
    ]
    return max(passed, default=-1) + 1


def primary_of(views: Sequence[StepView]) -> StepView | None:
    """Return the step the reader does next: the first allowed one."""
    return next((each for each in views if each.kind == "step" and each.allowed), None)


def acts_of(
    speech: Speech, views: Sequence[StepView], href: str, record: Mapping[str, Any], *, bound: bool = False
) -> tuple[Act | None, tuple[Act, ...], tuple[Act, ...]]:
    """Return the primary act, the secondary ones, and those that are refused with their reasons.

    What the reader has no right to is left out, but for the open step itself, which the company's own people see.
    """
    first = primary_of(views)
    primary = None
    secondary: list[Act] = []
    refused: list[Act] = []
    running = record.get("phase") not in TERMINAL
    for each in views:
        act = _act(speech, each, href)
        if not each.allowed:
            codes = {reason.code for reason in each.reasons}
            if running and (
                (each.kind == "step" and not (bound and codes & _NO_RIGHT))
                or (not codes & _NO_RIGHT and codes - {"lane_closed", "not_here", "ended"})
            ):
                refused.append(replace(act, why=act_href(href, act.value)))
        elif each is first:
            primary = Act(act.value, act.label, "first", keys="Ctrl ↵")
        else:
            secondary.append(act)
        if each.closes:
            secondary.append(Act(f"close:{each.id}", speech.say("close_step", name=speech.of(each.label))))
    return primary, tuple(secondary), tuple(refused)


_PREFIX = {
    "step": "step", "send_back": "back", "lane": "lane", "take": "take", "set_aside": "aside", "resume": "resume",
}  # fmt: skip


def _asks_first(each: StepView) -> bool:
    """Return whether a small form comes before the act: a step has its reason on the record's own form."""
    return each.kind in ("send_back", "lane") or (each.kind != "step" and each.opinion == "always")


def _act(speech: Speech, each: StepView, href: str) -> Act:
    value = f"{_PREFIX[each.kind]}:{each.id}"
    label = speech.of(each.label) or each.id
    if each.kind == "send_back":
        label = speech.say("send_back")
    elif each.kind == "take":
        label = speech.say("take")
    asks = _asks_first(each)
    return Act(
        value,
        label,
        tone="back" if each.kind == "send_back" else "",
        href=f"{href}/act/{value}" if asks else "",
        asks=asks,
        reasons=tuple(said(speech, each.reasons)),
    )


def said(speech: Speech, reasons: Iterable[Reason]) -> list[str]:
    """Return reasons in words, each once, with its remedy."""
    made = []
    for each in reasons:
        words = speech.of(each.message)
        remedy = speech.of(each.remedy)
        made.append(f"{words} ({remedy})" if remedy else words)
    return list(dict.fromkeys(made))


def asks_of(
    workflow: Workflow, views: Sequence[StepView], form: Form, href: str, typed: Mapping[str, str] | None = None
) -> tuple[Ask, ...]:
    """Return the small forms: why it goes back and where to, what a side flow asks."""
    speech = form.speech
    made = []
    for each in views:
        if not each.allowed or not _asks_first(each):
            continue
        made.append(
            Ask(
                _act(speech, each, href),
                reason=_reason_wanted(each),
                to=_targets(speech, workflow, each),
                controls=_controls(form, each) if each.kind == "lane" else (),
            )
        )
    return tuple(made)


def _reason_wanted(each: StepView) -> str:
    if each.opinion == "always" or (each.kind == "send_back" and each.opinion != "never"):
        return "must"
    return "may" if each.kind == "lane" and not each.asks else ""


def _targets(speech: Speech, workflow: Workflow, each: StepView) -> tuple[Option, ...]:
    steps = [workflow.step(id) for id in each.to] if each.kind == "send_back" else []
    return tuple(
        Option(step.id, speech.of(step.label), at == 0)
        for at, step in enumerate(step for step in steps if step is not None)
    )


def _controls(form: Form, each: StepView) -> tuple[Any, ...]:
    """The record's own fields that a side flow asks; those of lines are filled in on the form itself."""
    fields = [(path, form.entity.at(path)) for path in (*each.asks, *each.offers) if len(path) == 1]
    asked = set(each.asks)
    made = []
    for path, field in fields:
        if field is None or form.writable.levels.get(path[0]) != "write":
            continue
        free = _freed(form)
        control = free.control(field, field.id, form.record.get(field.id), f"/{field.id}")
        made.append(_inside_dialog(control, required=path in asked))
    return tuple(made)


def _freed(form: Form) -> Form:
    return replace(form, writable=replace(form.writable, free=True), errors={}, evaluation=None)


def _inside_dialog(control: Any, *, required: bool) -> Any:
    return replace(control, required=required, span="", help="", prefix="a")


_TONES = {"pass": "passed", "refuse": "back", "note": "said", "file": "said", "file_gone": "said"}


def entries_of(
    speech: Speech, entries: Iterable[acts.Entry], now: datetime, *, shares: bool = False
) -> tuple[Entry, ...]:
    """Return the history for the rail, newest first; with `shares` it is marked what is internal."""
    return tuple(_entry(speech, each, now, shares=shares) for each in entries)


def _entry(speech: Speech, each: acts.Entry, now: datetime, *, shares: bool) -> Entry:
    whom = f" ({speech.say('for_whom', name=each.on_behalf_of)})" if each.on_behalf_of else ""
    said = {
        speech.say("internal"): shares and each.internal,
        speech.say("edited"): each.edited and not each.gone,
        speech.say("by_import"): each.channel == "import",
    }
    return Entry(
        who=(each.who or speech.say("the_house")) + whom,
        what=speech.of(each.what) if each.kind != "note" or each.gone else "",
        when=speech.moment(each.at, now),
        at=iso(each.at),
        tone=_TONES.get(each.kind, ""),
        changes=tuple(
            (speech.of(change.label), change.old, change.new) for change in each.changes if each.kind != "create"
        ),
        reason=each.reason,
        marks=tuple(word for word, wanted in said.items() if wanted),
        file=each.file[1] if each.file is not None else "",
        href=f"/files/{each.file[0]}" if each.file is not None and each.file[0] else "",
        change_href=f"/notes/{each.id}" if each.may_change else "",
        remove_action=f"/notes/{each.id}" if each.may_remove else "",
    )


def my_steps(force: Force, actor: Actor, entity: Entity) -> frozenset[str]:
    """Return the steps and lanes that the actor may do on documents of this kind, by grant or by role."""
    roles = {role for face in actor.faces() for role in face.roles}
    found = set(force.rights.acts(actor, entity.id))
    for workflow in force.blueprint.variants(entity.id):
        found |= {step.id for step in workflow.steps if roles & set(step.by)}
        found -= {step.id for step in workflow.steps if step.by and not roles & set(step.by)}
    return frozenset(found)
