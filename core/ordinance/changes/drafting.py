"""A change that is still being made: kept so that it has an address, amended, then applied or put forward.

A draft binds nobody and nothing waits for it. Source: design.md §7 (web edits), issue "change without fear" 4.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ordinance.acts import Call, House, Refused
from ordinance.changes.applying import Applied
from ordinance.changes.change import Change
from ordinance.changes.proposals import (
    Proposal,
    decided,
    may_change,
    no_right,
    on_present,
    procedure,
    proposal,
    propose,
    set_columns,
)
from ordinance.changes.running import carried
from ordinance.changes.survey import Progress, silent
from ordinance.problems import reason


async def sketch(house: House, call: Call, change: Change) -> Proposal | Refused:
    """Keep a change as a draft of the caller's; it may have errors, and it counts for nothing yet.

    Args:
        house: The site.
        call: Whose draft it is.
        change: The change.
    """
    if not may_change(house.force, call.actor):
        return Refused("not_allowed", (no_right(),))
    base = change.base or house.blueprint.revision
    row: dict[str, Any] = {"state": "draft", "author": str(call.actor.id), "base": base, **_of_change(change, base)}
    async with house.database.work() as work:
        id = await house.force.store.revisions.propose(work, row, call.now)
    made = await proposal(house, id)
    assert made is not None
    return made


async def amend(house: House, call: Call, id: int, change: Change) -> Proposal | Refused:
    """Replace what a draft says; only its author does that.

    Args:
        house: The site.
        call: Who amends it.
        id: The draft.
        change: What it says from now on; it stays on the revision it was made on.
    """
    found = await _draft(house, call, id)
    if isinstance(found, Refused):
        return found
    await set_columns(house, id, _of_change(change, found.base))
    return await proposal(house, id) or found


def _of_change(change: Change, base: str) -> dict[str, Any]:
    text = replace(change, base=base).text()
    return {"change": text, "reason": change.reason, "starts_at": change.starts}


async def _draft(house: House, call: Call, id: int) -> Proposal | Refused:
    found = await proposal(house, id)
    if found is None:
        return Refused("not_found", (reason("no_such_proposal"),))
    if found.state != "draft":
        return Refused("conflict", (reason("proposal_closed", state=found.word),))
    if found.author != str(call.actor.id) or not may_change(house.force, call.actor):
        return Refused("not_allowed", (no_right(),))
    return found


async def put_forward(house: House, call: Call, id: int) -> Proposal | Refused:
    """Put a draft forward for others to approve; the draft is gone, the proposal takes its place.

    Args:
        house: The site.
        call: Who puts it forward: its author.
        id: The draft.
    """
    found = await _draft(house, call, id)
    if isinstance(found, Refused):
        return found
    change = await on_present(house, found)
    if change is None:
        return Refused("stale", (reason("base_moved"),))
    made = await propose(house, call, change)
    if not isinstance(made, Refused):
        await set_columns(house, id, {"state": "withdrawn", **decided(call)})
    return made


async def carry_out(house: House, call: Call, id: int, *, progress: Progress = silent) -> Applied | Proposal | Refused:
    """Apply a draft at once, or let it take effect when its time has come: where nobody else has to approve.

    Args:
        house: The site.
        call: Who applies it: its author.
        id: The draft.
        progress: Told how many documents have been moved, of how many.

    Returns:
        What was applied; or the proposal, approved, if its time has not come.
    """
    found = await _draft(house, call, id)
    if isinstance(found, Refused):
        return found
    if procedure(house.force) is not None:
        return Refused("not_allowed", (reason("needs_approval"),))
    change = await on_present(house, found)
    if change is None:
        return Refused("stale", (reason("base_moved"),))
    if change.starts is not None and change.starts > call.now:
        made = await propose(house, call, change, approved=True)
        if not isinstance(made, Refused):
            await set_columns(house, id, {"state": "withdrawn", **decided(call)})
        return made
    return await carried(house, found, change, call, progress=progress)
