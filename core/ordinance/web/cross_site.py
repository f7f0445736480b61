"""Keep other websites from acting with a visitor's cookie.

A writing request is refused when the browser says it comes from elsewhere, and one that is signed in by a cookie must
also carry the session's token: in the header `X-CSRF-Token`, or in the field `_csrf` of a form. Bearer tokens need
neither, because no browser sends them by itself.
Source: facts-reliability.md §1.1 (ASVS 3.5).
"""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs, urlsplit

from ordinance.problems import reason
from ordinance.web.answers import Asgi, Receive, Scope, Send, send_problem
from ordinance.web.visit import Visit, get_visit, header

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "_csrf"


class CrossSite:
    """Refuses what another site sent."""

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        visit = get_visit(scope)
        if visit.by != "token" and _is_foreign(scope):
            await send_problem(scope, send, "not_allowed", (reason("cross_site"),))
        elif visit.by == "session" and not _carries_token(scope, visit):
            await send_problem(scope, send, "not_allowed", (reason("csrf"),))
        else:
            await self._app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    site = header(scope, b"sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = header(scope, b"origin")
    if origin is None:
        return False
    return urlsplit(origin).netloc != (header(scope, b"host") or "")


def _carries_token(scope: Scope, visit: Visit) -> bool:
    sent = header(scope, b"x-csrf-token") or _from_form(header(scope, b"content-type") or "", visit.body)
    return sent is not None and hmac.compare_digest(sent.encode(), visit.csrf.encode())


def _from_form(media: str, body: bytes) -> str | None:
    kind = media.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return parse_qs(body.decode("latin-1"), max_num_fields=None).get(FIELD, [None])[0]
    if kind == "multipart/form-data":
        return _from_parts(body)
    return None


def _from_parts(body: bytes) -> str | None:
    """The token of a multipart form: it is a short part of its own, which our forms put first."""
    mark = f'name="{FIELD}"'.encode()
    start = body.find(mark)
    if start < 0:
        return None
    _, _, rest = body[start : start + 512].partition(b"\r\n\r\n")
    return rest.partition(b"\r\n")[0].decode("latin-1")
