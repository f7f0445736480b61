"""The end of an act: events are heard until nobody answers, numbers are taken, people are told; then it commits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ordinance.acts.desk import Desk, Emitted, Held, Told, refuse
from ordinance.acts.holding import hold, open_document
from ordinance.acts.house import Force
from ordinance.acts.opening import born
from ordinance.acts.running import run
from ordinance.blueprint import Blueprint
from ordinance.problems import reason
from ordinance.process import Request, Workflow, status
from ordinance.process.model import Numbering, Opening, Path
from ordinance.storage import Message

Record = dict[str, Any]
NOTICE = "notice"
"""The topic of messages to people."""


async def close(desk: Desk) -> None:
    """Bring the act to rest. Everything happens in its transaction.

    Raises:
        RefusedSignal: something that follows from the act was refused, so the act is.
    """
    while desk.emitted or desk.touched:
        if desk.emitted:
            await _hear(desk, desk.emitted.pop(0))
        else:
            await _poke_above(desk, *desk.touched.pop(0))
    for held in list(desk.held.values()):
        if held.transition is not None and held.transition.number_due and not held.record.get("number"):
            await _number(desk, held)
    for told in desk.told:
        ordering = f"{told.entity}/{told.document}"
        message = Message(NOTICE, await _message(desk, told), ordering)
        await desk.force.store.outbox.add(desk.work, [message], desk.call.now)
    desk.told.clear()


async def _hear(desk: Desk, emitted: Emitted) -> None:
    """Let everybody who listens to an event answer it: the document itself, those above it, workflows it opens."""
    blueprint = desk.force.blueprint
    for workflow in blueprint.workflows.values():
        for opening in workflow.openings:
            if emitted.name in opening.events:
                await _open(desk, workflow, opening, emitted)
    if emitted.entity is None or emitted.document is None:
        return
    held = desk.held.get((emitted.entity, emitted.document))
    listening = [each for each in blueprint.variants(emitted.entity) if _listens(each, emitted.name)]
    if listening:
        held = held or await hold(desk, emitted.entity, emitted.document)
        if held is not None and _listens(held.workflow, emitted.name):
            await run(desk, held, Request(
                _request_id(desk, held), "event", event=emitted.name, input=dict(emitted.values),
                cause=emitted.name, actor=str(desk.call.actor.id),
            ))  # fmt: skip


async def _open(desk: Desk, workflow: Workflow, opening: Opening, emitted: Emitted) -> None:
    source: Record = {}
    entity = emitted.entity or ""
    if emitted.document is not None:
        held = desk.held.get((entity, emitted.document)) or await hold(desk, entity, emitted.document)
        source = {**held.record, "id": held.id} if held is not None else {"id": emitted.document}
    values = await born(desk, workflow, opening, entity, source, emitted.values)
    if values is not None:
        await open_document(desk, workflow, values, cause=emitted.name)


def is_heard(blueprint: Blueprint, entity: str, event: str) -> bool:
    """Return whether anybody answers when an event happens to a document of an entity."""
    flows = blueprint.workflows.values()
    opens = any(event in opening.events for workflow in flows for opening in workflow.openings)
    return opens or any(_listens(each, event) for each in blueprint.variants(entity))


def _listens(workflow: Workflow, event: str) -> bool:
    heard = workflow.memo.get("heard")
    if heard is None:
        steps = (*workflow.steps, *(step for lane in workflow.lanes.values() for step in lane.steps))
        heard = {each.event for each in workflow.reactions}
        heard |= {rule.event for step in steps for rule in step.by_itself if rule.event}
        workflow.memo["heard"] = heard
    return event in heard


async def _poke_above(desk: Desk, entity: str, record: Mapping[str, Any]) -> None:
    """Have documents look again whose own rules read a list in which this record stands (`tasks.all(done)`)."""
    for name, target in desk.force.once(("watched", entity), lambda: _watched(desk.force, entity)):
        above = record.get(name)
        if above is not None:
            await poke(desk, target, int(above["id"] if isinstance(above, Mapping) else above))


def _watched(force: Force, entity: str) -> list[tuple[str, str]]:
    """Return the references of an entity, and to what, whose list on the other side is read by rules there."""
    return [
        (field.id, field.to)
        for field in force.blueprint.entities[entity].fields.values()
        if field.back
        and field.to is not None
        and any(_reads_list(each, field.back) for each in force.blueprint.variants(field.to))
    ]


def _reads_list(workflow: Workflow, name: str) -> bool:
    steps = (*workflow.steps, *(step for lane in workflow.lanes.values() for step in lane.steps))
    conditions = [rule.when for step in steps for rule in step.by_itself if rule.when is not None]
    return any(path[0] == name for each in conditions for path in each.reads)


async def poke(desk: Desk, entity: str, id: int) -> None:
    """Have a document look at its own rules again, because something they read has changed elsewhere."""
    desk.refresh()
    held = desk.held.get((entity, id)) or await hold(desk, entity, id)
    if held is not None:
        await run(desk, held, Request(_request_id(desk, held), "poke", actor=str(desk.call.actor.id)))


def _request_id(desk: Desk, held: Held) -> str:
    return f"{desk.call.key or desk.work.new_id(desk.call.now)}/{held.id}"


async def _number(desk: Desk, held: Held) -> None:
    """Give a document its business number: the last thing of the act, so its counter is held for a moment only."""
    rule = held.workflow.number
    assert rule is not None
    keys = _keys(desk, held, rule.pattern or "")
    (fields,) = await desk.loader.for_rules(held.entity, [held.record], _used(rule, keys))
    within = _within(rule, fields)
    if rule.source is not None:
        number = _at(fields, rule.source)
        number = None if number is None else str(number)
    else:
        number = await desk.force.store.take_number(
            desk.work, held.workflow.id, rule.pattern or "{n}", _fields_for(fields, keys), desk.call.now,
            desk.force.blueprint.company.calendar.zone, within=within,
        )  # fmt: skip
    if number is None:
        return
    if not await desk.force.store.set_number(desk.work, held.entity.id, held.id, number, within):
        raise refuse("conflict", reason("number_taken", rule.at, number=number))
    held.record = {**held.record, "number": number}
    held.stored["number"] = number


def _used(rule: Numbering, keys: Mapping[str, str]) -> frozenset[Path]:
    """Return what a number is made of beside the document's own plain fields."""
    paths = [path for path in (rule.source, rule.unique_within) if path]
    named = [(each,) for each in _NAMED.findall(rule.pattern or "")]
    return frozenset((*paths, *named, *keys.items()))


