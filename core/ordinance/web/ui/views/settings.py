"""The steps page and the permission table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ordinance.access import Rights, permission_table
from ordinance.acts import Force
from ordinance.blueprint import Blueprint
from ordinance.drawing import picture_of
from ordinance.process import Workflow
from ordinance.process.model import Step
from ordinance.web.ui.views.flow import Flow, Switch, drawing_of, names_of
from ordinance.web.ui.views.navigation import department_of
from ordinance.web.ui.views.process import who_does
from ordinance.web.ui.views.speech import Speech


def flow_of(
    force: Force, speech: Speech, workflow: Workflow, waiting: Mapping[str, int], *, edits: bool = False
) -> Flow:
    """Return the drawing and the switches of one workflow.

    Args:
        force: The configuration in force.
        speech: The language.
        workflow: The workflow, as it is in force or as a draft has it.
        waiting: How many documents wait, by step.
        edits: Whether the reader may change the steps.
    """
    switches = tuple(
        Switch(
            id=step.id,
            label=speech.of(step.label) or step.id,
            who=who_does(force, speech, workflow, step) or speech.say("anyone"),
            state=speech.say(_state(step)),
            on=step.enabled is not False,
            waiting=waiting.get(step.id, 0),
            condition=condition_of(step),
            locked=step.locked,
            words=_words(speech, step) if edits else (),
        )
        for step in workflow.steps
    )
    lanes = tuple(
        (speech.of(each.label) or each.id, who_does(force, speech, workflow, each)) for each in workflow.lanes.values()
    )
    names = names_of(force, speech.locale)
    drawing = drawing_of(picture_of(workflow, names, counts=waiting), names)
    return Flow(workflow.id, speech.of(workflow.label) or workflow.id, switches, drawing, lanes)


def condition_of(step: Step) -> str:
    """Return the condition under which a step is on, as it is written; empty if it is simply on or off."""
    return "" if isinstance(step.enabled, bool) else step.enabled.source


def _words(speech: Speech, step: Step) -> tuple[tuple[str, str, str], ...]:
    """Return what a step is called in both languages: the input's name, its label, the words."""
    return tuple(
        (f"{key}.{language}.{step.id}", f"{speech.say(said)} ({speech.say(language)})", text.in_(language))
        for key, said, text in (("label", "step_name", step.label), ("waiting", "step_waiting", step.waiting))
        for language in ("zh", "en")
    )


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
    rows: tuple[tuple[str, tuple[PermissionBox, ...]], ...]


@dataclass(frozen=True, slots=True)
class PermissionBox:
    """Whether a role has a permission; `name` is the box that changes it, `title` what it is about."""

    name: str
    title: str
    held: bool


def permissions(force: Force, blueprint: Blueprint, speech: Speech) -> tuple[list[str], list[PermissionGroup]]:
    """Return the roles and, by department, the permissions with who has them.

    Args:
        force: The configuration in force, for what everything is called.
        blueprint: The configuration that is shown: the same, or that of a draft.
        speech: The language.
    """
    table = permission_table(blueprint, Rights(blueprint))
    rows: dict[str, list[tuple[str, tuple[PermissionBox, ...]]]] = {}
    for row in table.permissions:
        target = row.gives[0].partition(".")[0] if row.gives else ""
        label = speech.of(row.label)
        boxes = tuple(
            PermissionBox(f"{role}.{row.id}", f"{label} · {speech.of(name)}", held)
            for (role, name), held in zip(table.roles, row.held, strict=True)
        )
        rows.setdefault(_department(force, speech, target), []).append((label, boxes))
    return [speech.of(label) for _, label in table.roles], [
        PermissionGroup(name, tuple(each)) for name, each in rows.items()
    ]


def _department(force: Force, speech: Speech, target: str) -> str:
    workflow = force.blueprint.workflows.get(target)
    entity = force.blueprint.entities.get(workflow.entity if workflow is not None else target)
    found = force.blueprint.departments.get(department_of(force, entity)) if entity is not None else None
    return speech.of(found.label) if found is not None else speech.say("settings")
