"""What verification must know besides the workflow: fields with a value of their own, words, places, people.

Source: engine.md §6.1 and §6.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from ordinance.access.duties import Duties
from ordinance.access.grants import compile_grants, gates
from ordinance.blueprint.values import ActionSpec, Blueprint, Entity, Field
from ordinance.problems import Place, Text
from ordinance.process.model import Path, Workflow
from ordinance.process.verify import Ground, Staffing


class _Labelled(Protocol):
    @property
    def label(self) -> Text: ...


def ground_of(
    workflow: Workflow,
    entities: Mapping[str, Entity],
    actions: Mapping[str, ActionSpec],
    place: Callable[[Path], Place | None],
) -> Ground:
    """Return the ground on which a workflow stands.

    Args:
        workflow: The workflow.
        entities: The entities of the site.
        actions: What departments declare.
        place: Where a path of the merged tree was written.
    """
    entity = entities[workflow.entity]
    leaves = dict(_leaves(entity))
    labels = {".".join(path): field.label for path, field in leaves.items()}
    computed = frozenset(path for path, field in leaves.items() if field.formula is not None)
    made = {path: path in computed or field.default is not None or field.copy_from is not None
            for path, field in leaves.items()}  # fmt: skip
    return Ground(
        fields=made,
        computed=computed,
        given=frozenset(_referring(workflow, entity)),
        labels=labels,
        actions=_words(actions),
        place=place,
    )


def ground_in(blueprint: Blueprint, workflow: Workflow) -> Ground:
    """Return the ground of a workflow of a finished blueprint."""
    return ground_of(workflow, blueprint.entities, blueprint.actions, blueprint.origin)


def staffing_in(blueprint: Blueprint, people: Mapping[str, frozenset[str]]) -> dict[str, Staffing]:
    """Return, per workflow, what these people may do in it.

    Args:
        blueprint: The site.
        people: Each active person's roles.
    """
    grants, duties = compile_grants(blueprint), Duties(blueprint)
    roles = {id: role.label for id, role in blueprint.roles.items()}
    found = {}
    for workflow in blueprint.workflows.values():
        ids = {gate.id for gate in gates(workflow)}
        may: dict[str, set[str]] = {}
        for grant in grants:
            if grant.entity == workflow.entity and grant.workflow in (None, workflow.id) and grant.act in ids:
                may.setdefault(grant.role, set()).add(grant.act)
        apart = [
            (each.label, frozenset({step, other}))
            for step in sorted(ids)
            for each in duties.of_step(workflow.id, workflow.entity, step)
            for other in sorted(each.others & ids)
        ]
        granted = {role: frozenset(acts) for role, acts in may.items()}
        found[workflow.id] = Staffing(people, granted, tuple(apart), roles)
    return found


def _leaves(entity: Entity) -> Iterator[tuple[Path, Field]]:
    for name, field in entity.fields.items():
        if field.fields:
            yield from (((name, below), each) for below, each in field.fields.items())
        else:
            yield (name,), field


def _referring(workflow: Workflow, entity: Entity) -> Iterator[Path]:
    """Yield the references that opening for each record of an entity fills in."""
    each_of = {opening.each for opening in workflow.openings if opening.each is not None}
    yield from ((name,) for name, field in entity.fields.items() if field.to in each_of)


def _words(actions: Mapping[str, _Labelled]) -> dict[str, Text]:
    return {id: each.label for id, each in actions.items()}
