"""The view of a list and of the inbox."""

from __future__ import annotations

from dataclasses import dataclass

from .controls import Control
from .record import Act, Chip


@dataclass(frozen=True, slots=True)
class Tab:
    """A named view of the list."""

    label: str
    href: str
    count: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter in force, with the address of the list without it."""

    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the filter panel: one control, or two for a range."""

    label: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the list; `opt` columns leave on a phone; `sorted` is up, down or empty."""

    name: str
    label: str
    href: str = ""
    sorted: str = ""
    numeric: bool = False
    opt: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row."""

    text: str
    href: str = ""
    chip: Chip | None = None
    numeric: bool = False
    late: bool = False
    opt: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the list."""

    id: str
    href: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ListView:
    """Everything the list page shows."""

    entity: str
    label: str
    here: str
    new_href: str = ""
    export_href: str = ""
    tabs: tuple[Tab, ...] = ()
    search: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    chips: tuple[FilterChip, ...] = ()
    clear_href: str = ""
    conditions: tuple[Condition, ...] = ()
    choice: tuple[tuple[str, str, bool], ...] = ()
    headings: tuple[Heading, ...] = ()
    lines: tuple[Line, ...] = ()
    totals: tuple[Cell, ...] = ()
    shown: int = 0
    count: str = ""
    next_href: str = ""
    first_href: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One document waiting for the reader, with the button that moves it on."""

    href: str
    entity: str
    entity_label: str
    id: str
    number: str
    title: str
    step: str
    since: str
    since_at: str
    due: str = ""
    late: bool = False
    amount: str = ""
    version: str = ""
    key: str = ""
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class InboxView:
    """The home page."""

    tasks: tuple[Task, ...]
    count: str
    next_href: str = ""
    tabs: tuple[Tab, ...] = ()
