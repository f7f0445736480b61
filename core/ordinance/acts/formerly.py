"""Old events under present names: what they say changed, by the names that fields and options have now.

What is written stays as it was written; only what is read out of it is called by the names of today. Source: engine M1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ordinance.acts.desk import Desk
from ordinance.blueprint import Entity, Renames

Record = dict[str, Any]


async def in_present_names(desk: Desk, entity: Entity, rows: Iterable[Record]) -> list[Record]:
    """Return events whose bodies, read already, name the fields of a record as they are called now.

    Args:
        desk: The act.
        entity: The record's entity.
        rows: The events.
    """
    known: dict[str, Renames] = {}
    told = []
    for row in rows:
        revision = row["revision"]
        if revision not in known:
            known[revision] = await desk.force.past.renames(desk.work, desk.force.store, revision)
        told.append(_told(row, entity, known[revision]) if known[revision] else row)
    return told


def _told(row: Record, entity: Entity, names: Renames) -> Record:
    body, former = row["body"], names.back()
    is_of_document = isinstance(body, Mapping) and "settled" in body and "state" in body
    pairs: Mapping[str, Any] = (body.get("changes") or {}) if is_of_document else body
    changed: dict[str, Any] = {}
    for name, pair in pairs.items():
        head, dot, below = name.partition(".")
        owner = former.owner(entity.id)
        field = entity.fields.get(names.field(owner, head))
        if dot and field is not None:
            owner = former.owner(field.to or entity.id)
        now = names.field(owner, below or head)
        changed[f"{names.field(former.owner(entity.id), head)}.{now}" if dot else now] = [
            _value(names, owner, below or head, each) for each in pair
        ]  # fmt: skip
    return {**row, "body": {**body, "changes": changed} if is_of_document else changed}


def _value(names: Renames, owner: str, name: str, value: Any) -> Any:
    """Return a value whose options, and the names in whose rows, are those of today."""
    if isinstance(value, str):
        return names.option(owner, name, value)
    if isinstance(value, list):
        return [_row(names, f"{owner}.{name}", each) if isinstance(each, Mapping) else _value(names, owner, name, each)
                for each in value]  # fmt: skip
    return value


def _row(names: Renames, owner: str, row: Mapping[str, Any]) -> Record:
    return {names.field(owner, name): _value(names, owner, name, each) for name, each in row.items()}
