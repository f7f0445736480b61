"""Fields that are gone from the configuration and whose columns stay: documents under way still read them.

Source: engine M7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ordinance.storage.work import Work


@dataclass(frozen=True, slots=True)
class RetiredField:
    """One of them: `path` is `colour` or `lines.colour`, `revision` the last one that had it."""

    entity: str
    path: str
    revision: str


class Retired:
    """The table of retired fields."""

    async def all(self, work: Work) -> list[RetiredField]:
        """Return every retired field."""
        rows = await work.fetch('SELECT entity, field, revision FROM "retired" ORDER BY id')
        return [RetiredField(row["entity"], row["field"], row["revision"]) for row in rows]

    async def add(self, work: Work, entity: str, path: str, revision: str, now: datetime) -> None:
        """Retire a field; one that is retired already stays so."""
        await work.execute(
            'INSERT INTO "retired" (id, entity, field, revision, at) VALUES (?, ?, ?, ?, ?) '
            "ON CONFLICT (entity, field) DO NOTHING",
            work.new_id(now), entity, path, revision, now,
        )  # fmt: skip

    async def remove(self, work: Work, entity: str, path: str) -> None:
        """Say that a field is not retired any more: it has come back, or its column may go."""
        await work.execute('DELETE FROM "retired" WHERE entity = ? AND field = ?', entity, path)
