"""What this room needs to know of a blueprint. The blueprint room, which lies above, has values of these shapes."""


# ruff: noqa: D102 - a property of a protocol is explained by the value that has it

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ordinance.expressions import Expression
from ordinance.problems import Text
from ordinance.process.model import Workflow

VERBS = ("read", "create", "update", "delete", "export", "import", "print", "comment", "skip_queue", "reassign")
"""What can be done to any record; no step or lane may be called so. Source: language.md §4."""

WRITING_VERBS = frozenset({"create", "update", "import"})


class FieldSource(Protocol):
    """A field: its type and, for a reference, the entity it refers to; for lines, the fields of a line."""

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def to(self) -> Any: ...
    @property
    def secret(self) -> bool: ...
    @property
    def fields(self) -> Mapping[str, FieldSource]: ...


class EntitySource(Protocol):
    """An entity, as far as rights look at it."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def fields(self) -> Mapping[str, FieldSource]: ...


class PermissionSource(Protocol):
    """A named permission: what it gives, as (entity or workflow, verb, step or lane), and under which conditions."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def gives(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def only(self) -> tuple[str, ...]: ...
    @property
    def where(self) -> Mapping[str, Expression]: ...


class RoleSource(Protocol):
    """A role: named permissions, direct grants, row rules and what it does not see of a record."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def permissions(self) -> tuple[str, ...]: ...
    @property
    def may(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def where(self) -> Mapping[str, Expression]: ...
    @property
    def fields(self) -> Mapping[str, Mapping[str, str]]: ...
    @property
    def of(self) -> str | None: ...
    @property
    def accounts(self) -> int | None: ...
    @property
    def kind(self) -> str: ...


class DutySource(Protocol):
    """Steps or permissions that one person may not both have done."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def apart(self) -> tuple[str, ...]: ...
    @property
    def enabled(self) -> bool: ...


class RightsSource(Protocol):
    """A blueprint, as far as rights look at it."""

    @property
    def entities(self) -> Mapping[str, EntitySource]: ...
    @property
    def workflows(self) -> Mapping[str, Workflow]: ...
    @property
    def roles(self) -> Mapping[str, RoleSource]: ...
    @property
    def permissions(self) -> Mapping[str, PermissionSource]: ...
    @property
    def duties(self) -> Mapping[str, DutySource]: ...
