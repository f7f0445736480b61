"""Files that stand in fields of a record: who may put one there, and that it then belongs to the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ordinance.acts.desk import Desk
from ordinance.acts.house import Call, Force
from ordinance.acts.kinds import Kind
from ordinance.acts.outcomes import Done
from ordinance.blueprint import Entity, Field
from ordinance.problems import Reason, reason
from ordinance.storage import Work

Record = dict[str, Any]


def file_fields(force: Force, entity: Entity) -> tuple[tuple[Field, ...], tuple[tuple[str, tuple[Field, ...]], ...]]:
    """Return the fields of an entity that hold files, and those of each of its lines."""

    def among(fields: Iterable[Field]) -> tuple[Field, ...]:
        return tuple(each for each in fields if not each.fields and force.types.of(each).holds_files)

    def found() -> tuple[tuple[Field, ...], tuple[tuple[str, tuple[Field, ...]], ...]]:
        lines = [(each.id, among(each.fields.values())) for each in entity.fields.values() if each.fields]
        return among(entity.fields.values()), tuple(each for each in lines if each[1])

    return force.once(("file_fields", entity.id), found)


def held_by(force: Force, entity: Entity, record: Mapping[str, Any]) -> dict[int, tuple[str, Field]]:
    """Return the files that stand in fields of a record, each with the path of its field."""
    own, lines = file_fields(force, entity)
    found = {
        id: (each.id, each) for each in own for id in force.types.of(each).files(record.get(each.id))
    }  # fmt: skip
    for name, fields in lines:
        for row in record.get(name) or ():
            for each in fields:
                found |= dict.fromkeys(force.types.of(each).files(row.get(each.id)), (f"{name}.{each.id}", each))
    return found


async def with_files(
    force: Force, work: Work, call: Call, entity: Entity, parsed: Record, before: Mapping[str, Any] | None
) -> list[Reason]:
    """Put what is known of files into values that came in, and return a fault for each that may not be used.

    A file may be put into a field by who sent it, until it belongs to a record; then it is that record's.
    """
    spots = list(_spots(force, entity, parsed))
    ids = {id for _, field, holder in spots for id in force.types.of(field).files(holder[field.id])}
    if not ids:
        return []
    known = await force.store.attachments.get_many(work, ids)
    kept = held_by(force, entity, before) if before is not None else {}
    faults = []
    for pointer, field, holder in spots:
        kind = force.types.of(field)
        for id in kind.files(holder[field.id]):
            row = known.get(id)
            if row is None or not (id in kept or _usable(call, entity, row, before)):
                faults.append(reason("no_such_file", pointer))
            elif kind.pictures_only and not Kind.of(row["media_type"]).picture:
                faults.append(reason("not_a_picture", pointer, name=row["name"]))
        holder[field.id] = kind.with_files(holder[field.id], known)
    return faults


def _spots(force: Force, entity: Entity, record: Record) -> Iterable[tuple[str, Field, Record]]:
    own, lines = file_fields(force, entity)
    for each in own:
        if record.get(each.id) is not None:
            yield f"/{each.id}", each, record
    for name, fields in lines:
        for position, row in enumerate(record.get(name) or ()):
            for each in fields:
                if row.get(each.id) is not None:
                    yield f"/{name}/{position}/{each.id}", each, row


def _usable(call: Call, entity: Entity, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    if row["removed_at"] is not None:
        return False
    if row["document"] is None:
        return row["created_by"] == str(call.actor.id) or call.channel == "system"
    return before is not None and (row["entity"], row["document"]) == (entity.id, before.get("id"))


async def adopt(desk: Desk, done: Done) -> None:
    """Make the files in the fields of a record that was written its own, so that who reads it may read them."""
    entity = desk.force.blueprint.entities.get(done.entity)
    if entity is None or not done.id or not any(file_fields(desk.force, entity)):
        return
    held = desk.held.get((done.entity, done.id))
    record = held.record if held is not None else desk.work.locked.get((done.entity, done.id))
    spots = held_by(desk.force, entity, record or {})
    if not spots:
        return
    known = await desk.force.store.attachments.get_many(desk.work, spots)
    fresh = {
        id: path for id, (path, _) in spots.items()
        if id in known and (known[id]["document"] in (None, done.id)) and known[id]["field"] != path
    }  # fmt: skip
    await desk.force.store.attachments.attach(desk.work, fresh, done.entity, done.id, fresh)
