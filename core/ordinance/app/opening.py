"""Open a site: read its configuration, prepare its database, take the configuration into force."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ordinance.access import Rights
from ordinance.accounts import TABLES, Accounts, Ground
from ordinance.acts import Force, House
from ordinance.app.first_rows import add_first_rows
from ordinance.blueprint import Blueprint, Loaded, load
from ordinance.departments import load_code
from ordinance.fields import BUILT_IN
from ordinance.problems import Problem, SiteError, Text, problem
from ordinance.storage import Database, Report, Store

AUTHOR = "files"
"""Who a revision is by that was found in the files at start."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open site: the house with its acts, the accounts, and the notes that reading it left."""

    house: House
    accounts: Accounts
    notes: tuple[Problem, ...]


def database_url(site: Path, url: str | None = None) -> str:
    """Return the database of a site: the one named, or a SQLite file in the site's `var/`."""
    if url:
        return url
    folder = site / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / "ordinance.sqlite3")


@asynccontextmanager
async def open_house(
    site: Path, now: datetime, *, url: str | None = None, toggles: dict[str, object] | None = None
) -> AsyncIterator[Opened]:
    """Open a site for as long as the block lasts.

    Args:
        site: The company's folder.
        now: The moment, for the revision that may be recorded.
        url: The database; a SQLite file in the site's `var/` when left out.
        toggles: Steps to switch, as `load` takes them; for trials and tests.

    Raises:
        SiteError: the configuration has errors, or the database would lose something.
    """
    loaded = load(site, toggles=toggles)
    if loaded.blueprint is None:
        raise SiteError(loaded.problems)
    async with Database(database_url(site, url)) as database:
        yield await _opened(site, database, loaded, loaded.blueprint, now)


async def _opened(site: Path, database: Database, loaded: Loaded, blueprint: Blueprint, now: datetime) -> Opened:
    code = load_code(site, loaded.departments)
    if any(each.severity == "error" for each in code.problems):
        raise SiteError(code.problems)
    types = BUILT_IN.extended(code.field_types)
    store = Store(database, blueprint.entities, types, folder=site / "var" / "attachments")
    report = await store.prepare(TABLES)
    if report.refused:
        raise SiteError(_refused(report))
    house = House(site, database, Force(blueprint, Rights(blueprint), types, store, code))
    await _record_revision(house, now)
    await add_first_rows(house, now)
    return Opened(house, Accounts(database, lambda: ground(house)), (*blueprint.problems, *code.problems))


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


async def _record_revision(house: House, now: datetime) -> None:
    """Take the configuration of the files into force, unless documents wait where it has no step any more."""
    blueprint, store = house.blueprint, house.force.store
    async with house.database.work() as work:
        active = await store.revisions.active(work, lock="update")
        if active == blueprint.revision:
            return
        stranded = await _stranded(house)
        if stranded:
            raise SiteError(stranded)
        await store.revisions.add(
            work, blueprint.revision, blueprint.text, parent=active, author=AUTHOR, reason="", now=now
        )


async def _stranded(house: House) -> tuple[Problem, ...]:
    rows = await house.database.fetch(
        'SELECT workflow, lane, step, count(*) AS n FROM "wait" GROUP BY workflow, lane, step'
    )
    found = []
    for row in rows:
        workflow = house.blueprint.workflows.get(row["workflow"])
        lane = workflow.lanes.get(row["lane"]) if workflow is not None and row["lane"] else None
        steps = lane.steps if lane is not None else workflow.steps if workflow is not None and not row["lane"] else ()
        if all(step.id != row["step"] for step in steps) and row["step"] != "draft":
            label = workflow.label if workflow is not None else Text.of(row["workflow"])
            place = workflow.place if workflow is not None else None
            found.append(problem("stranded", place, rows=row["n"], workflow=label, step=row["step"]))
    return tuple(found)
