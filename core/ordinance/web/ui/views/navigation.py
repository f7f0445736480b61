"""Where one may go: by department, the reader's queues first, then the record lists. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ordinance.access import Actor
from ordinance.acts import Force
from ordinance.blueprint import Entity
from ordinance.process.model import Step
from ordinance.web.ui.views.frame import Destination, NavGroup
from ordinance.web.ui.views.process import my_steps
from ordinance.web.ui.views.speech import Speech

OF_THE_HOUSE = ("account", "role", "assignment", "revision")
"""Kinds of record about the house itself: they have their pages under settings."""


def groups(
    force: Force, actor: Actor, speech: Speech, counts: Mapping[tuple[str, str], int], here: str
) -> tuple[NavGroup, ...]:
    """Return the navigation of an actor.

    Args:
        force: The configuration.
        actor: Who looks; what it may not see is absent.
        speech: The language.
        counts: How many documents wait for it, by entity and step.
        here: The address of the page, with its query.
    """
    made: list[NavGroup] = []
    taken: set[str] = set()
    labels = {id: each.label for id, each in force.blueprint.departments.items() if each.enabled} | {
        "": force.blueprint.company.label
    }
    for id, label in labels.items():
        entities = [
            each
            for each in force.blueprint.entities.values()
            if department_of(force, each) == id and _listed(force, actor, each)
        ]
        items = [place for each in entities for place in _queues(force, actor, speech, each, counts, here)]
        items += [_place(speech.of(each.label) or each.id, f"/o/{each.id}", here) for each in entities]
        if items:
            made.append(NavGroup(speech.of(label) or id, _key(id or "own", taken), tuple(items)))
    made.sort(key=lambda group: not any("?step=" in each.href for each in group.items))
    settings = _settings(force, actor, speech, here)
    return (*made, NavGroup(speech.say("settings"), _key("yz", taken), settings)) if settings else tuple(made)


def department_of(force: Force, entity: Entity) -> str:
    """Return the department that brought an entity; empty for the company's own."""
    if entity.department:
        return entity.department
    place = force.blueprint.origin(("entities", entity.id, "label"))
    parts = place.file.split("/") if place is not None else []
    return parts[1] if len(parts) > 2 and parts[0] == "plugins" else ""


def _listed(force: Force, actor: Actor, entity: Entity) -> bool:
    """What has a list and concerns the actor's own work: more than reading, or reading that a role of its own gives."""
    if entity.id in OF_THE_HOUSE or not (entity.lists or entity.workflows):
        return False
    acts = force.rights.acts(actor, entity.id)
    mine = {role for face in actor.faces() for role in face.roles}
    given = any(each.entity == entity.id and each.act == "read" and each.role in mine for each in force.rights.grants)
    return "read" in acts and (given or (len(acts) > 1 and not actor.portal))


def _queues(
    force: Force, actor: Actor, speech: Speech, entity: Entity, counts: Mapping[tuple[str, str], int], here: str
) -> list[Destination]:
    """The open steps that the actor does; one that is switched off is gone, one that nobody waits at has no number."""
    mine = my_steps(force, actor, entity)
    steps: dict[str, Step] = {}
    for workflow in force.blueprint.variants(entity.id):
        for step in workflow.steps[1:]:
            if step.id in mine and step.enabled is not False:
                steps.setdefault(step.id, step)
    return [
        _place(
            speech.of(step.waiting) or speech.of(step.label),
            f"/o/{entity.id}?step={id}",
            here,
            counts.get((entity.id, id)),
        )
        for id, step in steps.items()
    ]


def _settings(force: Force, actor: Actor, speech: Speech, here: str) -> tuple[Destination, ...]:
    made = []
    first = first_process(force)
    if first is not None and may_see_process(force, actor):
        current = here.startswith("/settings/workflow/")
        made.append(Destination(speech.say("steps_page"), f"/settings/workflow/{first}", current=current))
        current = here.startswith("/settings/fields/")
        made.append(Destination(speech.say("fields_page"), f"/settings/fields/{first}", current=current))
    if may_see_roles(force, actor):
        made.append(_place(speech.say("roles_page"), "/settings/roles", here))
    if may_see_process(force, actor):
        current = here.startswith(("/settings/changes", "/settings/revisions"))
        made.append(Destination(speech.say("changes_page"), "/settings/changes", current=current))
    if may_see_accounts(force, actor):
        made.append(_place(speech.say("accounts_page"), "/settings/accounts", here))
    return tuple(made)


def first_process(force: Force) -> str | None:
    """Return the first kind of document that a process of the company moves."""
    return next((each.entity for each in force.blueprint.workflows.values() if each.entity not in OF_THE_HOUSE), None)


def may_see_process(force: Force, actor: Actor) -> bool:
    """Return whether the actor looks after the process."""
    return not actor.portal and any(force.rights.may(actor, act, "revision") for act in ("create", "update"))


def may_see_accounts(force: Force, actor: Actor) -> bool:
    """Return whether the actor looks after accounts, at least some."""
    return not actor.portal and any(force.rights.may(actor, act, "account") for act in ("create", "update", "delete"))


def may_see_roles(force: Force, actor: Actor) -> bool:
    """Return whether the actor sees who may do what."""
    return may_see_process(force, actor) or may_see_accounts(force, actor)


def _place(label: str, href: str, here: str, count: int | None = None) -> Destination:
    path, _, query = here.partition("?")
    wanted, _, step = href.partition("?")
    current = path == wanted or (path.startswith(f"{wanted}/") and not step)
    if step:
        current = path == wanted and step in query.split("&")
    elif "step=" in query:
        current = False
    return Destination(label, href, count, current=current)


def _key(id: str, taken: set[str]) -> str:
    """The first letter of a department's id that no other has."""
    letter = next((each for each in id.lower() if each.isascii() and each.isalpha() and each not in taken), "")
    taken.add(letter)
    return letter
