"""One step as it is painted: a gate above, and below it what happens when a document passes, gate or no gate."""

from __future__ import annotations

from dataclasses import dataclass, field

from ordinance.drawing.canvas import Canvas
from ordinance.drawing.measure import cut, width, wrap
from ordinance.drawing.names import Names
from ordinance.drawing.picture import Branch, Card, Note

NAME, WHO, SMALL = 13.0, 11.5, 11.0
BOLD = 1.06
PAD = 10
_NAME_LINE, _WHO_LINE, _SMALL_LINE = 17, 15, 14
_INSET = 8
_EFFECTS_MOST = 4
_LANE_HIGH = 42


@dataclass(frozen=True, slots=True)
class Box:
    """A card with its lines broken to a width, not yet placed."""

    card: Card
    names: Names
    wide: float
    name: tuple[str, ...] = field(init=False)
    who: tuple[str, ...] = field(init=False)
    notes: tuple[tuple[Note, str, bool], ...] = field(init=False)
    effects: tuple[tuple[str, bool], ...] = field(init=False)

    def __post_init__(self) -> None:
        room = self.wide - 2 * PAD
        who = self.names.say("is_off") if self.card.gate == "off" else self.card.who
        object.__setattr__(self, "name", wrap(self.card.label, NAME * BOLD, room, 2))
        object.__setattr__(self, "who", wrap(who, WHO, room, 2))
        object.__setattr__(self, "notes", tuple(self._notes(room)))
        object.__setattr__(self, "effects", tuple(self._effects(room - 2 * _INSET + 8)))

    def _notes(self, room: float) -> list[tuple[Note, str, bool]]:
        made = []
        for note in self.card.notes:
            lines = wrap(note.text, SMALL, room - 14, 3)
            made += [(note, line, at == 0) for at, line in enumerate(lines)]
        return made

    def _effects(self, room: float) -> list[tuple[str, bool]]:
        effects = self.card.effects
        if len(effects) > _EFFECTS_MOST:
            rest = len(effects) - _EFFECTS_MOST + 1
            effects = (*effects[: _EFFECTS_MOST - 1], self.names.say("and_more", n=rest))
        return [(line, at == 0) for each in effects for at, line in enumerate(wrap(each, SMALL, room - 10, 2))]

    @property
    def gate_high(self) -> float:
        """The height the gate needs."""
        lines = len(self.name) * _NAME_LINE + len(self.who) * _WHO_LINE + len(self.notes) * _SMALL_LINE
        return max(52, lines + 2 * PAD + (4 if self.notes else 0))

    @property
    def panel_high(self) -> float:
        """The height of what stands below the gate; nothing if nothing happens."""
        return len(self.effects) * _SMALL_LINE + 12 if self.effects else 0

    @property
    def high(self) -> float:
        """The height of both."""
        return self.gate_high + self.panel_high

    def paint(self, canvas: Canvas, x: float, y: float, gate_high: float | None = None) -> None:
        """Paint the card with its upper left corner at a point; the gate may be made higher."""
        high = gate_high or self.gate_high
        card = self.card
        kinds = ["step", *({"off": ["off"], "some": ["some"], "on": []}[card.gate])]
        kinds += [each for each in (card.mark, f"is-{card.change}" if card.change else "") if each]
        kinds += ["mine"] if card.mine else []
        canvas.open(" ".join(kinds), "\n".join((card.label, *card.told)))
        if self.effects:
            self._paint_panel(canvas, x, y + high)
        canvas.rect(x, y, self.wide, high, "gate")
        self._paint_gate(canvas, x, y, high)
        self._paint_badges(canvas, x, y)
        canvas.close()

    def _paint_gate(self, canvas: Canvas, x: float, y: float, high: float) -> None:
        middle = x + self.wide / 2
        lines = len(self.name) * _NAME_LINE + len(self.who) * _WHO_LINE + len(self.notes) * _SMALL_LINE
        at = y + (high - lines - (4 if self.notes else 0)) / 2
        for line in self.name:
            canvas.text(middle, at + 13, line, "name")
            at += _NAME_LINE
        for line in self.who:
            canvas.text(middle, at + 11, line, "who")
            at += _WHO_LINE
        at += 4 if self.notes else 0
        for note, line, first in self.notes:
            canvas.text(middle + 7, at + 10.5, line, "note")
            if first:
                canvas.sign(middle + 7 - width(line, SMALL) / 2 - 9, at + 6.5, note.sign)
            at += _SMALL_LINE

    def _paint_panel(self, canvas: Canvas, x: float, y: float) -> None:
        canvas.rect(x + _INSET, y - 8, self.wide - 2 * _INSET, self.panel_high + 8, "panel", 6)
        at = y + 6
        for line, first in self.effects:
            if first:
                canvas.path(f"M{x + _INSET + 7:g} {at + 3:g}l5 3.5-5 3.5z", "dot")
            canvas.text(x + _INSET + 16, at + 10, line, "left")
            at += _SMALL_LINE

    def _paint_badges(self, canvas: Canvas, x: float, y: float) -> None:
        card = self.card
        if card.waiting:
            self._pill(canvas, x + self.wide + 6, y, str(card.waiting), "count", right=True)
        if card.change:
            self._pill(canvas, x - 4, y, self.names.say(card.change), "change")
        elif card.mark == "passed":
            canvas.circle(x + 2, y + 2, 8, "ok")
            canvas.sign(x + 2, y + 2, "check", "tick")
        elif card.mark == "here":
            self._pill(canvas, x - 4, y, self.names.say("here"), "now")

    def _pill(self, canvas: Canvas, x: float, y: float, words: str, kind: str, *, right: bool = False) -> None:
        wide = max(20, width(words, SMALL) + 12)
        left = x - wide if right else x
        canvas.rect(left, y - 10, wide, 18, kind, 9)
        canvas.text(left + wide / 2, y + 3, words, f"{kind}-text")


