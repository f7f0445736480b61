"""A proposal while it is being applied: one at a time, told how far it has come, whole or not at all whatever happens.

All the work is one transaction, so what has come so far counts for nothing until it is over, and nobody else can see it
in the database: the process that does it knows. Beside it that process gives a sign of life once a second; where none
comes any more the program has ended, the transaction with it, and the proposal is what it was.
Source: design.md §6 and §7, engine M10.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from ordinance.acts import Call, House, Refused
from ordinance.changes.applying import Applied, put_in_force
from ordinance.changes.change import Change
from ordinance.changes.planning import plan
from ordinance.changes.proposals import Proposal, applied_by, mark_applied, set_columns
from ordinance.changes.survey import Progress, silent
from ordinance.problems import Reason, Text, reason
from ordinance.storage import NotUnique, StorageError

Part = Literal["planning", "moving"]

BEAT_S = 1.0
"""Seconds between two signs of life."""

LOST_S = 15
"""Seconds without one after which whoever applied a proposal is taken to have ended."""

_LOG = logging.getLogger("ordinance.changes")
_INTERRUPTED = Text(
    "程序中途结束，没有生效，什么都没有改动", "the program ended while this was being applied: nothing was changed"
)
_UNFORESEEN = Text("出现意外错误，没有生效，什么都没有改动", "something unforeseen happened: nothing was changed")
_NOTHING = Text("没有生效，什么都没有改动", "nothing was changed")


@dataclass(slots=True)
class Run:
    """How far the applying of a proposal has come: looked at while it is planned, then moved, of how many."""

    id: int
    part: Part = "planning"
    done: int = 0
    total: int = 0
    told: Progress = field(default=silent, repr=False)
    task: asyncio.Task[Any] | None = field(default=None, repr=False)

    def looked(self, done: int, total: int) -> None:
        """Take down how many documents have been looked at."""
        self.done, self.total = done, total

    def moved(self, done: int, total: int) -> None:
        """Take down how many documents have been moved."""
        self.part, self.done, self.total = "moving", done, total
        self.told(done, total)


async def carried(
    house: House, found: Proposal, change: Change, call: Call, *, progress: Progress = silent
) -> Applied | Refused:
    """Apply a proposal that may be applied: planned anew on what is in force, then done whole.

    Args:
        house: The site.
        found: The proposal, a draft or approved.
        change: What it wants, on top of what is in force.
        call: Who applies it.
        progress: Told how many documents have been moved, of how many.
    """
    run = await _begun(house, found, progress)
    if run is None:
        return Refused("conflict", (reason("applying_already"),))
    beating = _beside(house, run)
    why: Text | None = _UNFORESEEN
    try:
        planned = await plan(house, change, call.now, progress=run.looked)
        run.moved(0, planned.touched)
        outcome = await put_in_force(
            house, planned, call, progress=run.moved, mark=mark_applied(house, found, planned, call)
        )
        if isinstance(outcome, Applied):
            why = None
            if not outcome.is_new:
                await set_columns(house, found.id, applied_by(found, planned, call))
        else:
            why = _told(outcome.reasons)
        return outcome
    except asyncio.CancelledError:
        why = _INTERRUPTED
        raise
    finally:
        beating.cancel()
        if why is not None:
            await _given_back(house, found, why)
        house.applying = None


async def _begun(house: House, found: Proposal, progress: Progress) -> Run | None:
    """Take a proposal to be applied; None if one is being applied, here or elsewhere."""
    await take_back_lost(house)
    if house.applying is not None:
        return None
    run = house.applying = Run(found.id, told=progress)
    try:
        async with house.database.work() as work:
            taken = await house.force.store.revisions.begin(work, found.id, found.state)
    except NotUnique:
        taken = False
    except BaseException:
        house.applying = None
        raise
    if not taken:
        house.applying = None
    return run if taken else None


async def _given_back(house: House, found: Proposal, why: Text) -> None:
    """Say that a proposal was not applied, and why; it is what it was. If even that fails the next look does it."""
    with contextlib.suppress(StorageError):
        await asyncio.shield(_released(house, found.id, f"{why.zh} / {why.en}"))


async def _released(house: House, id: int, outcome: str) -> None:
    async with house.database.work() as work:
        await house.force.store.revisions.release(work, id, outcome)


def _told(reasons: Iterable[Reason]) -> Text:
    listed = [_NOTHING, *(each.message for each in reasons)]
    return Text("；".join(each.zh for each in listed), "; ".join(each.en for each in listed))


def _beside(house: House, run: Run) -> asyncio.Task[None]:
    """Give signs of life until cancelled; in a context of its own, which knows nothing of the transaction."""
    return asyncio.create_task(_beat(house, run), context=contextvars.Context())


async def _beat(house: House, run: Run) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        try:
            async with house.database.work() as work:
                await house.force.store.revisions.beat(work, run.id, run.done, run.total)
        except StorageError:
            _LOG.warning("no sign of life could be given for a change that is being applied", exc_info=True)


async def take_back_lost(house: House) -> None:
    """Give back a proposal whose applying was cut short: the program ended, and the transaction with it."""
    if house.applying is None:
        async with house.database.work(write=False) as work:
            lost = await house.force.store.revisions.lost(work, LOST_S)
        if lost:
            async with house.database.work() as work:
                outcome = f"{_INTERRUPTED.zh} / {_INTERRUPTED.en}"
                await house.force.store.revisions.give_back(work, LOST_S, outcome)


def how_far(house: House, found: Proposal) -> Run:
    """Return how far the applying of a proposal has come, as far as this process can know."""
    run: Run | None = house.applying
    if run is not None and run.id == found.id:
        return run
    return Run(found.id, "moving" if found.total else "planning", found.done, found.total)
