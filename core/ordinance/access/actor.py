"""Who acts: an account as the rest of the house sees it, with the people it stands in for today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ACCOUNT = "account"
"""The entity whose records are accounts; a field that refers to a person refers to it."""

EVERYONE = "everyone"
"""The role every account of the company's own people has, unnamed: not a customer's, not a machine's.

Source: language.md §2 `tells`, actions.md §4.
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """An account that acts.

    Attributes:
        id: The account's id; 0 is the house itself.
        name: What is shown and what events say.
        roles: Ids of the roles it was given; `everyone` is not among them.
        of: The record a bound account belongs to, as (entity, id); None for the company's own people.
        kind: `person`, `system` (a machine with a key), or `engine`, the house itself, which may do everything.
        department: Id of the department record, if there is one.
        deputy_for: Those whose absence names this account as deputy now; their rights count as its own.
        values: Further fields of the account that expressions may read (`user.regions`).
    """

    id: int
    name: str
    roles: tuple[str, ...] = ()
    of: tuple[str, int] | None = None
    kind: Literal["person", "system", "engine"] = "person"
    department: int | None = None
    deputy_for: tuple[Actor, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def portal(self) -> bool:
        """Whether it comes in by the portal: it is bound to one record."""
        return self.of is not None

    def faces(self) -> Iterator[Actor]:
        """Yield the actor and then everybody it stands in for; each counts with its own roles and its own record."""
        yield self
        yield from self.deputy_for

    @property
    def is_staff(self) -> bool:
        """Whether it is one of the company's own people, or the house itself."""
        return self.of is None and self.kind != "system"

    @property
    def held(self) -> tuple[str, ...]:
        """All roles it has, `everyone` included where that means it."""
        return (*self.roles, EVERYONE) if self.is_staff else self.roles

    def all_roles(self) -> tuple[str, ...]:
        """Return its own roles and those of everybody it stands in for, each once."""
        return tuple(dict.fromkeys(role for face in self.faces() for role in face.held))

    def holds(self, role: str) -> bool:
        """Return whether it has the role itself, without standing in for anybody."""
        return role in self.held

    def is_record(self, entity: str) -> int | None:
        """Return the id of the record of `entity` that this account is or belongs to; None if there is none."""
        if entity == ACCOUNT:
            return self.id
        return self.of[1] if self.of is not None and self.of[0] == entity else None

    def user(self) -> dict[str, Any]:
        """Return what the name `user` stands for in expressions: a record of the account, references with their id."""
        return {
            **self.values,
            "id": self.id,
            "name": self.name,
            "roles": self.roles,
            "of": {"id": self.of[1]} if self.of is not None else None,
            "department": {"id": self.department} if self.department is not None else None,
        }


ENGINE = Actor(id=0, name="system", kind="engine")
"""The house itself, for what nobody asked for: timers, events, first rows."""
