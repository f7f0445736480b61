"""Create, change and delete records, documents included. One act, one transaction; every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ordinance.access import ACCOUNT
from ordinance.acts import derive, writing
from ordinance.acts.beyond import Beyond, own_forms, split, write_beyond
from ordinance.acts.changing import change, log
from ordinance.acts.coding import coded
from ordinance.acts.desk import Desk, Held, refuse
from ordinance.acts.guarding import blank, guard, required_faults
from ordinance.acts.holding import check_opening, hold, start, workflow_for
from ordinance.acts.house import Call, House
from ordinance.acts.incoming import incoming, merged_lines
from ordinance.acts.opening import taken_over
from ordinance.acts.outcomes import Done, Refused
from ordinance.acts.people import keep_rules
from ordinance.acts.running import derive_needs, loaded, run
from ordinance.acts.seeing import demand, not_allowed, visible
from ordinance.acts.steps import allowed, request_for
from ordinance.acts.transaction import act, under_one_revision
from ordinance.acts.versions import has_versions, key_is_free, next_values, outlives
from ordinance.blueprint import Entity
from ordinance.problems import Reason, reason
from ordinance.process import Workflow
from ordinance.process.advance import DONE

Record = dict[str, Any]


@under_one_revision
async def create(
    house: House, call: Call, target: str, values: Mapping[str, Any], *, draft: bool = False, dry: bool = False
) -> Done | Refused:
    """Create a record.

    A new document takes the first workflow that fits, or the one named; unless it is to stay a draft, or its workflow
    has none, it passes its first step at once when that step's form is complete.

    Args:
        house: The site.
        call: Who asks.
        target: An entity, or a workflow of one.
        values: JSON-like values by field.
        draft: Keep it a draft.
        dry: Say what would be, and write nothing.
    """
    blueprint = house.blueprint
    workflow = blueprint.workflows.get(target)
    entity = blueprint.entities.get(workflow.entity if workflow is not None else target)
    if entity is None:
        return Refused("not_found", (reason("no_such_path"),))
    named = workflow if workflow is not None and target not in blueprint.entities else None

    async def body(desk: Desk) -> Done:
        return await _create(desk, entity, named, values, draft=draft)

    return await act(house, call, body, dry=dry)


async def _create(
    desk: Desk, entity: Entity, named: Workflow | None, values: Mapping[str, Any], *, draft: bool
) -> Done:
    await demand(desk, entity, "create")
    seen = desk.force.rights.projection(desk.call.actor, entity.id)
    own, below = split(entity, values)
    parsed, faults = await incoming(desk.force, desk.work, desk.call, entity, own, seen)
    parsed = bound_to(desk, entity, parsed)
    if entity.workflows:
        chosen = named or workflow_for(desk, entity, {**parsed, "id": 0})
        parsed = {**(await taken_over(desk, chosen, parsed) if chosen is not None else {}), **parsed}
    filled = derive.with_defaults(desk.force.types, entity.fields, dict(parsed), parsed)
    (known,) = await desk.loader.load(entity, [{**filled, "id": 0}], derive_needs(desk, entity))
    known = derive.copied(entity.fields, known, None, parsed)
    if entity.workflows:
        return await _create_document(desk, entity, named, parsed, known, faults, below, draft=draft)
    faults += tuple(reason("not_editable", f"/{name}", field=entity.fields[name].label) for name in below)
    codes, wrong = await coded(desk, entity, known)
    known, faults = {**known, **codes}, (*faults, *wrong)
    record = derive.computed(desk.force.types, entity, known, desk.call.env(desk.force, known))
    env = desk.call.env(desk.force, record)
    faults = (*faults, *guard(entity, parsed, None, record, env), *required_faults(entity, record, env))
    if faults:
        raise refuse("invalid", *faults)
    stored = writing.flat(entity, record) | {"id": desk.work.new_id(desk.call.now)}
    if entity.id == ACCOUNT:
        await keep_rules(desk, stored, None)
    else:
        await demand(desk, entity, "create", stored)
    await desk.force.store.insert(desk.work, entity.id, stored, desk.call.now, str(desk.call.actor.id))
    await log(desk, entity, stored["id"], "create", {}, stored)
    desk.touched.append((entity.id, stored))
    return Done(entity.id, stored["id"], 1, {}, created=True)


async def _create_document(
    desk: Desk, entity: Entity, named: Workflow | None, parsed: Record, known: Record,
    faults: Iterable[Reason], below: Beyond, *, draft: bool,
) -> Done:  # fmt: skip
    workflow = named or workflow_for(desk, entity, known)
    if workflow is None:
        raise refuse("conflict", reason("not_opened_here", None, channel=entity.label))
    joined = await _joined(desk, entity, workflow, parsed)
    if joined is not None:
        return joined
    faults = (*faults, *guard(entity, parsed, None, known, desk.call.env(desk.force, known)))
    if faults:
        raise refuse("invalid", *faults)
    source = next((each.source for each in workflow.openings if each.source), None)
    fields = await _with_source(desk, entity, workflow, parsed, known) if source else known
    check_opening(desk, workflow, fields)
    may = desk.force.rights.acts(desk.call.actor, entity.id, workflow.id)
    creation = request_for(desk, workflow, "create", may=may | {"create"})
    await key_is_free(desk, entity, parsed)
    held = await start(desk, entity, workflow, parsed, creation)
    await demand(desk, entity, "create", {**held.record, "workflow": workflow.id})
    await write_beyond(desk, held, parsed, below, own_forms(desk, held))
    return await _go_on(desk, held, may, draft=draft)


async def _go_on(desk: Desk, held: Held, may: frozenset[str], *, draft: bool) -> Done:
    """Have a new document pass its first step if it can, and write it."""
    waits = held.state.waits if held.state.phase == "draft" else ()
    first = next((each for each in waits if _may_pass(desk, held.workflow, each, may)), next(iter(waits), None))
    warnings: tuple[Reason, ...] = ()
    if first is not None and not draft and await _passes(desk, held, first, may):
        passed = await run(desk, held, request_for(desk, held.workflow, "pass", step=first, may=may))
        warnings = passed.warnings
    else:
        await writing.write(desk, held)
    return Done(held.entity.id, held.id, held.version, {}, warnings=warnings, created=True)


async def _passes(desk: Desk, held: Held, first: str, may: frozenset[str]) -> bool:
    """Return whether a new document goes on at once: its first form is complete, or it may not be kept as a draft."""
    able = _may_pass(desk, held.workflow, first, may) and await complete(desk, held, first)
    return able or _no_drafts(held.workflow)


def _may_pass(desk: Desk, workflow: Workflow, step: str, may: frozenset[str]) -> bool:
    """Return whether the actor may do a step: by a role the step names, or, when it names nobody, by a grant."""
    declared = workflow.step(step)
    if declared is None:
        return False
    roles = set(desk.call.actor.all_roles())
    return bool(roles & set(declared.by)) if declared.by else step in may


def _no_drafts(workflow: Workflow) -> bool:
    return any(not each.draft for each in workflow.openings)


async def complete(desk: Desk, held: Held, step: str) -> bool:
    """Return whether everything that the step's form asks is there, so that nobody has to be asked."""
    declared = held.workflow.step(step)
    fields = await loaded(desk, held, held.record)
    return declared is not None and all(_filled(fields, path) for path in declared.asks)


