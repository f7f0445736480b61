"""What a name may mean where an expression stands, handed in by whoever knows the entities."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ordinance.expressions.kinds import Type

RESERVED = frozenset({"user", "new", "event", "parent"})
"""Names that a field cannot have, because they begin a path of their own."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a department registers: the types it takes, the type it gives."""

    parameters: tuple[Type, ...]
    returns: Type


class TypeScope(Protocol):
    """The names of all entities. Rows of lines are an entity called `<entity>.<field>`."""

    def fields(self, entity: str) -> Mapping[str, Type] | None:
        """Return the fields of an entity, or None if it is not known (then every name is allowed)."""

    def values(self, entity: str) -> Mapping[str, Type]:
        """Return the read-only names that departments and the engine compute (`short`, `done`, `created_at`)."""

    def functions(self) -> Mapping[str, Function]:
        """Return the functions that departments register."""

    def steps(self, entity: str) -> Collection[str] | None:
        """Return the steps that a document of that entity can have passed, or None if that is not known."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A `TypeScope` made of plain maps."""

    entities: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    computed: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    registered: Mapping[str, Function] = field(default_factory=dict)
    gates: Mapping[str, Collection[str]] = field(default_factory=dict)

    def fields(self, entity: str) -> Mapping[str, Type] | None:
        """Return the fields of an entity, or None if it is not known (then every name is allowed)."""
        return self.entities.get(entity)

    def values(self, entity: str) -> Mapping[str, Type]:
        """Return the read-only names of an entity."""
        return self.computed.get(entity, {})

    def functions(self) -> Mapping[str, Function]:
        """Return the functions that departments register."""
        return self.registered

    def steps(self, entity: str) -> Collection[str] | None:
        """Return the steps that a document of that entity can have passed, or None if that is not known."""
        return self.gates.get(entity)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where one expression stands. An entity that `types` does not know allows every name.

    Attributes:
        types: The names of all entities.
        entity: The entity of the record; rows of lines are `<entity>.<field>`.
        parent: The entity of the record above, for a field of lines; None where there is none.
        user: The entity of `user`; None where nobody acts.
        event: The values that an event brings, every name if that is not declared; None where there is no event.
        new: Whether `new.x` may be read, as in a lane with `changes`.
        steps: The steps that `passed()` may name; None asks `types`.
        warnings: The checks that `warned()` may name; None allows every name.
        entities: The entities of which all records may be counted, `customer.count()`.
    """

    types: TypeScope = field(default_factory=Catalogue)
    entity: str = ""
    parent: str | None = None
    user: str | None = "account"
    event: Mapping[str, Type] | None = None
    new: bool = False
    steps: Collection[str] | None = None
    warnings: Collection[str] | None = None
    entities: Collection[str] = ()


ANYWHERE = Scope(parent="", event={}, new=True)
"""A scope that allows every name: good for a first reading of the text alone."""
