"""Whether the actor may do something with a particular record, and what it sees of it."""

from __future__ import annotations

from typing import Any

from ordinance.access import Projection
from ordinance.acts.desk import Desk, refuse
from ordinance.blueprint import Entity
from ordinance.expressions import UnknownValue
from ordinance.problems import Reason, Text, reason

Record = dict[str, Any]


async def projection_of(desk: Desk, entity: Entity, record: Record) -> Projection | None:
    """Return what the actor sees of the record; None if it does not see it, which to it is as if there were none."""
    rights, actor = desk.force.rights, desk.call.actor
    rows = rights.rows(actor, entity.id, "read")
    if rows.none:
        return None
    whole = rights.projection(actor, entity.id)
    if rows.all and whole.uniform:
        return whole
    (loaded,) = await desk.loader.for_rules(entity, [record], rows.reads)
    try:
        return rights.sees(actor, entity.id, loaded, desk.call.env(desk.force, loaded))
    except UnknownValue:
        return None


async def demand(desk: Desk, entity: Entity, verb: str, record: Record | None = None) -> None:
    """Refuse unless the actor may do the verb, on this record if one is given.

    Raises:
        RefusedSignal: `not_allowed`.
    """
    if record is None:
        if desk.force.rights.may(desk.call.actor, verb, entity.id):
            return
        raise refuse("not_allowed", not_allowed(entity, verb))
    rows = desk.force.rights.rows(desk.call.actor, entity.id, verb)
    if rows.all:
        return
    (loaded,) = await desk.loader.for_rules(entity, [record], rows.reads)
    try:
        admitted = rows.admits(loaded, desk.call.env(desk.force, loaded))
    except UnknownValue:
        admitted = False
    if not admitted:
        raise refuse("not_allowed", not_allowed(entity, verb))


VERBS = {
    "read": Text("查看", "read"),
    "create": Text("新建", "create"),
    "update": Text("修改", "change"),
    "delete": Text("删除", "delete"),
    "export": Text("导出", "export"),
    "import": Text("导入", "import"),
    "print": Text("打印", "print"),
    "comment": Text("评论", "comment on"),
    "reassign": Text("改派", "reassign"),
    "skip_queue": Text("插队", "skip the queue of"),
}
"""What a verb is called."""


def not_allowed(entity: Entity, verb: str) -> Reason:
    """Return the reason that the actor may not do a verb on an entity."""
    words = VERBS.get(verb, Text.of(verb))
    what = Text(f"{words.zh}{entity.label.zh}", f"{words.en} {entity.label.en}")
    return reason("not_allowed", None, what=what)


async def visible(desk: Desk, entity: Entity, record: Record | None) -> Projection:
    """Return what the actor sees of a record that was looked up.

    Raises:
        RefusedSignal: `not_found`, if there is none or the actor does not see it: the two look the same.
    """
    seen = await projection_of(desk, entity, record) if record is not None else None
    if seen is None:
        raise refuse("not_found", reason("not_found"))
    return seen
