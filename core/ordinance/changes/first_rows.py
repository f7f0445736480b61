"""The first rows that departments and the company bring (`data/`): added where they are not there, never overwriting.

Source: language.md §1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, House, create
from ordinance.problems import SiteError, problem


async def add_first_rows(house: House, now: datetime) -> int:
    """Add the rows that are not there yet and return how many; a row that refers to another waits for it.

    Raises:
        SiteError: a row cannot be added; nothing else is wrong with the site.
    """
    waiting = [
        (entity, key, row)
        for entity, rows in house.blueprint.data.items()
        for key, row in rows.items()
        if entity in house.blueprint.entities
    ]
    waiting = [each for each in waiting if not await _is_there(house, each[0], each[1])]
    added = 0
    while waiting:
        left = []
        problems = []
        for entity, key, row in waiting:
            outcome = await create(house, _call(now), entity, _with_key(house, entity, key, row), draft=True)
            if isinstance(outcome, Done):
                added += 1
            elif not await _is_there(house, entity, key):  # another process may have added it meanwhile
                left.append((entity, key, row))
                place = house.blueprint.origin(("data", entity, key))
                problems += [
                    problem("first_row", place, entity=entity, key=key, why=each.message) for each in outcome.reasons
                ]
        if left and len(left) == len(waiting):
            raise SiteError(tuple(problems))
        waiting = left
    return added


def _call(now: datetime) -> Call:
    return Call(ENGINE, now, channel="system", cause="data")


async def _is_there(house: House, entity: str, key: str) -> bool:
    field = house.blueprint.entities[entity].key
    if field is None:
        async with house.database.work(write=False) as work:
            return await house.force.store.count(work, entity, {}) > 0
    async with house.database.work(write=False) as work:
        return bool(await house.force.store.ids_by_key(work, entity, {key}))


def _with_key(house: House, entity: str, key: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row; its key in the file is the key field, unless the row gives one itself."""
    field = house.blueprint.entities[entity].key
    values = dict(row)
    if field is not None:
        values.setdefault(field, key)
    return values
