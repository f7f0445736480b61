"""Records as JSON shows them: decimals as text, references with key and title, only what the actor may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from ordinance.access import Actor, Projection, mask
from ordinance.acts.house import Call, Force
from ordinance.acts.loading import Loader
from ordinance.acts.needs import Tree
from ordinance.acts.outcomes import Done
from ordinance.acts.standing import Standings, status_of
from ordinance.blueprint import Entity, Field
from ordinance.fields import FieldType
from ordinance.process import ProcessState
from ordinance.storage import Work

if TYPE_CHECKING:
    from ordinance.acts.desk import Desk

Record = dict[str, Any]
Encode: TypeAlias = Callable[[Any], Any]
Encoders: TypeAlias = tuple[tuple[str, Encode | None], ...]
Dim: TypeAlias = frozenset[tuple[str, str, str]]
"""Names that an actor sees less of than others do, as entity, field and `masked` or `hidden`."""

_PARTS_MAX = 200
"""Selections of fields that are remembered: which fields are shown is for the caller to say."""

_MADE = "created_at"
"""The one name beside the fields that is shown of every record, and only read where it is wanted."""


async def shown(
    force: Force, work: Work, call: Call, entity: Entity, records: Sequence[Record], seen: Sequence[Projection],
    fields: Iterable[str] = (), loader: Loader | None = None,
) -> list[Record]:  # fmt: skip
    """Return records, JSON-ready and projected.

    Args:
        force: The configuration in force.
        work: The unit of work to look references up in.
        call: Who looks, and in which language.
        entity: The kind of record.
        records: As storage gives them.
        seen: What the actor sees of each.
        fields: Only these fields and what a document says of itself; all, with the day it was made, when empty.
        loader: What has loaded records already in this unit of work.
    """
    titles, encoders = _part(force, entity, frozenset(fields), _dim(force, call.actor, entity))
    loaded = await (loader or Loader(force, work, call)).load(entity, records, titles)
    standings = Standings(force, call.locale) if entity.workflows else None
    made = (_record(record, encoders, standings) for record in loaded)
    return [
        record if project.is_open else project.apply(record) for record, project in zip(made, seen, strict=True)
    ]


def _dim(force: Force, actor: Actor, entity: Entity) -> Dim:
    """Return the names of records referred to that the actor may not read, though it may read these records.

    What is referred to is named even to those who may not open it, so that the document can be understood; but where a
    role has been told not to see a name, no reference gives it away.
    """
    found: list[tuple[str, str, str]] = []
    for target, names in force.once(("named", entity.id), lambda: _named(force, entity)):
        seen = force.rights.projection(actor, target)
        if not seen.is_open and force.rights.may(actor, "read", target):
            found += [(target, name, seen.level(name)) for name in names if not seen.reads(name)]
    return frozenset(found)


def _named(force: Force, entity: Entity) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the entities that are referred to here or in lines, and the fields by which their records are named."""
    fields = [each for field in entity.fields.values() for each in (field, *field.fields.values())]
    targets = dict.fromkeys(force.types.of(each).target(each) or "" for each in fields if not each.fields)
    known = [force.blueprint.entities[id] for id in targets if id in force.blueprint.entities]
    return tuple((each.id, tuple(name for name in (each.key, each.title) if name)) for each in known)


def _part(force: Force, entity: Entity, chosen: frozenset[str], dim: Dim) -> tuple[Tree, Encoders]:
    """Return what must be loaded to show the chosen fields, all if there are none, and how each becomes JSON."""
    parts: dict[tuple[str, frozenset[str], Dim], tuple[Tree, Encoders]] = force.once("shown", dict)
    key = (entity.id, chosen, dim)
    if key not in parts:
        if len(parts) >= _PARTS_MAX:
            parts.clear()
        titles, encoders = _titles(force, entity), (*_encoders(force, entity.fields, dim), (_MADE, _instant))
        if chosen:
            titles = {name: below for name, below in titles.items() if name in chosen}
            encoders = tuple(each for each in encoders if each[0] in chosen)
        parts[key] = (titles, encoders)
    return parts[key]


def _encoders(force: Force, fields: Mapping[str, Field], dim: Dim) -> Encoders:
    """Return how each field becomes JSON, None where it is that already: found out once for every row there will be."""
    return tuple((name, _encoder(force, field, dim)) for name, field in fields.items())


