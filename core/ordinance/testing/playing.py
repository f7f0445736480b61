"""Play the acts of a scenario, one after the other, through the same acts that people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordinance import acts
from ordinance.access import ENGINE, Actor
from ordinance.acts import Done, Refused, View
from ordinance.expressions import Span
from ordinance.problems import Text, reason
from ordinance.process.model import Step, Workflow
from ordinance.testing.stage import Stage, StageError, Subject

Outcome = Done | Refused | View | None

_VERBS = ("create", "step", "send_back", "lane", "take", "update", "read", "event")
_STEPS_MAX = 60


@dataclass(frozen=True, slots=True)
class Played:
    """What an act came to, and the record it was about."""

    outcome: Outcome
    subject: Subject | None


async def play(stage: Stage, act: Mapping[str, Any]) -> Played:
    """Play one act.

    Raises:
        StageError: the act cannot be understood, or what it needs cannot be put on the stage.
    """
    if "now" in act:
        moment = datetime.fromisoformat(act["now"])
        stage.now = moment if moment.tzinfo else moment.replace(tzinfo=stage.house.zone)
    if "later" in act:
        stage.now = Span.parse(act["later"]).add_to(stage.now, stage.house.blueprint.company.calendar)
    if "now" in act or "later" in act:
        while await acts.tick(stage.house, stage.now):
            pass
        return Played(None, stage.last)
    if "given" in act:
        await _give(stage, act)
        return Played(None, stage.last)
    verb = next((each for each in _VERBS if each in act), None)
    if verb is None:
        raise StageError("this line says nothing to do")
    try:
        return await _PLAYS[verb](stage, act)
    except StageError as error:
        if str(error) == "suspended":
            return Played(Refused("not_allowed", (reason("suspended"),)), stage.last)
        raise


async def _give(stage: Stage, act: Mapping[str, Any]) -> None:
    given = act["given"]
    if isinstance(given, str):
        subject = await _walk(stage, given, act.get("with") or {}, act.get("at"))
        _name(stage, act, subject)
        return
    for entity, rows in given.items():
        for row in rows:
            await _row(stage, entity, row)


async def _row(stage: Stage, entity: str, row: Mapping[str, Any]) -> None:
    declared = stage.house.blueprint.entities.get(entity)
    if declared is None:
        raise StageError(f"there is no entity {entity}")
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
    entity = stage.house.blueprint.entities[workflow.entity]
    first = workflow.steps[0]
    given = dict(given)
    source = next((each.source for each in workflow.openings if each.source), None)
    if source is not None and source[0] not in given:
        above = entity.fields[source[0]].to
        if above and stage.house.blueprint.variants(above):
            given[source[0]] = str((await _walk(stage, stage.house.blueprint.variants(above)[0].id, {}, None)).id)
    subject = await stage.make(workflow.id, await stage.filled(entity, first, given))
    for _ in range(_STEPS_MAX):
        view = await _seen(stage, subject)
        waits = view.waits
        if (at is not None and at in waits) or not waits:
            break
        step = _step(workflow, waits[0])
        actor = await stage.able(workflow, step, subject)
        outcome = await _pass(stage, subject, step, actor, {}, "给定")
        if isinstance(outcome, Refused):
            raise StageError(f"{workflow.id} cannot be brought past {step.id}: {outcome.reasons[0].message.en}")
    if at is not None and at not in (await _seen(stage, subject)).waits:
        raise StageError(f"{workflow.id} does not come to {at}")
    return subject


async def _pass(
    stage: Stage, subject: Subject, step: Step, actor: Actor, given: Mapping[str, Any], words: str | None
) -> Done | Refused:
    entity = stage.house.blueprint.entities[subject.entity]
    view = await _seen(stage, subject)
    missing = {path[0] for path in step.asks if not view.record.get(path[0])}
    lines = {path[0] for path in step.asks if len(path) > 1}
    values = await stage.typed(entity.fields, given)
    for name in missing - values.keys():
        if name in entity.fields:
            values[name] = await stage.value_of(entity.fields[name])
    for name in lines - values.keys():
        inner = [path[1] for path in step.asks if path[0] == name and len(path) > 1]
        rows = view.record.get(name) or []
        values[name] = [
            {each: await _of_row(stage, entity.fields[name].fields[each], row) for each in inner} for row in rows
        ]
    call = stage.call(actor)
    return await acts.step(stage.house, call, subject.entity, subject.id, step.id, values=values or None, reason=words)


async def _of_row(stage: Stage, field: Any, row: Mapping[str, Any]) -> Any:
    """Return an example for one cell: what is there, the row's own quantity for a count of it, or any example."""
    found = row.get(field.id)
    if found is not None:
        return found["id"] if isinstance(found, Mapping) else found
    return row["quantity"] if "quantity" in row else await stage.value_of(field)


