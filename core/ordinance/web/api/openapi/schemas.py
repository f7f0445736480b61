"""The schemas of records, made from the fields' own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance.access import MASK
from ordinance.acts import Force
from ordinance.blueprint import Entity, Field
from ordinance.web.api.openapi import beside, explaining
from ordinance.web.api.openapi.shared import ref
from ordinance.web.api.parameters import FUNCTIONS

_ID = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}


def entity_schemas(entity: Entity, force: Force) -> dict[str, Any]:
    """Return the schemas of one entity: as it is read, created and changed, and a page of it."""
    read = {field.id: _read(field, entity.id, force) for field in entity.fields.values()}
    write = {field.id: _write(field, force) for field in entity.fields.values() if field.formula is None}
    return {
        entity.id: {
            "type": "object",
            "title": entity.label.en,
            "properties": {**_system(entity), **read},
            "required": ["id"],
        },
        f"{entity.id}.new": {"type": "object", "properties": write, "additionalProperties": False},
        f"{entity.id}.change": {"type": "object", "properties": write, "additionalProperties": False},
        f"{entity.id}.page": {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": ref(entity.id)},
                "next": _TEXT_OR_NULL,
                "count": {"type": "integer", "minimum": 0},
            },
            "required": ["items", "next"],
        },
    }


def _system(entity: Entity) -> dict[str, Any]:
    shared: dict[str, Any] = {"id": _ID, "version": {"type": "integer"}, "created_at": {"type": "string"}}
    if not entity.workflows:
        return shared
    return {
        **shared,
        "number": _TEXT_OR_NULL,
        "workflow": _TEXT_OR_NULL,
        "phase": _TEXT_OR_NULL,
        "status": _TEXT_OR_NULL,
        "waits_at": {"type": "array", "items": {"type": "string"}},
    }


def _write(field: Field, force: Force) -> dict[str, Any]:
    schema = _schema(field, force, write=True)
    return {"anyOf": [schema, {"type": "null"}], **_words(field)}


def _read(field: Field, entity: str, force: Force) -> dict[str, Any]:
    masked = field.secret or any(
        _masks(role.fields.get(entity, {}), field.id) for role in force.blueprint.roles.values()
    )
    forms = [
        _schema(field, force, write=False),
        {"type": "null"},
        *([{"type": "string", "pattern": f"^{MASK}"}] if masked else []),
    ]
    return {"anyOf": forms, **_words(field)}


def _masks(said: Mapping[str, str], name: str) -> bool:
    return any(path.split(".")[0] == name and level == "masked" for path, level in said.items())


def _schema(field: Field, force: Force, *, write: bool) -> dict[str, Any]:
    if not field.fields:
        return force.types.of(field).json_schema(field)
    inner = {
        each.id: {"anyOf": [force.types.of(each).json_schema(each), {"type": "null"}], **_words(each)}
        for each in field.fields.values()
        if not (write and each.formula is not None)
    }
    line: dict[str, Any] = {"type": "object", "properties": {"id": _ID, **inner}}
    if write:
        line["additionalProperties"] = False
    return {**force.types.of(field).json_schema(field), "items": line}


def _words(field: Field) -> dict[str, Any]:
    words: dict[str, Any] = {"title": field.label.en}
    if field.help:
        words["description"] = field.help.en
    if field.example is not None:
        words["examples"] = [field.example]
    return words


def shared_schemas() -> dict[str, Any]:
    """Return the schemas that every site has."""
    reasons = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "pointer": {"type": "string", "description": "JSON pointer into the body"},
                "where": {"type": "string"},
                "remedy": {"type": "string"},
                "place": {"type": "object", "description": "file, line and column of the configuration behind it"},
            },
            "required": ["code", "message"],
        },
    }
    problem = {
        "type": "object",
        "description": "RFC 9457; `reasons` names every cause at once",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string"},
            "instance": {"type": "string"},
            "reasons": reasons,
        },
        "required": ["type", "title", "status", "code", "reasons"],
    }
    made = {"_problem": problem, "_step": _step(reasons), "_items": _items(), "_object": {"type": "object"}}
    return made | {"_totals": _totals()} | explaining.schemas() | beside.schemas()


def _step(reasons: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "kind": {"enum": ["step", "send_back", "lane", "take", "set_aside", "resume"]},
            "id": {"type": "string"},
            "label": {"type": "string"},
            "allowed": {"type": "boolean"},
            "reasons": reasons,
            "asks": {"type": "array", "items": {"type": "string"}},
            "offers": {"type": "array", "items": {"type": "string"}},
            "to": {"type": "array", "items": {"type": "string"}},
            "opinion": {"enum": ["always", "on_refusal", "never"], "description": "when a written reason is wanted"},
            "closes": {"type": "boolean", "description": "the step repeats; `decision: close` ends it short"},
        },
        "required": ["kind", "id", "label", "allowed", "reasons"],
    }


def _totals() -> dict[str, Any]:
    by_field = {"type": "object", "additionalProperties": {"type": ["string", "integer", "null"]}}
    figures: dict[str, Any] = dict.fromkeys(FUNCTIONS, by_field)
    item = {
        "type": "object",
        "properties": {"group": {"type": "object"}, **figures},
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": item}, "next": _TEXT_OR_NULL},
        "required": ["items", "next"],
        "additionalProperties": False,
    }


def _items() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"type": "object"}}, "next": _TEXT_OR_NULL},
        "required": ["items"],
    }
