"""Elements of a drawing as text: presentation attributes and classes only, so that a strict content policy is kept."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

SIGNS: dict[str, str] = {
    "when": "M0-5 5 0 0 5-5 0z",
    "switch": "M-2.5-3.5h5a3.5 3.5 0 0 1 0 7h-5a3.5 3.5 0 0 1 0-7zM-2.5-1a1 1 0 1 0 .01 0",
    "clock": "M0-5a5 5 0 1 0 .01 0zM0-2.5V0l2 1.5",
    "bolt": "M1-5-3 .8H0L-1 5 3-.8H0z",
    "due": "M-3.5 5V-5M-3.5-4.5h7L1.8-2l1.7 2.5h-7",
    "people": "M-2-4.5a2 2 0 1 0 .01 0zM-5.5 4.5c0-5 7-5 7 0M2.5-3.5a1.5 1.5 0 1 1 0 3M3.5 1c1.6.5 2 2 2 3.5",
    "repeat": "M4.5-1.5A4.7 4.7 0 1 0 4.7 1.2M5-4.5v3h-3",
    "lane": "M-4-5.5v11M-4 1c5 0 7-1.5 7-5.5M.5-2 3-5l2.5 3",
    "check": "M-3 .3-.8 2.6 3.2-2.4",
}
"""Small outlines around the origin, about ten pixels wide."""


def plain(text: str) -> str:
    """Return a text that may stand in XML."""
    return escape(_ILLEGAL.sub("", text))


def attribute(text: str) -> str:
    """Return a text as a quoted attribute value."""
    return quoteattr(_ILLEGAL.sub("", text))


def number(value: float) -> str:
    """Return a coordinate, to a tenth, without noughts behind the point."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


class Canvas:
    """Collects elements in the order in which they are painted."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def open(self, kind: str, title: str = "") -> None:
        """Begin a group of a class; its title is shown and read out."""
        self.parts.append(f'<g class="{kind}">' + (f"<title>{plain(title)}</title>" if title else ""))

    def close(self) -> None:
        """End the group."""
        self.parts.append("</g>")

    def rect(self, x: float, y: float, wide: float, high: float, kind: str, radius: float = 8) -> None:
        """Add a box."""
        at = f'x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{number(high)}"'
        self.parts.append(f'<rect class="{kind}" {at} rx="{number(radius)}"/>')

    def circle(self, x: float, y: float, radius: float, kind: str) -> None:
        """Add a circle."""
        self.parts.append(f'<circle class="{kind}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>')

    def text(self, x: float, y: float, words: str, kind: str = "") -> None:
        """Add a line of text; its baseline is at y."""
        named = f' class="{kind}"' if kind else ""
        self.parts.append(f'<text{named} x="{number(x)}" y="{number(y)}">{plain(words)}</text>')

    def path(self, shape: str, kind: str) -> None:
        """Add an outline."""
        self.parts.append(f'<path class="{kind}" d="{shape}"/>')

    def sign(self, x: float, y: float, name: str, kind: str = "sign") -> None:
        """Add one of the small signs, its middle at a point."""
        shape = f'<path class="{kind}" transform="translate({number(x)} {number(y)})" d="{SIGNS[name]}"/>'
        self.parts.append(shape)

    def tip(self, x: float, y: float, way: str, kind: str = "tip") -> None:
        """Add the head of an arrow that ends at a point and comes from a side: `right`, `down`, `left` or `up`."""
        x_, y_ = number(x), number(y)
        drawn = {
            "right": f"M{x_} {y_}l-7-3.5v7z",
            "left": f"M{x_} {y_}l7-3.5v7z",
            "down": f"M{x_} {y_}l-3.5-7h7z",
            "up": f"M{x_} {y_}l-3.5 7h7z",
        }[way]
        self.path(drawn, kind)

    def line(self, points: list[tuple[float, float]], kind: str, radius: float = 7) -> None:
        """Add a line through points that turns at right angles, with round corners."""
        self.path(rounded(points, radius), kind)


def rounded(points: list[tuple[float, float]], radius: float) -> str:
    """Return the outline of a line through points with round corners."""
    (x, y), *_ = points
    turns = (_corner(points[at - 1], points[at], points[at + 1], radius) for at in range(1, len(points) - 1))
    shape = [f"M{number(x)} {number(y)}", *turns]
    x, y = points[-1]
    return "".join([*shape, f"L{number(x)} {number(y)}"])


def _corner(before: tuple[float, float], here: tuple[float, float], after: tuple[float, float], radius: float) -> str:
    first, second = _toward(here, before, radius), _toward(here, after, radius)
    turn = f"Q{number(here[0])} {number(here[1])} {number(second[0])} {number(second[1])}"
    return f"L{number(first[0])} {number(first[1])}{turn}"


def _toward(here: tuple[float, float], there: tuple[float, float], radius: float) -> tuple[float, float]:
    dx, dy = there[0] - here[0], there[1] - here[1]
    length = abs(dx) + abs(dy)
    part = min(radius, length / 2) / length if length else 0.0
    return here[0] + dx * part, here[1] + dy * part
