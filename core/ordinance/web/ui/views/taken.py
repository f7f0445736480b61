"""A list as it leaves the house: the columns of the screen, values as a spreadsheet counts with them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ordinance.exchange.listed import Column
from ordinance.web.ui.views.table import Table


def columns_of(table: Table) -> tuple[Column, ...]:
    """Return the columns of a list as they are exported."""
    return tuple(_column(table, name) for name in table.columns() if name != "due_at" or name in table.entity.fields)


def _column(table: Table, name: str) -> Column:
    field = table.entity.fields.get(name)
    heading = table.label(name)
    if field is None:
        return Column(name, heading)
    kind = table.force.types.of(field)
    decimals = kind.decimals(field)
    if decimals is not None and kind.align == "end":
        return Column(name, heading, "number", decimals)
    return Column(name, heading, "date" if kind.widget == "date" else "text")


def row_of(table: Table, columns: tuple[Column, ...], record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one record as the cells of its row: numbers and days plain, all else as the screen has it."""
    return tuple(_cell(table, each, record) for each in columns)


def _cell(table: Table, column: Column, record: Mapping[str, Any]) -> str:
    value = record.get(column.name)
    if value is None:
        return ""
    field = table.entity.fields.get(column.name)
    if field is None:
        return table.speech.instant(datetime.fromisoformat(value)) if column.name == "created_at" else str(value)
    if column.kind != "text":
        return str(value)
    return table.speech.text(field, value)
