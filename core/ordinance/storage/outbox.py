"""Messages to be carried out of the database after the act that wrote them, at least once each, and notices to people.

A message is claimed for a while and handled outside any transaction; if it is not finished in time another worker takes
it. Messages of one `ordering` go one after the other, in the order they were written.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ordinance.storage.records import dump, load
from ordinance.storage.records.reading import among
from ordinance.storage.sql import Statement, marks
from ordinance.storage.work import Work

_COLUMNS = "id, topic, ordering, unique_key, payload, made_at, run_at, attempts"
_ROW = f"({marks(7)}, 0)"
_PAUSE_MIN_S, _PAUSE_MAX_S = 5, 3600
ATTEMPTS_MAX = 12
"""After so many tries a message is dead until somebody revives it."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be done after the act; with a `unique_key` a second one of the same key is not written."""

    topic: str
    payload: Any
    ordering: str = ""
    run_at: datetime | None = None
    unique_key: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that a worker holds."""

    id: int
    topic: str
    payload: Any
    attempts: int


class Outbox:
    """The table of messages."""

    @staticmethod
    def add_statement(messages: Sequence[Message], now: datetime, new_id: Callable[[], int]) -> Statement | None:
        """Return the statement that writes messages, or None if there are none."""
        if not messages:
            return None
        args = [
            value
            for each in messages
            for value in (
                new_id(), each.topic, each.ordering, each.unique_key, dump(each.payload), now, each.run_at or now,
            )
        ]  # fmt: skip
        rows = ", ".join([_ROW] * len(messages))
        return Statement(
            f"INSERT INTO outbox ({_COLUMNS}) VALUES {rows} ON CONFLICT (unique_key) DO NOTHING", tuple(args), "outbox"
        )

    async def add(self, work: Work, messages: Sequence[Message], now: datetime) -> None:
        """Write messages with the act."""
        statement = self.add_statement(messages, now, lambda: work.new_id(now))
        if statement is not None:
            await work.later(statement)

    async def claim(
        self, work: Work, owner: str, now: datetime, *, limit: int = 20, lease: timedelta = timedelta(minutes=2)
    ) -> list[Claimed]:
        """Take messages that are due for a while; the lease must be longer than handling one may take.

        Args:
            work: A unit of work that does nothing else, so that the claim is visible at once.
            owner: Who takes them.
            now: The moment.
            limit: How many at most.
            lease: How long they are kept from others.
        """
        # SKIP LOCKED lets workers pass each other; only the oldest message of an ordering may go, though.
        skip = " FOR UPDATE SKIP LOCKED" if work.dialect == "postgresql" else ""
        among_these = "IN (%s)" if work.dialect == "sqlite" else "= ANY(ARRAY(%s))"
        due = (
            "SELECT o.id FROM outbox o WHERE o.done_at IS NULL AND o.dead_at IS NULL AND o.run_at <= ? "
            "AND (o.lease_until IS NULL OR o.lease_until <= ?) AND (o.ordering = '' OR NOT EXISTS ("
            "SELECT 1 FROM outbox p WHERE p.ordering = o.ordering AND p.id < o.id AND p.done_at IS NULL "
            f"AND p.dead_at IS NULL)) ORDER BY o.run_at, o.id LIMIT ?{skip}"
        )
        rows = await work.fetch(
            "UPDATE outbox SET owner = ?, lease_until = ?, attempts = attempts + 1 "
            f"WHERE id {among_these % due} RETURNING id, topic, payload, attempts",
            owner,
            now + lease,
            now,
            now,
            limit,
        )
        claimed = [Claimed(row["id"], row["topic"], load(row["payload"]), row["attempts"]) for row in rows]
        return sorted(claimed, key=lambda each: each.id)

    async def done(self, work: Work, owner: str, ids: Iterable[int], now: datetime) -> int:
        """Mark messages as handled; return how many this owner still held."""
        wanted = list(ids)
        if not wanted:
            return 0
        where, args = among("id", wanted, work.dialect)
        return await work.execute(
            "UPDATE outbox SET done_at = ?, lease_until = NULL, error = NULL "
            f"WHERE owner = ? AND done_at IS NULL AND {where}",
            now,
            owner,
            *args,
        )

    async def fail(self, work: Work, message: Claimed, owner: str, error: str, now: datetime) -> None:
        """Put a message back, to be tried again later and later; after the last try it is dead."""
        most = min(_PAUSE_MIN_S * 2 ** (message.attempts - 1), _PAUSE_MAX_S)
        pause = timedelta(seconds=random.uniform(most / 2, most))  # noqa: S311 - a pause, not a secret
        dead = now if message.attempts >= ATTEMPTS_MAX else None
        await work.execute(
            "UPDATE outbox SET run_at = ?, dead_at = ?, error = ?, lease_until = NULL WHERE id = ? AND owner = ?",
            now + pause,
            dead,
            error[:2000],
            message.id,
            owner,
        )

    async def dead(self, work: Work, limit: int = 100) -> list[dict[str, Any]]:
        """Return the messages that nobody could deliver, oldest first."""
        return await work.fetch(
            "SELECT id, topic, ordering, made_at, attempts, dead_at, error FROM outbox WHERE dead_at IS NOT NULL "
            "ORDER BY id LIMIT ?",
            limit,
        )

    async def revive(self, work: Work, id: int, now: datetime) -> bool:
        """Let a dead message be tried again; return False if it is not dead."""
        sql = "UPDATE outbox SET dead_at = NULL, attempts = 0, run_at = ? WHERE id = ? AND dead_at IS NOT NULL"
        return await work.execute(sql, now, id) == 1

    async def purge(self, work: Work, before: datetime) -> int:
        """Delete messages handled before a moment; return how many."""
        return await work.execute("DELETE FROM outbox WHERE done_at < ?", before)


class Notices:
    """What people are told inside the product."""

    @staticmethod
    def add_statement(
        notices: Sequence[Mapping[str, Any]], now: datetime, new_id: Callable[[], int]
    ) -> Statement | None:
        """Return the statement that writes notices (`recipient, entity, document, message, body`), or None."""
        if not notices:
            return None
        args = [
            value
            for each in notices
            for value in (
                new_id(), each["recipient"], each.get("entity"), each.get("document"), each.get("message") or "",
                dump(each.get("body")), now,
            )
        ]  # fmt: skip
        rows = ", ".join([f"({marks(7)})"] * len(notices))
        return Statement(
            f"INSERT INTO notice (id, recipient, entity, document, message, body, at) VALUES {rows}",
            tuple(args),
            "notice",
        )

    async def of(self, work: Work, recipient: str, *, unread: bool = False, limit: int = 50) -> list[dict[str, Any]]:
        """Return the notices of a person, newest first."""
        where = " AND read_at IS NULL" if unread else ""
        rows = await work.fetch(
            f"SELECT id, entity, document, message, body, at, read_at FROM notice WHERE recipient = ?{where} "
            "ORDER BY id DESC LIMIT ?",
            recipient,
            limit,
        )
        for row in rows:
            row["body"] = load(row["body"])
        return rows

    async def unread(self, work: Work, recipient: str) -> int:
        """Return how many notices a person has not read."""
        sql = "SELECT count(*) AS n FROM notice WHERE recipient = ? AND read_at IS NULL"
        row = await work.fetch_one(sql, recipient)
        return int(row["n"]) if row else 0

    async def mark_read(self, work: Work, recipient: str, now: datetime, ids: Iterable[int] | None = None) -> int:
        """Mark a person's notices as read, these or all; return how many were not."""
        sql = "UPDATE notice SET read_at = ? WHERE recipient = ? AND read_at IS NULL"
        if ids is None:
            return await work.execute(sql, now, recipient)
        wanted = list(ids)
        if not wanted:
            return 0
        where, args = among("id", wanted, work.dialect)
        return await work.execute(f"{sql} AND {where}", now, recipient, *args)
