"""Names that an effect may change without writing a field: departments' values, and lists of records that refer here.

The engine must see them as they are after each effect, for a condition behind it may read them (engine R4). So every
effect of a workflow that reads such names reports them, as if it had written them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ordinance.acts.house import Force
from ordinance.acts.needs import Tree, of_workflow
from ordinance.blueprint import Entity
from ordinance.process import Transition, Workflow
from ordinance.process.model import Effect, LedgerRow, Step


def live_names(force: Force, workflow: Workflow) -> tuple[str, ...]:
    """Return the first names of what the expressions of a workflow read and effects may change elsewhere."""
    entity = force.blueprint.entities[workflow.entity]
    key = ("live", workflow.id, workflow.revision)
    return force.once(key, lambda: tuple(_live(force, entity, of_workflow(workflow))))


def _live(force: Force, entity: Entity, needed: Tree) -> Iterable[str]:
    values = force.blueprint.values
    for name, below in needed.items():
        field = entity.fields.get(name)
        target = force.blueprint.entities.get(field.to or "") if field is not None else None
        if field is None:
            found = name in entity.backs or (entity.id, name) in values
        elif field.fields:
            found = any((f"{entity.id}.{name}", each) in values for each in below)
        else:
            found = target is not None and any(True for _ in _live(force, target, below))
        if found:
            yield name


def reporting(force: Force, workflow: Workflow) -> Workflow:
    """Return the workflow with effects that report what they may have changed; itself if nothing reads such names."""
    names = live_names(force, workflow)
    if not names:
        return workflow
    # Kept with the workflow itself: an act may hold a document under one that has a lane more.
    if "reporting" not in workflow.memo:
        workflow.memo["reporting"] = _reporting(workflow, tuple((name,) for name in names))
    made: Workflow = workflow.memo["reporting"]
    return made


def _reporting(workflow: Workflow, paths: tuple[tuple[str, ...], ...]) -> Workflow:
    def told(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        return tuple(replace(each, writes=(*each.writes, *paths)) for each in effects)

    def of_step(step: Step) -> Step:
        return replace(step, arriving_does=told(step.arriving_does), does=told(step.does))

    return replace(
        workflow,
        steps=tuple(map(of_step, workflow.steps)),
        lanes={
            id: replace(lane, does=told(lane.does), steps=tuple(map(of_step, lane.steps)))
            for id, lane in workflow.lanes.items()
        },
        reactions=tuple(replace(each, does=told(each.does)) for each in workflow.reactions),
    )


def without(result: Transition, names: Iterable[str]) -> Transition:
    """Return the transition without these names in what the ledger keeps of each effect: they are nobody's writing."""
    left_out = set(names)
    if not left_out or result.event is None:
        return result

    def own(outcome: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in outcome.items() if name not in left_out}

    def row(each: LedgerRow) -> LedgerRow:
        return replace(each, outcome=own(each.outcome)) if each.outcome else each

    ledger = tuple(map(row, result.document.ledger))
    event = replace(
        result.event,
        ledger=tuple(map(row, result.event.ledger)),
        outcomes=tuple((effect, round_, own(outcome)) for effect, round_, outcome in result.event.outcomes),
    )
    return replace(result, document=replace(result.document, ledger=ledger), event=event)
