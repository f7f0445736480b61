"""An answer as the data of a chart: the group along the axis, the one that splits it, the figures of one column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ordinance.blueprint.reporting import Chart, Column
from ordinance.problems import Text
from ordinance.reports.answer import Answer, Cell, Key, Row
from ordinance.reports.charts import Plot, Series
from ordinance.reports.wording import REST, Words, is_span

_HOUR_S = Decimal(3600)
_ZH = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
_EN = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K"))
_HOURS = Text("{n} 小时", "{n} h")


def plot_of(answer: Answer, words: Words, href: Callable[[Row], str]) -> Plot | None:
    """Return the data of a report's chart; None if it has none, or the reader may not see what it draws.

    Args:
        answer: The report.
        words: The language.
        href: The address of the list behind a row; empty for none.
    """
    chart = answer.report.chart
    at = answer.at_column(chart.value) if chart is not None else -1
    if chart is None or chart.kind == "table" or at < 0:
        return None
    column = answer.columns[at]
    across, split = answer.at_group(chart.across), answer.at_group(chart.split)
    labels = _keys(answer.rows, across)
    parts = _keys(answer.rows, split) if split >= 0 else {None: None}
    by_place: dict[tuple[Any, Any], list[Row]] = {}
    for row in answer.rows:
        place = (_id(row.keys[across]), _id(row.keys[split]) if split >= 0 else None)
        by_place.setdefault(place, []).append(row)
    axis = _Axis(answer, words, column, at, href)
    order = list(labels)
    is_time = bool(answer.report.groups[across].bucket)
    if is_time:
        order.sort(key=lambda each: (each[0] is None, str(each[0])))
    series = tuple(
        axis.series(key.text if key is not None else column.label.in_(words.call.locale),
                    [by_place.get((label, part), []) for label in order])
        for part, key in parts.items()
    )  # fmt: skip
    return Plot(
        kind=chart.kind,
        title=f"{answer.report.label.in_(words.call.locale)}: {column.label.in_(words.call.locale)}",
        labels=tuple(labels[each].text for each in order),
        series=series,
        briefs=tuple(labels[each].brief for each in order),
        is_time=is_time,
        others=next((at for at, each in enumerate(order) if each[1]), -1),
        rest=words.say(REST),
        total=axis.text,
        say=axis.tick,
    )


def values_of(answer: Answer, column: str) -> tuple[Decimal | None, ...]:
    """Return the figures of a column in order, for a sparkline; none unless its rows are days."""
    at = answer.at_column(column)
    if len(answer.report.groups) != 1 or not answer.report.groups[0].bucket or at < 0:
        return ()
    return tuple(_number(row.cells[at]) for row in answer.rows)


def drawn(chart: Chart | None) -> bool:
    """Return whether a report is drawn at all."""
    return chart is not None and chart.kind != "table"


def _id(key: Key) -> tuple[Any, bool]:
    return key.value, key.is_others


def _keys(rows: Sequence[Row], at: int) -> Mapping[Any, Key]:
    return {_id(row.keys[at]): row.keys[at] for row in rows}


def _number(cell: Cell) -> Decimal | None:
    return Decimal(cell.value) if isinstance(cell.value, Decimal | int) and not cell.mixed else None


class _Axis:
    """One column as numbers of a chart: lengths of time in hours, everything else as it is."""

    def __init__(self, answer: Answer, words: Words, column: Column, at: int, href: Callable[[Row], str]) -> None:
        self.words, self.column, self.at, self.href = words, column, at, href
        self.is_span = is_span(column, answer.report)
        self.is_money = column.field is not None and words.force.types.of(column.field).is_amount

    def series(self, name: str, places: Sequence[Sequence[Row]]) -> Series:
        """Return the values of one colour."""
        values, texts, hrefs = [], [], []
        for rows in places:
            found = [value for row in rows if (value := _number(row.cells[self.at])) is not None]
            value = sum(found, Decimal(0)) if found else None
            scaled = value / _HOUR_S if value is not None and self.is_span else value
            values.append(scaled)
            texts.append("" if scaled is None else self.text(scaled))
            hrefs.append(self.href(rows[0]) if len(rows) == 1 else "")
        return Series(name, tuple(values), tuple(texts), tuple(hrefs))

    def text(self, number: Decimal) -> str:
        """Return a value of the chart as the table has it."""
        if self.is_span:
            return self.words.span(number * _HOUR_S)
        cell = Cell(number)
        return self.words.figure(self.column, cell) + self.words.unit(self.column, cell)

    def tick(self, number: Decimal) -> str:
        """Return a number at the axis: great ones in thousands and millions, or in 万 and 亿."""
        if self.is_span:
            return self.words.say(_HOURS).format(n=compact(number, self.words.call.locale))
        return compact(number, self.words.call.locale) + self.words.unit(self.column, Cell(number))


def compact(number: Decimal, locale: str) -> str:
    """Return a number in few digits, exactly: 25000 is 2.5万 or 25K."""
    for size, word in _ZH if locale.startswith("zh") else _EN:
        if abs(number) >= size:
            return _short(number / size) + word
    return _short(number)


def _short(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
