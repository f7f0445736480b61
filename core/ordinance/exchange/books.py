"""All tables of one import: a file, files with its lines, or one workbook with a sheet for each."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ordinance.blueprint import Entity, Field
from ordinance.exchange.mapping import Mapping
from ordinance.exchange.sheets import Sheet, SheetError, is_workbook, read_sheet, sheet_names, sheet_of, text_sheet
from ordinance.exchange.workbook import COLUMNS_MAX, ROWS_MAX

_SHEET_NAME_MAX = 31
_PROGRAM = Path(__file__).with_name("workbook.py")
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent: its name, what it holds, and for a file of lines their field."""

    name: str
    content: bytes
    field: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """The table of the records and, by field, those of their lines."""

    main: Sheet
    lines: dict[str, Sheet]

    @property
    def all(self) -> dict[str, Sheet]:
        """Every table by its field of lines, that of the records by an empty name."""
        return {"": self.main, **self.lines}


def read_tables(
    entity: Entity, path: Path, lines: MappingOf[str, Path], mapping: Mapping | None = None
) -> tuple[Sheet, dict[str, Sheet]]:
    """Return the table of the records and, by field, those of their lines.

    A sheet of a workbook is found by the id or the label of the entity or the field; the records may also be in the
    first one.

    Args:
        entity: What the rows are.
        path: The file of the records.
        lines: Field of lines to its file, for those in a file of their own.
        mapping: How text files are written, if a mapping file says so.

    Raises:
        SheetError: a file cannot be read.
    """
    separator, encoding = (mapping.separator, mapping.encoding) if mapping else (None, "utf-8")
    names = sheet_names(path)
    sheet = read_sheet(path, separator=separator, encoding=encoding, sheet=_named(names, entity, names[:1]))
    below = {}
    for field in entity.fields.values():
        if field.id in lines:
            inside = _named(sheet_names(lines[field.id]), field)
            below[field.id] = read_sheet(lines[field.id], separator=separator, encoding=encoding, sheet=inside)
        elif field.fields and (own := _named(names[1:], field)):
            below[field.id] = read_sheet(path, sheet=own)
    return sheet, below


async def tables_of(entity: Entity, sent: Sequence[Sent]) -> Tables:
    """Return the tables in files that somebody sent; as `read_tables`, but nothing in them can harm the house.

    Args:
        entity: What the rows are.
        sent: The file of the records first, then those of lines.

    Raises:
        SheetError: a file cannot be read, or is too large.
    """
    first, *others = sent
    main = await _sheets(first)
    names = tuple(main)
    sheet = main[_named(names, entity, names[:1])]
    given = {each.field: each for each in others}
    below = {}
    for field in entity.fields.values():
        if field.id in given:
            inside = await _sheets(given[field.id])
            below[field.id] = inside[_named(tuple(inside), field, tuple(inside)[:1])]
        elif field.fields and (own := _named(names[1:], field)):
            below[field.id] = main[own]
    return Tables(sheet, below)


async def _sheets(sent: Sent) -> dict[str, Sheet]:
    """Return the tables in a file by the names of their sheets; those without headings are left out."""
    if not is_workbook(Path(sent.name)):
        return {"": await asyncio.to_thread(text_sheet, sent.name, sent.content)}
    answer = await asyncio.to_thread(_read_apart, sent)
    if "too_large" in answer:
        raise SheetError(sent.name, f"more than {ROWS_MAX} rows or {COLUMNS_MAX} columns")
    if "sheets" not in answer:
        raise SheetError(sent.name, str(answer.get("wrong") or "not a workbook"))
    found = {}
    for name, rows in answer["sheets"].items():
        try:
            found[name] = sheet_of(f"{sent.name}[{name}]" if len(answer["sheets"]) > 1 else sent.name, rows)
        except SheetError:
            if len(answer["sheets"]) == 1:
                raise
    if not found:
        raise SheetError(sent.name, "no headings in the first row")
    return found


def _read_apart(sent: Sent) -> dict[str, Any]:
    """Read a workbook in a process of its own, with little memory and not for long."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, nothing of the file among its words
            [sys.executable, "-I", str(_PROGRAM)], input=sent.content, capture_output=True, timeout=_PATIENCE_S,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"too_large": ""}
    if done.returncode != 0 or not done.stdout:
        # The reader asked for more memory than it may have: a sheet that pretends to be enormous, or a bomb.
        return {"too_large": ""}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _named(names: tuple[str, ...], what: Entity | Field, otherwise: tuple[str, ...] = ()) -> str:
    """Return the sheet that is called like an entity or a field."""
    words = {word.casefold()[:_SHEET_NAME_MAX] for word in (what.id, what.label.zh, what.label.en) if word}
    return next((name for name in names if name.strip().casefold() in words), next(iter(otherwise), ""))
