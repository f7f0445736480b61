"""What people write on a record. A note that is changed or taken back keeps what it said before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ordinance.storage.records import dump, load
from ordinance.storage.work import Work

_COLUMNS = "id, entity, document, author, text, internal, mentions, at, edited_at, removed_at, earlier"


class Notes:
    """The table of notes."""

    async def add(
        self, work: Work, entity: str, document: int, *, author: str, text: str, internal: bool,
        mentions: Iterable[str], now: datetime,
    ) -> int:  # fmt: skip
        """Write a note and return its id.

        Args:
            work: The unit of work.
            entity: The kind of record it is on.
            document: The record.
            author: Who writes it.
            text: What it says.
            internal: Whether only the company's own people see it.
            mentions: Ids of the people it names.
            now: The moment.
        """
        id = work.new_id(now)
        await work.execute(
            "INSERT INTO note (id, entity, document, author, text, internal, mentions, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            id, entity, document, author, text, internal, dump(list(mentions)), now,
        )  # fmt: skip
        return id

    async def get(self, work: Work, id: int) -> dict[str, Any] | None:
        """Return a note, one that was taken back too; None if there is none of that id."""
        row = await work.fetch_one(f"SELECT {_COLUMNS} FROM note WHERE id = ?", id)
        return _read(row) if row is not None else None

    async def of(
        self, work: Work, entity: str, document: int, *, before: int | None = None, limit: int = 50, inside: bool = True
    ) -> list[dict[str, Any]]:
        """Return the notes of a record, newest first.

        Args:
            work: The unit of work.
            entity: The kind of record.
            document: The record.
            before: Only notes older than the one of this id.
            limit: How many at most.
            inside: Whether with those for the company's own people.
        """
        older = " AND id < ?" if before is not None else ""
        open_ = "" if inside else " AND NOT internal"
        sql = f"SELECT {_COLUMNS} FROM note WHERE document = ? AND entity = ?{older}{open_} ORDER BY id DESC LIMIT ?"
        args = (document, entity, *((before,) if before is not None else ()), limit)
        return [_read(row) for row in await work.fetch(sql, *args)]

    async def change(self, work: Work, note: dict[str, Any], text: str, mentions: Iterable[str], now: datetime) -> None:
        """Change what a note says; what it said stays with it."""
        sql = "UPDATE note SET text = ?, mentions = ?, edited_at = ?, earlier = ? WHERE id = ?"
        await work.execute(sql, text, dump(list(mentions)), now, dump(_with_trace(note)), note["id"])

    async def remove(self, work: Work, note: dict[str, Any], now: datetime) -> None:
        """Take a note back; that there was one, and what it said, stays."""
        sql = "UPDATE note SET text = '', removed_at = ?, earlier = ? WHERE id = ?"
        await work.execute(sql, now, dump(_with_trace(note)), note["id"])


def _with_trace(note: dict[str, Any]) -> list[dict[str, str]]:
    said_at: datetime = note["edited_at"] or note["at"]
    return [*note["earlier"], {"at": said_at.isoformat(), "text": note["text"]}]


def _read(row: dict[str, Any]) -> dict[str, Any]:
    read = {name: load(row[name]) or [] for name in ("mentions", "earlier")}
    return {**row, **read, "internal": bool(row["internal"])}