def _filled(value: Any, path: tuple[str, ...]) -> bool:
    if not path:
        return not blank(value)
    if isinstance(value, Mapping):
        return _filled(value.get(path[0]), path[1:])
    if isinstance(value, list | tuple):
        return bool(value) and all(_filled(each, path) for each in value)
    return False


async def _with_source(desk: Desk, entity: Entity, workflow: Workflow, parsed: Record, known: Record) -> Record:
    """Return the fields with the record it is opened from loaded as far as `opens.when` reads it."""
    from ordinance.acts.needs import of_expressions

    needed = of_expressions([each.when for each in workflow.openings])
    (again,) = await desk.loader.load(entity, [{**writing.flat(entity, known), **parsed, "id": 0}], needed)
    return again


async def _joined(desk: Desk, entity: Entity, workflow: Workflow, parsed: Record) -> Done | None:
    """Join the open document that has the same key: whoever comes second adds to it (language.md §3 `opens`)."""
    key = entity.key
    if key is None or parsed.get(key) is None or not workflow.openings:
        return None
    found = await desk.force.store.find(desk.work, entity.id, {key: parsed[key]}, limit=1)
    if not found:
        return None
    held = await hold(desk, entity.id, found[0]["id"])
    if held is None or held.state.phase in ("complete", "cancelled"):
        raise refuse("conflict", reason("not_unique", f"/{key}", label=entity.fields[key].label, got=parsed[key]))
    may = desk.force.rights.acts(desk.call.actor, entity.id, workflow.id)
    values = merged_lines(entity, held.record, {name: value for name, value in parsed.items() if name != key})
    for step in held.state.waits:
        if _may_pass(desk, workflow, step, may):
            await run(desk, held, request_for(desk, workflow, "pass", step=step, may=may), values)
            return Done(entity.id, held.id, held.version, {})
    raise refuse("not_allowed", not_allowed(entity, "update"))


