"""The empty workbook of an import: headings, an example row, and a sheet that says what each column takes."""

from __future__ import annotations

from collections.abc import Mapping

from ordinance.acts import House
from ordinance.blueprint import Entity, Field
from ordinance.exchange.mapping import MARK, is_given
from ordinance.problems import Text

Rows = list[list[str]]

NOTES = "notes"
_HEADS = (
    Text("列", "Column"),
    Text("字段", "Field"),
    Text("内容", "Takes"),
    Text("必填", "Required"),
    Text("说明", "Help"),
)
_YES = Text("是", "yes")


def template(house: House, entity: Entity, locale: str, *, marked: bool = False) -> dict[str, Rows]:
    """Return the sheets of an import template: labels as headings with the key first, examples, and notes.

    Args:
        house: The site.
        entity: The kind of record.
        locale: Language of the headings.
        marked: Whether a required column has a mark behind its heading; an import passes over it.
    """
    own = [each for each in entity.fields.values() if is_given(each)]
    own.sort(key=lambda each: each.id != _identity(entity))
    sheets = {entity.id: [_headings(own, locale, marked=marked), [_example(each) for each in own]]}
    notes = [[each.in_(locale) for each in _HEADS], *(_note(house, each, each.id, locale) for each in own)]
    known = entity.fields.get(_identity(entity))
    for field in entity.fields.values():
        if field.fields:
            inner = [each for each in field.fields.values() if is_given(each)]
            front = _headings([known], locale, marked=marked)[0] if known is not None else "id"
            example = _example(known) if known is not None else "1"
            heads = _headings(inner, locale, marked=marked)
            sheets[field.id] = [[front, *heads], [example, *(_example(each) for each in inner)]]
            notes += (_note(house, each, f"{field.id}.{each.id}", locale) for each in inner)
    return {**sheets, NOTES: notes}


def _identity(entity: Entity) -> str:
    unique = (each.id for each in entity.fields.values() if each.unique)
    return entity.key or next(unique, "id")


def _headings(fields: list[Field], locale: str, *, marked: bool) -> list[str]:
    return [
        (each.label.in_(locale) or each.id) + (f" {MARK}" if marked and each.required else "") for each in fields
    ]


def _example(field: Field) -> str:
    """Return a value such as people write it: the declared one, the default, or one of the options."""
    said = next((each for each in (field.example, None if field.series else field.default) if each is not None), None)
    return str(said) if said is not None else next(iter(field.options), "")


def _note(house: House, field: Field, path: str, locale: str) -> list[str]:
    needed = _YES.in_(locale) if field.required else ""
    return [field.label.in_(locale), path, _takes(house, field, locale), needed, (field.help or Text()).in_(locale)]


def _takes(house: House, field: Field, locale: str) -> str:
    if field.options:
        return ", ".join(f"{id} ({_word(field.options, id, locale)})" for id in field.options)
    target = house.blueprint.entities.get(field.to or "")
    return target.label.in_(locale) if target is not None else house.force.types.of(field).wanted.in_(locale)


def _word(options: Mapping[str, Text], id: str, locale: str) -> str:
    return options[id].in_(locale) or id
