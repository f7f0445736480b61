"""Tables of text in files: CSV with whatever separator and mark, and the first sheet of an XLSX or ODS workbook.

Every cell becomes a text; what it means is for the field's type to say.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
_SEPARATORS = ",;\t|"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class SheetError(Exception):
    """The file cannot be read as a table."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its headings, and its rows with the number each has in the file (the heading is row 1)."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row as heading to text; short rows are filled with empty texts."""
        for number, cells in self.rows:
            padded = (*cells, *([""] * (len(self.headings) - len(cells))))
            yield number, dict(zip(self.headings, padded, strict=False))


def read_sheet(path: Path, *, separator: str | None = None, encoding: str = "utf-8") -> Sheet:
    """Return the table in a file.

    Args:
        path: The file; its ending says what it is.
        separator: What separates cells of a text file; found out from its heading when left out.
        encoding: Encoding of a text file; a byte order mark is passed over.

    Raises:
        SheetError: it is no table, or in another encoding.
    """
    try:
        rows = list(_workbook(path) if path.suffix.lower() in _WORKBOOKS else _text(path, separator, encoding))
    except (OSError, UnicodeError, csv.Error, ValueError) as error:
        raise SheetError(f"{path.name}: {error}") from error
    if not rows:
        raise SheetError(f"{path.name}: empty")
    headings = tuple(cell.strip() for cell in rows[0])
    numbered = ((number, tuple(row)) for number, row in enumerate(rows[1:], start=2))
    return Sheet(path.name, headings, tuple(each for each in numbered if any(cell.strip() for cell in each[1])))


def _text(path: Path, separator: str | None, encoding: str) -> Iterator[list[str]]:
    text = path.read_text("utf-8-sig" if encoding.lower().replace("-", "") == "utf8" else encoding)
    first = text.partition("\n")[0]
    delimiter = separator or max(_SEPARATORS, key=first.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _workbook(path: Path) -> Iterator[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        for row in sheet.to_python(skip_empty_area=False):
            yield [_cell(value) for value in row]
    except CalamineError as error:
        raise ValueError(str(error)) from error


def _cell(value: Any) -> str:
    """Return a cell as text: whole numbers without a point, days and moments as ISO has them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime | date | time) else "" if value is None else str(value)


def write_csv(rows: Iterable[Sequence[str]], target: io.TextIOBase) -> int:
    """Write rows as CSV that a spreadsheet opens without harm and return how many; a mark in front is the caller's."""
    writer = csv.writer(target)
    count = 0
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        count += 1
    return count


def harmless(cell: str) -> str:
    """Return a text that a spreadsheet will not run as a formula; a plain number stays as it is."""
    if not cell.startswith(_FORMULA) or _is_number(cell):
        return cell
    return "'" + cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def write_xlsx(sheets: dict[str, Iterable[Sequence[str]]], path: Path) -> int:
    """Write sheets of text to a workbook, headings bold and frozen, and return how many rows."""
    import xlsxwriter

    count = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell, bold if number == 0 else None)
                count += 1
    return count
