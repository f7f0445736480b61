"""The drawing of a process and its switches, as the steps page shows them."""

from __future__ import annotations

from dataclasses import dataclass

GAP, MARGIN = 22, 30
HIGH, LOW = 70, 20
BOX = (98, 66)
LINE = 13


@dataclass(frozen=True, slots=True)
class Switch:
    """One step in the list: whether it stops a document, who acts, how many wait."""

    label: str
    who: str
    state: str
    on: bool
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A step in the drawing."""

    label: str
    lines: tuple[str, ...]
    who: str
    on: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow; one that leads past a step that is off is drawn as an arc."""

    path: str
    skip: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """One process: its switches, its drawing, its side flows."""

    label: str
    switches: tuple[Switch, ...]
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    lanes: tuple[tuple[str, str], ...]
    width: int
    height: int
    start: tuple[int, int]
    end: tuple[int, int]
    box: tuple[int, int] = BOX


def draw(label: str, switches: tuple[Switch, ...], lanes: tuple[tuple[str, str], ...] = ()) -> Flow:
    """Return the drawing of steps in their order.

    Args:
        label: The name of the process.
        switches: Its steps.
        lanes: Its side flows: name, and who may enter them.
    """
    wide, high = BOX
    top = LOW if all(each.on for each in switches) else HIGH
    middle = top + high // 2
    boxes = tuple(
        Box(each.label, _lines(each.label), _short(each.who), each.on, 2 * MARGIN + at * (wide + GAP), top)
        for at, each in enumerate(switches)
    )
    end = 2 * MARGIN + len(boxes) * (wide + GAP) + 8
    return Flow(
        label,
        switches,
        boxes,
        _ways(boxes, end, middle),
        lanes,
        end + MARGIN,
        top + high + LOW,
        (MARGIN, middle),
        (end, middle),
    )


def _ways(boxes: tuple[Box, ...], end: int, middle: int) -> tuple[Way, ...]:
    wide = BOX[0]
    ways: list[Way] = []
    left, skipped, last_top = MARGIN + 7, 0, False
    for box in boxes:
        if not box.on:
            skipped += 1
            continue
        ways.append(_way(left, box.x, middle, skipped, from_box=last_top, to_box=True))
        left, skipped, last_top = box.x + wide, 0, True
    ways.append(_way(left, end - 8, middle, skipped, from_box=last_top, to_box=False))
    return tuple(ways)


def _way(left: int, right: int, middle: int, skipped: int, *, from_box: bool, to_box: bool) -> Way:
    if not skipped:
        return Way(f"M{left} {middle}H{right - 1}")
    begin = (left - 18, HIGH) if from_box else (left - 4, middle - 8)
    finish = (right + 18, HIGH - 2) if to_box else (right + 4, middle - 8)
    lift = HIGH - 40 - 12 * min(skipped, 3)
    return Way(
        f"M{begin[0]} {begin[1]}C{begin[0] + 30} {lift} {finish[0] - 30} {lift} {finish[0]} {finish[1]}", skip=True
    )


def _lines(text: str) -> tuple[str, ...]:
    """One or two lines that fit in a box, broken between words where there are any."""
    if _room(text) <= LINE:
        return (text,)
    first = ""
    for word in text.split():
        if _room(f"{first} {word}") > LINE:
            break
        first = f"{first} {word}".strip()
    first = first or _short(text).rstrip("…")
    return (first, _short(text[len(first) :].strip()))


def _short(text: str) -> str:
    """The words, cut where they would leave the box."""
    return (
        text
        if _room(text) <= LINE
        else next(text[:at].rstrip() + "…" for at in range(len(text), 0, -1) if _room(text[:at]) < LINE)
    )


def _room(text: str) -> int:
    """A Chinese character takes about two of the places of a Latin letter."""
    return sum(1 if letter.isascii() else 2 for letter in text)
