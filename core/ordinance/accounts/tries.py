"""Slow down guessing: failures are counted in the database, so they hold across processes and restarts.

A try is counted before the password is looked at; several at once cannot slip by, and a success clears the count.
"""

from __future__ import annotations

from datetime import datetime

from ordinance.problems import Reason, reason
from ordinance.storage import Work

FAILURES_MAX = 5
LOCK_S = 15 * 60


async def count_try(work: Work, who: str, now: datetime, most: int = FAILURES_MAX) -> tuple[Reason, ...]:
    """Count one try and return a reason if there were too many; while locked, further tries are not counted.

    Args:
        work: A writing transaction.
        who: What is being guessed at, such as a name or an address.
        now: The present instant, UTC.
        most: How many may fail before the lock.
    """
    at = int(now.timestamp())
    row = await work.fetch_one("SELECT failures, last_at FROM login_try WHERE who = ?", who)
    if row is not None and row["failures"] >= most and row["last_at"] > at - LOCK_S:
        left = (row["last_at"] + LOCK_S - at + 59) // 60
        return (reason("too_many_tries", minutes=left),)
    await work.execute(
        "INSERT INTO login_try (who, failures, last_at) VALUES (?, 1, ?) ON CONFLICT (who) DO UPDATE SET "
        "failures = CASE WHEN login_try.last_at > ? THEN login_try.failures + 1 ELSE 1 END, last_at = excluded.last_at",
        who,
        at,
        at - LOCK_S,
    )
    return ()


async def clear_tries(work: Work, who: str) -> None:
    """Forget the failures, after a success or by an administrator."""
    await work.execute("DELETE FROM login_try WHERE who = ?", who)
