"""Imports: batches with their rows, and mappings by name. A batch is worked on by one process at a time, by lease."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordinance.storage.records import dump, load
from ordinance.storage.work import Work

_JSON = frozenset({"files", "mapping", "edits", "faults", "before", "undone"})


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of a batch: what came of it, what is wrong with it, and which record it became.

    `undone` is None until the batch is taken back, then empty, or says why this row could not be.
    """

    position: int
    line: int
    outcome: str
    faults: Any = None
    record: int | None = None
    version: int | None = None
    before: Any = None
    undone: Any = None


class Imports:
    """The tables of imports."""

    async def add(self, work: Work, now: datetime, **values: Any) -> int:
        """Add a batch and return its id."""
        id = work.new_id(now)
        row = {
            "id": id, "made_at": now, "mode": "all", "total": 0, "position": 0, "cancelled": False, "edits": {},
            **values,
        }  # fmt: skip
        names = ", ".join(row)
        await work.execute(f"INSERT INTO import_batch ({names}) VALUES ({', '.join('?' * len(row))})", *_stored(row))
        return id

    async def get(self, work: Work, id: int) -> dict[str, Any] | None:
        """Return a batch."""
        row = await work.fetch_one("SELECT * FROM import_batch WHERE id = ?", id)
        return _read(row) if row is not None else None

    async def of_entity(self, work: Work, entity: str, limit: int = 20) -> list[dict[str, Any]]:
        """Return the latest batches of an entity."""
        sql = "SELECT * FROM import_batch WHERE entity = ? ORDER BY id DESC LIMIT ?"
        return [_read(row) for row in await work.fetch(sql, entity, limit)]

    async def change(self, work: Work, id: int, **values: Any) -> None:
        """Set some values of a batch."""
        sets = ", ".join(f"{name} = ?" for name in values)
        await work.execute(f"UPDATE import_batch SET {sets} WHERE id = ?", *_stored(values), id)

    async def move(self, work: Work, id: int, states: Iterable[str], **values: Any) -> bool:
        """Set some values of a batch if it is in one of these states; return whether it was."""
        allowed = tuple(states)
        sets = ", ".join(f"{name} = ?" for name in values)
        marks = ", ".join("?" * len(allowed))
        sql = f"UPDATE import_batch SET {sets} WHERE id = ? AND state IN ({marks})"
        return bool(await work.execute(sql, *_stored(values), id, *allowed))

    async def claim(self, work: Work, id: int, owner: str, now: datetime, until: datetime) -> bool:
        """Take a batch up, or keep it; return False if another process has it."""
        sql = (
            "UPDATE import_batch SET owner = ?, lease_until = ? "
            "WHERE id = ? AND (owner IS NULL OR owner = ? OR lease_until < ?)"
        )
        return bool(await work.execute(sql, owner, until, id, owner, now))

    async def keep_rows(self, work: Work, batch: int, rows: Sequence[ImportRow]) -> None:
        """Write rows down, over what was known of them."""
        sql = (
            "INSERT INTO import_row (batch, position, line, outcome, faults, record, version, before) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (batch, position) DO UPDATE SET line = excluded.line, "
            "outcome = excluded.outcome, faults = excluded.faults, record = excluded.record, "
            "version = excluded.version, before = excluded.before"
        )
        await work.execute_many(
            sql,
            [
                (batch, row.position, row.line, row.outcome, _text(row.faults), row.record, row.version,
                 _text(row.before))
                for row in rows
            ],
        )  # fmt: skip

    async def await_rows(self, work: Work, batch: int) -> None:
        """Say of every row that was found good that it has yet to be written."""
        found = "outcome IN ('created', 'updated', 'unchanged')"
        sql = f"UPDATE import_row SET outcome = 'waiting' WHERE batch = ? AND {found}"
        await work.execute(sql, batch)

    async def forget_rows(self, work: Work, batch: int) -> None:
        """Forget everything about the rows of a batch."""
        await work.execute("DELETE FROM import_row WHERE batch = ?", batch)

    async def rows(
        self, work: Work, batch: int, outcomes: Iterable[str] = (), *, limit: int = 1_000_000, written: bool = False,
        to_undo: bool = False, last_first: bool = False, undone: bool = False,
    ) -> list[ImportRow]:  # fmt: skip
        """Return rows of a batch.

        Args:
            work: The unit of work.
            batch: The batch.
            outcomes: Only those of which one of these came.
            limit: At most so many.
            written: Only those that were written to a record.
            to_undo: Only those that nobody tried to take back yet.
            last_first: The last one first.
            undone: Only those that could not be taken back.
        """
        chosen = tuple(outcomes)
        where = "batch = ?" + (f" AND outcome IN ({', '.join('?' * len(chosen))})" if chosen else "")
        where += " AND record IS NOT NULL" if written else ""
        where += " AND undone IS NULL" if to_undo else ""
        where += " AND undone IS NOT NULL AND undone <> '{}'" if undone else ""
        order = "position DESC" if last_first else "position"
        sql = f"SELECT * FROM import_row WHERE {where} ORDER BY {order} LIMIT ?"
        return [_row(each) for each in await work.fetch(sql, batch, *chosen, limit)]

    async def set_undone(self, work: Work, batch: int, position: int, why: Any) -> None:
        """Write down that a row was taken back (`why` is empty), or why not."""
        sql = "UPDATE import_row SET undone = ? WHERE batch = ? AND position = ?"
        await work.execute(sql, _text(why), batch, position)

    async def counts(self, work: Work, batch: int) -> dict[str, int]:
        """Return how many rows came to what."""
        sql = "SELECT outcome, COUNT(*) AS n FROM import_row WHERE batch = ? GROUP BY outcome"
        return {row["outcome"]: int(row["n"]) for row in await work.fetch(sql, batch)}

    async def keep_mapping(
        self, work: Work, entity: str, name: str, mapping: Mapping[str, Any], maker: str, now: datetime
    ) -> None:
        """Keep a mapping under a name, in place of the one of that name."""
        sql = (
            "INSERT INTO import_mapping (entity, name, mapping, maker, made_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (entity, name) DO UPDATE SET mapping = excluded.mapping, maker = excluded.maker, "
            "made_at = excluded.made_at"
        )
        await work.execute(sql, entity, name, _text(mapping), maker, now)

    async def mappings(self, work: Work, entity: str) -> dict[str, Any]:
        """Return the kept mappings of an entity by name."""
        sql = "SELECT name, mapping FROM import_mapping WHERE entity = ? ORDER BY name"
        return {row["name"]: _value(row["mapping"]) for row in await work.fetch(sql, entity)}

    async def forget_mapping(self, work: Work, entity: str, name: str) -> None:
        """Forget a kept mapping."""
        await work.execute("DELETE FROM import_mapping WHERE entity = ? AND name = ?", entity, name)


def _text(value: Any) -> str | None:
    return None if value is None else dump(value)


def _stored(values: Mapping[str, Any]) -> list[Any]:
    return [_text(value) if name in _JSON else value for name, value in values.items()]


def _value(stored: Any) -> Any:
    return load(stored) if isinstance(stored, str) else stored


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: _value(value) if name in _JSON else value for name, value in row.items()}
    for name in ("made_at", "lease_until", "ended_at"):
        if isinstance(found[name], str):
            found[name] = datetime.fromisoformat(found[name])
    return {**found, "cancelled": bool(found["cancelled"])}


def _row(row: Mapping[str, Any]) -> ImportRow:
    return ImportRow(
        row["position"], row["line"], row["outcome"], _value(row["faults"]), row["record"], row["version"],
        _value(row["before"]), _value(row["undone"]),
    )  # fmt: skip
