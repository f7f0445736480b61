"""Landing earlier: where a document comes to rest when it goes back, and what that opens again (engine R7, R8, R12)."""

from __future__ import annotations

from ordinance.process.advance import arrive, open_gate
from ordinance.process.gates import gate_of, is_live
from ordinance.process.requests import DRAFT
from ordinance.process.work import Flow, Work


def find_landing(work: Work, flow: Flow, target: int, *, undoing: bool) -> int | None:
    """Return the nearest live gate at or before the target, or None: then it is the draft.

    With `undoing` a repeating step is live even when what it repeats until is true, for its rounds are taken back.
    """
    for position in range(target, -1, -1):
        step = flow.line.steps[position]
        if is_live(work, step) if undoing else gate_of(work, step) == "open":
            return position
    return None


def unsettle(work: Work, flow: Flow, start: int, *, undoing: bool) -> None:
    """Forget that the steps from `start` on were passed; answers stay as pre-fill, gates open before it stay open.

    Of a step whose rounds are taken back it is remembered that it had some: it is asked again, whatever it repeats
    until, for the answers that say so are of rounds that are no more (engine R13, I6).
    """
    for step in flow.line.steps[start:]:
        flow.settled.pop(step.id, None)
        work.passed_by.pop(step.id, None)
        work.forget_step(step.id)
        if undoing and step.id in work.rounds:
            work.rounds[step.id] = 0
        warnings = {check.id for check in step.checks if check.warn}
        if warnings:
            work.warned = [each for each in work.warned if each not in warnings]
    if flow.lane is None:
        work.forget_step(DRAFT)
    flow.waits[:] = [each for each in flow.waits if flow.line.position.get(each, start) < start]
    work.forget_env()


def land(work: Work, flow: Flow, position: int | None, *, manual: bool) -> None:
    """Come to rest at a gate, together with its block, or in the draft.

    With `manual` the gate waits for a person, whatever its rules say (engine R8).
    """
    if position is None:
        flow.waits.append(DRAFT)
        flow.manual = DRAFT
        work.arrived[DRAFT] = work.now
        work.opens.append(DRAFT)
        return
    landing = flow.line.steps[position]
    for at in flow.line.group(position):
        if at == position:
            open_gate(work, flow, landing)
        else:
            arrive(work, flow, flow.line.steps[at])
    flow.manual = landing.id if manual else None
