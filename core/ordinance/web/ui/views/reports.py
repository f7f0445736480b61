"""A report as a page: its conditions as controls, its rows as a table, its chart, the lists behind. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from ordinance.acts import Force
from ordinance.blueprint.periods import NAMED
from ordinance.blueprint.reporting import Column, Parameter, Report
from ordinance.reports import Answer, Cell, Chosen, Row
from ordinance.reports.charting import plot_of
from ordinance.reports.charts import draw
from ordinance.reports.wording import Words
from ordinance.web.ui.views.address import Address
from ordinance.web.ui.views.controls import Control, Option
from ordinance.web.ui.views.speech import SIGNS, Speech

WIDE, NARROW, HIGH = 1120, 340, 280
"""Pixels of a chart: on a desk, on a phone; its height."""

_LAST = re.compile(r"([1-9][0-9]{0,3})(d|w|mo|y)", re.ASCII)
_UNITS = {"d": "period_d", "w": "period_w", "mo": "period_mo", "y": "period_y"}
_PERIODS = {
    "today": "period_today", "yesterday": "period_yesterday", "this_week": "period_this_week",
    "last_week": "period_last_week", "this_month": "period_this_month", "last_month": "period_last_month",
    "this_quarter": "period_this_quarter", "last_quarter": "period_last_quarter", "this_year": "period_this_year",
    "last_year": "period_last_year", "all": "period_all",
}  # fmt: skip
_OFTEN = (
    "today", "7d", "30d", "90d", "this_week", "this_month", "last_month", "this_quarter", "12mo", "this_year", "all",
)  # fmt: skip
_OWN = "own"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart in its two widths; a narrow window shows the second."""

    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of the table; `href` leads to the list behind it."""

    text: str
    href: str = ""
    numeric: bool = True
    tone: str = ""
    opt: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A heading; its link sorts by it."""

    label: str
    href: str
    sorted: str = ""
    numeric: bool = False
    opt: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: what its group is called, its figures; `kind` is empty, `sub` or `rest`."""

    keys: tuple[Figure, ...]
    figures: tuple[Figure, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One parameter: a control, or for a period a choice and two days."""

    label: str
    control: Control
    days: tuple[Control, ...] = ()
    was: str = ""


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report."""

    title: str
    about: str
    here: str
    said: str
    conditions: tuple[Condition, ...]
    chart: Drawn | None
    heads: tuple[Head, ...]
    rows: tuple[TableRow, ...]
    total: TableRow | None
    left_out: str
    csv: str
    xlsx: str
    sort: str
    listed: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A report in the list of reports."""

    href: str
    label: str
    about: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The reports of one department."""

    label: str
    entries: tuple[Entry, ...]


def shelves(force: Force, reports: tuple[Report, ...], speech: Speech) -> tuple[Shelf, ...]:
    """Return the reports by department, the company's own last."""
    labels = {id: each.label for id, each in force.blueprint.departments.items()} | {"": force.blueprint.company.label}
    made = []
    for id, label in labels.items():
        entries = tuple(
            Entry(f"/reports/{each.id}", speech.of(each.label), speech.of(each.about))
            for each in reports
            if each.department == id
        )
        if entries:
            made.append(Shelf(speech.of(label) or id, entries))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Makes the view of one answer."""

    force: Force
    speech: Speech
    words: Words
    answer: Answer

    def given(self, **change: str) -> str:
        """Return the address of this report as it was asked, with some of it changed."""
        asked = {each.parameter.id: each.text for each in self.answer.parameters if self._is_asked(each)}
        if self.answer.sort != self.answer.report.sort and self.answer.sort:
            asked["sort"] = _sort_text(self.answer.sort)
        pairs = [(name, text) for name, text in {**asked, **change}.items() if text or name in asked]
        path = f"/reports/{self.answer.report.id}"
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def _is_asked(self, each: Chosen) -> bool:
        return each.text != each.parameter.default

    def behind(self, row: Row) -> str:
        """Return the address of the list behind a row; empty if no list shows exactly that."""
        if row.behind is None:
            return ""
        return Address(self.answer.report.of, filters=row.behind, step=row.step).href()

    def chart(self, wide: int = WIDE, high: int = HIGH) -> Drawn | None:
        """Return the chart in its two widths."""
        plot = plot_of(self.answer, self.words, self.behind)
        if plot is None:
            return None
        drawn = [draw(plot, each, high) for each in (wide, NARROW)]
        if drawn[0] is None or drawn[1] is None:
            return None
        return Drawn(*(Markup(each.svg) for each in drawn if each is not None))  # noqa: S704 - charts escape what they show

    def view(self) -> ReportView:
        """Return everything the page shows."""
        answer, speech = self.answer, self.speech
        report = answer.report
        periods = [each.said for each in answer.parameters if each.parameter.is_period and each.said]
        names = ("、" if self.words.call.locale == "zh" else ", ").join(answer.left_out)
        rows = tuple(self._rows())
        return ReportView(
            title=speech.of(report.label),
            about=speech.of(report.about),
            here=f"/reports/{report.id}",
            said=" · ".join(periods),
            conditions=tuple(self._condition(each) for each in answer.parameters),
            chart=self.chart() if rows else None,
            heads=tuple(self._heads()),
            rows=rows,
            total=self._row(answer.total, speech.say("figures_total"), "total") if rows and report.groups else None,
            left_out=speech.say("columns_left_out", names=names) if names else "",
            csv=self.given(**{"as": "csv"}),
            xlsx=self.given(**{"as": "xlsx"}),
            sort=_sort_text(answer.sort) if answer.sort != report.sort else "",
            listed=self.behind(answer.total),
        )

    # The table

    def _heads(self) -> list[Head]:
        now = dict(self.answer.sort[:1])
        made = []
        names = [(each.id, self.speech.of(each.label), False) for each in self.answer.report.groups]
        names += [(each.id, self.heading(each), True) for each in self.answer.columns]
        for at, (id, label, numeric) in enumerate(names):
            down = now.get(id)
            first = numeric if down is None else not down
            said = "" if down is None else "down" if down else "up"
            made.append(Head(label, self.given(sort=f"{'-' if first else ''}{id}"), said, numeric, self._opt(at)))
        return made

    def _opt(self, at: int) -> bool:
        return at - len(self.answer.report.groups) >= 3

    def heading(self, column: Column) -> str:
        """Return what a column is called, with the sign of its currency."""
        code = self.words.currency(column)
        label = self.speech.of(column.label)
        return f"{label} {SIGNS.get(code, code)}" if code else label

    def _rows(self) -> list[TableRow]:
        """Return the rows; the first of several groups is said once, and summed up behind its rows."""
        made: list[TableRow] = []
        report, before = self.answer.report, None
        several = len(report.groups) > 1
        for row in self.answer.rows:
            head = row.keys[0] if row.keys else None
            if several and before is not None and head != before[0]:
                made += self._subtotal(before)
            is_same = several and before is not None and head == before[0]
            made.append(self._row(row, said_already=is_same))
            before = (head, before[1] + 1 if is_same and before is not None else 1)
        if several and before is not None:
            made += self._subtotal(before)
        return made

    def _subtotal(self, before: tuple[Any, int]) -> list[TableRow]:
        key, count = before
        row = self.answer.subtotals.get(key.value)
        if count < 2 or key.is_others or row is None:
            return []
        return [self._row(row, self.speech.say("subtotal", name=key.text), "sub")]

    def _row(self, row: Row, name: str = "", kind: str = "", *, said_already: bool = False) -> TableRow:
        href = self.behind(row)
        if name:
            keys = [Figure(name, numeric=False)] + [Figure("", numeric=False)] * (len(self.answer.report.groups) - 1)
        else:
            keys = [
                Figure(
                    "" if said_already and at == 0 else each.text,
                    href if at == len(row.keys) - 1 else "",
                    numeric=False,
                )
                for at, each in enumerate(row.keys)
            ]
        groups = len(self.answer.report.groups)
        figures = tuple(
            self._figure(column, cell, href, opt=self._opt(at + groups))
            for at, (column, cell) in enumerate(zip(self.answer.columns, row.cells, strict=True))
        )
        rest = any(each.is_others for each in row.keys) and not name
        return TableRow(tuple(keys), figures, kind or ("rest" if rest else ""))

    def _figure(self, column: Column, cell: Cell, href: str, *, opt: bool) -> Figure:
        text = self.text(column, cell)
        tone = ""
        if column.show == "change" and isinstance(cell.value, Decimal) and cell.value:
            tone = "up" if cell.value > 0 else "down"
            text = f"+{text}" if cell.value > 0 else text
        return Figure(text, href if text else "", tone=tone, opt=opt)

    def text(self, column: Column, cell: Cell) -> str:
        """Return a figure with its unit."""
        measure = self.words.measure(column, cell)
        unit = self.words.unit(column, cell)
        gap = "" if unit in ("", "%") else " "
        return f"{self.words.figure(column, cell)}{gap}{unit}" + (f" {measure}" if measure and not cell.mixed else "")

    # The conditions

    def _condition(self, chosen: Chosen) -> Condition:
        each = chosen.parameter
        label = self.speech.of(each.label)
        if each.is_period:
            return self._period(each, chosen.text, label)
        field = each.field
        widget = self.force.types.of(field).widget if field is not None else "text"
        name = each.id
        if field is not None and widget in ("select", "checkbox"):
            options = self._options(each, chosen.text)
            return Condition(label, Control(name, label, "select", options=options, prefix="p"))
        if field is not None and widget == "lookup" and isinstance(field.to, str):
            said = self.words.titles.get((field.to, chosen.text), chosen.text)
            return Condition(
                label, Control(name, label, "ref", value=said, reference=chosen.text, source=field.to, prefix="p")
            )
        options = self._engine_options(each, chosen.text)
        if options:
            return Condition(label, Control(name, label, "select", options=options, prefix="p"))
        return Condition(label, Control(name, label, value=chosen.text, prefix="p"))

    def _options(self, each: Parameter, now: str) -> tuple[Option, ...]:
        assert each.field is not None
        yes_no = {"true": self.speech.say("yes"), "false": self.speech.say("no")}
        made = {id: self.speech.of(label) for id, label in each.field.options.items()} or yes_no
        return self._chosen(made, now)

    def _engine_options(self, each: Parameter, now: str) -> tuple[Option, ...]:
        """Return what a name of the engine may be: a step of the documents' processes."""
        if each.path != ("step",):
            return ()
        return self._chosen({id: self.speech.of(label) for id, label in self.words.steps().items()}, now)

    def _chosen(self, made: Mapping[str, str], now: str) -> tuple[Option, ...]:
        first = Option("", self.speech.say("any"), not now)
        return (first, *(Option(id, label, id == now) for id, label in made.items()))

    def _period(self, each: Parameter, text: str, label: str) -> Condition:
        named = text or "all"
        is_own = named not in NAMED and not _LAST.fullmatch(named)
        offered = dict.fromkeys([*_OFTEN, each.default or "all", *([] if is_own else [named])])
        options = [Option(id, period_words(self.speech, id), id == named) for id in offered if id]
        options.append(Option(_OWN, self.speech.say("period_own"), is_own))
        first, _, last = named.partition("..") if is_own else ("", "", "")
        last = last if ".." in named else first
        days = tuple(
            Control(f"{each.id}{end}", self.speech.say(word, name=label), "date", value=value, prefix="p")
            for end, word, value in ((".since", "first_day", first), (".until", "last_day", last))
        )
        control = Control(each.id, label, "select", options=tuple(options), prefix="p")
        return Condition(label, control, days, named if is_own else "")


