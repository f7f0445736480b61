"""The files in the folder against those of the revision in force: what differs, and how either is taken over.

Source: design.md §7.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ordinance.acts import House, Refused
from ordinance.blueprint import own_files
from ordinance.changes.change import Change
from ordinance.changes.merging import rebased
from ordinance.problems import reason
from ordinance.storage import Revision

How = Literal["changed", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class Drift:
    """How the files in the folder differ from those of the revision in force.

    Attributes:
        revision: The revision in force.
        files: Each file that differs: `changed`, `missing` in the folder, or `extra` there.
    """

    revision: str
    files: Mapping[str, How]

    def __bool__(self) -> bool:
        return bool(self.files)


async def drift(house: House) -> Drift:
    """Return how the files in the folder differ from the revision in force.

    Raises:
        SiteError: a file in the folder is not UTF-8.
    """
    known = await in_force(house)
    kept = known.files if known is not None else None
    return Drift(house.blueprint.revision, {} if kept is None else differing(own_files(house.site), kept))


def differing(folder: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, How]:
    """Return which files differ between the folder and a revision."""
    found: dict[str, How] = {}
    for name in sorted({*folder, *kept}):
        if name not in folder:
            found[name] = "missing"
        elif name not in kept:
            found[name] = "extra"
        elif folder[name] != kept[name]:
            found[name] = "changed"
    return found


async def in_force(house: House) -> Revision | None:
    """Return the revision in force as the database has it, or None before the first."""
    async with house.database.work(write=False) as work:
        active = await house.force.store.revisions.in_force(work)
        return await house.force.store.revisions.get(work, active.hash) if active.hash else None


async def put_on_present(house: House, change: Change) -> Change | None:
    """Return a change on top of what is in force now; None if it was made on another base and both changed a line."""
    known = await in_force(house)
    if known is None or change.base in (None, known.hash):
        return change
    async with house.database.work(write=False) as work:
        base = await house.force.store.revisions.get(work, change.base or "")
    if base is None or base.files is None or known.files is None:
        return None
    files = rebased(base.files, change.files, known.files)
    return None if files is None else replace(change, files=files, base=known.hash)


async def pull(house: House) -> Drift | Refused:
    """Write the files of the revision in force into the folder, to the byte; return what differed before."""
    known = await in_force(house)
    if known is None or known.files is None:
        return Refused("conflict", (reason("no_files_kept", hash=(known.hash if known else "")[:12]),))
    before = Drift(known.hash, differing(own_files(house.site), known.files))
    write_files(house.site, known.files, before.files)
    return before


def write_files(site: Path, files: Mapping[str, str], which: Mapping[str, How]) -> None:
    """Write those of a revision's files that differ; a file it does not have goes."""
    for name, how in which.items():
        path = site / name
        if how == "extra":
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        # Beside and renamed, so that whoever reads it meanwhile has the old file or the new one, never half of one.
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_bytes(files[name].encode())
        beside.replace(path)


def write_back(site: Path, base: Mapping[str, str] | None, files: Mapping[str, str]) -> bool:
    """Write the files of a new revision into the folder if it still has those of the one before; return whether.

    What somebody is editing there stays as it is; `pull` takes the revision's.
    """
    with contextlib.suppress(Exception):
        folder = own_files(site)
        if folder == dict(files):
            return True
        if base is not None and folder == dict(base):
            write_files(site, files, differing(folder, files))
            return True
    return False
