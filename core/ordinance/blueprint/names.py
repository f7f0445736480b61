"""What every name means, for expressions: the fields of entities, what the engine and the departments add to them.

Source: language.md §5; actions.md §4 for the names the engine gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ordinance.blueprint.declarations import Declarations
from ordinance.blueprint.engine_names import OF_EVERY_DOCUMENT, OF_EVERY_RECORD
from ordinance.blueprint.values import Entity, Field
from ordinance.expressions import ANY, NUMBER, TEXT, Catalogue, Function, Many, Record, Type
from ordinance.fields import Types
from ordinance.problems import Text


def catalogue(
    entities: Mapping[str, Entity],
    types: Types,
    declared: Declarations,
    documents: Mapping[str, Iterable[str]],
) -> Catalogue:
    """Return the names of all entities for the expressions.

    Args:
        entities: The entities, their expressions not yet compiled.
        types: The field types.
        declared: What departments declare, switched off or not.
        documents: The entities that a workflow moves, with the steps their documents may have passed.
    """
    fields: dict[str, dict[str, Type]] = {}
    computed: dict[str, dict[str, Type]] = {}
    for id, entity in entities.items():
        fields[id] = {name: _type(field, types, id) for name, field in entity.fields.items()}
        own: dict[str, Type] = {**OF_EVERY_RECORD, **OF_EVERY_DOCUMENT}
        own |= {name: Many(Record(back.entity)) for name, back in entity.backs.items()}
        computed[id] = {name: each for name, each in own.items() if name not in fields[id]}
        for name, field in entity.fields.items():
            if field.fields:
                rows = f"{id}.{name}"
                fields[rows] = {below: _type(each, types, id) for below, each in field.fields.items()}
                computed[rows] = {below: each for below, each in _OF_A_ROW.items() if below not in fields[rows]}
    for (on, name), spec in declared.values.items():
        if on in fields:
            computed[on][name] = spec.type
    registered = {name: Function(spec.parameters, spec.returns) for name, spec in declared.functions.items()}
    return Catalogue(fields, computed, registered, {id: frozenset(steps) for id, steps in documents.items()})


_OF_A_ROW: Mapping[str, Type] = {"id": NUMBER, "position": NUMBER}


def _type(field: Field, types: Types, entity: str) -> Type:
    if field.fields:
        return Many(Record(f"{entity}.{field.id}"))
    kind = types.get(field.type)
    found = kind.expression_type(field) if kind else ANY
    return found if isinstance(found, Many) else found.optional()


def type_named(name: str, types: Types, entities: Iterable[str]) -> Type:
    """Return the type that a declaration names: a field type, `any`, or an entity."""
    if name in types:
        return types[name].expression_type(_nameless(name)).optional()
    if name in _WORDS:
        return _WORDS[name]
    return replace(Record(name), nullable=True) if name in set(entities) else ANY


def _nameless(type: str) -> Field:
    return Field(id="", type=type, label=Text())


_WORDS: Mapping[str, Type] = {"any": ANY, "number": NUMBER, "text": TEXT}
