"""What would have to be otherwise for a request to go through, and whether it then would: one transition tells.

Source: engine.md §7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from ordinance.expressions import Calendar, Env
from ordinance.expressions.explaining_changes import NO_VALUE, Change, applied
from ordinance.problems import Place, Reason
from ordinance.process.engine import transition
from ordinance.process.model import Check, Lane, Path, Step, Workflow
from ordinance.process.requests import Document, Kind, Refusal, Request
from ordinance.process.values import missing, overlap

Ask = Literal["step", "send_back", "take", "close", "lane", "set_aside", "resume"]
"""What somebody wants to do: the kinds of buttons."""

RemedyKind = Literal[
    "value", "role", "colleague", "reassign", "queue", "resume", "leave_lane", "arrive", "come_back", "switch_on",
    "fill_person", "settle_check", "earlier",
]  # fmt: skip

SOMEONE = "someone else"
"""The actor of an attempt that needs another person."""

_KINDS: Mapping[str, Kind] = {
    "step": "pass",
    "send_back": "refuse",
    "take": "take",
    "close": "close",
    "lane": "lane",
}
_OF_THE_FORM = frozenset({"missing", "effect_needs", "effect_needs_off", "unknown_value"})


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that would have to be otherwise.

    Attributes:
        kind: What kind of thing: a `value` of the record; somebody with one of the `roles`; a `colleague` who did not
            do what this person did; to `reassign`; the `queue` before it; to `resume` what is set aside; to
            `leave_lane`; to `arrive` at or `come_back` to the step; to `switch_on` a step; a department's check.
        change: The value.
        roles: Roles that may.
        steps: Steps that come first, or that keep this person away.
        person: The person to go to.
        number: The document to take first.
        lane: The lane to leave.
        place: The line of configuration.
        reason: What a check said.
    """

    kind: RemedyKind
    change: Change | None = None
    roles: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    path: Path = ()
    person: str = ""
    number: str = ""
    lane: str = ""
    place: Place | None = None
    reason: Reason | None = None


Remedies = tuple[Remedy, ...] | None
"""Everything that is needed together; None if nothing could help."""


def together(several: Iterable[Remedies]) -> Remedies:
    """Return all that several conditions need; None if one of them cannot be met."""
    made: list[Remedy] = []
    for each in several:
        if each is None:
            return None
        made += [remedy for remedy in each if remedy not in made]
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt went: `passes` is None if it could not be made; `reasons` are what would still refuse."""

    passes: bool | None
    reasons: tuple[Reason, ...] = ()
    remedies: tuple[Remedy, ...] = field(default=(), compare=False)


def attempt(
    workflow: Workflow, document: Document, request: Request, ask: Ask, id_: str, remedies: tuple[Remedy, ...],
    now: datetime, calendar: Calendar,
) -> Attempt:  # fmt: skip
    """Try, by one transition, whether the request would go through with everything changed as the remedies say.

    What the form asks is taken as filled in, checks that read it as fulfilled.
    """
    supposed = _supposing(document, request, id_, remedies)
    if supposed is None:
        return Attempt(passes=None, remedies=remedies)
    document, request = supposed
    gate = workflow.lanes.get(id_) if ask == "lane" else _step(workflow, id_)
    if gate is None:
        return Attempt(passes=None, remedies=remedies)
    back_to = gate.back_to[0] if isinstance(gate, Step) and gate.back_to else None
    request = replace(
        request,
        kind=_KINDS[ask],
        step=None if ask == "lane" else id_,
        lane=id_ if ask == "lane" else None,
        to=back_to if ask == "send_back" else None,
        input={},
        reason=request.reason or "…",
        facts={"assign": dict.fromkeys(_steps(workflow)), **request.facts},
    )
    result = transition(_as_filled(workflow, gate), document, request, now, calendar)
    if not isinstance(result, Refusal):
        return Attempt(passes=True, remedies=remedies)
    codes = {each.code for each in result.reasons}
    if codes <= _OF_THE_FORM and any(_is_missing(document, path) for path in gate.asks):
        return Attempt(passes=None, remedies=remedies)
    return Attempt(passes=False, reasons=result.reasons, remedies=remedies)


def _steps(workflow: Workflow) -> list[str]:
    return [each.id for each in (*workflow.steps, *(s for lane in workflow.lanes.values() for s in lane.steps))]


def _step(workflow: Workflow, id_: str) -> Step | None:
    inside = (each for lane in workflow.lanes.values() for each in lane.steps if each.id == id_)
    return workflow.step(id_) or next(inside, None)


def _is_missing(document: Document, path: Path) -> bool:
    return any(True for _ in missing(document.fields, path))


def _supposing(
    document: Document, request: Request, id_: str, remedies: tuple[Remedy, ...]
) -> tuple[Document, Request] | None:
    """Return document and request as they would be; None if a remedy takes more than that (the document elsewhere)."""
    state, facts = document.state, dict(request.facts)
    changes: list[Change] = []
    for each in remedies:
        match each.kind:
            case "value" if each.change is not None and not _is_open(each.change):
                changes.append(each.change)
            case "role":
                request = replace(request, roles=(*request.roles, *each.roles), may=request.may | {id_})
                facts["refusals"] = _without(facts, id_, {"not_allowed"})
            case "colleague":
                request = replace(request, actor=SOMEONE, on_behalf_of=None)
                facts["refusals"] = _without(facts, id_, {"duty", "same_person"})
            case "reassign":
                assigned = {step: who for step, who in state.assigned.items() if step != id_}
                state = replace(state, assigned=assigned, taken={s: w for s, w in state.taken.items() if s != id_})
            case "queue":
                facts["queue"] = {**facts.get("queue", {}), id_: None}
            case "resume":
                state = replace(state, set_aside=None)
            case _:
                return None
    env = applied(Env(document.fields, user=facts.get("user") or {}), changes)
    facts["user"] = env.user
    return replace(document, state=state, fields=env.record), replace(request, facts=facts)


def _is_open(change: Change) -> bool:
    """Whether a change says no value that could be tried."""
    return not change.address or change.value is NO_VALUE


def _without(facts: Mapping[str, Any], id_: str, codes: set[str]) -> dict[str, Any]:
    refusals = dict(facts.get("refusals", {}))
    refusals[id_] = [each for each in refusals.get(id_, ()) if each.code not in codes]
    return refusals


def _as_filled(workflow: Workflow, gate: Step | Lane) -> Workflow:
    """Return the workflow with this form filled in: it asks nothing, and what reads the answers is fulfilled."""
    form = (*gate.asks, *gate.offers, *(gate.changes if isinstance(gate, Lane) else ()))
    checks = tuple(each for each in gate.checks if not reads_any(each, form))
    if isinstance(gate, Lane):
        when = gate.when if gate.when is None or not overlap(gate.when.reads, form) else None
        lane = replace(gate, asks=(), checks=checks, when=when)
        return replace(workflow, lanes={**workflow.lanes, gate.id: lane})
    step = replace(gate, asks=(), checks=checks)
    return replace(
        workflow,
        steps=tuple(step if each is gate else each for each in workflow.steps),
        lanes={
            id: replace(lane, steps=tuple(step if each is gate else each for each in lane.steps))
            for id, lane in workflow.lanes.items()
        },
    )


def reads_any(check: Check, form: tuple[Path, ...]) -> bool:
    """Return whether a check reads something of a form, so that it can only be told once that is filled in."""
    return bool(form) and any(
        overlap(each.reads, form) for each in (check.must, check.when) if each is not None
    )
