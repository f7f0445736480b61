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
    for id, department in force.blueprint.departments.items():
        entities = [each for each in force.blueprint.entities.values() if each.department == id and _listed(force, actor, each)]
        items = [place for each in entities for place in _queues(force, actor, speech, each, counts, here)]
        items += [_place(speech.of(each.label) or each.id, f"/o/{each.id}", here) for each in entities]
        if items:
            made.append(NavGroup(speech.of(department.label) or id, _key(id, taken), tuple(items)))
    settings = _settings(force, actor, speech, here)
    return (*made, NavGroup(speech.say("settings"), _key("yz", taken), settings)) if settings else tuple(made)


def _listed(force: Force, actor: Actor, entity: Entity) -> bool:
    return force.rights.may(actor, "read", entity.id) and (bool(entity.lists) or entity.workflows)


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
        _place(speech.of(step.waiting) or speech.of(step.label), f"/o/{entity.id}?step={id}", here, counts.get((entity.id, id)))
        for id, step in steps.items()
    ]


def _settings(force: Force, actor: Actor, speech: Speech, here: str) -> tuple[Destination, ...]:
    made = []
    first = next((each.entity for each in force.blueprint.workflows.values() if _is_business(force, each.entity)), None)
    if first is not None and may_see_process(force, actor):
        current = here.startswith("/settings/workflow/")
        made.append(Destination(speech.say("steps_page"), f"/settings/workflow/{first}", current=current))
    if may_see_roles(force, actor):
        made.append(_place(speech.say("roles_page"), "/settings/roles", here))
    if may_see_accounts(force, actor):
        made.append(_place(speech.say("accounts_page"), "/settings/accounts", here))
    return tuple(made)


def _is_business(force: Force, entity: str) -> bool:
    found = force.blueprint.entities.get(entity)
    return found is not None and entity not in ("revision", "assignment")


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
