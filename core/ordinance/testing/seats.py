"""Accounts that let anybody sit down without a password: for scenarios and simulations, never for a site that serves.

`ordinance serve` builds `Accounts`; only this room builds `Seats`, on a database that is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ordinance.accounts import Accounts, Ground, SessionPolicy
from ordinance.storage import Database

_FOR_EVER = timedelta(days=36_500)
"""The clock of a scenario jumps by months; nobody is to be signed out by that."""


class Seats(Accounts):
    """The accounts of a site on a database that is thrown away.

    Args:
        database: That database.
        ground: Gives what of the configuration in force matters here.
    """

    def __init__(self, database: Database, ground: Callable[[], Ground]) -> None:
        super().__init__(database, ground, SessionPolicy(_FOR_EVER, _FOR_EVER))
        self._thrown_away = database

    async def sit(self, account: int, now: datetime) -> str:
        """Return the token of a new session of an account."""
        async with self._thrown_away.work(write=True) as work:
            return await self._open(work, account, now, "scenario")