def period_words(speech: Speech, text: str) -> str:
    """Return what a period is called."""
    last = _LAST.fullmatch(text)
    if last:
        return speech.say(_UNITS[last[2]], n=last[1])
    return speech.say(_PERIODS[text]) if text in _PERIODS else text


def _sort_text(sort: tuple[tuple[str, bool], ...]) -> str:
    return ",".join(f"{'-' if down else ''}{name}" for name, down in sort[:1])


def read_given(report: Report, pairs: list[tuple[str, str]], today: date) -> tuple[dict[str, str], bool]:
    """Return what an address asks of a report, and whether it should be said shorter.

    A form sends all its controls, two days beside the name of a period, and beside a reference the id it stands for.
    """
    said: dict[str, str] = {}
    for name, value in pairs:
        said[name] = value.replace("\x00", "").strip()
    given, untidy = {}, False
    for name, value in said.items():
        if name.endswith(("~was", ".since", ".until")) and name.rpartition("~")[0] + name.rpartition(".")[0]:
            untidy = True
            continue
        parameter = report.parameters.get(name)
        text = value
        if parameter is not None and parameter.is_period:
            text, own = _own_days(said, name, value)
            untidy = untidy or own
        id, _, label = said.get(f"{name}~was", "").partition(" ")
        if id and label == value:
            text = id
        given[name] = text
    return given, untidy


def _own_days(said: Mapping[str, str], name: str, value: str) -> tuple[str, bool]:
    """Return the period of two days, if somebody has filled them in anew or asked for days of their own."""
    first, last = said.get(f"{name}.since", ""), said.get(f"{name}.until", "")
    own = f"{first}..{last}"
    was = said.get(f"{name}~was", "")
    before = was if ".." in was or not was else f"{was}..{was}"
    if (first or last) and (value == _OWN or own != before):
        return own, True
    return ("all" if value == _OWN else value), value == _OWN