class LaneBox:
    """A side flow in one row: where one enters, its steps, how it ends."""

    def __init__(self, branch: Branch, names: Names, room: float) -> None:
        self.branch, self.names = branch, names
        self.parts: list[tuple[Card | None, str, str, float]] = [
            (None, branch.label, branch.who, self._wide(branch.label, branch.who, 22))
        ]
        self.parts += [(card, card.label, card.who, self._wide(card.label, card.who, 0)) for card in branch.cards]
        self.room = room

    @staticmethod
    def _wide(label: str, who: str, more: float) -> float:
        return min(max(width(label, NAME * BOLD) + 24, width(who, WHO) + 24, 84) + more, 220)

    def rows(self) -> list[list[tuple[Card | None, str, str, float]]]:
        """Return the boxes, broken into rows where they would not fit; the outcome follows the last."""
        rows: list[list[tuple[Card | None, str, str, float]]] = [[]]
        used = 0.0
        for part in self.parts:
            if rows[-1] and used + part[3] > self.room:
                rows.append([])
                used = 0
            rows[-1].append(part)
            used += part[3] + 26
        if used + self._outcome_wide() > self.room:
            rows.append([])
        return rows

    def _outcome_wide(self) -> float:
        return 30 + width(self.branch.outcome, SMALL)

    @property
    def wide(self) -> float:
        """How wide it is if it stands in one row."""
        return sum(part[3] + 26 for part in self.parts) + self._outcome_wide()

    @property
    def high(self) -> float:
        """How high it is with the line above that says where it may be entered."""
        notes = len(self.branch.notes)
        return len(self.rows()) * (_LANE_HIGH + 12) - 4 + notes * _SMALL_LINE

    def paint(self, canvas: Canvas, x: float, y: float) -> None:
        """Paint it with the upper left corner of its first box at a point."""
        branch = self.branch
        kinds = ["lane", *(each for each in (branch.mark, f"is-{branch.change}" if branch.change else "") if each)]
        canvas.open(" ".join(kinds), "\n".join((branch.label, *branch.told)))
        rows = self.rows()
        at, before = y, False
        left = x
        for row in rows:
            left = x
            for part in row:
                left = self._paint_part(canvas, left, at, part, before=before and left > x)
                before = True
            if row is not rows[-1]:
                at += _LANE_HIGH + 12
        self._paint_outcome(canvas, left, at + _LANE_HIGH / 2, linked=left > x)
        at += _LANE_HIGH + 4
        for note in branch.notes:
            canvas.sign(x + 10, at + 6.5, note.sign)
            canvas.text(x + 20, at + 10.5, cut(note.text, SMALL, max(self.room, 120)), "left")
            at += _SMALL_LINE
        canvas.close()

    def _paint_part(
        self, canvas: Canvas, x: float, y: float, part: tuple[Card | None, str, str, float], *, before: bool
    ) -> float:
        card, label, who, wide = part
        middle, radius = x + wide / 2, 8 if card else _LANE_HIGH / 2
        if before:
            canvas.path(f"M{x - 26:g} {y + _LANE_HIGH / 2:g}h20", "way")
            canvas.tip(x - 1, y + _LANE_HIGH / 2, "right")
        kinds = ["step" if card else "entry"]
        if card is not None:
            kinds += ["off"] if card.gate == "off" else []
            kinds += [each for each in (card.mark, f"is-{card.change}" if card.change else "") if each]
            kinds += ["mine"] if card.mine else []
        canvas.open(" ".join(kinds), "\n".join((card.label, *card.told)) if card else "")
        canvas.rect(x, y, wide, _LANE_HIGH, "gate", radius)
        shift = 0.0 if card else 8.0
        if card is None:
            canvas.sign(x + 17, y + _LANE_HIGH / 2, "lane")
        canvas.text(middle + shift, y + 18, cut(label, NAME * BOLD, wide - 16 - 2 * shift), "name")
        canvas.text(middle + shift, y + 33, cut(who, WHO, wide - 16 - 2 * shift), "who")
        change = card.change if card else self.branch.change
        if change:
            words = self.names.say(change)
            pill = width(words, SMALL) + 12
            canvas.rect(x - 4, y - 9, pill, 18, "change", 9)
            canvas.text(x - 4 + pill / 2, y + 4, words, "change-text")
        canvas.close()
        return x + wide + 26

    def _paint_outcome(self, canvas: Canvas, x: float, y: float, *, linked: bool) -> None:
        if linked:
            canvas.path(f"M{x - 26:g} {y:g}h20", "way")
            canvas.tip(x - 1, y, "right")
        if self.branch.ends:
            canvas.circle(x + 8, y, 7, "way")
            canvas.circle(x + 8, y, 3, "tip")
        else:
            canvas.sign(x + 8, y, "repeat", "sign")
        canvas.text(x + 22, y + 4, self.branch.outcome, "left")
