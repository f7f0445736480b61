"""Attachments: what they are called in the database, what they hold in a folder, named by its hash."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ordinance.storage.records.reading import among
from ordinance.storage.work import Work

_COLUMNS = (
    "id, sha256, name, media_type, size, entity, document, created_by, created_at, field, internal, removed_at, "
    "removed_by"
)
_PIECE = 256 * 1024
"""Bytes read at a time."""


class Kept(NamedTuple):
    """Content that is kept: its SHA-256, how long it is, and how it begins."""

    digest: str
    size: int
    head: bytes


class TooBigError(Exception):
    """More content came than may be kept; nothing of it is."""


class Attachments:
    """Files by id. The same content is kept once, however often it is attached."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, content: bytes) -> str:
        """Write content durably, unless it is there, and return its SHA-256; to be done before the transaction."""

        async def whole() -> AsyncIterator[bytes]:
            yield content

        return (await self.keep_stream(whole(), len(content))).digest

    async def keep_stream(self, pieces: AsyncIterable[bytes], most: int) -> Kept:
        """Write content durably as it comes, never more of it in memory than one piece.

        Args:
            pieces: The content.
            most: How many bytes it may have.

        Raises:
            TooBigError: it has more.
        """
        draft = self._folder / f".{os.getpid()}.{secrets.token_hex(8)}"
        hashed, size, head = hashlib.sha256(), 0, b""
        file = await asyncio.to_thread(_opened, draft)
        try:
            async for piece in pieces:
                size += len(piece)
                if size > most:
                    raise TooBigError
                head = head or piece[:512]
                hashed.update(piece)
                await asyncio.to_thread(file.write, piece)
            await asyncio.to_thread(_settled, file)
            await asyncio.to_thread(self._place, draft, hashed.hexdigest())
        finally:
            file.close()
            draft.unlink(missing_ok=True)
        return Kept(hashed.hexdigest(), size, head)

    def _place(self, draft: Path, digest: str) -> None:
        target = self._path(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(target)

    def _path(self, digest: str) -> Path:
        if len(digest) != hashlib.sha256().digest_size * 2 or not digest.isalnum():
            raise ValueError("not a SHA-256")
        return self._folder / digest[:2] / digest

    async def add(
        self, work: Work, digest: str, *, name: str, media_type: str, size: int, by: str, now: datetime,
        of: tuple[str, int] | None = None, internal: bool = False,
    ) -> int:  # fmt: skip
        """Name content that is kept and return the id of the attachment.

        Args:
            work: The unit of work.
            digest: The SHA-256 of the content.
            name: What it is called.
            media_type: What it is.
            size: Its bytes.
            by: Who brings it.
            now: The moment.
            of: The record it belongs to; None for one that is still to be put into a field.
            internal: Whether only the company's own people see it.
        """
        id = work.new_id(now)
        await work.execute(
            "INSERT INTO attachment (id, sha256, name, media_type, size, entity, document, internal, created_by, "
            "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            id, digest, name, media_type, size, *(of or (None, None)), internal, by, now,
        )  # fmt: skip
        return id

    async def get_many(self, work: Work, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Return what is known of attachments, by id."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        where, args = among("id", wanted, work.dialect)
        rows = await work.fetch(f"SELECT {_COLUMNS} FROM attachment WHERE {where}", *args)
        return {row["id"]: _read(row) for row in rows}

    async def of(self, work: Work, entity: str, document: int) -> list[dict[str, Any]]:
        """Return the attachments of a record, the removed ones too, oldest first."""
        sql = f"SELECT {_COLUMNS} FROM attachment WHERE document = ? AND entity = ? ORDER BY id"
        return [_read(row) for row in await work.fetch(sql, document, entity)]

    async def attach(
        self, work: Work, ids: Iterable[int], entity: str, document: int, fields: Mapping[int, str] | None = None
    ) -> None:
        """Say which record attachments belong to, so that who may read it may read them.

        Args:
            work: The unit of work.
            ids: The attachments.
            entity: The kind of record.
            document: The record; an attachment that belongs to another one stays there.
            fields: The field that holds each, if one does.
        """
        wanted = sorted(set(ids))
        if not wanted:
            return
        where, args = among("id", wanted, work.dialect)
        sql = f"UPDATE attachment SET entity = ?, document = ? WHERE document IS NULL AND {where}"
        await work.execute(sql, entity, document, *args)
        for id, name in (fields or {}).items():
            await work.execute("UPDATE attachment SET field = ? WHERE id = ? AND document = ?", name, id, document)

    async def remove(self, work: Work, id: int, by: str, now: datetime) -> bool:
        """Take an attachment away; it stays in the history, and its content where it is. Return whether it was there.

        Source: an evidence that was once given must be found again.
        """
        sql = "UPDATE attachment SET removed_at = ?, removed_by = ? WHERE id = ? AND removed_at IS NULL"
        return await work.execute(sql, now, by, id) == 1

    async def read(self, digest: str) -> bytes:
        """Return the content of that hash.

        Raises:
            FileNotFoundError: nothing of that hash is kept.
        """
        return await asyncio.to_thread(self._path(digest).read_bytes)

    async def stream(self, digest: str) -> AsyncIterator[bytes]:
        """Yield the content of that hash piece by piece.

        Raises:
            FileNotFoundError: nothing of that hash is kept.
        """
        file = await asyncio.to_thread(self._path(digest).open, "rb")
        try:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece
        finally:
            file.close()


def _opened(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def _settled(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "internal": bool(row["internal"])}
