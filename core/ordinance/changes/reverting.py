"""What has been in force, and the way back: a revert is a new change to the text of the parent (engine M9)."""

from __future__ import annotations

from ordinance.acts import Call, House, Refused
from ordinance.changes.applying import Applied
from ordinance.changes.change import Change
from ordinance.changes.own import in_force
from ordinance.changes.planning import plan
from ordinance.changes.proposals import apply
from ordinance.changes.survey import Progress, silent
from ordinance.problems import reason
from ordinance.storage import Revision


async def history(house: House, limit: int = 50) -> list[Revision]:
    """Return the revisions that were applied, newest first, without their texts."""
    async with house.database.work(write=False) as work:
        return await house.force.store.revisions.history(work, limit)


async def revision(house: House, digest: str) -> Revision | None:
    """Return a revision with its text and files by its hash, or by letters only one begins with; else None."""
    async with house.database.work(write=False) as work:
        named = await house.force.store.revisions.named(work, digest)
        return await house.force.store.revisions.get(work, named[0]) if len(named) == 1 else None


async def way_back(house: House, digest: str | None = None, why: str = "") -> Change | Refused:
    """Return the change that goes back to an earlier revision; to the parent of the one in force if none is named.

    Args:
        house: The site.
        digest: The hash of a revision, or letters only one begins with.
        why: The reason.
    """
    active = await in_force(house)
    if active is None or (digest is None and active.parent is None):
        return Refused("conflict", (reason("nothing_before"),))
    target = await revision(house, digest or active.parent or "")
    if target is None:
        return Refused("not_found", (reason("no_such_revision", hash=digest or ""),))
    if target.files is None:
        return Refused("conflict", (reason("no_files_kept", hash=target.hash[:12]),))
    reverts = active.hash if target.hash == active.parent else None
    return Change(target.files, reason=why, base=active.hash, reverts=reverts)


async def revert(
    house: House, call: Call, digest: str | None = None, *, why: str = "", progress: Progress = silent
) -> Applied | Refused:
    """Go back to an earlier revision at once; documents that only moved are put back exactly as they were.

    Args:
        house: The site.
        call: Who does it.
        digest: The revision; the parent of the one in force if left out.
        why: The reason.
        progress: Told how many documents have been moved, of how many.
    """
    change = await way_back(house, digest, why)
    if isinstance(change, Refused):
        return change
    return await apply(house, await plan(house, change, call.now), call, progress=progress)
