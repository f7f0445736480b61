"""Secrets that are handed out once and kept as a hash: session tokens, bearer tokens, and a session's form token."""

from __future__ import annotations

import hashlib
import hmac
import secrets

BEARER_PREFIX = "ord_"
"""So that a leaked key can be recognised in a log or a repository."""


def new_session_token() -> str:
    """Return a session token of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_bearer_token() -> str:
    """Return a bearer token of 256 random bits."""
    return BEARER_PREFIX + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is stored of a token. The token is random and long, so a plain hash is enough and quick."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """Return the token that forms of a session carry; it changes with the session and tells nothing about its token."""
    return hmac.new(token.encode(), b"ordinance form", hashlib.sha256).hexdigest()[:32]
