"""What the tests of migration share: a world that changes its workflow under documents on their way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from rooms.process_kit import CALENDAR, World, effect, flow, step

from ordinance.process import Document, Refusal, Request, Transition
from ordinance.process.migration import Names, has_left, migrate, names_of, put_back
from ordinance.process.migration.migrating import _effects
from ordinance.process.model import Step, Workflow


class MovingWorld(World):
    """A world with several revisions; what it carries out it checks as ever (engine I2)."""

    def __init__(self, workflow: Workflow, fields: Any = None) -> None:
        super().__init__(workflow, fields)
        self.chain: list[Workflow] = []
        """Revisions that passed by while the document was held, newest last."""
        self.agrees = True
        self.way: Callable[[Document, Request], Transition | Refusal] | None = None

    def move(self, new: Workflow | None, *, to: str | None = None, **facts: Any) -> Transition | Refusal:
        """Bring the document to a revision, as an apply would; consent is given unless said otherwise."""
        chain = [*self.chain, new] if new is not None else self.chain
        names = self._names(chain) if len(chain) > 1 else None
        if self.agrees and new is not None:
            facts.setdefault("consents", frozenset(_effects(new)))
        self.counter += 1
        request = Request(f"q{self.counter}", "migrate", actor="root", to=to, cause="r", facts={**self.facts, **facts})
        self.way = lambda document, asked: migrate(self.workflow, new, document, asked, self.now, CALENDAR, names)
        try:
            answer = self._ask(migrate, request)
        finally:
            self.way = None
        if isinstance(answer, Refusal) or answer.event is None or new is None:
            return answer
        if self.state.hold is None:
            self.workflow, self.chain = new, []
            self._forget(new)
        else:
            self.chain = chain
        return answer

    def _once(self, call: Any, request: Request) -> Transition | Refusal:
        if self.way is None:
            return super()._once(call, request)
        before, done, log = self.document, dict(self.done), list(self.log)
        answer = self.way(self.document, request)
        for _ in range(60):
            if isinstance(answer, Refusal) or not answer.more:
                break
            outcomes = self._carry_out(answer)
            checks = {each.key: self.facts.get("answers", {}).get(each.key) for each in answer.wants.checks}
            facts = {"checks": checks, "assign": {id_: "eve" for id_, _ in answer.wants.assign}}
            answer = self.way(answer.document, Request("c", "continue", outcomes=outcomes, facts=facts))
        if isinstance(answer, Refusal):
            self.document, self.done, self.log = before, done, log
            return answer
        self._carry_out(answer)
        if answer.event is not None:
            self.events.append(answer.event)
        self.document, self.last = answer.document, answer
        return answer

    def _forget(self, new: Workflow) -> None:
        self.forgettable |= {each.id for each in _effects(new).values() if each.undo == "forget"}

    def _names(self, chain: list[Workflow]) -> Names:
        names = names_of(self.workflow, chain[0])
        for before, after in pairwise(chain):
            names = names.then(names_of(before, after))
        return names

    def act(self, ask: Any) -> Transition | Refusal:
        """Do something to a document that may be held: leaving its gate it migrates in the same act."""
        saved = self.document, dict(self.done), list(self.log), list(self.events), self.workflow, list(self.chain)
        answer = ask()
        if isinstance(answer, Refusal) or answer.event is None or not has_left(saved[0].state, self.state):
            return answer
        moved = self.move(self.chain.pop(), choice="move") if self.chain else answer
        if isinstance(moved, Refusal):
            self.document, self.done, self.log, self.events, self.workflow, self.chain = saved
        return moved

    def back(self, old: Workflow) -> Transition | Refusal:
        """Put the document back as it was before its last event."""
        answer = put_back(self.events[-1], self.document, Request("b", "migrate", actor="root", reason="no"), self.now)
        if isinstance(answer, Refusal):
            return answer
        self._carry_out(answer)
        self.document, self.last = answer.document, answer
        self.events.append(answer.event)
        self.workflow = old
        return answer


def begun(workflow: Workflow, *passing: str, **fields: Any) -> MovingWorld:
    """Return a world whose document has passed these steps."""
    world = MovingWorld(workflow, fields)
    answer = world.begin()
    assert isinstance(answer, Transition), answer
    for each in passing:
        answer = world.ask("pass", each)
        assert isinstance(answer, Transition), answer
    return world


def revised(workflow: Workflow, revision: str = "r2", **more: Any) -> Workflow:
    """Return the workflow with a name of its own and what is given changed."""
    return replace(workflow, revision=revision, **more)


def with_step(workflow: Workflow, id_: str, revision: str = "r2", **more: Any) -> Workflow:
    """Return the workflow with one step changed."""
    steps: tuple[Step, ...] = tuple(replace(each, **more) if each.id == id_ else each for each in workflow.steps)
    return revised(workflow, revision, steps=steps)


def outcome(world: MovingWorld, step_: str) -> str:
    """Return how a step was settled."""
    return world.state.settled[step_].outcome


ABC = flow(step("a", effect("x")), step("b", effect("y"), back_to=("a",)), step("c", effect("z"), back_to=("b", "a")))
"""Three steps, an effect each."""
