"""Conditions of the process as lines in words, and what would help as proposals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ordinance.acts.explaining.aloud import Aloud
from ordinance.acts.explaining.answers import Line, Proposal
from ordinance.acts.explaining.naming import Names, listed, quoted, word
from ordinance.acts.explaining.sight import Sight
from ordinance.expressions.explaining_changes import Change
from ordinance.problems import Place, Reason, Text
from ordinance.process.model import Path, Settled
from ordinance.process.points import Point
from ordinance.process.supposing import Remedies, Remedy

_BY_ITSELF = frozenset({"auto", "timer", "short"})
_TREES = {
    "part": "why_part",
    "enabled": "why_enabled",
    "until": "why_until",
    "lane_when": "why_lane_when",
    "concerns": "why_concerns",
}
_PLAIN = {
    "queue": "why_queue",
    "duty": "why_duty",
    "needs": "why_needs",
    "asks": "why_asks",
    "final": "why_final",
    "round": "why_round",
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts points into words for one pair of eyes."""

    names: Names
    sight: Sight
    aloud: Aloud

    @classmethod
    def of(cls, names: Names, sight: Sight) -> Teller:
        """Return a teller with these names and eyes."""
        return cls(names, sight, Aloud(names, sight))

    def place(self, place: Place | None) -> Place | None:
        """Return a line of configuration if the one who asks may see the configuration."""
        return place if self.sight.places else None

    def lines(self, points: Iterable[Point]) -> tuple[Line, ...]:
        """Return the points as lines."""
        return tuple(self.line(each) for each in points)

    def line(self, point: Point) -> Line:
        """Return a point as a line: the condition, and beside it what is so now."""
        parts = [self.line(each) for each in point.parts]
        if point.tree is not None:
            parts.insert(0, self.aloud.line(point.tree))
        text, note = self._text(point), self._note(point)
        return Line(point.code, text, point.holds, point.counts, note, self.place(point.place), tuple(parts))

    # Conditions

    def _text(self, point: Point) -> Text:
        code, facts = point.code, point.facts
        if code in _TREES:
            return word(_TREES[code] if point.tree is not None else "why_switched_off")
        if code in _PLAIN:
            return word(_PLAIN[code])
        if code in ("need", "ask"):
            return self._named(facts["path"])
        if code == "check":
            return self._check(point)
        if code == "other":
            return word("why_other", what=said(point.reasons[0]))
        return self._of_people(point) or self._of_place(point)

    def _of_people(self, point: Point) -> Text:
        facts = point.facts
        match point.code:
            case "right" if "path" in facts:
                person = self.names.person(facts["person"]) if self.sight.reads(facts["path"]) else word("says_unseen")
                return word("why_right_person", field=self.names.path(facts["path"]), person=person)
            case "right":
                roles = facts.get("roles", ())
                return word("why_right", roles=self.names.roles(roles)) if roles else word("why_right_nobody")
            case "assigned" | "taken" as code:
                return word(f"why_{code}", person=self.names.person(facts["person"]))
            case "differs_from":
                return word("why_differs_from", steps=self.steps(facts["steps"]))
            case "voted":
                people = listed(map(self.names.person, facts["voters"])) if facts["voters"] else word("says_nothing")
                return word("why_voted", count=facts["count"], people=people)
        return Text()

    def _of_place(self, point: Point) -> Text:
        facts = point.facts
        if point.code == "lane":
            if facts["at"]:
                return word("why_lane_at", steps=self.steps(facts["at"]))
            if facts["before"]:
                return word("why_lane_before", step=self.names.step(facts["before"]))
            return word("why_not_ended")
        settled = facts.get("settled")
        if point.holds is False and isinstance(settled, Settled):
            return self.settled(settled)
        if point.holds is False and point.reasons:
            return said(point.reasons[0])
        return word("why_place", step=self.steps(facts.get("waits", ())))

    def settled(self, settled: Settled) -> Text:
        """Return how a step was passed or passed over."""
        at = self.names.moment(settled.at)
        if settled.outcome == "passed":
            return word("why_settled", who=self.names.person(settled.by), at=at)
        if settled.outcome in _BY_ITSELF:
            return word("why_settled_itself", at=at)
        return word({"off": "why_gone_off", "n/a": "why_gone_na"}.get(settled.outcome, "why_gone"), at=at)

    def _check(self, point: Point) -> Text:
        facts = point.facts
        spec = self.names.force.blueprint.checks.get(facts["name"])
        label = facts["say"] or (spec.label if spec is not None else None)
        # A check without words of its own says its text, which may name what is not for these eyes.
        if not label or (point.tree is not None and point.tree.source in label.en):
            return word("why_check_own")
        return word("why_check_warns" if facts["warn"] else "why_check", check=label)

    def _named(self, path: Path) -> Text:
        return quoted(self.names.path(path)) if self.sight.names(path) else word("why_unseen")

    def steps(self, ids: Iterable[str]) -> Text:
        """Return steps by their labels."""
        return listed(self.names.step(each) for each in ids)

    # What is so now

    def _note(self, point: Point) -> Text:
        if point.code in ("needs", "part", "enabled", "lane_when", "other", "lane", "right"):
            return Text()
        if point.code == "place":
            is_said = not isinstance(point.facts.get("settled"), Settled)
            return Text() if is_said else listed(map(said, point.reasons))
        if point.code == "check":
            if point.facts["later"]:
                return word("why_form")
            return listed(map(said, point.reasons)) if not point.facts["say"] else Text()
        return listed(map(said, point.reasons))

    # What would help

    def proposals(self, remedies: Remedies) -> tuple[Proposal, ...]:
        """Return remedies in words."""
        changes: list[Change] = []
        made: list[Proposal] = []
        for each in remedies or ():
            if each.change is not None:
                changes.append(each.change)
            else:
                made.append(Proposal(each.kind, self._remedy(each), self.place(each.place)))
        return (*made, *self.aloud.proposals(tuple(changes)))

    def _remedy(self, each: Remedy) -> Text:
        match each.kind:
            case "role":
                return word("do_role", roles=self.names.roles(each.roles)) if each.roles else word("do_role_given")
            case "colleague":
                return word("do_colleague_not", steps=self.steps(each.steps)) if each.steps else word("do_colleague")
            case "reassign":
                return word("do_reassign", person=self.names.person(each.person))
            case "queue":
                return word("do_queue", number=each.number)
            case "leave_lane":
                return word("do_leave_lane", lane=self.names.step(each.lane))
            case "arrive":
                return word("do_arrive", steps=self.steps(each.steps))
            case "come_back":
                return word("do_come_back", steps=self.steps(each.steps))
            case "switch_on":
                return word("do_switch_on", step=self.steps(each.steps))
            case "fill_person":
                return word("do_fill_person", field=self.names.path(each.path))
            case "settle_check" if each.reason is not None:
                return word("do_settle_check", what=said(each.reason))
        return word(f"do_{each.kind}")


def said(reason: Reason) -> Text:
    """Return what a reason says, but not the text of a check that has no words of its own: that is not for all."""
    if isinstance(reason.wanted, str) and reason.wanted in reason.message.en:
        return word("why_check_own")
    if not reason.remedy:
        return reason.message
    return Text(*(f"{reason.message.in_(each)} ({reason.remedy.in_(each)})" for each in ("zh", "en")))


def people_of(points: Iterable[Point]) -> Iterator[str]:
    """Yield the ids of everybody that some points speak of."""
    for each in points:
        facts: Any = each.facts
        yield from (str(facts[name]) for name in ("person",) if facts.get(name))
        yield from facts.get("voters", ())
        if isinstance(facts.get("settled"), Settled):
            yield facts["settled"].by
        yield from people_of(each.parts)
