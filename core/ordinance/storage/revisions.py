"""The revisions that were applied, which one is in force, and the changes that are put forward.

Source: design.md §7, engine M10.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ordinance.storage.work import Work

_ONLY = 1
_NEVER = datetime(2010, 1, 1, tzinfo=UTC)
_COLUMNS = "id, hash, parent, author, reason, at, reverts, moved"
_PROPOSED = (
    "id, state, author, reason, base, change, made_at, starts_at, document, decided_by, decided_at, revision, outcome, "
    "done, total"
)


@dataclass(frozen=True, slots=True)
class Active:
    """Which revision is in force; `version` grows by one each time another one comes into force."""

    hash: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision as it was applied.

    Attributes:
        hash: Its name: the hash of `text`.
        text: The canonical text of the whole configuration; empty in a list.
        files: The company's own files, name to text, as they were written; None for one from before they were kept.
        parent: The revision it followed, None for the first.
        author: Who applied it: an account's id, or a word for the house itself.
        reason: Why.
        at: When.
        reverts: The revision that this one took back.
        moved: How many documents it moved.
    """

    hash: str
    text: str
    files: Mapping[str, str] | None
    parent: str | None
    author: str
    reason: str
    at: datetime
    reverts: str | None = None
    moved: int = 0


class Revisions:
    """The table of revisions, the one row that says which is in force, and the table of proposals."""

    async def active(self, work: Work, *, lock: str | None = None) -> str | None:
        """Return the hash of the revision in force, or None before the first; as `in_force`."""
        return (await self.in_force(work, lock=lock)).hash

    async def in_force(self, work: Work, *, lock: str | None = None) -> Active:
        """Return which revision is in force.

        Args:
            work: The unit of work.
            lock: `share` keeps it from changing until the act ends; `update` keeps all acts out. SQLite needs neither.
        """
        if lock == "update":
            await self._close(work)
        mode = {None: "", "share": " FOR SHARE", "update": " FOR UPDATE"}[lock]
        tail = mode if work.dialect == "postgresql" else ""
        row = await work.fetch_one(f"SELECT hash, version FROM revision_active WHERE id = ?{tail}", _ONLY)
        return Active(row["hash"] or None, int(row["version"])) if row else Active(None, 0)

    async def _close(self, work: Work) -> None:
        """See to it that there is a row to lock, and that acts that begin now wait behind us.

        Acts share the row; one that begins while others hold it would step in front of us again and again. They queue
        for the table.
        """
        await work.execute(
            "INSERT INTO revision_active (id, hash, version, at) VALUES (?, '', 0, ?) ON CONFLICT (id) DO NOTHING",
            _ONLY, _NEVER,
        )  # fmt: skip
        if work.dialect == "postgresql":
            await work.execute("LOCK TABLE revision_active IN EXCLUSIVE MODE")

    async def add(
        self, work: Work, digest: str, text: str, *, parent: str | None, author: str, reason: str, now: datetime,
        files: Mapping[str, str] | None = None, reverts: str | None = None, moved: int = 0,
        renamed: str | None = None,
    ) -> int:  # fmt: skip
        """Keep a revision, named by its hash, and make it the one in force; return its id."""
        id = work.new_id(now)
        await work.execute(
            "INSERT INTO revision_text (id, hash, text, parent, author, reason, at, files, reverts, moved, renamed) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            id, digest, text, parent, author, reason, now, _written(files), reverts, moved, renamed,
        )  # fmt: skip
        await work.execute(
            "INSERT INTO revision_active (id, hash, version, at) VALUES (?, ?, 1, ?) ON CONFLICT (id) DO UPDATE SET "
            "hash = excluded.hash, version = revision_active.version + 1, at = excluded.at",
            _ONLY, digest, now,
        )  # fmt: skip
        return id

    async def get(self, work: Work, digest: str) -> Revision | None:
        """Return a revision with its text and files, or None; the latest if it was applied more than once."""
        row = await work.fetch_one(
            f"SELECT {_COLUMNS}, text, files FROM revision_text WHERE hash = ? ORDER BY id DESC LIMIT 1", digest
        )
        return _revision(row) if row else None

    async def named(self, work: Work, start: str) -> list[str]:
        """Return the hashes that begin with these letters, each once."""
        if not start or not start.isalnum():
            return []
        rows = await work.fetch("SELECT DISTINCT hash FROM revision_text WHERE hash LIKE ? LIMIT 10", f"{start}%")
        return [row["hash"] for row in rows]

    async def renamed_since(self, work: Work, digest: str) -> list[str] | None:
        """Return what was called otherwise, change by change, since a revision was last in force; None if it never was.

        Each is the JSON text that `add` was given; changes by which nothing got another name are left out.
        """
        found = await work.fetch_one("SELECT max(id) AS id FROM revision_text WHERE hash = ?", digest)
        if found is None or found["id"] is None:
            return None
        rows = await work.fetch(
            "SELECT renamed FROM revision_text WHERE id > ? AND renamed IS NOT NULL ORDER BY id", found["id"]
        )
        return [row["renamed"] for row in rows]

    async def history(self, work: Work, limit: int = 50) -> list[Revision]:
        """Return the revisions applied, newest first, without their texts and files."""
        rows = await work.fetch(f"SELECT {_COLUMNS} FROM revision_text ORDER BY id DESC LIMIT ?", limit)
        return [_revision(row) for row in rows]

    # Proposals

    async def propose(self, work: Work, values: Mapping[str, Any], now: datetime) -> int:
        """Keep a proposal and return its id; `values` are columns."""
        id = work.new_id(now)
        row = {"id": id, "made_at": now, **values}
        marks = ", ".join("?" * len(row))
        await work.execute(f"INSERT INTO proposal ({', '.join(row)}) VALUES ({marks})", *row.values())
        return id

    async def proposal(self, work: Work, id: int, *, lock: bool = False) -> dict[str, Any] | None:
        """Return a proposal, locked if asked, or None."""
        tail = " FOR UPDATE" if lock and work.dialect == "postgresql" else ""
        return await work.fetch_one(f"SELECT {_PROPOSED} FROM proposal WHERE id = ?{tail}", id)

    async def proposals(self, work: Work, states: tuple[str, ...] = (), limit: int = 100) -> list[dict[str, Any]]:
        """Return proposals, newest first; those in one of these states, or all."""
        where = f" WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        return await work.fetch(f"SELECT {_PROPOSED} FROM proposal{where} ORDER BY id DESC LIMIT ?", *states, limit)

    async def begin(self, work: Work, id: int, state: str) -> bool:
        """Take a proposal in this state to be applied; return whether it was.

        Raises:
            NotUnique: another one is being applied.
        """
        sql = (
            f"UPDATE proposal SET state = 'applying', before = state, outcome = NULL, done = 0, total = 0, "
            f"beat_at = {_seconds(work)} WHERE id = ? AND state = ?"
        )
        return await work.execute(sql, id, state) == 1

    async def beat(self, work: Work, id: int, done: int, total: int) -> None:
        """Give a sign of life for a proposal that is being applied."""
        sql = f"UPDATE proposal SET beat_at = {_seconds(work)}, done = ?, total = ? WHERE id = ? AND state = 'applying'"
        await work.execute(sql, done, total, id)

    async def lost(self, work: Work, seconds: int) -> bool:
        """Return whether a proposal is being applied by nobody: no sign of life has come for so long."""
        row = await work.fetch_one(f"SELECT count(*) AS n FROM proposal WHERE {_lost(work)}", seconds)
        return bool(row and row["n"])

    async def release(self, work: Work, id: int, outcome: str) -> None:
        """Make a proposal that is being applied what it was before, and say why; one that has been applied stays so."""
        sql = "UPDATE proposal SET state = before, outcome = ? WHERE id = ? AND state = 'applying'"
        await work.execute(sql, outcome, id)

    async def give_back(self, work: Work, seconds: int, outcome: str) -> None:
        """Make such a proposal what it was before, and say why."""
        await work.execute(f"UPDATE proposal SET state = before, outcome = ? WHERE {_lost(work)}", outcome, seconds)

    async def unheard(self, work: Work, table: str) -> list[int]:
        """Return the documents of a (quoted) table that have ended well and belong to no proposal."""
        rows = await work.fetch(
            f"SELECT t.id FROM {table} t WHERE t.phase = 'complete' AND t.ended = 'done' "
            "AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.document = t.id) ORDER BY t.id LIMIT 100"
        )
        return [row["id"] for row in rows]

    async def decide(self, work: Work, id: int, values: Mapping[str, Any]) -> None:
        """Change columns of a proposal."""
        changed = ", ".join(f"{name} = ?" for name in values)
        await work.execute(f"UPDATE proposal SET {changed} WHERE id = ?", *values.values(), id)


def _seconds(work: Work) -> str:
    """Return the present second by the database's clock: every process, on any machine, goes by the same one."""
    if work.dialect == "sqlite":
        return "CAST(strftime('%s', 'now') AS INTEGER)"
    return "CAST(extract(epoch FROM clock_timestamp()) AS BIGINT)"


def _lost(work: Work) -> str:
    return f"state = 'applying' AND beat_at < {_seconds(work)} - ?"


def _written(files: Mapping[str, str] | None) -> str | None:
    return None if files is None else json.dumps(dict(files), ensure_ascii=False)


def _revision(row: Mapping[str, Any]) -> Revision:
    files = row.get("files")
    return Revision(
        hash=row["hash"], text=row.get("text") or "", files=json.loads(files) if files else None,
        parent=row["parent"] or None, author=row["author"], reason=row["reason"] or "", at=row["at"],
        reverts=row["reverts"] or None, moved=row["moved"] or 0,
    )  # fmt: skip
