"""What happened to documents, written once and never changed; and what has been done for them, exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordinance.storage.records import dump, load
from ordinance.storage.sql import Statement, marks
from ordinance.storage.work import Work

_EVENT_COLUMNS = (
    "id, at, entity, document, seq, name, actor, acting_for, revision, channel, request, step, reason, body"
)
_EVENT = f"INSERT INTO event ({_EVENT_COLUMNS}) VALUES "
_EVENT_ROW = f"({marks(14)})"
_LEDGER_COLUMNS = (
    "seq", "effect", "round", "state", "step", "revision", "inputs_hash", "undo", "action", "inputs", "outcome", "why",
)  # fmt: skip
_LEDGER_SELECT = f"SELECT {', '.join(_LEDGER_COLUMNS)} FROM ledger WHERE document = ? ORDER BY seq"
_LEDGER = f"INSERT INTO ledger (id, document, at, {', '.join(_LEDGER_COLUMNS)}) VALUES "
_LEDGER_ROW = f"({marks(3 + len(_LEDGER_COLUMNS))})"
_LEDGER_MERGE = " ON CONFLICT (document, seq) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in ("at", *_LEDGER_COLUMNS[1:])
)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be written; `body` is its JSON text, kept byte for byte."""

    seq: int
    name: str
    actor: str
    acting_for: str | None = None
    revision: str = ""
    channel: str = ""
    request: str | None = None
    step: str | None = None
    reason: str | None = None
    body: str = "{}"


class Events:
    """The event table: appended to and read, nothing else."""

    @staticmethod
    def append_statement(entity: str, document: int, event: NewEvent, id: int, at: datetime) -> Statement:
        """Return the statement that writes an event."""
        return Statement(_EVENT + _EVENT_ROW, _event_args(entity, document, event, id, at), "event", 1)

    @staticmethod
    def append_each_statement(
        entity: str, document: int, events: Sequence[NewEvent], new_id: Callable[[], int], at: datetime
    ) -> Statement:
        """Return the statement that writes some events of a document, at least one, in their order."""
        args = [arg for event in events for arg in _event_args(entity, document, event, new_id(), at)]
        return Statement(_EVENT + ", ".join([_EVENT_ROW] * len(events)), tuple(args), "event", len(events))

    async def append(self, work: Work, entity: str, document: int, event: NewEvent, at: datetime) -> int:
        """Write an event and return its id."""
        id = work.new_id(at)
        await work.later(self.append_statement(entity, document, event, id, at))
        return id

    async def read(self, work: Work, document: int, *, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Return the events of a document after an event, oldest first."""
        return await work.fetch(
            f"SELECT {_EVENT_COLUMNS} FROM event WHERE document = ? AND id > ? ORDER BY id LIMIT ?",
            document,
            after,
            limit,
        )

    async def newest(
        self, work: Work, document: int, *, before: int | None = None, limit: int = 200
    ) -> list[dict[str, Any]]:
        """Return the last events of a document, before an event if one is given, newest first."""
        older, args = (" AND id < ?", (before,)) if before is not None else ("", ())
        sql = f"SELECT {_EVENT_COLUMNS} FROM event WHERE document = ?{older} ORDER BY id DESC LIMIT ?"
        return await work.fetch(sql, document, *args, limit)

    async def heads(self, work: Work, *, after: int, limit: int = 2000) -> list[dict[str, Any]]:
        """Return what events of any record after an event are about, oldest first: id, entity, document, actor."""
        sql = "SELECT id, entity, document, actor FROM event WHERE id > ? AND document > 0 ORDER BY id LIMIT ?"
        return await work.fetch(sql, after, limit)

    async def last(self, work: Work) -> int:
        """Return the id of the newest event; 0 if nothing has happened yet."""
        row = await work.fetch_one("SELECT max(id) AS id FROM event")
        return int(row["id"] or 0) if row is not None else 0

    async def all(self, work: Work, *, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Return the events of every document after an event, oldest first: for logs and replays."""
        return await work.fetch(f"SELECT {_EVENT_COLUMNS} FROM event WHERE id > ? ORDER BY id LIMIT ?", after, limit)


def _event_args(entity: str, document: int, event: NewEvent, id: int, at: datetime) -> tuple[Any, ...]:
    return (
        id, at, entity, document, event.seq, event.name, event.actor, event.acting_for, event.revision,
        event.channel, event.request, event.step, event.reason, event.body,
    )  # fmt: skip


class Ledger:
    """The effects done for documents. The database itself refuses a second one that is done or waived."""

    async def rows(self, work: Work, document: int) -> list[dict[str, Any]]:
        """Return the rows of a document in their order, JSON read."""
        return self.read(await work.fetch(*self.query(document)))

    @staticmethod
    def query(document: int) -> tuple[str, int]:
        """Return the query for the rows of a document."""
        return _LEDGER_SELECT, document

    @staticmethod
    def read(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return rows as `query` found them with their JSON read."""
        for row in rows:
            row["inputs"], row["outcome"] = load(row["inputs"]) or {}, load(row["outcome"]) or {}
        return rows

    @staticmethod
    def save_statement(
        document: int, rows: Iterable[Mapping[str, Any]], at: datetime, new_id: Callable[[], int]
    ) -> Statement | None:
        """Return the statement that writes rows, over those of the same `seq`; None if there are none.

        They are written in the order of `seq`, so a row that is undone makes room for one that is done again behind it.
        """
        ordered: Sequence[Mapping[str, Any]] = sorted(rows, key=lambda row: row["seq"])
        if not ordered:
            return None
        args = [
            value
            for row in ordered
            for value in (new_id(), document, at, *(_ledger_value(name, row.get(name)) for name in _LEDGER_COLUMNS))
        ]
        sql = _LEDGER + ", ".join([_LEDGER_ROW] * len(ordered)) + _LEDGER_MERGE
        return Statement(sql, tuple(args), "ledger", len(ordered))


def _ledger_value(name: str, value: Any) -> Any:
    if name in ("inputs", "outcome"):
        return dump(value or {})
    return "" if value is None and name == "why" else value
