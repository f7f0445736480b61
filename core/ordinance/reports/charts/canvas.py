"""Elements of SVG as text: what comes from data is made harmless, numbers are written as short as they are."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from ordinance.drawing.measure import width

SIZE = 12
"""The size of letters, in pixels."""


def text_width(text: str, size: int = SIZE) -> Decimal:
    """Return how much room a text takes, near enough."""
    return Decimal(round(width(text, size) * 10)) / 10


def number(value: Decimal | int) -> str:
    """Return a number as an attribute has it."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def element(name: str, inner: str = "", **attributes: str | Decimal | int | None) -> str:
    """Return an element; an attribute that is None is left out, `class_` is written `class`, `_` as `-`."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{inner}</{name}>" if inner else f"<{name}{said}/>"


def words(text: str, x: Decimal | int, y: Decimal | int, anchor: str = "start", class_: str | None = None) -> str:
    """Return a text at a place."""
    return element("text", escape(text), x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=class_)


def titled(shape: str, title: str, href: str = "") -> str:
    """Return a shape that says what it is, and leads behind itself if there is something.

    The chart's table has the same links, so that the keyboard need not pass through every bar.
    """
    named = shape.replace("/>", f"><title>{escape(title)}</title></{shape[1 : shape.index(' ')]}>")
    return f'<a href="{escape(href)}" tabindex="-1">{named}</a>' if href else named


def frame(inner: str, size: tuple[int, int], title: str, class_: str) -> str:
    """Return the whole chart."""
    wide, high = size
    return (
        f'<svg class="chart {class_}" role="group" aria-label="{escape(title)}" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}">{inner}</svg>'
    )
