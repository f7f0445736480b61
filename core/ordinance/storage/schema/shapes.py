"""What a table should look like: plain values that the planner compares with the catalogue of the database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from ordinance.fields import Dialect, Risk
from ordinance.fields import Field as DeclaredField
from ordinance.problems import Place, Text

_NAME_LONGEST = 63

_NEUTRAL: Mapping[str, Mapping[Dialect, str]] = {
    "id": {"sqlite": "INTEGER", "postgresql": "BIGINT"},
    "whole": {"sqlite": "BIGINT", "postgresql": "BIGINT"},
    "text": {"sqlite": "TEXT", "postgresql": "TEXT"},
    "yes_no": {"sqlite": "BOOLEAN", "postgresql": "BOOLEAN"},
    "instant": {"sqlite": "TIMESTAMPTZ", "postgresql": "TIMESTAMPTZ"},
    "day": {"sqlite": "DATE", "postgresql": "DATE"},
    "json": {"sqlite": "JSONTEXT", "postgresql": "JSONB"},
}
"""Kinds of column that our own tables use, as each database writes them."""


def shortened(name: str) -> str:
    """Return the name, or if a database would cut it off, its beginning and a hash of the whole."""
    if len(name) <= _NAME_LONGEST:
        return name
    return f"{name[: _NAME_LONGEST - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type` is one of `id whole text yes_no instant day json`, or SQL as a field type gave it.

    `references` names the table whose `id` it holds; `cascade` deletes the row with the one it refers to; `was` is the
    name it had before; `field` and `before` are the declarations, where there are any, to ask what a change would do.
    """

    name: str
    type: str
    required: bool = False
    references: str | None = None
    cascade: bool = False
    was: str | None = None
    field: DeclaredField | None = None
    place: Place | None = None
    default: str | None = None

    def sql(self, dialect: Dialect) -> str:
        """Return the type as that database writes it."""
        return _NEUTRAL[self.type][dialect] if self.type in _NEUTRAL else self.type


@dataclass(frozen=True, slots=True)
class Index:
    """An index over columns; `where` limits it to some rows."""

    columns: tuple[str, ...]
    unique: bool = False
    where: str | None = None
    place: Place | None = None

    def name(self, table: str) -> str:
        """Return its name, which changes whenever its meaning does, so that comparing names is enough."""
        meaning = hashlib.sha256(repr((table, self.columns, self.unique, self.where)).encode()).hexdigest()[:8]
        return f"{'ux' if self.unique else 'ix'}_{table}_{'_'.join(self.columns)}"[: _NAME_LONGEST - 9] + f"_{meaning}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table; its primary key is `id` unless `primary` says otherwise."""

    name: str
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()
    primary: tuple[str, ...] = ("id",)
    was: str | None = None
    place: Place | None = None

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((each for each in self.columns if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Found:
    """A table as the database has it: column to type, column to table referred to, names of the indexes.

    `former` says what a column was called that had to make room for another of its name.
    """

    name: str
    columns: Mapping[str, str]
    references: Mapping[str, str]
    indexes: frozenset[str]
    former: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the schema.

    `probe` counts the rows that stand in the way: those that would lose something, or do not fit. A step is done when
    its risk is `safe` or that count is nought, or when somebody named it; otherwise the whole plan is refused. `keeps`
    counts the rows whose values it leaves as they are under another name; it is asked before anything is done.
    """

    kind: str
    table: str
    sql: tuple[str, ...]
    why: Text
    risk: Risk = "safe"
    column: str | None = None
    probe: str | None = None
    rebuild: bool = False
    place: Place | None = None
    rows: int | None = None
    keeps: str | None = None
    called: str | None = None

    @property
    def name(self) -> str:
        """What an order to do it anyway calls it: `drop_column e_order.colour`; by `called`, where it made room."""
        column = self.called or self.column
        return f"{self.kind} {self.table}" + (f".{column}" if column else "")


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a plan: everything was done, or, if anything was refused, nothing."""

    done: tuple[Step, ...] = ()
    refused: tuple[Step, ...] = ()
