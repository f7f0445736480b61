"""Documents in flight, many at once: where they stand, what has been done for them, how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ordinance.storage.events import Events, NewEvent
from ordinance.storage.records import Fragment
from ordinance.storage.sql import marks
from ordinance.storage.waits import NewWait
from ordinance.storage.work import Work

_FLYING = "t.phase IN ('draft', 'running')"
_LAST = "NOT EXISTS (SELECT 1 FROM event l WHERE l.document = e.document AND l.id > e.id)"
_STATE = {"id": "bigint", "state": "text", "revision": "text", "phase": "text", "ended": "text", "waits_at": "text"}
_EVENT = {
    "id": "bigint", "at": "timestamptz", "entity": "text", "document": "bigint", "seq": "bigint", "name": "text",
    "actor": "text", "acting_for": "text", "revision": "text", "channel": "text", "request": "text", "step": "text",
    "reason": "text", "body": "text",
}  # fmt: skip
_WAIT = {
    "id": "bigint", "entity": "text", "document": "bigint", "workflow": "text", "lane": "text", "step": "text",
    "since": "timestamptz", "due_at": "timestamptz", "timer_at": "timestamptz", "taken": "text", "assigned": "text",
    "set_aside": "boolean",
}  # fmt: skip
"""Columns that are written for many documents at once, with their types as PostgreSQL has them."""

Row = dict[str, Any]


class Flight:
    """Questions about the documents of one workflow that have not ended, and the few ways to write many of them.

    Args:
        table: The quoted table of the documents.
        entity: What they are.
        workflow: The workflow.
    """

    def __init__(self, table: str, entity: str, workflow: str) -> None:
        self._table, self._entity, self._workflow = table, entity, workflow

    async def count(self, work: Work) -> int:
        """Return how many there are."""
        sql = f"SELECT count(*) AS n FROM {self._table} t WHERE t.workflow = ? AND {_FLYING}"
        row = await work.fetch_one(sql, self._workflow)
        return int(row["n"]) if row else 0

    async def page(self, work: Work, asked: Sequence[Fragment], worth: str | None, after: int, limit: int) -> list[Row]:
        """Return the next documents in the order of their ids: id, number, state, worth, and `c0`, `c1` … as asked.

        Args:
            work: The unit of work.
            asked: What to say of each.
            worth: The column with what each is worth.
            after: The id of the last one of the page before.
            limit: How many.
        """
        parts = ["t.id", "t.number", "t.state"]
        if worth is not None:
            parts.append(f't."{worth}" AS worth')
        parts += [f"({each.sql}) AS c{at}" for at, each in enumerate(asked)]
        sql = (
            f"SELECT {', '.join(parts)} FROM {self._table} t WHERE t.workflow = ? AND {_FLYING} AND t.id > ? "
            "ORDER BY t.id LIMIT ?"
        )
        args = [arg for each in asked for arg in each.args]
        return await work.fetch(sql, *args, self._workflow, after, limit)

    async def done(self, work: Work, after: int, last: int) -> list[Row]:
        """Return what stands in the ledger for the documents of a page: document, effect, round, state."""
        return await work.fetch(
            f"SELECT l.document, l.effect, l.round, l.state FROM ledger l JOIN {self._table} t ON t.id = l.document "
            f"WHERE t.workflow = ? AND {_FLYING} AND t.id > ? AND t.id <= ? AND l.state <> 'undone' "
            "ORDER BY l.document, l.seq",
            self._workflow, after, last,
        )  # fmt: skip

    async def pins(self, work: Work, revision: str) -> list[str]:
        """Return the revisions other than this one under which documents of the entity finish, of any workflow."""
        rows = await work.fetch(
            f"SELECT DISTINCT t.revision FROM {self._table} t WHERE {_FLYING} AND t.revision <> ? "
            "AND t.state LIKE '%\"hold\":\"%'",
            revision,
        )
        return [row["revision"] for row in rows]

    async def pinned(self, work: Work, revision: str) -> int:
        """Return how many of them finish under a revision that is not in force any more."""
        row = await work.fetch_one(
            f"SELECT count(*) AS n FROM {self._table} t WHERE t.workflow = ? AND {_FLYING} AND t.revision = ? "
            "AND t.state LIKE '%\"hold\":\"%'",
            self._workflow, revision,
        )  # fmt: skip
        return int(row["n"]) if row else 0

    async def states(self, work: Work, ids: Sequence[int]) -> list[Row]:
        """Return the id and the state of these documents, in the order of their ids."""
        sql = f"SELECT t.id, t.state FROM {self._table} t WHERE t.id IN ({marks(len(ids))}) ORDER BY t.id"
        return await work.fetch(sql, *ids)

    async def proposing(self, work: Work) -> list[Row]:
        """Return id and state of the documents of the entity, of any workflow, that are in a lane with proposals."""
        return await work.fetch(
            f"SELECT t.id, t.state FROM {self._table} t WHERE {_FLYING} "
            "AND t.state LIKE '%\"proposed\":{\"%' ORDER BY t.id"
        )

    async def rewrite_states(self, work: Work, states: Sequence[tuple[int, str]]) -> None:
        """Write states that say the same in other names; nothing has happened to the documents."""
        sql = f"UPDATE {self._table} SET state = ? WHERE id = ?"
        await work.execute_many(sql, [(state, id) for id, state in states])

    async def held_at(self, work: Work, revision: str) -> set[str]:
        """Return the steps at which documents wait that finish under an earlier revision."""
        rows = await work.fetch(
            f"SELECT DISTINCT t.waits_at FROM {self._table} t WHERE t.workflow = ? AND {_FLYING} AND t.revision = ? "
            "AND t.state LIKE '%\"hold\":\"%'",
            self._workflow, revision,
        )  # fmt: skip
        return {step for row in rows for step in (row["waits_at"] or "").split()}

    async def write_states(self, work: Work, rows: Sequence[Sequence[Any]], now: datetime, by: str) -> None:
        """Write states: `(id, state, revision, phase, ended, waits_at)` for each document."""
        if work.dialect == "sqlite":
            await work.execute_many(
                f"UPDATE {self._table} SET state = ?, revision = ?, phase = ?, ended = ?, waits_at = ?, "
                "version = version + 1, updated_at = ?, updated_by = ? WHERE id = ?",
                [(*row[1:], now, by, row[0]) for row in rows],
            )
            return
        source, args = _unnested(_STATE, rows)
        changed = ", ".join(f"{name} = s.{name}" for name in list(_STATE)[1:])
        await work.execute(
            f"UPDATE {self._table} AS t SET {changed}, version = t.version + 1, updated_at = ?, updated_by = ? "
            f"FROM {source} WHERE t.id = s.id",
            now, by, *args,
        )  # fmt: skip

    async def write_events(self, work: Work, events: Iterable[tuple[int, NewEvent]], now: datetime) -> None:
        """Write an event for each document."""
        made = [Events.append_statement(self._entity, id, each, work.new_id(now), now) for id, each in events]
        await _insert(work, "event", _EVENT, [each.args for each in made])

    async def write_waits(
        self, work: Work, gone: Sequence[tuple[int, str]], fresh: Sequence[tuple[int, NewWait]], now: datetime
    ) -> None:
        """Take documents away from steps and let them wait at others: `(document, step)`, `(document, wait)`."""
        if work.dialect == "sqlite":
            await work.execute_many("DELETE FROM \"wait\" WHERE document = ? AND lane = '' AND step = ?", gone)
        elif gone:
            source, args = _unnested({"document": "bigint", "step": "text"}, gone)
            await work.execute(
                f'DELETE FROM "wait" AS w USING {source} '
                "WHERE w.document = s.document AND w.lane = '' AND w.step = s.step",
                *args,
            )
        rows = [
            (work.new_id(now), self._entity, id, each.workflow, each.lane, each.step, each.since, each.due_at,
             each.timer_at, each.taken, each.assigned, each.set_aside)
            for id, each in fresh
        ]  # fmt: skip
        await _insert(work, "wait", _WAIT, rows)

    async def look_again(self, work: Work, step: str, now: datetime) -> None:
        """Have the due-worker look at the documents that wait at a step: its timers are others now."""
        sql = 'UPDATE "wait" SET timer_at = ? WHERE entity = ? AND workflow = ? AND step = ?'
        await work.execute(sql, now, self._entity, self._workflow, step)

    async def moved_last(self, work: Work, kind: str, cause: str) -> list[Row]:
        """Return document and body of the events of a kind and cause after which nothing has happened."""
        return await work.fetch(
            f"SELECT e.document, e.body FROM event e WHERE e.entity = ? AND e.name = ? AND e.body LIKE ? AND {_LAST}",
            self._entity, f"{self._workflow}.{kind}", f'%"cause":"{cause}"%',
        )  # fmt: skip

    @staticmethod
    async def last_events(work: Work, ids: Sequence[int]) -> list[Row]:
        """Return document and body of the last event of each document."""
        return await work.fetch(
            f"SELECT e.document, e.body FROM event e WHERE e.document IN ({marks(len(ids))}) AND {_LAST}", *ids
        )


def _unnested(types: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> tuple[str, list[list[Any]]]:
    """Return rows as a source `s` of one PostgreSQL statement: a list for each column costs a row next to nothing."""
    lists = ", ".join(f"?::{kind}[]" for kind in types.values())
    return f"unnest({lists}) AS s({', '.join(types)})", [list(column) for column in zip(*rows, strict=True)]


async def _insert(work: Work, table: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
    names = ", ".join(types)
    if work.dialect == "sqlite":
        await work.execute_many(f'INSERT INTO "{table}" ({names}) VALUES ({marks(len(types))})', rows)
    elif rows:
        source, args = _unnested(types, rows)
        await work.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM {source}', *args)
