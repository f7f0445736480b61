"""Who gets a document when it arrives: the person in a field, or one of those who match and may, by load or in turn.

A document that the rule prefers stands before the others in the inbox, so it goes to whoever has the fewest of its kind
before it. Source: language.md §2 `assign`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ordinance.access import EVERYONE
from ordinance.acts.desk import Desk, Held
from ordinance.acts.house import Force
from ordinance.blueprint import Entity
from ordinance.process.model import Assign, Step
from ordinance.process.values import at_path, digest, plain
from ordinance.storage import Condition, Door, Fragment

Person = Mapping[str, Any]


async def assignee(desk: Desk, held: Held, fields: Mapping[str, Any], step: str, rule: Assign) -> str | None:
    """Return the account that gets a document which arrives at a step, or None."""
    if rule.to is not None:
        value = at_path(fields, rule.to)
        person = value.get("id") if isinstance(value, Mapping) else value
        return None if person is None else str(person)
    people = await desk.force.store.people(desk.work)
    able = [each for each in people if may_do(desk, held, step, each)]
    asked = [(name, at_path(fields, tuple(name.split(".")))) for name in rule.match]
    matching = [each for each in able if all(_matches(each, name, value) for name, value in asked)] or able
    ids = [int(each["id"]) for each in matching]
    if not ids:
        return None
    if rule.pick == "in_turn":
        # Each combination of what is matched has turns of its own: else one region's documents skip people of another.
        kind = f"/{digest([plain(value) for _, value in asked])}" if asked else ""
        return str(await desk.force.store.turn(desk.work, f"turn/{held.workflow.id}/{step}{kind}", ids))
    return await _least_loaded(desk, held, fields, step, ids)


async def _least_loaded(desk: Desk, held: Held, fields: Mapping[str, Any], step: str, ids: Sequence[int]) -> str:
    store = desk.force.store
    load = await store.loads(desk.work, ids)
    ahead: Mapping[str, int] = {}
    door = _preferred(desk.force, held, step)
    if door is not None and _is_set(fields, _step(held, step)):
        ahead = await store.inbox.loads(desk.work, door, [str(each) for each in ids])
    return str(min(ids, key=lambda each: (ahead.get(str(each), 0), load.get(each, 0), each)))


def _preferred(force: Force, held: Held, step: str) -> Door | None:
    """Return the door behind which the documents wait that the rule of a step prefers; None if it prefers none."""
    declared = _step(held, step)
    first = preference(force, held.entity, declared) if declared is not None else None
    if first is None:
        return None
    lane = held.state.lane.id if held.state.lane is not None else ""
    return Door(held.workflow.id, lane, step, force.store.records[held.entity.id].shape.table, first=first)


def _is_set(fields: Mapping[str, Any], step: Step | None) -> bool:
    assert step is not None
    assert step.assign is not None
    return bool(at_path(fields, tuple((step.assign.prefer or "").split("."))))


def preference(force: Force, entity: Entity, step: Step) -> Fragment | None:
    """Return the condition on the documents that come first at a step; None if its rule prefers none."""
    if step.assign is None or not step.assign.prefer:
        return None
    path = tuple(step.assign.prefer.split("."))
    field = entity.fields.get(path[0])
    for name in path[1:]:
        target = force.blueprint.entities.get(field.to or "") if field is not None else None
        field = target.fields.get(name) if target is not None else None
    is_flag = field is not None and force.types.of(field).expression_type(field).kind == "boolean"
    condition = Condition(path, "eq" if is_flag else "exists", value=True)
    return force.store.records[entity.id].condition(condition)


def may_do(desk: Desk, held: Held, step: str, person: Person) -> bool:
    """Return whether an account has a role that may do a step, of the main flow or of the lane the document is in."""
    roles = set(person.get("roles") or ())
    if person.get("of_id") is None and all(_is_for_people(desk.force, each) for each in roles):
        roles.add(EVERYONE)
    declared = _step(held, step)
    if declared is not None and declared.person is not None:
        return True
    if declared is not None and declared.by:
        return bool(roles & {*declared.by, *held.state.added.get(step, ())})
    grants = desk.force.rights.grants
    return any(each.role in roles and each.act == step and each.entity == held.entity.id for each in grants)


def _is_for_people(force: Force, role: str) -> bool:
    declared = force.blueprint.roles.get(role)
    return declared is None or declared.kind != "system"


def _step(held: Held, id: str) -> Step | None:
    inside = held.workflow.lanes[held.state.lane.id].steps if held.state.lane is not None else ()
    return next((each for each in (*held.workflow.steps, *inside) if each.id == id), None)


def _matches(person: Person, name: str, value: Any) -> bool:
    """Return whether a person covers a value: `region` is in `regions`, or the person's own field equals it."""
    last = name.rpartition(".")[2]
    own = person.get(last, person.get(f"{last}s"))
    wanted = value.get("id") if isinstance(value, Mapping) else value
    if isinstance(own, list | tuple):
        return wanted in own
    return wanted is None or own == wanted
