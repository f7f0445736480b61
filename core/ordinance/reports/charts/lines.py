"""Lines: one for each series, broken where there is no value, with a dot for each; and sparklines, which are bare."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ordinance.reports.charts.bars import Ground, title_of
from ordinance.reports.charts.canvas import element, frame, number, titled
from ordinance.reports.charts.plot import Drawing, Mark, Plot
from ordinance.reports.charts.scale import pixel, scale

_DOT = Decimal("3.5")
_MARGIN = 3
Point = tuple[Decimal, Decimal]


def lines(plot: Plot, size: tuple[int, int]) -> Drawing:
    """Return lines over an axis."""
    values = [value for each in plot.series for value in each.values if value is not None]
    ground = Ground(plot, size, values)
    parts, marks = [*ground.parts], []
    for at, each in enumerate(plot.series):
        points = [
            None if value is None else (pixel(ground.middle(place)), ground.axis.at(value))
            for place, value in enumerate(each.values)
        ]
        parts += [_line(run, f"line s{at % 6}") for run in _runs(points) if len(run) > 1]
        for place, point in enumerate(points):
            value = each.values[place]
            if point is None or value is None:
                continue
            marks.append(Mark(point[0] - _DOT, point[1] - _DOT, _DOT * 2, _DOT * 2, at, place, value))
            dot = element("circle", cx=point[0], cy=point[1], r=_DOT, class_=f"mark s{at % 6}")
            parts.append(titled(dot, title_of(plot, at, place), each.href(place)))
    parts += ground.names()
    return Drawing(frame("".join(parts), size, plot.title, "lines"), *size, "line", tuple(marks))


def spark(values: Sequence[Decimal | None], title: str, size: tuple[int, int]) -> Drawing:
    """Return a line without an axis."""
    wide, high = size
    there = [value for value in values if value is not None]
    axis = scale(there, high - _MARGIN, _MARGIN)
    step = Decimal(wide - 2 * _MARGIN) / max(len(values) - 1, 1)
    points = [
        None if value is None else (pixel(_MARGIN + step * at), axis.at(value)) for at, value in enumerate(values)
    ]
    marks = tuple(
        Mark(point[0], point[1], Decimal(0), Decimal(0), 0, at, value)
        for at, (point, value) in enumerate(zip(points, values, strict=True))
        if point is not None and value is not None
    )
    runs = [_line(run, "line s0") for run in _runs(points) if len(run) > 1]
    last = next((each for each in reversed(points) if each is not None), None)
    dot = element("circle", cx=last[0], cy=last[1], r=Decimal("2.5"), class_="mark s0") if last is not None else ""
    inner = "".join([*runs, dot])
    svg = frame(inner, size, title, "spark").replace('role="group"', 'role="img"', 1)
    return Drawing(svg, wide, high, "spark", marks)


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """Return the points in runs without a gap."""
    runs: list[list[Point]] = [[]]
    for each in points:
        if each is None:
            runs.append([])
        else:
            runs[-1].append(each)
    return runs


def _line(points: Sequence[Point], class_: str) -> str:
    return element("polyline", points=" ".join(f"{number(x)},{number(y)}" for x, y in points), class_=class_)
