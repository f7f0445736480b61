"""Home: what waits for the reader, over all kinds of document, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency

from ordinance import acts
from ordinance.acts import Filter, Query, Refused
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, new_key
from ordinance.web.ui.views.listing import InboxView, Task
from ordinance.web.ui.views.record import Act
from ordinance.web.ui.views.speech import iso

_PAGE = 50


@get("/", name="ui.home", include_in_schema=False)
async def show_home(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Show the inbox; at the first sign-in the guide comes before it."""
    seat = ui.seat(request)
    actor = seat.actor
    if seat.visit.first_login and seat.visit.by == "session" and actor.kind == "person":
        return go("/guide")
    cursor = request.query_params.get("cursor")
    page = await acts.inbox(seat.house, seat.call(), limit=_PAGE, cursor=cursor)
    if isinstance(page, Refused):
        raise PageHalt(page.kind, page.reasons)
    whom = await _whom(seat, page.items)
    view = InboxView(
        tasks=tuple(_task(seat, each, whom.get(each.id, "")) for each in page.items),
        count=f"{len(page.items)}{'+' if page.next else ''}",
        next_href=f"/?{urlencode({'cursor': page.next})}" if page.next else "",
    )
    return await seat.page("inbox.html", view=view)


async def _whom(seat: Seat, tasks: Sequence[acts.Task]) -> dict[int, str]:
    """Return whom each document concerns: its first reference, one query for each kind of document."""
    found: dict[int, str] = {}
    for entity in dict.fromkeys(each.entity for each in tasks if each.title in ("", each.number)):
        fields = seat.force.blueprint.entities[entity].fields.values()
        seen = seat.force.rights.projection(seat.actor, entity)
        whom = next(
            (each for each in fields if seat.speech.is_reference(each) and each.required and seen.reads(each.id)), None
        )
        if whom is None:
            continue
        ids = tuple(str(each.id) for each in tasks if each.entity == entity)
        query = Query(filter=(Filter(("id",), "in", ids),), fields=(whom.id,), limit=len(ids))
        page = await acts.listing(seat.house, seat.call(), entity, query)
        for record in page.items if isinstance(page, acts.Page) else ():
            found[int(record["id"])] = seat.speech.text(whom, record.get(whom.id))
    return found


def _task(seat: Seat, each: acts.Task, whom: str) -> Task:
    entity = seat.force.blueprint.entities[each.entity]
    now = seat.visit.now
    quick = each.quick
    label = seat.of(each.label) or each.step
    return Task(
        href=f"/o/{each.entity}/{each.id}",
        entity=each.entity,
        entity_label=seat.of(entity.label),
        id=str(each.id),
        number=each.number or seat.say("draft"),
        title=each.title if each.title not in ("", each.number) else whom,
        step=label,
        since=seat.speech.moment(each.since, now),
        since_at=iso(each.since),
        due=seat.speech.instant(each.due) if each.due else "",
        late=each.due is not None and each.due < now,
        amount=each.amount or "",
        version=str(each.version),
        key=new_key() if quick else "",
        act=Act(f"step:{each.step}", label if quick else seat.say("open_to_fill"), asks=not quick),
    )


HANDLERS = [show_home]
"""Every handler of this module."""
