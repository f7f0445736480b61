"""SQLite: one writer behind a fair gate and a few readers, each connection in a thread of its own.

Piccolo's own engine opens a connection and a thread for every query and begins deferred; this one keeps them, begins
immediate, and sets what must be set on every connection.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from piccolo.engine.sqlite import SQLiteEngine

from ordinance.storage.engines.connection import Connection, Owned
from ordinance.storage.engines.gate import Gate
from ordinance.storage.errors import BadReference, Busy, Collision, NotUnique, StorageError
from ordinance.storage.sql import Statement

T = TypeVar("T")
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16000",
)
_CACHED_STATEMENTS = 512
_BUSY_MAX_S = 5.0
_SCALES = 19


def _refuse(value: Decimal) -> Any:
    raise TypeError(f"a bare Decimal ({value}) would become a float in SQLite; give it a scale with fixed()")


def _reader(scale: int) -> Callable[[bytes], Decimal]:
    return lambda raw: Decimal(int(raw)).scaleb(-scale)


# These belong to the sqlite3 module as a whole, so they are said once, after Piccolo has said its own.
sqlite3.register_adapter(Decimal, _refuse)
sqlite3.register_converter("INTEGER", int)
for _scale in range(_SCALES):
    sqlite3.register_converter(f"SCALEDINT{_scale}", _reader(_scale))


def fetch_rows(connection: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the rows of a query as dicts."""
    cursor = connection.execute(sql, args)
    if cursor.description is None:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Thread:
    """One SQLite connection and the only thread that touches it."""

    def __init__(self, path: Path, *, read_only: bool, patience_s: float, gate: Gate | None = None) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="sqlite-reader" if read_only else "sqlite-writer")
        self._path = path
        self._read_only = read_only
        self._patience_s = min(patience_s, _BUSY_MAX_S)
        self._raw: sqlite3.Connection | None = None
        self.gate = gate

    async def open(self) -> None:
        """Open the connection."""
        await asyncio.get_running_loop().run_in_executor(self._executor, self._open)

    def _open(self) -> None:
        raw = sqlite3.connect(
            self._path,
            detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            isolation_level=None,
            timeout=self._patience_s,
            cached_statements=_CACHED_STATEMENTS,
            check_same_thread=False,
        )
        for pragma in (*_PRAGMAS, *(["PRAGMA query_only=ON"] if self._read_only else [])):
            raw.execute(pragma)
        if self.gate:
            self.gate.open()
        self._raw = raw

    async def do(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job with the connection, in its thread, after the jobs given before."""
        raw = self._raw
        if raw is None:
            raise StorageError("the database is not open")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, job, raw)
        except sqlite3.Error as error:
            raise translated(error) from error

    def close(self) -> None:
        """Close the connection and end the thread."""
        raw, self._raw = self._raw, None
        if raw is not None:
            self._executor.submit(raw.close)
        if self.gate:
            self._executor.submit(self.gate.close)
        self._executor.shutdown(wait=True)


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
    return error


def _not_unique(listed: str) -> StorageError:
    if listed.startswith("index '"):
        return NotUnique("", (listed.removeprefix("index '").rstrip("'"),))
    pairs = [part.strip().partition(".") for part in listed.split(",")]
    table, columns = pairs[0][0], tuple(column for _, _, column in pairs)
    return Collision(table) if columns == ("id",) else NotUnique(table, columns)


class SQLiteConnection:
    """One of the threads, lent to a unit of work."""

    def __init__(self, thread: Thread, *, write: bool, patience_s: float) -> None:
        self.thread = thread
        self._write = write
        self._patience_s = patience_s

    async def fetch(self, sql: str, args: Sequence[Any]) -> list[dict[str, Any]]:
        return await self.thread.do(lambda raw: fetch_rows(raw, sql, args))

    async def execute(self, sql: str, args: Sequence[Any]) -> int:
        return await self.thread.do(lambda raw: max(raw.execute(sql, args).rowcount, 0))

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        await self.thread.do(lambda raw: raw.executemany(sql, rows))

    async def batch(self, statements: Sequence[Statement]) -> tuple[int, ...]:
        return await self.thread.do(
            lambda raw: tuple(max(raw.execute(each.sql, each.args).rowcount, 0) for each in statements)
        )

    async def begin(self) -> None:
        def job(raw: sqlite3.Connection) -> None:
            if self.thread.gate:
                self.thread.gate.enter()
            raw.execute("BEGIN IMMEDIATE" if self._write else "BEGIN")

        try:
            async with asyncio.timeout(self._patience_s):
                await self.thread.do(job)
        except TimeoutError as error:
            await self.rollback()
            raise Busy("another process holds the database") from error
        except BaseException:
            await self.rollback()
            raise

    async def commit(self) -> None:
        def job(raw: sqlite3.Connection) -> None:
            raw.execute("COMMIT")
            if self.thread.gate:
                self.thread.gate.leave()

        await self.thread.do(job)

    async def rollback(self) -> None:
        def job(raw: sqlite3.Connection) -> None:
            try:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
            finally:
                if self.thread.gate:
                    self.thread.gate.leave()

        # The job runs after whatever the thread is doing, even if nobody waits for it any more.
        task = asyncio.ensure_future(self.thread.do(job))
        task.add_done_callback(_seen)
        with suppress(sqlite3.Error, StorageError, TimeoutError):
            async with asyncio.timeout(self._patience_s):
                await asyncio.shield(task)


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

