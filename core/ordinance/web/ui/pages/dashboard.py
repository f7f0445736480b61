"""The overview: the dashboards of the reader's roles on one page."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency

from ordinance.reports.dashboards import Section, overview
from ordinance.reports.wording import Words
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.views.dashboard import Board


@get("/overview", name="ui.overview", include_in_schema=False)
async def show_overview(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show everything at a glance. Source: Q-08, Q-19."""
    seat = ui.seat(request)
    sections = await overview(seat.house, seat.call())
    board = Board(seat.force, seat.speech, seat.visit.now, await _words(seat, sections))
    clock = seat.visit.now.astimezone(seat.house.zone).strftime("%H:%M")
    return await seat.page("overview.html", sections=[board.section(each) for each in sections], clock=clock)


async def _words(seat: Seat, sections: tuple[Section, ...]) -> dict[int, Words]:
    """Return the words of every answer that is shown."""
    answers = {id(shown.answer): shown.answer for each in sections for shown in each.tiles if shown.answer is not None}
    found = {}
    async with seat.house.database.work(write=False) as work:
        for key, answer in answers.items():
            found[key] = Words(seat.force, seat.call(), answer.report)
            await found[key].look_up_chosen(work, answer)
    return found


HANDLERS = [show_overview]
"""Every handler of this module."""
