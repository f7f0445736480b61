"""Records as JSON shows them: decimals as text, references with key and title, only what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ordinance.access import Projection
from ordinance.acts import codec
from ordinance.acts.house import Call, Force
from ordinance.acts.loading import Loader
from ordinance.acts.needs import Tree
from ordinance.acts.outcomes import Done
from ordinance.blueprint import Entity, Field
from ordinance.problems import Text
from ordinance.process import ProcessState, stage, status
from ordinance.process.model import Stage
from ordinance.storage import Work

if TYPE_CHECKING:
    from ordinance.acts.desk import Desk

Record = dict[str, Any]

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
    wanted = set(fields) or set(entity.fields)
    titles = force.once(("titles", entity.id, frozenset(wanted)), lambda: _titles(force, entity, wanted))
    loaded = await (loader or Loader(force, work, call)).load(entity, records, titles)
    return [
        project.apply(_record(force, call, entity, record, wanted))
        for record, project in zip(loaded, seen, strict=True)
    ]


def _titles(force: Force, entity: Entity, wanted: set[str]) -> Tree:
    """Return what must be loaded so that every reference can be named."""
    needed: Tree = {}
    for field in entity.fields.values():
        if field.id not in wanted:
            continue
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


def _record(force: Force, call: Call, entity: Entity, record: Record, wanted: set[str]) -> Record:
    made: Record = {"id": str(record["id"]), "version": record.get("version", 0)}
    if entity.workflows:
        made |= document_names(force, call, record)
    for field in entity.fields.values():
        if field.id in wanted and field.id in record:
            made[field.id] = _value(force, field, record[field.id])
    for name in ("created_at",):
        if isinstance(record.get(name), datetime):
            made[name] = _instant(record[name])
    return made


def document_names(force: Force, call: Call, record: Mapping[str, Any]) -> Record:
    """Return what a document says of itself beside its fields: number, workflow, where it waits, its status."""
    words = status_of(force, record)
    reached = stage_of(force, record)
    staged = {} if reached is None else {"stage": reached.id, "stage_label": reached.label.in_(call.locale)}
    return staged | {
        "number": record.get("number"),
        "workflow": record.get("workflow"),
        "phase": record.get("phase"),
        "ended": record.get("ended"),
        "waits_at": (record.get("waits_at") or "").split(),
        "status": words.in_(call.locale) if words else "",
    }


def stage_of(force: Force, record: Mapping[str, Any]) -> Stage | None:
    """Return the stage that a stored document has reached, if its workflow has stages."""
    workflow = force.blueprint.workflows.get(record.get("workflow") or "")
    state = record.get("state")
    if workflow is None or state is None or not workflow.stages:
        return None
    return stage(workflow, state if isinstance(state, ProcessState) else codec.state_of(state))


def status_of(force: Force, record: Mapping[str, Any]) -> Text | None:
    """Return the status of a stored document in words, or None if it is no document."""
    workflow = force.blueprint.workflows.get(record.get("workflow") or "")
    state = record.get("state")
    if workflow is None or state is None:
        return None
    if record.get("ended") == SUPERSEDED:
        return SUPERSEDED_WORDS
    return status(workflow, state if isinstance(state, ProcessState) else codec.state_of(state))


def _value(force: Force, field: Field, value: Any) -> Any:
    if field.fields:
        return [_row(force, field, row) for row in value or ()]
    if force.types.of(field).target(field) is not None:
        return _reference(force, field, value)
    return force.types.of(field).to_json(value, field)


def _row(force: Force, field: Field, row: Mapping[str, Any]) -> Record:
    made: Record = {"id": str(row["id"])} if row.get("id") is not None else {}
    for name, each in field.fields.items():
        made[name] = _value(force, each, row.get(name))
    return made


def _reference(force: Force, field: Field, value: Any) -> Any:
    """Return a reference with its key and its title, so that nobody has to look it up to name it."""
    if value is None:
        return None
    record = value if isinstance(value, Mapping) else {"id": value}
    target = force.blueprint.entities.get(field.to or "")
    made: Record = {"id": str(record["id"])}
    if target is not None:
        key = _plain(force, target, target.key, record)
        title = _plain(force, target, target.title, record) or record.get("number")
        if key is not None:
            made["key"] = key
        made["title"] = title or key or record.get("number") or ""
    return made


def _plain(force: Force, entity: Entity, name: str | None, record: Mapping[str, Any]) -> str | None:
    field = entity.fields.get(name or "")
    if field is None or name is None or record.get(name) is None:
        return None
    return force.types.of(field).to_text(record[name], field)


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
