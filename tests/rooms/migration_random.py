"""Random changes of a workflow that would pass `check`: toggles, order, names, steps and effects that come and go."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from rooms.migration_kit import revised
from rooms.process_kit import effect, step, truth
from rooms.process_random import some_workflow

from ordinance.process.index import index_of
from ordinance.process.model import Effect, Lane, Step, Workflow

Steps = list[Step]


@dataclass
class Reviser:
    """Makes revision after revision of one workflow; what was taken away may come back."""

    random: Random
    workflow: Workflow
    made: int = 0
    names: int = 0
    away: list[Effect] = field(default_factory=list)
    gone: list[Step] = field(default_factory=list)

    @classmethod
    def of(cls, random: Random, count: int, **more: Any) -> Reviser:
        found = some_workflow(random, count, **more)
        while not is_sound(found):
            found = some_workflow(random, count, **more)
        return cls(random, found)

    def next(self) -> Workflow:
        """Return the next revision; it would pass `check`."""
        while True:
            steps = [replace(each, was=None) for each in self.workflow.steps]
            for _ in range(self.random.choice([1, 1, 1, 2, 3])):
                self.random.choice(_CHANGES)(self, steps)
            lanes = self._lanes()
            made = revised(self.workflow, f"r{self.made + 2}", steps=tuple(map(_heeding(steps), steps)), lanes=lanes)
            if steps and is_sound(made):
                self.made += 1
                self.workflow = made
                return made

    def put_before(self, settled: Collection[str]) -> Workflow | None:
        """Return a revision that puts a gate before steps that are settled, and behind it what was done with its answers.

        None if no such revision was found that would pass `check`.
        """
        passed = [each.id for each in self.workflow.steps if each.id in settled]
        ahead = [each.id for each in self.workflow.steps if each.id not in settled]
        for _ in range(20 if passed and ahead else 0):
            steps = {each.id: replace(each, was=None) for each in self.workflow.steps}
            owed = replace(steps.pop(self.random.choice(ahead)), enabled=True)
            at = list(steps).index(self.random.choice(passed))
            behind = [each for each in list(steps)[at:] if each in passed]
            asked = {path[0] for path in owed.offers}
            bound = [(each, one) for each in ahead if each != owed.id for one in steps[each].does]
            reading = [pair for pair in bound if _read([*pair[1].inputs.values()]) & asked]
            if reading:
                (giving, moved), taking = self.random.choice(reading), self.random.choice(behind)
                kept = tuple(each for each in steps[giving].does if each is not moved)
                steps[giving] = replace(steps[giving], does=kept)
                steps[taking] = replace(steps[taking], does=(*steps[taking].does, replace(moved, each_round=False)))
            order = list(steps.values())
            order.insert(at, owed)
            made = revised(self.workflow, f"r{self.made + 2}", steps=tuple(map(_heeding(order), order)))
            if is_sound(made):
                self.made += 1
                self.workflow = made
                return made
        return None

    # Changes

    def toggle(self, steps: Steps) -> None:
        self._change(steps, lambda each: replace(each, enabled=not each.enabled))

    def remove(self, steps: Steps) -> None:
        if len(steps) > 1:
            gone = steps.pop(self.random.randrange(len(steps)))
            self.gone.append(gone)
            self.away += gone.does

    def insert(self, steps: Steps) -> None:
        new = step(f"s{self._name()}", enabled=self.random.random() < 0.7, by_itself=())
        if self.random.random() < 0.3:
            new = replace(new, when=truth(self.random.choice(["b0", "b1"])))
        steps.insert(self.random.randrange(len(steps) + 1), new)
        if self.random.random() < 0.6:
            self.bind(steps)

    def come_back(self, steps: Steps) -> None:
        gone = [each for each in self.gone if each.id not in {one.id for one in steps}]
        if gone:
            bound = _bound(steps)
            back = self.random.choice(gone)
            back = replace(
                back, was=None, does=tuple(each for each in back.does if each.id not in bound),
                arriving_does=tuple(each for each in back.arriving_does if each.id not in bound),
            )  # fmt: skip
            steps.insert(self.random.randrange(len(steps) + 1), back)

    def rename(self, steps: Steps) -> None:
        at = self.random.randrange(len(steps))
        if steps[at].was is None:
            steps[at] = replace(steps[at], id=f"s{self._name()}", was=steps[at].id)

    def swap(self, steps: Steps) -> None:
        """Swap two names: each step is called what the other was."""
        if len(steps) > 1:
            a, b = self.random.sample(range(len(steps)), 2)
            if steps[a].was is None and steps[b].was is None:
                one, other = steps[a].id, steps[b].id
                steps[a] = replace(steps[a], id=other, was=one)
                steps[b] = replace(steps[b], id=one, was=other)

    def reorder(self, steps: Steps) -> None:
        moved = steps.pop(self.random.randrange(len(steps)))
        steps.insert(self.random.randrange(len(steps) + 1), moved)

    def deal(self, steps: Steps) -> None:
        """Move an effect to another step."""
        at = self.random.randrange(len(steps))
        if steps[at].does:
            moved = self.random.choice(steps[at].does)
            steps[at] = replace(steps[at], does=tuple(each for each in steps[at].does if each is not moved))
            to = self.random.randrange(len(steps))
            steps[to] = replace(steps[to], does=(*steps[to].does, moved))

    def bind(self, steps: Steps) -> None:
        """Bind an effect: a new one, or one that was there once."""
        back = [each for each in self.away if each.id not in _bound(steps)]
        new = effect(f"e{self._name()}", self.random.choice(["", "", "", "keep", "forget"]))
        bound = self.random.choice(back) if back and self.random.random() < 0.5 else new
        self._change(steps, lambda each: replace(each, does=(*each.does, bound)))

    def unbind(self, steps: Steps) -> None:
        at = self.random.randrange(len(steps))
        if steps[at].does:
            self.away.append(steps[at].does[-1])
            steps[at] = replace(steps[at], does=steps[at].does[:-1])

    def rebind(self, steps: Steps) -> None:
        """Give an effect other inputs."""
        name = self.random.choice(["b0", "b1"])
        at = self.random.randrange(len(steps))
        if steps[at].does:
            other = effect("x", reads=(name,)).inputs
            changed = tuple(replace(each, inputs=other) for each in steps[at].does)
            steps[at] = replace(steps[at], does=changed)

    def condition(self, steps: Steps) -> None:
        when = truth(self.random.choice(["b0", "b1"])) if self.random.random() < 0.6 else None
        self._change(steps, lambda each: replace(each, when=when))

    def count(self, steps: Steps) -> None:
        self._change(steps, lambda each: replace(each, count=self.random.choice([1, 2])))

    def together(self, steps: Steps) -> None:
        self._change(steps, lambda each: replace(each, together=self.random.choice([None, "t0", "t1"])))

    def no_rule(self, steps: Steps) -> None:
        self._change(steps, lambda each: replace(each, by_itself=()))

    def _lanes(self) -> dict[str, Lane]:
        """Return the lanes, one of them perhaps with a step more, less, or switched."""
        lanes = {id_: replace(each, was=None) for id_, each in self.workflow.lanes.items()}
        if self.random.random() < 0.3:
            id_ = self.random.choice(list(lanes))
            inside = list(lanes[id_].steps)
            if inside and self.random.random() < 0.6:
                at = self.random.randrange(len(inside))
                inside[at] = replace(inside[at], enabled=not inside[at].enabled)
            elif inside and self.random.random() < 0.5:
                del inside[-1]
            else:
                inside.append(step(f"{id_}{self._name()}", effect(f"e{self._name()}")))
            lanes[id_] = replace(lanes[id_], steps=tuple(inside))
        return lanes

    def _change(self, steps: Steps, change: Callable[[Step], Step]) -> None:
        at = self.random.randrange(len(steps))
        steps[at] = change(steps[at])

    def _name(self) -> int:
        self.names += 1
        return 20 + self.names


_CHANGES = (
    *[Reviser.toggle] * 4, Reviser.remove, Reviser.insert, Reviser.insert, Reviser.come_back, Reviser.rename,
    Reviser.swap, Reviser.reorder, Reviser.reorder, Reviser.deal, Reviser.deal, Reviser.bind, Reviser.unbind,
    Reviser.rebind, Reviser.condition, Reviser.count, Reviser.together, Reviser.no_rule,
)  # fmt: skip


def _bound(steps: Steps) -> set[str]:
    return {each.id for one in steps for each in (*one.does, *one.arriving_does)}


def _heeding(steps: Steps) -> Callable[[Step], Step]:
    """Return what takes ways back out of a step that lead to steps that are not there or come after it."""
    place = {each.id: at for at, each in enumerate(steps)}
    return lambda each: replace(
        each, back_to=tuple(to for to in each.back_to if place.get(to, len(steps)) <= place[each.id])
    )


def is_sound(workflow: Workflow) -> bool:
    """Return whether a field is asked, and an effect has written, before anything reads it; nothing is there twice."""
    steps, line = workflow.steps, index_of(workflow).main
    ids = [each.id for each in steps]
    bound = [each.id for one in steps for each in (*one.does, *one.arriving_does)]
    if len(set(ids)) != len(ids) or len(set(bound)) != len(bound) or sum(each.until is not None for each in steps) > 1:
        return False
    return all(_reads_what_is_there(workflow, at, line.start(at)) for at in range(len(steps)))


def _reads_what_is_there(workflow: Workflow, at: int, start: int) -> bool:
    """Return whether a step reads only what is asked and written before its block, and its effects what it asks."""
    one, later = workflow.steps[at], workflow.steps[start:]
    asked = {path[0] for each in later for path in each.offers}
    written = {path[0] for each in later for bound in (*each.does, *each.arriving_does) for path in bound.writes}
    own = {path[0] for path in one.offers}
    of_others = {path[0] for each in later if each is not one for path in each.offers}
    codes = [each for each in (one.when, *(rule.when for rule in one.by_itself)) if each is not None]
    codes += [code for each in one.arriving_does for code in each.inputs.values()]
    inputs = [code for each in one.does for code in each.inputs.values()]
    return not (_read(codes) & (asked | written)) and not (_read(inputs) & (asked - (own - of_others) | written))


def _read(codes: list[Any]) -> set[str]:
    return {path[0] for code in codes for path in code.reads}
