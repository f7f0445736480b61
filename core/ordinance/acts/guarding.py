"""Conditions of fields, held against what somebody sent: what is read-only, what is not offered, what is required.

The form shows the same; here it is enforced, whatever the channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ordinance.blueprint import Entity, Field
from ordinance.expressions import Env, Expression, UnknownValue
from ordinance.problems import Reason, reason


def holds(expression: Expression, env: Env, record: Mapping[str, Any]) -> bool:
    """Return whether a condition is true of a record; one that cannot be told is not."""
    try:
        return expression.evaluate(env.about(record)) is True
    except UnknownValue:
        return False


def blank(value: Any) -> bool:
    """Return whether a field is not filled in."""
    return value is None or (isinstance(value, str | tuple | list | dict) and not value)


def guard(
    entity: Entity, given: Mapping[str, Any], before: Mapping[str, Any] | None, record: Mapping[str, Any], env: Env
) -> tuple[Reason, ...]:
    """Return a fault for each value sent that may not be sent now.

    Args:
        entity: The kind of record.
        given: What was sent, parsed: references as ids.
        before: The record as it was, its references as ids; None for a new one.
        record: The record as it would be, loaded.
        env: What else conditions see.
    """
    faults = list(_guarded(entity.fields, given, before or {}, record, env, ""))
    for field in entity.fields.values():
        if not field.fields or field.id not in given:
            continue
        old = {row.get("id"): row for row in (before or {}).get(field.id) or ()}
        rows = record.get(field.id) or ()
        for position, sent in enumerate(given[field.id] or ()):
            row = rows[position] if position < len(rows) else {}
            inner = env.about(row, record)
            known = old.get(sent.get("id"), {}) if sent.get("id") is not None else {}
            faults += _guarded(field.fields, sent, known, row, inner, f"/{field.id}/{position}")
    return tuple(faults)


def _guarded(
    fields: Mapping[str, Field], given: Mapping[str, Any], before: Mapping[str, Any],
    record: Mapping[str, Any], env: Env, pointer: str,
) -> Iterator[Reason]:  # fmt: skip
    for name, value in given.items():
        field = fields.get(name)
        if field is None or field.fields or _same(value, before.get(name)):
            continue
        where = f"{pointer}/{name}"
        if field.readonly_when is not None and holds(field.readonly_when, env, record):
            yield reason("read_only", where, label=field.label)
        if not offered(field, value, record.get(name), record, env):
            yield reason("not_an_option", where, got=value)


def offered(field: Field, value: Any, loaded: Any, record: Mapping[str, Any], env: Env) -> bool:
    """Return whether a value may be chosen now: an option by its own condition, a record by the one it must meet."""
    below = field.options_when.get("")
    if below is not None and isinstance(loaded, Mapping):
        return holds(below, env.about(record, env.parent or record), loaded)
    condition = field.options_when.get(value) if isinstance(value, str) else None
    return condition is None or holds(condition, env, record)


def _same(one: Any, other: Any) -> bool:
    left = one.get("id") if isinstance(one, Mapping) and "id" in one else one
    right = other.get("id") if isinstance(other, Mapping) and "id" in other else other
    return bool(left == right) or (blank(left) and blank(right))


def is_automatic(field: Field, record: Mapping[str, Any]) -> bool:
    """Return whether a field that is left empty gets its code when the record is stored: it is a new one."""
    return field.series is not None and not record.get("version")


def required_faults(entity: Entity, record: Mapping[str, Any], env: Env) -> tuple[Reason, ...]:
    """Return a fault for every field that must be filled in and is not, those of lines included."""
    own, lines = entity.once("required", lambda: _that_may_be_required(entity))
    faults = list(_required(own, record, env, ""))
    for name, inner in lines:
        for position, row in enumerate(record.get(name) or ()):
            faults += _required(inner, row, env.about(row, record), f"/{name}/{position}")
    return tuple(faults)


def _that_may_be_required(entity: Entity) -> tuple[list[Field], list[tuple[str, list[Field]]]]:
    """Return the fields of the entity that somebody may have to fill in, and those of each of its lines."""

    def among(fields: Mapping[str, Field]) -> list[Field]:
        return [each for each in fields.values() if each.required or each.required_when is not None]

    lines = [(each.id, among(each.fields)) for each in entity.fields.values() if each.fields]
    return among(entity.fields), [(name, inner) for name, inner in lines if inner]


def _required(fields: Iterable[Field], record: Mapping[str, Any], env: Env, pointer: str) -> Iterable[Reason]:
    for field in fields:
        if not blank(record.get(field.id)) or is_automatic(field, record):
            continue
        if field.visible_when is not None and not holds(field.visible_when, env, record):
            continue
        if field.required or (field.required_when is not None and holds(field.required_when, env, record)):
            yield reason("required", f"{pointer}/{field.id}", label=field.label)