_NAMED = re.compile(r"\{([a-z_][a-z0-9_]*)", re.ASCII)


def _within(rule: Numbering, fields: Mapping[str, Any]) -> tuple[str, Any] | None:
    if rule.unique_within is None:
        return None
    value = _at(fields, rule.unique_within)
    return rule.unique_within[0], value.get("id") if isinstance(value, Mapping) else value


def _at(fields: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = fields
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _keys(desk: Desk, held: Held, pattern: str) -> dict[str, str]:
    """Return the references that a pattern names, each with the key field of what it refers to."""
    entities = desk.force.blueprint.entities
    named = [field for field in held.entity.fields.values() if field.to in entities and f"{{{field.id}" in pattern]
    return {field.id: key for field in named if (key := entities[field.to or ""].key) is not None}


def _fields_for(fields: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, str]:
    """Return what a pattern may use of the document: plain values, and the key of a reference."""
    plain = {}
    for name, value in fields.items():
        shown = value.get(keys.get(name, "id")) if isinstance(value, Mapping) else value
        if isinstance(shown, str | int):
            plain[name] = str(shown)
    return plain


async def _message(desk: Desk, told: Told) -> dict[str, Any]:
    """Return the message that goes out: to the people of a role, a person, or the accounts of a partner."""
    recipients: list[int]
    if told.target == "everyone":
        recipients = await desk.force.store.recipients.in_house(desk.work)
    elif told.kind == "role":
        held = desk.held.get((told.entity, told.document))
        recipients = await _people_of(desk, told.target, held)
    else:
        recipients = await _behind(desk, told.target)
    return {
        "to": [str(each) for each in recipients],
        "who": told.target if told.kind == "role" else "",
        "entity": told.entity,
        "document": str(told.document),
        "message": told.message,
        "values": _standing(desk, told) | {name: str(value) for name, value in told.values.items()},
    }


def _standing(desk: Desk, told: Told) -> dict[str, Any]:
    """Return how the document stands after the act: what a message may say of it, in both languages."""
    held = desk.held.get((told.entity, told.document))
    if held is None:
        return {}
    words = status(held.workflow, held.state)
    return {"number": held.record.get("number") or "", "status": {"zh": words.zh, "en": words.en}}


async def _people_of(desk: Desk, role: str, held: Held | None) -> list[int]:
    """Return the accounts with a role; of a role bound to a record, only those whose record the document names."""
    declared = desk.force.blueprint.roles.get(role)
    if declared is None or declared.of is None or held is None:
        return await desk.force.store.recipients.with_role(desk.work, role)
    named = [held.record.get(field.id) for field in held.entity.fields.values() if field.to == declared.of]
    ids = {each["id"] if isinstance(each, Mapping) else each for each in named if each is not None}
    return await desk.force.store.recipients.with_role(desk.work, role, (declared.of, sorted(ids)))


async def _behind(desk: Desk, value: Any) -> list[int]:
    if not isinstance(value, Mapping) or value.get("id") is None:
        return []
    return await desk.force.store.recipients.behind(desk.work, int(value["id"]))
