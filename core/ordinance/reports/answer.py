"""What a report answers: rows of figures under what they are grouped by, with subtotals and a total; values, no words.

Numbers are exact decimals. `Key.text` is in the language of whoever asked, for names of records are looked up then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from ordinance.acts import Filter
from ordinance.blueprint.periods import Period
from ordinance.blueprint.reporting import Column, Parameter, Report


@dataclass(frozen=True, slots=True)
class Key:
    """What the rows of a group have in common: the value, how it is called at length and on an axis."""

    value: Any
    text: str
    short: str = ""
    is_others: bool = False

    @property
    def brief(self) -> str:
        """How it is called where there is little room."""
        return self.short or self.text


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; `mixed` if its rows are measured in several units or currencies, so that there is no such number."""

    value: Decimal | int | Any = None
    mixed: bool = False
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One group. `behind` are the filters of the list it is made of; None where no list shows exactly that."""

    keys: tuple[Key, ...]
    cells: tuple[Cell, ...]
    behind: tuple[Filter, ...] | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A parameter as it was asked: the text, and what it means in words; empty if it does not narrow."""

    parameter: Parameter
    text: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A report as it stands for whoever asked.

    Attributes:
        report: What was asked.
        columns: The columns shown, in order.
        left_out: Labels of the columns that are made of fields the reader may not see.
        parameters: The parameters as asked.
        rows: The groups, sorted; the rest beyond the limit is the last of them.
        subtotals: Of each first key, where there are two groups or more.
        total: Of all rows.
        before: The total of the period before, if that was asked.
        period: The period asked.
        sort: How the rows are sorted.
        at: When it was asked.
    """

    report: Report
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row
    left_out: tuple[str, ...] = ()
    parameters: tuple[Chosen, ...] = ()
    subtotals: Mapping[Any, Row] = field(default_factory=dict)
    before: Row | None = None
    period: Period | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    at: datetime | None = None

    def at_column(self, id: str) -> int:
        """Return where a column is, or -1."""
        return next((at for at, each in enumerate(self.columns) if each.id == id), -1)

    def at_group(self, id: str) -> int:
        """Return where a group is, or -1."""
        return next((at for at, each in enumerate(self.report.groups) if each.id == id), -1)
