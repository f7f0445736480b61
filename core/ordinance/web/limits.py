"""The body limit: a larger one is answered with 413; one within it is read whole, once, for everybody."""

from __future__ import annotations

from ordinance.problems import reason
from ordinance.web.answers import Asgi, Message, Receive, Scope, Send, send_problem
from ordinance.web.visit import get_visit, header

BODY_MAX = 2 * 1024 * 1024
UPLOAD_MAX = 64 * 1024 * 1024


class BodyLimit:
    """Reads bodies up to a limit; what announces itself as larger is not read at all.

    Args:
        app: What is inside.
        most: The limit in bytes.
        uploads: Other limits, for paths that begin so.
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
        most = next((most for prefix, most in self._uploads if scope["path"].startswith(prefix)), self._most)
        announced = header(scope, b"content-length")
        too_big = announced is not None and (not announced.isdigit() or int(announced) > most)
        body = None if too_big else await _read(receive, most)
        if body is None:
            await send_problem(
                scope, send, "too_big", (reason("too_big", "", most=most),), ((b"connection", b"close"),)
            )
            return
        get_visit(scope).body = body
        await self._app(scope, _again(body, receive), send)


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
