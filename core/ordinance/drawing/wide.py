"""The wide layout: steps from left to right, as many to a row as a desk screen holds; side flows below.

Above the cards run the ways past them (a step that is off, a condition that is false), below them the ways back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ordinance.drawing.canvas import Canvas
from ordinance.drawing.cards import SMALL, Box, LaneBox
from ordinance.drawing.measure import cut, width
from ordinance.drawing.names import Names
from ordinance.drawing.picture import Card, Picture

CARD = 134
PER_ROW = 6
_EDGE, _GAP, _FORK, _MERGE = 26, 30, 20, 12
_FRAME, _CAPTION, _BETWEEN = 12, 22, 14
_RAIL, _TRACK, _ROW = 20, 13, 22
_START, _END = 7, 8
_LEGEND = 28
_MARGIN = 10.0


@dataclass(slots=True)
class Column:
    """One place of the main flow with its box, or the boxes that are open at once, placed."""

    boxes: list[Box]
    parallel: bool
    x: float = 0
    top: float = 0
    middle: float = 0
    tops: list[float] = field(default_factory=list)
    gate_high: float = 0

    @property
    def wide(self) -> float:
        """The width, with the frame around those that are open at once."""
        return CARD + (2 * _FRAME if self.parallel else 0)

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.wide

    @property
    def center(self) -> float:
        """Half of the width."""
        return self.x + self.wide / 2

    @property
    def high(self) -> float:
        """The height, with what happens on passing."""
        if not self.parallel:
            return self.gate_high + self.boxes[0].panel_high
        return _CAPTION + sum(box.high for box in self.boxes) + _BETWEEN * (len(self.boxes) - 1) + _FRAME

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.high

    @property
    def is_off(self) -> bool:
        """Whether nobody stops here."""
        return all(box.card.gate == "off" for box in self.boxes)

    @property
    def forks(self) -> bool:
        """Whether a document may go past without a switch: by a condition."""
        card = self.boxes[0].card
        return not self.parallel and not self.is_off and card.is_bypassed

    def place(self, x: float, top: float, gate_high: float) -> None:
        """Put it somewhere; the gates of a row are of one height."""
        self.x, self.gate_high = x, gate_high
        self.middle = top + gate_high / 2
        if not self.parallel:
            self.top, self.tops = top, [top]
            return
        self.top = top - 10
        at = self.top + _CAPTION
        for box in self.boxes:
            self.tops.append(at)
            at += box.high + _BETWEEN

    def paint(self, canvas: Canvas, names: Names) -> None:
        """Paint the boxes, and the frame around those that are open at once."""
        if not self.parallel:
            self.boxes[0].paint(canvas, self.x, self.top, self.gate_high)
            return
        canvas.rect(self.x, self.top, self.wide, self.high, "frame", 10)
        canvas.text(self.center, self.top + 15, cut(names.say("together"), SMALL, self.wide - 8), "quiet")
        for box, top in zip(self.boxes, self.tops, strict=True):
            box.paint(canvas, self.x + _FRAME, top)


@dataclass(slots=True)
class Row:
    """One row of columns, placed, with the ways back that run below it: target step to its track."""

    columns: list[Column]
    top: float = 0
    bottom: float = 0
    right: float = 0
    tracks: dict[str, float] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        """The height at which the arrows run."""
        return self.columns[0].middle


class Wide:
    """One drawing in the wide layout."""

    def __init__(self, picture: Picture, names: Names, per_row: int = PER_ROW) -> None:
        self.picture, self.names, self.canvas = picture, names, Canvas()
        columns = [Column([Box(card, names, CARD) for card in each], len(each) > 1) for each in picture.columns]
        self.rows = [Row(each) for each in _rows(columns, per_row)]
        self.at: dict[str, tuple[Row, Column]] = {}
        self.width = 0.0
        self.height = 0.0

    def paint(self) -> Canvas:
        """Lay everything out and paint it."""
        y = 6.0
        for row in self.rows:
            y = self._place(row, y)
        self._paint_ways()
        self._paint_backs()
        for row in self.rows:
            for column in row.columns:
                column.paint(self.canvas, self.names)
        y = self._paint_lanes(y)
        if self.picture.legend:
            y = self._paint_legend(y)
        self.width = max(self.width, *(row.right for row in self.rows), 0) + 8
        self.height = y + 4
        return self.canvas

    def _place(self, row: Row, y: float) -> float:
        railed = any(each.is_off or each.forks for each in row.columns)
        parallel = any(each.parallel for each in row.columns)
        row.top = y + (_RAIL if railed else 0) + (14 if parallel else 10)
        singles = [each.boxes[0].gate_high for each in row.columns if not each.parallel]
        gate_high = max(singles, default=64)
        x = float(_EDGE * (2 if len(self.rows) > 1 else 1) + (_START if row is self.rows[0] else 0))
        before: Column | None = None
        for column in row.columns:
            x += _gap(before, column)
            column.place(x, row.top, gate_high)
            x = column.right
            before = column
            self.at.update({box.card.id: (row, column) for box in column.boxes})
        row.right = x + (_GAP + 2 * _END if row is self.rows[-1] else _GAP)
        row.bottom = max(each.bottom for each in row.columns)
        targets = self._targets(row)
        row.tracks = {id: row.bottom + _TRACK * (at + 1) for at, id in enumerate(targets)}
        return row.bottom + _TRACK * len(targets) + (_ROW if row is not self.rows[-1] else 14)

    def _targets(self, row: Row) -> list[str]:
        """The steps to which somebody sends back along this row: from it, or to it from below."""
        here = {box.card.id for column in row.columns for box in column.boxes}
        every = [(card.id, to) for card in self.picture.cards for to in card.back]
        known = {card.id for card in self.picture.cards}
        return list(dict.fromkeys(to for id, to in every if to in known and (id in here or to in here)))

    def _paint_ways(self) -> None:
        first = self.rows[0]
        x = first.columns[0].x - _gap(None, first.columns[0]) if first.columns else _EDGE
        self.canvas.circle(x - _START, first.middle, _START, "tip")
        for at, row in enumerate(self.rows):
            x = self._paint_row(row, x)
            if at + 1 < len(self.rows):
                x = self._paint_turn(row, self.rows[at + 1], x, at)
        last = self.rows[-1]
        end = last.right - 2 * _END
        self._way(x, end, last.middle)
        self.canvas.circle(end + _END, last.middle, _END - 0.75, "way")
        self.canvas.circle(end + _END, last.middle, 3.5, "tip")
        self.canvas.text(end + _END, last.middle + 24, self.picture.end, "quiet")
        self.width = end + _END + width(self.picture.end, 11) / 2

    def _paint_row(self, row: Row, x: float) -> float:
        y, rail = row.middle, row.top - _RAIL
        columns = row.columns
        at = 0
        while at < len(columns):
            column = columns[at]
            if column.is_off:
                last = at
                while last + 1 < len(columns) and columns[last + 1].is_off:
                    last += 1
                left, right = column.x - _MERGE, columns[last].right + _MERGE
                self.canvas.path(f"M{x:g} {y:g}H{left:g}", "way")
                self.canvas.line([(left, y), (left, rail), (right, rail), (right, y)], "past", 9)
                self.canvas.path(f"M{right:g} {y:g}h2", "past")
                x, at = right + 2, last + 1
                continue
            if column.forks:
                self._paint_fork(column, x, y, rail)
            else:
                self._way(x, column.x, y)
            x, at = column.right, at + 1
        return x

    def _paint_fork(self, column: Column, x: float, y: float, rail: float) -> None:
        middle, merge = column.x - _FORK, column.right + _MERGE
        self.canvas.path(f"M{x:g} {y:g}H{middle - 7:g}", "way")
        self.canvas.line([(middle, y - 7), (middle, rail), (merge, rail), (merge, y - 2)], "maybe", 9)
        self.canvas.tip(merge, y - 1, "down")
        self.canvas.path(f"M{middle:g} {y - 7:g}l7 7-7 7-7-7z", "fork")
        self._way(middle + 7, column.x, y)

    def _way(self, left: float, right: float, y: float) -> None:
        self.canvas.path(f"M{left:g} {y:g}H{right - 5:g}", "way")
        self.canvas.tip(right - 1, y, "right")

    def _paint_turn(self, row: Row, after: Row, x: float, at: int) -> float:
        """From the end of a row to the beginning of the next."""
        channel = row.bottom + _TRACK * len(row.tracks) + _ROW / 2
        left = after.columns[0].x - _gap(None, after.columns[0])
        points = [(x, row.middle), (row.right - 12, row.middle), (row.right - 12, channel), (left, channel)]
        self.canvas.line([*points, (left, after.middle), (left + 4, after.middle)], "way")
        return left + 4

    def _paint_backs(self) -> None:
        for target in dict.fromkeys(to for card in self.picture.cards for to in card.back):
            if target in self.at:
                sources = [card for card in self.picture.cards if target in card.back]
                self._paint_back(target, sources)

    def _paint_back(self, target: str, sources: Sequence[Card]) -> None:
        row, column = self.at[target]
        to = column.center - 14
        for from_row in self.rows:
            starts = [self._start(card) for card in sources if self.at[card.id][0] is from_row]
            if not starts:
                continue
            track, (far, bottom) = from_row.tracks[target], max(starts)
            points = [(far, bottom), (far, track)]
            if from_row is not row:
                points += [(_MARGIN, track), (_MARGIN, row.tracks[target])]
            self.canvas.line([*points, (to, row.tracks[target]), (to, column.bottom + 6)], "back")
            for x, low in starts:
                if x != far:
                    self.canvas.path(f"M{x:g} {low:g}V{track:g}", "back")
        self.canvas.tip(to, column.bottom + 1, "up", "back-tip")

    def _start(self, card: Card) -> tuple[float, float]:
        """Where a way back leaves a step."""
        column = self.at[card.id][1]
        return (column.center + 14, column.bottom)

    def _paint_lanes(self, y: float) -> float:
        room = max(self.width, *(row.right for row in self.rows)) - _EDGE
        for branch in self.picture.branches:
            lane = LaneBox(branch, self.names, room)
            left = float(_EDGE)
            if len(self.rows) == 1:
                left, y = self._paint_bracket(branch.at, y, lane.wide, room)
            else:
                self.canvas.text(left, y + 14, branch.entered, "left quiet")
                y += 24
            lane.paint(self.canvas, left, y)
            self.width = max(self.width, left + min(lane.wide, room))
            y += lane.high
        return y

    def _paint_bracket(self, at: frozenset[str], y: float, wide: float, room: float) -> tuple[float, float]:
        """The range of steps from which one may go into a side flow; return where its first box stands."""
        centers = [self.at[id][1].center for id in at if id in self.at]
        first, last = min(centers, default=float(_EDGE)), max(centers, default=float(_EDGE))
        y += 8
        left = max(_EDGE, min(first - 30, room + _EDGE - wide))
        drop = min(max(first, left + 24), left + 60)
        begin = max((self.at[id][1].bottom for id in at if id in self.at), default=y) if first == last else y - 6
        self.canvas.line([(first, begin), (first, y), (drop, y), (drop, y + 12)], "way")
        if last > first:
            self.canvas.line([(last, y - 6), (last, y), (first, y)], "way")
        self.canvas.tip(drop, y + 17, "down")
        return left, y + 18

    def _paint_legend(self, y: float) -> float:
        x = float(_EDGE)
        for kind in self.picture.legend:
            words = self.names.say(kind)
            self.canvas.open(f"step is-{kind}{' off' if kind == 'off' else ''}")
            self.canvas.rect(x, y + 10, 22, 14, "gate", 4)
            self.canvas.close()
            self.canvas.text(x + 28, y + 21, words, "left")
            x += 28 + width(words, 11) + 18
        self.width = max(self.width, x)
        return y + _LEGEND


def _rows(columns: list[Column], per_row: int) -> list[list[Column]]:
    """Return the columns in rows of nearly the same length."""
    count = max(1, -(-len(columns) // per_row))
    size = -(-len(columns) // count)
    return [columns[at : at + size] for at in range(0, len(columns), size)] or [[]]


def _gap(before: Column | None, column: Column) -> float:
    """Room for the arrow, for the fork before a condition, for the way that comes down behind the last one."""
    gap = _GAP + (_FORK - _MERGE if column.forks else 0)
    return gap + (_MERGE if before is not None and (before.forks or before.is_off) and column.forks else 0)
