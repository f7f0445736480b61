"""Ask an ASGI application in this process, as a server would: one request, one answer, no socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from ordinance.web.answers import Asgi, Message

HOST = "127.0.0.1"


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """Return the body as JSON; None if there is none."""
        return json.loads(self.body) if self.body else None


async def ask(
    app: Asgi, method: str, address: str, *, body: Any = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send one request and return its answer.

    Args:
        app: The application.
        method: Such as `POST`.
        address: Path and query.
        body: Sent as JSON unless it is None.
        headers: Further headers.
    """
    path, _, query = address.partition("?")
    sent = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    named = {"host": HOST, "content-type": "application/json", "content-length": str(len(sent)), **(headers or {})}
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
        "root_path": "", "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
        "client": (HOST, 1), "server": (HOST, 80), "state": {}, "extensions": {},
    }  # fmt: skip
    answer = Answer()
    asked = iter([{"type": "http.request", "body": sent, "more_body": False}])

    async def receive() -> Message:
        return next(asked, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer
