"""One control of a form or one cell of a line grid, as the templates read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a field: the id it is known by, its name, where it is had, whether it is shown as a picture."""

    id: str
    name: str
    href: str = ""
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A field on a screen.

    `name` is the dotted form name (`customer`, `lines.3.quantity`); `widget` one of text, area, number, date, datetime,
    select, many, check, ref, file, evidence, secret, lines; `value` what the input holds, `text` what is read if it is
    not; `why` leads to why it is read-only or not shown; `of` is the field as lookups know it; `attached` are the files
    it holds and `several` says whether it may hold more than one; `kinds` are the kinds of evidence it takes.
    """

    name: str
    label: str
    widget: str = "text"
    value: str = ""
    text: str = ""
    writable: bool = True
    required: bool = False
    shown: bool = True
    span: str = ""
    numeric: bool = False
    help: str = ""
    error: str = ""
    suffix: str = ""
    options: tuple[Option, ...] = ()
    source: str = ""
    source_label: str = ""
    reference: str = ""
    href: str = ""
    longest: int | None = None
    kind: str = "text"
    prefix: str = "f"
    why: str = ""
    of: str = ""
    attached: tuple[Attached, ...] = ()
    several: bool = False
    kinds: tuple[Option, ...] = ()

    @property
    def dom(self) -> str:
        """The element's id: the name with dashes; in a dialog it begins differently, for the form has it too."""
        return f"{self.prefix}-" + self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Group:
    """A card of fields with its title; a folded one opens on demand.

    `name` is by what the form hides and shows it, `columns` in how many columns its fields stand (nought: as many as
    there is room for), `help` what stands under the title.
    """

    title: str
    controls: tuple[Control, ...]
    folded: bool = False
    name: str = ""
    shown: bool = True
    columns: int = 0
    help: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a line grid; `role` is lead, sum or empty and decides its place on a phone.

    `help` is shown when one points at the heading; `why` leads to why its cells are read-only, if any is.
    """

    name: str
    label: str
    required: bool = False
    numeric: bool = False
    role: str = ""
    help: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a line grid: its index in the form's names, the stored line's id, cells in the order of the columns."""

    index: str
    id: str
    cells: tuple[Control, ...]
    more: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """A figure under a grid; `name` is the field it shows."""

    name: str
    label: str
    text: str
    grand: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A field of lines as a table. `blank` is the row new ones are made from; its index is `#`.

    `has_more` says that rows have fields that are no columns and open below the row, `why` leads to why nothing in it
    can be changed.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    blank: Row
    writable: bool = True
    addable: bool = True
    totals: tuple[Total, ...] = ()
    error: str = ""
    has_more: bool = False
    why: str = ""
