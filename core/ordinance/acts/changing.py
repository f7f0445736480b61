"""Change a plain record, one that no workflow moves, and write down what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance.access import ACCOUNT
from ordinance.acts import derive, writing
from ordinance.acts.desk import Desk, refuse
from ordinance.acts.guarding import guard, required_faults
from ordinance.acts.outcomes import Done
from ordinance.acts.people import keep_rules
from ordinance.acts.running import derive_needs
from ordinance.acts.seeing import demand
from ordinance.blueprint import Entity
from ordinance.storage import NewEvent, dump

Record = dict[str, Any]


async def change(desk: Desk, entity: Entity, record: Record, parsed: Record) -> Done:
    """Change a plain record that is locked: copies, formulas and conditions hold, and its event is written."""
    merged = {**record, **parsed}
    (known,) = await desk.loader.load(entity, [merged], derive_needs(desk, entity))
    known = derive.copied(entity.fields, known, record, parsed)
    made = derive.computed(desk.force.types, entity, known, desk.call.env(desk.force, known))
    env = desk.call.env(desk.force, made)
    faults = (*guard(entity, parsed, record, made, env), *required_faults(entity, made, env))
    if faults:
        raise refuse("invalid", *faults)
    after = writing.flat(entity, made)
    if entity.id == ACCOUNT:
        await keep_rules(desk, {**record, **after}, record)
    else:
        await demand(desk, entity, "update", {**record, **after})
    changes = {name: after.get(name) for name in entity.fields if after.get(name) != record.get(name)}
    if not changes:
        return Done(entity.id, record["id"], record["version"], {})
    version = await desk.force.store.update(
        desk.work, entity.id, record["id"], changes, desk.call.now, str(desk.call.actor.id)
    )
    await log(desk, entity, record["id"], "update", record, changes)
    desk.touched += [(entity.id, record), (entity.id, {**record, **changes})]
    return Done(entity.id, record["id"], version, {})


async def log(
    desk: Desk, entity: Entity, id: int, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Write the event of a plain record: what changed, old and new, JSON-ready."""
    changes = {}
    for name, value in after.items():
        field = entity.fields.get(name)
        if field is not None and before.get(name) != value:
            changes[name] = [writing.plain_value(desk, field, each) for each in (before.get(name), value)]
    event = NewEvent(
        seq=0,
        name=f"{entity.id}.{kind}",
        actor=str(desk.call.actor.id),
        revision=desk.force.blueprint.revision,
        channel=desk.call.channel,
        request=desk.call.key,
        body=dump(changes) or "{}",
    )
    await desk.force.store.events.append(desk.work, entity.id, id, event, desk.call.now)
