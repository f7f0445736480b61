"""A process as SVG: one element with its words, for a page or as a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ordinance.drawing.canvas import attribute, number, plain
from ordinance.drawing.names import Names
from ordinance.drawing.picture import Picture, picture_of
from ordinance.drawing.style import style_alone
from ordinance.drawing.tall import Tall
from ordinance.drawing.wide import Wide
from ordinance.process.model import ProcessState, Workflow

Layout = Literal["wide", "tall", "slim"]


def svg(
    workflow: Workflow,
    *,
    locale: str,
    names: Names | None = None,
    state: ProcessState | None = None,
    counts: Mapping[str, int] | None = None,
    compare: Workflow | None = None,
    names_before: Names | None = None,
    layout: Layout = "wide",
    alone: bool = False,
) -> str:
    """Return the drawing of a workflow: gates in order, blocks side by side, side flows, ways back, what is off.

    Source: design.md §6 (draw), requirement B-15.

    Args:
        workflow: The process.
        locale: `zh` or `en`.
        names: What everything is called; ids where it is left out.
        state: Where one document stands, to mark its way.
        counts: How many documents wait, by step.
        compare: The revision before, to mark what differs.
        names_before: What things were called in it.
        layout: `wide` for a desk, `tall` for a phone, `slim` for the margin of a page.
        alone: A file of its own, which brings its colours along; else it takes those of the page.
    """
    known = names or Names(locale)
    picture = picture_of(workflow, known, state=state, counts=counts, compare=compare, names_before=names_before)
    kind = "both" if compare is not None else "one" if state is not None else ""
    return paint(picture, known, layout=layout, alone=alone, kind=kind)


def paint(picture: Picture, names: Names, *, layout: Layout = "wide", alone: bool = False, kind: str = "") -> str:
    """Return the SVG of a picture.

    Args:
        picture: What is shown.
        names: The language.
        layout: `wide`, `tall` or `slim`.
        alone: Whether it is a file of its own.
        kind: `one` for one document, `both` for two revisions, else empty.
    """
    page = Wide(picture, names) if layout == "wide" else Tall(picture, names, slim=layout == "slim")
    body = "".join(page.paint().parts)
    key = f"d-{picture.id}-{layout}"
    size = f'width="{number(page.width)}" height="{number(page.height)}"'
    classes = " ".join(each for each in ("drawing", layout, kind) if each)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{classes}" {size} '
        f'viewBox="0 0 {number(page.width)} {number(page.height)}" role="img" '
        f"aria-labelledby={attribute(f'{key}-t')} aria-describedby={attribute(f'{key}-d')}>"
    )
    words = (
        f"<title id={attribute(f'{key}-t')}>{plain(picture.title)}</title>"
        f"<desc id={attribute(f'{key}-d')}>{plain(summary(picture, names))}</desc>"
    )
    style = f"<style>{style_alone()}</style>" if alone else ""
    return f"{head}{words}{style}{body}</svg>\n" if alone else f"{head}{words}{body}</svg>"


def summary(picture: Picture, names: Names) -> str:
    """Return the steps in order in one sentence."""
    arrow = " → "
    columns = (" + ".join(_short(card.label, card.gate, names) for card in column) for column in picture.columns)
    return arrow.join([*columns, picture.end])


def _short(label: str, gate: str, names: Names) -> str:
    return f"{label} ({names.say('off')})" if gate == "off" else label
