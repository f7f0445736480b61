"""The guide of the first sign-in, and the help page: the core functions and the short usage steps."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from ordinance import acts
from ordinance.acts import Query
from ordinance.blueprint import GuideStep
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go
from ordinance.web.ui.views.handbook import roles_for
from ordinance.web.ui.views.help import Task, concerns, functions, points, task_of, ways


@get("/guide", name="ui.guide", include_in_schema=False)
async def show_guide(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show how to begin: what the company wrote for this role, the steps it does, how the screens work.

    Source: requirements B-23 (the order to start in), B-25 (shown once).
    """
    seat = ui.seat(request)
    way = [
        (way.label, way.href, [each for each in way.steps if each.mine and not each.off])
        for way in ways(seat.force, seat.actor, seat.speech)
    ]
    return await seat.page(
        "guide.html", tasks=await _tasks(seat), points=points(seat.force, seat.actor, seat.speech),
        mine=[] if seat.actor.portal else [each for each in way if each[2]], first=seat.visit.first_login,
    )  # fmt: skip


async def _tasks(seat: Seat) -> list[Task]:
    """The lines of the guide that concern the reader, each ticked once there is such a record."""
    mine = [each for each in seat.force.blueprint.guide if concerns(seat.force, seat.actor, each)]
    return [task_of(seat.force, seat.actor, seat.speech, each, done=await _is_done(seat, each)) for each in mine]


async def _is_done(seat: Seat, each: GuideStep) -> bool:
    """Whether a line with a condition is done: there is a record of what it opens that the reader sees."""
    entity = each.open[0] if each.open is not None else ""
    if each.done is None or entity not in seat.force.blueprint.entities:
        return False
    page = await acts.listing(seat.house, seat.call(), entity, Query(limit=1))
    return isinstance(page, acts.Page) and bool(page.items)


@post("/guide", name="ui.guide_done", include_in_schema=False)
async def put_away_guide(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Remember that the guide was shown; it does not come again. Source: requirement B-25."""
    seat = ui.seat(request)
    await ui.accounts().put_away_guide(seat.actor.id, seat.visit.now)
    return go("/")


@get("/help", name="ui.help", include_in_schema=False)
async def show_help(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the core functions and the short usage steps of whoever asks. Source: requirement B-26."""
    seat = ui.seat(request)
    frame = await seat.frame()
    return await seat.page(
        "help.html",
        functions=functions(seat.force, seat.actor, seat.speech, frame.groups, frame.beside),
        ways=ways(seat.force, seat.actor, seat.speech),
        points=points(seat.force, seat.actor, seat.speech),
        handbook=bool(roles_for(seat.force, seat.actor)),
        home=seat.say("portal_home" if seat.actor.portal else "home"),
    )


HANDLERS = [show_guide, put_away_guide, show_help]
"""Every handler of this module."""
