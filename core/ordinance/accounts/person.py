"""An account as a value, read from a record of the entity `account`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ordinance.access import Actor
from ordinance.access.source import RoleSource

_KNOWN = frozenset({"id", "version", "name", "display_name", "roles", "role", "department", "of", "active"})
_NO_FIELDS = frozenset(
    {"created_at", "created_by", "updated_at", "updated_by", "deleted_at", "search"}
    | {"session_opened_at", "session_seen_at", "guide_seen_at", "stands_in", "once"}
)
_NO_VALUES = _KNOWN | _NO_FIELDS


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes:
        id: Its id; 0 before it is stored.
        name: What is typed to sign in; unique, told apart without regard to case.
        display_name: What is shown.
        roles: Ids of its roles.
        of: The record it belongs to, as (entity, id); None for the company's own.
        active: False when it is suspended.
        department: Id of its department's record.
        version: The record's version.
        values: Its other fields, for expressions.
    """

    id: int
    name: str
    display_name: str = ""
    roles: tuple[str, ...] = ()
    of: tuple[str, int] | None = None
    active: bool = True
    department: int | None = None
    version: int = 1
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def only_role(self) -> str | None:
        """The role, if it has exactly one; the field `role` of the record. Source: language.md §7."""
        return self.roles[0] if len(self.roles) == 1 else None

    @property
    def belongs(self) -> str:
        """The record it belongs to as text; empty for the company's own."""
        return f"{self.of[0]}/{self.of[1]}" if self.of is not None else ""

    def record(self) -> dict[str, Any]:
        """Return what row rules see of it."""
        return {
            **self.values,
            "id": self.id,
            "name": self.name,
            "roles": self.roles,
            "role": self.only_role,
            "of": {"entity": self.of[0], "id": self.of[1]} if self.of is not None else None,
            "active": self.active,
            "department": {"id": self.department} if self.department is not None else None,
        }

    def actor(self, roles: Mapping[str, RoleSource], deputy_for: tuple[Actor, ...] = ()) -> Actor:
        """Return the account as somebody who acts."""
        machine = any(roles[each].kind == "system" for each in self.roles if each in roles)
        return Actor(
            id=self.id,
            name=self.display_name or self.name,
            roles=self.roles,
            of=self.of,
            kind="system" if machine else "person",
            department=self.department,
            deputy_for=deputy_for,
            values=self.values,
        )


def from_row(row: Mapping[str, Any]) -> Account:
    """Return the account of a row, whose columns are those of the entity `account`."""
    return Account(
        id=row["id"],
        name=row["name"],
        display_name=row.get("display_name") or "",
        roles=_roles(row.get("roles")),
        of=_record(row.get("of")),
        active=row.get("deleted_at") is None and (row.get("active") is None or bool(row["active"])),
        department=row.get("department"),
        version=row.get("version") or 1,
        values={name: _list(value) for name, value in row.items() if name not in _NO_VALUES},
    )


def from_values(values: Mapping[str, Any], before: Account | None = None) -> Account:
    """Return the account that a record's typed values make, those left out being as `before`."""
    known = before.record() if before is not None else {"id": 0, "name": "", "active": True}
    merged = {**known, **values}
    of = merged.get("of")
    department = merged.get("department")
    return Account(
        id=merged["id"],
        name=merged["name"] or "",
        display_name=merged.get("display_name") or (before.display_name if before is not None else ""),
        roles=tuple(merged.get("roles") or ()),
        of=(of["entity"], of["id"]) if of else None,
        active=merged.get("active") is not False,
        department=department["id"] if isinstance(department, Mapping) else department,
        version=before.version if before is not None else 1,
        values=before.values if before is not None else {},
    )


def _roles(raw: Any) -> tuple[str, ...]:
    return tuple(msgspec.json.decode(raw)) if isinstance(raw, str | bytes) and raw else tuple(raw or ())


def _record(raw: Any) -> tuple[str, int] | None:
    if not raw:
        return None
    entity, _, id_ = raw.partition("/")
    return entity, int(id_)


def _list(value: Any) -> Any:
    """Several choices are kept as a JSON list of texts."""
    return tuple(msgspec.json.decode(value)) if isinstance(value, str) and value.startswith('["') else value
