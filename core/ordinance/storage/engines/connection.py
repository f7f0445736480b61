"""What both databases offer to a unit of work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar, Token
from typing import Any, Protocol

from ordinance.storage.errors import Again
from ordinance.storage.sql import Statement

Query = tuple[str, Sequence[Any]]


def checked(statements: Sequence[Statement], counts: Sequence[int]) -> tuple[int, ...]:
    """Return the counts of statements.

    Raises:
        Again: one wrote another number of rows than it expects.
    """
    for statement, count in zip(statements, counts, strict=True):
        if statement.expects is not None and count != statement.expects:
            raise Again(f"{statement.table} wrote {count} rows instead of {statement.expects}")
    return tuple(counts)


class Connection(Protocol):
    """One connection, held by one unit of work.

    `before` are statements that have been put off: they run first, as `batch` runs them, in the same trip where the
    database allows.
    """

    async def fetch(self, sql: str, args: Sequence[Any], before: Sequence[Statement] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query."""

    async def look_up(self, sql: str, args: Sequence[Any], before: Sequence[Statement] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query that finds a few by their keys, through an index, and does nothing else."""

    async def fetch_each(
        self, queries: Sequence[Query], before: Sequence[Statement] = ()
    ) -> list[list[dict[str, Any]]]:
        """Return the rows of several queries, in one trip where the database allows."""

    async def execute(self, sql: str, args: Sequence[Any], before: Sequence[Statement] = ()) -> int:
        """Run a statement and return how many rows it wrote."""

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of arguments."""

    async def batch(self, statements: Sequence[Statement]) -> tuple[int, ...]:
        """Run statements that do not depend on each other, in one trip, and return the count of each.

        Raises:
            Again: one wrote another number of rows than it expects.
        """

    async def begin(self, revision: int | None = None) -> None:
        """Open a transaction, now or with the first statement; a failure leaves nothing behind.

        Args:
            revision: The version of the revision that must be in force, and stays so until the transaction ends.

        Raises:
            Superseded: another one is; said at once, or by the first statement.
        """

    async def commit(self, statements: Sequence[Statement] = ()) -> None:
        """Run the last statements, which do not depend on each other, and commit; after a failure roll back."""

    async def rollback(self) -> None:
        """Roll back whatever is open; never raises for a connection that is gone."""


class Engine(Protocol):
    """One database, opened."""

    dialect: str

    async def open(self) -> None:
        """Open the connections."""

    async def close(self) -> None:
        """Close the connections."""

    def lease(self, *, write: bool, snapshot: bool) -> AbstractAsyncContextManager[Connection]:
        """Return a connection for one unit of work; it is given back whatever happens."""


class Owned:
    """The transaction of the running task, in the place where Piccolo looks for it.

    A task started inside a transaction inherits the variable, so whoever asks from another task is refused instead of
    silently writing into a transaction that may end at any moment.
    """

    def __init__(self, name: str) -> None:
        self._variable: ContextVar[Any] = ContextVar(name, default=None)

    def get(self) -> Any:
        """Return the transaction of this task, or None.

        Raises:
            RuntimeError: the transaction that is open belongs to another task.
        """
        transaction = self._variable.get()
        if transaction is not None and transaction.owner is not asyncio.current_task():
            if transaction.finished:
                return None
            raise RuntimeError("a transaction belongs to the task that opened it")
        return transaction

    def set(self, transaction: Any) -> Token[Any]:
        """Make it the transaction of this task."""
        return self._variable.set(transaction)

    def reset(self, token: Token[Any]) -> None:
        """Put back what was there before."""
        self._variable.reset(token)
