"""Documents that stay behind for the gate they wait at (engine M6)."""

from __future__ import annotations

from ordinance.process.model import ProcessState
from ordinance.process.requests import TERMINAL


def has_left(before: ProcessState, after: ProcessState) -> bool:
    """Return whether an act took a document that is held until departure away from its gate.

    Then it is migrated inside the same act. It has left when none of the gates that were open before is open after: in
    a block the last one counts; entering a lane is no departure, for the main gate stays open meanwhile.
    """
    if before.hold != "departure" or after.hold != "departure" or after.phase in TERMINAL:
        return False
    inside = before.lane.waits if before.lane is not None else before.waits
    open_now = {*after.waits, *(after.lane.waits if after.lane is not None else ())}
    return open_now.isdisjoint(inside)
