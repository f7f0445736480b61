"""Conditional GET: an answer whose `ETag` the caller already has is sent as 304, without its body.

Only for static files; records use `If-Match` on writes. Source: facts.md §C trap 4.
"""

from __future__ import annotations

from ordinance.web.answers import Asgi, Message, Receive, Scope, Send
from ordinance.web.visit import header

_KEPT = (b"etag", b"cache-control", b"vary", b"content-location", b"expires")


class ConditionalGet:
    """Answers 304 below one path prefix."""

    def __init__(self, app: Asgi, prefix: str = "/static/") -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        known = header(scope, b"if-none-match") if self._concerns(scope) else None
        if known is None:
            await self._app(scope, receive, send)
            return
        tags = {_strong(tag) for tag in known.split(",")}
        same = False

        async def answered(message: Message) -> None:
            nonlocal same
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = list(message["headers"])
                same = any(
                    _strong(value.decode("latin-1")) in tags for name, value in headers if name.lower() == b"etag"
                )
                if same:
                    kept = [pair for pair in headers if pair[0].lower() in _KEPT]
                    message = {**message, "status": 304, "headers": kept}
            if same and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, answered)

    def _concerns(self, scope: Scope) -> bool:
        return scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and scope["path"].startswith(self._prefix)


def _strong(tag: str) -> str:
    """Weak and strong tags are compared alike for a GET. Source: RFC 9110 §13.1.2."""
    return tag.strip().removeprefix("W/")
