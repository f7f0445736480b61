"""Where one may go: by department, the reader's queues first, then the record lists. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ordinance.access import Actor
from ordinance.acts import Call, Force
from ordinance.blueprint import Entity
from ordinance.process.model import Step
from ordinance.reports import seen_reports
from ordinance.reports.dashboards import dashboards_of
from ordinance.reports.sight import REPORT
from ordinance.web.ui.views.frame import Destination, NavGroup
from ordinance.web.ui.views.portal import places_of
from ordinance.web.ui.views.process import my_steps
from ordinance.web.ui.views.scan import scans_of
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
    if actor.portal and actor.of is not None and actor.of[0] in force.blueprint.portals:
        return portal_groups(force, actor, speech, here)
    made: list[NavGroup] = []
    taken: set[str] = set()
    labels = {id: each.label for id, each in force.blueprint.departments.items() if each.enabled} | {
        "": force.blueprint.company.label
    }
    for id, label in labels.items():
        entities = [
            each
            for each in force.blueprint.entities.values()
            if department_of(force, each) == id and is_listed(force, actor, each)
        ]
        items = [place for each in entities for place in _queues(force, actor, speech, each, counts, here)]
        items += [_place(speech.of(each.label) or each.id, f"/o/{each.id}", here) for each in entities]
        if items:
            made.append(NavGroup(speech.of(label) or id, _key(id or "own", taken), tuple(items)))
    made.sort(key=lambda group: not any("?step=" in each.href for each in group.items))
    settings = [each for each in settings_of(force, actor, speech, here) if each.href != "/handbook"]
    if settings:
        made.append(NavGroup(speech.say("settings"), _key("yz", taken), tuple(settings)))
    return tuple(made)


def portal_groups(force: Force, actor: Actor, speech: Speech, here: str) -> tuple[NavGroup, ...]:
    """Return the navigation of a portal: its pages that the account has a use for."""
    assert actor.of is not None
    portal = force.blueprint.portals[actor.of[0]]
    places = places_of(force, actor, portal)
    items = [_place(speech.say(f"portal_{each}"), f"/portal/{each}", here) for each in places]
    orders = next((at for at, each in enumerate(places) if each == "orders"), None)
    if orders is not None and here.startswith(("/portal/doc/", "/portal/open/")):
        items[orders] = replace(items[orders], current=True)
    return (NavGroup(speech.of(portal.label), _key("portal", set()), tuple(items)),)


def at_a_glance(force: Force, call: Call, speech: Speech, here: str) -> tuple[Destination, ...]:
    """Return what stands beside the reader's own work: the overview and the reports, if there are any for it.

    Args:
        force: The configuration.
        call: Who looks.
        speech: The language.
        here: The address of the page.
    """
    made = []
    if dashboards_of(force, call):
        made.append(_place(speech.say("overview"), "/overview", here))
    if seen_reports(force, call):
        made.append(_place(speech.say("reports"), "/reports", here))
    if scans_of(force, call.actor):
        made.append(_place(speech.say("scan"), "/scan", here))
    return tuple(made)


def department_of(force: Force, entity: Entity) -> str:
    """Return the department that brought an entity; empty for the company's own."""
    if entity.department:
        return entity.department
    place = force.blueprint.origin(("entities", entity.id, "label"))
    parts = place.file.split("/") if place is not None else []
    return parts[1] if len(parts) > 2 and parts[0] == "plugins" else ""


def is_listed(force: Force, actor: Actor, entity: Entity) -> bool:
    """Return whether it has a list and concerns the actor's own work: more than reading, or reading by its own role."""
    if entity.id in OF_THE_HOUSE or entity.id == REPORT or not (entity.lists or entity.workflows):
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


def settings_of(force: Force, actor: Actor, speech: Speech, here: str) -> tuple[Destination, ...]:
    """Return the pages of the settings that the actor may open, in the order of their tabs.

    Args:
        force: The configuration.
        actor: Who looks.
        speech: The language.
        here: The address of the page.
    """
    process, first = may_see_process(force, actor), first_process(force)
    made = []
    if first is not None and process:
        made.append(_under(speech.say("steps_page"), f"/settings/workflow/{first}", here, "/settings/workflow/"))
    if may_see_roles(force, actor):
        made.append(_under(speech.say("roles_page"), "/settings/roles", here))
    if may_see_accounts(force, actor):
        made.append(_under(speech.say("accounts_page"), "/settings/accounts", here))
    if first is not None and process:
        made.append(_under(speech.say("fields_page"), f"/settings/fields/{first}", here, "/settings/fields/"))
    if process:
        made.append(_under(speech.say("company_page"), "/settings/company", here))
        made.append(_under(speech.say("changes_page"), "/settings/changes", here, "/settings/revisions"))
        made.append(_under(speech.say("handbook"), "/handbook", here))
    return tuple(made)


def _under(label: str, href: str, here: str, also: str = "") -> Destination:
    path = here.partition("?")[0]
    return Destination(label, href, current=path == href or path.startswith((f"{href}/", *([also] if also else []))))


def first_process(force: Force) -> str | None:
    """Return the kind of document whose process the company most likely wants to see: the one with the most steps."""
    own = [each for each in force.blueprint.workflows.values() if each.entity not in OF_THE_HOUSE]
    longest = max(own, key=lambda each: len(each.steps), default=None)
    return longest.entity if longest is not None else None


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
