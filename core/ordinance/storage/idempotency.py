"""Answer a request that comes twice only once.

The key is claimed by a write before anything else: a second request with it waits until the first is through, and a
replay writes too, so that it is acknowledged only where a first answer would be.
Source: looking a key up and then inserting let thousands of duplicates through; a replay that writes nothing is
acknowledged before the standby has the first answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from ordinance.storage.work import Work

T = TypeVar("T")
_CLAIM = (
    "INSERT INTO idempotency (scope, key, fingerprint, made_at, seen_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (scope, key) DO UPDATE SET seen_at = excluded.seen_at RETURNING fingerprint, status, body"
)
_DONE = 200


@dataclass(frozen=True, slots=True)
class Earlier:
    """The answer that the same key got before; another `fingerprint` means that the key was used for something else."""

    fingerprint: str
    status: int
    body: str

    def answer(self, kind: type[T]) -> T:
        """Return the answer as a value of the type it had, marked as replayed if it can say so."""
        plain: Any = msgspec.json.decode(self.body)
        if isinstance(plain, dict) and "replayed" in plain:
            plain["replayed"] = True
        return msgspec.convert(plain, kind)


class Idempotency:
    """The table of keys."""

    async def claim(self, work: Work, scope: str, key: str, fingerprint: str, now: datetime) -> Earlier | None:
        """Claim a key, waiting for whoever holds it; return the answer it got before, or None if it is ours.

        Args:
            work: The unit of work of the act, which has done nothing yet.
            scope: Whose key it is.
            key: The key.
            fingerprint: A hash of what is asked.
            now: The moment.
        """
        row = await work.fetch_one(_CLAIM, scope, key, fingerprint, now, now)
        assert row is not None
        return None if row["status"] is None else Earlier(row["fingerprint"], row["status"], row["body"] or "")

    async def answered(self, work: Work, scope: str, key: str, answer: Any, *, status: int = _DONE) -> None:
        """Keep the answer with the act itself."""
        body = msgspec.json.encode(answer).decode()
        sql = "UPDATE idempotency SET status = ?, body = ? WHERE scope = ? AND key = ?"
        await work.execute(sql, status, body, scope, key)

    async def purge(self, work: Work, before: datetime) -> int:
        """Forget keys made before a moment; return how many."""
        return await work.execute("DELETE FROM idempotency WHERE made_at < ?", before)
