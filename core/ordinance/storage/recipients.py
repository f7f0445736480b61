"""Which accounts a message goes to: their ids alone, asked of the database, for there may be thousands of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ordinance.storage.records import Condition, Fragment, Records
from ordinance.storage.work import Work


class Recipients:
    """The active accounts of a site; none where it keeps no accounts."""

    def __init__(self, accounts: Records | None) -> None:
        self._accounts = accounts

    async def in_house(self, work: Work) -> list[int]:
        """Return everybody who belongs to no partner."""
        return await self._ids(work, Condition(("of",), "empty", value=True))

    async def with_role(self, work: Work, role: str, of: tuple[str, Iterable[int]] | None = None) -> list[int]:
        """Return who has a role; with `of`, an entity and ids, only those who belong to one of these records."""
        conditions = [Condition(("roles",), "contains", role)]
        if of is not None:
            conditions.append(Condition(("of",), "in", [{"entity": of[0], "id": id} for id in of[1]]))
        return await self._ids(work, *conditions)

    async def behind(self, work: Work, record: int) -> list[int]:
        """Return the account of that id; if it is none, those who belong to the record of that id."""
        found = await self._ids(work, Condition(("id",), "eq", record))
        return found or await self._ids(work, Fragment('t."of" LIKE ?', (f"%/{record}",)))

    async def _ids(self, work: Work, *conditions: Condition | Fragment) -> list[int]:
        if self._accounts is None:
            return []
        parts = [each if isinstance(each, Fragment) else self._accounts.condition(each) for each in conditions]
        active, args = self._accounts.equal({"active": True})
        where = " AND ".join((f"{active}{self._accounts.shape.alive}", *(f"({each.sql})" for each in parts)))
        values: list[Any] = [*args, *(arg for each in parts for arg in each.args)]
        rows = await work.fetch(f"SELECT t.id FROM {self._accounts.shape.table} t WHERE {where} ORDER BY t.id", *values)
        return [row["id"] for row in rows]
