"""A document's state under its new names: what belongs to a step goes with it, what belongs to none is left behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from ordinance.process.migration.names import Names
from ordinance.process.migration.sameness import same_rule
from ordinance.process.model import Lane, LaneState, LedgerRow, ProcessState, Step, Workflow

V = TypeVar("V")

_LANE = "lane:"
_GONE = "gone:"


def carried(names: Names, old: Workflow, new: Workflow, state: ProcessState) -> ProcessState:
    """Return the state with its ids as the new revision has them, and nothing decided yet.

    Rules of `by_itself` that have been used stay used as long as they say the same; what kept a step from passing by
    itself is forgotten when its rules changed. Counters of lanes never go: they number the effects of the lane.
    """
    if names.is_same and not (state.fired or state.warned or state.obstacles):
        return state
    steps = names.steps
    unchanged = _unchanged_rules(old, new, names)
    return replace(
        state,
        settled=_by_step(steps, state.settled),
        waits=tuple(steps[each] for each in state.waits if each in steps),
        arrived=_by_step(steps, state.arrived),
        due=_by_step(steps, state.due),
        votes=tuple(replace(each, step=steps[each.step]) for each in state.votes if each.step in steps),
        rounds=dict(_rounds(names, state.rounds)),
        manual=steps.get(state.manual or ""),
        lane=_lane(names, state.lane) if state.lane is not None else None,
        taken=_by_step(steps, state.taken),
        assigned=_by_step(steps, state.assigned),
        added=_by_step(steps, state.added),
        fired=tuple(unchanged[each] for each in state.fired if each in unchanged),
        warned=tuple(each for each in state.warned if each in _warnings(new)),
        passed_by=_by_step(steps, state.passed_by),
        obstacles={steps.get(id_, id_): why for id_, why in state.obstacles.items() if _still(id_, old, new, names)},
    )


def _by_step(steps: Mapping[str, str], values: Mapping[str, V]) -> dict[str, V]:
    return {steps[id_]: value for id_, value in values.items() if id_ in steps}


def _rounds(names: Names, rounds: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for id_, count in rounds.items():
        if id_.startswith(_LANE):
            lane = id_[len(_LANE) :]
            yield f"{_LANE}{names.lanes.get(lane, lane)}", count
        elif ":" in id_:
            yield id_, count
        elif id_ in names.steps:
            yield names.steps[id_], count


def _lane(names: Names, lane: LaneState) -> LaneState:
    return replace(
        lane,
        id=names.lanes[lane.id],
        settled=_by_step(names.steps, lane.settled),
        waits=tuple(names.steps[each] for each in lane.waits if each in names.steps),
        manual=names.steps.get(lane.manual or ""),
    )


def _unchanged_rules(old: Workflow, new: Workflow, names: Names) -> dict[str, str]:
    """Return the rules that say the same in both, `step/rule` of the old to that of the new."""
    before, after = steps_of(old), steps_of(new)
    return {
        f"{was}/{rule.id}": f"{is_}/{rule.id}"
        for was, is_ in names.steps.items()
        if was in before
        for rule in before[was].by_itself
        if any(each.id == rule.id and same_rule(rule, each) for each in after[is_].by_itself)
    }


def _still(step: str, old: Workflow, new: Workflow, names: Names) -> bool:
    """Return whether what kept a step from passing by itself can still be the reason."""
    if step not in names.steps:
        return ":" in step
    before, after = steps_of(old).get(step), steps_of(new).get(names.steps[step])
    return before is not None and after is not None and same_rules(before, after)


def same_rules(before: Step, after: Step) -> bool:
    """Return whether a step passes by itself under the same rules as before."""
    one, other = before.by_itself, after.by_itself
    return len(one) == len(other) and all(a.id == b.id and same_rule(a, b) for a, b in zip(one, other, strict=True))


def steps_of(workflow: Workflow) -> Mapping[str, Step]:
    """Return every step of the workflow by id, those of lanes included; made once."""
    known: dict[str, Step] | None = workflow.memo.get("every step")
    if known is None:
        inside = (step for lane in workflow.lanes.values() for step in lane.steps)
        known = workflow.memo["every step"] = {step.id: step for step in (*workflow.steps, *inside)}
    return known


def _warnings(workflow: Workflow) -> frozenset[str]:
    known: frozenset[str] | None = workflow.memo.get("warnings")
    if known is None:
        gates: tuple[Step | Lane, ...] = (*steps_of(workflow).values(), *workflow.lanes.values())
        known = workflow.memo["warnings"] = frozenset(check.id for gate in gates for check in gate.checks if check.warn)
    return known


def renamed_rows(names: Names, ledger: tuple[LedgerRow, ...]) -> Iterator[LedgerRow]:
    """Yield the rows in force whose step is called otherwise now.

    A row whose step is gone says so, lest a step that comes back under that id be taken for the one it ran at.
    """
    if names.is_same:
        return
    for row in ledger:
        step = _step_now(names, row.step)
        if row.state != "undone" and step != row.step:
            yield replace(row, step=step)


def _step_now(names: Names, step: str) -> str:
    if step.startswith(_LANE):
        lane = step[len(_LANE) :]
        return f"{_LANE}{names.lanes.get(lane, lane)}"
    return step if ":" in step else names.steps.get(step, f"{_GONE}{step}")
