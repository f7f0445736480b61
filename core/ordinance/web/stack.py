"""The middlewares in their order, from the outside in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ordinance.web.answers import Asgi
from ordinance.web.authentication import Authentication, SignIns
from ordinance.web.conditional import ConditionalGet
from ordinance.web.cross_site import CrossSite
from ordinance.web.frame import Frame
from ordinance.web.limits import BODY_MAX, FILES, BodyLimit


def stack(
    app: Asgi,
    accounts: SignIns,
    clock: Callable[[], datetime],
    *,
    locale: str = "zh",
    revision: Callable[[], str] | None = None,
    proxy: bool = False,
    uploads: tuple[tuple[str, int], ...] = (),
) -> Asgi:
    """Return the application with everything around it that each request must pass.

    Args:
        app: The Litestar application.
        accounts: The site's accounts, to find out who sends a request.
        clock: Gives the present instant, UTC.
        locale: The site's language, for who asks for none.
        revision: Gives the id of the active revision, for the response header.
        proxy: Whether a proxy in front is trusted to say that it speaks TLS.
        uploads: Path prefixes with a body limit of their own.
    """
    inner = CrossSite(ConditionalGet(app))
    signed = Authentication(BodyLimit(inner, BODY_MAX, (*uploads, *FILES)), accounts)
    return Frame(signed, clock, locale, revision, proxy=proxy)
