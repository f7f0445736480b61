"""Why, over HTTP: the conditions behind what somebody can or cannot do or see, and the least that would change it."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response, get

from ordinance.acts.explaining import explain
from ordinance.acts.explaining.answers import as_json
from ordinance.problems import reason
from ordinance.web.api.halt import Halt
from ordinance.web.api.inquiry import AnyRequest, GivenHouse, InPath, call_about, call_of, id_of
from ordinance.web.api.parameters import flag, read_parameters
from ordinance.web.api.replies import checked, reply

NAMED = ("step", "send_back", "take", "close", "lane", "field")
"""What is asked about by an id."""

ALONE = ("inbox", "record", "set_aside", "resume")
"""What is asked about by itself: `inbox=true`."""

_FOR = "for"


@get("/{entity:str}/{id:str}/explain", name="api.explain")
async def explain_record(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Answer why something can or cannot be done to a record, or why it is seen as it is."""
    call = call_about(request, house, entity)
    found = read_parameters(request.scope["query_string"], (*NAMED, *ALONE, _FOR))
    number, subject = id_of(id), subject_of(found)
    answer = checked(await explain(house, call, entity, number, subject, about=found.get(_FOR, "")))
    return reply(as_json(answer, call.locale))


@get("/{entity:str}/explain", name="api.explain_create")
async def explain_new(request: AnyRequest, house: GivenHouse, entity: InPath) -> Response[bytes]:
    """Answer why a new record of the kind can or cannot be made."""
    call = call_about(request, house, entity)
    found = read_parameters(request.scope["query_string"], (_FOR,))
    answer = checked(await explain(house, call, entity, None, "create", about=found.get(_FOR, "")))
    return reply(as_json(answer, call.locale))


@get("/inbox/explain", name="api.explain_inbox")
async def explain_inbox(request: AnyRequest, house: GivenHouse) -> Response[bytes]:
    """Answer which steps are the caller's to do, and what stands there."""
    call = call_of(request)
    found = read_parameters(request.scope["query_string"], (_FOR,))
    answer = checked(await explain(house, call, None, None, "inbox", about=found.get(_FOR, "")))
    return reply(as_json(answer, call.locale))


def subject_of(found: Mapping[str, str]) -> str:
    """Return what parameters ask about.

    Raises:
        Halt: it is nothing, or more than one thing.
    """
    asked = [f"{name}:{found[name]}" for name in NAMED if name in found]
    asked += [name for name in ALONE if flag(found, name)]
    if len(asked) != 1:
        detail = ", ".join((*NAMED, *ALONE))
        raise Halt("bad_request", (reason("bad_parameter", "explain", name="explain", detail=detail),))
    return asked[0]


HANDLERS = [explain_inbox, explain_record, explain_new]
"""Every handler of this module."""
