"""Every step where somebody stops needs somebody: a role in `by`, a person in a field, a role that may do it."""

from __future__ import annotations

from ordinance.access.grants import compile_grants
from ordinance.blueprint.draft import Draft, Gate
from ordinance.process.model import Step
from ordinance.process.verify.track import is_off


def check(draft: Draft) -> None:
    """Report gates that nobody may pass, and those whose people are said twice."""
    staffed = {(grant.entity, grant.workflow, grant.act) for grant in compile_grants(draft)}
    for workflow in draft.workflows.values():
        for gate in draft.gates(workflow):
            _nobody(draft, gate, staffed)
    _said_twice(draft)


def _nobody(draft: Draft, gate: Gate, staffed: set[tuple[str, str | None, str]]) -> None:
    workflow, thing = gate.workflow, gate.thing
    if thing.by or thing.person is not None or (isinstance(thing, Step) and is_off(thing)):
        return
    if any((workflow.entity, each, thing.id) in staffed for each in (None, workflow.id)):
        return
    if not _by_house(gate):
        draft.report("nobody_may", gate.path, step=thing.label, id=f"{workflow.id}.{thing.id}")


def _by_house(gate: Gate) -> bool:
    """Return whether only the house itself enters a lane: a rule or an event leads there."""
    if isinstance(gate.thing, Step):
        return False
    rules = {trigger.lane for step in gate.workflow.steps for trigger in step.by_itself}
    return gate.id in rules | {reaction.lane for reaction in gate.workflow.reactions}


def _said_twice(draft: Draft) -> None:
    """Report a grant that names, by its workflow, a step whose `by` is the whole list already."""
    closed = {
        (workflow.id, gate.id): gate
        for workflow in draft.workflows.values()
        for gate in draft.gates(workflow)
        if gate.thing.by or gate.thing.person is not None
    }
    for permission in draft.permissions.values():
        for target, act in permission.gives:
            if (target, act) in closed:
                given = ("permissions", permission.id, "gives", f"{target}.{act}")
                draft.report("said_twice", given, step=closed[target, act].thing.label, role=permission.label)
    for role in draft.roles.values():
        for target, acts in role.may.items():
            for act in acts:
                if (target, act) in closed:
                    path = ("roles", role.id, "may", target, "verbs", act)
                    draft.report("said_twice", path, step=closed[target, act].thing.label, role=role.label)
