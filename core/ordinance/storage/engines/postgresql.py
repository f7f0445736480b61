"""PostgreSQL over a pool of asyncpg connections.

Piccolo's own engine would open a connection for each query when there is no pool, and leaks one when COMMIT fails.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine

from ordinance.storage.engines.connection import Connection, Owned, Query, checked
from ordinance.storage.errors import (
    Again,
    BadReference,
    Busy,
    Collision,
    Lost,
    NotPrepared,
    NotUnique,
    OutcomeUnknown,
    StorageError,
    Superseded,
)
from ordinance.storage.sql import Statement, combined, numbered

_KEY = re.compile(r"Key \((?P<columns>[^)]*)\)")
_CANCELLED_WAIT = "canceling wait for synchronous replication"
_GONE = (
    asyncpg.InterfaceError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    ConnectionError,
)
_IN_FORCE = "SELECT 1 FROM revision_active WHERE id = 1 AND version = {} FOR SHARE"
_AGAIN = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError, asyncpg.InvalidCachedStatementError)


def translated(error: Exception) -> Exception:
    """Return our own error for one of asyncpg's, or the error itself."""
    if isinstance(error, asyncpg.UniqueViolationError):
        table, name = error.table_name or "", error.constraint_name or ""
        if name == f"{table}_pkey":
            return Collision(table)
        return NotUnique(table, _columns(error))
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return BadReference(error.table_name or "", _columns(error))
    if isinstance(error, _AGAIN):
        return Again(str(error))
    if isinstance(error, asyncpg.LockNotAvailableError | asyncpg.TooManyConnectionsError):
        return Busy(str(error))
    if isinstance(error, asyncpg.UndefinedColumnError | asyncpg.UndefinedTableError):
        return NotPrepared(str(error))
    return Lost(str(error)) if isinstance(error, _GONE) else error


def _columns(error: Any) -> tuple[str, ...]:
    found = _KEY.search(error.detail or "")
    return tuple(part.strip().strip('"') for part in found["columns"].split(",")) if found else ()


class PostgreSQLConnection:
    """One connection of the pool, lent to a unit of work."""

    def __init__(self, raw: Any, *, write: bool) -> None:
        self.raw = raw
        self._write = write
        self._warned = False

    async def fetch(self, sql: str, args: Sequence[Any], before: Sequence[Statement] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        if before:
            await self.batch(before)
        try:
            return [dict(row) for row in await self.raw.fetch(numbered(sql), *args)]
        except (asyncpg.PostgresError, *_GONE) as error:
            raise translated(error) from error

    async def look_up(self, sql: str, args: Sequence[Any], before: Sequence[Statement] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query that finds a few by their keys."""
        return await self.fetch(sql, args, before)

    async def fetch_each(
        self, queries: Sequence[Query], before: Sequence[Statement] = ()
    ) -> list[list[dict[str, Any]]]:
        """Return the rows of several queries."""
        if before:
            await self.batch(before)
        return [await self.fetch(sql, args) for sql, args in queries]

    async def execute(self, sql: str, args: Sequence[Any], before: Sequence[Statement] = ()) -> int:
        """Run a statement and return how many rows it wrote."""
        if before:
            await self.batch(before)
        try:
            status = await self.raw.execute(numbered(sql), *args)
        except (asyncpg.PostgresError, *_GONE) as error:
            raise translated(error) from error
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of arguments."""
        try:
            await self.raw.executemany(numbered(sql), rows)
        except (asyncpg.PostgresError, *_GONE) as error:
            raise translated(error) from error

    async def batch(self, statements: Sequence[Statement]) -> tuple[int, ...]:
        """Run statements in one trip and return the count of each."""
        if len(statements) == 1:
            return checked(statements, [await self.execute(statements[0].sql, statements[0].args)])
        args = [arg for statement in statements for arg in statement.args]
        try:
            row = await self.raw.fetchrow(combined(tuple(statement.sql for statement in statements)), *args)
        except (asyncpg.PostgresError, *_GONE) as error:
            raise translated(error) from error
        return checked(statements, row)

    async def begin(self, revision: int | None = None) -> None:
        """Open a transaction; the row of the revision in force is share-locked in the same trip (engine M10)."""
        mode = "" if self._write else " ISOLATION LEVEL REPEATABLE READ READ ONLY"
        lock = "" if revision is None else f"; {_IN_FORCE.format(int(revision))}"
        try:
            status = await self.raw.execute(f"BEGIN{mode}{lock}")
        except (asyncpg.PostgresError, *_GONE) as error:
            await self.rollback()
            raise translated(error) from error
        except BaseException:
            await self.rollback()
            raise
        if revision is not None and status != "SELECT 1":
            await self.rollback()
            raise Superseded("another revision is in force")

    async def commit(self, statements: Sequence[Statement] = ()) -> None:
        """Run the last statements and commit."""
        if statements:
            await self.batch(statements)
        self.raw.add_log_listener(self._heard)
        try:
            await self.raw.execute("COMMIT")
        except _GONE as error:
            raise OutcomeUnknown("the connection was lost during COMMIT") from error
        except asyncpg.PostgresError as error:
            raise translated(error) from error
        finally:
            with suppress(asyncpg.InterfaceError):
                self.raw.remove_log_listener(self._heard)
        if self._warned:
            raise OutcomeUnknown("the standby did not confirm the commit")

    def _heard(self, _raw: Any, message: Any) -> None:
        self._warned = self._warned or _CANCELLED_WAIT in str(message)

    async def rollback(self) -> None:
        """Roll back whatever is open."""
        with suppress(Exception):
            await asyncio.shield(self.raw.execute("ROLLBACK"))


async def _reset(raw: Any) -> None:
    """Leave a connection that comes back as it is: nothing here changes its settings, and asking costs a trip."""
    if raw.is_in_transaction():
        await raw.execute("ROLLBACK")


class PostgreSQL(PostgresEngine):
    """The engine of a PostgreSQL database, for our units of work and for Piccolo's queries alike."""

    dialect = "postgresql"

    def __init__(self, url: str, *, size: int = 10, patience_s: float = 15.0) -> None:
        super().__init__(config={"dsn": url})
        self.current_transaction: Any = Owned("postgresql")
        self._size = size
        self._patience_s = patience_s

    async def get_version(self) -> float:
        """Return nothing: Piccolo asks while it is being made, when no connection should be opened yet."""
        return 0.0

    async def open(self) -> None:
        """Open the pool."""
        self.pool = await asyncpg.create_pool(
            self.config["dsn"],
            min_size=1,
            max_size=self._size,
            statement_cache_size=1000,
            max_cached_statement_lifetime=0,
            command_timeout=None,
            reset=_reset,
            server_settings={"timezone": "UTC", "application_name": "ordinance"},
        )

    async def close(self) -> None:
        """Close the pool, at once if somebody still holds a connection."""
        pool, self.pool = self.pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(5):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    @asynccontextmanager
    async def lease(self, *, write: bool, snapshot: bool) -> AsyncIterator[Connection]:
        """Return a connection of the pool for one unit of work."""
        if self.pool is None:
            raise StorageError("the database is not open")
        try:
            # A limit costs a timer; a connection that lies idle is there at once.
            raw = await self.pool.acquire(timeout=None if self.pool.get_idle_size() else self._patience_s)
        except TimeoutError as error:
            raise Busy("no connection of the pool is free") from error
        except (asyncpg.PostgresError, *_GONE) as error:
            raise translated(error) from error
        try:
            yield PostgreSQLConnection(raw, write=write)
        finally:
            # The pool itself sees to it that this ends although the task is cancelled.
            await self.pool.release(raw)
