"""Names inside a workflow that must be steps, lanes or outcomes of it, and names of entities elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from ordinance.blueprint.bench import Path
from ordinance.blueprint.draft import Draft, Gate
from ordinance.expressions import Record
from ordinance.problems import did_you_mean
from ordinance.process.model import Lane, Step, Workflow


def check(draft: Draft) -> None:
    """Report what is named and not there."""
    for workflow in draft.workflows.values():
        _workflow(draft, workflow)
    for role in draft.roles.values():
        if role.of is not None and role.of not in draft.entities:
            remedy = did_you_mean(role.of, draft.entities)
            draft.report("unknown_entity", ("roles", role.id, "of"), name=role.of, remedy=remedy)
    for entity in draft.entities.values():
        base = ("entities", entity.id)
        for name in entity.keys:
            _field(draft, entity.id, name, (*base, "key", name))


def _field(draft: Draft, entity: str, name: str, path: Path) -> None:
    scope = draft.compiler.record(entity)
    if scope.type_of(tuple(name.split("."))) is None:
        draft.report("unknown_path", path, name=name, entity=entity, remedy=scope.near(name))


def _workflow(draft: Draft, workflow: Workflow) -> None:
    base = ("workflows", workflow.id)
    main = [step.id for step in workflow.steps]
    for gate in draft.gates(workflow):
        inside = _neighbours(gate, main)
        if isinstance(gate.thing, Step):
            _steps_named(draft, gate, "back_to", gate.thing.back_to, inside)
            _steps_named(draft, gate, "differs_from", gate.thing.differs_from, inside)
            _outcome(draft, gate, gate.thing.ends)
            for trigger in gate.thing.by_itself:
                _lane(draft, workflow, trigger.lane, (*gate.path, "by_itself", trigger.id, "lane"))
        else:
            _steps_named(draft, gate, "at", gate.thing.at, main)
            _steps_named(draft, gate, "before", (gate.thing.before,) if gate.thing.before else (), main)
            _steps_named(draft, gate, "back_to", (gate.thing.back_to,) if gate.thing.back_to else (), main)
    _openings(draft, workflow)
    for reaction in workflow.reactions:
        _lane(draft, workflow, reaction.lane, (*base, "events", reaction.event, "lane"))
    for stage in workflow.stages:
        _step(draft, stage.start, main, (*base, "stages", stage.id, "from"))
    for switch in workflow.switches:
        for name in switch.steps:
            _step(draft, name, main, (*base, "switches", switch.id))
    if workflow.number is not None:
        _step(draft, workflow.number.at, main, (*base, "number", "at"))


def _openings(draft: Draft, workflow: Workflow) -> None:
    """Report openings from something the new document has no reference to."""
    scope = draft.compiler.record(workflow.entity)
    nodes = [node for _, node in draft.bench.node("workflows", workflow.id, "opens").items()]
    for opening, node in zip(workflow.openings, nodes, strict=True):
        if opening.source is not None and not isinstance(scope.type_of(opening.source), Record):
            name = ".".join(opening.source)
            draft.report("opening_without_reference", (*node.path, "from"), entity=workflow.entity, name=name)
        if opening.each is not None:
            fields = draft.entities[workflow.entity].fields.values()
            if opening.each in draft.entities and not any(field.to == opening.each for field in fields):
                words = {"entity": workflow.entity, "name": opening.each}
                draft.report("opening_without_reference", (*node.path, "each"), **words)


def _neighbours(gate: Gate, main: list[str]) -> list[str]:
    """Return the steps that a gate may name: those of the main flow, and inside a lane those of the lane as well."""
    lane = next((each for each in gate.workflow.lanes.values() if gate.thing in each.steps), None)
    return [*(step.id for step in lane.steps), *main] if isinstance(lane, Lane) else main


def _steps_named(draft: Draft, gate: Gate, key: str, names: Iterable[str], known: list[str]) -> None:
    for name in names:
        path = (*gate.path, key, name)
        _step(draft, name, known, path)


def _step(draft: Draft, name: str, known: list[str], path: Path) -> None:
    if name not in known:
        draft.report("unknown_step", path, name=name, remedy=did_you_mean(name, known))


def _lane(draft: Draft, workflow: Workflow, name: str | None, path: Path) -> None:
    if name is not None and name not in workflow.lanes:
        draft.report("unknown_lane", path, name=name, remedy=did_you_mean(name, workflow.lanes))


def _outcome(draft: Draft, gate: Gate, name: str | None) -> None:
    if name is not None and name not in gate.workflow.ends:
        remedy = did_you_mean(name, gate.workflow.ends)
        draft.report("unknown_end", (*gate.path, "ends"), name=name, remedy=remedy)
