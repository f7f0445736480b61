"""The data dictionary: every kind of record and every field of it that the reader may see, its type, rules and owner.

Made from the same declaration as everything else, so it is never out of date. Source: requirements A-06, A-10.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ordinance.acts.house import Call, Force, House
from ordinance.blueprint import Entity, Field
from ordinance.problems import Text


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for some data: the plugin that brings it, and the company's departments that look after that."""

    id: str
    label: Text
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One field of a kind of record. `rules` are its other keys as they stand in the configuration."""

    entity: str
    path: str
    label: Text
    type: str
    wanted: Text
    rules: tuple[tuple[str, str], ...]
    owner: Owner
    help: Text | None = None


async def dictionary(house: House, call: Call) -> list[Term]:
    """Return the terms of every entity the actor may read, in the order of the configuration."""
    force = house.force
    readable = [each for each in force.blueprint.entities.values() if force.rights.may(call.actor, "read", each.id)]
    return [term for entity in readable for term in _terms(force, call, entity)]


def _terms(force: Force, call: Call, entity: Entity) -> Iterator[Term]:
    seen = force.rights.projection(call.actor, entity.id)
    for field in entity.fields.values():
        for path, each in ((field.id, field), *((f"{field.id}.{name}", below) for name, below in field.fields.items())):
            if seen.level(path) != "hidden":
                owner = owner_of(force, entity, each)
                kind = force.types.of(each)
                yield Term(
                    entity.id, path, each.label, each.type, kind.wanted, tuple(_rules(each)), owner, each.help
                )


def owner_of(force: Force, entity: Entity, field: Field | None = None) -> Owner:
    """Return who answers for an entity, or for a field that another plugin adds to it."""
    place = field.place if field is not None else force.blueprint.origin(("entities", entity.id, "label"))
    parts = place.file.split("/") if place is not None else []
    id = parts[1] if len(parts) > 2 and parts[0] == "plugins" else entity.department
    brought = force.blueprint.departments.get(id)
    if brought is None:
        return Owner("", force.blueprint.company.label)
    return Owner(brought.id, brought.label, brought.owners)


def _rules(field: Field) -> Iterator[tuple[str, str]]:
    """Yield what limits a field, key by key."""
    flags: dict[str, Any] = {"required": field.required, "unique": field.unique, "pii": field.pii}
    yield from ((name, "true") for name, value in flags.items() if value)
    plain = ("to", "default", "min", "max", "pattern", "scale", "unit", "currency", "rounding")
    yield from ((name, str(value)) for name in plain if (value := getattr(field, name)) is not None)
    if field.options:
        yield "options", ", ".join(field.options)
    if field.copy_from is not None:
        yield "from", ".".join(field.copy_from)
    conditions = ("formula", "visible_when", "required_when", "readonly_when")
    yield from ((name, value.source) for name in conditions if (value := getattr(field, name)) is not None)
