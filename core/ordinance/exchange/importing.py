"""Import: rows of a file become records through the ordinary acts, so every rule holds; all faults are told first.

Source: peers.md §4 (validate, then import; re-import updates; an empty cell clears, an absent column leaves alone).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from ordinance.acts import Call, Done, House, Refused, create, update
from ordinance.blueprint import Entity, Field
from ordinance.exchange.mapping import Mapping, Source
from ordinance.exchange.sheets import Sheet
from ordinance.fields import Reasons
from ordinance.problems import Reason, Text, reason

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Bad:
    """One fault: which file and row, which column (empty for the row as a whole), what is wrong and what was there."""

    file: str
    row: int
    column: str
    code: str
    message: Text
    got: str = ""


@dataclass(slots=True)
class Report:
    """What an import did, or would do: how many rows were read, records created and updated, and every fault."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    bad: list[Bad] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every row could be taken."""
        return not self.bad


@dataclass(slots=True)
class _Row:
    """One record to be: where it stands, its values, and where each value stands (pointer to file, row, column)."""

    file: str
    number: int
    values: dict[str, Any]
    places: dict[str, tuple[str, int, str, str]]
    faults: list[Bad]


class _Undo(Exception):  # noqa: N818 - leaves the transaction of a dry run, or of a failed one
    pass


async def bring(
    house: House, call: Call, entity: Entity, sheet: Sheet, mapping: Mapping, *,
    lines: dict[str, Sheet] | None = None, dry: bool = False, all_or_nothing: bool = True,
    progress: Progress = lambda _done, _total: None,
) -> Report:  # fmt: skip
    """Import a file, with a second file for each field of lines.

    Args:
        house: The site.
        call: Who imports.
        entity: What the rows are.
        sheet: The rows.
        mapping: Which column is which field.
        lines: Field of lines to the file with them.
        dry: Do everything, then undo it, and tell every bad row and cell.
        all_or_nothing: Write nothing if any row is bad; else take the good rows.
        progress: Called with how many records are done, of how many.
    """
    reader = _Reader(house, entity, mapping, call.locale)
    rows = list(reader.rows(sheet, lines or {}))
    report = Report(rows=len(rows))
    for row in rows:
        report.bad += row.faults
    inner = replace(call, channel="import", key=None)
    if not all_or_nothing and not dry:
        for number, row in enumerate(rows, start=1):
            if not row.faults:
                await _one(house, inner, entity, mapping, row, report)
            progress(number, len(rows))
        return report
    try:
        async with house.database.work():
            for number, row in enumerate(rows, start=1):
                if not row.faults:
                    await _one(house, inner, entity, mapping, row, report)
                progress(number, len(rows))
            if dry or report.bad:
                raise _Undo
    except _Undo:
        if not dry:
            report.created = report.updated = 0
    return report


async def _one(house: House, call: Call, entity: Entity, mapping: Mapping, row: _Row, report: Report) -> None:
    known = await _find(house, entity, mapping, row)
    outcome: Done | Refused
    if known is None:
        outcome = await create(house, call, mapping.workflow or entity.id, row.values, draft=True)
    else:
        values = {name: value for name, value in row.values.items() if name not in _key(entity, mapping)}
        outcome = await update(house, call, entity.id, known, values, version=None)
    if isinstance(outcome, Refused):
        report.bad += [_bad(row, each) for each in outcome.reasons]
    elif known is None:
        report.created += 1
    else:
        report.updated += 1


def _key(entity: Entity, mapping: Mapping) -> tuple[str, ...]:
    return mapping.key or ((entity.key,) if entity.key else ())


async def _find(house: House, entity: Entity, mapping: Mapping, row: _Row) -> int | None:
    """Return the record that the row is about, by the key fields, if there is one already."""
    key = _key(entity, mapping)
    if not key or any(row.values.get(name) in (None, "") for name in key):
        return None
    async with house.database.work(write=False) as work:
        found = await house.force.store.find(work, entity.id, {name: row.values[name] for name in key}, limit=2)
    return found[0]["id"] if len(found) == 1 else None


def _bad(row: _Row, each: Reason) -> Bad:
    file, number, column, got = row.places.get(each.where or "", (row.file, row.number, "", ""))
    return Bad(file, number, column, each.code, each.message, got)


