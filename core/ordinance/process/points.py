"""What an explanation of the process consists of: conditions as points, and the answer they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ordinance.expressions.explaining import Tree
from ordinance.expressions.explaining_changes import Change, Changes
from ordinance.problems import Place, Reason, Text
from ordinance.process.model import Path
from ordinance.process.supposing import Ask, Attempt, Remedies, Remedy


@dataclass(frozen=True, slots=True)
class Point:
    """One condition.

    Attributes:
        code: Which condition: place, part, enabled, until, right, assigned, taken, queue, differs_from, duty, voted,
            needs, need, asks, ask, check, lane, lane_when, final, round, other.
        holds: Whether it holds; None if that cannot be told yet.
        counts: Whether it counts for the verdict; some only tell how things came to be as they are.
        reasons: Why it does not hold.
        facts: What its words need: roles, people, steps, moments.
        place: The line of configuration behind it.
        tree: The expression behind it.
        parts: Conditions it consists of.
        remedies: What would make it hold, all of it together; None if nothing could.
    """

    code: str
    holds: bool | None
    counts: bool = True
    reasons: tuple[Reason, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None
    tree: Tree | None = None
    parts: tuple[Point, ...] = ()
    remedies: Remedies = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Why something can or cannot be done: the verdict, the conditions, and what would have to be otherwise at least.

    `remedies` is None if nothing could help; `attempt` says how it went when they were tried by one transition.
    """

    ask: Ask
    id: str
    label: Text
    allowed: bool
    points: tuple[Point, ...]
    remedies: Remedies = ()
    attempt: Attempt | None = None
    place: Place | None = None


def point(
    code: str, reasons: tuple[Reason, ...], *, remedies: Remedies, facts: Mapping[str, Any] | None = None,
    place: Place | None = None, parts: tuple[Point, ...] = (),
) -> Point:  # fmt: skip
    """Return a condition that holds if nothing speaks against it."""
    where = place or next((each.place for each in reasons if each.place is not None), None)
    return Point(
        code, not reasons, reasons=reasons, facts=facts or {}, place=where, parts=parts,
        remedies=remedies if reasons else (),
    )  # fmt: skip


def values(changes: Changes) -> Remedies:
    """Return changes of an expression as remedies."""
    return None if changes is None else tuple(Remedy("value", change=each) for each in changes)


def filled(paths: Iterable[Path]) -> tuple[Remedy, ...]:
    """Return that these fields must be filled in."""
    made = []
    for path in paths:
        address = ("row", *path) if len(path) == 1 else ()
        made.append(Remedy("value", change=Change("fill", ".".join(path), 0, address=address, path=path)))
    return tuple(made)
