"""Which buttons a person has on a document now, and why not the others (design §9: allowed and refused ones)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ordinance.expressions import Calendar
from ordinance.problems import Reason, Text, reason
from ordinance.process.effects import finality
from ordinance.process.gates import (
    check_reasons,
    may_act,
    missing_reasons,
    person_reasons,
    place_reasons,
    skips_queue,
)
from ordinance.process.handling import aside_reasons, resume_reasons, take_reasons
from ordinance.process.landing import find_landing
from ordinance.process.lanes import closed_reasons, lane_person_reasons
from ordinance.process.model import Lane, Step, Workflow
from ordinance.process.passing import close_reasons, voted_reasons
from ordinance.process.requests import DRAFT, TERMINAL, Available, Document, RefusedError, Request
from ordinance.process.send_back import final_at
from ordinance.process.work import Flow, Work

_SET_ASIDE = Text("搁置", "Set aside")
_RESUME = Text("恢复", "Resume")


def available(
    workflow: Workflow, document: Document, request: Request, now: datetime, calendar: Calendar
) -> tuple[Available, ...]:
    """Return everything that can be done to the document, allowed or with all reasons.

    What the form itself asks for is not held against a button, nor that a reason is wanted for skipping a queue.
    Department checks and the queue count as far as `request.facts` answers them; what it does not answer counts as
    fine.

    Args:
        workflow: The document's workflow.
        document: The document.
        request: Who asks: actor, roles, rights, facts; the rest of it is not looked at.
        now: The moment.
        calendar: The company's working time.
    """
    work = Work(workflow, document, request, now, calendar)
    work.lenient = True
    return tuple(_buttons(work))


def _buttons(work: Work) -> Iterator[Available]:
    flow = work.flow
    if work.phase not in TERMINAL:
        for id_ in flow.waits:
            step = flow.step(id_)
            if step is not None:
                yield from _step_buttons(work, flow, step)
            elif id_ == DRAFT:
                yield _draft_button(work, flow)
        yield from _aside_buttons(work, flow)
    for lane in work.workflow.lanes.values():
        yield _button("lane", lane.id, _lane_reasons(work, lane), label=lane.label)


def _button(
    kind: str, id_: str, reasons: list[Reason], to: tuple[str, ...] = (), label: Text | None = None
) -> Available:
    return Available(kind, id_, not reasons, tuple(reasons), to, label or Text.of(id_))  # type: ignore[arg-type]


def _aside_buttons(work: Work, flow: Flow) -> Iterator[Available]:
    """Yield the way out of a queue where the document stands in one, or the way back in."""
    if work.set_aside is not None:
        yield _button("resume", "resume", resume_reasons(work), label=_RESUME)
    elif any(step is not None and step.queue is not None for step in map(flow.step, flow.waits)):
        yield _button("set_aside", "set_aside", aside_reasons(work), label=_SET_ASIDE)


def _step_buttons(work: Work, flow: Flow, step: Step) -> Iterator[Available]:
    skips = step.id in flow.waits and skips_queue(work, step)
    yield replace(_button("step", step.id, _pass_reasons(work, flow, step), label=step.label), skips=skips)
    if step.back_to:
        yield _button("send_back", step.id, _back_reasons(work, flow, step), step.back_to, step.label)
    if step.queue is not None or step.taken:
        reasons = [*place_reasons(work, flow, step, step.id), *take_reasons(work, step)]
        yield replace(_button("take", step.id, reasons, label=step.label), skips=skips)
    if step.until is not None:
        yield _button(
            "close", step.id, [*place_reasons(work, flow, step, step.id), *close_reasons(work, step)], label=step.label
        )


def _pass_reasons(work: Work, flow: Flow, step: Step) -> list[Reason]:
    reasons = [*place_reasons(work, flow, step, step.id), *person_reasons(work, step)]
    reasons += voted_reasons(work, step)
    reasons += missing_reasons(work, step.needs, step.id)
    return [*reasons, *check_reasons(work, step.id, step.checks, (*step.asks, *step.offers))]


def _back_reasons(work: Work, flow: Flow, step: Step) -> list[Reason]:
    reasons = [*place_reasons(work, flow, step, step.id), *person_reasons(work, step, queue=False)]
    finals = [_final_reason(work, flow, to) for to in step.back_to if to in flow.line.position]
    found = [each for each in finals if each is not None]
    return [*reasons, *found[:1]] if found and len(found) == len(finals) else reasons


def _final_reason(work: Work, flow: Flow, to: str) -> Reason | None:
    target = flow.line.position[to]
    try:
        position = find_landing(work, flow, target, undoing=True)
    except RefusedError as refused:
        return refused.reasons[0]
    if position is None and flow.lane is not None:
        return reason("cannot_send_back", None, step=flow.line.steps[target].label)
    rows = final_at(work, flow, position)
    return finality(work, rows) if rows else None


def _draft_button(work: Work, flow: Flow) -> Available:
    first = flow.line.steps[0] if flow.line.steps else None
    shut = place_reasons(work, flow, None, DRAFT)
    allowed = {"create", "update"} & work.request.may or (first is not None and may_act(work, first))
    label = Text("草稿", "Draft")
    if not allowed:
        shut.append(reason("not_allowed", DRAFT, what=work.workflow.label))
    return _button("step", DRAFT, shut, label=label)


def _lane_reasons(work: Work, lane: Lane) -> list[Reason]:
    reasons = [*closed_reasons(work, lane), *lane_person_reasons(work, lane)]
    forms = (*lane.asks, *lane.offers, *lane.changes)
    asked = {path[0] for path in forms}
    if (
        lane.when is not None
        and not asked & {path[0] for path in lane.when.reads if path}
        and not work.holds(lane.when)
    ):
        reasons.append(reason("lane_closed", lane.id, place=lane.place, lane=lane.label))
    if lane.ends is not None and work.phase not in TERMINAL and final_at(work, work.main, None):
        reasons.append(finality(work, final_at(work, work.main, None)))
    return [*reasons, *check_reasons(work, lane.id, lane.checks, forms)]
