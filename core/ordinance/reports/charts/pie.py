"""A pie of few parts, each named beside it with its share."""

from __future__ import annotations

import math
from decimal import Decimal

from ordinance.drawing.measure import cut
from ordinance.reports.charts.bars import title_of
from ordinance.reports.charts.canvas import SIZE, element, frame, number, titled, words
from ordinance.reports.charts.plot import ZERO, Drawing, Mark, Plot
from ordinance.reports.charts.scale import pixel

PARTS_MAX = 6
"""More parts than this nobody tells apart: they are drawn as bars."""

_HUNDRED = Decimal(100)
_LINE = 24


def suits(plot: Plot) -> bool:
    """Return whether a pie can show it: few parts of one whole, none of them less than nought."""
    values = [each for series in plot.series for each in series.values if each is not None]
    return len(plot.series) == 1 and len(plot.labels) <= PARTS_MAX and sum(values, ZERO) > 0 and min(values) >= 0


def pie(plot: Plot, size: tuple[int, int]) -> Drawing:
    """Return a pie with its names at the right."""
    wide, high = size
    radius = Decimal(min(high, wide // 2)) / 2 - 4
    middle = (radius + 4, Decimal(high) / 2)
    values = [plot.value(0, at) for at in range(len(plot.labels))]
    total = sum(values, ZERO)
    marks, parts = [], []
    before = ZERO
    first = max((Decimal(high) - _LINE * len(values)) / 2 + 16, Decimal(16))
    left = pixel(middle[0] + radius + 20)
    for at, value in enumerate(values):
        share = value / total
        if value:
            x, y, size_ = (pixel(each) for each in (middle[0] - radius, middle[1] - radius, radius * 2))
            marks.append(Mark(x, y, size_, size_, 0, at, value))
            shape = _slice(middle, radius, before, before + share, f"mark s{at % 6}")
            parts.append(titled(shape, title_of(plot, 0, at), plot.series[0].href(at)))
        before += share
        y = first + _LINE * at
        parts.append(element("rect", x=left, y=pixel(y - 10), width=12, height=12, rx=2, class_=f"mark s{at % 6}"))
        said = f"{plot.labels[at]}  {pixel(share * _HUNDRED)}%"
        parts.append(words(cut(said, SIZE, float(wide - left - 20)), left + 20, pixel(y)))
    return Drawing(frame("".join(parts), size, plot.title, "pie"), wide, high, "pie", tuple(marks))


def _slice(middle: tuple[Decimal, Decimal], radius: Decimal, start: Decimal, end: Decimal, class_: str) -> str:
    if end - start >= 1:
        return element("circle", cx=pixel(middle[0]), cy=pixel(middle[1]), r=pixel(radius), class_=class_)
    (x1, y1), (x2, y2) = (_on_rim(middle, radius, each) for each in (start, end))
    large = 1 if end - start > Decimal("0.5") else 0
    path = (
        f"M{number(pixel(middle[0]))} {number(pixel(middle[1]))}L{number(x1)} {number(y1)}"
        f"A{number(pixel(radius))} {number(pixel(radius))} 0 {large} 1 {number(x2)} {number(y2)}Z"
    )
    return element("path", d=path, class_=class_)


def _on_rim(middle: tuple[Decimal, Decimal], radius: Decimal, part: Decimal) -> tuple[Decimal, Decimal]:
    """Return the point of the rim at a part of the whole, from the top, clockwise."""
    angle = float(part) * 2 * math.pi
    return pixel(middle[0] + radius * Decimal(math.sin(angle))), pixel(middle[1] - radius * Decimal(math.cos(angle)))
