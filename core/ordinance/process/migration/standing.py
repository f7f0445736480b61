"""Whether a document may still stand where it stands: gates that changed, blocks, timers, votes (engine R5, M5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ordinance.expressions import Expression
from ordinance.process.advance import set_due
from ordinance.process.gates import EVERYONE, content_of, gate_of, gate_reasons
from ordinance.process.index import content_reads
from ordinance.process.migration.carrying import same_rules
from ordinance.process.migration.front import is_draft
from ordinance.process.migration.sameness import said, same_gate
from ordinance.process.model import Step, Vote
from ordinance.process.passing import pass_through
from ordinance.process.work import Flow, Work


def leave_gates(work: Work, flow: Flow, olds: Mapping[str, Step]) -> None:
    """Take the document away from gates that are none any more, and from those that something owed stands before.

    A gate is asked again only if the revision changed its conditions. `advance` then settles what it must.
    """
    if is_draft(flow):
        return
    for id_ in tuple(flow.waits):
        step, before = flow.step(id_), olds.get(id_)
        if step is not None and before is not None and not same_gate(before, step) and gate_of(work, step) != "open":
            _leave(work, flow, id_)
    first = next((at for at, step in enumerate(flow.line.steps) if step.id not in flow.settled), None)
    open_together = {flow.line.steps[at].id for at in flow.line.group(first)} if first is not None else set()
    for id_ in tuple(flow.waits):
        if id_ not in open_together:
            _leave(work, flow, id_)
    if flow.manual not in flow.waits:
        flow.manual = None


def _leave(work: Work, flow: Flow, step: str) -> None:
    flow.waits.remove(step)
    work.forget_step(step)


def keep_watch(work: Work, flow: Flow, olds: Mapping[str, Step]) -> None:
    """Set due times by their new rule, from the arrival there was, and have new rules of `by_itself` looked at."""
    for id_ in flow.waits:
        step, before = flow.step(id_), olds.get(id_)
        if step is None or before is None:
            continue
        if _due(step) != _due(before) and id_ in work.arrived:
            set_due(work, step)
        if not same_rules(before, step):
            work.fresh.add(id_)


def _due(step: Step) -> object:
    return said(step.due) if isinstance(step.due, Expression) else step.due


def count_votes(work: Work, flow: Flow, olds: Mapping[str, Step]) -> None:
    """Count the passes there are under the new rule, and go on where enough have passed.

    Raises:
        RefusedError: what follows from passing cannot be.
        StoppedError: the act must evaluate department checks first.
    """
    if not work.votes:
        return
    for id_ in tuple(flow.waits):
        step, before = flow.step(id_), olds.get(id_)
        if step is None or before is None:
            continue
        work.votes = list(_counted(work, step, before))
        kept = [vote for vote in work.votes if vote.step == id_]
        persons = tuple(dict.fromkeys(vote.actor for vote in kept))
        if kept and len(persons) >= step.count and _passes(work, step):
            work.attempt = id_
            pass_through(work, flow, step, "passed", kept[-1].actor, persons)
            work.attempt = None


def _counted(work: Work, step: Step, before: Step) -> Iterator[Vote]:
    """Yield the votes, of this step those that still count; one for less than is vouched for now is void."""
    content, seen = content_of(work, step), content_of(work, before)
    covered = content_reads(step) <= content_reads(before)
    for vote in work.votes:
        if vote.step != step.id:
            yield vote
        elif vote.content == seen and covered and _is_asked(work, step, vote):
            yield replace(vote, content=content)


def _is_asked(work: Work, step: Step, vote: Vote) -> bool:
    apart = any(vote.actor in work.passed_by.get(other, ()) for other in step.differs_from)
    roles = {*step.by, *work.added.get(step.id, ())}
    # Whoever's grants name the step may pass it: whether the voter's still do is not for the engine to know.
    return not apart and (not step.by or EVERYONE in roles or not roles.isdisjoint(vote.roles))


def _passes(work: Work, step: Step) -> bool:
    left = work.request.facts.get("left", {}).get(step.id)
    reasons = left if left is not None else gate_reasons(work, step)
    if reasons:
        work.obstacles[step.id] = tuple(each.code for each in reasons)
    return not reasons
