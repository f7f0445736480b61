"""All tables of one import: a file, files with its lines, or one workbook with a sheet for each."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from pathlib import Path

from ordinance.blueprint import Entity, Field
from ordinance.exchange.mapping import Mapping
from ordinance.exchange.sheets import Sheet, read_sheet, sheet_names

_SHEET_NAME_MAX = 31


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


def _named(names: tuple[str, ...], what: Entity | Field, otherwise: tuple[str, ...] = ()) -> str:
    """Return the sheet that is called like an entity or a field."""
    words = {word.casefold()[:_SHEET_NAME_MAX] for word in (what.id, what.label.zh, what.label.en) if word}
    return next((name for name in names if name.strip().casefold() in words), next(iter(otherwise), ""))
