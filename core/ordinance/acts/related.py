"""What a record came from and what came of it: the documents it refers to, and those that refer to it.

Only what the reader may see: the field that refers, the other record, and the kind of record it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ordinance.access import Projection
from ordinance.acts.beside import looked, seen
from ordinance.acts.desk import Desk
from ordinance.acts.house import Call, Force, House
from ordinance.acts.inbox import title_of
from ordinance.acts.outcomes import Refused
from ordinance.acts.rules import fragments
from ordinance.acts.seeing import projection_of
from ordinance.acts.standing import status_of
from ordinance.acts.versions import current_only
from ordinance.blueprint import Entity, Field
from ordinance.problems import Text
from ordinance.storage import Condition, Select

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kin:
    """A record that is related to another: what it is called, and how it stands if it is a document."""

    entity: str
    id: int
    name: str
    status: Text | None = None
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Records of one kind that are related to another by one field.

    Attributes:
        label: What they are to it: the field that refers, or the kind of record.
        entity: The kind of record.
        field: The field that refers here; empty where the record itself refers.
        items: The newest of them.
        more: Whether there are others.
    """

    label: Text
    entity: str
    field: str
    items: tuple[Kin, ...]
    more: bool = False


async def related(house: House, call: Call, entity: str, id: int, *, limit: int = 5) -> list[Relation] | Refused:
    """Return what a record came from, then what came of it; nothing where the reader sees none.

    Args:
        house: The site.
        call: Who looks.
        entity: The kind of record.
        id: The record.
        limit: How many of one kind at most.
    """

    async def body(desk: Desk) -> list[Relation]:
        declared, record, projection = await seen(desk, entity, id)
        found = await _origins(desk, declared, record, projection)
        for other, field in _referring(desk.force, declared):
            relation = await _successors(desk, declared, id, other, field, limit)
            found += [relation] if relation is not None else []
        return found

    return await looked(house, call, body)


async def _origins(desk: Desk, entity: Entity, record: Record, projection: Projection) -> list[Relation]:
    """Return the documents that a record refers to."""
    found = []
    for field in entity.fields.values():
        target = desk.force.blueprint.entities.get(desk.force.types.of(field).target(field) or "")
        value = record.get(field.id)
        if target is None or not target.workflows or not isinstance(value, int) or not projection.reads(field.id):
            continue
        other = (await desk.force.store.get_many(desk.work, target.id, [value], lines=False)).get(value)
        kin = await _kin(desk, target, other) if other is not None else None
        if kin is not None:
            found.append(Relation(field.label, target.id, "", (kin,)))
    return found


def _referring(force: Force, entity: Entity) -> tuple[tuple[Entity, Field], ...]:
    """Return the fields of documents and other records that refer to an entity, documents first."""

    def found() -> tuple[tuple[Entity, Field], ...]:
        pairs = [
            (other, field)
            for other in force.blueprint.entities.values()
            for field in other.fields.values()
            if not field.fields and force.types.of(field).target(field) == entity.id and (other.workflows or field.back)
        ]
        return tuple(sorted(pairs, key=lambda pair: not pair[0].workflows))

    return force.once(("referring", entity.id), found)


async def _successors(desk: Desk, entity: Entity, id: int, other: Entity, field: Field, limit: int) -> Relation | None:
    force, call = desk.force, desk.call
    rights = force.rights
    if not rights.may(call.actor, "read", other.id) or not rights.projection(call.actor, other.id).reads(field.id):
        return None
    rows = rights.rows(call.actor, other.id, "read", reading=[field.id])
    select = Select(
        where=(Condition((field.id,), "eq", id),),
        any_of=current_only(other, fragments(force, call, other, rows)),
        sort=((("id",), True),),
        limit=limit,
    )
    page = await force.store.records[other.id].query(desk.work, select)
    found = [kin for each in page.items if (kin := await _kin(desk, other, each)) is not None]
    if not found:
        return None
    several = sum(each is other for each, _ in _referring(force, entity)) > 1
    label = (
        Text(f"{other.label.zh}（{field.label.zh}）", f"{other.label.en} ({field.label.en})")
        if several
        else other.label
    )
    return Relation(label, other.id, field.id, tuple(found), page.next is not None)


async def _kin(desk: Desk, entity: Entity, record: Record) -> Kin | None:
    projection = await projection_of(desk, entity, record)
    if projection is None:
        return None
    number = record.get("number") or ""
    name = number if entity.workflows and number else await title_of(desk, entity, record, projection)
    key = entity.fields.get(entity.key or "")
    if not name and key is not None and projection.reads(key.id):
        name = str(record.get(key.id) or "")
    return Kin(
        entity.id, record["id"], name or entity.label.in_(desk.call.locale), status_of(desk.force, record),
        record.get("phase") or "",
    )  # fmt: skip
