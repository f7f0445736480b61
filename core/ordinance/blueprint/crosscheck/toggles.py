"""Switches: steps that may not be off, ties between them that are broken.

Source: language.md §2 `enabled`, §3 `switches`.
"""

from __future__ import annotations

from ordinance.blueprint.draft import Draft, is_off
from ordinance.process.model import Workflow


def check(draft: Draft) -> None:
    """Report ties that the switches, as they are, do not keep."""
    for workflow in draft.workflows.values():
        _ties(draft, workflow)
        if workflow.steps and all(is_off(step) for step in workflow.steps):
            draft.report("all_steps_off", ("workflows", workflow.id, "steps"), workflow=workflow.label)


def _ties(draft: Draft, workflow: Workflow) -> None:
    on = {step.id: not is_off(step) for step in workflow.steps}
    for switch in workflow.switches:
        path = ("workflows", workflow.id, "switches", switch.id)
        if switch.kind == "if_then":
            first, second = switch.steps
            if on.get(first) and not on.get(second, True):
                draft.report("switch_needs", path, step=first, other=second)
        elif sum(on.get(name, False) for name in switch.steps) > 1:
            draft.report("switch_excludes", path, steps=", ".join(switch.steps))
