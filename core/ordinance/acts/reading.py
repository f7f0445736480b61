"""Read: one record, a list, suggestions. What is seen is decided once, in the access room, and in the query itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from ordinance.access import Rows
from ordinance.acts.desk import Desk, RefusedSignal
from ordinance.acts.house import Call, Force, House
from ordinance.acts.narrowing import DUE, due_condition, search_conditions, view_condition
from ordinance.acts.outcomes import Filter, Joint, Page, Path, Query, Refused, View
from ordinance.acts.rules import fragments
from ordinance.acts.seeing import not_allowed, visible
from ordinance.acts.showing import shown
from ordinance.acts.standing import status_of
from ordinance.acts.versions import current_only
from ordinance.blueprint import Entity, Field
from ordinance.fields import Reasons
from ordinance.problems import Reason, Text, reason
from ordinance.storage import Condition, CursorError, Fragment, Select

LIMIT_MAX = 200
"""Rows of one page at most."""

SYSTEM_FIELDS = ("id", "version", "created_at", "number", "workflow", "phase", "ended")
"""Names beside the fields by which a list may be filtered and sorted."""


async def read(house: House, call: Call, entity: str, id: int, *, fields: tuple[str, ...] = ()) -> View | Refused:
    """Return one record as the actor sees it."""
    declared = house.blueprint.entities.get(entity)
    if declared is None:
        return Refused("not_found", (reason("no_such_path"),))
    force = house.force
    async with house.database.work(write=False) as work:
        desk = Desk.of(force, work, call, {})
        record = (await force.store.get_many(work, entity, [id], lines=True)).get(id)
        try:
            seen = await visible(desk, declared, record)
        except RefusedSignal as no:
            return no.refused
        assert record is not None
        await force.past.recall(work, force.store, [record], force.blueprint.revision)
        (made,) = await shown(force, work, call, declared, [record], [seen], fields)
        levels = {path: seen.level(path) for path in _paths(declared) if seen.level(path) != "hidden"}
        return View(
            entity, id, record["version"], made, record.get("workflow"),
            tuple(made.get("waits_at") or ()), status_of(force, record), levels, force.workflow_of(record),
        )  # fmt: skip


def _paths(entity: Entity) -> list[str]:
    inner = [f"{field.id}.{name}" for field in entity.fields.values() for name in field.fields]
    return [*entity.fields, *inner]


async def listing(house: House, call: Call, entity: str, query: Query) -> Page | Refused:
    """Return one page of a list; a name that is not there, or that the actor may not read, is an unknown parameter."""
    declared = house.blueprint.entities.get(entity)
    if declared is None:
        return Refused("not_found", (reason("no_such_path"),))
    force = house.force
    if not force.rights.may(call.actor, "read", entity):
        return Refused("not_allowed", (not_allowed(declared, "read"),))
    select, faults = await select_of(house, force, call, declared, query)
    if faults or select is None:
        return Refused("bad_request", faults)
    async with house.database.work(write=False) as work:
        try:
            rows = await force.store.records[entity].query(work, select)
        except CursorError:
            return Refused(
                "bad_request", (reason("bad_parameter", "cursor", name="cursor", detail=query.cursor or ""),)
            )
        if force.rights.projection(call.actor, entity).uniform:
            seen = [force.rights.projection(call.actor, entity)] * len(rows.items)
        else:
            desk = Desk.of(force, work, call, {})
            seen = [await visible(desk, declared, record) for record in rows.items]
        items = await shown(force, work, call, declared, rows.items, seen, query.fields)
        return Page(tuple(items), rows.next, rows.count)


async def select_of(
    house: House, force: Force, call: Call, entity: Entity, query: Query
) -> tuple[Select | None, tuple[Reason, ...]]:
    """Return what storage is asked for, or everything that is wrong with what the caller asked."""
    faults: list[Reason] = []
    paths = [*paths_of(query.filter), *(path for path, _ in query.sort), *query.group]
    paths += [each.path for each in query.figures if each.path]
    rows = force.rights.rows(
        call.actor, entity.id, "read", reading=[".".join(path) for path in paths if _known(entity, path)]
    )
    seen = force.rights.projection(call.actor, entity.id)
    where: list[Condition | Fragment] = []
    for each in query.filter:
        found = await _found(house, force, call, entity, each, faults)
        where += [found] if found is not None else []
    if query.view:
        reads = partial(readable, force, call, entity)
        where += view_condition(force, call, entity, query.view, reads, faults)
    found_by = search_conditions(force, call, entity, query.search)
    where += found_by
    for path, _ in query.sort:
        if not readable(force, call, entity, path) or len(path) > 2:
            faults.append(reason("unknown_parameter", "sort", name=f"sort={'.'.join(path)}"))
    faults += [
        reason("unknown_parameter", "fields", name=f"fields={name}")
        for name in query.fields
        if name != "created_at" and not (name in entity.fields and seen.reads(name))
    ]
    if not 1 <= query.limit <= LIMIT_MAX:
        faults.append(reason("bad_parameter", "limit", name="limit", detail=f"1…{LIMIT_MAX}"))
    if faults:
        return None, tuple(faults)
    wanted = query.fields or tuple(entity.fields)
    lines = any(entity.fields[name].fields for name in wanted if name in entity.fields)
    any_of = _shown_of(force, call, entity, rows, query)
    only = _read_for(force, call, entity, query.fields) if query.fields else None
    return Select(
        where=tuple(where), any_of=any_of, sort=query.sort or (), step=query.step,
        search="" if found_by else query.search,
        limit=query.limit, cursor=query.cursor, count=query.count, lines=lines, only=only,
    ), ()  # fmt: skip


def _read_for(force: Force, call: Call, entity: Entity, fields: tuple[str, ...]) -> frozenset[str]:
    """Return what must be read of each record to show some fields of it, and to know what the actor sees of it."""
    rules = force.rights.rows(call.actor, entity.id, "read").reads
    return frozenset((*fields, *(path[0] for path in rules), "state"))


def _shown_of(force: Force, call: Call, entity: Entity, rows: Rows, query: Query) -> tuple[Fragment, ...] | None:
    """Return which rows a list shows: of several versions the one in force, unless it is asked what waits at a step."""
    any_of = fragments(force, call, entity, rows)
    return any_of if query.step is not None else current_only(entity, any_of)


def field_at(force: Force, entity: Entity, path: Path) -> Field | None:
    """Return the field at a path that may lead through references and into lines."""
    spot: Any = entity.fields
    field = None
    for name in path:
        field = spot.get(name) if spot is not None else None
        if field is None:
            return None
        target = force.blueprint.entities.get(force.types.of(field).target(field) or "")
        spot = field.fields or (target.fields if target is not None else None)
    return field


def _known(entity: Entity, path: Path) -> bool:
    return path[0] in entity.fields


def readable(force: Force, call: Call, entity: Entity, path: Path) -> bool:
    """Return whether a path leads to something the actor may read: a condition on a hidden value would give it away."""
    if path[0] in SYSTEM_FIELDS and len(path) == 1:
        return entity.workflows or path[0] in ("id", "version", "created_at")
    field = field_at(force, entity, path)
    if field is None:
        return False
    owner, inside = entity, path
    while inside:
        head = owner.fields[inside[0]]
        here = inside if head.fields else inside[:1]
        if not force.rights.projection(call.actor, owner.id).reads(here[:2]):
            return False
        if head.fields or force.types.of(head).target(head) is None or len(inside) == 1:
            return True
        owner, inside = force.blueprint.entities[head.to or ""], inside[1:]
        if not force.rights.may(call.actor, "read", owner.id):
            return False
    return True


def paths_of(filters: Iterable[Filter | Joint]) -> Iterator[Path]:
    """Yield the path of every condition, however deep it stands."""
    for each in filters:
        if isinstance(each, Filter):
            yield each.path
        else:
            yield from paths_of(each.parts)


async def _found(
    house: House, force: Force, call: Call, entity: Entity, each: Filter | Joint, faults: list[Reason]
) -> Condition | Fragment | None:
    """Return a condition as storage takes it; None, and a fault more, if it cannot be."""
    if isinstance(each, Filter):
        found = await _condition(house, force, call, entity, each)
        if isinstance(found, Reason):
            faults.append(found)
            return None
        return found
    parts = [await _found(house, force, call, entity, part, faults) for part in each.parts]
    records = force.store.records[entity.id]
    made = [part if isinstance(part, Fragment) else records.condition(part) for part in parts if part is not None]
    args = tuple(arg for part in made for arg in part.args)
    if each.kind == "not":
        # What is neither true nor false, because a value is empty, counts as false: so its opposite is true.
        return Fragment(" AND ".join(f"({part.sql}) IS NOT TRUE" for part in made), args)
    return Fragment(f" {each.kind.upper()} ".join(f"({part.sql})" for part in made), args)


async def _condition(
    house: House, force: Force, call: Call, entity: Entity, each: Filter
) -> Condition | Fragment | Reason:
    name = f"filter[{'.'.join(each.path)}][{each.op}]"
    if each.path == DUE and entity.workflows and DUE[0] not in entity.fields:
        return due_condition(entity, each, name)
    if not readable(force, call, entity, each.path):
        return reason("unknown_parameter", name, name=name)
    field = field_at(force, entity, each.path)
    if field is None:
        return _system_condition(each, name)
    kind = force.types.of(field)
    if each.op not in kind.operators:
        return reason("unknown_parameter", name, name=name)
    if each.op in ("empty", "exists"):
        if each.value not in ("true", "false"):
            return reason("bad_parameter", name, name=name, detail=str(each.value))
        return Condition(each.path, each.op, each.value == "true")
    texts = (each.value,) if isinstance(each.value, str) else each.value
    values = []
    for text in texts:
        value = _lenient(kind, field, each.op, text)
        if isinstance(value, Reasons):
            return reason("bad_parameter", name, name=name, detail=value[0].message)
        values.append(value)
    target = kind.target(field)
    if target is not None:
        values = await _ids(house, force, target, values)
    return Condition(each.path, each.op, values if each.op in ("in", "nin") else (values[0] if values else None))


def _lenient(kind: Any, field: Field, op: str, text: str) -> Any:
    return text if op in ("contains", "starts_with") else kind.parse_text(text, field)


async def _ids(house: House, force: Force, entity: str, values: list[Any]) -> list[Any]:
    """Return references given by key as ids; a key that stands for nothing matches nothing."""
    keys = {value.text for value in values if hasattr(value, "text")}
    if not keys:
        return values
    async with house.database.work(write=False) as work:
        found = await force.store.ids_by_key(work, entity, keys)
    return [next(iter(found.get(value.text, ())), -1) if hasattr(value, "text") else value for value in values]


def _system_condition(each: Filter, name: str) -> Condition | Reason:
    if each.path[0] == "created_at":
        from datetime import datetime

        try:
            moment = datetime.fromisoformat(str(each.value))
        except ValueError:
            return reason("bad_parameter", name, name=name, detail=str(each.value))
        if moment.tzinfo is None:
            return reason("bad_parameter", name, name=name, detail=str(each.value))
        return (
            Condition(each.path, each.op, moment)
            if each.op in ("lt", "lte", "gt", "gte")
            else reason("unknown_parameter", name, name=name)
        )
    if each.op not in ("eq", "neq", "in", "nin", "starts_with", "contains", "empty", "exists"):
        return reason("unknown_parameter", name, name=name)
    value: Any = each.value
    if each.path[0] in ("id", "version"):
        try:
            value = int(value) if isinstance(value, str) else [int(one) for one in value]
        except ValueError:
            return reason("bad_parameter", name, name=name, detail=str(each.value))
        if each.op in ("starts_with", "contains") or not _small(value):
            return reason("bad_parameter", name, name=name, detail=str(each.value))
    if each.op in ("empty", "exists"):
        value = each.value == "true"
    if each.op in ("in", "nin") and isinstance(value, str | int):
        value = [value]
    return Condition(each.path, each.op, value)


def _small(value: Any) -> bool:
    return all(abs(each) < 2**63 for each in (value if isinstance(value, list) else [value]))


def label_of(field: Field) -> Text:
    """Return the label of a field, or its id when it has none."""
    return field.label or Text.of(field.id)
