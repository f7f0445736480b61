"""Files over HTTP: how they come in as a form's part, and the headers under which they go out.

What goes out is never run by a browser: only plain pictures are shown in place, everything else is saved, nothing is
guessed, and the page it would make has no rights at all. Source: facts-reliability.md §1.1 (ASVS 5.4).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.response import Stream

from ordinance.acts import Content

_PIECE = 256 * 1024
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Sent:
    """A form with a file: the file, if there is one, and the other members."""

    file: UploadFile | None
    members: dict[str, str]

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content of the file piece by piece."""
        while self.file is not None and (piece := await self.file.read(_PIECE)):
            yield piece


async def read_sent(request: Request[Any, Any, Any]) -> Sent | None:
    """Return the form that a request carries; None if it is no form with parts."""
    if not (request.headers.get("content-type") or "").lower().startswith("multipart/form-data"):
        return None
    try:
        form = await request.form()
    except HTTPException:
        return None
    file = form.get("file")
    texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    return Sent(file if isinstance(file, UploadFile) and file.filename else None, texts)


def hand_out(content: Content, *, save: bool = False) -> Stream:
    """Return the answer that hands out a file.

    Args:
        content: The file.
        save: Whether even a picture is to be saved.
    """
    place = "inline" if content.shown and not save else "attachment"
    plain = content.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    headers = {
        "content-disposition": f"{place}; filename=\"{plain}\"; filename*=UTF-8''{quote(content.name, safe='')}",
        "content-length": str(content.size),
        "content-security-policy": _SANDBOX,
        "x-content-type-options": "nosniff",
        "etag": f'"{content.sha256}"',
        "cache-control": "private, no-cache",
    }
    return Stream(content.pieces, media_type=content.media_type, headers=headers)
