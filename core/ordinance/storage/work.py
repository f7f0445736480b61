"""The unit of work: the only way anything reads or writes the database."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from ordinance.fields import Dialect
from ordinance.storage.engines import Connection, PostgreSQL, Query, SQLite
from ordinance.storage.errors import Again, Busy, Collision, Lost, StorageError
from ordinance.storage.ids import Ids
from ordinance.storage.sql import ARGUMENTS_MAX, Statement

T = TypeVar("T")
_TRIES_MAX = 5
_PAUSE_MIN_S, _PAUSE_MAX_S = 0.002, 0.05


class Transaction:
    """What Piccolo finds as the transaction at hand, so that its queries join the unit of work."""

    def __init__(self, work: Work, connection: Any) -> None:
        self.work = work
        self.connection = connection
        self.owner = asyncio.current_task()
        self.finished = False


class Work:
    """A connection and, when writing, a transaction. It belongs to the task that opened it; no other may use it."""

    def __init__(self, connection: Connection, dialect: Dialect, ids: Ids, *, write: bool) -> None:
        self.dialect: Dialect = dialect
        self.write = write
        self._connection = connection
        self._ids = ids
        self._owner = asyncio.current_task()
        self._open = True
        self._savepoints = 0
        self.rows: set[int] = set()
        """Ids given out for rows of lines that are not written yet; only these are taken over when they are."""
        self._afterwards: list[Callable[[], Any]] = []
        self._later: list[Statement] = []
        self._touched: set[str] = set()
        self.locked: dict[tuple[str, int], dict[str, Any]] = {}
        """Records locked in this unit of work, as they stand in it: (entity, id) to record."""

    def _mine(self) -> Connection:
        if not self._open:
            raise RuntimeError("the unit of work has ended")
        if asyncio.current_task() is not self._owner:
            raise RuntimeError("a transaction belongs to the task that opened it")
        return self._connection

    async def fetch(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """Return the rows of a query as dicts; `?` stands for each argument."""
        before = await self._put_off()
        return await self._mine().fetch(sql, args, before)

    async def look_up(self, sql: str, *args: Any, table: str = "") -> list[dict[str, Any]]:
        """Return the rows of a query that finds a few by their keys, through an index; otherwise as `fetch`.

        Args:
            sql: The query.
            args: What stands for each `?`.
            table: The one table it reads: what is put off and writes none of it stays put off.
        """
        before = await self._put_off() if not table or table in self._touched else ()
        return await self._mine().look_up(sql, args, before)

    async def fetch_each(self, *queries: Query) -> list[list[dict[str, Any]]]:
        """Return the rows of several queries, each a text and its arguments; in one trip where the database allows."""
        before = await self._put_off()
        return await self._mine().fetch_each(queries, before)

    async def fetch_one(self, sql: str, *args: Any) -> dict[str, Any] | None:
        """Return the first row, or None."""
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement and return how many rows it wrote."""
        before = await self._put_off()
        return await self._mine().execute(sql, args, before)

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of arguments, in one trip; any number of rows."""
        await self.flush()
        if rows:
            await self._mine().execute_many(sql, rows)

    async def batch(self, *statements: Statement) -> tuple[int, ...]:
        """Run statements that do not depend on each other in one trip and return how many rows each wrote.

        None of them may be a SELECT, have a RETURNING, or touch a row that another of them touches.
        """
        await self.flush()
        return await self._run(statements)

    async def _run(self, statements: Sequence[Statement]) -> tuple[int, ...]:
        counts: list[int] = []
        for run in _within_limit(statements):
            counts.extend(await self._mine().batch(run))
        return tuple(counts)

    async def later(self, *statements: Statement) -> None:
        """Run these with the next ones, at the latest before the next query or at the end, all in one trip.

        They must not depend on each other. If a table among them is already waiting, those are run first, so what is
        written twice is written in order.
        """
        tables = {statement.table for statement in statements}
        if tables & self._touched or "" in tables:
            await self.flush()
        self._mine()
        self._later.extend(statements)
        self._touched |= tables

    async def flush(self) -> None:
        """Run what was put off."""
        last = await self._put_off()
        if last:
            await self._mine().batch(last)

    async def _put_off(self) -> Sequence[Statement]:
        """Return what was put off, to be run now; all but the last of it, if it is too much for one trip, is done."""
        if not self._later:
            return ()
        waiting, self._later, self._touched = self._later, [], set()
        *runs, last = _within_limit(waiting)
        for run in runs:
            await self._mine().batch(run)
        return last

    async def finish(self) -> None:
        """Commit, together with what was put off; for the database, not for acts."""
        await self._connection.commit(await self._put_off())

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[Self]:
        """Undo what happens inside, and only that, if it raises."""
        await self.flush()
        connection = self._mine()
        self._savepoints += 1
        name = f"s{self._savepoints}"
        await connection.execute(f"SAVEPOINT {name}", ())
        kept, locked = len(self._afterwards), dict(self.locked)
        try:
            yield self
            await self.flush()
        except BaseException:
            del self._afterwards[kept:]
            self._later, self._touched, self.locked = [], set(), locked
            await asyncio.shield(self._undo(connection, name))
            raise
        await connection.execute(f"RELEASE SAVEPOINT {name}", ())

    async def _undo(self, connection: Connection, name: str) -> None:
        await connection.execute(f"ROLLBACK TO SAVEPOINT {name}", ())
        await connection.execute(f"RELEASE SAVEPOINT {name}", ())

    def after_commit(self, call: Callable[[], Any]) -> None:
        """Call this once the transaction is durable; never if it is rolled back. It may not fail and is not awaited."""
        self._afterwards.append(call)

    def new_id(self, now: datetime) -> int:
        """Return a fresh id."""
        return self._ids.new(now)

    def new_row(self, now: datetime) -> int:
        """Return a fresh id for a row of lines that will be written in this unit of work under it."""
        id = self._ids.new(now)
        self.rows.add(id)
        return id


def _within_limit(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Return the statements in runs whose arguments together fit into one."""
    runs: list[list[Statement]] = []
    used = 0
    for statement in statements:
        used += len(statement.args)
        if used > ARGUMENTS_MAX or not runs:
            runs.append([])
            used = len(statement.args)
        runs[-1].append(statement)
    return runs


