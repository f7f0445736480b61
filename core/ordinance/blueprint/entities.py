"""Build entities and fields, in two passes: first what they are (so that every type is known), then their expressions.

Source: language.md §4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Literal, cast

from ordinance.blueprint.bench import Bench, Node, made_words
from ordinance.blueprint.compiling import Compiler, Scope
from ordinance.blueprint.engine_names import OF_EVERY_DOCUMENT
from ordinance.blueprint.values import Back, Entity, Field
from ordinance.expressions import BOOLEAN, Expression, Record
from ordinance.fields import Reasons, Types
from ordinance.problems import Text, did_you_mean

_DELETE = frozenset({"never", "draft", "soft"})


def read_entities(bench: Bench, types: Types, declared_types: frozenset[str]) -> dict[str, Entity]:
    """Return the entities with everything but their expressions.

    Args:
        bench: The merged tree.
        types: The field types there are.
        declared_types: Types that departments declare and whose code is not loaded.
    """
    entities = {id: _entity(id, node) for id, node in bench.node("entities").items()}
    for id, node in bench.node("entities").items():
        for path, each, field in _fields(node, entities[id].fields, ()):
            _check_field(bench, field, each, types, declared_types, entities)
            if field.back and field.to in entities:
                target = entities[field.to]
                back = Back(field.back, id, ".".join(path))
                entities[field.to] = replace(target, backs={**target.backs, field.back: back})
    return entities


def compile_entities(
    bench: Bench, compiler: Compiler, types: Types, entities: Mapping[str, Entity]
) -> dict[str, Entity]:
    """Return the entities with their formulas and conditions compiled, those of their lists as well."""
    finished = {}
    for id, entity in entities.items():
        node = bench.node("entities", id).at("fields")
        scope = compiler.record(id)
        fields = {
            name: _compiled(field, node.at(name), scope, compiler, types, id) for name, field in entity.fields.items()
        }
        shows = _shows(bench.node("entities", id).at("lists"), scope, compiler)
        parts = _parts(bench.node("entities", id).at("forms"), scope, compiler)
        finished[id] = replace(entity, fields=fields, shows=shows, parts=parts)
    return finished


def _shows(lists: Node, scope: Scope, compiler: Compiler) -> dict[str, Expression]:
    """Return which records each list shows, of those that do not show all."""
    compiled = {name: compiler.condition(view.at("when"), scope) for name, view in lists.items()}
    return {name: each for name, each in compiled.items() if each is not None}


def _parts(forms: Node, scope: Scope, compiler: Compiler) -> dict[tuple[str, str], Expression]:
    """Return when each part of a form is shown, of those that are not always."""
    return {
        (form, name): found
        for form, each in forms.items()
        for name, part in each.at("sections").items()
        if (found := compiler.condition(part.at("when"), scope)) is not None
    }


def computed_fields(bench: Bench) -> frozenset[tuple[str, str]]:
    """Return the fields that have a formula, as (entity or entity.lines, field)."""
    found = set()
    for id, entity in bench.node("entities").items():
        for name, field in entity.at("fields").items():
            if field.text("formula"):
                found.add((id, name))
            found |= {(f"{id}.{name}", below) for below, each in field.at("fields").items() if each.text("formula")}
    return frozenset(found)


def as_documents(entities: Mapping[str, Entity], documents: frozenset[str]) -> dict[str, Entity]:
    """Return the entities, told apart by whether a workflow moves them.

    What only a document has (its number, its status) is left out of the views of what is none in this company.
    """
    found = {}
    for id, entity in entities.items():
        if id in documents:
            found[id] = replace(entity, workflows=True, fields={**entity.fields, **_version_fields(entity)})
            continue
        missing = OF_EVERY_DOCUMENT.keys() - entity.fields.keys()
        title = entity.title if entity.title not in missing else entity.key or next(iter(entity.fields), None)
        lists = {name: _without(view, missing) for name, view in entity.lists.items()}
        found[id] = replace(entity, title=title, lists=lists)
    return found


def _version_fields(entity: Entity) -> dict[str, Field]:
    """Return what a versioned entity has besides: which version a record is to replace."""
    if not entity.versioned:
        return {}
    label = Text("取代的版本", "Replaces the version")
    return {"version_of": Field(id="version_of", type="ref", label=label, path=("version_of",), to=entity.id)}


def _without(view: Any, missing: AbstractSet[str]) -> Any:
    if not isinstance(view, dict):
        return view
    return {
        key: {name: each for name, each in body.items() if name.removeprefix("-") not in missing}
        if isinstance(body, dict)
        else body
        for key, body in view.items()
    }


def _entity(id: str, node: Node) -> Entity:
    fields = {name: _field(name, each, ()) for name, each in node.at("fields").items()}
    delete = node.text("delete") or "draft"
    keys = node.at("key").names()
    return Entity(
        id=id,
        label=node.words("label") or made_words(id),
        key=keys[0] if keys else None,
        keys=keys,
        title=node.text("title") or (keys[0] if keys else next(iter(fields), None)),
        versioned=node.flag("versioned"),
        append_only=node.flag("append_only"),
        delete=cast(Literal["never", "draft", "soft"], delete if delete in _DELETE else "draft"),
        fields=fields,
        lists=_plain(node.at("lists").data),
        forms=_plain(node.at("forms").data),
        help=node.words("about"),
        basis=node.words("basis"),
        was=node.text("was"),
        place=node.place,
    )


def _field(id: str, node: Node, above: tuple[str, ...]) -> Field:
    path = (*above, id)
    return Field(
        id=id,
        type=node.text("type") or "",
        label=node.words("label") or made_words(id),
        path=path,
        help=node.words("help"),
        to=node.text("to") or None,
        accepts=node.at("accepts").names(),
        fields={name: _field(name, each, path) for name, each in node.at("fields").items()},
        required=node.flag("required"),
        unique=node.flag("unique"),
        default=_given(node, "default"),
        copy_from=_path(node.text("from")),
        options={name: each.words("label") or made_words(name) for name, each in node.at("options").items()},
        min=node.text("min") or None,
        max=node.text("max") or None,
        pattern=node.text("pattern") or None,
        scale=node.number("scale"),
        unit=node.text("unit") or None,
        currency=node.text("currency") or None,
        rounding=node.text("rounding") or None,
        pii=node.flag("pii"),
        secret=node.flag("secret"),
        example=_given(node, "example"),
        back=node.text("back") or None,
        index=node.flag("index"),
        search=node.flag("search"),
        was=node.text("was"),
        options_were={name: was for name, each in node.at("options").items() if (was := each.text("was"))},
        place=node.place,
    )


def _fields(
    node: Node, fields: Mapping[str, Field], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Node, Field]]:
    """Yield every field of an entity with its path and its node, lines and what is in them."""
    for name, field in fields.items():
        each = node.at("fields").at(name)
        yield (*above, name), each, field
        yield from _fields(each, field.fields, (*above, name))


def _check_field(
    bench: Bench, field: Field, node: Node, types: Types, declared: frozenset[str], entities: Mapping[str, Entity]
) -> None:
    if not field.type:
        bench.report("field_without_type", node.path, name=field.id)
        return
    if field.type not in types:
        if field.type not in declared:
            remedy = did_you_mean(field.type, types)
            bench.report("unknown_field_type", (*node.path, "type"), name=field.type, remedy=remedy)
        return
    if field.to is not None and field.to not in entities:
        bench.report("unknown_entity", (*node.path, "to"), name=field.to, remedy=did_you_mean(field.to, entities))
    if field.to is None and isinstance(types[field.type].expression_type(field), Record):
        bench.report("ref_without_target", node.path, name=field.id)
    if field.series is not None and types[field.type].expression_type(field).kind == "text":
        return
    if field.default is not None and isinstance(field.default, str):
        wrong = types[field.type].parse_text(field.default, field)
        if isinstance(wrong, Reasons):
            words: Text = wrong[0].message if wrong else Text()
            bench.report("bad_default", (*node.path, "default"), text=field.default, why=words)


def _compiled(field: Field, node: Node, scope: Scope, compiler: Compiler, types: Types, entity: str) -> Field:
    line = compiler.record(f"{entity}.{field.id}", parent=entity)
    below = {
        name: _compiled(each, node.at("fields").at(name), line, compiler, types, entity)
        for name, each in field.fields.items()
    }
    kind = types.get(field.type)
    expects = kind.expression_type(field).optional() if kind and not field.fields else None
    if field.copy_from and not scope.knows(field.copy_from):
        name = ".".join(field.copy_from)
        compiler.bench.report(
            "unknown_path", (*node.path, "from"), name=name, entity=scope.entity, remedy=scope.near(name)
        )
    return replace(
        field,
        fields=below,
        formula=compiler.expression(node.at("formula"), scope, expects),
        visible_when=compiler.expression(node.at("visible_when"), scope, BOOLEAN),
        required_when=compiler.expression(node.at("required_when"), scope, BOOLEAN),
        readonly_when=compiler.expression(node.at("readonly_when"), scope, BOOLEAN),
        options_when=_options_when(field, node.at("options_when"), scope, compiler, entity),
    )


def _options_when(field: Field, node: Node, scope: Scope, compiler: Compiler, entity: str) -> dict[str, Expression]:
    """Return by option when it may be chosen; under the empty name one condition over the record referred to."""
    if isinstance(node.data, dict):
        found = {name: compiler.expression(each, scope, BOOLEAN) for name, each in node.items()}
    else:
        target = compiler.record(field.to, parent=entity) if field.to else scope
        found = {"": compiler.expression(node, target, BOOLEAN)}
    return {name: each for name, each in found.items() if each is not None}


def _given(node: Node, key: str) -> Any:
    found = node.at(key).data
    return None if found == "" else found


def _path(text: str | None) -> tuple[str, ...] | None:
    return tuple(text.split(".")) if text else None


def _plain(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
