"""The view of a list and of the inbox."""

from __future__ import annotations

from dataclasses import dataclass

from .controls import Control, Option
from .record import Act, Chip


@dataclass(frozen=True, slots=True)
class Tab:
    """A named view of the list; `key` names it where its count comes later, for a list too long to count at once."""

    label: str
    href: str
    count: str = ""
    current: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter in force, with the address of the list without it and of its editor; `fault`: why it does nothing."""

    text: str
    without: str
    edit: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the filter panel: one control, or several for a range."""

    label: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Editor:
    """Everything one can ask of one field: opened by its chip, or by its name in the panel."""

    label: str
    conditions: tuple[Condition, ...]
    kept: tuple[tuple[str, str], ...]
    close: str


@dataclass(frozen=True, slots=True)
class Place:
    """A column one may choose; `up` and `down` lead to the list with it further to the left, or to the right."""

    name: str
    label: str
    shown: bool = False
    up: str = ""
    down: str = ""


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
    """One value of a row; in the foot, `sum` is the column that is added up."""

    text: str
    href: str = ""
    chip: Chip | None = None
    numeric: bool = False
    late: bool = False
    opt: bool = False
    sum: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the list; `waits` are the steps at which it waits."""

    id: str
    href: str
    title: str
    cells: tuple[Cell, ...]
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done to the records that are ticked; `step` is where they must wait for it."""

    value: str
    label: str
    tone: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The kept views of a list: what the form for a new one sends, and what can be done to the one that is open.

    Attributes:
        action: Where the forms go.
        query: The query that would be kept.
        roles: For whom it may be kept; only for oneself if there is none.
        id: The open view, if it may be changed.
        label: What that is called.
        differs: Whether the address shows something else by now.
    """

    action: str
    query: str = ""
    roles: tuple[Option, ...] = ()
    id: str = ""
    label: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True)
class ListView:
    """Everything the list page shows. `figures` is where counts and totals come from, for a list that is long."""

    entity: str
    label: str
    here: str
    new_href: str = ""
    export_href: str = ""
    import_href: str = ""
    sheet_href: str = ""
    board_href: str = ""
    calendar_href: str = ""
    tabs: tuple[Tab, ...] = ()
    kept_views: Kept | None = None
    search: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    panel_kept: tuple[tuple[str, str], ...] = ()
    chips: tuple[FilterChip, ...] = ()
    clear_href: str = ""
    conditions: tuple[Condition, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    editor: Editor | None = None
    choice: tuple[Place, ...] = ()
    column_kept: tuple[tuple[str, str], ...] = ()
    headings: tuple[Heading, ...] = ()
    lines: tuple[Line, ...] = ()
    totals: tuple[Cell, ...] = ()
    totals_href: str = ""
    range: str = ""
    shown: int = 0
    count: str = ""
    previous_href: str = ""
    next_href: str = ""
    first_href: str = ""
    figures: str = ""
    deeds: tuple[Deed, ...] = ()
    bulk: str = ""
    query: str = ""
    key: str = ""
    all_of_them: str = ""


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
    """The home page; with `bulk` the tasks are all of one step and can be ticked."""

    tasks: tuple[Task, ...]
    count: str
    next_href: str = ""
    tabs: tuple[Tab, ...] = ()
    bulk: str = ""
    deeds: tuple[Deed, ...] = ()
    key: str = ""
