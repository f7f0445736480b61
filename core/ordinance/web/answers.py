"""Send a whole answer from an ASGI middleware, before any handler was reached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from ordinance.problems import Reason
from ordinance.web.problem_details import MEDIA_TYPE, problem_bytes
from ordinance.web.visit import get_visit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


async def send_problem(
    scope: Scope, send: Send, kind: str, reasons: Iterable[Reason], headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """Answer with problem details in the visitor's language."""
    visit = get_visit(scope)
    status, body = problem_bytes(kind, reasons, visit.locale, visit.id)
    head = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