async def _create(stage: Stage, act: Mapping[str, Any]) -> Played:
    target = act["create"]
    blueprint = stage.house.blueprint
    variants = blueprint.variants(target)
    workflow = blueprint.workflows.get(target) or (variants[0] if variants else None)
    entity = blueprint.entities[workflow.entity if workflow is not None else target]
    actor = await stage.actor(act["as"]) if "as" in act else ENGINE
    given = act.get("with") or {}
    if workflow is not None:
        values = await stage.filled(entity, workflow.steps[0], given)
    else:
        values = await stage.typed(entity.fields, given)
    if actor.of is not None:
        bound = [each.id for each in entity.fields.values() if each.to == actor.of[0] and each.id not in given]
        values = {name: value for name, value in values.items() if name not in bound}
    outcome = await acts.create(stage.house, stage.call(actor, act.get("via")), target, values)
    subject = Subject(outcome.entity, outcome.id) if isinstance(outcome, Done) else None
    if subject is not None:
        _name(stage, act, subject)
    return Played(outcome, subject or stage.last)


async def _do_step(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = _subject(stage, act)
    values = await _values(stage, subject, act)
    call = stage.call(await stage.actor(act["as"]), act.get("via"))
    return Played(
        await acts.step(
            stage.house, call, subject.entity, subject.id, act["step"], values=values, reason=act.get("reason")
        ),
        subject,
    )


async def _send_back(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = _subject(stage, act)
    call = stage.call(await stage.actor(act["as"]), act.get("via"))
    outcome = await acts.step(
        stage.house, call, subject.entity, subject.id, act["send_back"],
        decision="send_back", to=act.get("to"), reason=act.get("reason"), values=await _values(stage, subject, act),
    )  # fmt: skip
    return Played(outcome, subject)


async def _lane(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = _subject(stage, act)
    call = stage.call(await stage.actor(act["as"]), act.get("via"))
    values = await _values(stage, subject, act)
    outcome = await acts.lane(
        stage.house, call, subject.entity, subject.id, act["lane"], values=values, reason=act.get("reason")
    )
    return Played(outcome, subject)


async def _take(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = _subject(stage, act)
    call = stage.call(await stage.actor(act["as"]))
    return Played(await acts.take(stage.house, call, subject.entity, subject.id, act["take"]), subject)


async def _update(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = await _record(stage, act, act["update"])
    call = stage.call(await stage.actor(act["as"]), act.get("via"))
    entity = stage.house.blueprint.entities[subject.entity]
    values = await stage.typed(entity.fields, act.get("with") or {})
    version = (await _seen(stage, subject)).version
    outcome = await acts.update(stage.house, call, subject.entity, subject.id, values, version=version)
    return Played(outcome, subject)


async def _read(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = await _record(stage, act, act["read"])
    call = stage.call(await stage.actor(act["as"]), act.get("via"))
    return Played(await acts.read(stage.house, call, subject.entity, subject.id), subject)


async def _event(stage: Stage, act: Mapping[str, Any]) -> Played:
    about = stage.named.get(act["for"]) if "for" in act else stage.last
    values = dict(act.get("with") or {})
    for name, value in values.items():
        if isinstance(value, str) and value in stage.named:
            values[name] = stage.named[value].id
    outcome = await acts.event(
        stage.house, stage.call(), act["event"],
        entity=about.entity if about else None, id=about.id if about else None, values=values,
    )  # fmt: skip
    return Played(outcome, about)


_PLAYS = {
    "create": _create,
    "step": _do_step,
    "send_back": _send_back,
    "lane": _lane,
    "take": _take,
    "update": _update,
    "read": _read,
    "event": _event,
}


async def _seen(stage: Stage, subject: Subject) -> View:
    found = await acts.read(stage.house, stage.call(), subject.entity, subject.id)
    if isinstance(found, Refused):
        raise StageError("the record is not there")
    return found


async def _values(stage: Stage, subject: Subject, act: Mapping[str, Any]) -> dict[str, Any] | None:
    fields = stage.house.blueprint.entities[subject.entity].fields
    return await stage.typed(fields, act["with"]) if act.get("with") else None


async def _record(stage: Stage, act: Mapping[str, Any], entity: str) -> Subject:
    name = act.get("for")
    if name is None:
        return _subject(stage, act)
    subject = stage.named.get(name)
    if subject is not None:
        return subject
    found = await stage.reference(entity, name)
    if not found.isdigit():
        raise StageError(f"there is no {entity} {name}")
    return Subject(entity, int(found))


def _subject(stage: Stage, act: Mapping[str, Any]) -> Subject:
    subject = stage.named.get(act["for"]) if "for" in act else stage.last
    if subject is None:
        raise StageError("no document has been spoken of yet")
    return subject


def _name(stage: Stage, act: Mapping[str, Any], subject: Subject) -> None:
    if stage.house.blueprint.variants(subject.entity):
        stage.last = subject
    if "call" in act:
        stage.named[act["call"]] = subject


def _workflow(stage: Stage, target: str) -> Workflow:
    blueprint = stage.house.blueprint
    found = blueprint.workflows.get(target) or next(iter(blueprint.variants(target)), None)
    if found is None:
        raise StageError(f"there is no workflow {target}")
    return found


def _step(workflow: Workflow, name: str) -> Step:
    inside = [step for lane in workflow.lanes.values() for step in lane.steps]
    return next(each for each in (*workflow.steps, *inside) if each.id == name)


def words_of(outcome: Refused) -> Text:
    """Return the reasons of a refusal in one line."""
    return Text(
        "; ".join(f"{each.code} {each.message.zh}" for each in outcome.reasons),
        "; ".join(f"{each.code} {each.message.en}" for each in outcome.reasons),
    )
