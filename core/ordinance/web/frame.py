"""The outermost middleware: an id for every request, the safe headers on every answer, and the last resort for errors.

What an exception says stays in the log; the caller gets a reference to it.
Source: facts.md §C traps, facts-reliability.md §1.1 (ASVS 3.4, 16.5.4).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from ordinance.problems import reason
from ordinance.web.answers import Asgi, Message, Receive, Scope, Send, send_problem
from ordinance.web.visit import Visit, cookies, header, put_visit

_LOG = logging.getLogger("ordinance.web")

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

_SAFE_HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=()"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)

_TLS_HEADER = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

_LANGUAGES: dict[str, Literal["zh", "en"]] = {"zh": "zh", "en": "en"}

LOCALE_COOKIE = "ordinance_locale"


class Frame:
    """Wraps the whole application.

    Args:
        app: What is inside.
        clock: Gives the present instant, UTC.
        locale: The site's language, for who asks for none.
        revision: Gives the id of the active revision, for the `Ordinance-Revision` header.
        proxy: Whether a proxy in front is trusted to say that it speaks TLS.
    """

    def __init__(
        self,
        app: Asgi,
        clock: Callable[[], datetime],
        locale: str = "zh",
        revision: Callable[[], str] | None = None,
        *,
        proxy: bool = False,
    ) -> None:
        self._app = app
        self._clock = clock
        self._locale = locale
        self._revision = revision
        self._proxy = proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; anything but HTTP is passed on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = self._open(scope)
        started = False

        async def framed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._headers(visit, list(message.get("headers", ())))
            await send(message)

        try:
            await self._app(scope, receive, framed)
        except Exception:
            _LOG.exception("request %s failed: %s", visit.id, scope["method"])
            if started:
                raise
            await send_problem(scope, framed, "internal", (reason("internal", reference=visit.id),))

    def _open(self, scope: Scope) -> Visit:
        forwarded = header(scope, b"x-forwarded-proto") if self._proxy else None
        visit = Visit(
            id=secrets.token_hex(8),
            now=self._clock(),
            locale=_language(cookies(scope).get(LOCALE_COOKIE) or header(scope, b"accept-language"), self._locale),
            secure=(forwarded or scope.get("scheme", "http")) == "https",
        )
        put_visit(scope, visit)
        return visit

    def _headers(self, visit: Visit, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in headers}
        headers += [pair for pair in _SAFE_HEADERS if pair[0] not in present]
        headers.append((b"x-request-id", visit.id.encode()))
        if visit.secure:
            headers.append(_TLS_HEADER)
        if self._revision is not None:
            headers.append((b"ordinance-revision", self._revision().encode()))
        return headers


def _language(wished: str | None, otherwise: str) -> Literal["zh", "en"]:
    """The first of our two languages that is wished for; quality values are in order in every browser."""
    for part in (wished or "").lower().split(","):
        code = part.strip()[:2]
        if code in _LANGUAGES:
            return _LANGUAGES[code]
    return "en" if otherwise.startswith("en") else "zh"
