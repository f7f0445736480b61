"""Where an effect was bound under the old revision, seen from the new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ordinance.process.index import index_of
from ordinance.process.migration.names import Names
from ordinance.process.model import Effect, Lane, Step, Workflow


@dataclass(frozen=True, slots=True)
class Known:
    """An effect as the old revision bound it, and where."""

    effect: Effect
    step: Step


def known_effects(old: Workflow, names: Names, lane: Lane | None) -> Mapping[str, Known]:
    """Return what the old revision bound in the main flow, or inside the lane that is called so now."""
    if lane is None:
        bound = index_of(old).bound.values()
        return {each.effect.id: Known(each.effect, old.steps[each.position]) for each in bound}
    before = next((each for each, now in names.lanes.items() if now == lane.id), None)
    steps = old.lanes[before].steps if before is not None else ()
    return {effect.id: Known(effect, step) for step in steps for effect in (*step.arriving_does, *step.does)}
