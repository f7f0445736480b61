"""The guide of the first sign-in and the help page: what somebody does here, from the configuration. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ordinance.access import Actor
from ordinance.acts import Force
from ordinance.blueprint import GuideStep
from ordinance.process import Workflow
from ordinance.reports.sight import REPORT
from ordinance.web.ui.views.frame import Destination, NavGroup
from ordinance.web.ui.views.navigation import OF_THE_HOUSE
from ordinance.web.ui.views.process import my_steps, who_does
from ordinance.web.ui.views.scan import scans_of
from ordinance.web.ui.views.speech import Speech

_PORTAL = {
    "products": "help_portal_products", "quick": "help_portal_quick", "basket": "help_portal_basket",
    "orders": "help_portal_orders", "statement": "help_portal_statement", "papers": "help_portal_papers",
    "profile": "help_portal_profile",
}  # fmt: skip
"""What each page of a portal is for."""


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the guide: what to do, how, where, whether it is done, and by whom if it is somebody else's."""

    label: str
    about: str = ""
    href: str = ""
    done: bool = False
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How documents of one kind go: each step, who does it, what to know, whether the reader does it."""

    label: str
    href: str
    steps: tuple[WayStep, ...]


@dataclass(frozen=True, slots=True)
class WayStep:
    """A step on the way."""

    label: str
    who: str
    help: str = ""
    mine: bool = False
    off: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """Something that can be done here: its name, what it is for, where it is."""

    label: str
    about: str
    places: tuple[Destination, ...]


def concerns(force: Force, actor: Actor, each: GuideStep) -> bool:
    """Return whether a line of the guide is for somebody: its role is named, or it may open what the line opens."""
    if each.by:
        return bool(set(each.by) & set(actor.roles))
    return each.open is None or force.rights.may(actor, each.open[1], each.open[0])


def task_of(force: Force, actor: Actor, speech: Speech, each: GuideStep, *, done: bool) -> Task:
    """Return a line of the guide; what somebody else has to do leads to where one sees it."""
    label, about = speech.of(each.label), speech.of(each.about)
    if each.open is None:
        return Task(label, about, done=done)
    entity, verb = each.open
    rights = force.rights
    if rights.may(actor, verb, entity):
        return Task(label, about, _place(force, actor, entity, verb), done)
    others = [role for role in each.by if role not in actor.roles and any(
        grant.role == role and grant.entity == entity and grant.act == verb for grant in rights.grants)]  # fmt: skip
    who = " / ".join(speech.of(rights.label(role)) for role in others)
    href = f"/o/{entity}" if rights.may(actor, "read", entity) else ""
    return Task(label, about, href, done, speech.say("guide_elsewhere", who=who) if who else "")


def _place(force: Force, actor: Actor, entity: str, verb: str) -> str:
    if entity == "account":
        return "/settings/accounts"
    if entity == REPORT:
        return "/reports"
    portal = force.blueprint.portals.get(actor.of[0]) if actor.of is not None else None
    if portal is not None and portal.lines is not None and portal.lines.entity == entity:
        return "/portal/products" if verb == "create" else f"/portal/orders?of={entity}"
    return f"/o/{entity}/new" if verb == "create" else f"/o/{entity}"


def points(force: Force, actor: Actor, speech: Speech) -> tuple[tuple[str, str], ...]:
    """Return how the screens work, for the kind of account: its customers, its own people, those with a scanner."""
    if actor.portal:
        names: tuple[str, ...] = ("order", "follow", "receive")
    else:
        names = ("work", *(("scan",) if scans_of(force, actor) else ()), "go", "keys")
    return tuple((speech.say(f"guide_{each}"), speech.say(f"guide_{each}_more")) for each in names)


def ways(force: Force, actor: Actor, speech: Speech) -> tuple[Way, ...]:
    """Return how the documents go that somebody has to do with: those of which it does a step, else those it reads."""
    made = [
        _way(force, actor, speech, each)
        for each in force.blueprint.workflows.values()
        if each.entity not in OF_THE_HOUSE and force.rights.may(actor, "read", each.entity)
    ]
    mine = [each for each in made if any(step.mine for step in each.steps)]
    return tuple(mine or made)


def _way(force: Force, actor: Actor, speech: Speech, workflow: Workflow) -> Way:
    entity = force.blueprint.entities[workflow.entity]
    mine = my_steps(force, actor, entity)
    steps = []
    for each in workflow.steps:
        own = each.id in mine
        if each.enabled is False and actor.portal:
            continue
        who = speech.say("help_you") if own else who_does(force, speech, workflow, each)
        if actor.portal and not own:
            who = speech.say("help_company")
        steps.append(WayStep(speech.of(each.label), who, speech.of(each.help), own, each.enabled is False))
    href = f"/portal/orders?of={entity.id}" if actor.portal else f"/o/{entity.id}"
    return Way(speech.of(workflow.label) or speech.of(entity.label), href, tuple(steps))


def functions(
    force: Force, actor: Actor, speech: Speech, groups: tuple[NavGroup, ...], beside: tuple[Destination, ...]
) -> tuple[Function, ...]:
    """Return what there is here for somebody: the pages beside its work, then each department with its lists."""
    known = {"/overview": "help_overview", "/reports": "help_reports", "/scan": "help_scan"}
    made = [Function(each.label, speech.say(known[each.href]), (each,)) for each in beside if each.href in known]
    if actor.portal:
        pages = [each for group in groups for each in group.items if each.href.startswith("/portal/")]
        return (*made, *(Function(each.label, _of_portal(speech, each), (each,)) for each in pages))
    abouts = {speech.of(each.label): speech.of(each.about) for each in force.blueprint.departments.values()}
    for group in groups:
        places = tuple(each for each in group.items if "?" not in each.href)
        if places:
            made.append(Function(group.label, abouts.get(group.label, ""), places))
    return tuple(made)


def _of_portal(speech: Speech, place: Destination) -> str:
    return speech.say(_PORTAL[place.href.rpartition("/")[2]])
