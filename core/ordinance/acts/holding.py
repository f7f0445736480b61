"""Take a document up, locked, with everything the engine needs; or begin a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from ordinance.acts import codec, derive, writing
from ordinance.acts.coding import coded
from ordinance.acts.desk import Desk, Held, refuse
from ordinance.acts.running import run
from ordinance.blueprint import Entity, Field
from ordinance.expressions import UnknownValue
from ordinance.fields import parse_values
from ordinance.problems import Text, reason
from ordinance.process import ProcessState, Request, Workflow

Record = dict[str, Any]


async def hold(desk: Desk, entity: str, id: int) -> Held | None:
    """Return a document, its row locked until the act ends; None if there is none. The same one every time."""
    if (entity, id) in desk.held:
        return desk.held[entity, id]
    declared = desk.force.blueprint.entities[entity]
    found = await desk.force.store.hold(desk.work, entity, id)
    record, rows = found if found is not None else ({}, [])
    state = codec.state_of(record["state"]) if found is not None else None
    workflow = await _workflow(desk, record, state) if state is not None else None
    if workflow is None or state is None:
        return None
    if workflow.revision != desk.force.blueprint.revision:
        # What it goes by may speak of fields that are retired.
        declared = cast(Entity, desk.force.store.records[entity].entity)
    held = Held(
        entity=declared,
        workflow=workflow,
        stored=record,
        state=typed_state(desk, declared, state),
        ledger=tuple(codec.ledger_of(row) for row in rows),
        record=dict(record),
        version=record["version"],
    )
    desk.held[entity, id] = held
    return held


async def _workflow(desk: Desk, record: Record, state: ProcessState) -> Workflow | None:
    """Return the workflow a document goes by: the present one, unless it is to finish under another (engine M6)."""
    id = record.get("workflow") or ""
    present = desk.force.blueprint.workflows.get(id)
    if state.hold is None or state.revision == desk.force.blueprint.revision:
        return present
    pinned = desk.force.past.pinned.get((id, state.revision))
    if pinned is not None:
        return pinned
    former = await desk.force.past.blueprint(desk.work, desk.force.store, state.revision)
    return (former.workflows.get(id) if former is not None else None) or present


def typed_state(desk: Desk, entity: Entity, state: ProcessState) -> ProcessState:
    """Return the state with what a lane proposes as typed values again; JSON keeps decimals and dates as text."""
    if state.lane is None or not state.lane.proposed:
        return state
    fields = {name: entity.fields[name] for name in state.lane.proposed if name in entity.fields}
    parsed, _ = parse_values(desk.force.types, fields, state.lane.proposed, desk.call.locale)
    proposed = {name: _referring(fields[name], value) for name, value in parsed.items()}
    return replace(state, lane=replace(state.lane, proposed=proposed))


def _referring(field: Field, value: Any) -> Any:
    """Return a stored value as the engine sees it: a reference as a record with its id."""
    if field.fields:
        return [{name: _referring(field.fields[name], each) if name in field.fields else each
                 for name, each in row.items()} for row in value or ()]  # fmt: skip
    return {"id": value} if field.to is not None and value is not None else value


def workflow_for(desk: Desk, entity: Entity, fields: Mapping[str, Any], source: Any = None) -> Workflow | None:
    """Return the workflow a new document takes: the first whose `when` holds for it (engine R21)."""
    env = desk.call.env(desk.force, fields)
    for workflow in desk.force.blueprint.variants(entity.id):
        try:
            if workflow.when is None or workflow.when.evaluate(env) is True:
                return workflow
        except UnknownValue:
            continue
    return None


def check_opening(desk: Desk, workflow: Workflow, fields: Mapping[str, Any]) -> None:
    """Refuse a document that may not start through this door or from this record.

    Raises:
        RefusedSignal: `not_opened_here`.
    """
    ways = [each for each in workflow.openings if not each.events and each.every is None]
    if not ways or desk.call.channel == "system":
        return
    through = [each for each in ways if not each.via or desk.call.channel in each.via]
    if not through:
        channel = CHANNELS[desk.call.channel]
        raise refuse(
            "conflict", reason("not_opened_here", None, channel=channel, got=desk.call.channel, place=workflow.place)
        )
    env = desk.call.env(desk.force, fields)
    if any(each.when is None or _holds(each.when, env) for each in through):
        return
    raise refuse(
        "conflict", reason("not_opened_here", "/".join(("", *(through[0].source or ()))), channel=workflow.label)
    )


CHANNELS = {
    "office": Text("公司页面", "the company's pages"),
    "portal": Text("客户页面", "the customers' pages"),
    "api": Text("接口", "the API"),
    "import": Text("导入", "an import"),
    "system": Text("系统", "the system"),
}
"""What each door is called."""


def _holds(expression: Any, env: Any) -> bool:
    try:
        return expression.evaluate(env) is True
    except UnknownValue:
        return False


async def start(desk: Desk, entity: Entity, workflow: Workflow, values: Record, request: Request) -> Held:
    """Begin a document of a workflow with these stored values and run its creation; the caller has it written."""
    id = desk.new_document()
    codes, faults = await coded(desk, entity, values)
    if faults:
        raise refuse("invalid", *faults)
    values = {**values, **codes}
    filled = derive.with_defaults(desk.force.types, entity.fields, {**values, "id": id}, values)
    record = {
        **filled,
        "number": None,
        "workflow": workflow.id,
        "created_at": desk.call.now,
        "created_by": desk.call.actor.id,
        "version": 0,
    }
    state = ProcessState(revision=desk.force.blueprint.revision, variant=workflow.id)
    held = Held(entity, workflow, {}, state, (), record, is_new=True, has_row=False, has_waits=False)
    desk.held[entity.id, id] = held
    await run(desk, held, request, values, later=True)
    return held


async def open_document(desk: Desk, workflow: Workflow, values: Record, *, cause: str) -> Held:
    """Open a document because something happened, or the calendar says so; nobody asks for it by hand."""
    entity = desk.force.blueprint.entities[workflow.entity]
    request = Request(str(desk.work.new_id(desk.call.now)), "create", cause=cause, may=frozenset({"create"}))
    held = await start(desk, entity, workflow, values, request)
    await writing.write(desk, held)
    desk.opened.append((entity.id, held.id))
    return held
