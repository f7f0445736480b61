"""Versions of a done record: it changes only through a new one that passes the same workflow; until then it counts.

A version is a document of its own, so whatever refers to the one it replaces keeps what it took.
Source: language.md §4 (`versioned`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ordinance.acts.desk import Desk, Held, refuse
from ordinance.acts.holding import hold
from ordinance.acts.standing import SUPERSEDED
from ordinance.acts.writing import write
from ordinance.blueprint import Entity
from ordinance.problems import reason
from ordinance.process import Event, Request
from ordinance.process.requests import TERMINAL
from ordinance.storage import Fragment

Record = dict[str, Any]

VERSION_OF = "version_of"

_CURRENT = "((t.ended IS NULL OR t.ended <> 'superseded') AND (t.version_of IS NULL OR t.phase = 'complete'))"


def has_versions(entity: Entity) -> bool:
    """Return whether done records of the entity change only through new versions."""
    return VERSION_OF in entity.fields and entity.versioned


def outlives(entity: Entity, record: Mapping[str, Any]) -> bool:
    """Return whether a record goes on as plain master data once its process is done.

    It has a key and no versions: a product that has been put on sale still gets another price. An order does not.
    """
    return bool(entity.key) and not has_versions(entity) and record.get("phase") == "complete"


def is_current(record: Mapping[str, Any]) -> bool:
    """Return whether a record is what everybody reads: not replaced, and not one that is only to replace another."""
    return record.get("ended") != SUPERSEDED and (record.get(VERSION_OF) is None or record.get("phase") == "complete")


def current_only(entity: Entity, any_of: tuple[Fragment, ...] | None) -> tuple[Fragment, ...] | None:
    """Return the conditions of a query narrowed to what everybody reads."""
    if not has_versions(entity):
        return any_of
    if any_of is None:
        return (Fragment(_CURRENT, ()),)
    return tuple(Fragment(f"({each.sql}) AND {_CURRENT}", each.args) for each in any_of)


async def next_values(desk: Desk, held: Held, parsed: Mapping[str, Any]) -> Record:
    """Return the first values of a new version: those of the one in force, changed.

    Raises:
        RefusedSignal: there is a new version on its way already.
    """
    entity = held.entity
    waiting = await desk.force.store.find(desk.work, entity.id, {VERSION_OF: held.id})
    if any(each.get("phase") not in TERMINAL for each in waiting):
        raise refuse("conflict", reason("version_pending", None, entity=entity.label))
    values = {name: _fresh(held.record.get(name)) for name, field in entity.fields.items() if field.formula is None}
    return {**values, **parsed, VERSION_OF: held.id}


def _fresh(value: Any) -> Any:
    """Return a value without the ids of its rows: a new version has rows of its own."""
    if not isinstance(value, list):
        return value
    return [
        {name: each for name, each in row.items() if name != "id"} if isinstance(row, Mapping) else row for row in value
    ]


async def key_is_free(desk: Desk, entity: Entity, parsed: Mapping[str, Any]) -> None:
    """Refuse a new record whose key another one has that is not replaced; the database counts only those in force.

    Raises:
        RefusedSignal: `not_unique`.
    """
    names: Iterable[str] = (each.id for each in entity.fields.values() if each.unique or each.id == entity.key)
    for name in names if has_versions(entity) else ():
        value = parsed.get(name)
        found = await desk.force.store.find(desk.work, entity.id, {name: value}) if value is not None else []
        if any(is_current(each) and each.get("phase") != "cancelled" for each in found):
            raise refuse("conflict", reason("not_unique", f"/{name}", label=entity.fields[name].label, got=value))


async def supersede(desk: Desk, held: Held, request: Request) -> None:
    """Take the version that a document replaces out of force, now that the document is done."""
    id = held.record.get(VERSION_OF)
    old = await hold(desk, held.entity.id, int(id)) if id is not None else None
    if old is None or old.state.ended == SUPERSEDED:
        return
    old.state = replace(old.state, ended=SUPERSEDED, version=old.state.version + 1)
    event = Event(
        seq=old.state.seq, version=old.state.version, request=request.id, kind="edit", step=None,
        actor=request.actor, on_behalf_of=request.on_behalf_of, revision=old.state.revision, cause=SUPERSEDED,
        reason="", at=desk.call.now, settled={}, ledger=(), patch={}, outcomes=(),
        state=replace(old.state, settled={}),
    )  # fmt: skip
    old.unwritten.append((request, event))
    await write(desk, old)
