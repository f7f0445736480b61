"""The drawing of a process and its switches, as pages show them. The drawing itself is made by the drawing room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from ordinance.acts import Force
from ordinance.drawing import Line, Names, Picture, outline, paint, picture_of
from ordinance.drawing.picture import Mark as DrawnMark
from ordinance.process import Workflow
from ordinance.web.ui.views.record import Mark

_MARKS: Mapping[str, DrawnMark] = {"done": "passed", "now": "here", "off": "skipped"}


@dataclass(frozen=True, slots=True)
class Switch:
    """One step in the list: whether it stops a document, who acts, how many wait.

    `condition` is when it is on, if that depends; `words` are inputs for what it is called: name, label, value.
    """

    id: str
    label: str
    who: str
    state: str
    on: bool
    waiting: int = 0
    condition: str = ""
    locked: bool = False
    words: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing, laid out for wide and for narrow places, and the same in words."""

    title: str
    wide: Markup = field(default_factory=Markup)
    tall: Markup = field(default_factory=Markup)
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """One process: its switches, its drawing, its side flows."""

    id: str
    label: str
    switches: tuple[Switch, ...]
    drawing: Drawing
    lanes: tuple[tuple[str, str], ...] = ()


def names_of(force: Force, locale: str) -> Names:
    """Return what everything is called in a language; made once for a configuration."""
    return force.once(("names", locale), lambda: Names(locale, force.blueprint, force.rights.grants))


def drawing_of(picture: Picture, names: Names, kind: str = "") -> Drawing:
    """Return a picture as a page shows it.

    Args:
        picture: What is shown.
        names: The language.
        kind: `both` when two revisions are compared, else empty.
    """
    wide, tall = (paint(picture, names, layout=each, kind=kind) for each in ("wide", "tall"))
    return Drawing(picture.title, _markup(wide), _markup(tall), outline(picture, names))


def way_of(force: Force, locale: str, workflow: Workflow, marks: Sequence[Mark]) -> Markup:
    """Return the way of one document, drawn small for the margin of its page.

    Args:
        force: The configuration.
        locale: The language.
        workflow: Its process.
        marks: Its step bar: what has been passed, what is open, what is off.
    """
    names = names_of(force, locale)
    states = {step.id: _MARKS.get(mark.state, "") for step, mark in zip(workflow.steps, marks, strict=False)}
    picture = picture_of(workflow, names, marks=states, brief=True)
    return _markup(paint(picture, names, layout="slim", kind="one"))


def _markup(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - the drawing room escapes every word that is not its own
