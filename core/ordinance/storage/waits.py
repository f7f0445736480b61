"""Where documents wait: the inbox, the queue before a step, and what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordinance.storage.records.reading import among
from ordinance.storage.sql import Statement, marks
from ordinance.storage.work import Work

_COLUMNS = "id, entity, document, workflow, lane, step, since, due_at, timer_at, taken, assigned, set_aside"
_ROW = f"({marks(12)})"
_INSERT = f'INSERT INTO "wait" ({_COLUMNS}) VALUES '
_MERGE = " ON CONFLICT (document, lane, step) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}"
    for name in ("workflow", "since", "due_at", "timer_at", "taken", "assigned", "set_aside")
)


@dataclass(frozen=True, slots=True)
class NewWait:
    """A step at which a document waits; `lane` is empty in the main flow, `timer_at` when the due-worker looks next."""

    workflow: str
    step: str
    since: datetime
    lane: str = ""
    due_at: datetime | None = None
    timer_at: datetime | None = None
    taken: str | None = None
    assigned: str | None = None
    set_aside: bool = False


class Waits:
    """The table of waiting documents: one row for each open step of each document."""

    @staticmethod
    def set_statements(
        entity: str, document: int, waits: Sequence[NewWait], new_id: Callable[[], int], *, fresh: bool
    ) -> list[Statement]:
        """Return the statements after which a document waits at exactly these steps; `fresh` if at none before."""
        statements = []
        if not fresh:
            keep = "".join(" AND NOT (lane = ? AND step = ?)" for _ in waits)
            args = [part for wait in waits for part in (wait.lane, wait.step)]
            statements.append(Statement(f'DELETE FROM "wait" WHERE document = ?{keep}', (document, *args), "wait"))
        if waits:
            rows = [
                value
                for wait in waits
                for value in (
                    new_id(), entity, document, wait.workflow, wait.lane, wait.step, wait.since, wait.due_at,
                    wait.timer_at, wait.taken, wait.assigned, wait.set_aside,
                )
            ]  # fmt: skip
            sql = _INSERT + ", ".join([_ROW] * len(waits)) + ("" if fresh else _MERGE)
            statements.append(Statement(sql, tuple(rows), "wait", len(waits)))
        return statements

    async def of(self, work: Work, document: int) -> list[dict[str, Any]]:
        """Return where a document waits."""
        return await work.fetch(f'SELECT {_COLUMNS} FROM "wait" WHERE document = ? ORDER BY id', document)

    async def of_many(self, work: Work, documents: Sequence[int]) -> list[dict[str, Any]]:
        """Return where documents wait, those that are due first in front."""
        if not documents:
            return []
        where, args = among("document", list(documents), work.dialect)
        order = "CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, id"
        return await work.fetch(f'SELECT {_COLUMNS} FROM "wait" WHERE {where} ORDER BY {order}', *args)

    async def due(self, work: Work, now: datetime, limit: int = 100) -> list[dict[str, Any]]:
        """Return the documents that the due-worker should look at, the longest overdue first."""
        return await work.fetch(
            'SELECT entity, document, min(timer_at) AS timer_at FROM "wait" WHERE timer_at <= ? '
            "GROUP BY entity, document ORDER BY min(timer_at), document LIMIT ?",
            now,
            limit,
        )

    async def counts(self, work: Work, steps: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return how many documents wait at each of these (entity, step)."""
        wanted = list(steps)
        if not wanted:
            return {}
        where = " OR ".join("(entity = ? AND step = ?)" for _ in wanted)
        rows = await work.fetch(
            f'SELECT entity, step, count(*) AS n FROM "wait" WHERE {where} GROUP BY entity, step',
            *(part for pair in wanted for part in pair),
        )
        return {(row["entity"], row["step"]): int(row["n"]) for row in rows}

    async def undone_by(self, work: Work, actions: Iterable[str]) -> dict[str, int]:
        """Return how many waiting documents have an effect that each of these actions would take back."""
        wanted = list(actions)
        if not wanted:
            return {}
        rows = await work.fetch(
            'SELECT l.undo, count(DISTINCT l.document) AS n FROM ledger l WHERE l.state = \'done\' '
            f'AND l.undo IN ({marks(len(wanted))}) AND EXISTS (SELECT 1 FROM "wait" w WHERE w.document = l.document) '
            "GROUP BY l.undo",
            *wanted,
        )
        return {row["undo"]: int(row["n"]) for row in rows}

    async def loads(self, work: Work, people: Iterable[str]) -> dict[str, int]:
        """Return how many waiting documents each person has been assigned."""
        wanted = sorted(set(people))
        if not wanted:
            return {}
        rows = await work.fetch(
            f'SELECT assigned, count(*) AS n FROM "wait" WHERE assigned IN ({marks(len(wanted))}) GROUP BY assigned',
            *wanted,
        )
        return {row["assigned"]: int(row["n"]) for row in rows}

    async def inbox(
        self,
        work: Work,
        steps: Iterable[tuple[str, str]],
        *,
        person: str,
        after: tuple[datetime, int] | None = None,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """Return what waits at these (entity, step) for anybody or for this person, the longest waiting first.

        Args:
            work: The unit of work.
            steps: What the person may do.
            person: Their id; what is assigned to somebody else is left out.
            after: `since` and `id` of the last row of the page before.
            limit: Rows at most.
        """
        wanted = list(steps)
        where = " OR ".join(["assigned = ?", *("(assigned IS NULL AND entity = ? AND step = ?)" for _ in wanted)])
        args: list[Any] = [person, *(part for pair in wanted for part in pair)]
        if after is not None:
            where = f"({where}) AND (since > ? OR (since = ? AND id > ?))"
            args += [after[0], after[0], after[1]]
        return await work.fetch(
            f'SELECT {_COLUMNS} FROM "wait" WHERE ({where}) AND NOT set_aside ORDER BY since, id LIMIT ?', *args, limit
        )
