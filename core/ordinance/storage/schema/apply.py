"""Carry out a plan: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from ordinance.storage.engines import Connection
from ordinance.storage.errors import NotPrepared
from ordinance.storage.schema.catalogue import read_catalogue
from ordinance.storage.schema.plan import plan
from ordinance.storage.schema.shapes import Report, Step, Table
from ordinance.storage.work import Database, Work

_LOCK = 6_741_880_231
"""Key of the advisory lock under which PostgreSQL changes tables: any number, the same in every process."""


async def prepare(
    database: Database, want: Iterable[Table], *, anyway: Collection[str] = (), dry: bool = False
) -> Report:
    """Make the tables fit what is wanted; if a step would lose something, refuse it and change nothing.

    Args:
        database: Where.
        want: All tables there should be.
        anyway: Names of steps that may lose what they lose (`drop_column e_order.colour`).
        dry: Only count and report; nothing is changed, `done` is what would be.
    """
    wanted = tuple(want)
    async with database.work(write=False) as work:
        steps = plan(wanted, await read_catalogue(work), database.dialect)
        if not steps:
            return Report()
    async with database.engine.lease(write=True, snapshot=False) as connection:
        if database.dialect == "sqlite":
            await connection.execute("PRAGMA foreign_keys=OFF", ())
        try:
            return await _prepare(database, connection, wanted, anyway, dry=dry)
        finally:
            if database.dialect == "sqlite":
                await connection.execute("PRAGMA foreign_keys=ON", ())


async def _prepare(
    database: Database, connection: Connection, want: tuple[Table, ...], anyway: Collection[str], *, dry: bool
) -> Report:
    await connection.begin()
    try:
        work = Work(connection, database.dialect, database.ids, write=True)
        if database.dialect == "postgresql":
            await work.fetch("SELECT pg_advisory_xact_lock(?)", _LOCK)
        # Read once more under the lock: another process may have done it all in the meantime.
        report = await _carry_out(work, plan(want, await read_catalogue(work), database.dialect), anyway)
        if report.refused or dry:
            await connection.rollback()
        else:
            await _check_references(work, report.done)
            await connection.commit()
    except BaseException:
        await connection.rollback()
        raise
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
