"""What a chart is made from and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one colour, one for each label; None where there is none. `texts` say them, `hrefs` lead behind."""

    name: str
    values: tuple[Decimal | None, ...]
    texts: tuple[str, ...] = ()
    hrefs: tuple[str, ...] = ()

    def text(self, at: int) -> str:
        """Return what a value is called."""
        value = self.values[at]
        return self.texts[at] if self.texts else "" if value is None else f"{value:,f}"

    def href(self, at: int) -> str:
        """Return where a value leads; empty for nowhere."""
        return self.hrefs[at] if self.hrefs else ""


@dataclass(frozen=True, slots=True)
class Plot:
    """The data of one chart.

    Attributes:
        kind: What is wanted; what does not suit the data becomes bars.
        title: What the chart is called, for those who do not see it.
        labels: Along the axis, at length.
        series: The values, each series as long as the labels.
        briefs: The labels where there is little room.
        is_time: The labels are days in order: they are never moved, and never put together.
        others: Which label stands for what is put together already; -1 for none.
        rest: What is put together because there is no room is called.
        total: Says a sum, for what is put together.
        say: Writes a number at the axis.
    """

    kind: Literal["bar", "line", "pie"]
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    briefs: tuple[str, ...] = ()
    is_time: bool = False
    others: int = -1
    rest: str = "…"
    total: Callable[[Decimal], str] = field(default=lambda number: f"{number:,f}")
    say: Callable[[Decimal], str] = field(default=lambda number: f"{number:,f}")

    def brief(self, at: int) -> str:
        """Return a label where there is little room."""
        return self.briefs[at] if self.briefs else self.labels[at]

    def value(self, series: int, at: int) -> Decimal:
        """Return a value, nought where there is none."""
        return self.series[series].values[at] or ZERO

    def heights(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """Return for each label how far its stack reaches below and above nought."""
        return tuple(
            (
                sum((v for s in self.series if (v := s.values[at] or ZERO) < 0), ZERO),
                sum((v for s in self.series if (v := s.values[at] or ZERO) > 0), ZERO),
            )
            for at in range(len(self.labels))
        )

    def shortened(self, most: int) -> Plot:
        """Return the plot with at most so many labels: the greatest in the order they have, and the rest as one."""
        if self.is_time or len(self.labels) <= most:
            return self
        sizes = [high - low for low, high in self.heights()]
        own = [at for at in range(len(self.labels)) if at != self.others]
        kept = sorted(sorted(own, key=lambda at: (-sizes[at], at))[: most - 1])
        rest = [at for at in range(len(self.labels)) if at not in set(kept)]
        series = tuple(self._short(each, kept, rest) for each in self.series)
        briefs = (*(self.brief(at) for at in kept), self.rest) if self.briefs else ()
        labels = (*(self.labels[at] for at in kept), self.rest)
        return replace(self, labels=labels, series=series, briefs=briefs, others=len(kept))

    def _short(self, each: Series, kept: Sequence[int], rest: Sequence[int]) -> Series:
        there = [value for at in rest if (value := each.values[at]) is not None]
        total = sum(there, ZERO) if there else None
        texts = (*(each.text(at) for at in kept), "" if total is None else self.total(total))
        hrefs = (*(each.href(at) for at in kept), "")
        return Series(each.name, (*(each.values[at] for at in kept), total), texts, hrefs)


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that stands for a value: the box it takes, where it stands in the data, its value."""

    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal
    series: int
    at: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: its markup, its size, its marks (for whoever wants to know what was drawn)."""

    svg: str
    width: int
    height: int
    kind: str
    marks: tuple[Mark, ...] = ()
