"""One SQLite connection and the thread that works on it.

Own threads instead of an executor: handing a job over and its result back is most of what a small query costs.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from ordinance.storage.engines.gate import Gate
from ordinance.storage.errors import StorageError

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16000",
)
_CACHED_STATEMENTS = 512
_BUSY_MAX_S = 5.0


class Thread:
    """A connection in a thread; jobs run one after the other, in the order they were given."""

    def __init__(self, path: Path, *, read_only: bool, patience_s: float, gate: Gate | None = None) -> None:
        self._path = path
        self._read_only = read_only
        self._patience_s = min(patience_s, _BUSY_MAX_S)
        self._jobs: SimpleQueue[tuple[Job[Any], asyncio.Future[Any], asyncio.AbstractEventLoop] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._raw: sqlite3.Connection | None = None
        self._given = 0
        self.gate = gate

    @property
    def at_rest(self) -> sqlite3.Connection | None:
        """The connection, if the thread has nothing to do with it at the moment; else None."""
        return None if self._given else self._raw

    async def open(self) -> None:
        """Start the thread and open the connection."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        name = "sqlite-reader" if self._read_only else "sqlite-writer"
        self._thread = threading.Thread(target=self._live, args=(ready, ready.get_loop()), name=name, daemon=True)
        self._thread.start()
        await ready

    def _connect(self) -> sqlite3.Connection:
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
        return raw

    def _live(self, ready: asyncio.Future[None], loop: asyncio.AbstractEventLoop) -> None:
        try:
            raw = self._raw = self._connect()
        except BaseException as error:
            loop.call_soon_threadsafe(_settle, ready, None, error)
            return
        loop.call_soon_threadsafe(_settle, ready, None, None)
        while (item := self._jobs.get()) is not None:
            job, future, loop = item
            result, failure = None, None
            try:
                result = job(raw)
            except BaseException as error:
                failure = error
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._done, future, result, failure)
        raw.close()
        if self.gate:
            self.gate.close()

    def do(self, job: Job[T]) -> asyncio.Future[T]:
        """Return the future of a job given to the thread; once given it runs, whether or not anybody waits for it."""
        if self._thread is None:
            raise StorageError("the database is not open")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._given += 1
        self._jobs.put((job, future, loop))
        return future

    def _done(self, future: asyncio.Future[Any], result: Any, failure: BaseException | None) -> None:
        self._given -= 1
        _settle(future, result, failure)

    def close(self) -> None:
        """Close the connection after the jobs that were given, and end the thread."""
        thread, self._thread, self._raw = self._thread, None, None
        if thread is not None:
            self._jobs.put(None)
            thread.join()


def _settle(future: asyncio.Future[Any], result: Any, failure: BaseException | None) -> None:
    if future.done():
        return
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)
