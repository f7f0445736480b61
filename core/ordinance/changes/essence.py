"""What of a workflow decides about documents: everything but its words, its place, and how documents come to be."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from ordinance.expressions import Expression
from ordinance.problems import Text
from ordinance.process import Workflow
from ordinance.process.model import Effect, Lane, Step

_WORDS = frozenset({
    "label", "labels", "waiting", "taken", "help", "basis", "say", "place", "memo", "revision", "department",
    "openings", "stages", "ends", "tells", "arriving_tells",
})  # fmt: skip


def essence(value: Any) -> Hashable:
    """Return a value that is equal for workflows under which every document fares alike."""
    if isinstance(value, Expression):
        return value.source
    if isinstance(value, Text):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return tuple((each.name, essence(getattr(value, each.name))) for each in fields(value) if _counts(value, each))
    if isinstance(value, Mapping):
        return tuple((key, essence(each)) for key, each in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(essence(each) for each in value)
    return value if isinstance(value, Hashable) else repr(value)


def _counts(value: Any, field: Any) -> bool:
    # How a lane or step ends counts; what the ends of a workflow are called does not.
    return field.name not in _WORDS or (field.name == "ends" and not isinstance(value, Workflow))


def bound(workflow: Workflow) -> Hashable:
    """Return which effects are bound to which steps, in their order: while that is equal, no effect is owed."""
    return tuple((step.id, tuple(essence(each) for each in effects_of(step))) for step in workflow.steps)


def effects_of(gate: Step | Lane) -> tuple[Effect, ...]:
    """Return the effects bound to a step or lane."""
    return (*(gate.arriving_does if isinstance(gate, Step) else ()), *gate.does)


def all_steps(workflow: Workflow) -> Iterator[tuple[str, Step]]:
    """Yield (lane, step) of every step, the main flow's with an empty lane."""
    for step in workflow.steps:
        yield "", step
    for lane in workflow.lanes.values():
        for step in lane.steps:
            yield lane.id, step


def conditions(workflows: Iterable[Workflow]) -> tuple[Expression, ...]:
    """Return every expression on whose value it may depend what a change does to a document, each once."""
    found: dict[str, Expression] = {}
    for workflow in workflows:
        for _, step in all_steps(workflow):
            given: list[Any] = [step.when, step.enabled, step.until, *(rule.when for rule in step.by_itself)]
            given += [effect.when for effect in effects_of(step)]
            found |= {each.source: each for each in given if isinstance(each, Expression)}
    return tuple(found.values())


def needed(workflows: Iterable[Workflow]) -> tuple[Expression, ...]:
    """Return the inputs that effects may not do without, each once."""
    found: dict[str, Expression] = {}
    for workflow in workflows:
        for _, step in all_steps(workflow):
            for effect in effects_of(step):
                inputs = (effect.inputs.get(name) for name in effect.needs)
                found |= {each.source: each for each in inputs if isinstance(each, Expression)}
    return tuple(found.values())
