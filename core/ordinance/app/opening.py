"""Open a site: prepare its database, go by the revision in force, and look at what the files would change.

Files are how a configuration is written; what counts is the revision in the database (design.md §7).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ordinance.access import ENGINE
from ordinance.accounts import TABLES, Accounts, Ground
from ordinance.acts import Call, Force, House
from ordinance.acts.past import Past
from ordinance.blueprint import Blueprint, Loaded, load, own_files
from ordinance.changes import (
    Applied,
    Change,
    Follower,
    Formed,
    Plan,
    add_first_rows,
    apply,
    force_of,
    formed,
    from_revision,
    plan,
)
from ordinance.changes.following import take
from ordinance.problems import Problem, SiteError, Text, problem
from ordinance.storage import KERNEL, Database, Report, Revision, prepare
from ordinance.storage.revisions import Revisions

AUTHOR = "files"
"""Who a revision is by that was found in the files at start."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open site.

    Attributes:
        house: The house with its acts.
        accounts: The accounts.
        notes: Warnings and notes that reading it left.
        waiting: What the files would change, if they differ from the revision in force and were not applied by
            themselves.
    """

    house: House
    accounts: Accounts
    notes: tuple[Problem, ...]
    waiting: Plan | None = None


def database_url(site: Path, url: str | None = None) -> str:
    """Return the database of a site: the one named, or a SQLite file in the site's `var/`."""
    if url:
        return url
    folder = site / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / "ordinance.sqlite3")


@asynccontextmanager
async def open_house(
    site: Path, now: datetime, *, url: str | None = None, toggles: dict[str, object] | None = None, look: bool = True
) -> AsyncIterator[Opened]:
    """Open a site for as long as the block lasts.

    The first time, its files become the first revision. Later the site goes by the revision in force; files that differ
    are applied if that is wholly safe and touches no document, else they wait for somebody to apply them.

    Args:
        site: The company's folder.
        now: The moment, for the revision that may be recorded.
        url: The database; a SQLite file in the site's `var/` when left out.
        toggles: Steps to switch, as `load` takes them; for trials and tests.
        look: Whether to look at the files at all, once there is a revision.

    Raises:
        SiteError: there is no revision yet and the files have errors, or the database would lose something.
    """
    files, loaded = _read(site, toggles)
    async with Database(database_url(site, url)) as database:
        yield await _opened(site, database, loaded, loaded.blueprint, now, files=files, look=look)


def _read(site: Path, toggles: dict[str, object] | None) -> tuple[Mapping[str, str], Loaded]:
    try:
        files = own_files(site)
    except SiteError as error:
        return {}, Loaded(None, error.problems)
    return files, load(site, files=files, toggles=toggles)


async def _opened(
    site: Path, database: Database, loaded: Loaded, blueprint: Blueprint | None, now: datetime, *,
    files: Mapping[str, str] | None = None, look: bool = True,
) -> Opened:  # fmt: skip
    files = own_files(site) if files is None else files
    await prepare(database, (*KERNEL, *TABLES), records=False)
    past, revisions = Past(site), Revisions()
    async with database.work(write=False) as work:
        active = await revisions.in_force(work)
        known = await revisions.get(work, active.hash) if active.hash is not None else None
    if known is None:
        return await _first(site, database, formed(site, loaded, files), past, now)
    made, fault = _as_kept(site, known, loaded, files)
    force = force_of(site, database, made, past)
    await _prepare(force)
    house = House(site, database, force)
    house.renew = Follower(house).follow
    await take(house, force, active.version)
    waiting, notes = await _look(house, known, loaded, files, now) if look and not fault else (None, ())
    return Opened(house, _accounts(house), (*made.notes, *fault, *notes), waiting)


async def _first(site: Path, database: Database, made: Formed, past: Past, now: datetime) -> Opened:
    """Make the files the first revision; another process may be doing the same."""
    force = force_of(site, database, made, past)
    await _prepare(force)
    async with database.work() as work:
        active = await force.store.revisions.in_force(work, lock="update")
        if active.hash is None:
            blueprint = made.blueprint
            await force.store.revisions.add(
                work, blueprint.revision, blueprint.text, parent=None, author=AUTHOR, reason="", now=now,
                files=made.files,
            )  # fmt: skip
    house = House(site, database, force)
    house.renew = Follower(house).follow
    await house.renew()
    await add_first_rows(house, now)
    return Opened(house, _accounts(house), made.notes)


def _as_kept(
    site: Path, known: Revision, loaded: Loaded, files: Mapping[str, str]
) -> tuple[Formed, tuple[Problem, ...]]:
    """Return the configuration of the revision in force; if it does not fit this program any more, that of the files.

    Raises:
        SiteError: neither can be used.
    """
    if loaded.blueprint is not None and loaded.blueprint.revision == known.hash:
        return formed(site, loaded, files), ()
    try:
        return from_revision(site, known), ()
    except SiteError as error:
        if loaded.blueprint is None:
            raise
        return formed(site, loaded, files), error.problems


async def _prepare(force: Force) -> None:
    report = await force.store.prepare(TABLES)
    if report.refused:
        raise SiteError(_refused(report))


async def _look(
    house: House, known: Revision, loaded: Loaded, files: Mapping[str, str], now: datetime
) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Look at what the files would change, and apply it if that is wholly safe and touches no document."""
    if loaded.blueprint is None:
        return None, (problem("files_broken"), *loaded.problems)
    if loaded.blueprint.revision == known.hash and dict(files) == dict(known.files or {}):
        return None, ()
    found = await plan(house, Change(files, reason=""), now)
    if found.is_safe and not found.is_known:
        outcome = await apply(house, found, Call(ENGINE, now, channel="system", cause=AUTHOR))
        if isinstance(outcome, Applied):
            return None, ()
        # Another process may have started at the same moment and have done it.
        if house.renew is not None:
            await house.renew()
    if found.is_known or house.blueprint.revision == found.revision:
        return None, ()
    told = [each.what for each in found.differences] or [Text("文件文字不同", "their text differs")]
    what = Text("；".join(each.zh for each in told[:_TOLD]), "; ".join(each.en for each in told[:_TOLD]))
    return found, (problem("files_wait", what=what),)


_TOLD = 3
"""How many differences a note tells; the plan tells all."""


def _accounts(house: House) -> Accounts:
    return Accounts(house.database, lambda: ground(house))


def ground(house: House) -> Ground:
    """Return what of the configuration in force the accounts stand on."""
    blueprint = house.blueprint
    return Ground(
        rights=house.force.rights,
        roles=blueprint.roles,
        zone=ZoneInfo(blueprint.company.zone),
        absences="absence" in blueprint.entities,
    )


def _refused(report: Report) -> tuple[Problem, ...]:
    """Return a problem for each change of the schema that would lose something, with how many rows."""
    return tuple(
        problem("schema_loses", step.place, step=step.name, rows=step.rows or 0, why=step.why)
        for step in report.refused
    )
