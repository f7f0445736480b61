"""What departments know of a record beside its fields: their values, for a page that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ordinance.acts.desk import Desk
from ordinance.acts.house import Call, House
from ordinance.acts.seeing import projection_of


async def told(
    house: House, call: Call, entity: str, ids: Iterable[int], names: Iterable[str]
) -> dict[int, Mapping[str, Any]]:
    """Return the values of departments for some records, JSON-ready, by record and name.

    A record that the actor does not see is left out, as is a name that no department in use gives.

    Args:
        house: The site.
        call: Who asks.
        entity: The kind of record.
        ids: The records.
        names: The names of the values.
    """
    force = house.force
    declared = force.blueprint.entities.get(entity)
    wanted = [each for each in names if (entity, each) in force.blueprint.values]
    if declared is None or not wanted:
        return {}
    async with house.database.work(write=False) as work:
        desk = Desk.of(force, work, call, {})
        rows = (await force.store.get_many(work, entity, list(ids), lines=True)).values()
        seen = [each for each in rows if await projection_of(desk, declared, each) is not None]
        loaded = await desk.loader.load(declared, seen, {name: {} for name in wanted})
    return {each["id"]: {name: _plain(each.get(name)) for name in wanted} for each in loaded}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)
