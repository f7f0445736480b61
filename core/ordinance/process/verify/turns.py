"""Which of two things in a line comes first, where blocks leave it to the people.

Steps of a block are arrived at in the order of the file; one that is passed over settles there and then, one that is
open settles when somebody passes it, in any order.
Source: engine.md R2, R15.
"""

from __future__ import annotations

from typing import Literal

from ordinance.process.verify.track import Bound, Track

Kind = Literal["gate", "effect", "arriving", "condition"]
"""A gate reads when a person passes it, an effect on passing, an arriving effect and a condition on arrival."""

Way = tuple[tuple[int, ...], tuple[int, ...]]
"""Steps that must be gates, and steps that must not be."""

ALWAYS: Way = ((), ())


def not_yet(track: Track, first: Bound, kind: Kind, position: int, order: int) -> list[Way]:
    """Return the ways in which an effect has not happened when something else reads; none if it always has.

    Args:
        track: The line both are in.
        first: The effect that should have happened.
        kind: What reads.
        position: The step that reads.
        order: For an effect, its place among those of its step.
    """
    if track.group(first.position) != track.group(position):
        return [] if track.group(first.position) < track.group(position) else [ALWAYS]
    if first.position == position:
        happened = first.arriving if kind == "gate" else kind != "condition" and first.order < order
        return [] if happened else [ALWAYS]
    waits: list[Way] = [] if first.arriving else [((first.position,), ())]
    if kind == "gate":
        return waits
    is_after = first.position > position
    if kind == "effect":
        return [*waits, ((), (position,))] if is_after else waits
    return [ALWAYS] if is_after else waits