def _encoder(force: Force, field: Field, dim: Dim) -> Encode | None:
    if field.fields:
        inner = _encoders(force, field.fields, dim)
        return lambda rows: [_row(inner, row) for row in rows or ()]
    kind = force.types.of(field)
    target = kind.target(field)
    if target is not None:
        return _reference(force, force.blueprint.entities.get(target), dim)
    if type(kind).to_json is FieldType.to_json:
        return None
    return lambda value: kind.to_json(value, field)


def _titles(force: Force, entity: Entity) -> Tree:
    """Return what must be loaded so that every reference can be named."""
    needed: Tree = {}
    for field in entity.fields.values():
        if field.fields:
            below = {each.id: _naming(force, each) for each in field.fields.values() if _naming(force, each)}
            if below:
                needed[field.id] = below
        elif _naming(force, field):
            needed[field.id] = _naming(force, field)
    return needed


def _naming(force: Force, field: Field) -> Tree:
    target = force.blueprint.entities.get(force.types.of(field).target(field) or "")
    if target is None:
        return {}
    names: Tree = {name: {} for name in (target.key, target.title) if name}
    return names or {"id": {}}


def _record(record: Record, encoders: Encoders, standings: Standings | None) -> Record:
    made: Record = {"id": str(record["id"]), "version": record.get("version", 0)}
    if standings is not None:
        standings.tell(record, made)
    for name, encode in encoders:
        if name in record:
            made[name] = record[name] if encode is None else encode(record[name])
    return made


def _row(encoders: Encoders, row: Mapping[str, Any]) -> Record:
    made: Record = {"id": str(row["id"])} if row.get("id") is not None else {}
    for name, encode in encoders:
        made[name] = row.get(name) if encode is None else encode(row.get(name))
    return made


def _reference(force: Force, target: Entity | None, dim: Dim) -> Encode:
    """Return how a reference is shown: with key and title, so that nobody has to look it up to name it."""
    if target is None:
        return lambda value: None if value is None else {"id": str(_id(value))}
    key_of, title_of = (_text_of(force, target, name, dim) for name in (target.key, target.title))

    def encode(value: Any) -> Record | None:
        if value is None:
            return None
        record = value if isinstance(value, dict) else {"id": value}
        made: Record = {"id": str(record["id"])}
        key, title = key_of(record), title_of(record)
        if key is not None:
            made["key"] = key
        made["title"] = title or record.get("number") or key or ""
        return made

    return encode


def _id(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) else value


def _text_of(force: Force, entity: Entity, name: str | None, dim: Dim) -> Callable[[Record], str | None]:
    """Return how a field of a record is read as text."""
    field = entity.fields.get(name or "")
    if field is None or name is None or (entity.id, name, "hidden") in dim:
        return lambda record: None
    kind = force.types.of(field)
    if (entity.id, name, "masked") in dim:
        return lambda record: mask(None if record.get(name) is None else kind.to_text(record[name], field))

    def text(record: Record) -> str | None:
        value = record.get(name)
        return None if value is None else kind.to_text(value, field)

    return text


def _instant(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def shown_after(desk: Desk, done: Done) -> Done:
    """Return the answer of an act with the record as it stands now, seen with the actor's eyes."""
    entity = desk.force.blueprint.entities.get(done.entity)
    if entity is None or not done.id:
        return done
    held = desk.held.get((done.entity, done.id))
    record: Record | None
    if held is not None:
        record = {**held.stored, **held.record, "state": held.state, "version": held.version, **_standing(held.state)}
    else:
        record = (await desk.force.store.get_many(desk.work, done.entity, [done.id])).get(done.id)
    if record is None:
        return done
    seen = desk.force.rights.projection(desk.call.actor, done.entity)
    (made,) = await shown(desk.force, desk.work, desk.call, entity, [record], [seen], loader=desk.loader)
    waits = tuple(made.get("waits_at") or ())
    return replace(done, record=made, version=int(made["version"]), waits=waits, status=status_of(desk.force, record))


def _standing(state: ProcessState) -> Record:
    waits = state.lane.waits if state.lane is not None else state.waits
    return {"phase": state.phase, "ended": state.ended, "waits_at": " ".join(waits)}
