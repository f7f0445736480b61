"""Records over HTTP: one set of handlers for every entity of the configuration in force.

The handlers read the request and write the answer; what may be done and what comes of it is the acts' business.
Source: design.md §9, peers.md §4.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, patch, post

from ordinance import acts
from ordinance.acts.timeline import GROUPS
from ordinance.problems import reason
from ordinance.web.api.halt import Halt
from ordinance.web.api.inquiry import (
    AnyRequest,
    GivenHouse,
    InPath,
    Member,
    body_of,
    call_about,
    id_of,
    members_of,
    version_of,
)
from ordinance.web.api.parameters import flag, read_parameters, read_query
from ordinance.web.api.replies import checked, entry_body, reply, reply_done, reply_page, reply_view
from ordinance.web.api.upsert import upsert

_EVALUATE = {"values": Member(dict), "id": Member(str), "step": Member(str), "workflow": Member(str)}


@get("/{entity:str}", name="api.list")
async def list_records(request: AnyRequest, house: GivenHouse, entity: InPath) -> Response[bytes]:
    """Answer one page of a list, or with `aggregate[…]` the figures of its records, group by group."""
    call = call_about(request, house, entity)
    query = read_query(request.scope["query_string"])
    if query.figures:
        return reply_page(checked(await acts.aggregate(house, call, entity, query)))
    return reply_page(checked(await acts.listing(house, call, entity, query)))


@get("/{entity:str}/lookup", name="api.lookup")
async def look_up(request: AnyRequest, house: GivenHouse, entity: InPath) -> Response[bytes]:
    """Answer the few records that fit some letters, for a typeahead."""
    call = call_about(request, house, entity)
    found = read_parameters(request.scope["query_string"], ("search",))
    choices = checked(await acts.lookup(house, call, entity, found.get("search", "")))
    return reply({"items": [{"id": str(each.id), "label": each.label, "hint": each.hint} for each in choices]})


@get("/{entity:str}/{id:str}", name="api.read")
async def read_record(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Answer one record, with its version as `ETag`."""
    call = call_about(request, house, entity)
    found = read_parameters(request.scope["query_string"], ("fields", "access"))
    fields = tuple(found["fields"].split(",")) if found.get("fields") else ()
    view = checked(await acts.read(house, call, entity, id_of(id), fields=fields))
    unknown = [
        reason("unknown_parameter", "fields", name=f"fields={each[:100]}") for each in fields if each not in view.access
    ]
    if unknown:
        raise Halt("bad_request", unknown)
    return reply_view(view, access=flag(found, "access"))


@get("/{entity:str}/{id:str}/timeline", name="api.timeline")
async def read_timeline(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Answer what happened to a record, newest first; `before` goes on from the last line."""
    call = call_about(request, house, entity)
    found = read_parameters(request.scope["query_string"], ("before", "only"))
    before = id_of(found["before"]) if found.get("before") else None
    only = found["only"].split(",") if found.get("only") else ()
    unknown = [reason("unknown_parameter", "only", name=f"only={each[:100]}") for each in only if each not in GROUPS]
    if unknown:
        raise Halt("bad_request", unknown)
    entries = checked(await acts.timeline(house, call, entity, id_of(id), before=before, only=only))
    return reply({"items": [entry_body(each, call.locale) for each in entries]})


@post("/{entity:str}", name="api.create")
async def create_record(request: AnyRequest, house: GivenHouse, entity: InPath) -> Response[bytes]:
    """Create a record; `validate=true` only tries, `upsert=true` changes the one of the same key."""
    call = call_about(request, house, entity)
    found = read_parameters(request.scope["query_string"], ("validate", "upsert", "draft"))
    dry, draft = flag(found, "validate"), flag(found, "draft")
    values = body_of(request)
    if flag(found, "upsert"):
        done = await upsert(house, call, entity, values, dry=dry)
    else:
        done = checked(await acts.create(house, call, entity, values, draft=draft, dry=dry))
    return reply_done(done, call.locale, dry=dry)


@patch("/{entity:str}/{id:str}", name="api.update")
async def update_record(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Change some fields of a record, of the version that `If-Match` names."""
    call = call_about(request, house, entity)
    dry = flag(read_parameters(request.scope["query_string"], ("validate",)), "validate")
    number, version = id_of(id), version_of(request, required=True)
    values = body_of(request)
    done = checked(await acts.update(house, call, entity, number, values, version=version, dry=dry))
    return reply_done(done, call.locale, dry=dry)


@delete("/{entity:str}/{id:str}", name="api.delete", status_code=204)
async def delete_record(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> None:
    """Delete a record, of the version that `If-Match` names."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    number, version = id_of(id), version_of(request, required=True)
    checked(await acts.delete(house, call, entity, number, version=version))


@post("/{entity:str}/evaluate", name="api.evaluate", status_code=200)
async def evaluate_record(request: AnyRequest, house: GivenHouse, entity: InPath) -> Response[bytes]:
    """Answer what values being typed come to: computed, shown, required, wrong. Nothing is written."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    body = body_of(request)
    members_of(body, _EVALUATE)
    number = id_of(body["id"]) if body.get("id") else None
    values: dict[str, Any] = body.get("values") or {}
    found = checked(
        await acts.evaluate(
            house, call, entity, values, id=number, step=body.get("step"), workflow=body.get("workflow")
        ),
        "/values",
    )
    return reply(_evaluation(found, call.locale))


def _evaluation(found: acts.Evaluation, locale: str) -> dict[str, Any]:
    return {
        "values": found.values,
        "text": found.text,
        "show": found.show,
        "readonly": found.readonly,
        "required": found.required,
        "options": found.options,
        "totals": found.totals,
        "errors": [
            {"code": each.code, "message": each.message.in_(locale), "pointer": each.where} for each in found.errors
        ],
    }


HANDLERS = [
    list_records,
    look_up,
    read_record,
    read_timeline,
    create_record,
    update_record,
    delete_record,
    evaluate_record,
]
"""Every handler of this module."""
