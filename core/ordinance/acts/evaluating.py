"""The one `evaluate`: what values being typed come to, which fields show, what is required and what is wrong.

The form preview, saving, import and the API all ask it; the browser computes nothing. Source: ui.md §1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ordinance.acts import codec, derive
from ordinance.acts.beyond import Beyond, split
from ordinance.acts.desk import Desk, RefusedSignal
from ordinance.acts.guarding import blank, guard, holds, is_automatic, required_faults
from ordinance.acts.holding import workflow_for
from ordinance.acts.house import Call, Force, House
from ordinance.acts.incoming import incoming, merged_lines
from ordinance.acts.needs import joined, of_workflow
from ordinance.acts.outcomes import Evaluation, Refused
from ordinance.acts.reading import field_at
from ordinance.acts.records import bound_to
from ordinance.acts.running import derive_needs
from ordinance.acts.seeing import visible
from ordinance.acts.showing import shown
from ordinance.acts.writing import flat
from ordinance.blueprint import Entity, Field
from ordinance.expressions import Env
from ordinance.fields import parse_values
from ordinance.problems import Reason, reason
from ordinance.process import Workflow

Record = dict[str, Any]


async def evaluate(
    house: House, call: Call, entity: str, values: Mapping[str, Any], *,
    id: int | None = None, step: str | None = None, workflow: str | None = None,
) -> Evaluation | Refused:  # fmt: skip
    """Return what a form with these values comes to; nothing is written.

    Args:
        house: The site.
        call: Who types.
        entity: The kind of record.
        values: JSON-like values of the form.
        id: The record that is being changed, or None for a new one.
        step: The step whose form it is: its asks are required.
        workflow: The workflow a new document is to take, if not the first that fits.
    """
    declared = house.blueprint.entities.get(entity)
    if declared is None:
        return Refused("not_found", (reason("no_such_path"),))
    async with house.database.work(write=False) as work:
        desk = Desk.of(house.force, work, call, {})
        try:
            return await _evaluate(desk, declared, values, id, step, workflow)
        except RefusedSignal as no:
            return no.refused


async def _evaluate(
    desk: Desk, entity: Entity, values: Mapping[str, Any], id: int | None, step: str | None, workflow: str | None
) -> Evaluation:
    force, call = desk.force, desk.call
    stored: Record | None = None
    if id is not None:
        stored = (await force.store.get_many(desk.work, entity.id, [id], lines=True)).get(id)
        seen = await visible(desk, entity, stored)
    else:
        seen = force.rights.projection(call.actor, entity.id)
    writable, below = split(entity, {name: each for name, each in values.items() if _may_send(entity, name, seen)})
    parsed, faults = await incoming(force, desk.work, call, entity, writable, seen, stored)
    if stored is not None:
        record = {**stored, **derive.row_defaults(force.types, entity, merged_lines(entity, stored, parsed))}
    else:
        parsed = bound_to(desk, entity, parsed)
        record = {**derive.with_defaults(force.types, entity.fields, dict(parsed), parsed), "id": 0}
    needed = derive_needs(desk, entity)
    chosen = _workflow(desk, entity, stored, workflow)
    if chosen is not None:
        needed = joined(needed, of_workflow(chosen))
    if stored is not None and stored.get("state"):
        record["state"] = codec.state_of(stored["state"])
    (known,) = await desk.loader.load(entity, [record], needed)
    known = derive.copied(entity.fields, known, stored, parsed)
    faults += _put_below(desk, entity, known, below)
    env = call.env(force, known)
    made = derive.computed(force.types, entity, known, env)
    if chosen is None and entity.workflows:
        chosen = workflow_for(desk, entity, made)
    env = replace(env, record=made)
    asked = _asked(chosen, step)
    (json,) = await shown(force, desk.work, call, entity, [{**record, **flat(entity, made)}], [seen])
    text, show, readonly, required, options = _faces(desk, entity, made, env, asked)
    guarded = guard(entity, parsed, stored, made, env)
    errors = (*faults, *guarded, *required_faults(entity, made, env), *_missing(force, entity, made, asked))
    parts = {each: holds(condition, env, made) for each, condition in entity.parts.items()}
    return Evaluation(
        json, text, show, readonly, required, options, _distinct(errors), _totals(desk, entity, made), parts
    )


def _put_below(desk: Desk, entity: Entity, known: Record, below: Beyond) -> tuple[Reason, ...]:
    """Put what is typed for the records referred to into the loaded record; return what is wrong with it."""
    faults: list[Reason] = []
    for name, values in below.items():
        target = desk.force.blueprint.entities[entity.fields[name].to or ""]
        parsed, wrong = parse_values(desk.force.types, target.fields, values, desk.call.locale)
        faults += [replace(each, where=f"/{name}{each.where or ''}") for each in wrong]
        if isinstance(known.get(name), Mapping):
            known[name] = {**known[name], **parsed}
    return tuple(faults)


def _may_send(entity: Entity, name: str, seen: Any) -> bool:
    field = entity.fields.get(name)
    return field is None or (field.formula is None and seen.writes(name))


def _workflow(desk: Desk, entity: Entity, stored: Record | None, named: str | None) -> Workflow | None:
    workflows = desk.force.blueprint.workflows
    if stored is not None and stored.get("workflow"):
        return workflows.get(stored["workflow"])
    return workflows.get(named) if named else None


def _asked(workflow: Workflow | None, step: str | None) -> frozenset[tuple[str, ...]]:
    if workflow is None or step is None:
        return frozenset()
    lane = workflow.lanes.get(step)
    if lane is not None:
        return frozenset(lane.asks)
    declared = workflow.step(step) or next(
        (each for one in workflow.lanes.values() for each in one.steps if each.id == step), None
    )
    return frozenset(declared.asks) if declared is not None else frozenset()


def _faces(desk: Desk, entity: Entity, record: Record, env: Env, asked: frozenset[tuple[str, ...]]) -> tuple[Any, ...]:
    text: dict[str, str] = {}
    show: dict[str, bool] = {}
    readonly: dict[str, bool] = {}
    required: dict[str, bool] = {}
    options: dict[str, tuple[str, ...]] = {}

    def face(field: Field, row: Mapping[str, Any], pointer: str, path: tuple[str, ...], inner: Env) -> None:
        kind = desk.force.types.of(field)
        if not field.fields:
            value = row.get(field.id)
            text[pointer] = kind.to_text(
                value.get("id") if isinstance(value, Mapping) and kind.target(field) else value,
                field, desk.call.locale, inner.zone,
            )  # fmt: skip
        if field.visible_when is not None:
            show[pointer] = holds(field.visible_when, inner, row)
        if field.formula is not None:
            readonly[pointer] = True
        elif field.readonly_when is not None:
            readonly[pointer] = holds(field.readonly_when, inner, row)
        needed = (field.required and not is_automatic(field, row)) or path in asked
        required[pointer] = needed or (field.required_when is not None and holds(field.required_when, inner, row))
        if field.options_when:
            kept = [id for id in field.options if _offered(field, id, inner, row)]
            options[pointer] = tuple(kept)

    for field in entity.fields.values():
        face(field, record, f"/{field.id}", (field.id,), env)
        for position, row in enumerate(record.get(field.id) or () if field.fields else ()):
            inner = replace(env, record=row, parent=record)
            for each in field.fields.values():
                face(each, row, f"/{field.id}/{position}/{each.id}", (field.id, each.id), inner)
    return text, show, readonly, required, options


def _offered(field: Field, option: str, env: Env, row: Mapping[str, Any]) -> bool:
    condition = field.options_when.get(option)
    return condition is None or holds(condition, env, row)


def _missing(force: Force, entity: Entity, record: Record, asked: frozenset[tuple[str, ...]]) -> list[Reason]:
    faults = []
    for path in sorted(asked):
        field = field_at(force, entity, path)
        if field is None:
            continue
        if len(path) == 1:
            if blank(record.get(path[0])):
                faults.append(reason("missing", f"/{path[0]}", field=field.label))
            continue
        rows = record.get(path[0]) or ()
        if isinstance(rows, Mapping):
            if blank(rows.get(path[1])):
                faults.append(reason("missing", f"/{path[0]}/{path[1]}", field=field.label))
        elif isinstance(rows, list | tuple):
            faults += [
                reason("missing", f"/{path[0]}/{n}/{path[1]}", field=field.label)
                for n, row in enumerate(rows) if blank(row.get(path[1]))
            ]  # fmt: skip
            if not rows:
                faults.append(reason("missing", f"/{path[0]}", field=entity.fields[path[0]].label))
    return faults


def _distinct(faults: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Return the faults, only the first at each place."""
    found: dict[str | None, Reason] = {}
    for each in faults:
        found.setdefault(each.where, each)
    return tuple(found.values())


def _totals(desk: Desk, entity: Entity, record: Record) -> dict[str, str]:
    """Return the formulas of the record that sum its lines, as text: what stands under the grid."""
    lines = {field.id for field in entity.fields.values() if field.fields}
    return {
        field.id: desk.force.types.of(field).to_text(record.get(field.id), field, desk.call.locale)
        for field in entity.fields.values()
        if field.formula is not None and any(path[0] in lines for path in field.formula.reads)
    }
