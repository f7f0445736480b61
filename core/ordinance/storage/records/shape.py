"""What is known of an entity's tables, worked out once: columns, how values travel, the SQL of the hot paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from ordinance.fields import Dialect, Field, FieldType, Types
from ordinance.storage.schema.entities import DOCUMENT, SYSTEM, Entity, column_of, table_of
from ordinance.storage.sql import marks, quoted

Decode = Callable[[Any], Any]


def dump(value: Any) -> str | None:
    """Return a value as the JSON text that a JSON column takes."""
    return None if value is None else msgspec.json.encode(value).decode()


def load(raw: str | None) -> Any:
    """Return the value of a JSON column."""
    return None if raw is None else msgspec.json.decode(raw)


class Row:
    """The columns of one table that hold fields, and how their values travel."""

    def __init__(self, table: str, fields: Iterable[Field], types: Types, dialect: Dialect) -> None:
        self.name = table
        self.table = quoted(table)
        self.fields: dict[str, tuple[Field, FieldType]] = {
            field.id: (field, types.of(field)) for field in fields if types.of(field).stored
        }
        self.columns = {name: column_of(name) for name in self.fields}
        self._renamed = [(column, name) for name, column in self.columns.items() if column != name]
        self._dialect = dialect
        self._decoders: list[tuple[str, Decode]] = [
            (name, self._decoder(field, kind))
            for name, (field, kind) in self.fields.items()
            if type(kind).decode is not FieldType.decode
        ]

    def _decoder(self, field: Field, kind: FieldType) -> Decode:
        dialect = self._dialect
        return lambda raw: kind.decode(raw, field, dialect)

    def encode(self, name: str, value: Any) -> Any:
        """Return the value of a field as it travels.

        Raises:
            ValueError: it does not fit the column.
        """
        field, kind = self.fields[name]
        return kind.encode(value, field, self._dialect)

    def encoder(self, name: str) -> Callable[[Any], Any]:
        """Return the function that gives values of a field as they travel."""
        return lambda value: self.encode(name, value)

    def args(self, values: Mapping[str, Any], names: Iterable[str]) -> tuple[Any, ...]:
        """Return the values of these fields as they travel; what is missing is empty."""
        return tuple(self.encode(name, values.get(name)) for name in names)

    def decode(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as a record: keys are field ids, values are Python's."""
        for column, name in self._renamed:
            row[name] = row.pop(column)
        for name, decode in self._decoders:
            row[name] = decode(row[name])
        return row

    @cached_property
    def selected(self) -> str:
        """The columns of the fields for a SELECT."""
        return "".join(f", t.{quoted(column)}" for column in self.columns.values())


class Lines(Row):
    """The table of one list of lines."""

    def __init__(self, entity: str, field: Field, types: Types, dialect: Dialect) -> None:
        super().__init__(table_of(entity, field.id), field.fields.values(), types, dialect)
        self.id = field.id
        names = ", ".join(quoted(column) for column in self.columns.values())
        self._into = f"INSERT INTO {self.table} (id, parent, position{', ' if names else ''}{names}) VALUES "
        self._one = f"({marks(3 + len(self.columns))})"
        updates = ", ".join(
            f"{quoted(each)} = excluded.{quoted(each)}" for each in ("position", *self.columns.values())
        )
        self._merge = f" ON CONFLICT (id) DO UPDATE SET {updates}"
        self.select = f"SELECT t.id, t.parent, t.position{self.selected} FROM {self.table} t"

    @property
    def width(self) -> int:
        """How many arguments one line takes."""
        return 3 + len(self.columns)

    def insert(self, rows: int, *, merge: bool = False) -> str:
        """Return the statement that writes so many lines; with `merge`, over those that are there."""
        return self._into + ", ".join([self._one] * rows) + (self._merge if merge else "")


class Shape(Row):
    """The table of an entity with its lists of lines."""

    def __init__(self, entity: Entity, types: Types, dialect: Dialect) -> None:
        super().__init__(table_of(entity.id), entity.fields.values(), types, dialect)
        self.entity = entity
        self.lines = {
            field.id: Lines(entity.id, field, types, dialect)
            for field in entity.fields.values()
            if not types.of(field).stored and field.fields
        }
        self.system: tuple[str, ...] = (*SYSTEM, *(DOCUMENT if entity.workflows else ()))
        taken = sorted(set(self.system) & self.fields.keys())
        if taken:
            raise ValueError(f"{entity.id} has fields that are called as what every record has: {', '.join(taken)}")
        self.soft = entity.delete == "soft"
        shown = ", ".join(f"t.{name}" for name in self.system)
        self.select = f"SELECT {shown}{self.selected} FROM {self.table} t"
        self.alive = " AND t.deleted_at IS NULL" if self.soft else ""
        stored = (*self.system, "search")
        names = ", ".join((*(quoted(name) for name in stored), *(quoted(each) for each in self.columns.values())))
        self.insert = f"INSERT INTO {self.table} ({names}) VALUES ({marks(len(stored) + len(self.columns))})"

    def record(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as a record."""
        return self.decode(row)

    def system_args(self, system: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the document's own values as they travel, in the order of the columns."""
        return tuple(system.get(name) for name in self.system[len(SYSTEM) :])


def ordered(names: Iterable[str], among: Sequence[str] | Mapping[str, Any]) -> list[str]:
    """Return the names in the order of the declaration, so that the same set always makes the same SQL."""
    given = set(names)
    return [name for name in among if name in given]
