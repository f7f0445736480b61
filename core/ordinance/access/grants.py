"""What each role is given, one grant for each (entity, act), made once from the blueprint.

Grants only ever add up: nothing in here takes away from what another grant gives.
Source: language.md §2 `by` and `asks`, §4 `permissions` and `roles`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ordinance.access.actor import EVERYONE
from ordinance.access.source import VERBS, PermissionSource, RightsSource, RoleSource
from ordinance.expressions import Expression
from ordinance.process.model import Lane, Path, Step, Workflow

CREATED_BY: Path = ("created_by",)
"""The name under which a record knows who made it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """That a role may do one act on the records of one entity.

    Attributes:
        entity: The kind of record.
        act: A verb, or the id of a step or lane.
        role: Who has it.
        permission: The named permission it comes from; None if the role, a step's `by` or a step it does gives it.
        workflow: Only documents of this workflow; None for all records of the entity.
        where: Conditions on the record; every one must hold.
        person: Only records in whose field the actor stands (`by: {field: f}`).
        implied: It follows from another right of the role.
    """

    entity: str
    act: str
    role: str
    permission: str | None = None
    workflow: str | None = None
    where: tuple[Expression, ...] = ()
    person: Path | None = None
    implied: bool = False


def compile_grants(source: RightsSource) -> tuple[Grant, ...]:
    """Return every grant of every role, those that follow from others included, without repetition."""
    said = [*_said_by_roles(source), *_said_by_steps(source)]
    return tuple(dict.fromkeys([*said, *(read for grant in said for read in _implied(source, grant))]))


def resolve(source: RightsSource, target: str) -> tuple[str, str | None] | None:
    """Return (entity, workflow or None) that the first half of `target.act` means; None for an unknown name.

    A name that is both is the entity: what it gives counts in all workflows of that entity.
    """
    if target in source.entities:
        return target, None
    workflow = source.workflows.get(target)
    return (workflow.entity, target) if workflow is not None else None


def gates(workflow: Workflow) -> Iterator[Step | Lane]:
    """Yield every step, lane and step of a lane: all that somebody may be allowed to do in a workflow."""
    yield from workflow.steps
    for lane in workflow.lanes.values():
        yield lane
        yield from lane.steps


def _said_by_roles(source: RightsSource) -> Iterator[Grant]:
    for role in source.roles.values():
        for name in role.permissions:
            permission = source.permissions.get(name)
            for target, act in permission.gives if permission is not None else ():
                yield from _targets(source, role, permission, target, act)
        for target, acts in role.may.items():
            for act in acts:
                yield from _targets(source, role, None, target, act)


def _targets(
    source: RightsSource, role: RoleSource, permission: PermissionSource | None, target: str, act: str
) -> Iterator[Grant]:
    found = resolve(source, target)
    if found is None:
        return
    entity, workflow = found
    name = permission.id if permission is not None else None
    if act in VERBS:
        where = _conditions(role, permission, entity, workflow)
        yield Grant(entity, act, role.id, name, workflow, where)
        return
    for each in source.workflows.values():
        if each.entity == entity and workflow in (None, each.id) and _is_open_to_grants(each, act):
            yield Grant(entity, act, role.id, name, each.id, _conditions(role, permission, entity, each.id))


def _is_open_to_grants(workflow: Workflow, act: str) -> bool:
    """Whether the workflow has that step or lane and lets roles name it: its own `by` is the whole list."""
    return any(gate.id == act and not gate.by and gate.person is None for gate in gates(workflow))


def _conditions(
    role: RoleSource, permission: PermissionSource | None, entity: str, workflow: str | None
) -> tuple[Expression, ...]:
    sources = [role.where] + ([permission.where] if permission is not None else [])
    names = [entity] if workflow in (None, entity) else [entity, str(workflow)]
    return tuple(where[name] for where in sources for name in names if name in where)


def _said_by_steps(source: RightsSource) -> Iterator[Grant]:
    for workflow in source.workflows.values():
        first = _first(workflow)
        for gate in gates(workflow):
            for grant in _by(source, workflow, gate):
                yield grant
                if gate.id in first and grant.person is None:
                    yield replace(grant, act="create", implied=True)


def _first(workflow: Workflow) -> frozenset[str]:
    """Return the steps a document may begin with: the first one, and those that are open together with it."""
    found: list[str] = []
    for step in workflow.steps:
        if found and (step.together is None or step.together != workflow.steps[0].together):
            break
        found.append(step.id)
    return frozenset(found)


def _by(source: RightsSource, workflow: Workflow, gate: Step | Lane) -> Iterator[Grant]:
    for name in gate.by:
        role = source.roles.get(name)
        where = _conditions(role, None, workflow.entity, workflow.id) if role is not None else ()
        if role is not None or name == EVERYONE:
            yield Grant(workflow.entity, gate.id, name, None, workflow.id, where)
    if gate.person is not None:
        yield Grant(workflow.entity, gate.id, EVERYONE, None, workflow.id, person=gate.person)


def _implied(source: RightsSource, grant: Grant) -> Iterator[Grant]:
    """What may be read because of another grant.

    Whoever does a step reads its document. Who may change or delete a record reads it, and who creates one reads what
    it created: without that a right to change could never be used.
    """
    if grant.act not in VERBS:
        alone = sum(workflow.entity == grant.entity for workflow in source.workflows.values()) == 1
        workflow = None if alone and grant.person is None else grant.workflow
        yield replace(grant, act="read", workflow=workflow, implied=True)
    elif grant.act in ("update", "delete"):
        yield replace(grant, act="read", implied=True)
    elif grant.act in ("create", "import"):
        yield replace(grant, act="read", person=CREATED_BY, implied=True)
