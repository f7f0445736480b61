"""Random workflows, sound and broken, for the oracle of verification; fields are filled or empty, conditions yes or no."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from rooms.process_kit import effect, flow, lane, step

from ordinance.process.model import Effect, Step, Switch, Workflow
from ordinance.process.verify.abstraction import Stub, Truth

UNDO = ("", "", "keep", "forget")
CONDITIONS = ("b0", "b1", "b2")
FIELDS = ("p0", "p1", "p2", "p3")
INSIDE = ("q1", "q2")


class Reaches(Truth):
    """True once a counter has come to two."""

    def evaluate(self, env: Any) -> Any:
        return env.record[self.names[0]] >= 2


def condition(*names: str) -> Truth:
    return Truth(names, " and ".join(names), reads=frozenset((name,) for name in names))


def given(name: str) -> Stub:
    return Stub((name,), name, reads=frozenset(((name,),)))


def until(name: str) -> Reaches:
    return Reaches((name,), f"{name} >= 2", reads=frozenset(((name,),)))


def some_workflow(random: Random, count: int, *, faults: float, lane_steps: int = 0) -> Workflow:
    """Return a workflow of so many steps, with a lane of so many that returns where it was entered.

    `faults` is how likely something is read that may not be there.
    """
    maker = _Maker(random, faults)
    repeating = random.randrange(count * 3)
    steps = tuple(maker.step(f"s{at}", at, repeats=at == repeating) for at in range(count))
    lanes = ()
    if lane_steps:
        inside = maker.inside()
        within = tuple(inside.step(f"x{at}", at, repeats=False) for at in range(lane_steps))
        asks = [name for name in inside.own if random.random() < 0.2]
        lanes = (lane("aside", at=(random.choice(steps).id,), asks=asks, steps=within),)
    return flow(*steps, lanes=lanes, switches=tuple(_switches(random, [each.id for each in steps if not each.locked])))


def _switches(random: Random, ids: list[str]):
    for number in range(random.choice([0, 0, 0, 1, 1, 2])):
        if len(ids) >= 2:
            yield Switch(f"tie{number}", random.choice(["if_then", "not_both"]), tuple(random.sample(ids, 2)))


class _Maker:
    def __init__(self, random: Random, faults: float, own: tuple[str, ...] = FIELDS[1:]) -> None:
        self.random, self.faults, self.own = random, faults, own
        self.asked: list[str] = ["p0"]
        self.bound: list[str] = []
        self.effects = 0
        self.block = ""

    def inside(self) -> _Maker:
        """Return a maker of the steps of a lane, which ask fields of their own and may read those of the main line."""
        maker = _Maker(self.random, self.faults, INSIDE)
        maker.asked, maker.effects = [*self.asked], self.effects
        return maker

    def step(self, id_: str, at: int, *, repeats: bool) -> Step:
        random = self.random
        if not (at and random.random() < 0.25):
            self.block = f"t{at}"
        more: dict[str, Any] = {"together": self.block, "enabled": random.random() > 0.3}
        more["locked"] = bool(more["enabled"]) and random.random() < 0.45
        if not more["locked"] and random.random() < 0.1:
            more["enabled"] = condition("b2")
        if random.random() < 0.2:
            more["when"] = condition(*random.sample(CONDITIONS, random.choice([1, 1, 2])))
        asks = [name for name in self.own if random.random() < 0.25]
        more[random.choice(["asks", "asks", "offers"])] = asks
        if random.random() < 0.25:
            more["needs"] = [self._readable(asks)]
        arriving = tuple(self._effect(more, []) for _ in range(random.choice([0, 0, 0, 1])))
        if repeats:
            more["until"] = until("sent")
            if random.random() < 0.8:
                more["offers"] = [*more.get("offers", []), "sent"]
        does = tuple(self._effect(more, asks, rounds=repeats) for _ in range(random.choice([0, 1, 1, 2])))
        self.asked += asks
        more["back_to"] = tuple(f"{id_[0]}{to}" for to in range(int(self.block[1:])) if random.random() < 0.3)
        return step(id_, *does, arriving_does=arriving, opinion="never", **more)

    def _readable(self, asks: list[str]) -> str:
        if self.random.random() < self.faults:
            return self.random.choice((*FIELDS, *self.own))
        return self.random.choice([*self.asked, *asks])

    def _effect(self, step_: dict[str, Any], asks: list[str], *, rounds: bool = False) -> Effect:
        random = self.random
        self.effects += 1
        id_ = f"e{self.effects}"
        more: dict[str, Any] = {}
        needs = [self._readable(asks)] if random.random() < 0.3 else []
        inputs = {name: given(name) for name in needs}
        if random.random() < 0.2:
            more["when"] = condition(random.choice(CONDITIONS))
        if self.bound and random.random() < 0.25:
            known = self.bound if random.random() > self.faults else [f"e{each}" for each in range(1, self.effects + 2)]
            more["after"] = (random.choice([each for each in known if each != id_] or ["e0"]),)
        if random.random() < 0.15:
            name = random.choice(self.own)
            more["writes"] = (name,)
            self.asked.append(name)
        undo = "never" if random.random() < 0.25 * self.faults + 0.02 else random.choice(UNDO)
        self.bound.append(id_)
        made = effect(id_, undo, each_round=rounds and random.random() < 0.5, **more)
        return replace(made, inputs=inputs, needs=tuple(inputs))
