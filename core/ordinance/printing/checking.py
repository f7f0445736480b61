"""Try every template of a site on a record that does not exist: does it compile, and into something?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ordinance.acts import Call, House
from ordinance.acts.outcomes import View
from ordinance.blueprint import Entity, Field, PrintFormat
from ordinance.printing.data import data_of
from ordinance.printing.press import Press
from ordinance.printing.prints import set_pages
from ordinance.problems import Problem, SiteError

_LINES = 3


async def check_prints(house: House, call: Call, press: Press) -> tuple[Problem, ...]:
    """Return what is wrong with the templates of a site, each tried with a made-up record in both languages."""
    found: dict[Problem, None] = {}
    for form in house.blueprint.prints.values():
        for locale in ("zh", "en"):
            try:
                await _try(house, Call(call.actor, call.now, locale, call.channel), press, form)
            except SiteError as error:
                found |= dict.fromkeys(error.problems)
    return tuple(found)


async def _try(house: House, call: Call, press: Press, form: PrintFormat) -> None:
    entity = house.blueprint.entities[form.of]
    view = View(form.of, 1, 1, made_up(house, entity, call.now), None, (), entity.label, _seen(entity))
    await set_pages(house, press, form, await data_of(house, call, view, form), at=call.now)


def _seen(entity: Entity) -> dict[str, str]:
    below = (f"{field.id}.{name}" for field in entity.fields.values() for name in field.fields)
    return dict.fromkeys((*entity.fields, *below), "read")


def made_up(house: House, entity: Entity, now: datetime) -> dict[str, Any]:
    """Return a record of an entity with something in most of its fields, JSON-ready."""
    record = {field.id: _value(house, field) for field in entity.fields.values()}
    return {**record, "id": "1", "number": "X-0001", "created_at": now.isoformat()}


def _value(house: House, field: Field) -> Any:
    if field.fields:
        return [{each.id: _value(house, each) for each in field.fields.values()} for _ in range(_LINES)]
    kind = house.force.types.of(field)
    if kind.target(field) is not None:
        return None
    if field.example is not None:
        return field.example
    if field.options:
        return next(iter(field.options))
    return "1" if kind.decimals(field) is not None else None
