"""One request as the middlewares see it: its id, who sent it, in which language. Kept in the ASGI scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

from ordinance.access import Actor

_KEY = "ordinance.visit"


@dataclass(slots=True)
class Visit:
    """What is known of a request; each middleware fills in its part.

    Attributes:
        id: The request's id, in the response's `X-Request-Id` and in the log.
        now: When it came, UTC.
        locale: `zh` or `en`, from the account, the cookie or `Accept-Language`.
        secure: Whether it came over TLS, which decides the name and the flags of the cookie.
        actor: Who sent it; None if nobody signed in.
        by: How it was signed in: a browser's session or a bearer token.
        csrf: The token a form of this session must carry.
        session: The session's token as it came, to close or rotate it.
        first_login: Whether the account has not yet put away the guide.
        must_change: Whether the password is to be changed before anything else.
        body: The whole body, once the limit has let it pass.
        more: What others hang on it.
    """

    id: str
    now: datetime
    locale: Literal["zh", "en"] = "zh"
    secure: bool = False
    actor: Actor | None = None
    by: Literal["session", "token"] | None = None
    csrf: str = ""
    session: str = ""
    first_login: bool = False
    must_change: bool = False
    body: bytes = b""
    more: dict[str, Any] = field(default_factory=dict)


def put_visit(scope: Mapping[str, Any], visit: Visit) -> None:
    """Hang the visit on the scope."""
    cast(dict[str, Any], scope)[_KEY] = visit


def get_visit(scope: Mapping[str, Any]) -> Visit:
    """Return the visit of a scope.

    Raises:
        KeyError: the outermost middleware is missing.
    """
    return cast(Visit, scope[_KEY])


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """Return the first header of that name (lower case), or None."""
    found = next((value for key, value in scope["headers"] if key == name), None)
    return found.decode("latin-1") if found is not None else None


def cookies(scope: Mapping[str, Any]) -> dict[str, str]:
    """Return the request's cookies; of two with one name the first counts."""
    found: dict[str, str] = {}
    for key, value in scope["headers"]:
        for part in value.decode("latin-1").split(";") if key == b"cookie" else ():
            name, _, text = part.strip().partition("=")
            found.setdefault(name, text)
    return found
