"""The body limit: a larger one is answered with 413; one within it is read whole, once, for everybody.

Files that people send are larger than anything else and go to the disk on their way, so that many at once need no
memory; of these only the beginning is kept at hand, where a form has its token.
"""

from __future__ import annotations

import asyncio
from tempfile import SpooledTemporaryFile

from ordinance.problems import reason
from ordinance.web.answers import Asgi, Message, Receive, Scope, Send, send_problem
from ordinance.web.visit import get_visit, header

BODY_MAX = 2 * 1024 * 1024
UPLOAD_MAX = 64 * 1024 * 1024
FILES = (("*/files", UPLOAD_MAX + 64 * 1024),)
"""Where people send files; what the company allows is asked later, by the act."""

_SPOOL = 1024 * 1024
_PIECE = 256 * 1024
_HEAD = 64 * 1024


class BodyLimit:
    """Reads bodies up to a limit; what announces itself as larger is not read at all.

    Args:
        app: What is inside.
        most: The limit in bytes.
        uploads: Other limits, for paths that begin so, or with `*` in front that end so.
    """

    def __init__(self, app: Asgi, most: int = BODY_MAX, uploads: tuple[tuple[str, int], ...] = ()) -> None:
        self._app = app
        self._most = most
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        upload = next((most for path, most in self._uploads if _fits(scope["path"], path)), None)
        most = self._most if upload is None else upload
        announced = header(scope, b"content-length")
        too_big = announced is not None and (not announced.isdigit() or int(announced) > most)
        if too_big:
            await _refuse(scope, send, most)
        elif upload is not None:
            with SpooledTemporaryFile(_SPOOL) as spool:
                await self._spooled(scope, receive, send, spool, most)
        else:
            body = await _read(receive, most)
            if body is None:
                await _refuse(scope, send, most)
                return
            get_visit(scope).body = body
            await self._app(scope, _again(body, receive), send)

    async def _spooled(
        self, scope: Scope, receive: Receive, send: Send, spool: SpooledTemporaryFile[bytes], most: int
    ) -> None:
        """Serve a request whose body may be long."""
        head, taken, more = b"", 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            piece = message.get("body", b"")
            taken += len(piece)
            if taken > most:
                await _refuse(scope, send, most)
                return
            head = head or piece[:_HEAD]
            await asyncio.to_thread(spool.write, piece)
            more = message.get("more_body", False)
        spool.seek(0)
        get_visit(scope).body = head
        await self._app(scope, _in_pieces(spool, receive), send)


def _fits(path: str, wanted: str) -> bool:
    return path.endswith(wanted[1:]) if wanted.startswith("*") else path.startswith(wanted)


async def _refuse(scope: Scope, send: Send, most: int) -> None:
    await send_problem(scope, send, "too_big", (reason("too_big", "", most=most),), ((b"connection", b"close"),))


async def _read(receive: Receive, most: int) -> bytes | None:
    """The whole body, or None as soon as it is more than `most`; a caller who hangs up has sent nothing."""
    parts: list[bytes] = []
    taken = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        taken += len(parts[-1])
        if taken > most:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once and then whatever comes."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _in_pieces(spool: SpooledTemporaryFile[bytes], receive: Receive) -> Receive:
    """A `receive` that gives what was put aside piece by piece and then whatever comes."""
    ended = False

    async def replay() -> Message:
        nonlocal ended
        if ended:
            return await receive()
        piece = await asyncio.to_thread(spool.read, _PIECE)
        ended = len(piece) < _PIECE
        return {"type": "http.request", "body": piece, "more_body": not ended}

    return replay
