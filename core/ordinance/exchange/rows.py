"""Rows of sheets as records to be: cells become values, and every cell that cannot be one is a fault of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from ordinance.acts import House
from ordinance.blueprint import Entity, Field
from ordinance.exchange.mapping import IDENTITIES, Mapping, Source
from ordinance.exchange.sheets import Sheet
from ordinance.fields import Reasons
from ordinance.problems import Text, reason

_SERIAL = re.compile(r"[2-7][0-9]{4}(\.[0-9]+)?", re.ASCII)
"""A day as a workbook counts it, where its cell was not formatted as one: 1954 to 2119."""

_FIRST_DAY = date(1899, 12, 30)

Cells = dict[str, str]
Lines = dict[str, list[tuple[int, Cells]]]


@dataclass(frozen=True, slots=True)
class Bad:
    """One fault: which file and row, which column (empty for the row as a whole), what is wrong and what was there."""

    file: str
    row: int
    column: str
    code: str
    message: Text
    got: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands: file, row and column, and the text that is there."""

    file: str
    row: int
    column: str
    got: str

    def bad(self, code: str, message: Text) -> Bad:
        """Return a fault of this cell."""
        return Bad(self.file, self.row, self.column, code, message, self.got)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A reference that is found by another field than its key: where its id is to go."""

    into: dict[str, Any]
    pointer: str
    field: Field
    by: str
    text: str


@dataclass(slots=True)
class Row:
    """One record to be: its values, where each stands (by JSON pointer), and what is wrong with it so far.

    `identity` has the number or id of an exported record; `orphaned` says that these are lines without a record.
    """

    file: str
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)
    faults: list[Bad] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    lookups: list[Lookup] = field(default_factory=list)
    identity: dict[str, str] = field(default_factory=dict)
    orphaned: bool = False

    def spot(self, pointer: str) -> Spot:
        """Return where a value stands; the row as a whole if it is in no column."""
        line = pointer.rpartition("/")[0]
        there = self.spots.get(pointer)
        below = self.spots.get(line) if there is None and line.count("/") == _OF_A_LINE else None
        return there or (below and Spot(below.file, below.row, "", "")) or Spot(self.file, self.number, "", "")

    def fault(self, pointer: str, code: str, message: Text) -> None:
        """Note a fault of a cell, and that its value is not to be used."""
        self.faults.append(self.spot(pointer).bad(code, message))
        self.broken.add(pointer)


_OF_A_LINE = 2


@dataclass(frozen=True, slots=True)
class Raw:
    """What a row is made of: its cells by heading, and by field of lines their file and rows. No cells: orphans."""

    file: str
    number: int
    cells: Cells | None
    lines: dict[str, tuple[str, list[tuple[int, Cells]]]]


class Reader:
    """Turns the rows of a sheet, and of those with its lines, into records to be."""

    def __init__(self, house: House, entity: Entity, mapping: Mapping, locale: str) -> None:
        self._types = house.force.types
        self._entities = house.blueprint.entities
        self._zone = house.zone
        self._entity = entity
        self._mapping = mapping
        self._locale = locale

    def rows(self, sheet: Sheet, lines: dict[str, Sheet]) -> Iterator[Row]:
        """Yield each record of the sheet with its lines, and a faulty one for lines without a record."""
        return (self.row(each) for each in self.plan(sheet, lines))

    def plan(self, sheet: Sheet, lines: dict[str, Sheet]) -> Iterator[Raw]:
        """Yield what each row is made of, cells as they are; making one of it is work, and may be done again."""
        below = {name: self._grouped(name, child) for name, child in lines.items()}
        files = {name: child.name for name, child in lines.items()}
        for number, cells in sheet.records():
            found: dict[str, tuple[str, list[tuple[int, Cells]]]] = {}
            for name, groups in below.items():
                parent = self._parent_text(name, cells)
                found[name] = (files[name], groups.pop(parent, []) if parent else [])
            yield Raw(sheet.name, number, cells, found)
        for name, groups in below.items():
            for orphans in groups.values():
                yield Raw(files[name], orphans[0][0], None, {name: (files[name], orphans)})

    def row(self, raw: Raw) -> Row:
        """Return a record to be, with every cell that cannot be a value as a fault."""
        if raw.cells is None:
            ((name, (file, orphans)),) = raw.lines.items()
            return self._orphans(file, name, self._parent_text(name, orphans[0][1]), orphans)
        row = Row(raw.file, raw.number)
        row.identity = self._identity(raw.cells)
        here = Spot(raw.file, raw.number, "", "")
        self._take(row, self._entity.fields, self._mapping.fields, raw.cells, here, "", row.values)
        for name, (file, found) in raw.lines.items():
            self._take_lines(row, name, file, found)
        return row

    def _identity(self, cells: Cells) -> dict[str, str]:
        sources = ((name, self._mapping.fields.get(name)) for name in IDENTITIES if name not in self._entity.fields)
        return {name: cells.get(source.column, "").strip() for name, source in sources if source is not None}

    def _parent_text(self, name: str, cells: Cells) -> str:
        return cells.get(self._mapping.lines[name][0], "").strip()

    def _grouped(self, name: str, child: Sheet) -> Lines:
        groups: Lines = {}
        for number, cells in child.records():
            groups.setdefault(self._parent_text(name, cells), []).append((number, cells))
        return groups

    def _orphans(self, file: str, name: str, parent: str, rows: Iterable[tuple[int, Cells]]) -> Row:
        column, _ = self._mapping.lines[name]
        said = reason("no_parent", None, got=parent)
        faults = [Bad(file, number, column, said.code, said.message, parent) for number, _ in rows]
        return Row(file, faults[0].row, faults=faults, orphaned=True)

    def _take_lines(self, row: Row, name: str, file: str, found: list[tuple[int, Cells]]) -> None:
        _, sources = self._mapping.lines[name]
        row.values[name] = []
        for position, (number, cells) in enumerate(found):
            made: dict[str, Any] = {}
            pointer = f"/{name}/{position}"
            row.spots[pointer] = here = Spot(file, number, "", "")
            self._take(row, self._entity.fields[name].fields, sources, cells, here, pointer, made)
            row.values[name].append(made)

    def _take(
        self, row: Row, fields: MappingOf[str, Field], sources: dict[str, Source], cells: Cells, here: Spot,
        pointer: str, into: dict[str, Any],
    ) -> None:  # fmt: skip
        for name, source in sources.items():
            field = fields.get(name)
            if field is None or (source.column and source.column not in cells):
                continue
            where = f"{pointer}/{name}"
            row.spots[where] = Spot(here.file, here.row, source.column, cells.get(source.column, ""))
            text = self._text(source, cells)
            if text and source.by and field.to:
                row.lookups.append(Lookup(into, where, field, source.by, text))
                continue
            value = self._value(field, source, text)
            if isinstance(value, Reasons):
                for each in value:
                    row.fault(where, each.code, each.message)
            else:
                into[name] = value

    def _text(self, source: Source, cells: Cells) -> str:
        text = str(source.value if source.value is not None else cells.get(source.column, "")).strip()
        if not text or text in self._mapping.empty:
            return "" if source.default is None else str(source.default)
        return source.options.get(text, text)

    def _value(self, field: Field, source: Source, text: str) -> Any:
        """Return the value of a cell, typed; a reference stays the text by which it is looked up."""
        if not text:
            return None
        kind = self._types.of(field)
        target = self._entities.get(kind.target(field) or "")
        if target is not None:
            return {"key": text} if target.key else text
        if self._mapping.decimal == "," and kind.decimals(field) is not None:
            text = text.replace(".", "").replace(",", ".")
        if source.multiply:
            text = _times(text, source.multiply) or text
        if kind.widget == "date" and _SERIAL.fullmatch(text):
            text = (_FIRST_DAY + timedelta(days=int(text.partition(".")[0]))).isoformat()
        form = source.dates or self._mapping.dates
        return kind.parse_text(kind.reformed(text, form) if form else text, field, self._locale, self._zone)


def _times(text: str, factor: str) -> str | None:
    try:
        return format((Decimal(text) * Decimal(factor)).normalize(), "f")
    except InvalidOperation:
        return None


def unfolded(sheet: Sheet, mapping: Mapping, lines: dict[str, Sheet]) -> tuple[Sheet, dict[str, Sheet]]:
    """Return a sheet and its files of lines, where a mapping says that lines stand in the sheet itself.

    There each line has a row, and its record stands in the first of them; further rows name it again or leave it empty.
    """
    here = [name for name in mapping.lines if name not in lines and mapping.lines[name][0] in sheet.headings]
    if not here:
        return sheet, lines
    found, main = dict(lines), sheet
    for name in here:
        column, sources = mapping.lines[name]
        at, wanted = sheet.headings.index(column), {each.column for each in sources.values() if each.column}
        heads: list[tuple[int, tuple[str, ...]]] = []
        below: list[tuple[int, tuple[str, ...]]] = []
        parent = ""
        for number, cells in sheet.rows:
            own = cells[at].strip() if at < len(cells) else ""
            if own != parent and (own or not parent):
                parent = own
                heads.append((number, cells))
            if any(cell.strip() for cell, heading in zip(cells, sheet.headings, strict=False) if heading in wanted):
                below.append((number, (*cells[:at], parent, *cells[at + 1 :])))
        found[name] = replace(sheet, rows=tuple(below))
        main = replace(sheet, rows=tuple(heads))
    return main, found


def faults_of_files(entity: Entity, mapping: Mapping, sheet: Sheet, lines: dict[str, Sheet]) -> Iterator[Bad]:
    """Yield what is wrong with the files as a whole: columns that are not there, or twice, and cells beyond them."""
    yield from _of_columns(sheet, entity.fields, mapping.fields, IDENTITIES)
    for name in mapping.key:
        if name not in mapping.fields:
            said = reason("key_without_column", None, name=name)
            yield Bad(sheet.name, 1, name, said.code, said.message)
    for name, child in lines.items():
        parent, sources = mapping.lines[name]
        yield from _of_columns(child, entity.fields[name].fields, sources, (), parent)
        if parent not in sheet.headings:
            yield _no_column(sheet, parent)
    for each in (sheet, *lines.values()):
        said = reason("too_many_cells", None)
        yield from (Bad(each.name, row, "", said.code, said.message, got) for row, got in each.overlong())


def _of_columns(
    sheet: Sheet, fields: MappingOf[str, Field], sources: dict[str, Source], passed: Iterable[str], parent: str = ""
) -> Iterator[Bad]:
    for name in sources:
        if name not in fields and name not in passed:
            said = reason("unknown_field", None, name=name)
            yield Bad(sheet.name, 1, sources[name].column, said.code, said.message, name)
    repeated = sheet.repeated()
    for column in dict.fromkeys([*([parent] if parent else ()), *(each.column for each in sources.values())]):
        if column and column not in sheet.headings:
            yield _no_column(sheet, column)
        elif column in repeated:
            said = reason("repeated_column", None, column=column)
            yield Bad(sheet.name, 1, column, said.code, said.message)


def _no_column(sheet: Sheet, column: str) -> Bad:
    said = reason("no_column", None, column=column)
    return Bad(sheet.name, 1, column, said.code, said.message)
