"""Write a document: its row and lines, its ledger, what it waits for, its event, in one trip where that can be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ordinance.acts import codec
from ordinance.acts.desk import Desk, Held
from ordinance.blueprint import Entity, Field
from ordinance.process import Event, Request, next_tick, reads_clock
from ordinance.storage import NewEvent, NewWait

Record = dict[str, Any]


def flat(entity: Entity, record: Mapping[str, Any]) -> Record:
    """Return a record as it is stored: references as ids, lines as plain rows, nothing that is no field."""
    fields = entity.fields
    kept = {name: value for name, value in record.items() if name in fields or name in _SYSTEM}
    for field in entity.once("nested", lambda: _nested(entity)):
        if field.id in kept:
            kept[field.id] = _flat_value(field, kept[field.id])
    return kept


def _nested(entity: Entity) -> list[Field]:
    """Return the fields whose loaded value is another than the stored one: references and lines."""
    return [each for each in entity.fields.values() if each.fields or each.to is not None]


_SYSTEM = frozenset({"id", "version", "created_at", "created_by", "updated_at", "number", "workflow", "phase"})


def _flat_value(field: Field, value: Any) -> Any:
    if field.fields:
        return [_flat_row(field, row) for row in value or ()]
    return value.get("id") if field.to is not None and isinstance(value, Mapping) else value


def _flat_row(field: Field, row: Mapping[str, Any]) -> Record:
    kept = {"id": row["id"]} if row.get("id") is not None else {}
    for name, each in field.fields.items():
        kept[name] = row.get(name) if each.to is None else _flat_value(each, row.get(name))
    return kept


def with_derived(field: Field, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Return the old rows, with what merely follows (formulas, copies) as it is in the new ones, row by row."""
    derived = [each.id for each in field.fields.values() if each.formula is not None or each.copy_from]
    if len(old) != len(new):
        return [dict(row) for row in old]
    pairs = zip(old, new, strict=True)
    return [{**a, **{name: b[name] for name in derived if name in b}} for a, b in pairs]


async def insert_row(desk: Desk, held: Held, record: Record) -> None:
    """Put the row of a new document into the database before its consequences run: what they add may refer to it."""
    row = {**record, **document_columns(held)}
    await desk.force.store.insert(desk.work, held.entity.id, row, desk.call.now, str(desk.call.actor.id))
    held.stored, held.has_row, held.version = dict(row), True, 1


async def write(desk: Desk, held: Held) -> None:
    """Write the document as it stands, with every event that led there since it was last written.

    The number is taken last of all, when the act closes (`closing`), so that its counter is locked for a moment only.
    """
    changed = {name for name, value in held.record.items() if held.stored.get(name) != value}
    events = [_new_event(desk, held, changed, *each) for each in held.unwritten]
    if held.has_row:
        columns = document_columns(held)
        moved = {name: value for name, value in columns.items() if held.stored.get(name) != value or name == "state"}
        held.version = await desk.force.store.update(
            desk.work, held.entity.id, held.id, {name: held.record[name] for name in changed} | moved,
            desk.call.now, str(desk.call.actor.id),
        )  # fmt: skip
        held.stored = {**held.record, **columns}
    else:
        await insert_row(desk, held, held.record)
    touched = {row.seq for _, event in held.unwritten for row in event.ledger}
    await desk.force.store.record(
        desk.work,
        held.entity.id,
        held.id,
        ledger=[codec.ledger_row(row) for row in held.ledger if row.seq in touched],
        waits=waits_of(desk, held),
        events=events,
        at=desk.call.now,
        fresh=not held.has_waits,
    )
    held.has_waits = True
    held.unwritten.clear()
    held.beyond.clear()


def _new_event(desk: Desk, held: Held, changed: Collection[str], request: Request, event: Event) -> NewEvent:
    patch = flat(held.entity, event.patch)
    changes = {} if event.kind == "create" else _changes(desk, held, changed, event)
    return NewEvent(
        seq=event.seq,
        name=f"{held.workflow.id}.{event.step or event.kind}",
        actor=str(desk.call.actor.id),
        acting_for=event.on_behalf_of,
        revision=event.revision,
        channel=desk.call.channel,
        request=request.id,
        step=event.step,
        reason=event.reason or None,
        body=codec.event_body(replace(event, patch=patch), changes),
    )


def _changes(desk: Desk, held: Held, changed: Collection[str], event: Event) -> dict[str, list[Any]]:
    """Return what an act changed in the fields of a document, JSON-ready: by field, what it was and what it is."""
    if event is not held.unwritten[-1][1]:
        return {}
    found = dict(held.beyond)
    for name, field in held.entity.fields.items() if held.stored else ():
        if name in changed:
            old, new = (plain_value(desk, field, each) for each in (held.stored.get(name), held.record[name]))
            found |= {name: [old, new]} if old != new else {}
    return found


def plain_value(desk: Desk, field: Field, value: Any) -> Any:
    """Return a stored value as JSON has it, lines by row."""
    if field.fields:
        return [
            {name: plain_value(desk, each, row.get(name)) for name, each in field.fields.items()} for row in value or ()
        ]
    return desk.force.types.of(field).to_json(_flat_value(field, value), field)


def document_columns(held: Held) -> Record:
    """Return the columns that say where a document stands."""
    state = held.state
    waits = state.lane.waits if state.lane is not None else state.waits
    return {
        "workflow": held.workflow.id,
        "revision": state.revision,
        "phase": state.phase,
        "ended": state.ended,
        "waits_at": " ".join(waits),
        "state": codec.state_text(state),
    }


def waits_of(desk: Desk, held: Held) -> list[NewWait]:
    """Return a row for each step that waits for somebody, with when it is due and when its next timer comes."""
    state = held.state
    if state.phase in ("complete", "cancelled"):
        return []
    calendar = desk.force.blueprint.company.calendar
    timer = next_tick(held.workflow, state, calendar)
    if reads_clock(held.workflow, state):
        tomorrow = codec.next_midnight(desk.call.now, calendar.zone)
        timer = min(timer, tomorrow) if timer is not None else tomorrow
    lane = state.lane.id if state.lane is not None else ""
    waits = state.lane.waits if state.lane is not None else state.waits
    return [
        NewWait(
            workflow=held.workflow.id,
            lane=lane,
            step=step,
            since=state.arrived.get(step, desk.call.now),
            due_at=state.due.get(step),
            timer_at=_earliest(timer, state.due.get(step), desk.call.now),
            taken=state.taken.get(step),
            assigned=state.assigned.get(step),
            set_aside=state.set_aside is not None,
        )
        for step in waits
    ]


def _earliest(timer: Any, due: Any, now: Any) -> Any:
    """Return when the due-worker should look: at the next timer, or when the step becomes overdue."""
    moments = [each for each in (timer, due if due is not None and due > now else None) if each is not None]
    return min(moments, default=None)
