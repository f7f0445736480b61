"""The sheets of a workbook as rows of text. Run as a file it is a process of its own that reads one workbook.

A file that somebody sends may be made to eat all memory: a sheet that says it ends a million rows down, a small file
that unpacks to gigabytes. It is read where that takes nothing else with it: `python -I workbook.py < file` answers
JSON. So this module knows nothing of the house.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

ROWS_MAX = 100_000
COLUMNS_MAX = 1_000
MEMORY_MAX = 1024**3
"""Bytes that reading one workbook may take."""

_DIGITS_OF_A_WORKBOOK = ".15g"
_BLANK = ""


class TooLargeError(ValueError):
    """A sheet has more rows or columns than are taken."""


def cell_text(value: Any) -> str:
    """Return a cell as text: numbers as a workbook shows them, days and moments as ISO has them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(format(value, _DIGITS_OF_A_WORKBOOK)), "f")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime | date | time) else _BLANK if value is None else str(value)


def rows_of(sheet: Any) -> list[list[str]]:
    """Return the rows of a sheet. A cell merged over several rows stands in each of them; a title over all is dropped.

    Raises:
        TooLargeError: there are too many rows or columns.
    """
    if sheet.total_height > ROWS_MAX + 1 or sheet.total_width > COLUMNS_MAX:
        raise TooLargeError(f"{sheet.total_height} x {sheet.total_width}")
    rows = [[cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = sheet.merged_cell_ranges or ()
    for (top, left), (bottom, _) in merged:
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and top < len(rows) and left < len(rows[top]):
                row[left] = rows[top][left]
    for at in _titles(rows, merged):
        rows[at] = [_BLANK] * len(rows[at])
    return rows


def _titles(rows: list[list[str]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> list[int]:
    """Return the rows at the top that are one cell merged over columns: a title, not the headings."""
    across = {top for (top, left), (_, right) in merged if right > left}
    found = []
    for at, row in enumerate(rows):
        filled = sum(1 for cell in row if cell.strip())
        if filled and not (at in across and filled == 1):
            break
        if filled:
            found.append(at)
    return found


def read_all(content: bytes) -> dict[str, list[list[str]]]:
    """Return every sheet of a workbook by name, in order.

    Raises:
        ValueError: it is no workbook, or too large.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: rows_of(book.get_sheet_by_name(name)) for name in book.sheet_names}
    except CalamineError as error:
        raise ValueError(str(error)) from error


def main() -> None:
    """Read a workbook from the input and write its sheets, or what is wrong with it."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, Any] = {"sheets": read_all(sys.stdin.buffer.read())}
    except TooLargeError as error:
        answer = {"too_large": str(error)}
    except MemoryError:
        answer = {"too_large": ""}
    except ValueError as error:
        answer = {"wrong": str(error)}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))


if __name__ == "__main__":
    main()
