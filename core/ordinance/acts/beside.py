"""What stands beside a record and is no part of its process: notes and files. Who may add them; the frame of the acts.

They neither change the record nor its version, so they are possible at every step and after the end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ordinance.access import Projection
from ordinance.acts.desk import Desk, Record, RefusedSignal, refuse
from ordinance.acts.house import Call, Force, House
from ordinance.acts.outcomes import Refused
from ordinance.acts.seeing import not_allowed, visible
from ordinance.acts.transaction import under_one_revision
from ordinance.blueprint import Entity
from ordinance.problems import reason
from ordinance.storage import Work

T = TypeVar("T")

_ONLY_LOOKING = frozenset({"read", "export", "print"})


def may_remark(force: Force, call: Call, entity: Entity) -> bool:
    """Return whether the actor may write notes on records of a kind, and add files to them.

    Whoever may do anything with them but look may: it is how people ask each other back. For those who only read there
    is the verb `comment`. Source: language.md §4 (verbs).
    """
    return bool(force.rights.acts(call.actor, entity.id) - _ONLY_LOOKING)


def seen_outside(force: Force, entity: Entity) -> bool:
    """Return whether a role of a partner may see records of a kind, so that it matters what is internal."""
    bound = {role.id for role in force.blueprint.roles.values() if role.of}
    return any(
        grant.entity == entity.id and grant.act == "read" and grant.role in bound for grant in force.rights.grants
    )


async def seen(desk: Desk, entity: str, id: int) -> tuple[Entity, Record, Projection]:
    """Return a record, and what the actor sees of it.

    Raises:
        RefusedSignal: there is none, or the actor does not see it.
    """
    declared = desk.force.blueprint.entities.get(entity)
    if declared is None:
        raise refuse("not_found", reason("not_found"))
    record = (await desk.force.store.get_many(desk.work, entity, [id], lines=True)).get(id)
    projection = await visible(desk, declared, record)
    assert record is not None
    return declared, record, projection


async def open_to_remarks(desk: Desk, entity: str, id: int) -> tuple[Entity, Record, Projection]:
    """Return a record that the actor may write notes on; as `seen`.

    Raises:
        RefusedSignal: as there; or it may not.
    """
    declared, record, projection = await seen(desk, entity, id)
    if not may_remark(desk.force, desk.call, declared):
        raise refuse("not_allowed", not_allowed(declared, "comment"))
    return declared, record, projection


@under_one_revision
async def written(house: House, call: Call, kind: type[T], body: Callable[[Desk], Awaitable[T]]) -> T | Refused:
    """Run something that writes beside records in one transaction, and only once for an idempotency key.

    Args:
        house: The site.
        call: Who asks.
        kind: What is answered; it must be readable from its own JSON.
        body: What is done.
    """
    force = house.force

    async def in_transaction(work: Work) -> T:
        desk = Desk.of(force, work, call, {})
        who, key = str(call.actor.id), call.key
        if key is not None:
            earlier = await force.store.claim(desk.work, who, key, call.fingerprint, call.now)
            if earlier is not None and earlier.fingerprint != call.fingerprint:
                raise refuse("invalid", reason("idempotency_mismatch", "/"))
            if earlier is not None:
                return earlier.answer(kind)
        answer = await body(desk)
        if key is not None:
            await force.store.answered(desk.work, who, key, answer, call.now)
        return answer

    try:
        return await house.database.run(in_transaction, revision=house.version)
    except RefusedSignal as no:
        return no.refused


async def looked(house: House, call: Call, body: Callable[[Desk], Awaitable[T]]) -> T | Refused:
    """Run something that only reads."""
    async with house.database.work(write=False) as work:
        try:
            return await body(Desk.of(house.force, work, call, {}))
        except RefusedSignal as no:
            return no.refused
