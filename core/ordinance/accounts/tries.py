"""Slow down guessing: failures are counted in the database, so they hold across processes and restarts.

A try is counted before the password is looked at; several at once cannot slip by, and a success clears the count.
"""

from __future__ import annotations

from datetime import datetime

from ordinance.problems import Reason, reason
from ordinance.storage import Work

FAILURES_MAX = 5
LOCK_S = 15 * 60


_COUNT = (
    "INSERT INTO login_try (who, failures, last_at) VALUES (?, 1, ?) ON CONFLICT (who) DO UPDATE SET "
    "failures = CASE WHEN login_try.last_at > ? THEN login_try.failures + 1 ELSE 1 END, "
    "last_at = CASE WHEN login_try.last_at > ? AND login_try.failures >= ? THEN login_try.last_at "
    "ELSE excluded.last_at END RETURNING failures, last_at"
)
"""Counts and answers in one statement, so that of several at once each gets a number of its own."""


async def count_try(work: Work, who: str, now: datetime, most: int = FAILURES_MAX) -> tuple[Reason, ...]:
    """Count one try and return a reason if there were too many; further tries do not make the lock longer.

    Args:
        work: A writing transaction.
        who: What is being guessed at, such as a name or an address.
        now: The present instant, UTC.
        most: How many may fail before the lock.
    """
    at = int(now.timestamp())
    row = await work.fetch_one(_COUNT, who, at, at - LOCK_S, at - LOCK_S, most)
    if row is None or row["failures"] <= most:
        return ()
    return (reason("too_many_tries", minutes=(row["last_at"] + LOCK_S - at + 59) // 60),)


async def clear_tries(work: Work, who: str) -> None:
    """Forget the failures, after a success or by an administrator."""
    await work.execute("DELETE FROM login_try WHERE who = ?", who)
