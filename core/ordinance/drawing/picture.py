"""What a drawing shows, before it is laid out: cards in columns, side flows, ways back. The same for every layout."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from ordinance.drawing.describe import Aspect, Speaker
from ordinance.drawing.difference import Kind, differences, together_in_order
from ordinance.drawing.names import Names
from ordinance.expressions import Expression
from ordinance.process.model import Lane, ProcessState, Step, Workflow

Sign = Literal["when", "switch", "clock", "bolt", "due", "people", "repeat"]
Mark = Literal["", "here", "passed", "skipped"]

_FEW = 3


@dataclass(frozen=True, slots=True)
class Note:
    """A short line on a card, with its sign in front."""

    sign: Sign
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One step: what it is called, who does it, what holds of it, and what happens when a document passes.

    Attributes:
        gate: Whether documents stop: always, never, or for some only.
        conditional: It is part of the process of some documents only.
        mark: What it is to the document that is shown.
        change: How it differs from the revision that is compared with.
        waiting: How many documents wait here.
        mine: It is a step of the role whose handbook shows it.
        told: Everything about it in words, for those who hear the drawing.
    """

    id: str
    label: str
    who: str
    notes: tuple[Note, ...] = ()
    effects: tuple[str, ...] = ()
    gate: Literal["on", "off", "some"] = "on"
    conditional: bool = False
    mark: Mark = ""
    change: Kind | None = None
    waiting: int = 0
    mine: bool = False
    back: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def is_bypassed(self) -> bool:
        """Whether documents may go past it without stopping."""
        return self.gate != "on" or self.conditional


