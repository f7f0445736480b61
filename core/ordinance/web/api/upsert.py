"""Create a record, or change the one that has the same key. Source: peers.md §4, REST writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance import acts
from ordinance.acts import Call, Done, Filter, House, Query
from ordinance.problems import reason
from ordinance.web.api.halt import Halt
from ordinance.web.api.replies import checked


async def upsert(house: House, call: Call, entity: str, values: Mapping[str, Any], *, dry: bool) -> Done:
    """Return what came of it: a created record, or the changed one.

    Raises:
        Halt: the entity has no key, the values lack it, several records have it, or the act refused.
    """
    declared = house.blueprint.entities.get(entity)
    if declared is None:
        raise Halt("not_found", (reason("not_found"),))
    if declared.key is None:
        raise Halt("bad_request", (reason("bad_parameter", "upsert", name="upsert", detail=f"{entity}: key?"),))
    key = values.get(declared.key)
    if not isinstance(key, str) or not key:
        raise Halt("invalid", (reason("required", f"/{declared.key}", label=declared.fields[declared.key].label),))
    same = Query(filter=(Filter((declared.key,), "eq", key),), fields=(declared.key,), limit=2)
    page = checked(await acts.listing(house, call, entity, same))
    if len(page.items) > 1:
        raise Halt("conflict", (reason("ambiguous", f"/{declared.key}", entity=declared.label, got=key),))
    if not page.items:
        return checked(await acts.create(house, call, entity, values, dry=dry))
    number = int(page.items[0]["id"])
    view = checked(await acts.read(house, call, entity, number, fields=(declared.key,)))
    return checked(await acts.update(house, call, entity, number, values, version=view.version, dry=dry))
