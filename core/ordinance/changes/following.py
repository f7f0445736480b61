"""Every process of a site goes by the revision in force, within a second; no act begins under another (engine M10)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from ordinance.acts import Force, House
from ordinance.blueprint import Blueprint, retold
from ordinance.changes.forming import force_of, from_revision
from ordinance.changes.retiring import with_retired
from ordinance.problems import SiteError
from ordinance.process import Workflow
from ordinance.storage import NotPrepared, StorageError, Work

PAUSE_S = 0.5
"""Seconds between two looks at which revision is in force."""

_LOG = logging.getLogger("ordinance.revisions")


class Follower:
    """Keeps one house at the revision in force. Several tasks may ask at once; one of them does the work."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._turn = asyncio.Lock()

    async def follow(self) -> None:
        """Take the revision in force from the database, if it is another than the house goes by.

        Raises:
            NotPrepared: it cannot be used in this process: its departments are not what the revision needs.
        """
        house = self._house
        async with self._turn:
            async with house.database.work(write=False) as work:
                active = await house.force.store.revisions.in_force(work)
                if active.version == house.version or active.hash is None:
                    return
                found = await house.force.store.revisions.get(work, active.hash)
            assert found is not None
            try:
                # Reading takes a fifth of a second; meanwhile others are served under what still holds.
                made = await asyncio.to_thread(from_revision, house.site, found)
            except SiteError as error:
                raise NotPrepared(f"the revision {active.hash} cannot be used here: {error}") from error
            await take(house, force_of(house.site, house.database, made, house.force.past), active.version)


async def take(house: House, force: Force, version: int) -> None:
    """Have a house go by another configuration, whole, from now on."""
    async with house.database.work(write=False) as work:
        pinned = await pinned_revisions(work, force)
        force.past.pin(pinned, await _in_present_names(work, force, pinned))
        force = await with_retired(work, force)
    house.force, house.version = force, version


async def _in_present_names(
    work: Work, force: Force, pinned: Iterable[Blueprint]
) -> dict[tuple[str, str], Workflow]:
    """Return the workflows of earlier revisions that speak of what is called otherwise now, in present names."""
    found = {}
    for former in pinned:
        names = await force.past.renames(work, force.store, former.revision)
        for workflow in former.workflows.values() if names else ():
            found[workflow.id, former.revision] = retold(workflow, names, former.entities)
    return found


async def pinned_revisions(work: Work, force: Force) -> list[Blueprint]:
    """Return the earlier revisions under which documents finish (engine M6)."""
    if len(await force.store.revisions.history(work, 2)) == 1:
        return []
    found: dict[str, Blueprint] = {}
    for entity in [each.id for each in force.blueprint.entities.values() if each.workflows]:
        for digest in await force.store.flight(entity, "").pins(work, force.blueprint.revision):
            former = await force.past.blueprint(work, force.store, digest)
            if former is not None:
                found[digest] = former
    return list(found.values())


async def keep_up(house: House, *, pause_s: float = PAUSE_S) -> None:
    """Follow the revision in force until cancelled."""
    while True:
        try:
            if house.renew is not None:
                await house.renew()
        except StorageError:
            _LOG.warning("the revision in force could not be taken; the process looks again", exc_info=True)
        except Exception:
            _LOG.exception("the revision in force could not be taken")
        await asyncio.sleep(pause_s)
