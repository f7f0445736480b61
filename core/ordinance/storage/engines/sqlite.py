"""SQLite: one writer behind a fair gate and a few readers, each connection in a thread of its own.

Piccolo's own engine opens a connection and a thread for every query and begins deferred; this one keeps them, begins
immediate, and sets what must be set on every connection.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from piccolo.engine.sqlite import SQLiteEngine

from ordinance.storage.engines.connection import Connection, Owned, Query, checked
from ordinance.storage.engines.gate import Gate
from ordinance.storage.engines.thread import Job, Thread
from ordinance.storage.errors import BadReference, Busy, Collision, NotPrepared, NotUnique, StorageError, Superseded
from ordinance.storage.sql import Statement

T = TypeVar("T")
_SCALES = 19
_IN_FORCE = "SELECT version FROM revision_active WHERE id = 1"


def _refuse(value: Decimal) -> Any:
    raise TypeError(f"a bare Decimal ({value}) would become a float in SQLite; give it a scale with fixed()")


def _reader(scale: int) -> Callable[[bytes], Decimal]:
    return lambda raw: Decimal(int(raw)).scaleb(-scale)


# These belong to the sqlite3 module as a whole, so they are said once, after Piccolo has said its own.
sqlite3.register_adapter(Decimal, _refuse)
sqlite3.converters.pop("INTEGER", None)  # SQLite gives whole numbers as such; a converter would get them as text
sqlite3.register_converter("TIMESTAMPTZ", lambda raw: datetime.fromisoformat(raw.decode()))
sqlite3.register_converter("DATE", lambda raw: date.fromisoformat(raw.decode()))
for _scale in range(_SCALES):
    sqlite3.register_converter(f"SCALEDINT{_scale}", _reader(_scale))


def fetch_rows(connection: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the rows of a query as dicts."""
    cursor = connection.execute(sql, args)
    if cursor.description is None:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=False)) for row in cursor.fetchall()]


def translated(error: sqlite3.Error) -> Exception:
    """Return our own error for one of SQLite's, or the error itself."""
    words = str(error)
    if isinstance(error, sqlite3.IntegrityError):
        if "UNIQUE constraint failed: " in words:
            return _not_unique(words.partition("UNIQUE constraint failed: ")[2])
        if "FOREIGN KEY" in words:
            return BadReference("", ())
    if isinstance(error, sqlite3.OperationalError) and ("locked" in words or "busy" in words):
        return Busy(words)
    if isinstance(error, sqlite3.OperationalError) and words.startswith(("no such column", "no such table")):
        return NotPrepared(words)
    return error


def _not_unique(listed: str) -> StorageError:
    if listed.startswith("index '"):
        return NotUnique("", (listed.removeprefix("index '").rstrip("'"),))
    pairs = [part.strip().partition(".") for part in listed.split(",")]
    table, columns = pairs[0][0], tuple(column for _, _, column in pairs)
    return Collision(table) if columns == ("id",) else NotUnique(table, columns)


class _GateTakenError(Exception):
    """Somebody else is at the gate, so waiting there must be given a limit."""


