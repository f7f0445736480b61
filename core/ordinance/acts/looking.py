"""Suggestions for somebody who types, and records by what people call them. Source: ui.md §7 (typeahead)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from ordinance.acts.house import Call, Force, House
from ordinance.acts.outcomes import Choice
from ordinance.acts.reading import field_at
from ordinance.acts.rules import fragments
from ordinance.acts.versions import current_only
from ordinance.blueprint import Entity, Field
from ordinance.expressions import Env, Expression, ExpressionError
from ordinance.storage import Fragment

Record = dict[str, Any]
Path = tuple[str, ...]

_RECENT = 500
"""So many of the newest records are looked through for what somebody used lately."""

_NAMED_MAX = 400


async def lookup(
    house: House, call: Call, entity: str, text: str, limit: int = 8, *, of: tuple[str, Path] | None = None
) -> list[Choice]:
    """Return the records that best fit what somebody typed: by key, name or the initials of its pinyin.

    Whoever may refer to a record must be able to find it, so an actor who may not read the entity finds nothing.

    Args:
        house: The site.
        call: Who types.
        entity: The kind of record that is looked for.
        text: What was typed; with nothing, what this actor used lately comes first.
        limit: How many at most.
        of: The field that is being filled, as its entity and path: only what it may hold is suggested.
    """
    declared = house.blueprint.entities.get(entity)
    force = house.force
    if declared is None or not force.rights.may(call.actor, "read", entity):
        return []
    rows = force.rights.rows(call.actor, entity, "read")
    any_of = current_only(declared, fragments(force, call, declared, rows))
    field = _field(force, of, entity)
    where = _offered(force, call, field)
    async with house.database.work(write=False) as work:
        records = force.store.records[entity]
        found: list[Record] = []
        if not text.strip() and of is not None and field is not None:
            used = await records.lately_used(
                work, force.store.records[of[0]].shape, of[1], str(call.actor.id), among=_RECENT, limit=limit
            )
            found = await records.admitted(work, used, where=where, any_of=any_of)
        if len(found) < limit:
            known = {each["id"] for each in found}
            more = await records.lookup(work, text, limit=limit, any_of=any_of, where=where)
            found += [each for each in more if each["id"] not in known]
    seen = force.rights.projection(call.actor, entity)
    return [_choice(force, call, declared, record, seen) for record in found[:limit]]


async def named(house: House, call: Call, entity: str, texts: Iterable[str]) -> dict[str, Choice]:
    """Return the records that are called so, by what they were called: all of them in two questions.

    A text is the key of a record, or its title; one that stands for several records is left out.
    """
    declared = house.blueprint.entities.get(entity)
    force = house.force
    wanted = [each for each in dict.fromkeys(texts) if each][:_NAMED_MAX]
    if declared is None or not wanted or not force.rights.may(call.actor, "read", entity):
        return {}
    rows = force.rights.rows(call.actor, entity, "read")
    any_of = current_only(declared, fragments(force, call, declared, rows))
    seen = force.rights.projection(call.actor, entity)
    found: dict[str, Choice] = {}
    async with house.database.work(write=False) as work:
        for name in (declared.key, declared.title):
            field = declared.fields.get(name or "")
            left = [each for each in wanted if each not in found]
            if field is None or force.types.of(field).target(field) is not None or not seen.reads(field.id) or not left:
                continue
            records = await force.store.records[entity].called(work, field.id, left, any_of=any_of)
            by_text: dict[str, list[Record]] = {}
            for each in records:
                by_text.setdefault(_plain(str(each[field.id])), []).append(each)
            for text in left:
                fits = by_text.get(_plain(text), [])
                if len(fits) == 1:
                    found[text] = _choice(force, call, declared, fits[0], seen)
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _field(force: Force, of: tuple[str, Path] | None, entity: str) -> Field | None:
    """Return the field that is being filled, if it may hold records of this kind."""
    owner = force.blueprint.entities.get(of[0]) if of is not None else None
    field = field_at(force, owner, of[1]) if owner is not None and of is not None and len(of[1]) <= 2 else None
    return field if field is not None and force.types.of(field).target(field) == entity else None


def _offered(force: Force, call: Call, field: Field | None) -> tuple[Fragment, ...]:
    """Return the condition that what is suggested must meet; one that reads the form at hand is left to saving."""
    condition: Expression | None = field.options_when.get("") if field is not None else None
    if condition is None or any(path[0] == "parent" for path in condition.reads):
        return ()
    env = Env(
        record={}, user=call.actor.user(), now=call.now, zone=force.blueprint.company.calendar.zone,
        calendar=force.blueprint.company.calendar, functions=force.code.functions,
    )  # fmt: skip
    try:
        sql, args = condition.lower(force.store.scope(env))
    except (ExpressionError, KeyError, NotImplementedError):
        return ()
    return (Fragment(sql, tuple(args)),)


def _choice(force: Force, call: Call, entity: Entity, record: Record, seen: Any) -> Choice:
    title = _text(force, call, entity, entity.title, record, seen)
    key = _text(force, call, entity, entity.key, record, seen)
    facts = [name for name, field in entity.fields.items() if field.search and name not in (entity.key, entity.title)]
    hints = [_text(force, call, entity, name, record, seen) for name in facts]
    number = record.get("number") or ""
    label = title or key or number or str(record["id"])
    first = key if key and key != label else number if number != label else ""
    spare = _amount(force, call, entity, record, seen) if not any(hints) else ""
    return Choice(record["id"], label, " · ".join([each for each in (first, *hints, spare) if each][:3]))


def _amount(force: Force, call: Call, entity: Entity, record: Record, seen: Any) -> str:
    """Return the first amount of money of a record: the price of a product, the limit of a customer."""
    for name, field in entity.fields.items():
        if force.types.of(field).widget == "money" and seen.reads(name) and record.get(name) is not None:
            return f"{field.label.in_(call.locale)} {_text(force, call, entity, name, record, seen)}"
    return ""


def _text(force: Force, call: Call, entity: Entity, name: str | None, record: Record, seen: Any) -> str:
    field = entity.fields.get(name or "")
    if field is None or name is None or record.get(name) is None or not seen.reads(name):
        return ""
    kind = force.types.of(field)
    return "" if kind.target(field) is not None else kind.to_text(record[name], field, call.locale)
