"""Values that come in: parsed by their types, references looked up, what may not be written refused, all at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ordinance.access import Projection
from ordinance.acts.filed import with_files
from ordinance.acts.house import Call, Force
from ordinance.acts.loading import Loader
from ordinance.acts.versions import VERSION_OF, has_versions, is_current
from ordinance.blueprint import Entity, Field
from ordinance.fields import Key, parse_values
from ordinance.problems import Reason, Text, reason
from ordinance.storage import Work

Record = dict[str, Any]


async def incoming(
    force: Force, work: Work, call: Call, entity: Entity, values: Mapping[str, Any], seen: Projection,
    before: Mapping[str, Any] | None = None,
) -> tuple[Record, tuple[Reason, ...]]:  # fmt: skip
    """Return the Python values of what was sent and every fault, each with a JSON pointer.

    Args:
        force: The configuration in force.
        work: The unit of work in which references are looked up.
        call: Who sends it.
        entity: The kind of record.
        values: JSON-like values by field.
        seen: What the actor sees of the record; a field it does not see is unknown to it, one it only reads refused.
        before: The record as it is; a confirmation that is sent back unchanged keeps who gave it.
    """
    hidden = {name for name in entity.fields if seen.level(name) == "hidden"}
    fields = {name: field for name, field in entity.fields.items() if name not in hidden}
    parsed, reasons = parse_values(force.types, fields, values, call.locale)
    faults = list(reasons)
    faults += _unwritable(entity, parsed, seen)
    faults += await _resolve(force, work, call, entity.fields, parsed)
    for field in entity.fields.values():
        if field.fields and isinstance(parsed.get(field.id), list):
            faults += await _resolve_rows(force, work, call, field, parsed[field.id])
    faults += await with_files(force, work, call, entity, parsed, before)
    actor = str(call.actor.id)
    for name in parsed:
        parsed[name] = force.types.of(fields[name]).complete(
            parsed[name], fields[name], actor, call.now, (before or {}).get(name)
        )
    return parsed, tuple(faults)


def _unwritable(entity: Entity, parsed: Mapping[str, Any], seen: Projection) -> Iterable[Reason]:
    for name, value in parsed.items():
        field = entity.fields[name]
        if field.formula is not None or not seen.writes(name) or (name == VERSION_OF and has_versions(entity)):
            yield reason("read_only", f"/{name}", label=field.label)
        elif field.fields:
            for position, row in enumerate(value or ()):
                for key in row:
                    inner = field.fields.get(key)
                    if inner is not None and (inner.formula is not None or not seen.writes(f"{name}.{key}")):
                        yield reason("read_only", f"/{name}/{position}/{key}", label=inner.label)


async def _resolve(
    force: Force, work: Work, call: Call, fields: Mapping[str, Field], record: Record, pointer: str = ""
) -> list[Reason]:
    return await _resolve_all(force, work, call, fields, [(pointer, record)])


async def _resolve_rows(force: Force, work: Work, call: Call, field: Field, rows: list[Record]) -> list[Reason]:
    return await _resolve_all(
        force, work, call, field.fields, [(f"/{field.id}/{n}", row) for n, row in enumerate(rows)]
    )


async def _resolve_all(
    force: Force, work: Work, call: Call, fields: Mapping[str, Field], records: list[tuple[str, Record]]
) -> list[Reason]:
    """Look up every reference of some records together: one query per field for ids, one for keys."""
    faults: list[Reason] = []
    for field in fields.values():
        if field.to is None:
            continue
        holders = [(pointer, record) for pointer, record in records if record.get(field.id) is not None]
        if holders:
            faults += await _look_up(force, work, call, field, holders)
    return faults


async def _look_up(
    force: Force, work: Work, call: Call, field: Field, holders: list[tuple[str, Record]]
) -> list[Reason]:
    assert field.to is not None
    target = force.blueprint.entities.get(field.to)
    label = target.label if target is not None else Text.of(field.to)
    keys = {value.text for _, record in holders if isinstance(value := record[field.id], Key)}
    ids = {value for _, record in holders if isinstance(value := record[field.id], int)}
    by_key = await force.store.ids_by_key(work, field.to, keys) if keys and target is not None else {}
    if target is not None and has_versions(target):
        by_key = await _in_force(force, work, target, by_key)
    there = await force.store.existing(work, field.to, ids) if ids and target is not None else set()
    if target is not None:
        there = await _reachable(force, work, call, target, there)
        known = {id for each in by_key.values() for id in each}
        seen = await _reachable(force, work, call, target, known)
        by_key = {key: tuple(id for id in each if id in seen) for key, each in by_key.items()}
    faults = []
    for pointer, record in holders:
        value = record[field.id]
        where = f"{pointer}/{field.id}"
        found = by_key.get(value.text, ()) if isinstance(value, Key) else ((value,) if value in there else ())
        if len(found) == 1:
            record[field.id] = found[0]
        else:
            code = "ambiguous" if found else "bad_reference"
            faults.append(reason(code, where, entity=label, got=value.text if isinstance(value, Key) else str(value)))
            record[field.id] = None
    return faults


async def _in_force(
    force: Force, work: Work, target: Entity, by_key: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[int, ...]]:
    """Return the ids that keys stand for, of several versions only the one in force."""
    found = await force.store.get_many(work, target.id, {id for each in by_key.values() for id in each}, lines=False)
    return {key: tuple(id for id in ids if is_current(found[id])) for key, ids in by_key.items()}


async def _reachable(force: Force, work: Work, call: Call, target: Entity, ids: Collection[int]) -> set[int]:
    """Return which records the actor may point at: whoever may refer to a record must be able to find it.

    The company's own people may name what they have no right to read; a customer may name nothing but what it sees,
    and the record it belongs to.
    """
    rows = force.rights.rows(call.actor, target.id, "read")
    if not ids or rows.all or (rows.none and not call.actor.portal):
        return set(ids)
    own = {call.actor.of[1]} if call.actor.of is not None and call.actor.of[0] == target.id else set()
    records = list((await force.store.get_many(work, target.id, ids, lines=False)).values())
    loaded = await Loader(force, work, call).for_rules(target, records, rows.reads)
    return {each["id"] for each in loaded if rows.admits(each, call.env(force, each))} | (own & set(ids))


def merged_lines(entity: Entity, record: Mapping[str, Any], values: Record) -> Record:
    """Return the values with each row of lines completed from the row it is, by id or, without ids, by position.

    A partial row (`{received: 2}`) keeps what it does not name; rows that are not sent are taken away, unless no row
    that was sent has an id and there are as many as before (a form that asks one column).
    """
    completed = dict(values)
    for field in entity.fields.values():
        if not field.fields or field.id not in values:
            continue
        rows = list(record.get(field.id) or ())
        by_id = {row.get("id"): row for row in rows}
        sent = values[field.id] or []
        by_position = len(sent) == len(rows) and not any("id" in row for row in sent)
        completed[field.id] = [
            {**(rows[n] if by_position else by_id.get(row.get("id"), {})), **row} for n, row in enumerate(sent)
        ]
    return completed
