"""Row rules as SQL: what a role may read becomes a condition of the query, so that pages and counts are right.

Source: design.md §3 rule 6, language.md §4 (`where`, `of`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ordinance.access import Actor, Rows
from ordinance.access.rows import Rule
from ordinance.acts.house import Call, Force
from ordinance.blueprint import Entity
from ordinance.expressions import Env
from ordinance.storage import Condition, Fragment

_ALIAS = "t"


def fragments(force: Force, call: Call, entity: Entity, rows: Rows) -> tuple[Fragment, ...] | None:
    """Return one condition for each rule, of which any admits a row; None if every row is admitted."""
    if rows.all:
        return None
    return tuple(_fragment(force, call, entity, rule) for rule in rows.rules)


def _fragment(force: Force, call: Call, entity: Entity, rule: Rule) -> Fragment:
    parts: list[str] = ["1 = 1"]
    args: list[Any] = []

    def add(sql: str, *values: Any) -> None:
        parts.append(f"({sql})")
        args.extend(values)

    if rule.workflow is not None:
        add(f"{_ALIAS}.workflow = ?", rule.workflow)
    if rule.refers is not None:
        _refers(force, entity, rule, add)
    if rule.person is not None:
        _person(force, entity, rule, add)
    env = Env(
        record={}, user=rule.actor.user(), now=call.now, zone=force.blueprint.company.calendar.zone,
        calendar=force.blueprint.company.calendar, functions=force.code.functions,
    )  # fmt: skip
    for each in rule.where:
        text, values = each.lower(force.store.scope(env))
        add(text, *values)
    return Fragment(" AND ".join(parts), tuple(args))


def _refers(force: Force, entity: Entity, rule: Rule, add: Callable[..., None]) -> None:
    either: list[str] = []
    values: list[Any] = []
    if rule.itself:
        either.append(f"{_ALIAS}.id = ?")
        values.append(rule.bound_id)
    scope = force.store.scope(Env(record={}))
    for name in rule.refers or ():
        column = scope.column(entity.id, name)
        if column is not None:
            either.append(f"{_ALIAS}.{column.name} = ?")
            values.append(rule.bound_id)
    add(" OR ".join(either) or "1 = 0", *values)


def _person(force: Force, entity: Entity, rule: Rule, add: Callable[..., None]) -> None:
    found = person_fragment(force, entity, rule.actor, rule.person or ())
    add(found.sql, *found.args)


def person_fragment(force: Force, entity: Entity, actor: Actor, path: tuple[str, ...]) -> Fragment:
    """Return the condition that the actor, the partner it belongs to, or somebody absent stands in a field of a row."""
    persons = list(dict.fromkeys(id for face in actor.faces() for id in (face.id, face.of[1] if face.of else face.id)))
    if path == ("created_by",):
        return Fragment(
            f"{_ALIAS}.created_by IN ({', '.join('?' * len(persons))})", tuple(str(each) for each in persons)
        )
    return force.store.records[entity.id].condition(Condition(path, "in", persons))
