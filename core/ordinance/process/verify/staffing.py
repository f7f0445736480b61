"""Whether the people who are there can pass every gate: somebody for each, enough, and different ones where wanted.

More gates are never easier, so only the largest allowed sets of switches are looked at, every condition true.
Source: engine.md R14, §6.4, language.md §2 `by`, `count`, `differs_from`, §4 duties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ordinance.problems import Text
from ordinance.process.model import Lane, Step
from ordinance.process.verify.cases import Case
from ordinance.process.verify.finding import Staffing
from ordinance.process.verify.look import Look, Subject

EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Gate:
    """A step or lane somebody must pass: how many, and who could."""

    thing: Step | Lane
    subject: Subject
    count: int
    able: tuple[str, ...]

    @property
    def id(self) -> str:
        """Return its id."""
        return self.thing.id


def check(look: Look, people: Staffing) -> None:
    """Report gates that these people cannot pass, alone or together."""
    gates = {gate.id: gate for gate in _gates(look, people)}
    told = {gate.id for gate in gates.values() if _alone(look, people, gate)}
    apart = _apart(look, people)
    parts = _together({name for pair in apart for name in pair} - told, apart, gates)
    for ids in (ids for part in parts for ids in _allowed(look, part)):
        if not can_fill(ids, gates, apart):
            _report_apart(look, gates, _smallest(ids, gates, apart))


def _gates(look: Look, people: Staffing) -> Iterator[Gate]:
    """Yield the gates of the largest allowed sets whose people are told by roles, not by a field of the document."""
    for track in look.tracks:
        if track.lane is not None and track.lane.person is None and not _by_house(look, track.lane):
            yield Gate(track.lane, look.root("lanes", track.lane.id), 1, _able(track.lane, people))
        for position, step in enumerate(track.steps):
            if step.person is None and look.board.nearest({step.id: True}) is not None:
                yield Gate(step, track.subject(position), step.count, _able(step, people))


def _by_house(look: Look, lane: Lane) -> bool:
    """Return whether only a rule or an event leads into a lane: nobody is named, and the house enters it."""
    rules = {trigger.lane for step in look.workflow.steps for trigger in step.by_itself}
    return not lane.by and lane.id in rules | {reaction.lane for reaction in look.workflow.reactions}


def _able(thing: Step | Lane, people: Staffing) -> tuple[str, ...]:
    roles = _roles(thing, people)
    able = (name for name, held in people.people.items() if EVERYONE in roles or not roles.isdisjoint(held))
    return tuple(sorted(able))


def _roles(thing: Step | Lane, people: Staffing) -> frozenset[str]:
    """Return the roles that may pass a gate: those it names, else those whose grants name it."""
    return frozenset(thing.by) or frozenset(role for role, may in people.may.items() if thing.id in may)


def _alone(look: Look, people: Staffing, gate: Gate) -> bool:
    """Report a gate that the people who may pass it cannot, and return whether that is so."""
    if len(gate.able) >= gate.count:
        return False
    case = Case(look.board.nearest(_on(look, [gate.id])) or {})
    roles = sorted(_roles(gate.thing, people))
    names = [people.roles.get(role, Text.of(role)) for role in roles]
    words: dict[str, Any] = {"step": gate.thing.label, "id": f"{look.workflow.id}.{gate.id}", "roles": _listed(names)}
    if not roles:
        look.report("nobody_may", gate.subject, case=case, **words)
    elif not gate.able:
        look.report("role_nobody_has", gate.subject, case=case, **words)
    else:
        look.report("too_few_people", gate.subject, case=case, wanted=gate.count, got=len(gate.able), **words)
    return True


def _listed(names: Iterable[Text]) -> Text:
    names = tuple(names)
    return Text("、".join(each.zh for each in names), ", ".join(each.en for each in names))


Pairs = frozenset[frozenset[str]]


def _apart(look: Look, people: Staffing) -> Pairs:
    """Return the pairs of gates that one person may not both pass on a document."""
    steps = [step for track in look.tracks for step in track.steps]
    pairs = {frozenset((step.id, other)) for step in steps for other in step.differs_from}
    for _, kept in people.apart:
        pairs |= {frozenset(pair) for pair in combinations(sorted(kept), 2)}
    return frozenset(pair for pair in pairs if len(pair) == 2)


def _together(ids: set[str], apart: Pairs, gates: Mapping[str, Gate]) -> Iterator[list[str]]:
    """Yield the gates that hang together by having to be passed by different people."""
    left = sorted(each for each in ids if each in gates)
    while left:
        part: set[str] = set()
        fringe = [left[0]]
        while fringe:
            here = fringe.pop()
            if here not in part:
                part.add(here)
                fringe += [each for each in left if frozenset((here, each)) in apart]
        left = [each for each in left if each not in part]
        yield sorted(part)


def _allowed(look: Look, ids: list[str]) -> Iterator[list[str]]:
    """Yield the largest parts of these gates that may be on at once; ties are clauses of two: two show any conflict."""
    if look.board.nearest(_on(look, ids)) is not None:
        yield ids
        return
    pairs = combinations(ids, 2)
    first, second = next(pair for pair in pairs if look.board.nearest(_on(look, pair)) is None)
    for barred in (first, second):
        yield from _allowed(look, [each for each in ids if each != barred])


def _on(look: Look, ids: Iterable[str]) -> dict[str, bool]:
    return dict.fromkeys((each for each in ids if each in look.board.steps), True)


def _smallest(ids: list[str], gates: Mapping[str, Gate], apart: Pairs) -> list[str]:
    """Return gates of these that cannot be filled together, none of which can be left out."""
    kept = list(ids)
    for each in ids:
        less = [other for other in kept if other != each]
        if not can_fill(less, gates, apart):
            kept = less
    return kept


def can_fill(ids: Sequence[str], gates: Mapping[str, Gate], apart: Pairs) -> bool:
    """Return whether each gate can have its people, no one person on both sides of a pair (a matching, by search)."""
    order = sorted(ids, key=lambda each: (len(gates[each].able) - gates[each].count, each))
    return _fill(order, {}, gates, apart)


def _fill(order: list[str], chosen: dict[str, frozenset[str]], gates: Mapping[str, Gate], apart: Pairs) -> bool:
    if not order:
        return True
    here, rest = order[0], order[1:]
    barred = {name for other, held in chosen.items() if frozenset((here, other)) in apart for name in held}
    free = [each for each in gates[here].able if each not in barred]
    rivals = {name for other in rest if frozenset((here, other)) in apart for name in gates[other].able}
    # Whoever nobody else needs goes first, which nearly always settles it without going back.
    free.sort(key=lambda each: (each in rivals, each))
    for people in combinations(free, gates[here].count):
        if _fill(rest, {**chosen, here: frozenset(people)}, gates, apart):
            return True
        if rivals.isdisjoint(people):
            return False
    return False


def _report_apart(look: Look, gates: Mapping[str, Gate], ids: list[str]) -> None:
    known = [*(each for track in look.tracks for each in track.line.position), *look.workflow.lanes]
    ordered = [each for each in known if each in ids]
    toggles = look.board.nearest(_on(look, ordered)) or {}
    things = [gates[each] for each in ordered]
    able = sorted({name for gate in things for name in gate.able})
    wanted = sum(gate.count for gate in things)
    last = things[-1]
    steps = _listed(gate.thing.label for gate in things)
    look.report("people_apart", last.subject, case=Case(toggles), steps=steps,
                wanted=wanted, got=len(able), last=last.thing.label)  # fmt: skip