def bound_to(desk: Desk, entity: Entity, parsed: Record) -> Record:
    """Return the values with the record an account is bound to in the fields that refer to it and were left out."""
    of = desk.call.actor.of
    if of is None:
        return parsed
    filled = dict(parsed)
    for field in entity.fields.values():
        if field.to == of[0] and filled.get(field.id) is None:
            filled[field.id] = of[1]
    return filled


@under_one_revision
async def update(
    house: House, call: Call, entity: str, id: int, values: Mapping[str, Any], *,
    version: int | None, dry: bool = False,
) -> Done | Refused:  # fmt: skip
    """Change fields of a record.

    Args:
        house: The site.
        call: Who asks.
        entity: The kind of record.
        id: The record.
        values: The fields to change; a row of lines without an id is new, one that is left out goes away.
        version: The version the caller saw; another one there now is `stale`. None only for the house itself.
        dry: Say what would be, and write nothing.
    """
    declared = house.blueprint.entities.get(entity)
    if declared is None:
        return Refused("not_found", (reason("no_such_path"),))

    async def body(desk: Desk) -> Done:
        record = await desk.force.store.lock(desk.work, entity, id)
        seen = await visible(desk, declared, record)
        assert record is not None
        own, below = split(declared, values)
        parsed, faults = await incoming(desk.force, desk.work, desk.call, declared, own, seen, record)
        if version is not None and version != record["version"]:
            raise refuse("stale", reason("stale", None, wanted=version, got=record["version"]))
        if faults:
            raise refuse("invalid", *faults)
        parsed = merged_lines(declared, record, parsed)
        if declared.workflows and record.get("workflow") and not outlives(declared, record):
            return await _edit_document(desk, declared, id, parsed, below)
        await demand(desk, declared, "update", record)
        if below:
            raise refuse(
                "invalid", *(reason("not_editable", f"/{name}", field=declared.fields[name].label) for name in below)
            )
        if declared.append_only:
            raise refuse("conflict", reason("append_only"))
        return await change(desk, declared, record, parsed)

    return await act(house, call, body, dry=dry)


async def _edit_document(desk: Desk, entity: Entity, id: int, parsed: Record, below: Beyond) -> Done:
    held = await hold(desk, entity.id, id)
    assert held is not None
    may = await allowed(desk, held)
    if has_versions(entity) and held.state.ended == DONE:
        return await _new_version(desk, held, parsed, may)
    before = dict(held.record)
    await write_beyond(desk, held, parsed, below, own_forms(desk, held))
    await run(desk, held, request_for(desk, held.workflow, "edit", may=may), parsed)
    desk.touched.append((entity.id, before))
    return Done(entity.id, id, held.version, {})


async def _new_version(desk: Desk, held: Held, parsed: Record, may: frozenset[str]) -> Done:
    """Begin the document that is to replace a done one, with the changes that were sent."""
    await demand(desk, held.entity, "update", held.record)
    values = await next_values(desk, held, parsed)
    (known,) = await desk.loader.load(held.entity, [{**values, "id": 0}], derive_needs(desk, held.entity))
    faults = guard(held.entity, parsed, held.record, known, desk.call.env(desk.force, known))
    if faults:
        raise refuse("invalid", *faults)
    creation = request_for(desk, held.workflow, "create", may=may | {"create"})
    return await _go_on(desk, await start(desk, held.entity, held.workflow, values, creation), may, draft=False)


@under_one_revision
async def delete(house: House, call: Call, entity: str, id: int, *, version: int | None) -> Done | Refused:
    """Delete a record: a draft, or any record of an entity that allows it and to which nothing refers."""
    declared = house.blueprint.entities.get(entity)
    if declared is None:
        return Refused("not_found", (reason("no_such_path"),))

    async def body(desk: Desk) -> Done:
        record = await desk.force.store.lock(desk.work, entity, id)
        await visible(desk, declared, record)
        assert record is not None
        await demand(desk, declared, "delete", record)
        if version is not None and version != record["version"]:
            raise refuse("stale", reason("stale", None, wanted=version, got=record["version"]))
        if declared.append_only:
            raise refuse("conflict", reason("append_only"))
        if declared.delete == "never" or (declared.workflows and record.get("phase") != "draft"):
            raise refuse("conflict", reason("not_deletable", None, entity=declared.label))
        if entity == ACCOUNT:
            await keep_rules(desk, record, record, gone=True)
        await desk.force.store.delete(desk.work, entity, id, now=desk.call.now, by=str(desk.call.actor.id))
        desk.touched.append((entity, record))
        await log(desk, declared, id, "delete", record, dict.fromkeys(declared.fields))
        return Done(entity, 0, record["version"], {})

    return await act(house, call, body)
