"""What stands around a list: how many records it has, up to a number, and since when and until when documents wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ordinance.acts.house import Call, House
from ordinance.acts.outcomes import Query, Refused
from ordinance.acts.reading import select_of
from ordinance.acts.seeing import not_allowed
from ordinance.problems import reason
from ordinance.storage import count_up_to, newest

COUNTED_MAX = 10_000
"""How far a list is counted: beyond it says "10,000+"."""

AMONG = 100_000
"""Records that are looked at for the number beside a tab, the newest first."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records were found; `more` says that not all were looked at, or that it stopped there."""

    n: int
    more: bool


async def glance(house: House, call: Call, entity: str, query: Query, most: int = COUNTED_MAX) -> Counted | Refused:
    """Return how many records of a list there are among the newest: what a tab says must not cost a whole table."""
    async with house.database.work(write=False) as work:
        records = house.force.store.records.get(entity)
        after = await newest(work, records, AMONG) if records is not None else None
        found = await count(house, call, entity, query, most + 1, after=after)
    return found if isinstance(found, Refused) else Counted(min(found, most), more=found > most or after is not None)


async def count(
    house: House, call: Call, entity: str, query: Query, most: int = COUNTED_MAX + 1, *, after: int | None = None
) -> int | Refused:
    """Return how many records a list has for the actor, or `most` if there are at least so many.

    With `after`, only records with a greater id are looked at.
    """
    declared = house.blueprint.entities.get(entity)
    if declared is None:
        return Refused("not_found", (reason("no_such_path"),))
    force = house.force
    if not force.rights.may(call.actor, "read", entity):
        return Refused("not_allowed", (not_allowed(declared, "read"),))
    select, faults = await select_of(house, force, call, declared, query)
    if faults or select is None:
        return Refused("bad_request", faults)
    async with house.database.work(write=False) as work:
        return await count_up_to(work, force.store.records[entity], select, most, after=after)


@dataclass(frozen=True, slots=True)
class Waiting:
    """That a document waits at a step: since when, and until when if that step has a time."""

    step: str
    since: datetime
    due: datetime | None


async def waiting(house: House, documents: Iterable[int]) -> dict[int, tuple[Waiting, ...]]:
    """Return where documents wait that the caller has read already, what is due first in front."""
    async with house.database.work(write=False) as work:
        rows = await house.force.store.waits.of_many(work, sorted(set(documents)))
    found: dict[int, tuple[Waiting, ...]] = {}
    for row in rows:
        each = Waiting(row["step"], row["since"], row["due_at"])
        found[row["document"]] = (*found.get(row["document"], ()), each)
    return found
