"""Say `after` in terms of effects: a department declares which action must have happened, the ledger knows effects.

An action of a department that is switched off never happens here, so nothing waits for it.
Source: engine.md §2 (effect ids), §3 R3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ordinance.blueprint.declarations import Declarations
from ordinance.process.model import Effect, Lane, Step, Workflow


def after_effects(workflow: Workflow, declared: Declarations) -> Workflow:
    """Return a workflow whose effects name, in `after`, the first effect bound to the action they must follow."""
    first: dict[str, str] = {}
    for step in workflow.steps:
        for effect in (*step.arriving_does, *step.does):
            first.setdefault(effect.action, effect.id)

    def said(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        return tuple(replace(each, after=_after(each, first, declared)) if each.after else each for each in effects)

    def of_step(step: Step) -> Step:
        return replace(step, arriving_does=said(step.arriving_does), does=said(step.does))

    def of_lane(lane: Lane) -> Lane:
        return replace(lane, does=said(lane.does), steps=tuple(of_step(each) for each in lane.steps))

    return replace(
        workflow,
        steps=tuple(of_step(each) for each in workflow.steps),
        lanes={id: of_lane(each) for id, each in workflow.lanes.items()},
        reactions=tuple(replace(each, does=said(each.does)) for each in workflow.reactions),
    )


def _after(effect: Effect, first: Mapping[str, str], declared: Declarations) -> tuple[str, ...]:
    return tuple(first.get(name, name) for name in effect.after if not declared.is_off(name.partition(".")[0]))
