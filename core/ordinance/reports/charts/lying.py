"""Bars that lie: one line for each name, which may be long, with its value behind the bar."""

from __future__ import annotations

from decimal import Decimal

from ordinance.drawing.measure import cut
from ordinance.reports.charts.bars import class_of, title_of
from ordinance.reports.charts.canvas import SIZE, element, frame, text_width, titled, words
from ordinance.reports.charts.legend import legend
from ordinance.reports.charts.plot import ZERO, Drawing, Mark, Plot
from ordinance.reports.charts.scale import pixel

_LINE, _BAR, _GAP, _TOP = 26, 16, 8, 4
_NAMES = Decimal("0.34")
_LEAST = Decimal("0.5")


def lying(plot: Plot, wide: int) -> Drawing:
    """Return lying bars, as high as there are names."""
    keys, head = legend(plot, wide)
    names = min(max((text_width(each) for each in plot.labels), default=ZERO), wide * _NAMES) + _GAP
    sums = [_said(plot, at) for at in range(len(plot.labels))]
    values = max((text_width(each) for each in sums), default=ZERO) + _GAP
    heights = plot.heights()
    low, high = min((a for a, _ in heights), default=ZERO), max((b for _, b in heights), default=ZERO)
    room = max(wide - names - values * (2 if low < 0 else 1), Decimal(20))
    unit = room / (high - low) if high > low else ZERO
    nought = names + (values if low < 0 else ZERO) - low * unit
    tall = head + _TOP * 2 + _LINE * len(plot.labels)
    marks: list[Mark] = []
    parts = [keys, element("line", x1=pixel(nought), x2=pixel(nought), y1=head, y2=tall, class_="base")]
    for at in range(len(plot.labels)):
        y = Decimal(head + _TOP + _LINE * at)
        parts.append(words(cut(plot.labels[at], SIZE, float(names - _GAP)), pixel(names - _GAP), y + 17, "end"))
        below, above = nought, nought
        for number, each in enumerate(plot.series):
            value = each.values[at]
            if value is None:
                continue
            long = pixel(abs(value) * unit)
            x = pixel(below - long if value < 0 else above)
            below, above = (x, above) if value < 0 else (below, x + long)
            mark = Mark(x, y + (_LINE - _BAR) // 2, long, Decimal(_BAR), number, at, value)
            marks.append(mark)
            parts.append(_bar(plot, mark))
        end = (below - 4, "end") if heights[at][1] == 0 and heights[at][0] < 0 else (above + 4, "start")
        parts.append(words(sums[at], pixel(end[0]), y + 17, end[1], "said"))
    size = (wide, tall)
    return Drawing(frame("".join(parts), size, plot.title, "bars"), *size, "lying", tuple(marks))


def _said(plot: Plot, at: int) -> str:
    """Return what stands behind a line: its one value, or the sum of its stack."""
    if len(plot.series) == 1:
        return plot.series[0].text(at)
    return plot.total(sum((plot.value(number, at) for number in range(len(plot.series))), ZERO))


def _bar(plot: Plot, mark: Mark) -> str:
    shape = element(
        "rect", x=mark.x, y=mark.y, width=max(mark.width, _LEAST if mark.value else ZERO), height=mark.height,
        rx=2, class_=class_of(plot, mark),
    )  # fmt: skip
    return titled(shape, title_of(plot, mark.series, mark.at), plot.series[mark.series].href(mark.at))
