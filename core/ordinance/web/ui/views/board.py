"""The board: a column for each step that is switched on, and what may become of a card. Pure.

Moving a card is doing what the process calls that step; so the board never knows more of it than the process says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from ordinance.blueprint import Entity
from ordinance.process.model import Step, Workflow
from ordinance.web.ui.views.bulk import Chosen, chosen_of
from ordinance.web.ui.views.cards import Brief
from ordinance.web.ui.views.listing import FilterChip, Tab
from ordinance.web.ui.views.table import Table

DONE = "done"
"""The column behind the last step."""

CARDS = 20
"""Cards of a column; what is beyond is a link to the list."""


@dataclass(frozen=True, slots=True)
class Move:
    """One way a card may go: `to` is the column, empty for a side flow; with `href` a small form comes first."""

    do: str
    label: str
    to: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One document in a column."""

    brief: Brief
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """One column: how many stand there, what they come to, the first of them, the way to the others."""

    id: str
    label: str
    who: str = ""
    count: str = ""
    sum: str = ""
    cards: tuple[Card, ...] = ()
    more: str = ""
    more_href: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class BoardView:
    """Everything the board shows."""

    entity: str
    label: str
    list_href: str
    calendar_href: str
    here: str
    lanes: tuple[Lane, ...]
    tabs: tuple[Tab, ...] = ()
    chips: tuple[FilterChip, ...] = ()
    search: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    clear_href: str = ""
    key: str = ""
    new_href: str = ""


def gates(workflow: Workflow) -> tuple[Step, ...]:
    """Return the steps of the process at which a document may wait."""
    return tuple(step for step in workflow.steps if step.enabled is not False)


def moves_of(table: Table, workflow: Workflow, step: Step, back: str) -> dict[str, Move]:
    """Return what the reader may do to the cards of a column; the address of the small form lacks the card yet."""
    made: dict[str, Move] = {}
    for each in _moves(table, workflow, step, back):
        made.setdefault(f"{each.do}>{each.to}", each)
    return made


def _moves(table: Table, workflow: Workflow, step: Step, back: str) -> Iterator[Move]:
    force, entity, speech = table.force, table.entity, table.speech
    passes = chosen_of(force, entity, table.mine, f"step:{step.id}")
    if passes is not None:
        label = speech.of(step.label) or step.id
        yield _move(entity, passes, label, _behind(workflow, step), "first", back)
        for target in step.back_to if step.back_to else ():
            column = workflow.step(target)
            returns = chosen_of(force, entity, table.mine, f"back:{step.id}")
            if returns is not None and column is not None:
                text = speech.say("send_back_into", step=speech.of(column.label) or target)
                yield _move(entity, returns, text, _at_or_before(workflow, target), "back", back, target)
    for lane in workflow.lanes.values():
        chosen = chosen_of(force, entity, table.mine, f"lane:{lane.id}")
        if chosen is not None and (not lane.at or step.id in lane.at) and _still(workflow, step, lane.before):
            yield _move(entity, chosen, speech.of(lane.label) or lane.id, "", "", back)


def _move(entity: Entity, chosen: Chosen, label: str, to: str, tone: str, back: str, target: str = "") -> Move:
    do = f"{chosen.kind}:{chosen.source.id}"
    query = {"do": do, "back": back, **({"to": target} if target else {})}
    href = f"/o/{entity.id}/bulk?{urlencode(query)}" if chosen.asks else ""
    return Move(do, label, to, href, tone)


def _behind(workflow: Workflow, step: Step) -> str:
    """Return the column a card goes to when it has passed a step; steps that are open together are one gate."""
    ids = [each.id for each in workflow.steps]
    for each in workflow.steps[ids.index(step.id) + 1 :]:
        if each.enabled is not False and (step.together is None or each.together != step.together):
            return each.id
    return DONE


def _at_or_before(workflow: Workflow, target: str) -> str:
    """Return the column a card lands in when it is sent back: the nearest step at or before that is switched on."""
    ids = [each.id for each in workflow.steps]
    for each in reversed(workflow.steps[: ids.index(target) + 1]):
        if each.enabled is not False:
            return each.id
    return ""


def _still(workflow: Workflow, step: Step, before: str | None) -> bool:
    ids = [each.id for each in workflow.steps]
    return before is None or before not in ids or ids.index(step.id) <= ids.index(before)
