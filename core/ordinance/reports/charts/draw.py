"""Choose the drawing that suits the data, and make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ordinance.reports.charts.bars import standing
from ordinance.reports.charts.canvas import text_width
from ordinance.reports.charts.lines import lines, spark
from ordinance.reports.charts.lying import lying
from ordinance.reports.charts.pie import pie, suits
from ordinance.reports.charts.plot import ZERO, Drawing, Plot, Series

NAMES_MAX = 12
"""So many names are drawn; the rest is one more."""

SERIES_MAX = 6
"""So many colours there are; the rest is the last."""

_BARS_MAX = 8
_ROOM_MIN = 6


def draw(plot: Plot, wide: int, high: int) -> Drawing | None:
    """Return a chart; None if there is nothing to draw.

    Args:
        plot: The data.
        wide: Its width in pixels, at which letters have their size.
        high: Its height; bars that lie are as high as they are many.
    """
    if not any(value is not None for each in plot.series for value in each.values):
        return None
    few = _few_series(plot)
    if few.kind == "pie" and suits(few):
        return pie(few, (wide, high))
    if few.kind == "line" or (few.is_time and len(few.labels) * _ROOM_MIN > wide):
        return lines(few if few.is_time else few.shortened(NAMES_MAX), (wide, high))
    short = few.shortened(NAMES_MAX)
    return standing(short, (wide, high)) if _stands(short, wide) else lying(short, wide)


def sparkline(values: Sequence[Decimal | None], title: str, wide: int = 120, high: int = 32) -> Drawing | None:
    """Return a bare line of values in order; None if there are fewer than two."""
    return spark(values, title, (wide, high)) if sum(each is not None for each in values) > 1 else None


def _stands(plot: Plot, wide: int) -> bool:
    """Return whether bars may stand: days always do, names if they are few and short."""
    if plot.is_time:
        return True
    room = Decimal(wide - 60) / max(len(plot.labels), 1)
    return len(plot.labels) <= _BARS_MAX and all(text_width(plot.brief(at)) <= room for at in range(len(plot.labels)))


def _few_series(plot: Plot) -> Plot:
    """Return the plot with as many series as there are colours: the last of them holds the rest."""
    if len(plot.series) <= SERIES_MAX:
        return plot
    kept, rest = plot.series[: SERIES_MAX - 1], plot.series[SERIES_MAX - 1 :]
    values = tuple(
        sum((each.values[at] or ZERO for each in rest), ZERO) if any(each.values[at] for each in rest) else None
        for at in range(len(plot.labels))
    )
    texts = tuple("" if value is None else plot.total(value) for value in values)
    return replace(plot, series=(*kept, Series(plot.rest, values, texts)))
