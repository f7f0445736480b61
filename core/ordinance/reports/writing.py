"""An answer as data: JSON for programs, a table of texts for files and terminals. Numbers are never shortened there."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import Any

from ordinance.exchange import write_xlsx
from ordinance.exchange.sheets import harmless
from ordinance.reports.answer import Answer, Cell, Key, Row
from ordinance.reports.wording import TOTAL, Words, is_span

_HOUR_S = Decimal(3600)
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_HUNDREDTH = Decimal("0.01")
_SHEET_MAX = 31
_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def plain_figure(words: Words, answer: Answer, at: int, cell: Cell) -> Any:
    """Return a figure as JSON carries it: decimals as text, lengths of time in hours, days as ISO has them."""
    value = cell.value
    if cell.mixed or value is None:
        return None
    if is_span(answer.columns[at], answer.report):
        return f"{_WIDE.divide(Decimal(value), _HOUR_S).quantize(_HUNDREDTH, context=_WIDE):f}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def as_json(answer: Answer, words: Words) -> dict[str, Any]:
    """Return an answer as JSON."""
    locale, report = words.call.locale, answer.report
    body: dict[str, Any] = {
        "id": report.id,
        "label": report.label.in_(locale),
        "about": report.about.in_(locale) if report.about else "",
        "of": report.of,
        "parameters": {each.parameter.id: each.text for each in answer.parameters},
        "period": _period(answer),
        "groups": [{"id": each.id, "label": each.label.in_(locale)} for each in report.groups],
        "columns": [
            {"id": each.id, "label": each.label.in_(locale), "unit": _unit(words, answer, at)}
            for at, each in enumerate(answer.columns)
        ],
        "rows": [_row(answer, words, each) for each in answer.rows],
        "total": _figures(answer, words, answer.total),
        "left_out": list(answer.left_out),
    }
    if answer.before is not None:
        body["before"] = _figures(answer, words, answer.before)
    return body


def _period(answer: Answer) -> dict[str, str | None] | None:
    if answer.period is None:
        return None
    since, until = answer.period.since, answer.period.until
    return {"since": since.isoformat() if since else None, "until": until.isoformat() if until else None}


def _unit(words: Words, answer: Answer, at: int) -> str:
    column = answer.columns[at]
    if is_span(column, answer.report):
        return "h"
    return words.unit(column, Cell(0)) or words.currency(column)


def _row(answer: Answer, words: Words, row: Row) -> dict[str, Any]:
    keys = {group.id: _key(key) for group, key in zip(answer.report.groups, row.keys, strict=True)}
    return {"group": keys, **_figures(answer, words, row)}


def _key(key: Key) -> dict[str, Any]:
    value = key.value.isoformat() if isinstance(key.value, date) else key.value
    plain = value if value is None or isinstance(value, bool) else str(value)
    return {"value": plain, "text": key.text, **({"others": True} if key.is_others else {})}


def _figures(answer: Answer, words: Words, row: Row) -> dict[str, Any]:
    made: dict[str, Any] = {
        "values": {each.id: plain_figure(words, answer, at, row.cells[at]) for at, each in enumerate(answer.columns)}
    }
    mixed = [each.id for each, cell in zip(answer.columns, row.cells, strict=True) if cell.mixed]
    measured = {
        each.id: words.measure(each, cell)
        for each, cell in zip(answer.columns, row.cells, strict=True)
        if cell.measure and not cell.mixed
    }
    return made | ({"mixed": mixed} if mixed else {}) | ({"measured": measured} if measured else {})


def table_rows(answer: Answer, words: Words) -> Iterator[list[str]]:
    """Yield an answer as texts: headings, a row for each group, the total."""
    locale, report = words.call.locale, answer.report
    yield [
        *(each.label.in_(locale) for each in report.groups),
        *(words.heading(each, _unit(words, answer, at)) for at, each in enumerate(answer.columns)),
    ]
    for row in answer.rows:
        yield [*(each.text for each in row.keys), *_texts(answer, words, row)]
    if report.groups:
        yield [words.say(TOTAL), *([""] * (len(report.groups) - 1)), *_texts(answer, words, answer.total)]
    else:
        return


def _texts(answer: Answer, words: Words, row: Row) -> Iterator[str]:
    for at, cell in enumerate(row.cells):
        if cell.mixed:
            yield words.figure(answer.columns[at], cell)
        else:
            value = plain_figure(words, answer, at, cell)
            yield "" if value is None else str(value)


def as_csv(answer: Answer, words: Words) -> str:
    """Return an answer as CSV; a cell that a spreadsheet would run is made harmless."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in table_rows(answer, words))
    return out.getvalue()


def as_xlsx(answer: Answer, words: Words) -> bytes:
    """Return an answer as a workbook of one sheet."""
    name = answer.report.label.in_(words.call.locale).translate(_NOT_IN_A_NAME).strip()[:_SHEET_MAX] or answer.report.id
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        write_xlsx({name: table_rows(answer, words)}, path)
        return path.read_bytes()
