"""What a role does, as values: its steps and side flows with everything to know of them, and what else it may do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ordinance.access import EVERYONE
from ordinance.access.grants import Grant, compile_grants
from ordinance.access.source import VERBS
from ordinance.acts.seeing import VERBS as VERB_WORDS
from ordinance.blueprint import Blueprint, Duty
from ordinance.drawing import Aspect, Names, Speaker, picture_of
from ordinance.drawing.picture import Picture
from ordinance.handbook.vocabulary import say
from ordinance.process.model import Lane, Step, Workflow

_HASH = 12


@dataclass(frozen=True, slots=True)
class Section:
    """One step or side flow that the role does."""

    id: str
    label: str
    number: int
    facts: tuple[Aspect, ...]
    instruction: str = ""
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """One process in which the role has something to do."""

    id: str
    label: str
    picture: Picture
    steps: tuple[Section, ...]
    lanes: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Handbook:
    """Everything a role has to know, in one language."""

    role: str
    label: str
    company: str
    revision: str
    locale: str
    names: Names = field(repr=False)
    chapters: tuple[Chapter, ...] = ()
    may: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


def handbook(blueprint: Blueprint, role: str, locale: str, grants: tuple[Grant, ...] | None = None) -> Handbook:
    """Return the handbook of a role.

    Source: design.md §6 (handbook), issue 3 item 6.

    Args:
        blueprint: The site.
        role: The role, by id.
        locale: `zh` or `en`.
        grants: The grants of the site, if the caller has them.
    """
    return Writer(blueprint, locale, grants).of(role)


class Writer:
    """Makes the handbooks of one site in one language."""

    def __init__(self, blueprint: Blueprint, locale: str, grants: tuple[Grant, ...] | None = None) -> None:
        self.blueprint, self.locale = blueprint, locale
        self.grants = compile_grants(blueprint) if grants is None else grants
        self.names = Names(locale, blueprint, self.grants)

    def of(self, role: str) -> Handbook:
        """Return the handbook of a role."""
        chapters = (self.chapter(each, role) for each in self.blueprint.workflows.values())
        return Handbook(
            role=role,
            label=self.names.role(role),
            company=self.names.of(self.blueprint.company.label),
            revision=self.blueprint.revision[:_HASH],
            locale=self.locale,
            names=self.names,
            chapters=tuple(each for each in chapters if each is not None),
            may=self.may(role),
            apart=self.apart(role),
        )

    def say(self, key: str, **values: object) -> str:
        """Return words of the handbook."""
        return say(self.locale, key, **values)

    def mine(self, workflow: Workflow, gate: Step | Lane, role: str) -> bool:
        """Return whether the role does a step or enters a lane, by itself or because everyone may."""
        return bool({role, EVERYONE} & set(self.names.roles(workflow, gate)))

    def chapter(self, workflow: Workflow, role: str) -> Chapter | None:
        """Return what the role does in a workflow, or None if it does nothing there."""
        speaker = Speaker(workflow, self.names)
        steps = [
            self.section(speaker, workflow.steps, at, role)
            for at, step in enumerate(workflow.steps)
            if self.mine(workflow, step, role)
        ]
        lanes: list[Section] = []
        for lane in workflow.lanes.values():
            if self.mine(workflow, lane, role):
                lanes.append(self.entry(speaker, lane, role))
            lanes += [
                self.section(speaker, lane.steps, at, role, within=lane)
                for at, step in enumerate(lane.steps)
                if self.mine(workflow, step, role)
            ]
        if not steps and not lanes:
            return None
        label = self.names.of(workflow.label, workflow.id)
        picture = picture_of(workflow, self.names, mine={each.id for each in (*steps, *lanes)})
        return Chapter(workflow.id, label, picture, tuple(steps), tuple(lanes))

    def section(
        self, speaker: Speaker, steps: Sequence[Step], at: int, role: str, within: Lane | None = None
    ) -> Section:
        """Return one step: what the form asks, what is checked, what follows, who comes before and after."""
        step, flow = steps[at], speaker.workflow
        told = {each.key: each for each in speaker.step(step)}
        help_, facts = told.pop("help", None), []
        facts += self.fact("comes_from", self.before(speaker, steps, at, within))
        facts += [each for key, each in told.items() if key not in ("who", "enabled", "basis")]
        facts += self.fact("goes_to", self.after(speaker, steps, at, within))
        facts += self.fact(
            "comes_back", [self.names.of(each.label, each.id) for each in steps if step.id in each.back_to]
        )
        facts += self.fact("alike", self.others(flow, step, role))
        facts += [told["basis"]] if "basis" in told else []
        label = self.names.of(step.label, step.id)
        if within is not None:
            label = f"{self.names.of(within.label, within.id)} · {label}"
        words = help_.items[0] if help_ is not None else ""
        return Section(step.id, label, at + 1, tuple(facts), words, step.enabled is False)

    def entry(self, speaker: Speaker, lane: Lane, role: str) -> Section:
        """Return a side flow that the role may enter."""
        facts = [each for each in speaker.lane(lane) if each.key != "who"]
        first = lane.steps[:1]
        facts += self.fact("goes_to", [self.with_who(speaker.workflow, each) for each in first])
        facts += self.fact("alike", self.others(speaker.workflow, lane, role))
        return Section(lane.id, self.names.of(lane.label, lane.id), 0, tuple(facts))

    def fact(self, key: str, items: Iterable[str]) -> list[Aspect]:
        """Return one more thing to know, if there is anything to say."""
        found = tuple(items)
        return [Aspect(key, self.say(key), found)] if found else []

    def with_who(self, workflow: Workflow, step: Step) -> str:
        """Return a step with who does it."""
        who = self.names.who(workflow, step) or (self.names.say("anyone"),)
        return self.say("from_step", step=self.names.of(step.label, step.id), who=" / ".join(who))

    def before(self, speaker: Speaker, steps: Sequence[Step], at: int, within: Lane | None) -> list[str]:
        """Return from whom a document comes: the gates before this one, back to the first that never is left out."""
        found = self.gates(speaker.workflow, [each for each in reversed(steps[:at]) if not _beside(each, steps[at])])
        if found:
            return found
        return [self.names.of(within.label, within.id)] if within is not None else [self.say("from_start")]

    def after(self, speaker: Speaker, steps: Sequence[Step], at: int, within: Lane | None) -> list[str]:
        """Return who waits for this step: the gates behind it, up to the first that never is left out."""
        if steps[at].ends:
            return []
        found = self.gates(speaker.workflow, [each for each in steps[at + 1 :] if not _beside(each, steps[at])])
        if found:
            return found
        if within is not None:
            return [speaker.outcome(within)]
        end = self.names.of(speaker.workflow.ends.get("done"), self.names.say("done"))
        return [self.say("to_end", end=end)]

    def gates(self, workflow: Workflow, steps: Iterable[Step]) -> list[str]:
        """Return the next gates in this order; those for some documents only do not end the search."""
        found: list[str] = []
        block: str | None = None
        for step in steps:
            if block is not None and step.together != block:
                break
            if step.enabled is False:
                continue
            certain = step.when is None and step.enabled is True
            said = self.with_who(workflow, step)
            found.append(said if certain else self.say("only_some", what=said))
            if certain and step.together is None:
                break
            block = step.together if certain else block
        return found

    def others(self, workflow: Workflow, gate: Step | Lane, role: str) -> list[str]:
        """Return the other roles that may do the same."""
        if gate.person is not None:
            return []
        return [self.names.role(each) for each in self.names.roles(workflow, gate) if each not in (role, EVERYONE)]

    def may(self, role: str) -> tuple[str, ...]:
        """Return what else the role may do: its named permissions, and the rights it is given directly."""
        declared = self.blueprint.roles.get(role)
        if declared is None:
            return ()
        found = self.blueprint.permissions
        named = [self.names.of(found[each].label, each) for each in declared.permissions if each in found]
        direct = [
            self.say(
                "verb_on",
                verb=self.names.of(VERB_WORDS.get(each.act), each.act),
                entity=self.names.entity(each.entity),
            )
            for each in self.grants
            if each.role == role and each.permission is None and not each.implied and each.act in VERBS
        ]
        return tuple(dict.fromkeys([*named, *direct]))

    def apart(self, role: str) -> tuple[str, ...]:
        """Return the duties that concern what the role does."""
        held = {
            f"{workflow.id}.{gate.id}"
            for workflow in self.blueprint.workflows.values()
            for gate in workflow.steps
            if self.mine(workflow, gate, role)
        }
        declared = self.blueprint.roles.get(role)
        held |= set(declared.permissions) if declared is not None else set()
        duties: Iterable[Duty] = self.blueprint.duties.values()
        return tuple(self.names.of(each.label, each.id) for each in duties if each.enabled and held & set(each.apart))


def _beside(one: Step, other: Step) -> bool:
    """Whether two steps are open at the same time."""
    return one.together is not None and one.together == other.together
