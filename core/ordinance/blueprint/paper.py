"""Expressions turned into SQL on paper, to find out before there is a database what one could never be asked.

The stricter of the two databases is taken: SQLite, where a number must surely fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from ordinance.blueprint.engine_names import OF_EVERY_DOCUMENT, OF_EVERY_RECORD
from ordinance.blueprint.reporting import STEP_ROWS
from ordinance.blueprint.values import Entity, Field
from ordinance.expressions import Column, Env, Expression, ExpressionError, Type, UnknownValue
from ordinance.fields import Types

STEP_COLUMNS: Mapping[str, int | None] = {
    "step": None, "at": None, "by": None, "sent_back": None, "first": None, "waited": 0
}  # fmt: skip
"""The columns of the steps that documents left, with the decimals of those that are numbers."""

_STORED = {*OF_EVERY_RECORD, *OF_EVERY_DOCUMENT} - {"status", "waits_at"}
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Paper:
    """A `SqlScope` without a database."""

    entities: Mapping[str, Entity]
    types: Types
    alias: str = "t"
    above: tuple[str, ...] = ()
    env: Env = field(default_factory=lambda: Env(record={}, now=_SOME_DAY))

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which SQL is written."""
        return "sqlite"

    def fault(self, expression: Expression, *, condition: bool) -> ExpressionError | None:
        """Return why no database could be asked an expression; None if it could."""
        try:
            if condition:
                expression.lower(self)
            else:
                expression.lower_value(self)
        except ExpressionError as error:
            return error
        except UnknownValue:
            return None  # it asks who is there, and on paper nobody is
        return None

    def table(self, entity: str) -> str:
        """Return the name of a table."""
        return entity

    def column(self, entity: str, name: str) -> Column | None:
        """Return the column of a field, or None if it is not stored."""
        if entity.endswith(STEP_ROWS):
            return Column(name, STEP_COLUMNS[name]) if name in STEP_COLUMNS else None
        found = self._fields(entity).get(name)
        if found is None:
            return Column(name) if name in _STORED or "." in entity else None
        kind = self.types.get(found.type)
        if kind is None or not kind.stored:
            return None
        scale = kind.decimals(found)
        return Column(name, scale, 2**63 - 1 if scale == 0 else 10**18 - 1, listed=kind.blank == ())

    def link(self, entity: str, name: str) -> str | None:
        """Return the column by which the rows of a list refer to their record."""
        found = self.entities.get(entity)
        if found is None:
            return None
        if name in found.fields and found.fields[name].fields:
            return "parent"
        return found.backs[name].field if name in found.backs else None

    def argument(self, value: Any, type_: Type) -> Any:
        """Return a value as it would travel."""
        return value

    def _fields(self, entity: str) -> Mapping[str, Field]:
        name, _, lines = entity.partition(".")
        found = self.entities.get(name)
        if found is None:
            return {}
        below = found.fields.get(lines) if lines else None
        return below.fields if below is not None else {} if lines else found.fields
