"""The steps page, the permission table and the accounts page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ordinance.access import permission_table
from ordinance.accounts import Account
from ordinance.acts import Force
from ordinance.process import Workflow
from ordinance.process.model import Step
from ordinance.web.ui.views.flow import Flow, Switch, draw
from ordinance.web.ui.views.navigation import department_of
from ordinance.web.ui.views.process import who_does
from ordinance.web.ui.views.speech import Speech


def flow_of(force: Force, speech: Speech, workflow: Workflow, waiting: Mapping[str, int]) -> Flow:
    """Return the drawing and the switches of one workflow."""
    switches = tuple(
        Switch(
            label=speech.of(step.label) or step.id,
            who=who_does(force, speech, workflow, step) or speech.say("anyone"),
            state=speech.say(_state(step)),
            on=step.enabled is not False,
            waiting=waiting.get(step.id, 0),
        )
        for step in workflow.steps
    )
    lanes = tuple(
        (speech.of(each.label) or each.id, who_does(force, speech, workflow, each)) for each in workflow.lanes.values()
    )
    return draw(speech.of(workflow.label) or workflow.id, switches, lanes)


def _state(step: Step) -> str:
    if step.locked:
        return "always_on"
    if isinstance(step.enabled, bool):
        return "on" if step.enabled else "off"
    return "sometimes"


@dataclass(frozen=True, slots=True)
class PermissionGroup:
    """The permissions of one department: their labels, and who has them."""

    label: str
    rows: tuple[tuple[str, tuple[bool, ...]], ...]


def permissions(force: Force, speech: Speech) -> tuple[list[str], list[PermissionGroup]]:
    """Return the roles and, by department, the permissions with who has them."""
    table = permission_table(force.blueprint, force.rights)
    rows: dict[str, list[tuple[str, tuple[bool, ...]]]] = {}
    for row in table.permissions:
        target = row.gives[0].partition(".")[0] if row.gives else ""
        rows.setdefault(_department(force, speech, target), []).append((speech.of(row.label), row.held))
    return [speech.of(label) for _, label in table.roles], [
        PermissionGroup(name, tuple(each)) for name, each in rows.items()
    ]


def _department(force: Force, speech: Speech, target: str) -> str:
    workflow = force.blueprint.workflows.get(target)
    entity = force.blueprint.entities.get(workflow.entity if workflow is not None else target)
    found = force.blueprint.departments.get(department_of(force, entity)) if entity is not None else None
    return speech.of(found.label) if found is not None else speech.say("settings")


@dataclass(frozen=True, slots=True)
class Person:
    """One account in the list."""

    id: str
    name: str
    person: str
    roles: str
    of: str
    suspended: bool
    may_change: bool


def people(
    force: Force, speech: Speech, accounts: Iterable[Account], owners: Mapping[str, str], changeable: frozenset[int]
) -> list[Person]:
    """Return the accounts for the list.

    Args:
        force: The configuration.
        speech: The language.
        accounts: Those the reader looks after.
        owners: What the records are called that accounts belong to, by `entity/id`.
        changeable: The ids of accounts the reader may change.
    """
    between = "、" if speech.locale == "zh" else ", "
    return [
        Person(
            id=str(each.id),
            name=each.name,
            person=each.display_name,
            roles=between.join(speech.of(force.rights.label(role)) for role in each.roles),
            of=owners.get(each.belongs, ""),
            suspended=not each.active,
            may_change=each.id in changeable,
        )
        for each in accounts
    ]
