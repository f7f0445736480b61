"""Random workflows that would pass `check`, and random walks through them, for the properties of the process room.

A field is asked before anything reads it, as verification demands; only lanes with `changes` may touch what was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from rooms.process_kit import Code, World, effect, field, flow, lane, step, truth

from ordinance.expressions import Span
from ordinance.process.model import Effect, Step, Trigger, Workflow

UNDO = ("", "", "", "keep", "forget")


def some_workflow(
    random: Random, count: int, *, finals: bool = True, rounds: bool = True, blocks: bool = True
) -> Workflow:
    """Return a workflow of so many steps."""
    maker = _Maker(random, finals=finals)
    repeating = random.randrange(count * 2) if rounds else -1
    steps = tuple(
        maker.step(at, repeats=at == repeating, block=blocks and random.random() < 0.3) for at in range(count)
    )
    names = [f"n{at}" for at in range(count)] + ["b0", "b1", "goal"]
    lanes = (
        lane("cancel", ends="cancelled", does=(effect("refund"),), before=random.choice([None, f"s{count - 1}"])),
        lane(
            "change",
            changes=names,
            back_to=random.choice([None, None, f"s{random.randrange(count)}"]),
            steps=maker.side("x"),
        ),
        lane("hold", steps=maker.side("y") or (step("y1"),), does=(effect("pause"),)),
    )
    return flow(*steps, lanes=lanes)


class _Maker:
    def __init__(self, random: Random, *, finals: bool) -> None:
        self.random, self.finals = random, finals
        self.effects = 0
        self.written: list[str] = []
        self.writing: list[str] = []
        self.block = 0

    def step(self, at: int, *, repeats: bool, block: bool) -> Step:
        random, id_ = self.random, f"s{at}"
        if not block:
            self.block = at
        # Members of a block pass in any order, so none reads what another one asks.
        if not block:
            self.written, self.writing = [*self.written, *self.writing], []
        known = [*(f"n{each}" for each in range(self.block)), *self.written]
        here = [*known, f"n{at}"]
        more: dict[str, Any] = {"together": f"t{self.block}", "offers": (f"n{at}",)}
        if random.random() < 0.3:
            more["when"] = truth(random.choice(["b0", "b1", *known]))
        more["enabled"] = random.random() > 0.35
        arriving = tuple(self._effect(known) for _ in range(random.choice([0, 0, 0, 1])))
        does = tuple(
            self._effect(here, each_round=repeats and random.random() < 0.6) for _ in range(random.choice([0, 1, 1, 2]))
        )
        if repeats:
            more["until"] = Code(lambda sent, goal: sent >= goal, "sent", "goal")
            more["offers"] = (f"n{at}", "sent")
        if random.random() < 0.25:
            more["by_itself"] = (self._rule(known),)
        if random.random() < 0.2:
            more["count"] = 2
        more["back_to"] = tuple(f"s{to}" for to in range(at + 1) if random.random() < 0.6)
        return step(id_, *does, arriving_does=arriving, **more)

    def _effect(self, readable: list[str], *, each_round: bool = False) -> Effect:
        random = self.random
        self.effects += 1
        undo = "never" if self.finals and random.random() < 0.08 else random.choice(UNDO)
        reads = tuple(random.sample(readable, min(len(readable), random.choice([0, 0, 1, 2]))))
        more: dict[str, Any] = {}
        if random.random() < 0.2:
            more["when"] = truth(random.choice(["b0", "b1"]))
        if random.random() < 0.2:
            more["writes"] = (f"w{self.effects}",)
            self.writing.append(f"w{self.effects}")
        return effect(f"e{self.effects}", undo, reads, each_round=each_round, **more)

    def _rule(self, known: list[str]) -> Trigger:
        random = self.random
        kind = random.choice(["when", "after", "event", "lane"])
        if kind == "when":
            return Trigger("rule", when=truth(random.choice(["b0", "b1", *known])), passes=True)
        if kind == "after":
            return Trigger("rule", after=Span(days=1), passes=True)
        if kind == "event":
            return Trigger("rule", event="bell", passes=True)
        return Trigger("rule", when=field("b1"), lane=random.choice(["hold", "cancel", "change"]))

    def side(self, prefix: str) -> tuple[Step, ...]:
        random = self.random
        return tuple(
            step(
                f"{prefix}{at}", self._effect([]), enabled=random.random() > 0.3, back_to=(f"{prefix}0",) if at else ()
            )
            for at in range(random.choice([0, 1, 2]))
        )


def fields_for(random: Random, workflow: Workflow) -> dict[str, Any]:
    """Return a record for the workflow: truths, numbers, and how much is to be sent."""
    numbers = {f"n{at}": random.randrange(3) for at in range(len(workflow.steps))}
    bound = (each for one in workflow.steps for each in (*one.arriving_does, *one.does))
    numbers |= {path[0]: 0 for each in bound for path in each.writes}
    return {"b0": random.random() < 0.5, "b1": random.random() < 0.4, "sent": 0, "goal": random.randrange(3), **numbers}


ACTS = (
    *["pass"] * 10, *["refuse"] * 4, *["amend"] * 2, "hold", "cancel", "close", "tick", "poke", "event", "edit",
    "aside", "take",
)  # fmt: skip


def one_act(random: Random, world: World, kinds: Sequence[str] = ACTS) -> tuple[str, Any]:
    """Do something to the document, sensible or not; return what was asked and the answer."""
    kind = random.choice(kinds)
    waits = world.waits
    at = random.choice(waits) if waits and random.random() < 0.95 else "s0"
    who = random.choice(["ann", "bob", "eve"])
    return kind, _ask(random, world, kind, at, who)


def _ask(random: Random, world: World, kind: str, at: str, who: str) -> Any:
    if kind == "pass":
        return world.ask("pass", at, who=who, given=_given(random, world, at))
    if kind == "refuse":
        found = world.workflow.step(at)
        to = random.choice(found.back_to) if found is not None and found.back_to else "x0"
        return world.ask("refuse", at, who=who, to=to, reason="no")
    if kind == "amend":
        name = random.choice(["b0", "b1", "goal", "n0", "n1", "n2"])
        value = random.random() < 0.5 if name.startswith("b") else random.randrange(3)
        given = {name: value} if name in world.document.fields else {}
        return world.ask("amend", lane="change", given=given, who=who)
    if kind in ("hold", "cancel"):
        return world.ask("lane", lane=kind, who=who)
    if kind == "tick":
        return world.tick(days=1)
    if kind == "event":
        return world.ask("event", event="bell")
    if kind == "edit":
        return world.ask("edit", given={f"n{random.randrange(6)}": random.randrange(3)}, who=who)
    if kind == "aside":
        return world.ask("resume" if world.state.set_aside else "set_aside", reason="later", who=who)
    return world.ask(kind, at, who=who)


def _given(random: Random, world: World, at: str) -> dict[str, Any]:
    found = world.workflow.step(at)
    given = {f"n{at[1:]}": random.randrange(3)} if found is not None and random.random() < 0.5 else {}
    if found is not None and found.until is not None and random.random() < 0.9:
        given["sent"] = world.document.fields["sent"] + 1
    return given
