"""Fields of a record that a document refers to, filled in on the document's form (`customer.credit_limit`).

They are written to that record, by somebody who may change it, before the step is judged; its event is written there,
and the document's event says it, too. Source: language.md §2 (`asks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ordinance.acts.desk import Desk, Held, refuse
from ordinance.acts.incoming import incoming
from ordinance.acts.seeing import demand, visible
from ordinance.acts.writing import plain_value
from ordinance.blueprint import Entity
from ordinance.problems import Reason, reason

Record = dict[str, Any]
Beyond = Mapping[str, Mapping[str, Any]]
"""By reference field, the JSON-like values for fields of the record it refers to."""

_NAMING = frozenset({"id", "key", "title", "entity"})
"""What a reference itself is sent and shown with."""


def split(entity: Entity, values: Mapping[str, Any]) -> tuple[Record, Beyond]:
    """Return the values of the record itself, and those that go beyond a reference."""
    own, below = dict(values), {}
    for name, value in values.items():
        field = entity.fields.get(name)
        if field is None or field.to is None or not isinstance(value, Mapping) or value.keys() <= _NAMING:
            continue
        below[name] = {key: each for key, each in value.items() if key not in _NAMING}
        naming = {key: each for key, each in value.items() if key in _NAMING}
        if naming:
            own[name] = naming
        else:
            del own[name]
    return own, below


def form_of(held: Held, id: str | None) -> list[tuple[str, ...]]:
    """Return the fields on the form of a step or lane."""
    lane = held.workflow.lanes.get(id or "")
    inside = (step for each in held.workflow.lanes.values() for step in each.steps)
    source = lane or held.workflow.step(id or "") or next((each for each in inside if each.id == id), None)
    return [*source.asks, *source.offers] if source is not None else []


def own_forms(desk: Desk, held: Held) -> list[tuple[str, ...]]:
    """Return the fields on the forms of all open steps that are for the actor."""
    state = held.state
    roles = set(desk.call.actor.all_roles())
    may = desk.force.rights.acts(desk.call.actor, held.entity.id, held.workflow.id)
    found: list[tuple[str, ...]] = []
    for id in (*state.waits, *(state.lane.waits if state.lane is not None else ())):
        step = held.workflow.step(id)
        if step is None or (roles & set(step.by)) or (not step.by and id in may):
            found += form_of(held, id)
    return found


async def write_beyond(desk: Desk, held: Held, parsed: Record, below: Beyond, form: Iterable[tuple[str, ...]]) -> None:
    """Write what goes beyond a reference to the record it refers to.

    Args:
        desk: The act.
        held: The document.
        parsed: What was sent for the document itself, with ids: a reference may be set in the same act.
        below: What was sent for the records it refers to.
        form: The fields that are on the form.

    Raises:
        RefusedSignal: it is not on the form, there is no such record, or the actor may not change it.
    """
    offered = set(form)
    shut = [
        reason("not_editable", f"/{name}/{key}", field=_label(desk, held, name, key))
        for name, values in below.items()
        for key in values
        if (name, key) not in offered
    ]
    if shut:
        raise refuse("invalid", *shut)
    for name, values in below.items():
        await _one(desk, held, name, parsed.get(name, held.record.get(name)), values)
    if below:
        desk.refresh()


async def _one(desk: Desk, held: Held, name: str, id: Any, values: Mapping[str, Any]) -> None:
    # A change of a plain record runs the same machinery that this module is a part of.
    from ordinance.acts.changing import change

    field = held.entity.fields[name]
    target = desk.force.blueprint.entities[field.to or ""]
    if id is None:
        raise refuse("invalid", reason("missing", f"/{name}", field=field.label))
    record = await desk.force.store.lock(desk.work, target.id, int(id))
    seen = await visible(desk, target, record)
    assert record is not None
    await demand(desk, target, "update", record)
    parsed, faults = await incoming(desk.force, desk.work, desk.call, target, values, seen, record)
    if faults:
        raise refuse("invalid", *(_below(name, each) for each in faults))
    await change(desk, target, record, parsed)
    for key, value in parsed.items():
        old, new = (plain_value(desk, target.fields[key], each) for each in (record.get(key), value))
        if old != new:
            held.beyond[f"{name}.{key}"] = [old, new]


def _below(name: str, fault: Reason) -> Reason:
    return replace(fault, where=f"/{name}{fault.where or ''}")


def _label(desk: Desk, held: Held, name: str, key: str) -> Any:
    target = desk.force.blueprint.entities.get(held.entity.fields[name].to or "")
    field = target.fields.get(key) if target is not None else None
    return field.label if field is not None else key
