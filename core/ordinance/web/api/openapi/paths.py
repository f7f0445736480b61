"""The paths of the description: those of one entity, and those every site has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ordinance.blueprint import Entity
from ordinance.process.model import Workflow
from ordinance.web.api.nested import OPERATORS
from ordinance.web.api.openapi import beside
from ordinance.web.api.openapi.explaining import inbox_paths, record_paths
from ordinance.web.api.openapi.printing import print_paths
from ordinance.web.api.openapi.shared import (
    CURSOR,
    ID,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_MATCH_OPTIONAL,
    LIMIT,
    answer,
    operation,
    ref,
    text,
    truth,
)
from ordinance.web.api.parameters import FUNCTIONS

_VALIDATE = truth("validate", "only say what would come of it; nothing is written")


def entity_paths(entity: Entity, workflows: Iterable[Workflow]) -> dict[str, Any]:
    """Return the paths of one entity.

    Args:
        entity: The kind of record.
        workflows: The workflows that move it; with none it has no steps.
    """
    name, root = entity.id, f"/api/{entity.id}"
    variants = tuple(workflows)
    one = f"{root}/{{id}}"
    paths = {
        root: {"get": _list(entity), "post": _create(entity)},
        one: {"get": _read(name), "patch": _update(name), "delete": _delete(name)},
        f"{root}/lookup": {"get": _lookup(name)},
        f"{root}/evaluate": {"post": _evaluate(name)},
        f"{root}/batch": {"post": _batch(name)},
        f"{one}/timeline": {
            "get": operation(
                f"{name}.timeline",
                "What happened to it",
                {"200": answer("lines", ref("_items"))},
                tag=name,
                parameters=[
                    ID,
                    text("before", "only what is older than this line"),
                    text("only", "step, change, note, file; several with commas"),
                ],
            )
        },
    }
    paths.update(record_paths(name, root))
    paths.update(beside.record_paths(name, one, root))
    paths.update(print_paths(name, one))
    if variants:
        paths.update(_process(name, one, variants))
    return paths


def _list(entity: Entity) -> dict[str, Any]:
    fields = {each.id: {"type": "string"} for each in entity.fields.values() if not each.fields}
    filters = {
        "name": "filter",
        "in": "query",
        "style": "deepObject",
        "explode": True,
        "description": "`filter[field]=a`, `=a,b` (one of), `=a..b` (from, to); or with an operator, "
        f"`filter[field][op]=a`: {', '.join(OPERATORS)}; or one JSON text with `and`, `or`, `not`: "
        '`filter={"or": [{"field": {"gte": "1"}}, {"not": {"field": "a"}}]}`',
        "schema": {"type": "object", "properties": fields, "additionalProperties": False},
    }
    parameters = [
        filters,
        text("sort", "fields, `-` before one for descending"),
        text("fields", "only these fields"),
        text("search", "words to look for"),
        text("step", "only documents that wait at this step"),
        LIMIT,
        CURSOR,
        truth("count", "also count all that match"),
        _aggregate(),
        text("groupBy", "with `aggregate`: fields, one item for each combination of their values"),
    ]
    either = {"anyOf": [ref(f"{entity.id}.page"), ref("_totals")]}
    page = {"200": answer("a page; with `aggregate` its figures", either)}
    return operation(f"{entity.id}.list", entity.label.en, page, tag=entity.id, parameters=parameters)


def _aggregate() -> dict[str, Any]:
    return {
        "name": "aggregate",
        "in": "query",
        "style": "deepObject",
        "explode": True,
        "description": "figures instead of records: `aggregate[sum]=field,field`; `aggregate[count]=*` counts the "
        "records. `sort`, `fields` and `count` do not go with it",
        "schema": {
            "type": "object",
            "properties": {each: {"type": "string"} for each in FUNCTIONS},
            "additionalProperties": False,
        },
    }


def _create(entity: Entity) -> dict[str, Any]:
    name = entity.id
    parameters = [
        _VALIDATE,
        truth("upsert", "change the record of the same key if there is one"),
        truth("draft", "a document stays at its first step"),
        IDEMPOTENCY_KEY,
    ]
    answers = {
        "201": answer("created", ref(name), tagged=True),
        "200": answer("changed, or what would be created", ref(name), tagged=True),
    }
    return operation(f"{name}.create", "Create", answers, tag=name, parameters=parameters, body=ref(f"{name}.new"))


def _read(name: str) -> dict[str, Any]:
    parameters = [ID, text("fields", "only these fields"), truth("access", "also what may be written, by field")]
    return operation(
        f"{name}.read", "Read", {"200": answer("the record", ref(name), tagged=True)}, tag=name, parameters=parameters
    )


def _update(name: str) -> dict[str, Any]:
    return operation(
        f"{name}.update",
        "Change",
        {"200": answer("the record", ref(name), tagged=True)},
        tag=name,
        parameters=[ID, _VALIDATE, IF_MATCH, IDEMPOTENCY_KEY],
        body=ref(f"{name}.change"),
    )


def _delete(name: str) -> dict[str, Any]:
    parameters = [ID, IF_MATCH, IDEMPOTENCY_KEY]
    return operation(f"{name}.delete", "Delete", {"204": answer("deleted")}, tag=name, parameters=parameters)


def _lookup(name: str) -> dict[str, Any]:
    parameters = [text("search", "a few letters")]
    return operation(
        f"{name}.lookup", "Suggest", {"200": answer("a few", ref("_items"))}, tag=name, parameters=parameters
    )


def _evaluate(name: str) -> dict[str, Any]:
    body = {
        "type": "object",
        "properties": {
            "values": {"type": "object"},
            "id": {"type": ["string", "null"]},
            "step": {"type": ["string", "null"]},
            "workflow": {"type": ["string", "null"]},
        },
        "additionalProperties": False,
    }
    answers = {"200": answer("computed values and faults", ref("_object"))}
    return operation(f"{name}.evaluate", "Compute what is being typed", answers, tag=name, body=body)


def _batch(name: str) -> dict[str, Any]:
    item = {
        "type": "object",
        "properties": {
            "values": {"type": "object"},
            "id": {"type": "string"},
            "version": {"type": "integer"},
            "step": {"type": "string"},
            "decision": {"enum": ["pass", "send_back", "close"]},
            "to": {"type": "string"},
            "reason": {"type": "string"},
        },
        "additionalProperties": False,
    }
    items = {"type": "array", "maxItems": 200, "items": item}
    body = {"type": "object", "properties": {"items": items}, "required": ["items"], "additionalProperties": False}
    return operation(
        f"{name}.batch",
        "Several writes, each with its own result",
        {"200": answer("results", ref("_items"))},
        tag=name,
        parameters=[truth("atomic", "all of them or none"), IDEMPOTENCY_KEY],
        body=body,
    )


def _process(name: str, one: str, workflows: tuple[Workflow, ...]) -> dict[str, Any]:
    steps = sorted(
        {
            step.id
            for each in workflows
            for step in (*each.steps, *(s for lane in each.lanes.values() for s in lane.steps))
        }
    )
    lanes = sorted({lane for each in workflows for lane in each.lanes})
    done = {"200": answer("the record", ref(name), tagged=True)}
    listed = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": ref("_step")}},
        "required": ["items"],
    }
    paths = {
        f"{one}/steps": {
            "get": operation(
                f"{name}.steps", "What could be done now", {"200": answer("steps", listed)}, tag=name, parameters=[ID]
            )
        },
        f"{one}/steps/{{step}}": {"post": _do(f"{name}.step", name, "step", steps, _decision(), done)},
        f"{one}/take": {"post": _do(f"{name}.take", name, "", [], _members("step", "reason"), done)},
        f"{one}/set-aside": {"post": _do(f"{name}.set_aside", name, "", [], _members("reason"), done, checked=True)},
        f"{one}/resume": {"post": _do(f"{name}.resume", name, "", [], _members("reason"), done, checked=True)},
        f"{one}/reassign": {"post": _do(f"{name}.reassign", name, "", [], _members("step", "to", "reason"), done)},
    }
    if lanes:
        paths[f"{one}/lanes/{{lane}}"] = {"post": _do(f"{name}.lane", name, "lane", lanes, _side(), done)}
    return paths


def _members(*names: str) -> dict[str, Any]:
    return {name: {"type": ["string", "null"]} for name in names}


def _side() -> dict[str, Any]:
    return {"reason": {"type": ["string", "null"]}, "input": {"type": ["object", "null"]}}


def _decision() -> dict[str, Any]:
    return {"decision": {"enum": ["pass", "send_back", "close", None]}, "to": {"type": ["string", "null"]}, **_side()}


def _do(
    operation_id: str, tag: str, kind: str, ids: list[str], members: dict[str, Any], done: dict[str, Any],
    *, checked: bool = False,
) -> dict[str, Any]:  # fmt: skip
    chosen = [{"name": kind, "in": "path", "required": True, "schema": {"type": "string", "enum": ids}}] if ids else []
    checks = [IF_MATCH_OPTIONAL, *([_VALIDATE] if kind == "step" else [])] if kind or checked else []
    body = {"type": "object", "properties": members, "additionalProperties": False}
    return operation(
        operation_id,
        f"Do the {kind}" if kind else operation_id.rpartition(".")[2].replace("_", " ").capitalize(),
        done,
        tag=tag,
        parameters=[ID, *chosen, *checks, IDEMPOTENCY_KEY],
        body=body,
        optional=True,
    )


def fixed_paths() -> dict[str, Any]:
    """Return the paths that do not depend on the configuration."""
    plain = {"200": answer("the answer", ref("_object"))}
    public: dict[str, Any] = {"security": []}
    return {
        "/api/me": {"get": operation("me", "Who I am and what I may do", plain)},
        "/api/inbox": {
            "get": operation(
                "inbox", "What waits for me", {"200": answer("tasks", ref("_items"))}, parameters=[LIMIT, CURSOR]
            )
        },
        "/api/dictionary": {
            "get": operation("dictionary", "What is kept, field by field", {"200": answer("fields", ref("_items"))})
        },
        **inbox_paths(),
        **beside.fixed_paths(),
        "/health": {"get": operation("health", "Is the process alive", plain) | public},
        "/ready": {"get": operation("ready", "Can requests be served", plain) | public},
        "/openapi.json": {"get": operation("openapi", "This document", plain) | public},
    }
