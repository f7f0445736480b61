"""An explanation as a page shows it, and the links that lead to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from ordinance.acts.explaining import Explanation, Line
from ordinance.blueprint import Entity
from ordinance.problems import Place
from ordinance.web.ui.views.controls import Control, Grid, Group
from ordinance.web.ui.views.speech import Speech

_KINDS = {
    "step": "step", "back": "send_back", "take": "take", "lane": "lane", "close": "close", "aside": "set_aside",
    "resume": "resume",
}  # fmt: skip
"""The parameter that asks about an act, by the word that begins the act's value."""

_STATES = {True: ("yes", "why_yes"), False: ("no", "why_no"), None: ("unknown", "why_unknown")}
ALONE = frozenset({"set_aside", "resume", "inbox", "record"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: `state` is yes, no or unknown; a quiet one only tells how things came to be."""

    text: str
    state: str
    state_label: str
    note: str = ""
    place: str = ""
    quiet: bool = False
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyView:
    """What the page and the dialog show."""

    title: str
    verdict: str
    allowed: bool
    person: str
    conditions: tuple[Condition, ...]
    changes: tuple[tuple[str, str], ...]
    possible: bool
    proved: bool
    still: tuple[str, ...]
    place: str = ""
    crumb: str = ""
    back: str = "/"
    hidden: tuple[tuple[str, str], ...] = ()
    can_ask_for: bool = False


def why_of(speech: Speech, explanation: Explanation, *, crumb: str, back: str) -> WhyView:
    """Return an explanation for a page.

    Args:
        speech: The language.
        explanation: What the act answered.
        crumb: What the record is called.
        back: Its address.
    """
    return WhyView(
        title=speech.of(explanation.title),
        verdict=speech.of(explanation.verdict),
        allowed=explanation.allowed,
        person=explanation.person,
        conditions=tuple(_condition(speech, each) for each in explanation.lines),
        changes=tuple((speech.of(each.text), _place(each.place)) for each in explanation.proposals),
        possible=explanation.possible,
        proved=bool(explanation.proved),
        still=tuple(speech.of(each) for each in explanation.still),
        place=_place(explanation.place),
        crumb=crumb,
        back=back,
    )


def _condition(speech: Speech, line: Line) -> Condition:
    state, word = _STATES[line.holds]
    return Condition(
        speech.of(line.text), state, speech.say(word), speech.of(line.note), _place(line.place),
        not line.counts, tuple(_condition(speech, each) for each in line.parts),
    )  # fmt: skip


def _place(place: Place | None) -> str:
    return f"{place.file}:{place.line}" if place is not None else ""


def act_href(href: str, value: str) -> str:
    """Return the address that explains an act of a record, by the act's value (`step:…`, `back:…`, `aside`)."""
    kind, _, name = value.partition(":")
    word = _KINDS.get(kind)
    if word is None:
        return ""
    return f"{href}/why?{urlencode({word: 'true' if word in ALONE else name})}"


def with_reasons(parts: Iterable[Group | Grid], entity: Entity, href: str) -> tuple[Group | Grid, ...]:
    """Return the parts of a form with, beside each field that is read-only or not shown, the way to know why."""
    return tuple(
        _grid(each, entity, href) if isinstance(each, Grid) else _group(each, entity, href) for each in parts
    )


def _grid(grid: Grid, entity: Entity, href: str) -> Grid:
    """Lead from the heading of a column to why cells below it cannot be changed; from the title, where none can."""
    if not grid.writable:
        first = f"{grid.name}.{grid.columns[0].name}" if grid.columns else grid.name
        return replace(grid, why=f"{href}/why?{urlencode({'field': first})}")
    lines = entity.fields.get(grid.name)
    columns = []
    for at, column in enumerate(grid.columns):
        field = lines.fields.get(column.name) if lines is not None else None
        locked = any(not row.cells[at].writable for row in grid.rows)
        asked = locked and field is not None and field.formula is None
        why = f"{href}/why?{urlencode({'field': f'{grid.name}.{column.name}'})}" if asked else ""
        columns.append(replace(column, why=why))
    return replace(grid, columns=tuple(columns))


def _group(group: Group, entity: Entity, href: str) -> Group:
    return replace(group, controls=tuple(_asked(each, entity, href) for each in group.controls))


def _asked(control: Control, entity: Entity, href: str) -> Control:
    field = entity.fields.get(control.name)
    if field is None or (control.shown and (control.writable or field.formula is not None)):
        return control
    return replace(control, why=f"{href}/why?{urlencode({'field': field.id})}")
