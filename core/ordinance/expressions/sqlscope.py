"""What lowering has to know about the database: tables, columns, how a value travels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

from ordinance.expressions.env import Env
from ordinance.expressions.kinds import Type

WHOLE_MAX = 2**63 - 1
"""The largest whole number SQLite keeps exactly."""


@dataclass(frozen=True, slots=True)
class Column:
    """One stored value.

    Attributes:
        name: The quoted name, without a table.
        scale: SQLite keeps a decimal as a whole number: the value times ten to this power. None elsewhere.
        bound: The largest such whole number; it tells whether a product still fits.
        listed: The column holds several values, as a JSON array.
    """

    name: str
    scale: int | None = None
    bound: int = 10**18 - 1
    listed: bool = False


class SqlScope(Protocol):
    """One query: whose rows are asked, by whom, in which database. Every table has a column `id`."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which SQL to write."""

    @property
    def alias(self) -> str:
        """The name under which the query knows the rows of the record."""

    @property
    def above(self) -> tuple[str, ...]:
        """The names of the rows these belong to, the outermost first: the document of a row of lines."""

    @property
    def env(self) -> Env:
        """The values that are the same for every row: user, now, zone, event, functions."""

    def table(self, entity: str) -> str:
        """Return the quoted table of an entity; rows of lines are `<entity>.<field>`."""

    def column(self, entity: str, name: str) -> Column | None:
        """Return the column of a field, or None if it is not stored (a value computed by a department)."""

    def link(self, entity: str, name: str) -> str | None:
        """Return the quoted column by which the rows of a list refer to the record; None if it is no table of rows."""

    def argument(self, value: Any, type_: Type) -> Any:
        """Return a text, day, moment, id or yes-no as the driver wants it."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A value in SQL.

    Attributes:
        text: The SQL, with `?` for each argument.
        args: The arguments, in order.
        scale: On SQLite a number comes back as a whole number, times ten to this power; None for anything else.
        bound: The largest whole number it can be.
        fixed: The number, if it is the same for every row.
    """

    text: str
    args: tuple[Any, ...] = ()
    scale: int | None = None
    bound: int = 0
    fixed: Decimal | None = None
