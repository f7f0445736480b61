"""A process as Mermaid text: a flowchart that its renderers accept, every label quoted."""

from __future__ import annotations

import re

from ordinance.drawing.names import Names
from ordinance.drawing.picture import Branch, Card, Picture, picture_of
from ordinance.process.model import Workflow

_OFF = "classDef off stroke-dasharray:5 4,opacity:0.65"


def mermaid(workflow: Workflow, locale: str, names: Names | None = None) -> str:
    """Return the flowchart of a workflow.

    Source: design.md §6 (draw).

    Args:
        workflow: The process.
        locale: `zh` or `en`.
        names: What everything is called; ids where it is left out.
    """
    known = names or Names(locale)
    return _Writer(picture_of(workflow, known), known).text()


class _Writer:
    def __init__(self, picture: Picture, names: Names) -> None:
        self.picture, self.names = picture, names
        self.lines: list[str] = ["flowchart LR"]

    def text(self) -> str:
        say = self.names.say
        self.lines.append(f"  begin_([{quoted(say('start'))}])")
        self.lines.append(f"  done_([{quoted(self.picture.end)}])")
        for at, column in enumerate(self.picture.columns):
            self._column(at, column)
        self._ways()
        self._backs()
        for branch in self.picture.branches:
            self._branch(branch)
        off = [key(card.id) for card in self.picture.cards if card.gate == "off"]
        if off:
            self.lines += [f"  {_OFF}", f"  class {','.join(off)} off"]
        return "\n".join(self.lines) + "\n"

    def _column(self, at: int, cards: tuple[Card, ...]) -> None:
        if len(cards) == 1:
            self.lines.append(f"  {self._card(cards[0])}")
            return
        self.lines.append(f"  subgraph together_{at}[{quoted(self.names.say('together'))}]")
        self.lines += [f"    {self._card(card)}" for card in cards]
        self.lines.append("  end")

    def _card(self, card: Card) -> str:
        who = self.names.say("is_off") if card.gate == "off" else card.who
        notes = [note.text for note in card.notes]
        effects = [f"▸ {each}" for each in card.effects]
        return f"{key(card.id)}[{quoted('<br>'.join([card.label, who, *notes, *effects]))}]"

    def _ways(self) -> None:
        """From each column to the next, and past those that a condition leaves out."""
        before: list[str] = ["begin_"]
        for column in self.picture.columns:
            here = [key(card.id) for card in column]
            self.lines += [f"  {one} --> {other}" for one in before for other in here]
            passing = before if len(column) == 1 and column[0].conditional else []
            before = [*here, *passing]
        self.lines += [f"  {one} --> done_" for one in before]

    def _backs(self) -> None:
        known = {card.id for card in self.picture.cards}
        for card in self.picture.cards:
            for to in card.back:
                if to in known:
                    self.lines.append(f"  {key(card.id)} -. {quoted(self.names.say('send_back'))} .-> {key(to)}")

    def _branch(self, branch: Branch) -> None:
        entry = f"lane_{key(branch.id)}"
        label = "<br>".join([branch.label, branch.who, branch.entered])
        self.lines.append(f"  {entry}([{quoted(label)}])")
        chain = [entry]
        for card in branch.cards:
            self.lines.append(f"  {key(branch.id)}_{self._card(card)}")
            chain.append(f"{key(branch.id)}_{key(card.id)}")
        self.lines.append(f"  {entry}_end([{quoted(branch.outcome)}])")
        chain.append(f"{entry}_end")
        self.lines.append(f"  {' --> '.join(chain)}")
        if len(branch.at) == 1:
            (at,) = branch.at
            self.lines.append(f"  {key(at)} -.-> {entry}")


def key(id: str) -> str:
    """Return a node's name: the id with a letter in front, so that no word of the language is met."""
    return "s_" + re.sub(r"[^A-Za-z0-9_]", "_", id)


def quoted(text: str) -> str:
    """Return a label in quotes; what would end it is written as an entity."""
    safe = text.replace("#", "#35;").replace('"', "#quot;").replace("\n", " ")
    safe = re.sub(r"<(?!br>)", "#lt;", safe)
    return f'"{safe}"'
