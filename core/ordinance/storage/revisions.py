"""The revisions that were applied, and which one is in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ordinance.storage.work import Work

_ONLY = 1
_COLUMNS = "hash, text, parent, author, reason, at"


class Revisions:
    """The table of revisions and the one row that says which is active."""

    async def active(self, work: Work, *, lock: str | None = None) -> str | None:
        """Return the hash of the revision in force, or None before the first.

        Args:
            work: The unit of work.
            lock: `share` keeps it from changing until the act ends; `update` keeps all acts out. SQLite needs neither.
        """
        mode = {None: "", "share": " FOR SHARE", "update": " FOR UPDATE"}[lock]
        tail = mode if work.dialect == "postgresql" else ""
        row = await work.fetch_one(f"SELECT hash FROM revision_active WHERE id = ?{tail}", _ONLY)
        return row["hash"] if row else None

    async def add(
        self, work: Work, digest: str, text: str, *, parent: str | None, author: str, reason: str, now: datetime
    ) -> int:
        """Keep a revision, named by its hash, and make it the one in force; return its id."""
        id = work.new_id(now)
        await work.execute(
            "INSERT INTO revision_text (id, hash, text, parent, author, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            id, digest, text, parent, author, reason, now,
        )  # fmt: skip
        await work.execute(
            "INSERT INTO revision_active (id, hash, version, at) VALUES (?, ?, 1, ?) ON CONFLICT (id) DO UPDATE SET "
            "hash = excluded.hash, version = revision_active.version + 1, at = excluded.at",
            _ONLY, digest, now,
        )  # fmt: skip
        return id

    async def get(self, work: Work, digest: str) -> dict[str, Any] | None:
        """Return a revision with its text, or None; the latest if it was applied more than once."""
        return await work.fetch_one(
            f"SELECT {_COLUMNS} FROM revision_text WHERE hash = ? ORDER BY id DESC LIMIT 1", digest
        )

    async def history(self, work: Work, limit: int = 50) -> list[dict[str, Any]]:
        """Return the revisions applied, newest first, without their texts."""
        return await work.fetch(
            "SELECT hash, parent, author, reason, at FROM revision_text ORDER BY id DESC LIMIT ?", limit
        )
