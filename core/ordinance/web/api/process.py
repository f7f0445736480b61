"""What is done to a document over HTTP: its steps, lanes, being taken and passed on. Source: design.md §9."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from ordinance import acts
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
from ordinance.web.api.parameters import flag, read_parameters
from ordinance.web.api.replies import checked, reply, reply_done, step_body

DECISIONS = ("pass", "send_back", "close")
"""What one may decide at a step."""

_STEP = {
    "decision": Member(str, DECISIONS),
    "to": Member(str),
    "reason": Member(str),
    "input": Member(dict),
}
_LANE = {"reason": Member(str), "input": Member(dict)}
_TAKE = {"step": Member(str), "reason": Member(str)}
_REASON = {"reason": Member(str)}
_REASSIGN = {"step": Member(str), "to": Member(str), "reason": Member(str)}


@get("/{entity:str}/{id:str}/steps", name="api.steps")
async def list_steps(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Answer what could be done to a document now, allowed and refused, each refusal with its reasons."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    found = checked(await acts.steps(house, call, entity, id_of(id)))
    return reply({"items": [step_body(each, call.locale) for each in found]})


@post("/{entity:str}/{id:str}/steps/{step:str}", name="api.step", status_code=200)
async def do_step(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath, step: InPath) -> Response[bytes]:
    """Pass a step of a document, send it back, or let a repeating step have no further round."""
    call = call_about(request, house, entity)
    dry = flag(read_parameters(request.scope["query_string"], ("validate",)), "validate")
    number, version = id_of(id), version_of(request, required=False)
    body = _body(request, _STEP)
    answer = await acts.step(
        house,
        call,
        entity,
        number,
        step,
        decision=body.get("decision") or "pass",
        to=body.get("to"),
        reason=body.get("reason"),
        values=body.get("input"),
        version=version,
        dry=dry,
    )
    return reply_done(checked(answer, "/input"), call.locale, dry=dry)


@post("/{entity:str}/{id:str}/lanes/{lane:str}", name="api.lane", status_code=200)
async def enter_lane(
    request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath, lane: InPath
) -> Response[bytes]:
    """Take a document into a side flow: cancel it, change it, refuse it for good."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    number, version = id_of(id), version_of(request, required=False)
    body = _body(request, _LANE)
    answer = await acts.lane(
        house, call, entity, number, lane, reason=body.get("reason"), values=body.get("input"), version=version
    )
    return reply_done(checked(answer, "/input"), call.locale)


@post("/{entity:str}/{id:str}/take", name="api.take", status_code=200)
async def take_document(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Take a waiting document, so that nobody else works on it; to skip its queue wants the right and a reason."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    number, body = id_of(id), _body(request, _TAKE)
    answer = await acts.take(house, call, entity, number, body.get("step"), reason=body.get("reason") or "")
    return reply_done(checked(answer), call.locale)


@post("/{entity:str}/{id:str}/set-aside", name="api.set_aside", status_code=200)
async def set_document_aside(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Take a waiting document out of its queue for a while."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    number, version, body = id_of(id), version_of(request, required=False), _body(request, _REASON)
    answer = await acts.set_aside(house, call, entity, number, reason=body.get("reason") or "", version=version)
    return reply_done(checked(answer), call.locale)


@post("/{entity:str}/{id:str}/resume", name="api.resume", status_code=200)
async def resume_document(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Put a document back that was set aside."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    number, version, body = id_of(id), version_of(request, required=False), _body(request, _REASON)
    answer = await acts.resume(house, call, entity, number, reason=body.get("reason") or "", version=version)
    return reply_done(checked(answer), call.locale)


@post("/{entity:str}/{id:str}/reassign", name="api.reassign", status_code=200)
async def reassign_document(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Give a waiting document to another person."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    number, body = id_of(id), _body(request, _REASSIGN)
    to = id_of(body["to"]) if body.get("to") else None
    answer = await acts.reassign(house, call, entity, number, body.get("step"), to, reason=body.get("reason") or "")
    return reply_done(checked(answer), call.locale)


def _body(request: AnyRequest, members: dict[str, Member]) -> dict[str, Any]:
    body = body_of(request, optional=True)
    members_of(body, members)
    return body


HANDLERS = [
    list_steps,
    do_step,
    enter_lane,
    take_document,
    set_document_aside,
    resume_document,
    reassign_document,
]
"""Every handler of this module."""
