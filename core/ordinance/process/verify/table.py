"""The table pass: the real `transition` from every gate to every next one, and to every landing.

What a document has at rest before a gate is the same for every set of switches (engine I3), so each run under each of
the 2ⁿ sets is a chain of moves "from gate i to the next gate j": n² of them, each tried once, show all sets. A move
counts only if some allowed set has it: i and j on, all between passed over.
Source: engine.md §6.2 and §6.3, invariants I3, I4, I8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ordinance.expressions import WorkCalendar
from ordinance.problems import Text
from ordinance.process.engine import begin, transition
from ordinance.process.model import ProcessState, Step, Workflow
from ordinance.process.requests import DRAFT, TERMINAL, Document, Refusal, Request, Transition
from ordinance.process.verify.abstraction import Model, abstract, round_name
from ordinance.process.verify.cases import Case
from ordinance.process.verify.look import Look
from ordinance.process.verify.sources import Sources
from ordinance.process.verify.track import Atoms, Track, gate_atoms

_NOW = datetime(2000, 1, 3, 9, tzinfo=UTC)
_CALENDAR = WorkCalendar(ZoneInfo("UTC"))
_EXPLAINED = frozenset({"after_missing", "after_later", "after_beside", "after_sometimes", "effect_twice"})
"""What the static pass says of the order of effects; the engine would say the same again at every pair."""


def check(look: Look) -> None:
    """Report moves that the engine refuses or carries out otherwise than the static passes say."""
    if any(each.code in _EXPLAINED or each.code == "together_apart" for each in look.findings):
        return
    own = Sources(look).own
    for track in look.tracks:
        if track.steps:
            lone = replace(look.workflow, steps=_within(track), lanes={}, switches=look.workflow.switches)
            for holds in _truths(track):
                _Table(look, track, abstract(lone, own), holds).check()


def _within(track: Track) -> tuple[Step, ...]:
    """Return the steps of a track; what comes after effects outside it is not looked at here."""
    inside = {bound.effect.id for bound in track.bound}

    def alone(step: Step) -> Step:
        arriving, does = (
            tuple(replace(each, after=tuple(one for one in each.after if one in inside)) for each in effects)
            for effects in (step.arriving_does, step.does)
        )
        return replace(step, arriving_does=arriving, does=does)

    return tuple(map(alone, track.steps))


def _truths(track: Track) -> list[bool]:
    """Return which truths to try for conditions that a move does not demand: true, and if there are any, false."""
    conditional = any(step.when is not None for step in track.steps) or any(bound.needs for bound in track.bound)
    return [True, False] if conditional else [True]


class _Table:
    """The moves of one track, for documents of which every condition not demanded is so."""

    def __init__(self, look: Look, track: Track, model: Model, holds: bool) -> None:  # noqa: FBT001
        self.look, self.track, self.model, self.holds = look, track, model, holds
        self.steps = model.workflow.steps
        self.told: set[tuple[str, str]] = set()
        # Whoever is in a lane has come in somewhere, so what holds there holds.
        self.entered = look.entered(track)

    def check(self) -> None:
        for at in range(len(self.steps)):
            rest = self._rest(at)
            if rest is None:
                continue
            for to in self._next(at):
                self._forward(rest, at, to)
            for target in self._targets(at):
                for landing in (*range(target, -1, -1), None):
                    self._back(rest, at, target, landing)

    # What is possible

    def _true(self, at: int) -> Atoms:
        """Return the conditions that hold while a document rests at a gate."""
        return frozenset(self.model.conditions) if self.holds else gate_atoms(self.track.steps[at]) | self.entered

    def _open(self, at: int, rest: int) -> list[int]:
        """Return the gates that are open together: one, and those beside it that cannot be passed over."""
        steps, true = self.track.steps, self._true(rest)
        beside = (each for each in self.track.line.group(at) if steps[each].locked and gate_atoms(steps[each]) <= true)
        return sorted({at, *beside})

    def _case(self, at: int, opened: list[int], closed: Iterable[int]) -> Case | None:
        """Return the nearest case with these gates, for documents of which what the record says is so."""
        steps, true = self.track.steps, self._true(at)
        barred = [steps[each] for each in closed if each not in opened and gate_atoms(steps[each]) <= true]
        if not all(gate_atoms(steps[each]) <= true for each in opened):
            return None
        return self.look.case(self.track, opened=[steps[each] for each in opened], closed=barred, base=true)

    def _next(self, at: int) -> Iterator[int | None]:
        """Yield the gates that can come next, and the end."""
        if self.steps[at].ends is None:
            yield from range(self.track.line.group(at)[-1] + 1, len(self.steps))
        yield None

    def _targets(self, at: int) -> list[int]:
        places = self.track.line.position
        found = [places[name] for name in self.track.steps[at].back_to if name in places]
        return [each for each in found if self.track.group(each) < self.track.group(at)]

    def _passed_over(self, at: int, to: int | None) -> range:
        """Return the steps between two gates, with those beside them."""
        line = self.track.line
        end = len(self.steps) if to is None else line.group(to)[-1] + 1
        return range(line.start(at), line.group(at)[-1] + 1 if self.steps[at].ends is not None else end)

    # What happens

    def _with(self, on: list[int]) -> Workflow:
        """Return the model with just these gates on."""
        steps = tuple(replace(step, enabled=at in on) for at, step in enumerate(self.steps))
        return replace(self.model.workflow, steps=steps)

    def _rest(self, at: int) -> Document | None:
        """Return the document as it rests at a gate, all beside it passed; None if it does not come there."""
        opened = self._open(at, at)
        case = self._case(at, opened, self.track.line.group(at))
        record = self.model.record(filled=self.model.fields, true=self._true(at).__contains__)
        workflow, fresh = self._with(opened), Document("0", ProcessState("", ""), (), record)
        answer = _carried(workflow, begin, fresh, _request("create"))
        for each in opened:
            if each != at and isinstance(answer, Transition):
                answer = self._pass(workflow, answer.document, each)
        if isinstance(answer, Transition) and answer.document.state.waits == (self.steps[at].id,):
            return answer.document
        if isinstance(answer, Refusal) and case is not None:
            self._tell(answer, at, case)
        return None

    def _pass(self, workflow: Workflow, document: Document, at: int) -> Transition | Refusal:
        step = self.steps[at]
        given = {round_name(step): True} if step.until is not None else {}
        return _carried(workflow, transition, document, _request("pass", step=step.id, given=given))

    def _forward(self, rest: Document, at: int, to: int | None) -> None:
        """Try one move forward: it must come to rest at the next gate, with each effect between once and in order."""
        opened = [*self._open(at, at), *(self._open(to, at) if to is not None else ())]
        case = self._case(at, opened, self._passed_over(at, to))
        if case is None:
            return
        answer = self._pass(self._with(opened), rest, at)
        if isinstance(answer, Refusal):
            self._tell(answer, at, case)
            return
        state = answer.document.state
        waits = tuple(self.steps[each].id for each in self._open(to, at)) if to is not None else ()
        done = tuple(row.effect for row in answer.document.ledger if row.seq > rest.state.seq and row.state == "done")
        if (state.phase in TERMINAL) != (to is None) or state.waits != waits or done != self._expected(at, to):
            self._differs(at, case)

    def _expected(self, at: int, to: int | None) -> tuple[str, ...]:
        """Return the effects of a move in order, from the order of the steps alone."""
        true, line = self._true(at), self.track.line
        opened = self._open(to, at) if to is not None else []
        first = line.group(at)[-1] + 1
        moved = range(first, self._passed_over(at, to).stop)
        return tuple(
            each.effect.id
            for each in self.track.bound
            if each.needs <= true
            and (
                (each.position == at and not each.arriving)
                or (each.position in moved and (each.arriving or each.position not in opened))
            )
        )

    def _back(self, rest: Document, at: int, target: int, landing: int | None) -> None:
        """Try one way back: it lands where it should, with everything bound there and after taken back."""
        first = 0 if landing is None else landing + 1
        beside = [] if landing is None else self._open(landing, at)
        opened = [*self._open(at, at), *beside]
        case = self._case(at, opened if landing is not None else [at], range(first, target + 1))
        if case is None or any(first <= each <= target for each in beside):
            return
        if self.track.lane is not None and landing is None:
            return
        request = _request("refuse", step=self.steps[at].id, to=self.steps[target].id)
        answer = _carried(self._with(opened), transition, rest, request)
        if isinstance(answer, Refusal):
            if not self._is_told(at):
                self._tell(answer, at, case)
        elif answer.document.state.manual != (DRAFT if landing is None else self.steps[landing].id):
            self._differs(at, case)

    # What is said

    def _is_told(self, at: int) -> bool:
        """Return whether the static pass has told that this step cannot be sent back from."""
        id_ = self.steps[at].id
        return any(each.code.startswith("final_") and each.path[-1:] == (id_,) for each in self.look.findings)

    def _tell(self, answer: Refusal, at: int, case: Case) -> None:
        words = Text("；".join(each.message.zh for each in answer.reasons),
                     "; ".join(each.message.en for each in answer.reasons))  # fmt: skip
        self._report("engine_refuses", at, case, answer.reasons[0].code, why=words)

    def _differs(self, at: int, case: Case) -> None:
        self._report("engine_differs", at, case, "")

    def _report(self, code: str, at: int, case: Case, about: str, **words: Any) -> None:
        """Tell each thing once: the same comes back at many pairs."""
        key = (self.steps[at].id, code + about)
        if key not in self.told:
            self.told.add(key)
            self.look.report(code, self.track.subject(at), case=case, reach=(self.track, at),
                             step=self.steps[at].label, **words)  # fmt: skip


def _request(kind: str, **more: object) -> Request:
    given = more.pop("given", {})
    rights = frozenset({"create", "update"})
    step = more.get("step")
    may = rights | ({str(step)} if step else set())
    return Request("1", kind, actor="1", may=may, input=given, reason="-", **more)  # type: ignore[arg-type]


Way = Callable[..., Transition | Refusal]


def _carried(workflow: Workflow, way: Way, document: Document, request: Request) -> Transition | Refusal:
    """Return the answer once every outcome that was asked for on the way has been given."""
    answer = way(workflow, document, request, _NOW, _CALENDAR)
    while isinstance(answer, Transition) and answer.more:
        answer = transition(workflow, answer.document, Request("2", "continue"), _NOW, _CALENDAR)
    return answer
