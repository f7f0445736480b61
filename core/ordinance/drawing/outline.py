"""The drawing as a list of words, for those who hear it or prefer to read it."""

from __future__ import annotations

from dataclasses import dataclass

from ordinance.drawing.names import Names
from ordinance.drawing.picture import Branch, Card, Picture


@dataclass(frozen=True, slots=True)
class Line:
    """One step or side flow: its name, what is special about it now, and everything there is to know of it."""

    label: str
    remarks: tuple[str, ...]
    told: tuple[str, ...]
    inside: tuple[Line, ...] = ()


def outline(picture: Picture, names: Names) -> tuple[Line, ...]:
    """Return the steps in order, then the side flows with their own steps."""
    steps = [_card(card, names, together=len(column) > 1) for column in picture.columns for card in column]
    return (*steps, *(_branch(each, names) for each in picture.branches))


def _card(card: Card, names: Names, *, together: bool = False) -> Line:
    say = names.say
    remarks = (
        *((say(card.change),) if card.change else ()),
        *((say({"here": "here", "passed": "passed", "skipped": "not_needed"}[card.mark]),) if card.mark else ()),
        *((say("off"),) if card.gate == "off" and card.change != "off" else ()),
        *((say("together"),) if together else ()),
        *((say("waiting", n=card.waiting),) if card.waiting else ()),
    )
    return Line(card.label, remarks, card.told)


def _branch(branch: Branch, names: Names) -> Line:
    remarks = (names.say(branch.change),) if branch.change else ()
    return Line(branch.label, remarks, branch.told, tuple(_card(each, names) for each in branch.cards))
