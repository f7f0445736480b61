"""Views of lists that people keep: a name for an address, for oneself or for everybody of a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordinance.storage.sql import marks
from ordinance.storage.work import Work

_COLUMNS = "id, entity, owner, role, label, query, position"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view that was kept.

    Attributes:
        id: Its id.
        entity: The kind of record it lists.
        owner: The account that made it.
        role: Whose it is: a role's, or empty for the owner alone.
        label: What it is called.
        query: The query of its address.
        position: Where it stands among the others of its owner or its role.
    """

    id: int
    entity: str
    owner: str
    role: str
    label: str
    query: str
    position: int


class Views:
    """The table of kept views."""

    async def of(self, work: Work, entity: str, owner: str, roles: Sequence[str]) -> list[SavedView]:
        """Return the views of an entity that an account sees: those of its roles, then its own."""
        either, args = "(role = '' AND owner = ?)", [owner]
        if roles:
            either += f" OR role IN ({marks(len(roles))})"
            args += roles
        rows = await work.fetch(
            f"SELECT {_COLUMNS} FROM saved_view WHERE entity = ? AND ({either}) "
            "ORDER BY CASE WHEN role = '' THEN 1 ELSE 0 END, position, id",
            entity, *args,
        )  # fmt: skip
        return [_view(row) for row in rows]

    async def all(self, work: Work) -> list[SavedView]:
        """Return every view, of whomever."""
        return [_view(row) for row in await work.fetch(f"SELECT {_COLUMNS} FROM saved_view ORDER BY id")]

    async def rewrite(self, work: Work, queries: Sequence[tuple[int, str]]) -> None:
        """Write queries that say the same in other names, by the ids of their views."""
        await work.execute_many("UPDATE saved_view SET query = ? WHERE id = ?", [(query, id) for id, query in queries])

    async def get(self, work: Work, id: int, *, lock: bool = False) -> SavedView | None:
        """Return one view, or None; with `lock` nobody else changes it until the act ends."""
        tail = " FOR UPDATE" if lock and work.dialect == "postgresql" else ""
        row = await work.fetch_one(f"SELECT {_COLUMNS} FROM saved_view WHERE id = ?{tail}", id)
        return _view(row) if row is not None else None

    async def siblings(self, work: Work, view: SavedView) -> list[SavedView]:
        """Return the views among which one stands, in their order, itself included."""
        own = " AND owner = ?" if not view.role else ""
        args = (view.owner,) if not view.role else ()
        rows = await work.fetch(
            f"SELECT {_COLUMNS} FROM saved_view WHERE entity = ? AND role = ?{own} ORDER BY position, id",
            view.entity, view.role, *args,
        )  # fmt: skip
        return [_view(row) for row in rows]

    async def add(
        self, work: Work, entity: str, owner: str, role: str, label: str, query: str, now: datetime
    ) -> SavedView:
        """Keep a view, behind the others."""
        made = SavedView(work.new_id(now), entity, owner, role, label, query, 0)
        last = max((each.position for each in await self.siblings(work, made)), default=0)
        await work.execute(
            f"INSERT INTO saved_view ({_COLUMNS}, changed_at) VALUES ({marks(8)})",
            made.id, entity, owner, role, label, query, last + 1, now,
        )  # fmt: skip
        return made

    async def change(self, work: Work, id: int, label: str, query: str, now: datetime) -> None:
        """Give a view another name, or have it show something else."""
        await work.execute(
            "UPDATE saved_view SET label = ?, query = ?, changed_at = ? WHERE id = ?", label, query, now, id
        )

    async def place(self, work: Work, ids: Sequence[int]) -> None:
        """Have views stand in this order."""
        for position, id in enumerate(ids, start=1):
            await work.execute("UPDATE saved_view SET position = ? WHERE id = ?", position, id)

    async def delete(self, work: Work, id: int) -> None:
        """Remove a view."""
        await work.execute("DELETE FROM saved_view WHERE id = ?", id)


def _view(row: dict[str, Any]) -> SavedView:
    return SavedView(**{name: row[name] for name in _COLUMNS.split(", ")})
