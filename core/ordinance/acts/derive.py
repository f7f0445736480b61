"""What follows from other fields: defaults, values copied when a reference is set, formulas.

Pure: records come in with what the expressions need already loaded (see `needs` and `loading`).
Source: language.md §4 (`from`, `formula`, `default`), §5 (amounts of lines are rounded before they are summed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ordinance.acts.needs import Tree, joined, of_expressions, tree
from ordinance.blueprint import Entity, Field
from ordinance.expressions import Env, UnknownValue
from ordinance.fields import Reasons, Types

Record = dict[str, Any]


def needs_of(entity: Entity) -> Tree:
    """Return what must be loaded so that everything of the entity can be derived and its conditions read."""
    needed = _needs_of_fields(entity.fields)
    needed = joined(needed, needed.pop("parent", {}))
    needed = joined(needed, of_expressions(list(entity.parts.values())))
    for field in entity.fields.values():
        if field.fields:
            below = _needs_of_fields(field.fields)
            upper = below.pop("parent", {})
            needed = joined(joined(needed, {field.id: below}), upper)
    return needed


def needs_of_form(entity: Entity) -> Tree:
    """Return what must be loaded so that it can be told which fields are shown and which must be filled in."""
    conditions = [each for field in entity.fields.values() for each in (field.visible_when, field.required_when)]
    needed = joined(of_expressions(conditions), _of_parent(conditions).get("parent", {}))
    for field in entity.fields.values():
        rows = [each for inner in field.fields.values() for each in (inner.visible_when, inner.required_when)]
        if any(rows):
            needed = joined(joined(needed, {field.id: of_expressions(rows)}), _of_parent(rows).get("parent", {}))
    return needed


def _needs_of_fields(fields: Mapping[str, Field]) -> Tree:
    needed: Tree = {}
    for field in fields.values():
        conditions = [field.formula, field.visible_when, field.required_when, field.readonly_when]
        below = field.options_when.get("")
        if below is not None:
            # A condition over the record referred to, in which `parent` is the record at hand.
            needed = joined(joined(needed, {field.id: of_expressions([below])}), _of_parent([below]))
        else:
            conditions += field.options_when.values()
        needed = joined(needed, of_expressions(conditions))
        needed = joined(needed, _of_parent(conditions))
        if field.copy_from:
            needed = joined(needed, tree([field.copy_from]))
    return needed


def _of_parent(expressions: list[Any]) -> Tree:
    paths = [path for each in expressions if each is not None for path in each.reads if path[0] == "parent"]
    return tree(paths)


def with_defaults(types: Types, fields: Mapping[str, Field], record: Record, given: Mapping[str, Any]) -> Record:
    """Return the record with a default in every field that was not given; lines get theirs too."""
    filled = dict(record)
    for name, field in fields.items():
        if field.fields:
            rows = filled.get(name) or []
            filled[name] = [with_defaults(types, field.fields, dict(row), row) for row in rows]
        elif field.default is not None and field.series is None and name not in given:
            value = types.of(field).parse_text(str(field.default), field)
            if not isinstance(value, Reasons):
                filled[name] = value
        elif name not in filled:
            filled[name] = None
    return filled


def row_defaults(types: Types, entity: Entity, values: Record) -> Record:
    """Return values to be written with a default in every field of a new row that was not given."""
    filled = dict(values)
    for field in entity.fields.values():
        if field.fields and field.id in values:
            filled[field.id] = [with_defaults(types, field.fields, dict(row), row) for row in values[field.id] or ()]
    return filled


def copied(
    fields: Mapping[str, Field], record: Record, before: Mapping[str, Any] | None, given: Mapping[str, Any]
) -> Record:
    """Return the record with `from` values taken over where their reference was set anew and nothing else was given.

    Args:
        fields: The fields of the entity or of its lines.
        record: The record, its references loaded one deep.
        before: The record as it was, or None if it is new.
        given: What was sent: a value that was given is never overwritten.
    """
    taken = dict(record)
    for field in fields.values():
        if field.fields:
            taken[field.id] = list(_copied_rows(field, record, before, given))
        elif field.copy_from and field.id not in given and _set_anew(field.copy_from[0], record, before):
            value = _at(record, field.copy_from)
            if value is not None or before is not None:
                taken[field.id] = value
    return taken


def _copied_rows(
    field: Field, record: Record, before: Mapping[str, Any] | None, given: Mapping[str, Any]
) -> Iterator[Record]:
    old = {row.get("id"): row for row in (before or {}).get(field.id) or () if row.get("id") is not None}
    sent = given.get(field.id) or []
    for position, row in enumerate(record.get(field.id) or ()):
        named = sent[position] if field.id in given and position < len(sent) else row if field.id not in given else {}
        yield copied(field.fields, dict(row), old.get(row.get("id")), named)


def _set_anew(reference: str, record: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    now = _id(record.get(reference))
    return now is not None and (before is None or now != _id(before.get(reference)))


def _id(value: Any) -> Any:
    return value.get("id") if isinstance(value, Mapping) else value


def _at(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = record
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def computed(types: Types, entity: Entity, record: Record, env: Env) -> Record:
    """Return the record with every formula worked out, lines first, each in the order in which they need each other."""
    own, lines = entity.once("formulas", lambda: _formulas(entity))
    done = dict(record)
    for name, formulas, _ in lines:
        if done.get(name):
            done[name] = [_with_formulas(types, formulas, dict(row), env.about(row, done)) for row in done[name]]
    done = _with_formulas(types, own, done, env)
    for name, formulas, reads_parent in lines:
        if reads_parent and done.get(name):
            done[name] = [_with_formulas(types, formulas, dict(row), env.about(row, done)) for row in done[name]]
    return done


def _formulas(entity: Entity) -> tuple[list[Field], list[tuple[str, list[Field], bool]]]:
    """Return the fields of the entity with a formula, in order, and those of each of its lines: do any read upwards?"""
    lines = [(each.id, in_order(each.fields), _reads_parent(each.fields)) for each in entity.fields.values()]
    return in_order(entity.fields), [each for each in lines if each[1]]


def _reads_parent(fields: Mapping[str, Field]) -> bool:
    return any(field.formula and any(path[0] == "parent" for path in field.formula.reads) for field in fields.values())


def _with_formulas(types: Types, formulas: list[Field], record: Record, env: Env) -> Record:
    seen = env.about(record)
    for field in formulas:
        assert field.formula is not None
        try:
            value = field.formula.evaluate(seen)
        except UnknownValue:
            value = None
        record[field.id] = types.of(field).of_expression(value, field)
    return record


def formula_reads(entity: Entity) -> frozenset[str]:
    """Return what the formulas of an entity and of its lines read, by the first name of each path."""
    found: set[str] = set()
    for field in entity.fields.values():
        for each in (field, *field.fields.values()):
            inner = each is not field
            for path in each.formula.reads if each.formula is not None else ():
                found.add(field.id if inner and path[0] != "parent" else path[1] if inner else path[0])
    return frozenset(found)


def in_order(fields: Mapping[str, Field]) -> list[Field]:
    """Return the fields with a formula, each after those it reads."""
    waiting = {field.id: field for field in fields.values() if field.formula}
    ordered: list[Field] = []
    while waiting:
        ready = [each for each in waiting.values() if not _reads(each) & waiting.keys() - {each.id}]
        ordered.extend(waiting.pop(each.id) for each in ready or list(waiting.values()))
    return ordered


def _reads(field: Field) -> set[str]:
    assert field.formula is not None
    return {path[0] for path in field.formula.reads}
