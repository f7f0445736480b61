"""What roles and permissions name: entities, verbs, steps, lanes, fields; and permissions that only some may have.

Source: language.md §4.
"""

from __future__ import annotations

from ordinance.access.source import VERBS
from ordinance.blueprint.bench import Path
from ordinance.blueprint.draft import Draft
from ordinance.blueprint.values import Role
from ordinance.problems import did_you_mean


def check(draft: Draft) -> None:
    """Report grants of what does not exist, and permissions in the wrong hands."""
    for permission in draft.permissions.values():
        base = ("permissions", permission.id)
        for target, act in permission.gives:
            _grant(draft, target, act, (*base, "gives", f"{target}.{act}"))
        for name in permission.only:
            if name not in draft.roles:
                remedy = did_you_mean(name, draft.roles)
                draft.report("unknown_role", (*base, "only", name), name=name, remedy=remedy)
        for target in draft.bench.node(*base, "where").names():
            _target(draft, target, (*base, "where", target))
    for role in draft.roles.values():
        _role(draft, role)


def _role(draft: Draft, role: Role) -> None:
    base = ("roles", role.id)
    for name in role.permissions:
        permission = draft.permissions.get(name)
        path = (*base, "may", name)
        if permission is None:
            if name in draft.entities or name in draft.workflows:
                draft.report("grant_without_verbs", path, name=name)
            else:
                draft.report("unknown_permission", path, name=name, remedy=did_you_mean(name, draft.permissions))
        elif permission.only and role.id not in permission.only:
            only = ", ".join(permission.only)
            draft.report("only_broken", path, role=role.label, permission=permission.label, only=only)
    for target, acts in role.may.items():
        for act in acts:
            _grant(draft, target, act, (*base, "may", target, "verbs", act))
    for target in draft.bench.node(*base, "where").names():
        _target(draft, target, (*base, "where", target))
    for entity, paths in role.fields.items():
        if _target(draft, entity, (*base, "fields", entity)):
            for name in paths:
                _field(draft, entity, name, (*base, "fields", entity, name))


def _target(draft: Draft, target: str, path: Path) -> bool:
    if target in draft.entities or target in draft.workflows:
        return True
    known = {*draft.entities, *draft.workflows}
    draft.report("unknown_entity", path, name=target, remedy=did_you_mean(target, known))
    return False


def _grant(draft: Draft, target: str, act: str, path: Path) -> None:
    if not _target(draft, target, path) or act in VERBS:
        return
    gates = [
        gate.id
        for workflow in draft.workflows.values()
        if target in (workflow.id, workflow.entity)
        for gate in draft.gates(workflow)
    ]
    if act not in gates and not _is_elsewhere(draft, target, act):
        draft.report("unknown_grant", path, name=act, target=target, remedy=did_you_mean(act, [*gates, *VERBS]))


def _is_elsewhere(draft: Draft, target: str, act: str) -> bool:
    """Return whether a step is on offer for an entity, although no workflow of this company uses it."""
    offer = draft.bench.node("catalogue", target)
    is_offered = act in offer.at("steps").names() or act in offer.at("lanes").names()
    return is_offered and not any(workflow.entity == target for workflow in draft.workflows.values())


def _field(draft: Draft, target: str, name: str, path: Path) -> None:
    entity = target if target in draft.entities else draft.workflows[target].entity
    scope = draft.compiler.record(entity)
    if scope.type_of(tuple(name.split("."))) is None:
        draft.report("unknown_path", path, name=name, entity=entity, remedy=scope.near(name))
