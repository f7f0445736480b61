"""Tables of text in files: CSV with whatever separator and mark, and the sheets of an XLSX or ODS workbook.

Every cell becomes a text; what it means is for the field's type to say.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ordinance.exchange.workbook import COLUMNS_MAX, ROWS_MAX, TooLargeError, rows_of

_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
_SEPARATORS = ",;\t|"
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_CELL_MAX = 32_767
_WIDE_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_OF_CHINA = "gb18030"


class SheetError(Exception):
    """The file cannot be read, or written, as a table. `file` is its name, `detail` says why."""

    def __init__(self, file: str, detail: str) -> None:
        self.file, self.detail = file, detail
        super().__init__(f"{file}: {detail}")


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

    def repeated(self) -> frozenset[str]:
        """Return the headings that are there more than once: which of the columns is meant nobody can tell."""
        return frozenset(name for name, times in Counter(self.headings).items() if name and times > 1)

    def overlong(self) -> Iterator[tuple[int, str]]:
        """Yield the rows with something beyond the last heading, and what: a comma that was not quoted, most often."""
        width = len(self.headings)
        for number, cells in self.rows:
            beyond = [cell for cell in cells[width:] if cell.strip()]
            if beyond:
                yield number, ", ".join(beyond)


def is_workbook(path: Path) -> bool:
    """Return whether the name of a file says that it is a workbook."""
    return path.suffix.lower() in _WORKBOOKS


def read_sheet(path: Path, *, separator: str | None = None, encoding: str = "utf-8", sheet: str = "") -> Sheet:
    """Return the table in a file.

    Args:
        path: The file; its ending says what it is.
        separator: What separates cells of a text file; found out from its heading when left out.
        encoding: Encoding of a text file; a byte order mark is passed over.
        sheet: Which sheet of a workbook; the first one when left out.

    Raises:
        SheetError: it is no table, or in another encoding.
    """
    if is_workbook(path):
        return _table(path.name if not sheet else f"{path.name}[{sheet}]", path, _workbook(path, sheet))
    return _table(path.name, path, _text(path, separator, encoding))


def text_sheet(name: str, content: bytes, *, separator: str | None = None, encoding: str = "utf-8") -> Sheet:
    """Return the table in the content of a text file; as `read_sheet`."""
    return _table(name, Path(name), text_rows(content, separator, encoding))


def sheet_of(name: str, rows: Iterable[list[str]]) -> Sheet:
    """Return rows of text as a table: the first that is not blank has the headings; as `read_sheet`."""
    return _table(name, Path(name), iter(rows))


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets of a workbook; none for another file.

    Raises:
        SheetError: it cannot be read.
    """
    if not is_workbook(path):
        return ()
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return tuple(CalamineWorkbook.from_path(path).sheet_names)
    except (OSError, CalamineError) as error:
        raise SheetError(path.name, _why(error)) from error


def _table(name: str, path: Path, found: Iterator[list[str]]) -> Sheet:
    try:
        rows = list(found)
    except (OSError, UnicodeError, csv.Error, ValueError, TypeError, LookupError) as error:
        raise SheetError(path.name, _why(error)) from error
    first = next((at for at, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if first is None:
        raise SheetError(path.name, "no headings in the first row")
    headings = tuple(cell.strip() for cell in rows[first])
    while headings and not headings[-1]:
        headings = headings[:-1]
    numbered = ((number, tuple(row)) for number, row in enumerate(rows[first + 1 :], start=first + 2))
    return Sheet(name, headings, tuple(each for each in numbered if any(cell.strip() for cell in each[1])))


def _why(error: Exception) -> str:
    """Return what went wrong, without the path of the machine."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _text(path: Path, separator: str | None, encoding: str) -> Iterator[list[str]]:
    yield from text_rows(path.read_bytes(), separator, encoding)


def text_rows(content: bytes, separator: str | None, encoding: str) -> Iterator[list[str]]:
    """Yield the rows of a text file, as they were before a spreadsheet was kept from running them.

    Raises:
        ValueError: it is in another encoding, or too large.
    """
    text = decoded(content, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or _separator(text), strict=True)
    for number, row in enumerate(reader):
        if number > ROWS_MAX or len(row) > COLUMNS_MAX:
            raise TooLargeError(f"more than {ROWS_MAX} rows or {COLUMNS_MAX} columns")
        yield [as_written(cell) for cell in row]


def decoded(content: bytes, encoding: str = "utf-8") -> str:
    """Return the text of a file. What is not UTF-8 after all is read as what spreadsheets in China write.

    Raises:
        UnicodeError: it is neither, or not in the encoding that was named.
    """
    if encoding.lower().replace("-", "") != "utf8":
        return content.decode(encoding).removeprefix("\ufeff")
    if content[:2] in _WIDE_MARKS:
        return content.decode(_WIDE_MARKS[content[:2]])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(_OF_CHINA)


def _separator(text: str) -> str:
    """Return what makes the most cells of the headings; marks between quotes do not count."""

    def cells(mark: str) -> int:
        return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=mark), []))

    return max(_SEPARATORS, key=cells)


def _workbook(path: Path, sheet: str) -> Iterator[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
        yield from rows_of(found)
    except CalamineError as error:
        raise ValueError(str(error)) from error


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
    return "'" + cell if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def as_written(cell: str) -> str:
    """Return a text without the mark that `harmless` put in front of it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def xlsx_of(sheets: Mapping[str, Iterable[Sequence[str]]], name: str) -> bytes:
    """Return a workbook with these sheets; as `write_xlsx`. `name` is how it is called in an error."""
    out = io.BytesIO()
    _write(sheets, out, Path(name))
    return out.getvalue()


def write_xlsx(sheets: Mapping[str, Iterable[Sequence[str]]], path: Path) -> int:
    """Write sheets of text to a workbook, headings bold and frozen, and return how many rows.

    Every cell is a text, so nothing is run and no digit is lost; the same sheets give the same bytes.

    Raises:
        SheetError: a text is longer than a cell holds.
    """
    return _write(sheets, path, path)


def _write(sheets: Mapping[str, Iterable[Sequence[str]]], target: Path | io.BytesIO, path: Path) -> int:
    import xlsxwriter

    count = 0
    with xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the same file for the same content
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                _check_lengths(path, number, row)
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell, bold if number == 0 else None)
                count += 1
    return count


def _check_lengths(path: Path, number: int, row: Collection[str]) -> None:
    for column, cell in enumerate(row, start=1):
        if len(cell) > _CELL_MAX:
            raise SheetError(path.name, f"row {number + 1}, column {column}: more than {_CELL_MAX} characters")
