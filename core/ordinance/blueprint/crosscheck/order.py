"""The order of steps: neighbours that are open together, people told apart from steps that come later."""

from __future__ import annotations

from ordinance.blueprint.draft import Draft, effects_of
from ordinance.process.model import Workflow


def check(draft: Draft) -> None:
    """Report blocks that are torn apart, and comparisons with steps that nobody has passed yet."""
    for workflow in draft.workflows.values():
        _blocks(draft, workflow)
        _differs(draft, workflow)
        _stages(draft, workflow)


def _blocks(draft: Draft, workflow: Workflow) -> None:
    closed: set[str] = set()
    previous: str | None = None
    for gate in draft.steps(workflow):
        block = gate.step.together
        if block != previous and previous is not None:
            closed.add(previous)
        if block is not None and block in closed:
            draft.report("together_apart", (*gate.path, "together"), block=block)
        previous = block
    for gate in draft.steps(workflow):
        if gate.step.together is None:
            continue
        beside = {
            effect.id
            for other in workflow.steps
            if other.together == gate.step.together and other.id != gate.id
            for effect in effects_of(other)
        }
        for effect in effects_of(gate.step):
            for needed in effect.after:
                if needed in beside:
                    draft.report("after_beside", (*gate.path, "does", effect.id), effect=effect.id, after=needed)


def _differs(draft: Draft, workflow: Workflow) -> None:
    positions = {gate.id: gate.position or 0 for gate in draft.steps(workflow)}
    for gate in draft.steps(workflow):
        for name in gate.step.differs_from:
            is_later = positions.get(name, -1) > (gate.position or 0)
            if is_later or name == gate.id:
                draft.report("differs_from_later", (*gate.path, "differs_from", name), step=gate.id, other=name)


def _stages(draft: Draft, workflow: Workflow) -> None:
    positions = {step.id: index for index, step in enumerate(workflow.steps)}
    last = -1
    for stage in workflow.stages:
        here = positions.get(stage.start, last)
        if here < last:
            draft.report("stages_order", ("workflows", workflow.id, "stages", stage.id), stage=stage.id)
        last = max(last, here)
