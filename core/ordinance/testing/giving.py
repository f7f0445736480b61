"""Put on the stage what a scenario takes as given: records, and documents brought to a step along the shortest path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance import acts
from ordinance.access import Actor
from ordinance.acts import Done, Refused, View
from ordinance.problems import did_you_mean
from ordinance.process.model import Step, Workflow
from ordinance.testing.doors import Subject
from ordinance.testing.stage import Stage, StageError

_STEPS_MAX = 60


async def give(stage: Stage, act: Mapping[str, Any]) -> None:
    """Make what an act takes as given.

    Raises:
        StageError: it cannot be made.
    """
    given = act["given"]
    if isinstance(given, str):
        subject = await _walk(stage, given, act.get("with") or {}, act.get("at"))
        name(stage, act, subject)
        return
    for entity, rows in given.items():
        for row in rows:
            await _row(stage, entity, row)


def name(stage: Stage, act: Mapping[str, Any], subject: Subject) -> None:
    """Remember a record: under the name the act gives it, and as the document spoken of last."""
    if stage.house.blueprint.variants(subject.entity):
        stage.last = subject
    if "call" in act:
        stage.named[act["call"]] = subject


async def seen(stage: Stage, subject: Subject) -> View:
    """Return a record as the house itself sees it."""
    found = await acts.read(stage.house, stage.call(), subject.entity, subject.id)
    if isinstance(found, Refused):
        raise StageError("没有这条记录", "the record is not there")
    return found


async def _row(stage: Stage, entity: str, row: Mapping[str, Any]) -> None:
    declared = stage.entity(entity)
    aliases = {} if "number" in declared.fields else {"number": row.get("number")}
    values = {name: value for name, value in row.items() if name not in {*aliases, "done"}}
    workflow = next(iter(stage.house.blueprint.variants(entity)), None)
    if workflow is not None and row.get("done") == "true":
        subject = await _walk(stage, workflow.id, values, None)
    else:
        subject = await stage.example(entity, given=values)
    for alias in aliases.values():
        if alias:
            stage.named[alias] = subject
            stage.last = subject


async def _walk(stage: Stage, target: str, given: Mapping[str, Any], at: str | None) -> Subject:
    """Take a document along the shortest legal path to a step, or to its end."""
    workflow = _workflow(stage, target)
    order = [each.id for each in workflow.steps]
    if at is not None and at not in order:
        remedy = did_you_mean(at, order)
        raise StageError(f"{workflow.id} 没有环节“{at}”", f"{workflow.id} has no step {at}", remedy)
    entity = stage.house.blueprint.entities[workflow.entity]
    given = {**await _above(stage, workflow, given), **given}
    subject = await stage.make(workflow.id, await stage.filled(entity, workflow.steps[0], given))
    for _ in range(_STEPS_MAX):
        waits = (await seen(stage, subject)).waits
        if not waits or _arrived(stage, order, waits, at):
            break
        step = _step(workflow, waits[0])
        outcome = await _pass(stage, subject, step, await stage.able(workflow, step, subject))
        if isinstance(outcome, Refused):
            said = outcome.reasons[0].message
            where = f"{workflow.id}.{step.id}"
            raise StageError(f"过不了 {where}：{said.zh}", f"it cannot be brought past {where}: {said.en}")
    if at is not None and not stage.lenient and at not in (await seen(stage, subject)).waits:
        raise StageError(f"{workflow.id} 到不了 {at}", f"{workflow.id} does not come to {at}")
    return subject


def _arrived(stage: Stage, order: list[str], waits: tuple[str, ...], at: str | None) -> bool:
    if at is None or at in waits:
        return at is not None
    # Where the step may be off, the document waits at the first gate behind it.
    return stage.lenient and all(each in order and order.index(each) > order.index(at) for each in waits)


async def _above(stage: Stage, workflow: Workflow, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document that a workflow is opened from, brought to its end, unless it is given."""
    source = next((each.source for each in workflow.openings if each.source), None)
    if source is None or source[0] in given:
        return {}
    above = stage.house.blueprint.entities[workflow.entity].fields[source[0]].to
    variants = stage.house.blueprint.variants(above) if above else ()
    return {source[0]: str((await _walk(stage, variants[0].id, {}, None)).id)} if variants else {}


async def _pass(stage: Stage, subject: Subject, step: Step, actor: Actor) -> Done | Refused:
    entity = stage.house.blueprint.entities[subject.entity]
    view = await seen(stage, subject)
    lines = {path[0] for path in step.asks if len(path) > 1}
    values: dict[str, Any] = {}
    for top in {path[0] for path in step.asks if not view.record.get(path[0])} & entity.fields.keys():
        values[top] = await stage.value_of(entity.fields[top])
    for top in lines - values.keys():
        inner = [path[1] for path in step.asks if path[0] == top and len(path) > 1]
        rows = view.record.get(top) or []
        values[top] = [
            {each: await _of_row(stage, entity.fields[top].fields[each], row) for each in inner} for row in rows
        ]
    call = stage.call(actor)
    return await acts.step(
        stage.house, call, subject.entity, subject.id, step.id, values=values or None, reason="给定"
    )


async def _of_row(stage: Stage, field: Any, row: Mapping[str, Any]) -> Any:
    """Return an example for one cell: what is there, the row's own quantity for a count of it, or any example."""
    found = row.get(field.id)
    if found is not None:
        return found["id"] if isinstance(found, Mapping) else found
    return row["quantity"] if "quantity" in row else await stage.value_of(field)


def _workflow(stage: Stage, target: str) -> Workflow:
    blueprint = stage.house.blueprint
    found = blueprint.workflows.get(target) or next(iter(blueprint.variants(target)), None)
    if found is None:
        remedy = did_you_mean(target, blueprint.workflows)
        raise StageError(f"没有流程“{target}”", f"there is no workflow {target}", remedy)
    return found


def _step(workflow: Workflow, name: str) -> Step:
    inside = [step for lane in workflow.lanes.values() for step in lane.steps]
    return next(each for each in (*workflow.steps, *inside) if each.id == name)
