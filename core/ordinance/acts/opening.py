"""What a document begins with that nobody types: it refers to what opened it, and copies from it.

Source: language.md §3 (`opens`): the row or document that opens it fills the field that refers to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance.acts.desk import Desk
from ordinance.acts.needs import joined, of_expressions
from ordinance.acts.writing import flat
from ordinance.blueprint import Entity, Field
from ordinance.expressions import UnknownValue
from ordinance.process import Workflow
from ordinance.process.model import Opening

Record = dict[str, Any]


async def born(
    desk: Desk, workflow: Workflow, opening: Opening, entity: str, source: Mapping[str, Any], event: Mapping[str, Any]
) -> Record | None:
    """Return the first values of a document that an event or the calendar opens, or None if it is not meant.

    Args:
        desk: The act.
        workflow: The workflow it takes.
        opening: The way in.
        entity: What kind of record opens it; empty if none does.
        source: That record, as stored.
        event: What the event carries.
    """
    target = desk.force.blueprint.entities[workflow.entity]
    refers = opening.source[0] if opening.source else refers_to(workflow, target, entity)
    first: Record = {refers: source["id"]} if refers is not None and source else {}
    known: Mapping[str, Any] = {**first, "id": 0}
    owner = target
    if opening.each is not None:
        owner, known = desk.force.blueprint.entities[entity], source
    needed = joined(of_expressions([opening.when]), of_expressions(opening.values.values()))
    (loaded,) = await desk.loader.load(owner, [dict(known)], needed)
    env = desk.call.env(desk.force, loaded, event=dict(event))
    try:
        if opening.when is not None and opening.when.evaluate(env) is not True:
            return None
        given = {name: each.evaluate(env) for name, each in opening.values.items()}
    except UnknownValue:
        return None
    copied = copied_from(target, desk.force.blueprint.entities.get(entity), source, opening.copy)
    return flat(target, {**copied, **first, **given})


def refers_to(workflow: Workflow, target: Entity, entity: str) -> str | None:
    """Return the field of a new document that refers to what opens it: the one in `from`, else the first that can."""
    sources = [each.source[0] for each in workflow.openings if each.source]
    names = [*sources, *target.fields]
    return next((name for name in names if entity and name in target.fields and target.fields[name].to == entity), None)


def copied_from(target: Entity, origin: Entity | None, source: Mapping[str, Any], names: tuple[str, ...]) -> Record:
    """Return the fields that a new document takes over from the one it is opened from, as stored values."""
    found: Record = {}
    for name in names:
        field = target.fields.get(name)
        if field is not None and origin is not None and name in origin.fields and source.get(name) is not None:
            found[name] = _rows(field, source[name]) if field.fields else source[name]
    return found


def _rows(field: Field, rows: Any) -> list[Record]:
    return [{name: row.get(name) for name in field.fields if row.get(name) is not None} for row in rows]


async def taken_over(desk: Desk, workflow: Workflow, parsed: Mapping[str, Any]) -> Record:
    """Return what a document that somebody opens from another takes over from it."""
    entity = desk.force.blueprint.entities[workflow.entity]
    for opening in workflow.openings:
        field = entity.fields.get(opening.source[0]) if opening.source else None
        id = parsed.get(field.id) if field is not None else None
        if field is None or field.to is None or id is None or not opening.copy:
            continue
        source = (await desk.force.store.get_many(desk.work, field.to, [id])).get(id, {})
        return copied_from(entity, desk.force.blueprint.entities.get(field.to), source, opening.copy)
    return {}
