"""What the tests of the process room share: workflows in a few words, and a small world that carries effects out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ordinance.expressions import UnknownValue, WorkCalendar
from ordinance.problems import Text
from ordinance.process import Document, EffectCall, ProcessState, Refusal, Request, Transition, begin, transition
from ordinance.process.model import Effect, Lane, Step, Tell, Workflow

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALENDAR = WorkCalendar(ZoneInfo("Asia/Shanghai"))
PEOPLE = {"ann": ("clerk",), "bob": ("clerk", "boss"), "eve": ("boss",)}


class Code:
    """Stands in for a compiled expression: a function of the record, and what it reads."""

    def __init__(self, function: Callable[..., Any], *reads: str, uses_now: bool = False, whole: bool = False) -> None:
        self.function, self.whole, self.uses_now = function, whole, uses_now
        self.reads = frozenset(tuple(each.split(".")) for each in reads)
        self.passes: frozenset[str] = frozenset()
        self.source = f"code({', '.join(reads)})"

    def evaluate(self, env: Any) -> Any:
        if self.whole:
            return self.function(env)
        try:
            return self.function(*(env.record[path[0]] for path in sorted(self.reads)))
        except KeyError as error:
            raise UnknownValue((error.args[0],)) from None


def truth(name: str) -> Code:
    return Code(bool, name)


def field(name: str) -> Code:
    return Code(lambda value: value, name)


def effect(id_: str, undo: str = "", reads: tuple[str, ...] = (), **more: Any) -> Effect:
    inputs = {name: field(name) for name in reads}
    writes = tuple((name,) for name in more.pop("writes", ()))
    return Effect(id_, more.pop("action", id_), undo or f"un_{id_}", inputs=inputs, writes=writes, **more)


def paths(*names: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(each.split(".")) for each in names)


def step(id_: str, *does: Effect, **more: Any) -> Step:
    for key in ("asks", "offers", "needs"):
        if key in more:
            more[key] = paths(*more[key])
    return Step(id_, Text.of(id_), Text(f"待{id_}", f"awaiting {id_}"), Text.of(f"{id_} taken"), does=does, **more)


def lane(id_: str, **more: Any) -> Lane:
    for key in ("asks", "offers", "changes"):
        if key in more:
            more[key] = paths(*more[key])
    return Lane(id_, Text.of(id_), **more)


def flow(*steps: Step, lanes: tuple[Lane, ...] = (), **more: Any) -> Workflow:
    return Workflow("order", "order", Text.of("order"), "r1", steps, {each.id: each for each in lanes}, **more)


def tell(target: str) -> Tell:
    return Tell("role", target)


class World:
    """Carries effects out as an act would, and complains about what must never happen (engine I2)."""

    def __init__(self, workflow: Workflow, fields: Mapping[str, Any] | None = None) -> None:
        self.workflow = workflow
        self.now = NOW
        self.document = Document("d1", ProcessState("", ""), (), dict(fields or {}))
        self.done: dict[tuple[str, int], str] = {}
        self.log: list[str] = []
        self.events: list[Any] = []
        self.outcomes: Callable[[EffectCall, World], Mapping[str, Any]] = lambda call, world: {}
        self.facts: dict[str, Any] = {}
        self.last: Transition | None = None
        self.told: list[str] = []
        self.calls: list[EffectCall] = []
        self.counter = 0
        self.may: frozenset[str] | None = None
        self.patient = True
        bound = [each for step_ in workflow.steps for each in (*step_.arriving_does, *step_.does)]
        bound += [each for side in workflow.lanes.values() for step_ in side.steps for each in step_.does]
        # A mail cannot be taken back, so sending it again is no fault.
        self.forgettable = {each.id for each in bound if each.undo == "forget"}

    # Asking

    def begin(self, kind: str = "create", **more: Any) -> Transition | Refusal:
        return self._ask(begin, self.request(kind, **more))

    def ask(self, kind: str, step_: str | None = None, **more: Any) -> Transition | Refusal:
        return self._ask(transition, self.request(kind, step=step_, **more))

    def request(self, kind: str, *, who: str = "ann", given: Mapping[str, Any] | None = None, **more: Any) -> Request:
        self.counter += 1
        everything = {each.id for each in self.workflow.steps} | set(self.workflow.lanes)
        everything |= {"update", "create", "skip_queue"}
        everything |= {each.id for side in self.workflow.lanes.values() for each in side.steps}
        may = self.may if self.may is not None else frozenset(everything)
        facts = {**self.facts, **more.pop("facts", {})}
        if kind in ("tick", "poke", "event"):
            who = "system"
        return Request(
            f"q{self.counter}",
            kind,
            actor=who,
            roles=(*PEOPLE.get(who, ()), "everyone"),
            may=more.pop("may", may),
            input=given or {},
            facts=facts,
            **more,
        )

    def later(self, **span: int) -> World:
        self.now += timedelta(**span)
        return self

    def tick(self, **span: int) -> Transition | Refusal:
        return self.later(**span).ask("tick")

    def _ask(self, call: Callable[..., Any], request: Request) -> Transition | Refusal:
        """Carry the act out; what fails while passing by itself is left to a person, as the package says."""
        while True:
            answer = self._once(call, request)
            left = request.facts.get("left", {})
            if not isinstance(answer, Refusal) or answer.attempt is None or answer.attempt in left or not self.patient:
                return answer
            request = replace(request, facts={**request.facts, "left": {**left, answer.attempt: answer.reasons}})

    def _once(self, call: Callable[..., Any], request: Request) -> Transition | Refusal:
        before, done, log = self.document, dict(self.done), list(self.log)
        answer = call(self.workflow, self.document, request, self.now, CALENDAR)
        for _ in range(60):
            if isinstance(answer, Refusal) or not answer.more:
                break
            outcomes = self._carry_out(answer)
            checks = {each.key: self.facts.get("answers", {}).get(each.key) for each in answer.wants.checks}
            assign = {id_: "eve" for id_, _ in answer.wants.assign}
            queue = {id_: None for id_, _ in answer.wants.queue}
            facts = {"checks": checks, "assign": assign, "queue": queue}
            next_ = Request("c", "continue", outcomes=outcomes, facts=facts)
            answer = transition(self.workflow, answer.document, next_, self.now, CALENDAR)
        else:
            raise AssertionError("a transition that never ends")
        if isinstance(answer, Refusal):
            # The act rolls its transaction back.
            self.document, self.done, self.log = before, done, log
            return answer
        self._carry_out(answer)
        if answer.event is not None:
            self.events.append(answer.event)
            self.told += [each.target for each in answer.tells]
        self.document, self.last = answer.document, answer
        return answer

    def _carry_out(self, answer: Transition) -> dict[tuple[str, int], Mapping[str, Any]]:
        outcomes = {}
        for call in answer.effects:
            key = (call.effect, call.round)
            self.calls.append(call)
            if call.verb == "do":
                assert key not in self.done or call.effect in self.forgettable, f"{key} is done already"
                self.done[key] = call.action
                self.log.append(f"+{call.effect}" + (f"#{call.round}" if call.round else ""))
            else:
                assert key in self.done, f"{key} was not done"
                assert call.action == f"un_{self.done[key]}"
                del self.done[key]
                self.log.append(f"-{call.effect}" + (f"#{call.round}" if call.round else ""))
            if call.verb == "do" and call.writes:
                outcomes[key] = self.outcomes(call, self)
        return outcomes

    # Looking

    @property
    def state(self) -> ProcessState:
        return self.document.state

    @property
    def waits(self) -> tuple[str, ...]:
        return self.state.lane.waits if self.state.lane else self.state.waits

    def rows(self, state: str) -> set[tuple[str, int]]:
        return {(row.effect, row.round) for row in self.document.ledger if row.state == state}

    def set(self, **values: Any) -> World:
        """Change what other rooms keep, outside any act."""
        self.document = replace(self.document, fields={**self.document.fields, **values})
        return self


def codes(answer: Transition | Refusal) -> list[str]:
    assert isinstance(answer, Refusal), answer
    return [each.code for each in answer.reasons]


def fine(answer: Transition | Refusal) -> Transition:
    assert isinstance(answer, Transition), answer
    return answer


def walks() -> int:
    """Return how many random walks to take: `ORDINANCE_SIZE=full` takes them all."""
    from sizes import size

    return int(os.environ.get("ORDINANCE_WALKS", size("process_walks")))
