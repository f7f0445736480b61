"""Moving forward: arrive at steps, open gates, settle what is passed or passed over (engine R2).

It never goes back, so it ends after as many turns as there are steps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ordinance.process.due import due_of
from ordinance.process.effects import round_of, settle_effect
from ordinance.process.gates import gate_of, is_over
from ordinance.process.model import Assign, Settled, Step, Tell
from ordinance.process.requests import TERMINAL, RefusedError, StoppedError, Wants
from ordinance.process.values import at_path, person_in
from ordinance.process.work import Flow, Work

Outcome = Literal["passed", "auto", "timer", "short", "off", "n/a", "waived", "adopted"]
ENDING = frozenset({"passed", "auto", "timer", "short"})
DONE = "done"


def advance(work: Work) -> bool:
    """Go forward until a gate stops the document; return whether nothing is left of the present flow."""
    flow = work.flow
    line = flow.line
    while work.phase not in TERMINAL:
        position = _next(work, flow)
        if position is None:
            return True
        group = [line.steps[at] for at in line.group(position)]
        for step in group:
            if step.id not in flow.settled and step.id not in flow.waits:
                arrive(work, flow, step)
        if any(step.id in flow.waits for step in group):
            return False
    return False


def _next(work: Work, flow: Flow) -> int | None:
    """Return the position of the first step that is not settled; what is settled behind one that just was is renewed.

    Blocks aside, only a gate that a change of revision has put before where the document was stands before settled
    steps (engine M3). What it asked, or what its effects wrote, may be what their effects were done with.
    """
    passed: int | None = None
    for position, step in enumerate(flow.line.steps):
        settled, group = flow.settled.get(step.id), flow.line.group_of[position]
        if settled is None:
            return position
        if settled.seq > work.start:
            passed = group if passed is None else passed
        elif passed is not None and passed < group:
            renew(work, flow, step, settled)
    return None


def renew(work: Work, flow: Flow, step: Step, settled: Settled) -> None:
    """Do again what has become stale of a step that stays settled, as if it were settled now (engine R3, R12).

    Rounds gone by are history and keep their own inputs.

    Raises:
        RefusedError: something done with what has changed is final.
        StoppedError: an outcome must be known first.
    """
    if settled.outcome == "n/a":
        return
    for effect in (*step.arriving_does, *step.does):
        round_ = flow.entry or int(effect.each_round)
        if (effect.id, round_) in work.live and not (effect.each_round and step.until is not None):
            work.pending = (step.id, settled.outcome, work.actor())
            settle_effect(work, effect, step.id, round_, settled.outcome, applies=True)
    work.pending = None


def arrive(work: Work, flow: Flow, step: Step) -> None:
    """Meet a step: its gate opens, or it is passed over and its consequences run."""
    gate = gate_of(work, step)
    if gate == "open":
        open_gate(work, flow, step)
        return
    work.forget_step(step.id)
    # Rounds of a step that is off are booked at once, unless what it repeats until is true already (engine R13).
    rounds = gate == "off" and not is_over(work, step)
    settle(work, flow, step, gate, work.actor(), rounds=rounds)


def open_gate(work: Work, flow: Flow, step: Step) -> None:
    """Let the document wait at the step from now on."""
    work.forget_step(step.id)
    work.pending = (step.id, "arriving", work.actor())
    for effect in step.arriving_does:
        settle_effect(work, effect, step.id, flow.entry, "arriving", applies=True)
    tell(work, step.arriving_tells)
    flow.waits.append(step.id)
    flow.waits.sort(key=lambda id_: flow.line.position.get(id_, 0))
    work.arrived[step.id] = work.now
    set_due(work, step)
    if step.assign is not None:
        _assign(work, step, step.assign)
    work.opens.append(step.id)
    work.fresh.add(step.id)


def set_due(work: Work, step: Step) -> None:
    """Compute when the step is due, from its arrival."""
    due: datetime | None = due_of(work, step)
    if due is not None:
        work.due[step.id] = due
    else:
        work.due.pop(step.id, None)


def _assign(work: Work, step: Step, assign: Assign) -> None:
    if assign.to is not None:
        person = person_in(at_path(work.fields, assign.to))
    else:
        known = work.request.facts.get("assign", {})
        if step.id not in known:
            raise StoppedError(Wants(assign=((step.id, assign),)))
        person = known[step.id]
    if person:
        work.assigned[step.id] = person


def settle(work: Work, flow: Flow, step: Step, outcome: Outcome, by: str, *, rounds: bool = True) -> None:
    """Settle the step: run what is owed, tell, remember.

    Args:
        work: The document under change.
        flow: The flow the step is in.
        step: The step.
        outcome: How it is settled; `n/a` waives its effects.
        by: Who is behind it.
        rounds: Whether effects of the round run, too.
    """
    run_effects(work, flow, step, outcome, by, rounds=rounds)
    if outcome in ("off", "auto") and step.id not in flow.waits:
        tell(work, step.arriving_tells)
    if outcome != "n/a":
        tell(work, step.tells)
        work.emits.append(f"{work.workflow.id}.{step.id}")
    remember(work, flow, step, outcome, by)
    if step.ends is not None and outcome in ENDING and step.id in work.arrived:
        complete(work, step.ends)
    work.forget_step(step.id)
    if flow.manual == step.id:
        flow.manual = None


def remember(work: Work, flow: Flow, step: Step, outcome: Outcome, by: str) -> None:
    """Put the settlement on record and take the document away from the step."""
    flow.settled[step.id] = Settled(outcome, by, work.now, work.workflow.revision, work.next_seq())
    if step.id in flow.waits:
        flow.waits.remove(step.id)
    number = work.workflow.number
    if number is not None and flow.lane is None and number.at == step.id and not work.fields.get("number"):
        work.number_due = True
    work.pending = None
    work.forget_env()


def run_effects(work: Work, flow: Flow, step: Step, outcome: str, by: str, *, rounds: bool = True) -> None:
    """Bring all effects of the step to where they must be.

    Raises:
        RefusedError: with the reasons of every effect that cannot run.
    """
    if not step.does and not step.arriving_does:
        return
    work.pending = (step.id, outcome, by)
    refused: list[RefusedError] = []
    owed = [(each, flow.entry) for each in step.arriving_does]
    asked = (effect for effect in step.does if rounds or not effect.each_round)
    owed += [(effect, round_of(work, effect, step.id, flow.entry)) for effect in asked]
    # What is no longer part of the process is taken back, and taking back goes newest first.
    for effect, round_ in reversed(owed) if outcome == "n/a" else owed:
        try:
            settle_effect(work, effect, step.id, round_, outcome, applies=outcome != "n/a")
        except RefusedError as error:
            refused.append(error)
        except StoppedError:
            if not refused:
                raise
            break
    if refused:
        raise RefusedError(*(each for error in refused for each in error.reasons))


def tell(work: Work, tells: tuple[Tell, ...]) -> None:
    """Note whom to tell, where the condition of a telling holds."""
    work.tells.extend(each for each in tells if work.holds(each.when))


def complete(work: Work, ended: str) -> None:
    """End the document with an outcome."""
    work.phase, work.ended = "complete", ended
    stop_waiting(work)


def stop_waiting(work: Work) -> None:
    """Take the document away from everywhere it waits."""
    for id_ in (*work.main.waits, *(work.side.waits if work.side else ())):
        work.forget_step(id_)
    work.main.waits.clear()
    work.main.manual, work.side, work.entered_at, work.entered_by = None, None, None, ""
    work.proposed = {}