class SQLiteConnection:
    """One of the threads, lent to a unit of work.

    BEGIN goes with the first statement and COMMIT with the last ones: every hand-over to the thread and back costs more
    than a small statement.
    """

    def __init__(self, thread: Thread, *, write: bool, patience_s: float) -> None:
        self.thread = thread
        self._begin = "BEGIN IMMEDIATE" if write else "BEGIN"
        self._patience_s = patience_s
        self._due = False
        self._revision: int | None = None

    async def _do(self, job: Job[T]) -> T:
        try:
            if not self._due:
                return await self.thread.do(job)
            self._due = False
            return await self._first(job)
        except sqlite3.Error as error:
            raise translated(error) from error

    async def _first(self, job: Job[T]) -> T:
        """Begin the transaction and run a job in it; in one hand-over unless others are at the gate."""
        gate = self.thread.gate

        def at_once(raw: sqlite3.Connection) -> T:
            if gate is not None and not gate.try_enter():
                raise _GateTakenError
            self._open(raw)
            return job(raw)

        def in_turn(raw: sqlite3.Connection) -> None:
            if gate is not None:
                gate.enter()
            self._open(raw)

        try:
            return await self.thread.do(at_once)
        except _GateTakenError:
            pass
        try:
            async with asyncio.timeout(self._patience_s):
                await self.thread.do(in_turn)
        except TimeoutError as error:
            raise Busy("another process holds the database") from error
        return await self.thread.do(job)

    def _open(self, raw: sqlite3.Connection) -> None:
        """Begin, and see to it that the revision is the one the act began under: the writer is alone from here on."""
        raw.execute(self._begin)
        if self._revision is not None and raw.execute(_IN_FORCE).fetchone() != (self._revision,):
            raise Superseded("another revision is in force")

    async def _after(self, before: Sequence[Statement], job: Job[T]) -> T:
        """Run what was put off and a job behind it, in one hand-over."""
        if not before:
            return await self._do(job)

        def both(raw: sqlite3.Connection) -> T:
            _run(raw, before)
            return job(raw)

        return await self._do(both)

    async def fetch(self, sql: str, args: Sequence[Any], before: Sequence[Statement] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        return await self._after(before, lambda raw: fetch_rows(raw, sql, args))

    async def look_up(self, sql: str, args: Sequence[Any], before: Sequence[Statement] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query that finds a few by their keys.

        It takes no longer than handing it to the thread, so it runs here, unless it would have to begin the transaction
        or the thread has not ended what somebody gave up waiting for.
        """
        raw = None if self._due or before else self.thread.at_rest
        if raw is None:
            return await self.fetch(sql, args, before)
        try:
            return fetch_rows(raw, sql, args)
        except sqlite3.Error as error:
            raise translated(error) from error

    async def fetch_each(
        self, queries: Sequence[Query], before: Sequence[Statement] = ()
    ) -> list[list[dict[str, Any]]]:
        """Return the rows of several queries."""
        return await self._after(before, lambda raw: [fetch_rows(raw, sql, args) for sql, args in queries])

    async def execute(self, sql: str, args: Sequence[Any], before: Sequence[Statement] = ()) -> int:
        """Run a statement and return how many rows it wrote."""
        return await self._after(before, lambda raw: max(raw.execute(sql, args).rowcount, 0))

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of arguments."""
        await self._do(lambda raw: raw.executemany(sql, rows))

    async def batch(self, statements: Sequence[Statement]) -> tuple[int, ...]:
        """Run statements in one trip and return the count of each."""
        return await self._do(lambda raw: _run(raw, statements))

    async def begin(self, revision: int | None = None) -> None:
        """Open a transaction with the first statement."""
        self._due = True
        self._revision = revision

    async def commit(self, statements: Sequence[Statement] = ()) -> None:
        """Run the last statements and commit."""
        if self._due and not statements:
            return

        def job(raw: sqlite3.Connection) -> None:
            _run(raw, statements)
            raw.execute("COMMIT")
            if self.thread.gate:
                self.thread.gate.leave()

        await self._do(job)

    async def rollback(self) -> None:
        """Roll back whatever is open."""
        if self._due:
            return

        def job(raw: sqlite3.Connection) -> None:
            try:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
            finally:
                if self.thread.gate:
                    self.thread.gate.leave()

        # The job runs after whatever the thread is doing, even if nobody waits for it any more.
        done = self.thread.do(job)
        done.add_done_callback(_seen)
        with suppress(sqlite3.Error, TimeoutError):
            async with asyncio.timeout(self._patience_s):
                await asyncio.shield(done)


def _run(raw: sqlite3.Connection, statements: Sequence[Statement]) -> tuple[int, ...]:
    return checked(statements, [max(raw.execute(each.sql, each.args).rowcount, 0) for each in statements])


def _seen(task: asyncio.Future[None]) -> None:
    if not task.cancelled():
        task.exception()


class SQLite(SQLiteEngine):
    """The engine of a SQLite file, for our units of work and for Piccolo's queries alike."""

    dialect = "sqlite"

    def __init__(self, path: Path, *, readers: int = 3, patience_s: float = 15.0) -> None:
        super().__init__(path=str(path))
        self.current_transaction: Any = Owned(f"sqlite_{path}")
        self._patience_s = patience_s
        self._writer = Thread(path, read_only=False, patience_s=patience_s, gate=Gate(path))
        self._readers = [Thread(path, read_only=True, patience_s=patience_s) for _ in range(readers)]
        self._turn = asyncio.Lock()
        self._free: asyncio.LifoQueue[Thread] = asyncio.LifoQueue()

    async def open(self) -> None:
        """Open the connections, the writer first: it turns the journal to WAL."""
        await self._writer.open()
        for reader in self._readers:
            await reader.open()
            self._free.put_nowait(reader)

    async def close(self) -> None:
        """Close the connections."""
        for thread in (*self._readers, self._writer):
            thread.close()

    @asynccontextmanager
    async def lease(self, *, write: bool, snapshot: bool) -> AsyncIterator[Connection]:
        """Return a connection for one unit of work; the writer is given out in the order of asking."""
        if write:
            try:
                async with asyncio.timeout(self._patience_s):
                    await self._turn.acquire()
            except TimeoutError as error:
                raise Busy("too many writers are waiting") from error
            try:
                yield SQLiteConnection(self._writer, write=True, patience_s=self._patience_s)
            finally:
                self._turn.release()
            return
        reader = await self._free.get()
        try:
            yield SQLiteConnection(reader, write=False, patience_s=self._patience_s)
        finally:
            self._free.put_nowait(reader)

    async def _run_in_new_connection(
        self, query: str, args: Any = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        write = query.lstrip()[:6].upper() != "SELECT"
        async with self.lease(write=write, snapshot=False) as connection:
            if not write:
                return await connection.fetch(query, args or ())
            await connection.begin()
            try:
                rows = await connection.fetch(query, args or ())
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise
            return rows

    async def _run_in_existing_connection(
        self, connection: Connection, query: str, args: Any = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        return await connection.fetch(query, args or ())
