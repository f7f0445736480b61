"""Export exactly what a list shows, and the empty template of an import: what goes out can come in again."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ordinance.acts import Call, House, Page, Query, Refused, listing
from ordinance.blueprint import Entity, Field
from ordinance.exchange.sheets import write_csv, write_xlsx
from ordinance.problems import reason

_PAGE = 200


async def export(
    house: House, call: Call, entity: Entity, target: Path, query: Query | None = None, *, lines: str | None = None
) -> int | Refused:
    """Write the records that a query shows to a CSV or XLSX file and return how many rows.

    Args:
        house: The site.
        call: Who exports; a field that is not seen is not written.
        entity: The kind of record.
        target: The file; `.xlsx` gives a workbook, with a sheet for each field of lines.
        query: Filters and sort of the list.
        lines: For CSV, write the lines of this field instead of the records.
    """
    if not house.force.rights.may(call.actor, "export", entity.id):
        return Refused("not_allowed", (reason("not_allowed", None, what=entity.label),))
    asked = replace(query or Query(), limit=_PAGE, cursor=None, count=False)
    first = await listing(house, call, entity.id, asked)
    if isinstance(first, Refused):
        return first
    seen = house.force.rights.projection(call.actor, entity.id)
    own = [each for each in entity.fields.values() if not each.fields and seen.level(each.id) != "hidden"]
    parts = [each for each in entity.fields.values() if each.fields and seen.level(each.id) != "hidden"]
    records = [each async for each in _all(house, call, entity, asked, first)]
    main = [_headings(entity, own), *(_row(entity, own, record) for record in records)]
    below = {each.id: _line_rows(entity, each, records) for each in parts}
    if target.suffix.lower() == ".xlsx":
        return write_xlsx({entity.id: main, **below}, target) - 1 - len(below)
    rows = below[lines] if lines else main
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        buffer = io.StringIO(newline="")
        count = write_csv(rows, buffer)
        file.write(buffer.getvalue())
    return count - 1


async def _all(
    house: House, call: Call, entity: Entity, query: Query, page: Page
) -> AsyncIterator[dict[str, Any]]:
    while True:
        for record in page.items:
            yield record
        if page.next is None:
            return
        following = await listing(house, call, entity.id, replace(query, cursor=page.next))
        assert isinstance(following, Page)
        page = following


def _headings(entity: Entity, fields: list[Field]) -> list[str]:
    return [*(("number", "status") if entity.workflows else ()), *(each.id for each in fields)]


def _row(entity: Entity, fields: list[Field], record: dict[str, Any]) -> list[str]:
    head = [str(record.get("number") or ""), str(record.get("status") or "")] if entity.workflows else []
    return [*head, *(_cell(record.get(each.id)) for each in fields)]


def _line_rows(entity: Entity, field: Field, records: list[dict[str, Any]]) -> list[list[str]]:
    """Return the lines of all records, each with the key or number of its parent in front."""
    inner = list(field.fields.values())
    parent = entity.key or "number"
    rows = [[parent, *(each.id for each in inner)]]
    rows += [
        [_cell(record.get(parent) or record.get("id")), *(_cell(line.get(each.id)) for each in inner)]
        for record in records
        for line in record.get(field.id) or ()
    ]
    return rows


def _cell(value: Any) -> str:
    """Return a JSON value as a cell: a reference by its key, several values with a comma between them."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return str(value.get("key") or value.get("title") or value.get("id") or "")
    if isinstance(value, list):
        return ", ".join(_cell(each) for each in value)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def template(entity: Entity, locale: str) -> dict[str, list[list[str]]]:
    """Return the sheets of an import template: labels as headings, and a row of examples.

    Args:
        entity: The kind of record.
        locale: Language of the headings.
    """
    sheets = {entity.id: _template_rows(entity.fields, locale)}
    for field in entity.fields.values():
        if field.fields:
            head, example = _template_rows(field.fields, locale)
            sheets[field.id] = [[entity.key or "number", *head], ["", *example]]
    return sheets


def _template_rows(fields: Any, locale: str) -> list[list[str]]:
    own = [each for each in fields.values() if not each.fields and each.formula is None]
    return [[each.label.in_(locale) or each.id for each in own], [str(each.example or "") for each in own]]
