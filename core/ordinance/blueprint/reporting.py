"""Reports and dashboards as values: what the blueprint says of them, compiled and checked.

Source: B-24, Q-01, Q-08, Q-14, Q-19; language.md §5 leaves the shape to us.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ordinance.expressions import Expression
from ordinance.problems import Place, Text

if TYPE_CHECKING:
    from ordinance.blueprint.values import Field

Total = Literal["sum", "count", "average", "min", "max"]
Show = Literal["", "share", "running", "before", "change"]
Kind = Literal["bar", "line", "pie", "table"]
Shows = Literal["", "work", "overdue", "tasks"]
Path = tuple[str, ...]

STEP_ROWS = "#step"
"""The rows of `each: step` are called `<entity>.#step`: no field can have that name."""

WAITS_AT = ("waits_at",)
"""The group of the steps at which a document waits."""


@dataclass(frozen=True, slots=True)
class Group:
    """What rows are grouped by; `id` is as written. `bucket` gathers days, `field` is the field behind it, if one is.

    `value` is None for the steps a document waits at, which are a list.
    """

    id: str
    label: Text
    path: Path
    value: Expression | None
    field: Field | None = None
    bucket: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a group: `value` put together by `total`, a `formula` of other columns, or how `of` stands.

    `field` is the field of which the figures are, so that they are written as it is. `measured` is what says of each
    row in what its value is measured; figures of different measures are never added.
    """

    id: str
    label: Text
    total: Total = "sum"
    value: Expression | None = None
    when: Expression | None = None
    formula: Expression | None = None
    of: str = ""
    show: Show = ""
    field: Field | None = None
    unit: Text | None = None
    scale: int | None = None
    measured: Expression | None = None

    @property
    def is_measured(self) -> bool:
        """Whether it is worked out of rows."""
        return self.formula is None and not self.show


@dataclass(frozen=True, slots=True)
class Parameter:
    """A filter that the reader sets; `is_period` if it is of days or instants."""

    id: str
    label: Text
    path: Path
    value: Expression
    field: Field | None = None
    default: str = ""
    is_period: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """How a report is drawn."""

    kind: Kind = "bar"
    value: str = ""
    across: str = ""
    split: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: rows of an entity, of its lines, or of the steps its documents left; groups of them, figures of each.

    `where` is the condition on rows. `sort` names columns and groups, with whether they go down.
    """

    id: str
    label: Text
    of: str
    about: Text | None = None
    lines: str = ""
    each: Literal["", "step"] = ""
    where: Expression | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    chart: Chart | None = None
    by: tuple[str, ...] = ()
    department: str = ""
    place: Place | None = None

    @property
    def rows(self) -> str:
        """The name of its rows for expressions: the entity, its lines, or the steps left."""
        return f"{self.of}.{STEP_ROWS}" if self.each else f"{self.of}.{self.lines}" if self.lines else self.of

    @property
    def period(self) -> str:
        """The parameter whose period can be compared with the one before, or nothing."""
        return next((each.id for each in self.parameters.values() if each.is_period), "")

    @property
    def compares(self) -> bool:
        """Whether a column shows the period before."""
        return any(each.show in ("before", "change") for each in self.columns.values())


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: the total of a report's column, its chart, or (`shows`) the reader's own work."""

    id: str
    label: Text | None
    report: str = ""
    column: str = ""
    shows: Shows = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Tiles for some roles; for everybody in the company if `by` is empty."""

    id: str
    label: Text
    by: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()
