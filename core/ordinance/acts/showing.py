"""Records as JSON shows them: decimals as text, references with key and title, only what the actor may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from ordinance.access import Projection
from ordinance.acts import codec
from ordinance.acts.house import Call, Force
from ordinance.acts.loading import Loader
from ordinance.acts.needs import Tree
from ordinance.acts.outcomes import Done
from ordinance.blueprint import Entity, Field
from ordinance.fields import FieldType
from ordinance.problems import Text
from ordinance.process import ProcessState, Workflow, stage, status
from ordinance.process.status import Standing
from ordinance.storage import Work

if TYPE_CHECKING:
    from ordinance.acts.desk import Desk

Record = dict[str, Any]
Encode: TypeAlias = Callable[[Any], Any]
Encoders: TypeAlias = tuple[tuple[str, Encode | None], ...]

SUPERSEDED = "superseded"
"""How a version ended whose successor is in force."""

SUPERSEDED_WORDS = Text("已有新版本", "Superseded by a new version")


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
        fields: Only these fields and the names of the kernel; all when empty.
        loader: What has loaded records already in this unit of work.
    """
    titles, encoders = force.once(
        ("shown", entity.id), lambda: (_titles(force, entity), _encoders(force, entity.fields))
    )
    chosen = frozenset(fields)
    if chosen:
        titles = {name: below for name, below in titles.items() if name in chosen}
        encoders = tuple(each for each in encoders if each[0] in chosen)
    loaded = await (loader or Loader(force, work, call)).load(entity, records, titles)
    return [
        project.apply(_record(force, call, entity, record, encoders))
        for record, project in zip(loaded, seen, strict=True)
    ]


def _encoders(force: Force, fields: Mapping[str, Field]) -> Encoders:
    """Return how each field becomes JSON, None where it is that already: found out once for every row there will be."""
    return tuple((name, _encoder(force, field)) for name, field in fields.items())


def _encoder(force: Force, field: Field) -> Encode | None:
    if field.fields:
        inner = _encoders(force, field.fields)
        return lambda rows: [_row(inner, row) for row in rows or ()]
    kind = force.types.of(field)
    target = kind.target(field)
    if target is not None:
        return _reference(force, force.blueprint.entities.get(target))
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


def _record(force: Force, call: Call, entity: Entity, record: Record, encoders: Encoders) -> Record:
    made: Record = {"id": str(record["id"]), "version": record.get("version", 0)}
    if entity.workflows:
        made |= document_names(force, call, record)
    for name, encode in encoders:
        if name in record:
            made[name] = record[name] if encode is None else encode(record[name])
    if isinstance(record.get("created_at"), datetime):
        made["created_at"] = _instant(record["created_at"])
    return made


def document_names(force: Force, call: Call, record: Mapping[str, Any]) -> Record:
    """Return what a document says of itself beside its fields: number, workflow, where it waits, its status."""
    made: Record = {}
    words: Text | None = None
    workflow, state = force.workflow_of(record), record.get("state")
    if workflow is not None and state is not None:
        standing = codec.glance_of(state)
        words = _words(workflow, standing, record)
        reached = stage(workflow, standing) if workflow.stages else None
        if reached is not None:
            made = {"stage": reached.id, "stage_label": reached.label.in_(call.locale)}
    made["number"] = record.get("number")
    made["workflow"] = record.get("workflow")
    made["phase"] = record.get("phase")
    made["ended"] = record.get("ended")
    made["waits_at"] = (record.get("waits_at") or "").split()
    made["status"] = words.in_(call.locale) if words else ""
    return made


def status_of(force: Force, record: Mapping[str, Any]) -> Text | None:
    """Return the status of a stored document in words, or None if it is no document."""
    workflow, state = force.workflow_of(record), record.get("state")
    if workflow is None or state is None:
        return None
    return _words(workflow, codec.glance_of(state), record)


def _words(workflow: Workflow, standing: Standing, record: Mapping[str, Any]) -> Text:
    return SUPERSEDED_WORDS if record.get("ended") == SUPERSEDED else status(workflow, standing)


def _row(encoders: Encoders, row: Mapping[str, Any]) -> Record:
    made: Record = {"id": str(row["id"])} if row.get("id") is not None else {}
    for name, encode in encoders:
        made[name] = row.get(name) if encode is None else encode(row.get(name))
    return made


def _reference(force: Force, target: Entity | None) -> Encode:
    """Return how a reference is shown: with key and title, so that nobody has to look it up to name it."""
    if target is None:
        return lambda value: None if value is None else {"id": str(_id(value))}
    key_of, title_of = _text_of(force, target, target.key), _text_of(force, target, target.title)

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


def _text_of(force: Force, entity: Entity, name: str | None) -> Callable[[Record], str | None]:
    """Return how a field of a record is read as text."""
    field = entity.fields.get(name or "")
    if field is None or name is None:
        return lambda record: None
    kind = force.types.of(field)

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
