"""Tell the house that something happened outside it: a payment arrived, a parcel moved, a person left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ordinance.acts.desk import Desk, refuse
from ordinance.acts.house import Call, House
from ordinance.acts.outcomes import Done, Refused
from ordinance.acts.transaction import act, under_one_revision
from ordinance.expressions import DATE, DATETIME, NUMBER, Type
from ordinance.problems import reason


def _typed(fields: Mapping[str, Type], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event carries with JSON's texts as what they are declared to be.

    Raises:
        RefusedSignal: a value is not of its type.
    """
    typed = dict(values)
    for name, kind in fields.items():
        if isinstance(typed.get(name), str | int) and kind.kind in _READERS:
            try:
                typed[name] = _READERS[kind.kind](str(typed[name]))
            except (ValueError, ArithmeticError):
                raise refuse(
                    "invalid", reason("wrong_type", f"/{name}", wanted=kind.words, got=str(values[name]))
                ) from None
    return typed


_READERS: Mapping[str, Any] = {
    NUMBER.kind: Decimal,
    DATE.kind: date.fromisoformat,
    DATETIME.kind: datetime.fromisoformat,
    "record": lambda text: {"id": int(text)},
}


@under_one_revision
async def event(
    house: House, call: Call, name: str, *,
    entity: str | None = None, id: int | None = None, values: Mapping[str, Any] | None = None,
) -> Done | Refused:  # fmt: skip
    """Have an event heard: by the document it happened to, by workflows that open on it, by rules that wait for it.

    Args:
        house: The site.
        call: Who tells it.
        name: The event's id, as a department declares it.
        entity: The kind of record it happened to, if any.
        id: That record.
        values: What it carries.
    """

    async def body(desk: Desk) -> Done:
        if name not in desk.force.blueprint.events:
            raise refuse("not_found", reason("no_such_event", None, got=name))
        desk.emit(name, entity, id, _typed(desk.force.blueprint.events[name].fields, values or {}))
        return Done(entity or "", id or 0, 0, {}, event=name)

    return await act(house, call, body)