class _Reader:
    """Turns cells into values; a cell that cannot be one is a fault of its own."""

    def __init__(self, house: House, entity: Entity, mapping: Mapping, locale: str) -> None:
        self._types = house.force.types
        self._blueprint = house.blueprint
        self._entity = entity
        self._mapping = mapping
        self._locale = locale

    def rows(self, sheet: Sheet, lines: dict[str, Sheet]) -> Iterator[_Row]:
        """Yield each record of the sheet with its lines, and a faulty one for lines without a parent."""
        below = {name: self._grouped(name, child) for name, child in lines.items()}
        for number, cells in sheet.records():
            row = _Row(sheet.name, number, {}, {}, [])
            self._take(row, self._entity.fields, self._mapping.fields, cells, number, "", row.values, sheet.name)
            for name, groups in below.items():
                parent = self._parent_text(name, cells)
                row.values[name] = []
                for position, (line_number, line) in enumerate(groups.pop(parent, ())):
                    made: dict[str, Any] = {}
                    _, sources = self._mapping.lines[name]
                    fields = self._entity.fields[name].fields
                    self._take(row, fields, sources, line, line_number, f"/{name}/{position}", made, lines[name].name)
                    row.values[name].append(made)
            yield row
        for name, groups in below.items():
            for parent, orphans in groups.items():
                yield self._orphans(lines[name].name, name, parent, orphans)

    def _parent_text(self, name: str, cells: dict[str, str]) -> str:
        parent, _ = self._mapping.lines[name]
        return cells.get(parent, "").strip()

    def _grouped(self, name: str, child: Sheet) -> dict[str, list[tuple[int, dict[str, str]]]]:
        parent, _ = self._mapping.lines[name]
        groups: dict[str, list[tuple[int, dict[str, str]]]] = {}
        for number, cells in child.records():
            groups.setdefault(cells.get(parent, "").strip(), []).append((number, cells))
        return groups

    def _orphans(self, file: str, name: str, parent: str, rows: list[tuple[int, dict[str, str]]]) -> _Row:
        column, _ = self._mapping.lines[name]
        said = reason("no_parent", None, got=parent)
        faults = [Bad(file, number, column, said.code, said.message, parent) for number, _ in rows]
        return _Row(file, rows[0][0], {}, {}, faults)

    def _take(
        self, row: _Row, fields: Any, sources: dict[str, Source], cells: dict[str, str], number: int,
        pointer: str, into: dict[str, Any], file: str,
    ) -> None:  # fmt: skip
        for name, source in sources.items():
            field = fields.get(name)
            if field is None:
                said = reason("unknown_field", None, name=name)
                row.faults.append(Bad(file, number, source.column, said.code, said.message))
                continue
            if source.column and source.column not in cells:
                continue
            text = self._text(source, cells)
            row.places[f"{pointer}/{name}"] = (file, number, source.column, cells.get(source.column, ""))
            value = self._value(field, source, text)
            if isinstance(value, Reasons):
                got = cells.get(source.column, "")
                row.faults += [Bad(file, number, source.column, each.code, each.message, got) for each in value]
            else:
                into[name] = value

    def _text(self, source: Source, cells: dict[str, str]) -> str:
        text = (source.value if source.value is not None else cells.get(source.column, "")).strip()
        if text in self._mapping.empty or not text:
            return source.default or ""
        return source.options.get(text, text)

    def _value(self, field: Field, source: Source, text: str) -> Any:
        """Return the value of a cell, typed; a reference stays the text by which it is looked up."""
        if not text:
            return None
        kind = self._types.of(field)
        if kind.target(field) is not None:
            return text
        if self._mapping.decimal == "," and kind.decimals(field) is not None:
            text = text.replace(".", "").replace(",", ".")
        if source.multiply:
            multiplied = _times(text, source.multiply)
            if multiplied is None:
                return kind.parse_text(text, field, self._locale)
            text = multiplied
        form = source.dates or self._mapping.dates
        return kind.parse_text(kind.reformed(text, form) if form else text, field, self._locale)


def _times(text: str, factor: str) -> str | None:
    try:
        return format((Decimal(text) * Decimal(factor)).normalize(), "f")
    except InvalidOperation:
        return None