class Database:
    """One database, named by its URL: a SQLite file or a PostgreSQL server."""

    def __init__(
        self, url: str, *, size: int = 10, patience_s: float = 15.0, chance: random.Random | None = None
    ) -> None:
        """Name the database; nothing is opened yet.

        Args:
            url: `postgresql://…`, `sqlite:///path`, or the bare path of a SQLite file.
            size: Connections at most: of the pool, or readers of a SQLite file (at most 4).
            patience_s: How long to wait for a connection or for the writer before `Busy`.
            chance: Where the pauses between two tries come from; pass a seeded one to repeat a run.
        """
        self.url = url
        self.ids = Ids()
        self._patience_s = patience_s
        self._chance = chance or random.Random()  # noqa: S311 - pauses, not secrets
        self.engine: SQLite | PostgreSQL
        if url.startswith(("postgresql://", "postgres://")):
            self.dialect: Dialect = "postgresql"
            self.engine = PostgreSQL(url, size=size, patience_s=patience_s)
        else:
            self.dialect = "sqlite"
            self.engine = SQLite(_path(url), readers=min(size, 4), patience_s=patience_s)

    async def open(self) -> Self:
        """Open the connections."""
        await self.engine.open()
        return self

    async def close(self) -> None:
        """Close the connections."""
        await self.engine.close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def work(
        self, *, write: bool = True, snapshot: bool = False, revision: int | None = None, references: bool = True
    ) -> AsyncIterator[Work]:
        """Open a unit of work; everything in it is committed together at the end, or nothing.

        Inside another one of the same task it is a savepoint of that one.

        Args:
            write: Whether it writes; then it is a transaction, on SQLite an immediate one under the writer's lock.
            snapshot: For reading: every query sees the same moment. Otherwise each sees its own.
            revision: The version of the revision that must be in force until this is committed; None asks for none.
            references: False where tables are built anew: SQLite then does not look at foreign keys; whoever asks for
                it checks them at the end.

        Raises:
            Busy: no connection could be had in time.
            OutcomeUnknown: the connection was lost during COMMIT.
            RuntimeError: another task's transaction was inherited.
            Superseded: another revision is in force.
        """
        outer = self.engine.current_transaction.get()
        if outer is not None:
            async with self._inner(outer.work, write=write) as work:
                yield work
            return
        async with self.engine.lease(write=write, snapshot=snapshot) as connection:
            work = Work(connection, self.dialect, self.ids, write=write)
            async with (
                nullcontext() if references else self._loosened(connection),
                self._transaction(work, connection, begin=write or snapshot, revision=revision),
            ):
                yield work
        for call in work._afterwards:
            call()

    @asynccontextmanager
    async def _inner(self, work: Work, *, write: bool) -> AsyncIterator[Work]:
        if write and not work.write:
            raise RuntimeError("a unit of work that only reads cannot hold one that writes")
        if not write:
            yield work
            return
        async with work.savepoint():
            yield work

    @asynccontextmanager
    async def _loosened(self, connection: Connection) -> AsyncIterator[None]:
        if self.dialect != "sqlite":
            yield
            return
        # Only outside a transaction does SQLite take notice of this.
        await connection.execute("PRAGMA foreign_keys=OFF", ())
        try:
            yield
        finally:
            await asyncio.shield(connection.execute("PRAGMA foreign_keys=ON", ()))

    @asynccontextmanager
    async def _transaction(
        self, work: Work, connection: Connection, *, begin: bool, revision: int | None
    ) -> AsyncIterator[None]:
        if begin:
            await connection.begin(revision)
        transaction = Transaction(work, getattr(connection, "raw", connection))
        token = self.engine.current_transaction.set(transaction)
        try:
            try:
                yield
                if begin:
                    await work.finish()
                else:
                    await work.flush()
            except BaseException:
                if begin:
                    await connection.rollback()
                raise
        finally:
            work._open = False
            transaction.finished = True
            transaction.connection = None
            self.engine.current_transaction.reset(token)

    async def run(
        self, act: Callable[[Work], Awaitable[T]], *, write: bool = True, tries: int = _TRIES_MAX,
        revision: int | None = None,
    ) -> T:  # fmt: skip
        """Run an act in a unit of work, once more from the start when the database asks for it, with random pauses.

        The act must not reach outside the database: it may run several times.

        Args:
            act: Gets the unit of work; what it returns is returned.
            write: As in `work`.
            tries: How often at most.
            revision: As in `work`.
        """
        if self.engine.current_transaction.get() is not None:
            async with self.work(write=write) as work:
                return await act(work)
        began = time.monotonic()
        for attempt in range(1, tries + 1):
            try:
                async with self.work(write=write, revision=revision) as work:
                    return await act(work)
            except (Again, Busy, Collision, Lost):
                if attempt == tries or time.monotonic() - began > self._patience_s:
                    raise
                await asyncio.sleep(self._chance.uniform(_PAUSE_MIN_S, _PAUSE_MAX_S) * attempt)
        raise StorageError("an act needs at least one try")

    async def fetch(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """Return the rows of one query, outside any transaction."""
        async with self.work(write=False) as work:
            return await work.fetch(sql, *args)

    def new_id(self, now: datetime) -> int:
        """Return a fresh id."""
        return self.ids.new(now)


def _path(url: str) -> Path:
    name = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else url.removeprefix("sqlite:")
    if not name or ":memory:" in name or "://" in name:
        raise ValueError(f"not the name of a database: {url}")
    return Path(name)
