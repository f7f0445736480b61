"""The overview: tiles of figures that are links, charts with their data, the reader's own work. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from ordinance.acts import Force, Task
from ordinance.blueprint.reporting import Column, Tile
from ordinance.reports import Answer, Cell
from ordinance.reports.charting import drawn, values_of
from ordinance.reports.charts import sparkline
from ordinance.reports.dashboards import Section, Shown, Standing
from ordinance.reports.figures import change_of
from ordinance.reports.wording import Words
from ordinance.web.ui.views.reports import Drawn, ReportView, Sheet
from ordinance.web.ui.views.speech import SIGNS, Speech

CHART_WIDE, CHART_HIGH = 560, 220
"""Pixels of a chart that has half of a desk."""

_SPARK_MIN = 5


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure; `tone` is empty, warn, bad or ok and never says more than the words do."""

    label: str
    value: str
    note: str
    href: str
    tone: str = ""
    note_tone: str = ""
    spark: Markup | None = None


@dataclass(frozen=True, slots=True)
class ChartTile:
    """One chart with the table of its data."""

    id: str
    label: str
    href: str
    chart: Drawn | None
    view: ReportView


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task."""

    href: str
    number: str
    title: str
    step: str
    since: str
    late: bool


@dataclass(frozen=True, slots=True)
class TaskTile:
    """The oldest tasks."""

    label: str
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """One dashboard: charts in pairs, lists of tasks. Its figures stand in the row that all dashboards share."""

    id: str
    label: str
    figures: tuple[Kpi, ...]
    charts: tuple[ChartTile, ...]
    tasks: tuple[TaskTile, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Makes the views of dashboards. `words` are those of each answer, looked up."""

    force: Force
    speech: Speech
    now: datetime
    words: dict[int, Words]

    def section(self, section: Section) -> SectionView:
        """Return one dashboard as it is shown."""
        return SectionView(
            section.id,
            self.speech.of(section.label),
            tuple(figure for shown in section.tiles if (figure := self._figure(shown)) is not None),
            tuple(chart for shown in section.tiles if (chart := self._chart(shown, section.id)) is not None),
            tuple(self._tasks(shown.tile, shown.tasks) for shown in section.tiles if shown.tile.shows == "tasks"),
        )

    def _figure(self, shown: Shown) -> Kpi | None:
        if shown.standing is not None:
            return self._standing(shown.tile, shown.standing)
        if shown.answer is None or not shown.tile.column:
            return None
        answer, tile = shown.answer, shown.tile
        at = answer.at_column(tile.column)
        if at < 0:
            return None
        column, sheet = answer.columns[at], self._sheet(answer)
        note, tone = self._against(answer, at)
        values = values_of(answer, tile.column)
        label = self.speech.of(tile.label) or f"{self.speech.of(answer.report.label)}: {self.speech.of(column.label)}"
        spark = sparkline(values, label) if len(values) >= _SPARK_MIN else None
        return Kpi(
            label=label,
            value=self._value(sheet, column, answer.total.cells[at]),
            note=note,
            href=sheet.behind(answer.total) or sheet.given(),
            note_tone=tone,
            spark=Markup(spark.svg) if spark is not None else None,  # noqa: S704 - charts escape what they show
        )

    def _value(self, sheet: Sheet, column: Column, cell: Cell) -> str:
        text = sheet.text(column, cell)
        code = sheet.words.currency(column)
        if not text:
            return "—"
        return f"{SIGNS.get(code, code)}\u00a0{text}" if code and not cell.mixed else text

    def _against(self, answer: Answer, at: int) -> tuple[str, str]:
        """Return how a figure stands against the period before, in words."""
        if answer.before is None:
            return "", ""
        now, then = answer.total.cells[at].value, answer.before.cells[at].value
        if not isinstance(now, Decimal | int) or not isinstance(then, Decimal | int):
            return "", ""
        if not then:
            return (self.speech.say("nothing_before") if now else self.speech.say("same_as_before")), ""
        change = change_of(now, then)
        if not change:
            return self.speech.say("same_as_before"), ""
        said = f"{abs(change):,f}"
        if change > 0:
            return self.speech.say("up_from_before", change=said), "up"
        return self.speech.say("down_from_before", change=said), "down"

    def _standing(self, tile: Tile, standing: Standing) -> Kpi:
        label = self.speech.of(tile.label)
        if tile.shows == "overdue":
            of_all = self.speech.say("of_those_waiting", n=standing.waiting)
            note = of_all if standing.overdue else self.speech.say("nothing_overdue")
            tone = "bad" if standing.overdue else ""
            return Kpi(label or self.speech.say("my_overdue"), f"{standing.overdue:,}", note, "/", tone)
        since = self.speech.moment(standing.since, self.now) if standing.since is not None else ""
        note = self.speech.say("oldest_since", time=since) if since else self.speech.say("nothing_waits")
        tone = "warn" if standing.waiting else ""
        return Kpi(label or self.speech.say("home"), f"{standing.waiting:,}", note, "/", tone)

    def _chart(self, shown: Shown, section: str) -> ChartTile | None:
        if shown.answer is None or shown.tile.column:
            return None
        sheet = self._sheet(shown.answer)
        chart = sheet.chart(CHART_WIDE, CHART_HIGH) if drawn(shown.answer.report.chart) else None
        label = self.speech.of(shown.tile.label) or self.speech.of(shown.answer.report.label)
        return ChartTile(f"{section}-{shown.tile.id}", label, sheet.given(), chart, sheet.view())

    def _sheet(self, answer: Answer) -> Sheet:
        return Sheet(self.force, self.speech, self.words[id(answer)], answer)

    def _tasks(self, tile: Tile, tasks: Sequence[Task]) -> TaskTile:
        lines = tuple(
            TaskLine(
                f"/o/{each.entity}/{each.id}",
                each.number or self.speech.say("draft"),
                each.title if each.title != each.number else "",
                self.speech.of(each.label),
                self.speech.moment(each.since, self.now),
                each.due is not None and each.due < self.now,
            )
            for each in tasks
        )
        return TaskTile(self.speech.of(tile.label) or self.speech.say("oldest_tasks"), lines)
