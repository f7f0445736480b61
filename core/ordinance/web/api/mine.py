"""What concerns the caller: who it is and may do, what waits for it, what it was told."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from ordinance import acts
from ordinance.access import Actor
from ordinance.acts import House
from ordinance.web.api.inquiry import AnyRequest, GivenHouse, actor_of, call_of
from ordinance.web.api.parameters import read_page, read_parameters
from ordinance.web.api.replies import checked, reply, reply_page, task_body, term_body
from ordinance.web.visit import get_visit


@get("/me", name="api.me")
async def read_me(request: AnyRequest, house: GivenHouse) -> Response[bytes]:
    """Answer who the caller is, its roles, and what it may do with which records."""
    actor = actor_of(request)
    read_parameters(request.scope["query_string"], ())
    return reply(
        _me(house, actor, get_visit(request.scope).locale) | {"first_login": get_visit(request.scope).first_login}
    )


@get("/inbox", name="api.inbox")
async def read_inbox(request: AnyRequest, house: GivenHouse) -> Response[bytes]:
    """Answer the documents that wait for the caller."""
    call = call_of(request)
    limit, cursor = read_page(request.scope["query_string"])
    page = checked(await acts.inbox(house, call, limit=limit, cursor=cursor))
    return reply_page(page, [task_body(each, call.locale) for each in page.items])


@get("/dictionary", name="api.dictionary")
async def read_dictionary(request: AnyRequest, house: GivenHouse) -> Response[bytes]:
    """Answer every field the caller may see: what it is called, its type, its rules, who answers for it."""
    call = call_of(request)
    read_parameters(request.scope["query_string"], ())
    return reply({"items": [term_body(each, call.locale) for each in await acts.dictionary(house, call)]})


def _me(house: House, actor: Actor, locale: str) -> dict[str, Any]:
    force = house.force
    return {
        "id": str(actor.id),
        "name": actor.name,
        "kind": actor.kind,
        "locale": locale,
        "roles": [{"id": each.id, "label": each.label.in_(locale)} for each in force.rights.roles_of(actor)],
        "of": {"entity": actor.of[0], "id": str(actor.of[1])} if actor.of is not None else None,
        "stands_in_for": [each.name for each in actor.deputy_for],
        "may": {
            entity: sorted(allowed)
            for entity in force.blueprint.entities
            if (allowed := force.rights.acts(actor, entity))
        },
    }


HANDLERS = [read_me, read_inbox, read_dictionary]
"""Every handler of this module."""
