"""Play a scenario under toggles it was not written for, and hold it to what must be true under any.

A scenario's own expectations speak of the toggles it sets itself, so under others they do not count, and an act may be
refused: the step is off, the document has gone on. What counts, after every act:

1. **No fault.** Nothing raises, and over HTTP nothing answers 5xx.
2. **Documents stand where they may.** One that runs waits for something; it waits at steps of its workflow, none of
   them switched off; one that has ended waits nowhere.
3. **Effects exactly once** (engine I1, I3). For every step of the main flow that is settled (passed, or passed by
   while off) each effect bound to it is done or waived exactly once; for a step that is not, nothing but what runs on
   arrival is done. A document that never went back did its effects in the order of its workflow. So a document that
   comes to its end has done the same under all toggles, whatever the truth of its conditions.

Which toggles: the steps that no layer locked, of the workflows whose documents the scenario makes, but for those it
switches itself; ties between them (`switches`) are kept, and combinations that `check` refuses are left out. First come
those with one step changed, then two …, up to a cap; how many were left out is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice
from math import prod
from typing import Any

from ordinance.acts.codec import state_of
from ordinance.blueprint import Blueprint
from ordinance.problems import Text
from ordinance.process.model import Effect, LedgerRow, ProcessState, Step, Workflow
from ordinance.testing.failing import Difference
from ordinance.testing.reading import Scenario
from ordinance.testing.stage import Stage

Toggles = tuple[tuple[str, str], ...]
MOST = 64
"""Combinations tried of one scenario unless another number is asked for."""

_LOOKED_AT = 4096


@dataclass(frozen=True, slots=True)
class Variety:
    """The toggles a scenario is to be played under, and how many combinations were left out by the cap."""

    chosen: tuple[Toggles, ...]
    left_out: int = 0


def variety(blueprint: Blueprint, scenario: Scenario, most: int = MOST) -> Variety:
    """Return the combinations of toggles a scenario can be played under, the present one not among them.

    Args:
        blueprint: The site as it is.
        scenario: The scenario.
        most: How many at most.
    """
    own = {name for act, _ in scenario.acts for name in act.get("toggle") or ()}
    flows = workflows_of(blueprint, scenario)
    free = {
        f"{flow.id}.{step.id}": step.enabled is not False
        for flow in flows
        for step in flow.steps
        if not step.locked and f"{flow.id}.{step.id}" not in own
    }
    lawful = (
        tuple((name, str(not free[name]).lower()) for name in changed)
        for changed in islice(_changed(tuple(free)), _LOOKED_AT)
        if all(_ties_hold(flow, free, set(changed)) for flow in flows)
    )
    chosen = tuple(islice(lawful, most))
    every = prod([2] * len(free)) - 1
    left_out = max(0, every - most) if len(chosen) == most else 0
    return Variety(chosen, left_out)


def workflows_of(blueprint: Blueprint, scenario: Scenario) -> tuple[Workflow, ...]:
    """Return the workflows whose documents a scenario makes."""
    found: dict[str, Workflow] = {}
    for act, _ in scenario.acts:
        given = act.get("given")
        targets = [act["create"]] if "create" in act else []
        targets += [given] if isinstance(given, str) else []
        targets += [id for id, rows in given.items() if _any_done(rows)] if isinstance(given, Mapping) else []
        for target in targets:
            named = blueprint.workflows.get(target)
            found.update((each.id, each) for each in ([named] if named is not None else blueprint.variants(target)))
    return tuple(found.values())


def _any_done(rows: Iterable[Any]) -> bool:
    return any(isinstance(row, Mapping) and row.get("done") == "true" for row in rows)


def _changed(free: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for many in range(1, len(free) + 1):
        yield from combinations(free, many)


def _ties_hold(flow: Workflow, present: Mapping[str, bool], changed: set[str]) -> bool:
    def is_on(step: str) -> bool:
        name = f"{flow.id}.{step}"
        return present.get(name, True) != (name in changed)

    for tie in flow.switches:
        on = [is_on(step) for step in tie.steps]
        if tie.kind == "not_both" and sum(on) > 1:
            return False
        if tie.kind == "if_then" and on[0] and not all(on[1:]):
            return False
    return True


async def breaches(stage: Stage, since: frozenset[int]) -> list[Difference]:
    """Return what is not as it must be under any toggles, of the documents that something happened to.

    Args:
        stage: The scenario in progress.
        since: The events that had happened before.
    """
    rows = await stage.house.database.fetch("SELECT id, entity, document FROM event")
    moved = dict.fromkeys((row["entity"], row["document"]) for row in rows if row["id"] not in since)
    found: list[Difference] = []
    for entity, id in moved:
        declared = stage.house.blueprint.entities.get(entity)
        if declared is not None and declared.workflows:
            found += await _of_document(stage, entity, id)
    return found


async def _of_document(stage: Stage, entity: str, id: int) -> list[Difference]:
    rows = await stage.house.database.fetch(f'SELECT workflow, number, state FROM "e_{entity}" WHERE id = ?', id)  # noqa: S608
    workflow = stage.house.blueprint.workflows.get(rows[0]["workflow"] or "") if rows else None
    if workflow is None or rows[0]["state"] is None:
        return []
    state = state_of(rows[0]["state"])
    async with stage.house.database.work(write=False) as work:
        ledger = await stage.house.force.store.ledger(work, id)
    name = f"{workflow.id} {rows[0]['number'] or ''}".strip()
    said = [*_standing(workflow, state), *_effects(workflow, state, [LedgerRow(**_plain(row)) for row in ledger])]
    return [Difference("toggles", Text(f"{name}：{each.zh}", f"{name}: {each.en}")) for each in said]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in LedgerRow.__dataclass_fields__ if name in row}


def _standing(workflow: Workflow, state: ProcessState) -> Iterator[Text]:
    if state.phase in ("complete", "cancelled"):
        if state.waits:
            yield Text(f"已结束却还在等待 {state.waits}", f"has ended and waits at {state.waits}")
        return
    if not state.waits:
        yield Text("没有在等待任何环节", "waits nowhere")
    for name in state.waits:
        step = workflow.step(name)
        if step is None and state.phase != "draft":
            yield Text(f"等待的环节 {name} 不在流程里", f"waits at {name}, which is no step of it")
        if step is not None and step.enabled is False and state.phase == "running":
            yield Text(f"等待已关闭的环节 {name}", f"waits at {name}, which is switched off")


def _effects(workflow: Workflow, state: ProcessState, ledger: list[LedgerRow]) -> Iterator[Text]:
    if state.phase == "cancelled":
        return
    standing: dict[str, list[LedgerRow]] = {}
    for row in ledger:
        if row.state in ("done", "waived"):
            standing.setdefault(row.effect, []).append(row)
    for step in workflow.steps:
        settled = state.settled.get(step.id)
        passed = settled is not None and settled.outcome != "n/a"
        for effect in (*step.arriving_does, *step.does):
            count = len(standing.get(effect.id, ()))
            if passed and count != 1 and not effect.each_round:
                yield Text(
                    f"{step.id} 的 {effect.id} 执行了 {count} 次", f"{effect.id} of {step.id} was done {count} times"
                )
            elif not passed and count and not _may_stand(step, state, effect):
                yield Text(f"{effect.id} 提前执行了", f"{effect.id} was done before {step.id} was passed")
    yield from _order(workflow, ledger)


def _may_stand(step: Step, state: ProcessState, effect: Effect) -> bool:
    """Whether an effect may be done though its step is not settled: on arrival, in a round, or because it is kept."""
    arrived = step.id in state.waits and effect in step.arriving_does
    return arrived or effect.each_round or effect.undo in ("keep", "never")


def _order(workflow: Workflow, ledger: list[LedgerRow]) -> Iterator[Text]:
    """Tell effects out of order; a document that went back did some of them again, and steps side by side have none."""
    if any(row.state == "undone" for row in ledger) or any(step.together for step in workflow.steps):
        return
    bound = [each.id for step in workflow.steps for each in (*step.arriving_does, *step.does)]
    done = [row.effect for row in sorted(ledger, key=lambda row: row.seq) if row.effect in bound and not row.round]
    if done != sorted(done, key=bound.index):
        yield Text(f"执行次序不对：{done}", f"effects out of order: {done}")
