"""Who sent a request: a bearer token or a browser's session. Nobody is a fine answer; a wrong bearer token is not.

The cookie is `__Host-ordinance` over TLS and plain `ordinance` without it, where a browser would drop the former.
"""



# ruff: noqa: D102 - a property of a protocol is explained by the value that has it

from __future__ import annotations

from typing import Any, Protocol

from ordinance.access import Actor
from ordinance.problems import reason
from ordinance.web.answers import Asgi, Receive, Scope, Send, send_problem
from ordinance.web.visit import Visit, cookies, get_visit, header

_MAX_AGE_S = 7 * 24 * 3600

QUIET = b"x-quiet"
"""A page that fetches by itself, with nobody at it, says so in this header: it keeps no session alive."""


class SignedIn(Protocol):
    """What the accounts room says of somebody who is signed in."""

    @property
    def actor(self) -> Actor: ...
    @property
    def token(self) -> str: ...
    @property
    def csrf(self) -> str: ...
    @property
    def first_login(self) -> bool: ...
    @property
    def must_change(self) -> bool: ...


class SignIns(Protocol):
    """What of the accounts room is needed here."""

    async def by_session(self, token: str, now: Any, *, quiet: bool = False) -> SignedIn | None:
        """Return who holds a session token; `quiet` keeps it no longer alive."""

    async def by_token(self, token: str, now: Any) -> SignedIn | None:
        """Return who holds a bearer token."""


class Authentication:
    """Finds out who sent a request and writes it into the visit.

    Args:
        app: What is inside.
        accounts: The site's accounts.
        open_paths: Prefixes of paths that need nobody, so that no query is spent on them.
    """

    def __init__(
        self, app: Asgi, accounts: SignIns, open_paths: tuple[str, ...] = ("/static/", "/health", "/ready")
    ) -> None:
        self._app = app
        self._accounts = accounts
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(self._open_paths):
            await self._app(scope, receive, send)
            return
        visit = get_visit(scope)
        presented = header(scope, b"authorization")
        if presented is not None:
            if not await self._by_token(visit, presented):
                challenge = ((b"www-authenticate", b'Bearer error="invalid_token"'),)
                await send_problem(scope, send, "not_signed_in", (reason("bad_token"),), challenge)
                return
        else:
            quiet = header(scope, QUIET) is not None
            await self._by_session(visit, cookies(scope).get(cookie_name(visit)), quiet=quiet)
        await self._app(scope, receive, send)

    async def _by_token(self, visit: Visit, presented: str) -> bool:
        scheme, _, token = presented.partition(" ")
        if scheme.lower() != "bearer":
            return False
        found = await self._accounts.by_token(token.strip(), visit.now)
        if found is None:
            return False
        visit.actor, visit.by = found.actor, "token"
        return True

    async def _by_session(self, visit: Visit, token: str | None, *, quiet: bool) -> None:
        found = await self._accounts.by_session(token, visit.now, quiet=quiet) if token else None
        if found is not None:
            visit.actor, visit.by, visit.must_change = found.actor, "session", found.must_change
            visit.csrf, visit.session, visit.first_login = found.csrf, found.token, found.first_login


def cookie_name(visit: Visit) -> str:
    """Return the name of the session cookie for this visit."""
    return "__Host-ordinance" if visit.secure else "ordinance"


def session_cookie(visit: Visit, token: str) -> str:
    """Return the `Set-Cookie` value that gives a browser its session; an empty token takes it away."""
    life = f"Max-Age={_MAX_AGE_S}" if token else "Max-Age=0"
    secure = "; Secure" if visit.secure else ""
    return f"{cookie_name(visit)}={token}; Path=/; {life}; HttpOnly; SameSite=Lax{secure}"
