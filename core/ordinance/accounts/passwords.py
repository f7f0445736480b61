"""Passwords: the rules they keep, and their hashes (argon2id, made in a thread, few at a time).

Length and plain guesses are refused; kinds of characters are not demanded.
Source: facts.md §H (19 MiB, two passes, one lane), facts-reliability.md §1.1 (ASVS 6.2).
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from ordinance.accounts.guesses import GUESSES
from ordinance.problems import Reason, reason

LENGTH_MIN = 8
LENGTH_MAX = 256

_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"

_AT_ONCE = 2  # each computation takes 19 MiB and a core


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


@cache
def _nobody() -> str:
    """A hash to check against when the name is unknown, so that the answer takes as long as for a known one."""
    return _hasher().hash(hashlib.sha256(b"nobody").hexdigest())


def check_password(password: str, name: str) -> tuple[Reason, ...]:
    """Return what speaks against a new password; nothing if it will do.

    Args:
        password: What was typed; it is never cut or trimmed.
        name: The account's name, which it may not contain.
    """
    reasons = []
    if len(password) < LENGTH_MIN:
        reasons.append(reason("password_short", "/password", least=LENGTH_MIN))
    if len(password) > LENGTH_MAX:
        reasons.append(reason("password_long", "/password", most=LENGTH_MAX))
    plain = _plain(password)
    if len(name) > 2 and _plain(name) in plain:
        reasons.append(reason("password_name", "/password"))
    if plain in GUESSES or len(set(plain)) < 3:
        reasons.append(reason("password_common", "/password"))
    return tuple(reasons)


def made_password() -> str:
    """Return a password to be handed on once: 20 letters and digits that are not taken for one another, in fours."""
    letters = "".join(secrets.choice(_CLEAR) for _ in range(20))
    return "-".join(letters[at : at + 4] for at in range(0, 20, 4))


class Passwords:
    """Makes and checks hashes without holding up the loop: in threads, and only so many at a time.

    One for each process; memory and processor time are what is rationed.
    """

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._turn = asyncio.Semaphore(at_once)

    async def hash(self, password: str) -> str:
        """Return the hash to store."""
        async with self._turn:
            return await asyncio.to_thread(_hasher().hash, _normal(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Return whether it is the password behind the hash; `None` takes as long and is never right."""
        async with self._turn:
            return await asyncio.to_thread(_verify, stored, password)

    @staticmethod
    def is_outdated(stored: str) -> bool:
        """Return whether the hash was made with other costs than today's and should be made again."""
        return _hasher().check_needs_rehash(stored)


def _verify(stored: str | None, password: str) -> bool:
    if len(password) > LENGTH_MAX:
        return False
    try:
        return _hasher().verify(stored or _nobody(), _normal(password)) and stored is not None
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same characters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFC", password)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
