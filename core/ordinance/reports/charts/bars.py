"""Bars that stand: along an axis of days or of few names; stacked when there are several series."""

from __future__ import annotations

from decimal import Decimal

from ordinance.drawing.measure import cut
from ordinance.reports.charts.canvas import SIZE, element, frame, text_width, titled, words
from ordinance.reports.charts.legend import legend
from ordinance.reports.charts.plot import ZERO, Drawing, Mark, Plot
from ordinance.reports.charts.scale import Scale, pixel, scale

_TOP, _FOOT, _GAP = 12, 24, 8
_WIDEST = Decimal(56)
_THIN = Decimal("0.68")
_LEAST = Decimal("0.5")


def is_whole(plot: Plot) -> bool:
    """Return whether all values are whole numbers, so that no half is marked at the axis."""
    return all(value is None or value == value.to_integral_value() for each in plot.series for value in each.values)


class Ground:
    """The axis of values at the left and the names at the foot: what standing bars and lines have in common."""

    def __init__(self, plot: Plot, size: tuple[int, int], values: list[Decimal]) -> None:
        self.plot = plot
        self.wide, self.high = size
        keys, self.legend_height = legend(plot, self.wide)
        top, foot = _TOP + self.legend_height, self.high - _FOOT
        self.axis: Scale = scale(values, foot, top, whole=is_whole(plot))
        said = [plot.say(each) for each in self.axis.ticks]
        self.left = min(max(text_width(each) for each in said), Decimal(self.wide) / 3) + _GAP
        self.slot = (self.wide - self.left) / max(len(plot.labels), 1)
        self.parts = [keys, *self._lines(said)]

    def _lines(self, said: list[str]) -> list[str]:
        made = []
        for value, text in zip(self.axis.ticks, said, strict=True):
            y = self.axis.at(value)
            class_ = "base" if value == 0 else "grid"
            made.append(element("line", x1=pixel(self.left), x2=self.wide, y1=y, y2=y, class_=class_))
            made.append(words(text, pixel(self.left - _GAP), pixel(y + 4), "end"))
        return made

    def middle(self, at: int) -> Decimal:
        """Return the middle of the room of a label."""
        return self.left + self.slot * at + self.slot / 2

    def names(self) -> list[str]:
        """Return the names at the foot, as many as have room; the first is always there."""
        plot = self.plot
        widest = max((text_width(plot.brief(at)) for at in range(len(plot.labels))), default=ZERO)
        every = 1
        if plot.is_time:
            while self.slot * every < min(widest + 6, Decimal(self.wide)):
                every += 1
        made = []
        for at in range(0, len(plot.labels), every):
            text = cut(plot.brief(at), SIZE, float(self.slot * every - 2))
            half = text_width(text) / 2
            x = min(max(self.middle(at), half), self.wide - half)
            made.append(words(text, pixel(x), self.high - 6, "middle"))
        return made


def standing(plot: Plot, size: tuple[int, int]) -> Drawing:
    """Return standing bars."""
    heights = plot.heights()
    ground = Ground(plot, size, [end for pair in heights for end in pair])
    thick = pixel(min(ground.slot * _THIN, _WIDEST))
    marks: list[Mark] = []
    parts = [*ground.parts]
    for at in range(len(plot.labels)):
        below, above = ZERO, ZERO
        for number, each in enumerate(plot.series):
            value = each.values[at]
            if value is None:
                continue
            start = below if value < 0 else above
            mark = _mark(ground, thick, number, at, start, value)
            below, above = (start + value, above) if value < 0 else (below, start + value)
            marks.append(mark)
            parts.append(_bar(plot, mark))
    parts += ground.names()
    return Drawing(frame("".join(parts), size, plot.title, "bars"), *size, "bar", tuple(marks))


def _mark(ground: Ground, thick: Decimal, series: int, at: int, start: Decimal, value: Decimal) -> Mark:
    first, last = ground.axis.at(start), ground.axis.at(start + value)
    x = pixel(ground.middle(at) - thick / 2)
    return Mark(x, min(first, last), thick, abs(first - last), series, at, value)


def _bar(plot: Plot, mark: Mark) -> str:
    each = plot.series[mark.series]
    shape = element(
        "rect", x=mark.x, y=mark.y, width=mark.width, height=max(mark.height, _LEAST if mark.value else ZERO),
        rx=2, class_=class_of(plot, mark),
    )  # fmt: skip
    return titled(shape, title_of(plot, mark.series, mark.at), each.href(mark.at))


def class_of(plot: Plot, mark: Mark) -> str:
    """Return the class of a bar: its colour, or that of what was put together."""
    return "mark rest" if mark.at == plot.others and len(plot.series) == 1 else f"mark s{mark.series % 6}"


def title_of(plot: Plot, series: int, at: int) -> str:
    """Return what a mark says: its label, its series if there are several, its value."""
    each = plot.series[series]
    name = f"{plot.labels[at]} · {each.name}" if len(plot.series) > 1 else plot.labels[at]
    return f"{name}: {each.text(at)}"
