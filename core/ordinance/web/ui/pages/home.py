"""Home: what waits for the reader, over all kinds of document, the oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency

from ordinance import acts
from ordinance.acts import Filter, Query, Refused
from ordinance.web.ui.pages import portal
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, new_key
from ordinance.web.ui.views.bulk import deeds_of
from ordinance.web.ui.views.listing import Deed, InboxView, Tab, Task
from ordinance.web.ui.views.process import my_steps
from ordinance.web.ui.views.record import Act
from ordinance.web.ui.views.speech import iso

_PAGE = 50

Counts = Mapping[tuple[str, str], int]


@get("/", name="ui.home", include_in_schema=False)
async def show_home(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Show the inbox; at the first sign-in the guide comes before it."""
    seat = ui.seat(request)
    actor = seat.actor
    if seat.visit.first_login and seat.visit.by == "session" and actor.kind == "person":
        return go("/guide")
    if actor.portal and actor.of is not None and actor.of[0] in seat.force.blueprint.portals:
        return await portal.home(seat)
    query = request.query_params
    counts = await acts.counts(seat.house, seat.call())
    kind = _kind(seat, counts, query.get("entity", ""), query.get("step", ""))
    # Where all wait at one step there is nothing to choose, and several can be done at once.
    entity, step = kind or (next(iter(counts)) if len(counts) == 1 else ("", ""))
    page = await acts.inbox(
        seat.house, seat.call(), limit=_PAGE, cursor=query.get("cursor"), entity=entity, step=step
    )
    if isinstance(page, Refused):
        raise PageHalt(page.kind, page.reasons)
    whom = await _whom(seat, page.items)
    chosen = {"entity": entity, "step": step} if kind else {}
    tasks = tuple(_task(seat, each, whom.get(each.id, "")) for each in page.items)
    view = InboxView(
        tasks=tasks,
        count=str(sum(counts.values())),
        next_href=f"/?{urlencode({**chosen, 'cursor': page.next})}" if page.next else "",
        tabs=_tabs(seat, counts, kind),
        bulk=f"/o/{entity}/bulk" if entity else "",
        deeds=_deeds(seat, entity, step) if tasks else (),
        key=new_key(),
    )
    return await seat.page("inbox.html", view=view, step=step, late=sum(each.late for each in tasks))


def _kind(seat: Seat, counts: Counts, entity: str, step: str) -> tuple[str, str] | None:
    """Return the kind of document and the step that are asked for, if the reader does such a thing at all."""
    declared = seat.force.blueprint.entities.get(entity)
    known = declared is not None and step in my_steps(seat.force, seat.actor, declared)
    return (entity, step) if known or (entity, step) in counts else None


def _tabs(seat: Seat, counts: Counts, kind: tuple[str, str] | None) -> tuple[Tab, ...]:
    """Return one tab for each step at which something waits; the one that is open stays, though nothing waits there."""
    kinds = list(dict.fromkeys([*counts, *([kind] if kind else [])]))
    if len(kinds) < 2 and kind is None:
        return ()
    made = [Tab(seat.say("inbox_all"), "/", str(sum(counts.values())), current=kind is None)]
    order = {each: at for at, each in enumerate(_in_order(seat))}
    for entity, step in sorted(kinds, key=lambda each: order.get(each, len(order))):
        href = f"/?{urlencode({'entity': entity, 'step': step})}"
        label = f"{seat.of(seat.force.blueprint.entities[entity].label)} · {_step_label(seat, entity, step)}"
        made.append(Tab(label, href, str(counts.get((entity, step), 0)), current=kind == (entity, step)))
    return tuple(made)


def _in_order(seat: Seat) -> list[tuple[str, str]]:
    return [(flow.entity, step.id) for flow in seat.force.blueprint.workflows.values() for step in flow.steps]


def _step_label(seat: Seat, entity: str, step: str) -> str:
    for workflow in seat.force.blueprint.variants(entity):
        lanes = (each for lane in workflow.lanes.values() for each in lane.steps)
        for each in (*workflow.steps, *lanes):
            if each.id == step:
                return seat.of(each.label) or step
    return step


def _deeds(seat: Seat, entity: str, step: str) -> tuple[Deed, ...]:
    """Return what can be done to several documents at once, where all wait at the same step."""
    declared = seat.force.blueprint.entities.get(entity)
    if declared is None:
        return ()
    made = deeds_of(seat.force, seat.speech, declared, my_steps(seat.force, seat.actor, declared))
    return tuple(each for each in made if step in each.step.split(" "))


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
