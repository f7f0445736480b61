"""The names of a blueprint's tables, as the expression compiler asks for them when it turns a condition into SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ordinance.expressions import Env, Type
from ordinance.expressions.sqlscope import Column
from ordinance.fields import Dialect
from ordinance.storage.records import Records
from ordinance.storage.records.shape import Row, Shape
from ordinance.storage.schema import column_of
from ordinance.storage.sql import quoted

_WHOLE_MAX = 2**63 - 1
_DIGITS_MAX = 10**18 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: whose rows are asked (`alias`), with which values that are the same for every row (`env`).

    `above` are the rows that these belong to, if the query has them: the document of a row of lines.
    """

    dialect: Dialect
    records: Mapping[str, Records]
    env: Env
    alias: str = "t"
    above: tuple[str, ...] = ()

    def _row(self, entity: str) -> Row | None:
        name, _, lines = entity.partition(".")
        records = self.records.get(name)
        if records is None:
            return None
        return records.shape.lines.get(lines) if lines else records.shape

    def table(self, entity: str) -> str:
        """Return the quoted table of an entity; rows of lines are `<entity>.<field>`."""
        row = self._row(entity)
        if row is None:
            raise KeyError(entity)
        return row.table

    def column(self, entity: str, name: str) -> Column | None:
        """Return the column of a field, or None if it is not stored."""
        row = self._row(entity)
        if row is None:
            return None
        if name in row.fields:
            field, kind = row.fields[name]
            scale = kind.decimals(field) if self.dialect == "sqlite" else None
            bound = _WHOLE_MAX if scale == 0 else _DIGITS_MAX
            return Column(quoted(row.columns[name]), scale, bound, listed=kind.blank == () and kind.stored)
        own = row.system if isinstance(row, Shape) else ("id", "parent", "position")
        return Column(quoted(name)) if name in own else None

    def link(self, entity: str, name: str) -> str | None:
        """Return the quoted column by which the rows of a list refer to the record."""
        records = self.records.get(entity)
        if records is None:
            return None
        if name in records.shape.lines:
            return quoted("parent")
        back = getattr(records.entity, "backs", {}).get(name)
        return quoted(column_of(back.field)) if back is not None else None

    def argument(self, value: Any, type_: Type) -> Any:
        """Return a text, day, moment, id or yes-no as the driver wants it."""
        if isinstance(value, Mapping):
            value = value.get("id")
        if type_.kind == "record" and isinstance(value, str) and value.isdigit():
            return int(value)
        return value
