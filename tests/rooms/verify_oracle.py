"""The oracle of verification: every allowed set of switches, every truth of the conditions, every way through, by the
real `transition`. Slow, and simple enough to be believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from rooms.process_kit import CALENDAR, NOW

from ordinance.process import Document, ProcessState, Refusal, Request, Transition, begin, transition
from ordinance.process.model import Step, Workflow
from ordinance.process.requests import DRAFT, TERMINAL

MAY = frozenset({"create", "update"})


@dataclass(frozen=True)
class Fault:
    """A refusal that nobody at that place could have avoided, `stuck` going forward or `back` sending back; or an effect
    that is `lost`."""

    kind: str
    step: str
    codes: tuple[str, ...]
    toggles: int


def faults(workflow: Workflow, record: Mapping[str, Any], conditions: tuple[str, ...]) -> set[Fault]:
    """Return every fault of every allowed set of switches."""
    steps = [*workflow.steps, *(step for lane in workflow.lanes.values() for step in lane.steps)]
    free = [each for each in steps if not each.locked and isinstance(each.enabled, bool)]
    found: set[Fault] = set()
    for values in product((True, False), repeat=len(free)):
        chosen = {each.id: value for each, value in zip(free, values, strict=True)}
        if not allowed(workflow, chosen):
            continue
        switched = replace(
            workflow,
            steps=switch(workflow.steps, chosen),
            lanes={id_: replace(lane, steps=switch(lane.steps, chosen)) for id_, lane in workflow.lanes.items()},
        )
        changed = sum(each.enabled != chosen[each.id] for each in free)
        for truths in product((True, False), repeat=len(conditions)):
            fields = {**record, **dict(zip(conditions, truths, strict=True))}
            for kind, step, codes in walk(switched, fields):
                found.add(Fault(kind, step, codes, changed))
    return found


def switch(steps: tuple[Step, ...], chosen: Mapping[str, bool]) -> tuple[Step, ...]:
    return tuple(replace(each, enabled=chosen.get(each.id, each.enabled)) for each in steps)


def allowed(workflow: Workflow, chosen: Mapping[str, bool]) -> bool:
    """Return whether the ties let these switches be so; one that is broken as things are is a fault of its own."""
    present = {each.id: each.enabled is not False for each in workflow.steps}
    on = {**present, **chosen}
    return all(keeps(switch, on) or not keeps(switch, present) for switch in workflow.switches)


def keeps(switch: Any, on: Mapping[str, bool]) -> bool:
    if switch.kind == "if_then":
        return not on[switch.steps[0]] or on[switch.steps[1]]
    return sum(on[name] for name in switch.steps) < 2


def walk(workflow: Workflow, fields: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the refusals of every way through."""
    start = run(workflow, None, Request("1", "create", may=MAY, input={}), fields)
    if isinstance(start, Refusal):
        yield "stuck", "begin", codes(start)
        return
    seen: set[Any] = set()
    fringe = [start.document]
    while fringe:
        here = fringe.pop()
        key = picture(here)
        if key in seen:
            continue
        if here.state.phase in TERMINAL:
            yield from (("lost", each, ()) for each in owed(workflow, here))
            continue
        seen.add(key)
        for kind, step, answer in moves(workflow, here):
            if isinstance(answer, Refusal):
                yield kind, step, codes(answer)
            else:
                fringe.append(answer.document)


def owed(workflow: Workflow, here: Document) -> Iterator[str]:
    """Yield the steps of which an effect was taken back and never done again, once all is over."""
    gone = {row.effect for row in here.ledger if not row.why}
    gone -= {row.effect for row in here.ledger if row.state != "undone"}
    for step in workflow.steps:
        if any(each.id in gone for each in (*step.arriving_does, *step.does)):
            yield step.id


def moves(workflow: Workflow, here: Document) -> Iterator[tuple[str, str, Transition | Refusal]]:
    side = here.state.lane
    if side is None and DRAFT not in here.state.waits:
        yield from enter(workflow, here)
    for id_ in side.waits if side is not None else here.state.waits:
        if id_ == DRAFT:
            yield "stuck", id_, run(workflow, here, Request("1", "pass", step=id_, may=MAY))
            continue
        steps = workflow.lanes[side.id].steps if side is not None else workflow.steps
        step = next(each for each in steps if each.id == id_)
        may = MAY | {id_}
        filled = {
            path[0]: here.fields.get("sent", 0) + 1 if path[0] == "sent" else True
            for path in (*step.asks, *step.offers)
        }
        if step.until is not None and here.fields.get("sent", 0) > 3:
            continue
        yield "stuck", id_, run(workflow, here, Request("1", "pass", step=id_, may=may, input=filled))
        for to in step.back_to:
            yield "back", id_, run(workflow, here, Request("1", "refuse", step=id_, to=to, may=may, reason="no"))


def enter(workflow: Workflow, here: Document) -> Iterator[tuple[str, str, Transition | Refusal]]:
    """Yield going into each lane that is open and was not walked yet; whoever may not enter it now can do so later."""
    for lane in workflow.lanes.values():
        if not here.state.rounds.get(f"lane:{lane.id}"):
            given = {path[0]: True for path in lane.asks}
            request = Request("1", "lane", lane=lane.id, may=MAY | {lane.id}, input=given)
            answer = run(workflow, here, request)
            if isinstance(answer, Transition) or "lane_closed" not in codes(answer):
                yield "stuck", lane.id, answer


def picture(document: Document) -> Any:
    state = document.state
    rows = frozenset((row.effect, row.round, row.state) for row in document.ledger if row.state != "undone")
    filled = frozenset((name, str(value)) for name, value in document.fields.items() if value)
    side = (state.lane.id, state.lane.waits, frozenset(state.lane.settled)) if state.lane is not None else None
    return state.waits, frozenset(state.settled), rows, filled, frozenset(state.rounds.items()), side


def run(workflow: Workflow, here: Document | None, request: Request, fields: Any = None) -> Transition | Refusal:
    """Carry an act out: every effect that writes fills what it writes."""
    if here is None:
        answer = begin(workflow, Document("d", ProcessState("", ""), (), dict(fields)), request, NOW, CALENDAR)
    else:
        answer = transition(workflow, here, request, NOW, CALENDAR)
    while isinstance(answer, Transition) and answer.more:
        outcomes = {
            (call.effect, call.round): {path[0]: True for path in call.writes}
            for call in answer.effects
            if call.verb == "do" and call.writes
        }
        go_on = Request("2", "continue", outcomes=outcomes)
        answer = transition(workflow, answer.document, go_on, NOW, CALENDAR)
    return answer


def codes(answer: Refusal) -> tuple[str, ...]:
    return tuple(sorted({each.code for each in answer.reasons}))
