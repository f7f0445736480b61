"""Copy a whole database, for what is thrown away: each scenario's own, and a simulation's.

SQLite is copied by its own online backup, PostgreSQL into a schema of its own in one snapshot, so that what is copied
may be in use. Neither copy can reach what it was copied from.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import quote

from ordinance.storage import Database

_SCHEMA = "ordinance_trial_"
_PATH = re.compile(r"([?&])search_path=[^&]*&?")


def is_postgresql(url: str) -> bool:
    """Return whether a URL names a PostgreSQL server and not a SQLite file."""
    return url.startswith(("postgresql://", "postgres://"))


@asynccontextmanager
async def empty(url: str | None, folder: Path) -> AsyncIterator[str]:
    """Give an empty database for as long as the block lasts.

    Args:
        url: The PostgreSQL server to make it on; None for a SQLite file.
        folder: Where the file may be.
    """
    if url is None or not is_postgresql(url):
        yield str(folder / f"{secrets.token_hex(6)}.sqlite3")
        return
    async with _own_schema(url, lambda _name: []) as made:
        yield made


@asynccontextmanager
async def copied(url: str, folder: Path) -> AsyncIterator[str]:
    """Give a copy of a database for as long as the block lasts.

    Args:
        url: The database; it may be in use.
        folder: Where the file may be, if it is a SQLite file.
    """
    if not is_postgresql(url):
        target = folder / f"{secrets.token_hex(6)}.sqlite3"
        await asyncio.to_thread(_back_up, url, target)
        try:
            yield str(target)
        finally:
            for each in folder.glob(f"{target.name}*"):
                each.unlink()
        return
    async with Database(url, size=1) as database:
        source, tables = await _tables(database)
    async with _own_schema(url, lambda name: _statements(source, name, tables)) as made:
        yield made


def copy_file(source: Path, folder: Path) -> Path:
    """Return a copy of a SQLite file that nobody has open."""
    target = folder / f"{secrets.token_hex(6)}.sqlite3"
    shutil.copyfile(source, target)
    return target


def _back_up(url: str, target: Path) -> None:
    path = Path(url.removeprefix("sqlite:///").removeprefix("sqlite:"))
    if not path.is_file():
        return
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


async def _tables(database: Database) -> tuple[str, list[str]]:
    rows = await database.fetch(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    )
    return (rows[0]["schemaname"], [row["tablename"] for row in rows]) if rows else ("public", [])


def _statements(source: str, name: str, tables: list[str]) -> list[str]:
    return [
        statement
        for table in tables
        for statement in (
            f'CREATE TABLE "{name}"."{table}" (LIKE "{source}"."{table}" INCLUDING ALL)',
            f'INSERT INTO "{name}"."{table}" SELECT * FROM "{source}"."{table}"',  # noqa: S608 - names of the database
        )
    ]


@asynccontextmanager
async def _own_schema(url: str, fill: Callable[[str], list[str]]) -> AsyncIterator[str]:
    """Make a schema, give the URL that sees nothing else, and remove it."""
    name = _SCHEMA + secrets.token_hex(6)
    async with Database(url, size=1) as database:
        async with database.work() as work:
            # Every statement sees the one moment of the first.
            await work.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            await work.execute(f'CREATE SCHEMA "{name}"')
            for statement in fill(name):
                await work.execute(statement)
        try:
            yield _within(url, name)
        finally:
            async with database.work() as work:
                await work.execute(f'DROP SCHEMA "{name}" CASCADE')


def _within(url: str, schema: str) -> str:
    plain = _PATH.sub(r"\1", url).rstrip("?&")
    return f"{plain}{'&' if '?' in plain else '?'}search_path={quote(schema)}"
