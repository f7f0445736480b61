"""The tall layout, steps from top to bottom: 340 pixels wide for a phone, 256 for the margin of a page."""

from __future__ import annotations

from dataclasses import dataclass

from ordinance.drawing.canvas import Canvas
from ordinance.drawing.cards import Box, LaneBox
from ordinance.drawing.measure import width, wrap
from ordinance.drawing.names import Names
from ordinance.drawing.picture import Picture

_WIDTH, _CARD, _LEFT = 340.0, 224.0, 62.0
_SLIM_WIDTH, _SLIM_CARD, _SLIM_LEFT = 256.0, 172.0, 52.0
_GAP, _FORK = 24, 20
_FRAME, _CAPTION, _BETWEEN = 10, 24, 12
_RAIL = 16
_TRACK, _TRACKS = 11, 4
_LINE = 14


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its upper edge."""

    box: Box
    top: float


class Tall:
    """One drawing in the tall layout."""

    def __init__(self, picture: Picture, names: Names, *, slim: bool = False) -> None:
        self.picture, self.names, self.canvas = picture, names, Canvas()
        self.at: dict[str, Placed] = {}
        self.left, self.card = (_SLIM_LEFT, _SLIM_CARD) if slim else (_LEFT, _CARD)
        self.middle = self.left + self.card / 2
        self.width, self.height = _SLIM_WIDTH if slim else _WIDTH, 0.0

    def paint(self) -> Canvas:
        """Lay everything out and paint it."""
        y = 16.0
        self.canvas.circle(self.middle, y, 7, "tip")
        line_from = y + 7
        boxes: list[Placed] = []
        for cards in self.picture.columns:
            placed, line_from = self._column([Box(each, self.names, self.card) for each in cards], line_from)
            boxes += placed
        self._way(line_from, line_from + _GAP)
        y = line_from + _GAP + 8
        self.canvas.circle(self.middle, y, 7.25, "way")
        self.canvas.circle(self.middle, y, 3.5, "tip")
        self.canvas.text(self.middle + 16, y + 4, self.picture.end, "left quiet")
        self._paint_backs()
        for each in boxes:
            each.box.paint(self.canvas, self.left, each.top)
        y = self._paint_lanes(y + 18)
        if self.picture.legend:
            y = self._paint_legend(y)
        self.height = y + 8
        return self.canvas

    def _column(self, boxes: list[Box], line_from: float) -> tuple[list[Placed], float]:
        if len(boxes) > 1:
            return self._frame(boxes, line_from)
        (box,) = boxes
        card = box.card
        forks = card.gate != "off" and card.is_bypassed
        top = line_from + _GAP + (_FORK if forks else 10 if card.gate == "off" else 0)
        placed = Placed(box, top)
        self.at[card.id] = placed
        bottom = top + box.high
        if card.gate == "off":
            return [placed], self._past(line_from, top, bottom)
        if not forks:
            self._way(line_from, top)
            return [placed], bottom
        return [placed], self._fork(line_from, top, bottom)

    def _past(self, line_from: float, top: float, bottom: float) -> float:
        """The way around a step that is off."""
        rail, above, below = self.left + self.card + _RAIL, top - 12, bottom + 10
        self.canvas.path(f"M{self.middle:g} {line_from:g}V{above:g}", "way")
        points = [(self.middle, above), (rail, above), (rail, below), (self.middle, below)]
        self.canvas.line(points, "past", 9)
        self.canvas.path(f"M{self.middle:g} {below - 1:g}v2", "past")
        return below

    def _fork(self, line_from: float, top: float, bottom: float) -> float:
        """A condition before a step, and the way for those it is not true of."""
        rail, fork, merge = self.left + self.card + _RAIL, top - _FORK, bottom + 12
        self.canvas.path(f"M{self.middle:g} {line_from:g}V{fork - 7:g}", "way")
        self.canvas.line([(self.middle + 7, fork), (rail, fork), (rail, merge), (self.middle + 8, merge)], "maybe", 9)
        self.canvas.tip(self.middle + 2, merge, "left")
        self.canvas.path(f"M{self.middle:g} {fork - 7:g}l7 7-7 7-7-7z", "fork")
        self._way(fork + 7, top)
        self.canvas.path(f"M{self.middle:g} {bottom:g}V{merge:g}", "way")
        return merge

    def _frame(self, boxes: list[Box], line_from: float) -> tuple[list[Placed], float]:
        top = line_from + _GAP
        high = _CAPTION + sum(box.high for box in boxes) + _BETWEEN * (len(boxes) - 1) + _FRAME
        self._way(line_from, top)
        self.canvas.rect(self.left - _FRAME, top, self.card + 2 * _FRAME, high, "frame", 10)
        self.canvas.text(self.middle, top + 16, self.names.say("together"), "quiet")
        at = top + _CAPTION
        placed = []
        for box in boxes:
            placed.append(Placed(box, at))
            self.at[box.card.id] = placed[-1]
            at += box.high + _BETWEEN
        return placed, top + high

    def _way(self, above: float, below: float) -> None:
        self.canvas.path(f"M{self.middle:g} {above:g}V{below - 5:g}", "way")
        self.canvas.tip(self.middle, below - 1, "down")

    def _paint_backs(self) -> None:
        targets = [to for to in dict.fromkeys(to for card in self.picture.cards for to in card.back) if to in self.at]
        for at, target in enumerate(targets):
            track = self.left - 20 - _TRACK * (at % _TRACKS)
            to = self.at[target]
            end = to.top + to.box.gate_high / 2 - 8
            starts = [self._start(card.id) for card in self.picture.cards if target in card.back]
            far = max(starts, key=lambda y: abs(y - end))
            self.canvas.line([(self.left, far), (track, far), (track, end), (self.left - 6, end)], "back")
            for y in starts:
                if y != far:
                    self.canvas.path(f"M{self.left:g} {y:g}H{track:g}", "back")
            self.canvas.tip(self.left - 1, end, "right", "back-tip")

    def _start(self, id: str) -> float:
        """Where a way back leaves a step."""
        source = self.at[id]
        return source.top + source.box.gate_high / 2 + 8

    def _paint_lanes(self, y: float) -> float:
        for branch in self.picture.branches:
            self.canvas.path(f"M16 {y:g}H{self.width - 16:g}", "frame")
            y += 8
            for line in wrap(branch.entered, 11, self.width - 32, 3):
                self.canvas.text(16, y + 10, line, "left quiet")
                y += _LINE
            lane = LaneBox(branch, self.names, self.width - 32)
            lane.paint(self.canvas, 16, y + 8)
            y += lane.high + 10
        return y

    def _paint_legend(self, y: float) -> float:
        x = 16.0
        for kind in self.picture.legend:
            words = self.names.say(kind)
            wide = 28 + width(words, 11) + 18
            if x + wide > self.width:
                x, y = 16.0, y + 20
            self.canvas.open(f"step is-{kind}{' off' if kind == 'off' else ''}")
            self.canvas.rect(x, y + 6, 22, 14, "gate", 4)
            self.canvas.close()
            self.canvas.text(x + 28, y + 17, words, "left")
            x += wide
        return y + 28
