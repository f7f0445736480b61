"""What a change calls otherwise: told from `was`, or from how it came about where a change goes back.

Tables, rows, documents and what names them follow in the transaction of the change; what is history keeps its words.
Source: engine M1 and M9, language.md §1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from ordinance.acts import Force
from ordinance.blueprint import Blueprint, Entity, Renames, renames_between, retold, told_path
from ordinance.changes.survey import Flow
from ordinance.process import Workflow
from ordinance.storage import Moved, Store, Work, column_of, table_of

Tree = dict[str, Any]


async def renames_to(work: Work, old: Force, new: Blueprint) -> Renames:
    """Return what everything in force is called under another configuration.

    A `was` says so; going back to what was in force before, it is what was recorded of every change since then.

    Args:
        work: A unit of work that reads.
        old: The configuration in force.
        new: The one that is proposed.
    """
    recorded = await old.store.revisions.renamed_since(work, new.revision)
    if recorded is None:
        return renames_between(old.blueprint.entities, new.entities)
    return Renames.composed(recorded).back().fitting(old.blueprint.entities, new.entities)


def moved_by(names: Renames, old: Mapping[str, Entity]) -> Moved:
    """Return what renames do to tables, columns and values.

    Args:
        names: What is called otherwise.
        old: The entities in force.
    """
    tables: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    fields: dict[tuple[str, str], str] = {}
    options: dict[tuple[str, str], Mapping[str, str]] = {}
    for was in names.entities:
        for owner, path in _owners(old[was]):
            entity, _, lines = names.owner(owner).partition(".")
            before, after = table_of(was, path or None), table_of(entity, lines or None)
            tables[before] = after
            pairs = names.fields.get(owner, {})
            columns[before] = {column_of(a): column_of(b) for a, b in pairs.items()}
            head = (f"{path}." if path else "", f"{lines}." if lines else "")
            fields |= {(was, head[0] + a): head[1] + b for a, b in pairs.items()}
            options |= {
                (before, column_of(name)): each for (of, name), each in names.options.items() if of == owner
            }
    return Moved(names.entities, fields, tables, columns, options)


def _owners(entity: Entity) -> Iterator[tuple[str, str]]:
    """Yield the entity and each of its lists of lines, as (entity or `entity.lines`, lines)."""
    yield entity.id, ""
    for field in entity.fields.values():
        if field.fields:
            yield f"{entity.id}.{field.id}", field.id


def in_old_names(workflow: Workflow, new: Blueprint, names: Renames) -> Workflow:
    """Return a proposed workflow as it would say the same of the tables that are there now."""
    return retold(workflow, names.back(), new.entities) if names else workflow


def in_new_names(flow: Flow, old: Blueprint, new: Blueprint, names: Renames) -> Flow:
    """Return a flow for the time when everything has its new name."""
    if not names:
        return flow
    after = new.workflows.get(flow.old.id) if flow.new is not None else None
    return Flow(retold(flow.old, names, old.entities), after, flow.revision)


async def rename_proposals(work: Work, store: Store, names: Renames) -> None:
    """Give what documents in a lane propose the names of the fields that are meant (language.md §3 `changes`).

    Args:
        work: The unit of work, the tables renamed.
        store: The tables under their new names.
        names: What is called otherwise.
    """
    for was, now in names.entities.items() if names else ():
        if now not in store.records or not _concerns(names, was):
            continue
        flight = store.flight(now, "")
        states = []
        for row in await flight.proposing(work):
            state: Tree = msgspec.json.decode(row["state"])
            proposed = state.get("lane", {}).get("proposed")
            if proposed:
                state["lane"]["proposed"] = dict(_told(names, was, proposed))
                states.append((row["id"], msgspec.json.encode(state).decode()))
        await flight.rewrite_states(work, states)


async def rename_views(work: Work, store: Store, names: Renames, old: Mapping[str, Entity]) -> None:
    """Give the views of lists that people keep the names of the fields they filter, sort and show.

    Args:
        work: The unit of work, the tables renamed.
        store: The tables under their new names.
        names: What is called otherwise.
        old: The entities as they were.
    """
    former = names.back() if names else names
    queries = []
    for view in await store.views.all(work) if names else ():
        entity = former.owner(view.entity)
        pairs = parse_qsl(view.query, keep_blank_values=True)
        query = urlencode([_told_pair(names, old, entity, *each) for each in pairs])
        if pairs and query != urlencode(pairs):
            queries.append((view.id, query))
    await store.views.rewrite(work, queries)


def _told_pair(names: Renames, old: Mapping[str, Entity], entity: str, name: str, value: str) -> tuple[str, str]:
    """Return one pair of the query of a list as it says the same under the new names."""

    def told(text: str) -> str:
        return ".".join(told_path(entity, tuple(text.split(".")), names, old))

    found = _FILTER.fullmatch(name)
    if found is not None:
        path = tuple(found[1].split("."))
        if len(path) == 1:
            value = ",".join(names.option(entity, path[0], each) for each in value.split(","))
        return f"filter[{told(found[1])}]{found[2]}", value
    if name in _LISTED:
        return name, ",".join(f"{'-' * each.startswith('-')}{told(each.lstrip('-'))}" for each in value.split(","))
    return name, value


_FILTER = re.compile(r"filter\[([a-z0-9_.]+)\](\[[a-z_]+\])")
_LISTED = frozenset({"sort", "columns", "fields"})


def _concerns(names: Renames, entity: str) -> bool:
    owners = [owner for owner in names.fields if owner.partition(".")[0] == entity]
    return any(old != new for owner in owners for old, new in names.fields[owner].items()) or any(
        owner in owners for owner, _ in names.options
    )


def _told(names: Renames, owner: str, values: Tree) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        told = value
        if isinstance(value, str):
            told = names.option(owner, name, value)
        elif isinstance(value, list):
            told = [
                dict(_told(names, f"{owner}.{name}", each)) if isinstance(each, dict)
                else names.option(owner, name, each) if isinstance(each, str) else each
                for each in value
            ]  # fmt: skip
        yield names.field(owner, name), told
