"""Codes made by a company's own rule: the pattern that stands as the default of a text (`"P-{category}-{n:04}"`).

A code that is given is kept; a new record without one gets the next that is free. Source: requirement A-13.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance.acts.desk import Desk
from ordinance.acts.guarding import blank
from ordinance.acts.needs import Tree
from ordinance.blueprint import Entity, Field
from ordinance.fields import Reasons
from ordinance.problems import Reason, reason

Record = dict[str, Any]


async def coded(desk: Desk, entity: Entity, record: Mapping[str, Any]) -> tuple[Record, tuple[Reason, ...]]:
    """Return the codes a new record still wants, and what is wrong if its rule cannot make them.

    Args:
        desk: The act; the counters are held until it ends.
        entity: The kind of record.
        record: The new record as it would be: references by id or loaded.
    """
    made: Record = {}
    faults: list[Reason] = []
    for field in entity.fields.values():
        if field.series is None or not blank(record.get(field.id)):
            continue
        parts = await _parts(desk, entity, field.series, {**record, **made})
        lacking = [name for name, text in parts.items() if not text]
        faults += [reason("required", f"/{name}", label=entity.fields[name].label) for name in lacking]
        if not lacking:
            found = await _next(desk, entity, field, parts)
            faults += found if isinstance(found, Reasons) else ()
            made |= {} if isinstance(found, Reasons) else {field.id: found}
    return made, tuple(faults)


async def _next(desk: Desk, entity: Entity, field: Field, parts: Mapping[str, str]) -> str | Reasons:
    assert field.series is not None
    zone = desk.force.blueprint.company.calendar.zone
    day = desk.call.now.astimezone(zone).date()
    code = await desk.force.store.take_code(desk.work, entity.id, field.id, field.series, parts, day)
    fits: str | Reasons = desk.force.types.of(field).parse(code, field, desk.call.locale)
    return fits.below(field.id) if isinstance(fits, Reasons) else fits


async def _parts(desk: Desk, entity: Entity, pattern: str, record: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that a rule names, as text: of a reference its key."""
    entities, types = desk.force.blueprint.entities, desk.force.types
    named = [field for name, field in entity.fields.items() if f"{{{name}}}" in pattern]
    targets = {field.id: entities[field.to] for field in named if field.to is not None and field.to in entities}
    keys = {name: target.key for name, target in targets.items()}
    needed: Tree = {name: {key: {}} for name, key in keys.items() if key is not None}
    flat = {field.id: _id(record.get(field.id)) for field in named}
    (known,) = await desk.loader.load(entity, [{"id": 0, **flat}], needed)
    return {
        field.id: str(_at(known[field.id], keys[field.id]) or "")
        if field.id in keys
        else types.of(field).to_text(known[field.id], field, desk.call.locale)
        for field in named
    }


def _id(value: Any) -> Any:
    return value.get("id") if isinstance(value, Mapping) else value


def _at(value: Any, key: str | None) -> Any:
    return value.get(key or "id") if isinstance(value, Mapping) else value
