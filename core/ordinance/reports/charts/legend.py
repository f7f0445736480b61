"""Which colour is which series."""

from __future__ import annotations

from decimal import Decimal

from ordinance.drawing.measure import cut
from ordinance.reports.charts.canvas import SIZE, element, text_width, words
from ordinance.reports.charts.plot import Plot

_LINE, _BOX, _GAP = 22, 12, 16


def legend(plot: Plot, wide: int) -> tuple[str, int]:
    """Return the names of the series with their colours, in as many lines as they take, and how high that is."""
    if len(plot.series) < 2:
        return "", 0
    parts = []
    x, line = Decimal(0), 0
    for at, each in enumerate(plot.series):
        text = cut(each.name, SIZE, float(wide - _BOX - 10))
        room = text_width(text) + _BOX + 6 + _GAP
        if x and x + room - _GAP > wide:
            x, line = Decimal(0), line + 1
        y = line * _LINE
        parts.append(element("rect", x=x, y=y, width=_BOX, height=_BOX, rx=2, class_=f"mark s{at % 6}"))
        parts.append(words(text, x + _BOX + 6, y + 10))
        x += room
    return "".join(parts), (line + 1) * _LINE
