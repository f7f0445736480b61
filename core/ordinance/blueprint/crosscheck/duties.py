"""Duties kept apart: their steps and permissions exist, and no single role has both sides."""

from __future__ import annotations

from ordinance.blueprint.draft import Draft
from ordinance.blueprint.values import Duty, Role
from ordinance.problems import did_you_mean


def check(draft: Draft) -> None:
    """Report duties that name nothing, and roles that would break one by themselves."""
    for duty in draft.duties.values():
        if len(duty.apart) < 2:
            draft.report("duty_of_one", ("duties", duty.id), duty=duty.label)
        known = [name for name in duty.apart if _known(draft, duty, name)]
        if not duty.enabled:
            continue
        for role in draft.roles.values():
            held = [name for name in known if _holds(draft, role, name)]
            if len(held) > 1:
                words = {"duty": duty.label, "role": role.label, "steps": ", ".join(held)}
                draft.report("duty_in_one_role", ("roles", role.id), **words)


def _known(draft: Draft, duty: Duty, name: str) -> bool:
    if name in draft.permissions:
        return True
    target, _, step = name.rpartition(".")
    gates = {
        f"{workflow.id}.{gate.id}"
        for workflow in draft.workflows.values()
        for gate in draft.gates(workflow)
        if workflow.id == target or workflow.entity == target
    }
    if any(each.endswith(f".{step}") for each in gates):
        return True
    path = ("duties", duty.id, "apart", name)
    draft.report("unknown_duty_step", path, name=name, remedy=did_you_mean(name, [*gates, *draft.permissions]))
    return False


def _holds(draft: Draft, role: Role, name: str) -> bool:
    if name in draft.permissions:
        return name in role.permissions
    target, _, step = name.rpartition(".")
    given = [draft.permissions[each].gives for each in role.permissions if each in draft.permissions]
    if any((target, step) in gives for gives in given) or step in role.may.get(target, ()):
        return True
    workflow = draft.workflows.get(target)
    gate = next((each for each in draft.gates(workflow) if each.id == step), None) if workflow else None
    return gate is not None and role.id in gate.thing.by
