"""Read a pasted list of codes and quantities, as it comes from a spreadsheet, a chat or a mail. Pure.

One line is one row: the code first, how many last, between them a tab, blanks, a comma, `×` or `x`. Full-width digits
and signs count as plain ones; a unit behind the number is passed over, and so is a row of headings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

ROWS_MAX = 500
"""Rows of one list at most."""

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_THOUSANDS = re.compile(r"(?<=[\s×*:])([0-9]{1,3}(?:,[0-9]{3})+)(?![0-9])", re.ASCII)
_QUANTITY = re.compile(rf"({_NUMBER})\s*[^\W\d_]{{0,6}}")
_LAST = re.compile(rf"(.+?)(?:\s*[×*:=]\s*|\s+[xX]?\s*|(?<=[0-9])[xX](?=[0-9]))(-?{_NUMBER})\s*[^\W\d_]{{0,6}}$")
_FIRST = re.compile(rf"({_NUMBER})\s*[×*xX]\s*(\D.*)$")
_CELLS = re.compile(r"\t|;|\|")

_QUANTITY_WORDS = ("数量", "数目", "件数", "箱数", "订货量", "qty", "quantity", "amount", "pcs")
_CODE_WORDS = ("编码", "编号", "货号", "条码", "商品", "品名", "code", "sku", "item", "product", "barcode")


@dataclass(frozen=True, slots=True)
class Pasted:
    """A row of a list: its number in the text, what it names, how many as it was written, and the row itself."""

    number: int
    code: str
    quantity: str
    text: str


def pasted_rows(text: str) -> list[Pasted]:
    """Return the rows of a list; empty ones and a row of headings are passed over."""
    found: list[Pasted] = []
    columns: tuple[int, int] | None = None
    for number, (line, cells) in enumerate(_lines(text), start=1):
        if not line:
            continue
        if not found and columns is None and (heading := _headings(cells)) is not None:
            columns = heading
            continue
        found.append(_row(number, line, cells, columns))
    return found


def _lines(text: str) -> Iterator[tuple[str, list[str]]]:
    for raw in text.splitlines():
        line = unicodedata.normalize("NFKC", raw).replace("\ufeff", "").strip(" \r\v\f\u200b")
        line = _THOUSANDS.sub(lambda match: match[1].replace(",", ""), line)
        cells = _CELLS.split(line)
        if len(cells) == 1 and "," in line:
            cells = line.split(",")
        yield line.strip(), [each.strip().strip('"') for each in cells]


def _row(number: int, line: str, cells: list[str], columns: tuple[int, int] | None) -> Pasted:
    if len(cells) > 1:
        return _of_cells(number, line, cells, columns)
    if (last := _LAST.match(line)) is not None:
        return Pasted(number, last[1].strip(), last[2], line)
    if (first := _FIRST.match(line)) is not None:
        return Pasted(number, first[2].strip(), first[1], line)
    return Pasted(number, line, "", line)


def _of_cells(number: int, line: str, cells: list[str], columns: tuple[int, int] | None) -> Pasted:
    """A row of a spreadsheet: by its headings, else the first cell and the last one that is a number."""
    if columns is not None and max(columns) < len(cells):
        code, quantity = (cells[each] for each in columns)
    else:
        code = next((each for each in cells if each), "")
        numbers = [each for each in cells[1:] if _QUANTITY.fullmatch(each)]
        others = [each for each in cells[1:] if each]
        quantity = numbers[-1] if numbers else others[-1] if len(others) == 1 else ""
    plain = _QUANTITY.fullmatch(quantity)
    return Pasted(number, code, plain[1] if plain is not None else quantity, line)


def _headings(cells: list[str]) -> tuple[int, int] | None:
    """Return in which cells code and quantity stand, if this is a row of headings."""
    if len(cells) == 1:
        cells = cells[0].split()
    words = [each.lower() for each in cells]
    quantity = next((at for at, each in enumerate(words) if any(word in each for word in _QUANTITY_WORDS)), None)
    code = next((at for at, each in enumerate(words) if any(word in each for word in _CODE_WORDS)), None)
    if quantity is None or code is None or quantity == code or any(re.search(r"[0-9]", each) for each in cells):
        return None
    return code, quantity
