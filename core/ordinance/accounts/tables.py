"""The tables of this room.

Accounts themselves are records of an ordinary entity, so that lists, forms, references and history are those of every
other record; what must never be read as a record (hashes, keys, sessions) lies here, by the account's id.
Moments are whole seconds UTC.
"""

from __future__ import annotations

from ordinance.storage import Column, Index, Table


def _text(name: str, *, required: bool = True) -> Column:
    return Column(name, "text", required=required)


def _whole(name: str, *, required: bool = True) -> Column:
    return Column(name, "whole", required=required)


LOGIN = Table(
    "login",
    (
        _whole("account"),
        _text("password", required=False),
        _whole("changed_at"),
        _whole("guide_seen_at", required=False),
        _whole("signed_in_at", required=False),
        _whole("once", required=False),
    ),
    primary=("account",),
)

"""`signed_in_at` is when somebody last signed in; `once` is 1 while the password is one that others have seen."""

SESSION = Table(
    "session",
    (_text("hash"), _whole("account"), _whole("opened_at"), _whole("seen_at"), _text("agent")),
    (Index(("account",)),),
    primary=("hash",),
)

TOKEN = Table(
    "token",
    (_text("hash"), _whole("account"), _text("label"), _whole("issued_at")),
    (Index(("account",)),),
    primary=("hash",),
)

LOGIN_TRY = Table("login_try", (_text("who"), _whole("failures"), _whole("last_at")), primary=("who",))

ROLE_HELD = Table(
    "role_held",
    (_text("role"), _text("belongs"), _whole("place"), _whole("account")),
    (Index(("account",)), Index(("role", "account"))),
    primary=("role", "belongs", "place"),
)
"""Which active account holds which role. `place` runs to the role's `accounts`; the primary key keeps the limit."""

TABLES = (LOGIN, SESSION, TOKEN, LOGIN_TRY, ROLE_HELD)
"""All of them, for the schema plan."""
