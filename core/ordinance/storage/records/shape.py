"""What is known of an entity's tables, worked out once: columns, how values travel, the SQL of the hot paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

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


class Part:
    """Some fields of a table: the columns to select for them, and how a row of these becomes a record."""

    def __init__(self, columns: Mapping[str, str], decoders: Sequence[tuple[str, Decode]]) -> None:
        self.columns = tuple(columns.values())
        self.selected = "".join(f", t.{quoted(column)}" for column in self.columns)
        self._renamed = [(column, name) for name, column in columns.items() if column != name]
        self._decoders = decoders

    def decode(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as a record: keys are field ids, values are Python's."""
        for column, name in self._renamed:
            row[name] = row.pop(column)
        for name, decode in self._decoders:
            row[name] = decode(row[name])
        return row


class Row:
    """The columns of one table that hold fields, and how their values travel."""

    def __init__(self, table: str, fields: Iterable[Field], types: Types, dialect: Dialect) -> None:
        self.name = table
        self.table = quoted(table)
        self.fields: dict[str, tuple[Field, FieldType]] = {
            field.id: (field, types.of(field)) for field in fields if types.of(field).stored
        }
        self.columns = {name: column_of(name) for name in self.fields}
        self._dialect = dialect
        self.whole = self._part(self.fields)

    def _part(self, names: Iterable[str]) -> Part:
        """Return these fields as they are read; in the order of the declaration, whatever the order of the names."""
        chosen = ordered(names, self.fields)
        decoders = [(name, self._decoder(*self.fields[name])) for name in chosen if self._is_decoded(name)]
        return Part({name: self.columns[name] for name in chosen}, decoders)

    def _is_decoded(self, name: str) -> bool:
        return type(self.fields[name][1]).decode is not FieldType.decode

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
        self.select = f"SELECT t.id, t.parent, t.position{self.whole.selected} FROM {self.table} t"

    @property
    def width(self) -> int:
        """How many arguments one line takes."""
        return 3 + len(self.columns)

    def insert(self, rows: int, *, merge: bool = False) -> str:
        """Return the statement that writes so many lines; with `merge`, over those that are there."""
        return self._into + ", ".join([self._one] * rows) + (self._merge if merge else "")


_NAMED = frozenset({"created_at", "created_by", "updated_at", "updated_by", "state"})
_NARROW_MAX = 200
"""Parts of one entity that are kept: which fields a list shows is for its caller to say."""


class Narrow(NamedTuple):
    """How to read a part of a record: the SELECT up to its WHERE, what becomes of a row, which lines belong to it."""

    select: str
    part: Part
    lines: tuple[Lines, ...]


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
        self.select = self._select(self.system, self.whole)
        self._narrow: dict[frozenset[str], Narrow] = {}
        self.alive = " AND t.deleted_at IS NULL" if self.soft else ""
        stored = (*self.system, "search")
        names = ", ".join((*(quoted(name) for name in stored), *(quoted(each) for each in self.columns.values())))
        self.insert = f"INSERT INTO {self.table} ({names}) VALUES ({marks(len(stored) + len(self.columns))})"

    def _select(self, system: Iterable[str], part: Part) -> str:
        return f"SELECT {', '.join(f't.{name}' for name in system)}{part.selected} FROM {self.table} t"

    def narrow(self, names: frozenset[str] | None) -> Narrow:
        """Return how to read no more of a record than these fields and lists of lines, all of them when None.

        Its id and version are always read, and what a document says of itself but its state, which is long; the rest of
        what every record has comes when it is named.
        """
        if names is None:
            return Narrow(self.select, self.whole, tuple(self.lines.values()))
        if names not in self._narrow:
            if len(self._narrow) >= _NARROW_MAX:
                self._narrow.clear()
            system = [each for each in self.system if each in names or each not in _NAMED]
            part = self._part(names & self.fields.keys())
            lines = tuple(each for each in self.lines.values() if each.id in names)
            self._narrow[names] = Narrow(self._select(system, part), part, lines)
        return self._narrow[names]

    def record(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as a record."""
        return self.whole.decode(row)

    def system_args(self, system: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the document's own values as they travel, in the order of the columns."""
        return tuple(system.get(name) for name in self.system[len(SYSTEM) :])


def ordered(names: Iterable[str], among: Sequence[str] | Mapping[str, Any]) -> list[str]:
    """Return the names in the order of the declaration, so that the same set always makes the same SQL."""
    given = set(names)
    return [name for name in among if name in given]
