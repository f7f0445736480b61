"""Totals of a list: the same conditions, rows and fields as the list itself shows the actor, worked out by group.

What may not be read may not be counted by, added up or compared either: the figure would give it away.
Source: design.md §3 rule 6, §9; peers.md §4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from ordinance.acts.house import Call, Force, House
from ordinance.acts.outcomes import Figure, Page, Path, Query, Refused
from ordinance.acts.reading import SYSTEM_FIELDS, field_at, readable, select_of
from ordinance.acts.seeing import not_allowed
from ordinance.acts.showing import shown
from ordinance.blueprint import Entity
from ordinance.problems import Reason, reason
from ordinance.storage import CursorError, Measure, Totals, Work
from ordinance.storage.records.grouping import Function, Group

GROUPS_MAX = 4
"""Fields one may group by at once."""

FIGURES_MAX = 20
"""Figures of one answer."""

_KINDS = frozenset({"text", "choice", "number", "boolean", "date", "datetime", "record"})
_COMMON = frozenset(SYSTEM_FIELDS) - {"id", "version", "created_at", "number"}
_WAITS_AT = ("waits_at",)
"""Where a document waits: its steps, apart by a blank. Only groups may be made of it; lists ask for a step."""


async def aggregate(house: House, call: Call, entity: str, query: Query) -> Page | Refused:
    """Return figures over the records of a list, one item for each group; one for all of them without a group.

    An item is `{"group": {path: value}, "sum": {path: value}, "count": {"*": n}, …}`.
    """
    declared = house.blueprint.entities.get(entity)
    if declared is None:
        return Refused("not_found", (reason("no_such_path"),))
    force = house.force
    if not force.rights.may(call.actor, "read", entity):
        return Refused("not_allowed", (not_allowed(declared, "read"),))
    select, faults = await select_of(house, force, call, declared, query)
    faults = (*faults, *_faults(force, call, declared, query))
    if faults or select is None:
        return Refused("bad_request", faults)
    measures = tuple(Measure(cast("Function", each.of), each.path) for each in query.figures)
    async with house.database.work(write=False) as work:
        try:
            groups, following = await force.store.records[entity].totals(work, Totals(select, query.group, measures))
        except CursorError:
            return Refused(
                "bad_request", (reason("bad_parameter", "cursor", name="cursor", detail=query.cursor or ""),)
            )
        return Page(tuple(await _items(force, call, work, declared, query, groups)), following)


def _faults(force: Force, call: Call, entity: Entity, query: Query) -> list[Reason]:
    faults = [
        reason("unknown_parameter", name, name=name)
        for name, path in [(f"groupBy={'.'.join(path)}", path) for path in query.group]
        if not _may_group(force, call, entity, path)
    ]
    for each in query.figures:
        if each.path and not _may_add(force, call, entity, each):
            name = f"aggregate[{each.of}]={'.'.join(each.path)}"
            faults.append(reason("unknown_parameter", name, name=name))
    if len(query.group) > GROUPS_MAX:
        faults.append(reason("bad_parameter", "groupBy", name="groupBy", detail=f"1…{GROUPS_MAX}"))
    if not 1 <= len(query.figures) <= FIGURES_MAX:
        faults.append(reason("bad_parameter", "aggregate", name="aggregate", detail=f"1…{FIGURES_MAX}"))
    return faults


def _may_group(force: Force, call: Call, entity: Entity, path: Path) -> bool:
    if path == _WAITS_AT and _WAITS_AT[0] not in entity.fields:
        return entity.workflows
    if not readable(force, call, entity, path) or _in_lines(entity, path):
        return False
    field = field_at(force, entity, path)
    if field is None:
        return path[0] in _COMMON
    kind = force.types.of(field)
    return kind.stored and kind.expression_type(field).kind in _KINDS


def _may_add(force: Force, call: Call, entity: Entity, figure: Figure) -> bool:
    """Return whether a figure can be worked out of a field: a sum wants numbers, a least one an order."""
    field = field_at(force, entity, figure.path)
    if field is None or _in_lines(entity, figure.path) or not readable(force, call, entity, figure.path):
        return False
    kind = force.types.of(field)
    if figure.of == "count":
        return kind.stored
    if figure.of in ("sum", "avg"):
        return kind.stored and kind.decimals(field) is not None
    return kind.stored and "lt" in kind.operators


def _in_lines(entity: Entity, path: Path) -> bool:
    head = entity.fields.get(path[0])
    return head is not None and bool(head.fields)


async def _items(
    force: Force, call: Call, work: Work, entity: Entity, query: Query, groups: Sequence[Group]
) -> list[dict[str, Any]]:
    common = await _common(force, call, work, entity, query, groups)
    items = []
    for named, each in zip(common, groups, strict=True):
        item: dict[str, Any] = {"group": named} if query.group else {}
        for figure, value in zip(query.figures, each.values, strict=True):
            shown_as = ".".join(figure.path) or "*"
            item.setdefault(figure.of, {})[shown_as] = _json(force, entity, figure, value)
        items.append(item)
    return items


async def _common(
    force: Force, call: Call, work: Work, entity: Entity, query: Query, groups: Sequence[Group]
) -> list[dict[str, Any]]:
    """Return what each group has in common, JSON-ready: a reference of the record itself with its key and title."""
    own = [path[0] for path in query.group if len(path) == 1 and path[0] in entity.fields]
    rows = [
        {"id": 0, **{path[0]: value for path, value in zip(query.group, each.common, strict=True) if len(path) == 1}}
        for each in groups
    ]
    seen = [force.rights.projection(call.actor, entity.id)] * len(rows)
    made = await shown(force, work, call, entity, rows, seen, own) if own else [{} for _ in rows]
    return [
        {
            ".".join(path): record[path[0]] if path[0] in own and len(path) == 1 else _plain(force, entity, path, value)
            for path, value in zip(query.group, each.common, strict=True)
        }
        for record, each in zip(made, groups, strict=True)
    ]


def _plain(force: Force, entity: Entity, path: Path, value: Any) -> Any:
    field = field_at(force, entity, path)
    if field is None or value is None:
        return value
    kind = force.types.of(field)
    return {"id": str(value)} if kind.target(field) is not None else kind.to_json(value, field)


def _json(force: Force, entity: Entity, figure: Figure, value: Any) -> Any:
    if figure.of == "count" or value is None:
        return value
    if figure.of == "avg":
        return str(value)
    field = field_at(force, entity, figure.path)
    assert field is not None
    return force.types.of(field).to_json(value, field)
