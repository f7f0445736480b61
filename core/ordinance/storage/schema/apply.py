"""Carry out a plan: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ordinance.storage.errors import NotPrepared
from ordinance.storage.schema.catalogue import read_catalogue
from ordinance.storage.schema.kernel import RETIRED
from ordinance.storage.schema.plan import Spot, plan
from ordinance.storage.schema.renaming import Moved, spot
from ordinance.storage.schema.shapes import Found, Report, Step, Table
from ordinance.storage.work import Database, Work

_LOCK = 6_741_880_231
"""Key of the advisory lock under which PostgreSQL changes tables: any number, the same in every process."""


class _OnlyAsked(Exception):  # noqa: N818 - leaves the transaction without writing
    """The plan is not to be carried out."""


async def prepare(
    database: Database, want: Iterable[Table], *, anyway: Collection[str] = (), dry: bool = False,
    records: bool = True,
) -> Report:  # fmt: skip
    """Make the tables fit what is wanted; if a step would lose something, refuse it and change nothing.

    Args:
        database: Where.
        want: All tables there should be.
        anyway: Names of steps that may lose what they lose (`drop_column e_order.colour`).
        dry: Only count and report; nothing is changed, `done` is what would be.
        records: False leaves the tables of entities as they are, whatever they look like.
    """
    wanted = tuple(want)
    async with database.work(write=False) as work:
        if not await steps_to(work, wanted, records=records):
            return Report()
    report = Report()
    try:
        async with database.work(references=False) as work:
            report = await reshape(work, wanted, anyway=anyway, records=records)
            if report.refused or dry:
                raise _OnlyAsked
    except _OnlyAsked:
        pass
    return report


async def steps_to(
    work: Work, want: Iterable[Table], *, records: bool = True, moved: Moved | None = None,
    kept: Collection[Spot] | None = None,
) -> tuple[Step, ...]:  # fmt: skip
    """Return the steps from the tables that are there to those that are wanted, nothing counted yet.

    Args:
        work: A unit of work.
        want: All tables there should be.
        records: False leaves the tables of entities as they are, whatever they look like.
        moved: What is called otherwise; None goes by `was`.
        kept: What stays although nobody wants it, by its new names; None for the fields that are retired.
    """
    have = await read_catalogue(work)
    if kept is None:
        spots = await retired_spots(work) if RETIRED.name in have else []
        names = moved or Moved()
        kept = {(names.table(table), names.column(table, column)) for table, column in spots}
    return plan(want, _concerned(have, records=records), work.dialect, moved=moved, kept=kept)


async def retired_spots(work: Work) -> list[tuple[str, str]]:
    """Return the columns of the fields that are retired: kept for the documents that still read them."""
    rows = await work.fetch('SELECT entity, field FROM "retired"')
    return [spot(row["entity"], row["field"]) for row in rows]


def _concerned(have: Mapping[str, Found], *, records: bool) -> Mapping[str, Found]:
    """Return the tables that are to be looked at; the planner takes one of an entity nobody wants for one to drop."""
    return have if records else {name: found for name, found in have.items() if not name.startswith("e_")}


async def reshape(
    work: Work, want: Iterable[Table], *, anyway: Collection[str] = (), records: bool = True,
    moved: Moved | None = None,
) -> Report:  # fmt: skip
    """Make the tables fit in a unit of work that the caller commits, or must not commit if something is refused.

    With `moved` tables and columns get new names first; without it `was` says what is called otherwise.

    On SQLite it must be one that does not look at foreign keys (`references=False`): a table is built anew by dropping
    it, and that would take the lines of its records along.
    """
    if work.dialect == "postgresql":
        await work.fetch("SELECT pg_advisory_xact_lock(?)", _LOCK)
    # Read once more under the lock: another process may have done it all in the meantime.
    report = await _carry_out(work, await steps_to(work, want, records=records, moved=moved), anyway)
    if not report.refused:
        await _check_references(work, report.done)
    return report


async def _carry_out(work: Work, steps: tuple[Step, ...], anyway: Collection[str]) -> Report:
    done: list[Step] = []
    refused: list[Step] = []
    for step in steps:
        counted = step
        if step.probe is not None:
            row = await work.fetch_one(step.probe)
            counted = replace(step, rows=int(row["n"]) if row else 0)
        if counted.rows and step.name not in anyway:
            refused.append(counted)
            continue
        for sql in step.sql:
            await work.execute(sql)
        done.append(counted)
    return Report(tuple(done), tuple(refused))


async def _check_references(work: Work, done: tuple[Step, ...]) -> None:
    if work.dialect == "sqlite" and any(step.rebuild for step in done):
        broken = await work.fetch("PRAGMA foreign_key_check")
        if broken:
            raise NotPrepared(f"{len(broken)} rows refer to nothing after the change, first in {broken[0]['table']}")
