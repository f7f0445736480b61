"""The two databases as one would use them by hand: an asyncpg pool, and sqlite3 in threads.

A procedure is a generator that yields `Rows` and `Together` and gets rows back, so that it is written once for both.
"""

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import asyncpg


class Rows(NamedTuple):
    """A query; what is sent back is its rows."""

    sql: str
    args: tuple = ()


class Together(NamedTuple):
    """Statements that do not depend on each other: one trip."""

    statements: tuple


@lru_cache
def numbered(sql):
    first, *others = sql.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, start=1))


@lru_cache
def combined(texts):
    parts = ", ".join(f"s{number} AS ({text} RETURNING 1)" for number, text in enumerate(texts))
    counts = ", ".join(f"(SELECT count(*) FROM s{number})" for number in range(len(texts)))
    return numbered(f"WITH {parts} SELECT {counts}")


class PostgreSQL:
    """A pool of asyncpg connections; values travel as they are."""

    for_update = " FOR UPDATE"

    def __init__(self, url):
        self._url = url

    async def open(self):
        self._pool = await asyncpg.create_pool(self._url, min_size=1, max_size=10, reset=_as_it_is)

    async def close(self):
        await self._pool.close()

    async def run(self, procedure, *, write):
        async with self._pool.acquire() as raw:
            if not write:
                return await _follow(raw, procedure)
            async with raw.transaction():
                return await _follow(raw, procedure)

    @staticmethod
    def stored(value, _scale=2):
        return value

    read = stored


async def _as_it_is(_raw):
    """Nothing here changes a connection's settings, and asking costs a trip."""


async def _follow(raw, procedure):
    answer = None
    try:
        while True:
            wish = procedure.send(answer)
            if isinstance(wish, Rows):
                answer = await raw.fetch(numbered(wish.sql), *wish.args)
            else:
                texts = tuple(sql for sql, _ in wish.statements)
                await raw.fetchrow(combined(texts), *(arg for _, args in wish.statements for arg in args))
                answer = None
    except StopIteration as end:
        return end.value


class SQLite:
    """One writer and three readers, each in its own thread; a procedure is one hand-over to a thread."""

    for_update = ""

    def __init__(self, url):
        self._path = url
        self._own = threading.local()
        self._writer = ThreadPoolExecutor(1)
        self._readers = ThreadPoolExecutor(3)

    async def open(self):
        """Nothing to do: each thread connects when it is first asked."""

    async def close(self):
        for pool in (self._writer, self._readers):
            pool.shutdown()

    async def run(self, procedure, *, write):
        pool = self._writer if write else self._readers
        return await asyncio.get_running_loop().run_in_executor(pool, self._in_thread, procedure, write)

    def _in_thread(self, procedure, write):
        raw = self._connection()
        if not write:
            return _carry(raw, procedure)
        raw.execute("BEGIN IMMEDIATE")
        try:
            result = _carry(raw, procedure)
        except BaseException:
            raw.execute("ROLLBACK")
            raise
        raw.execute("COMMIT")
        return result

    def _connection(self):
        if not hasattr(self._own, "raw"):
            raw = sqlite3.connect(self._path, isolation_level=None, timeout=30, cached_statements=512)
            raw.row_factory = sqlite3.Row
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
                raw.execute(f"PRAGMA {pragma}")
            self._own.raw = raw
        return self._own.raw

    @staticmethod
    def stored(value, scale=2):
        """Exact decimals are whole numbers in SQLite, days and moments are text."""
        if isinstance(value, Decimal):
            return int(value.scaleb(scale))
        return value.isoformat(" ") if hasattr(value, "hour") else value.isoformat()

    @staticmethod
    def read(value, scale=2):
        return Decimal(value).scaleb(-scale)


def _carry(raw, procedure):
    answer = None
    try:
        while True:
            wish = procedure.send(answer)
            if isinstance(wish, Rows):
                answer = raw.execute(wish.sql, wish.args).fetchall()
            else:
                for sql, args in wish.statements:
                    raw.execute(sql, args)
                answer = None
    except StopIteration as end:
        return end.value


def engine_of(url):
    return PostgreSQL(url) if url.startswith("postgresql://") else SQLite(url)
