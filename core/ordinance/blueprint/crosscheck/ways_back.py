"""Sending back: where to, and whether what has happened on the way can be taken back at all.

Source: engine.md R7, R10, §6.1.
"""

from __future__ import annotations

from ordinance.blueprint.draft import Draft, Gate, effects_of
from ordinance.process.model import Effect, Lane, Workflow

FINAL = "never"


def check(draft: Draft) -> None:
    """Report ways back that lead forward, and ways back across something final."""
    for workflow in draft.workflows.values():
        order = {step.id: index for index, step in enumerate(workflow.steps)}
        for gate in draft.steps(workflow):
            for target in gate.step.back_to:
                _way_back(draft, gate, target, order)
        for gate in draft.lanes(workflow):
            _ending(draft, gate, order)


def _way_back(draft: Draft, gate: Gate, target: str, order: dict[str, int]) -> None:
    workflow, path = gate.workflow, (*gate.path, "back_to", target)
    if target not in order:
        return
    if order[target] >= order[gate.id]:
        draft.report("back_to_later", path, step=gate.id, to=target)
        return
    blocks = {step.id: step.together for step in workflow.steps}
    if blocks[target] is not None and blocks[target] == blocks[gate.id]:
        draft.report("back_to_beside", path, step=gate.id, to=target)
        return
    certain = _final(workflow, order[target], order[gate.id])
    if certain is not None:
        step, effect = certain
        draft.report("final_before_way_back", path, step=gate.id, to=target, action=effect.action, at=step)
        return
    lowest = _lowest_landing(workflow, order[target])
    possible = _final(workflow, lowest, order[target])
    if possible is not None:
        step, effect = possible
        draft.report("final_before_landing", path, step=gate.id, to=target, action=effect.action, at=step)


def _final(workflow: Workflow, first: int, behind: int) -> tuple[str, Effect] | None:
    """Return the first effect between two positions that can never be taken back and always happens."""
    for step in workflow.steps[first:behind]:
        for effect in effects_of(step):
            if effect.undo == FINAL and effect.when is None and step.when is None:
                return step.id, effect
    return None


def _lowest_landing(workflow: Workflow, target: int) -> int:
    """Return the last step at or before the target that is never passed over: as low as a sending back can land."""
    for index in range(target, -1, -1):
        step = workflow.steps[index]
        if step.enabled is True and step.when is None:
            return index
    return 0


def _ending(draft: Draft, gate: Gate, order: dict[str, int]) -> None:
    lane = gate.thing
    assert isinstance(lane, Lane)
    if lane.ends is None or not lane.at:
        return
    known = [order[name] for name in lane.at if name in order]
    certain = _final(gate.workflow, 0, min(known)) if known else None
    if certain is not None:
        step, effect = certain
        draft.report("final_before_end", gate.path, lane=lane.id, action=effect.action, at=step)
