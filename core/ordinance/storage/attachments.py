"""Attachments: what they are called in the database, what they hold in a folder, named by its hash."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from ordinance.storage.records.reading import among
from ordinance.storage.work import Work

_COLUMNS = "id, sha256, name, media_type, size, entity, document, created_by, created_at"


class Attachments:
    """Files by id. The same content is kept once, however often it is attached."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, content: bytes) -> str:
        """Write content durably, unless it is there, and return its SHA-256; to be done before the transaction."""
        return await asyncio.to_thread(self._keep, content)

    def _keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        target = self._path(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{digest}.{os.getpid()}.{id(content):x}")
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        return digest

    def _path(self, digest: str) -> Path:
        if len(digest) != hashlib.sha256().digest_size * 2 or not digest.isalnum():
            raise ValueError("not a SHA-256")
        return self._folder / digest[:2] / digest

    async def add(
        self, work: Work, digest: str, *, name: str, media_type: str, size: int, by: str, now: datetime
    ) -> int:
        """Name content that is kept and return the id of the attachment."""
        id = work.new_id(now)
        await work.execute(
            "INSERT INTO attachment (id, sha256, name, media_type, size, created_by, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            id, digest, name, media_type, size, by, now,
        )  # fmt: skip
        return id

    async def get_many(self, work: Work, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Return what is known of attachments, by id."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        where, args = among("id", wanted, work.dialect)
        return {row["id"]: row for row in await work.fetch(f"SELECT {_COLUMNS} FROM attachment WHERE {where}", *args)}

    async def attach(self, work: Work, ids: Iterable[int], entity: str, document: int) -> None:
        """Say which record attachments belong to, so that who may read it may read them."""
        wanted = sorted(set(ids))
        if wanted:
            where, args = among("id", wanted, work.dialect)
            sql = f"UPDATE attachment SET entity = ?, document = ? WHERE document IS NULL AND {where}"
            await work.execute(sql, entity, document, *args)

    async def read(self, digest: str) -> bytes:
        """Return the content of that hash.

        Raises:
            FileNotFoundError: nothing of that hash is kept.
        """
        return await asyncio.to_thread(self._path(digest).read_bytes)