@dataclass(frozen=True, slots=True)
class Branch:
    """A side flow: where it begins, its own steps, how it ends."""

    id: str
    label: str
    who: str
    entered: str
    outcome: str
    ends: bool
    at: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
    cards: tuple[Card, ...] = ()
    mark: Mark = ""
    change: Kind | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """One process to be drawn. A column has one card, or several that are open at once."""

    id: str
    title: str
    columns: tuple[tuple[Card, ...], ...]
    branches: tuple[Branch, ...]
    start: str
    end: str
    legend: tuple[Kind, ...] = ()

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every card of the main flow in order."""
        return tuple(card for column in self.columns for card in column)


def picture_of(
    workflow: Workflow,
    names: Names,
    *,
    state: ProcessState | None = None,
    counts: Mapping[str, int] | None = None,
    compare: Workflow | None = None,
    names_before: Names | None = None,
    mine: Collection[str] = (),
    marks: Mapping[str, Mark] | None = None,
    brief: bool = False,
) -> Picture:
    """Return what the drawing of a workflow shows.

    Args:
        workflow: The process.
        names: What everything is called.
        state: Where one document stands, to mark its way.
        counts: How many documents wait, by step.
        compare: The revision before, to mark what differs.
        names_before: What things were called in it.
        mine: The steps that are marked as somebody's own.
        marks: What the steps are to one document, where its whole state is not at hand.
        brief: Leave out what is only read out or shown on pointing.
    """
    maker = _Maker(workflow, names, state, counts or {}, compare, names_before, mine, marks, brief=brief)
    return maker.picture()


class _Maker:
    def __init__(
        self,
        workflow: Workflow,
        names: Names,
        state: ProcessState | None,
        counts: Mapping[str, int],
        compare: Workflow | None,
        names_before: Names | None,
        mine: Collection[str],
        marks: Mapping[str, Mark] | None,
        *,
        brief: bool,
    ) -> None:
        self.mine, self.marks, self.brief = mine, marks, brief
        self.flow, self.names, self.state, self.counts, self.old = workflow, names, state, counts, compare
        self.speaker = Speaker(workflow, names)
        found = differences(compare, workflow, names, names_before) if compare is not None else ()
        self.changes: dict[tuple[str, bool], Kind] = {(each.id, each.lane): each.kind for each in found}
        self.before = Speaker(compare, names_before or names) if compare is not None else self.speaker

    def picture(self) -> Picture:
        kinds: tuple[Kind, ...] = ("added", "removed", "off", "on", "moved", "changed")
        seen = set(self.changes.values())
        return Picture(
            id=self.flow.id,
            title=self.names.say("flow_of", name=self.names.of(self.flow.label, self.flow.id)),
            columns=self.columns(),
            branches=self.branches(),
            start=self.names.say("start"),
            end=self.names.of(self.flow.ends.get("done"), self.names.say("done")),
            legend=tuple(each for each in kinds if each in seen),
        )

    def columns(self) -> tuple[tuple[Card, ...], ...]:
        pairs: list[tuple[Step, Speaker]] = [(step, self.speaker) for step in self.flow.steps]
        if self.old is not None:
            order = together_in_order(self.old, self.flow)
            pairs = [(shown, self.speaker if now is not None else self.before) for shown, _, now in order]
        made: list[list[Card]] = []
        last: str | None = None
        for step, speaker in pairs:
            if step.together is None or step.together != last:
                made.append([])
            made[-1].append(self.card(step, speaker))
            last = step.together
        return tuple(tuple(each) for each in made)

    def card(self, step: Step, speaker: Speaker, *, lane: bool = False) -> Card:
        change = self.changes.get((step.id, lane))
        if speaker is not self.speaker:
            change = "removed"
        return Card(
            id=step.id,
            label=self.names.of(step.label, step.id),
            who=self.who(step, speaker),
            notes=self.notes(step, speaker),
            effects=self.effects(step, speaker),
            gate="some" if isinstance(step.enabled, Expression) else "on" if step.enabled else "off",
            conditional=step.when is not None,
            mark=self.mark(step),
            change=change,
            waiting=self.counts.get(step.id, 0),
            mine=step.id in self.mine,
            back=step.back_to,
            told=self.told(speaker.step(step)),
        )

    def told(self, aspects: tuple[Aspect, ...]) -> tuple[str, ...]:
        if self.brief:
            return ()
        colon = "：" if self.names.locale.startswith("zh") else ": "
        return tuple(f"{each.label}{colon}{self.names.listed(each.items)}" for each in aspects)

    def who(self, gate: Step | Lane, speaker: Speaker) -> str:
        found = speaker.names.who(speaker.workflow, gate)
        if not found:
            return self.names.say("anyone")
        return " / ".join(found[:_FEW]) + (" …" if len(found) > _FEW else "")

    def notes(self, step: Step, speaker: Speaker) -> tuple[Note, ...]:
        say = self.names.say
        made = [Note("when", each) for each in speaker.only(step.when)]
        if isinstance(step.enabled, Expression):
            made.append(Note("switch", speaker.stops(step)))
        if step.count > 1:
            made.append(Note("people", say("people", n=step.count)))
        if step.until is not None:
            made.append(Note("repeat", say("repeats", what=speaker.condition(step.until))))
        made += [Note("due", each) for each in speaker.due(step.due)]
        for rule in step.by_itself:
            timed = rule.after is not None or rule.before_due is not None
            made.append(Note("clock" if timed else "bolt", speaker.rule(rule)))
        return tuple(made)

    def effects(self, step: Step, speaker: Speaker) -> tuple[str, ...]:
        numbered = speaker.workflow.number is not None and speaker.workflow.number.at == step.id
        return (
            *speaker.consequences(step.arriving_does, step.arriving_tells),
            *speaker.consequences(step.does, step.tells),
            *((self.names.say("takes_number"),) if numbered else ()),
        )

    def mark(self, step: Step) -> Mark:
        state = self.state
        if self.marks is not None:
            return self.marks.get(step.id, "")
        if state is None:
            return ""
        waits = state.waits + (state.lane.waits if state.lane is not None else ())
        if step.id in waits and state.phase in ("draft", "running"):
            return "here"
        if state.phase == "draft":
            return "here" if self.flow.steps and step.id == self.flow.steps[0].id else ""
        settled = state.settled.get(step.id) or (state.lane.settled.get(step.id) if state.lane is not None else None)
        if settled is None:
            return ""
        return "skipped" if settled.outcome in ("off", "n/a", "waived", "adopted") else "passed"

    def branches(self) -> tuple[Branch, ...]:
        made = [self.branch(lane, self.speaker) for lane in self.flow.lanes.values()]
        if self.old is not None:
            gone = [lane for id, lane in self.old.lanes.items() if id not in self.flow.lanes]
            made += [self.branch(lane, self.before) for lane in gone]
        return tuple(made)

    def branch(self, lane: Lane, speaker: Speaker) -> Branch:
        flow, state = speaker.workflow, self.state
        order = [step.id for step in flow.steps]
        at = lane.at or (order[: order.index(lane.before)] if lane.before in order else order)
        here = state is not None and state.lane is not None and state.lane.id == lane.id
        taken = state is not None and state.ended is not None and state.ended == lane.ends
        change = self.changes.get((lane.id, True))
        return Branch(
            id=lane.id,
            label=self.names.of(lane.label, lane.id),
            who=self.who(lane, speaker),
            entered=speaker.entered(lane),
            outcome=speaker.outcome(lane),
            ends=lane.ends is not None,
            at=frozenset(at),
            notes=tuple(Note("when", each) for each in speaker.only(lane.when)),
            cards=tuple(self.card(step, speaker, lane=True) for step in lane.steps),
            mark="here" if here else "passed" if taken else "",
            change=change if speaker is self.speaker else "removed",
            told=self.told(speaker.lane(lane)),
        )
