"""Bring one document to a new revision (engine M1 to M6, M8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ordinance.expressions import Calendar
from ordinance.problems import Reason, Text, reason
from ordinance.process.editing import after_change
from ordinance.process.engine import finished, stopped_at
from ordinance.process.index import Line, index_of
from ordinance.process.migration.bindings import known_effects
from ordinance.process.migration.carrying import carried, renamed_rows, steps_of
from ordinance.process.migration.debts import Debts
from ordinance.process.migration.front import front_of, pass_over
from ordinance.process.migration.names import Names, names_of
from ordinance.process.migration.returning import remembering
from ordinance.process.migration.standing import count_votes, keep_watch, leave_gates
from ordinance.process.model import Effect, LaneState, ProcessState, Step, Workflow
from ordinance.process.requests import (
    TERMINAL,
    Document,
    EffectCall,
    Pending,
    Refusal,
    RefusedError,
    Request,
    StoppedError,
    Transition,
    resumed,
)
from ordinance.process.triggers import run
from ordinance.process.values import is_empty
from ordinance.process.work import Flow, Work

STAY, MOVE = "stay", "move"
HOLDS = ("departure", "end")


def migrate(
    old: Workflow,
    new: Workflow | None,
    document: Document,
    request: Request,
    now: datetime,
    calendar: Calendar,
    names: Names | None = None,
    *,
    seen: dict[str, Any] | None = None,
) -> Transition | Refusal:
    """Return what the new revision makes of a document, or every reason why it cannot go there as things are.

    Args:
        old: The workflow of the revision the document is on.
        new: The workflow that takes its place, None if there is none any more.
        document: The document; for `continue`, the one of the transition that asked for more.
        request: Kind `migrate`, or `continue`; what of its facts is read says the package.
        now: The moment, aware.
        calendar: The company's working time.
        names: Which step is which, if revisions lie between the two: `names_of(a, b).then(names_of(b, c))`.
        seen: The document's fields through something that notes what is read of them.

    Returns:
        A transition, as from the engine: with `more` it goes on, again through `migrate`, with a `continue`. Without an
        event nothing is to be done: the document has ended, is on that revision already, or stays where it is held.

    Source: engine.md M1 to M6, M8.
    """
    pending = document.pending
    if request.kind == "continue":
        if pending is None:
            raise ValueError("there is nothing to continue")
        document, request, now = pending.document, resumed(pending, request), pending.now
    else:
        pending = None
    state = document.state
    if request.expects is not None and request.expects != state.version:
        return Refusal((reason("stale", None, wanted=request.expects, got=state.version),))
    choice = request.facts.get("choice") or (STAY if state.hold else MOVE)
    if state.phase in TERMINAL or choice in (STAY, state.hold):
        return Transition(document)
    if choice in HOLDS:
        return _held(old, document, request, now, calendar)
    if new is None:
        return Refusal((reason("workflow_gone", None, place=old.place, workflow=old.label),))
    if state.revision == new.revision:
        return Transition(document)
    names = names or names_of(old, new)
    if state.lane is not None and state.lane.id not in names.lanes:
        return Refusal((_lane_gone(old, state.lane.id),))
    move = _Move(old, new, names, document, request, now, calendar)
    if seen is not None:
        move.work.fields = seen
    return _run(move, pending)


def _lane_gone(old: Workflow, id_: str) -> Reason:
    lane = old.lanes.get(id_)
    label = lane.label if lane is not None else Text.of(id_)
    return reason("lane_gone", id_, place=lane.place if lane is not None else None, lane=label)


def _held(old: Workflow, document: Document, request: Request, now: datetime, calendar: Calendar) -> Transition:
    """Return the document as it stays behind: until it leaves its gate, or to its end (engine M6)."""
    work = Work(old, document, request, now, calendar)
    work.hold = request.facts["choice"]
    return remembering(finished(work), document)


class _Move:
    """One document on its way: the working copy under its new names, and what the old revision said."""

    def __init__(
        self,
        old: Workflow,
        new: Workflow,
        names: Names,
        document: Document,
        request: Request,
        now: datetime,
        calendar: Calendar,
    ) -> None:
        self.old, self.new, self.names, self.document = old, new, names, document
        state = carried(names, old, new, document.state)
        self.work = work = Work(new, replace(document, state=state), request, now, calendar)
        # From here on it is measured against the document as it was.
        work.document, work.variant, work.hold = document, new.id, None
        for row in renamed_rows(names, document.ledger):
            work.put_row(row)
        before, after = steps_of(old), steps_of(new)
        self.olds: dict[str, Step] = {
            now_: before[was] for was, now_ in names.steps.items() if was in before and now_ in after
        }

    def go(self) -> None:
        """Apply the rules, in their order.

        Raises:
            RefusedError: every reason why not.
            StoppedError: outcomes or facts are wanted first.
        """
        work = self.work
        self._supply()
        state = self.document.state
        self._settle(work.main, index_of(self.old).main, state)
        if work.side is not None and state.lane is not None:
            self._settle(work.side, index_of(self.old).lanes[state.lane.id], state.lane)
        self._number()
        count_votes(work, work.flow, self.olds)
        run(work)
        after_change(work)

    def _supply(self) -> None:
        """Write the values that were supplied for what is empty; what a person has filled in stays."""
        supplied: Mapping[str, Any] = self.work.request.facts.get("supplied", {})
        self.work.write({name: value for name, value in supplied.items() if is_empty(self.work.fields.get(name))})

    def _settle(self, flow: Flow, before: Line, stood: ProcessState | LaneState) -> None:
        work = self.work
        pass_over(work, flow, self._front(flow, before), self.olds)
        known = known_effects(self.old, self.names, flow.lane)
        Debts(work, flow, known, stood.settled, work.request.facts.get("run", ())).pay()
        leave_gates(work, flow, self.olds)
        keep_watch(work, flow, self.olds)

    def _front(self, flow: Flow, before: Line) -> int:
        if flow.lane is None and self.document.state.phase == "draft":
            return 0
        found = front_of(before, flow.line, self.names, flow.settled)
        landing = flow.line.position.get(self.work.request.to or "")
        # Whoever plans may say where to land if the place the document waits at is gone; never behind what is settled.
        return found if landing is None or flow.waits else min(found, landing)

    def _number(self) -> None:
        """Take the number now if the step that takes it lies behind the document and did not before."""
        number, work = self.new.number, self.work
        if number is not None and self.old.number is not None and number.at in work.main.settled:
            work.number_due = work.number_due or not work.fields.get("number")


def _run(move: _Move, pending: Pending | None) -> Transition | Refusal:
    work = move.work
    work.sent = pending.effects if pending is not None else 0
    try:
        move.go()
    except RefusedError as refused:
        return Refusal((*refused.reasons, *_unconsented(move)), refused.attempt or work.attempt)
    except StoppedError as stopped:
        wanting = _unconsented(move)
        return Refusal(wanting) if wanting else stopped_at(work, pending, stopped.wants)
    wanting = _unconsented(move)
    if wanting:
        return Refusal(wanting)
    return remembering(finished(work), move.document)


def _unconsented(move: _Move) -> tuple[Reason, ...]:
    """Return a reason for each final or physical fact that would be booked here and has not been agreed to (M8)."""
    consents = move.work.request.facts.get("consents", ())
    bound = _effects(move.new)
    booked = (call for call in move.work.effects if call.verb == "do" and call.effect not in consents)
    return tuple(_unagreed(move.work, call, bound[call.effect]) for call in booked if _is_grave(bound.get(call.effect)))


def _is_grave(effect: Effect | None) -> bool:
    return effect is not None and (effect.witness or effect.undo == "never")


def _unagreed(work: Work, call: EffectCall, effect: Effect) -> Reason:
    code = "consent_witness" if effect.witness else "consent_final"
    step = work.name(call.step)
    return reason(code, call.step, wanted=effect.id, place=effect.place, step=step, action=effect.action)


def _effects(workflow: Workflow) -> Mapping[str, Effect]:
    known: dict[str, Effect] | None = workflow.memo.get("every effect")
    if known is None:
        lanes = workflow.lanes.values()
        bound: Iterable[Effect] = (
            *(each for step in steps_of(workflow).values() for each in (*step.arriving_does, *step.does)),
            *(each for lane in lanes for each in lane.does),
            *(each for reaction in workflow.reactions for each in reaction.does),
        )
        known = workflow.memo["every effect"] = {each.id: each for each in bound}
    return known
