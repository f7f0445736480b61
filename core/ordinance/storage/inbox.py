"""What waits for a person, over all entities, confined by what they may see; and the clocks of waiting documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ordinance.storage.records import Fragment
from ordinance.storage.work import Work

_COLUMNS = ", ".join(
    f"w.{name}" for name in (
        "id", "entity", "document", "workflow", "lane", "step", "since", "due_at", "taken", "assigned",
    )
)  # fmt: skip
_PERIOD = (
    "INSERT INTO numbering (series, taken) VALUES (?, ?) ON CONFLICT (series) DO UPDATE SET taken = excluded.taken "
    "WHERE numbering.taken < excluded.taken"
)


@dataclass(frozen=True, slots=True)
class Door:
    """One step through which documents reach a person.

    Attributes:
        workflow: The workflow.
        lane: The lane, or empty for the main flow.
        step: The step.
        table: The quoted table of its documents.
        any_of: Conditions on the document `t`, of which one must hold; None for all documents.
        own: A further condition: the person must stand in a field of the document.
        first: Which documents come before all others, at whatever step those wait.
    """

    workflow: str
    lane: str
    step: str
    table: str
    any_of: tuple[Fragment, ...] | None = None
    own: Fragment | None = None
    first: Fragment | None = None


After = tuple[int, datetime, int]
"""Where a page ended: 0 for what comes before all others, else 1; since when it waits; the id of the wait."""


class Inbox:
    """Questions about the table of waits from one person's side."""

    async def waiting(
        self, work: Work, doors: Sequence[Door], people: Sequence[str], *, limit: int,
        after: After | None = None,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Return what waits behind these doors for anybody or for these people, the longest waiting first.

        Each row says as `later` whether it comes before all others (0) or in its turn (1).
        """
        if not doors:
            return []
        where, args = _behind(doors, people)
        later, later_args = _later(doors)
        page = ""
        page_args: tuple[Any, ...] = ()
        if after is not None:
            page = "WHERE w.later > ? OR (w.later = ? AND (w.since > ? OR (w.since = ? AND w.id > ?)))"
            page_args = (after[0], after[0], after[1], after[1], after[2])
        inner = f'SELECT {_COLUMNS}, {later} AS later FROM "wait" w WHERE {where}'
        sql = f"SELECT w.* FROM ({inner}) w {page} ORDER BY w.later, w.since, w.id LIMIT ?"
        return await work.fetch(sql, *later_args, *args, *page_args, limit)

    async def loads(self, work: Work, door: Door, people: Sequence[str]) -> dict[str, int]:
        """Return how many of the documents that come first behind a door each person has been assigned."""
        later, args = _later((door,))
        marks = ", ".join("?" * len(people))
        rows = await work.fetch(
            f'SELECT w.assigned, count(*) AS n FROM "wait" w WHERE w.assigned IN ({marks}) AND {later} = 0 '
            "GROUP BY w.assigned",
            *people, *args,
        )  # fmt: skip
        return {row["assigned"]: int(row["n"]) for row in rows}

    async def counts(self, work: Work, doors: Sequence[Door], people: Sequence[str]) -> dict[tuple[str, str], int]:
        """Return how many documents wait for these people, by entity and step."""
        if not doors:
            return {}
        where, args = _behind(doors, people)
        sql = f'SELECT w.entity, w.step, count(*) AS n FROM "wait" w WHERE {where} GROUP BY w.entity, w.step'
        return {(row["entity"], row["step"]): int(row["n"]) for row in await work.fetch(sql, *args)}

    async def standing(
        self, work: Work, doors: Sequence[Door], people: Sequence[str], now: datetime
    ) -> tuple[int, int, datetime | None]:
        """Return how many documents wait for these people, how many of them are overdue, and since when the oldest."""
        if not doors:
            return 0, 0, None
        where, args = _behind(doors, people)
        sql = (
            "SELECT count(*) AS n, count(CASE WHEN w.due_at < ? THEN 1 END) AS late, "
            f'min(w.since) AS since FROM "wait" w WHERE {where}'
        )
        row = await work.fetch_one(sql, now, *args)
        assert row is not None
        since = datetime.fromisoformat(row["since"]) if isinstance(row["since"], str) else row["since"]
        return int(row["n"]), int(row["late"]), since

    async def postpone(self, work: Work, document: int, now: datetime) -> None:
        """Have the worker look at a document again tomorrow: what its clock asked for was refused."""
        sql = 'UPDATE "wait" SET timer_at = ? WHERE document = ? AND timer_at <= ?'
        await work.execute(sql, now + timedelta(days=1), document, now)

    async def enter_period(self, work: Work, series: str, period: int) -> bool:
        """Return whether a calendar has come into a new period, and remember it; only one process hears yes."""
        return await work.execute(_PERIOD, series, period) == 1

    async def names(self, work: Work, people: Iterable[str | None]) -> dict[str, str]:
        """Return the names of accounts by id as text; the house itself has none."""
        ids = sorted({int(each) for each in people if each and each.isdigit() and each != "0"})
        if not ids:
            return {}
        marks = ", ".join("?" * len(ids))
        rows = await work.fetch(f"SELECT id, name, display_name FROM e_account WHERE id IN ({marks})", *ids)
        return {str(row["id"]): row["display_name"] or row["name"] for row in rows}


def _behind(doors: Sequence[Door], people: Sequence[str]) -> tuple[str, list[Any]]:
    parts: list[str] = []
    args: list[Any] = []
    for door in doors:
        part = "w.workflow = ? AND w.lane = ? AND w.step = ?"
        args += [door.workflow, door.lane, door.step]
        conditions = _conditions(door)
        if conditions is not None:
            part += f" AND EXISTS (SELECT 1 FROM {door.table} t WHERE t.id = w.document AND {conditions.sql})"
            args += conditions.args
        parts.append(f"({part})")
    mine = ", ".join("?" * len(people))
    free = "w.assigned IS NULL AND w.taken IS NULL"
    where = f"({' OR '.join(parts)}) AND ({free} OR w.assigned IN ({mine}) OR w.taken IN ({mine})) AND NOT w.set_aside"
    return where, [*args, *people, *people]


def _later(doors: Sequence[Door]) -> tuple[str, tuple[Any, ...]]:
    """Return the number of the part of the list a wait belongs to: 0 for what comes before all others, else 1."""
    parts: list[str] = []
    args: list[Any] = []
    for door in doors:
        if door.first is not None:
            there = f"SELECT 1 FROM {door.table} t WHERE t.id = w.document AND ({door.first.sql})"
            parts.append(f"(w.workflow = ? AND w.lane = ? AND w.step = ? AND EXISTS ({there}))")
            args += [door.workflow, door.lane, door.step, *door.first.args]
    return (f"CASE WHEN {' OR '.join(parts)} THEN 0 ELSE 1 END" if parts else "1"), tuple(args)


def _conditions(door: Door) -> Fragment | None:
    either = "" if door.any_of is None else " OR ".join(f"({each.sql})" for each in door.any_of) or "1 = 0"
    parts = [f"({either})"] if either else []
    args = [arg for each in door.any_of or () for arg in each.args]
    if door.own is not None:
        parts.append(f"({door.own.sql})")
        args += door.own.args
    return Fragment(" AND ".join(parts), tuple(args)) if parts else None
