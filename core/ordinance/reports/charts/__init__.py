"""Charts as SVG: bars, stacked bars, lines, pies, sparklines. Pure: the same data make the same bytes.

Colours come from the page by class, words come in with the data, and every mark says what it is in a `<title>`.
"""

from ordinance.reports.charts.draw import draw, sparkline
from ordinance.reports.charts.plot import Drawing, Mark, Plot, Series
from ordinance.reports.charts.style import STYLE

__all__ = ["STYLE", "Drawing", "Mark", "Plot", "Series", "draw", "sparkline"]
