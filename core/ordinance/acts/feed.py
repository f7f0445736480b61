"""What has happened lately, and what of it one reader may hear of: for screens that show what others change.

Events are written in the transaction of the act, with ids in the order of their moments; so whoever remembers the last
one it has seen can ask for those after it. An act that began earlier may end later: a listener looks a little further
back than that and knows by the id what it has heard already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ordinance.acts.house import Call, House
from ordinance.acts.rules import fragments
from ordinance.storage.ids import earlier

OVERLAP_S = 30.0
"""No act but a long import takes longer than this from its moment to its end."""

MOST = 2000
"""Events of one look at most; whoever is further behind than that looks at everything anew."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened: the event's id, the record it is about, and who did it."""

    id: int
    entity: str
    record: int
    actor: str


async def newest(house: House) -> int:
    """Return the id of the last event there is, from which on a listener hears."""
    async with house.database.work(write=False) as work:
        return await house.force.store.events.last(work)


def floor(id: int) -> int:
    """Return the id below which nothing is looked at again once this one is known."""
    return earlier(id, OVERLAP_S)


async def since(house: House, id: int, *, overlap_s: float = 0.0) -> list[News]:
    """Return what happened after an event, oldest first, at most `MOST`.

    Args:
        house: The site.
        id: The last event that is known.
        overlap_s: So many seconds before that one are looked at again.
    """
    after = earlier(id, overlap_s)
    async with house.database.work(write=False) as work:
        rows = await house.force.store.events.heads(work, after=after, limit=MOST)
    return [News(row["id"], row["entity"], row["document"], row["actor"]) for row in rows]


async def heard(house: House, call: Call, news: Sequence[News]) -> list[News]:
    """Return those of the news that are about records which the actor may read, as they are now.

    A kind of record that it sees whole costs nothing; one with row rules costs one query.
    """
    force = house.force
    kept: set[tuple[str, int]] = set()
    asked: dict[str, list[int]] = {}
    for entity in dict.fromkeys(each.entity for each in news):
        if entity not in force.blueprint.entities or not force.rights.may(call.actor, "read", entity):
            continue
        ids = list(dict.fromkeys(each.record for each in news if each.entity == entity))
        if force.rights.rows(call.actor, entity, "read").all:
            kept.update((entity, id) for id in ids)
        else:
            asked[entity] = ids
    if asked:
        async with house.database.work(write=False) as work:
            for entity, ids in asked.items():
                declared = force.blueprint.entities[entity]
                any_of = fragments(force, call, declared, force.rights.rows(call.actor, entity, "read"))
                found = await force.store.records[entity].admitted(work, ids, any_of=any_of)
                kept.update((entity, record["id"]) for record in found)
    return [each for each in news if (each.entity, each.record) in kept]
