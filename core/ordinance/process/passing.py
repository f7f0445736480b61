"""Passing a step: by a person, one of several, round by round, or short (engine R1, R13, R14)."""

from __future__ import annotations

from ordinance.problems import Reason, reason
from ordinance.process.advance import Outcome, run_effects, settle, tell
from ordinance.process.editing import shut_reasons
from ordinance.process.gates import (
    content_of,
    gate_reasons,
    may_act,
    opinion_reasons,
    person_reasons,
    place_reasons,
    voted,
)
from ordinance.process.model import Step, Vote
from ordinance.process.requests import DRAFT, RefusedError
from ordinance.process.values import overlap
from ordinance.process.work import Flow, Work


def request_pass(work: Work) -> None:
    """Pass the step that the request names, as its actor, with what was filled in.

    Raises:
        RefusedError: every reason why not.
    """
    flow, request = work.flow, work.request
    id_ = request.step or (flow.waits[0] if len(flow.waits) == 1 else "")
    step = flow.step(id_)
    reasons = place_reasons(work, flow, step, id_)
    if reasons:
        raise RefusedError(*reasons)
    if step is None:
        _pass_draft(work, flow)
        return
    reasons = [*person_reasons(work, step), *voted_reasons(work, step)]
    form = (*step.asks, *step.offers)
    reasons += shut_reasons(work, request.input, form) if request.input else []
    work.write(request.input)
    reasons += gate_reasons(work, step)
    reasons += opinion_reasons(work, step, refusing=False)
    if reasons:
        raise RefusedError(*reasons)
    cast(work, flow, step, request.actor)


def voted_reasons(work: Work, step: Step) -> list[Reason]:
    """Return that this person has passed the step already, if it waits for others only."""
    request = work.request
    mine = any(vote.actor in (request.actor, request.on_behalf_of) for vote in voted(work, step))
    return [reason("already_voted", step.id)] if mine else []


def _pass_draft(work: Work, flow: Flow) -> None:
    first = flow.line.steps[0] if flow.line.steps else None
    rights = work.request.may
    if "create" not in rights and "update" not in rights and not (first is not None and may_act(work, first)):
        raise RefusedError(reason("not_allowed", DRAFT, what=work.workflow.label))
    work.write(work.request.input)
    flow.waits.remove(DRAFT)
    work.forget_step(DRAFT)
    flow.manual = None


def cast(work: Work, flow: Flow, step: Step, person: str) -> None:
    """Count the person's pass; the step settles at the last one that is wanted."""
    absent = work.request.on_behalf_of
    persons: tuple[str, ...] = (person,) if absent is None else (person, absent)
    if step.count > 1:
        vote = Vote(step.id, person, work.request.roles, "pass", content_of(work, step))
        votes = (*voted(work, step), vote)
        work.votes = [each for each in work.votes if each.step != step.id]
        work.votes += votes
        voters = tuple(dict.fromkeys(each.actor for each in votes))
        if len(voters) < step.count:
            return
        persons = tuple(dict.fromkeys((*voters, *persons)))
    pass_through(work, flow, step, "passed", person, persons)


def pass_through(work: Work, flow: Flow, step: Step, outcome: Outcome, by: str, persons: tuple[str, ...] = ()) -> None:
    """Let the document through the open gate; a repeating step stays open until its condition is true."""
    if step.until is not None and not _last_round(work, flow, step, outcome, by):
        work.passed_by[step.id] = tuple(dict.fromkeys((*work.passed_by.get(step.id, ()), *persons)))
        return
    earlier = work.passed_by.get(step.id, ())
    settle(work, flow, step, outcome, by, rounds=step.until is None)
    if persons or earlier:
        work.passed_by[step.id] = tuple(dict.fromkeys((*earlier, *persons)))


def _last_round(work: Work, flow: Flow, step: Step, outcome: Outcome, by: str) -> bool:
    """Run one round and return whether it was the last.

    Raises:
        RefusedError: the round changed nothing that could ever end the repetition.
    """
    assert step.until is not None
    run_effects(work, flow, step, outcome, by)
    work.rounds[step.id] = work.rounds.get(step.id, 0) + 1
    work.pending = None
    work.forget_env()
    if work.holds(step.until):
        return True
    if not overlap(step.until.reads, work.new):
        names = ", ".join(sorted(".".join(path) for path in step.until.reads))
        raise RefusedError(reason("no_change", step.id, place=step.place, fields=names))
    tell(work, step.tells)
    work.votes = [vote for vote in work.votes if vote.step != step.id]
    work.taken.pop(step.id, None)
    return False


def close(work: Work) -> None:
    """Let no further round follow: settle the repeating step as short and go on (engine R11).

    Raises:
        RefusedError: it does not repeat, had no round yet, or this person may not.
    """
    flow, request = work.flow, work.request
    id_ = request.step or (flow.waits[0] if len(flow.waits) == 1 else "")
    step = flow.step(id_)
    reasons = place_reasons(work, flow, step, id_)
    if step is None or reasons:
        raise RefusedError(*(reasons or [reason("no_round", id_, step=work.name(id_))]))
    reasons = close_reasons(work, step)
    if reasons:
        raise RefusedError(*reasons)
    earlier = work.passed_by.get(step.id, ())
    settle(work, flow, step, "short", request.actor, rounds=False)
    work.passed_by[step.id] = tuple(dict.fromkeys((*earlier, request.actor)))


def close_reasons(work: Work, step: Step) -> list[Reason]:
    """Return why the step cannot be closed short by this person."""
    reasons = person_reasons(work, step, queue=False)
    if step.until is None or not work.rounds.get(step.id):
        reasons.append(reason("no_round", step.id, place=step.place, step=step.label))
    return reasons
