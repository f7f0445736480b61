"""Reports: the list of those one may see, and each with its conditions, chart, table and files."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance.acts import Refused
from ordinance.blueprint.reporting import Report
from ordinance.problems import reason
from ordinance.reports import Answer, run, seen_reports
from ordinance.reports.wording import Words
from ordinance.reports.writing import as_csv, as_xlsx
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go
from ordinance.web.ui.views.address import pairs_of
from ordinance.web.ui.views.reports import Sheet, read_given, shelves

_BOM = "\ufeff"
_FILES = {
    "csv": ("text/csv; charset=utf-8", "csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
_AS = "as"


@get("/reports", name="ui.reports", include_in_schema=False)
async def show_reports(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the reports the reader may open, by department."""
    seat = ui.seat(request)
    found = seen_reports(seat.force, seat.call())
    return await seat.page("reports.html", shelves=shelves(seat.force, found, seat.speech))


@get("/reports/{id:str}", name="ui.report", include_in_schema=False)
async def show_report(request: AnyRequest, ui: NamedDependency[Ui], id: FromPath[str]) -> Response[Any]:
    """Show one report, or answer it as a file; what a form sent is said shorter in the address."""
    seat = ui.seat(request)
    report = seat.force.blueprint.reports.get(id)
    if report is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    pairs = pairs_of(request.scope["query_string"].decode("latin-1"))
    given, untidy = read_given(report, pairs, seat.today)
    if untidy or any(each not in report.parameters and not given[each] for each in given):
        return go(_address(report, given))
    file = given.pop(_AS, "")
    answer = await run(seat.house, seat.call(), id, given)
    if isinstance(answer, Refused):
        raise PageHalt(answer.kind, answer.reasons)
    sheet = Sheet(seat.force, seat.speech, await _words(seat, answer), answer)
    if file in _FILES:
        return _file(sheet, file)
    return await seat.page("report.html", view=sheet.view())


def _address(report: Report, given: dict[str, str]) -> str:
    kept = {
        name: text
        for name, text in given.items()
        if (text if name not in report.parameters else text != report.parameters[name].default)
    }
    path = f"/reports/{report.id}"
    return f"{path}?{urlencode(kept)}" if kept else path


async def _words(seat: Seat, answer: Answer) -> Words:
    """Return the words of a page: also what the records are called that its conditions name."""
    words = Words(seat.force, seat.call(), answer.report)
    async with seat.house.database.work(write=False) as work:
        await words.look_up_chosen(work, answer)
    return words


def _file(sheet: Sheet, kind: str) -> Response[Any]:
    """Return the report as a file."""
    media, ending = _FILES[kind]
    text: Any = as_xlsx(sheet.answer, sheet.words) if kind == "xlsx" else _BOM + as_csv(sheet.answer, sheet.words)
    name = quote(f"{sheet.answer.report.label.in_(sheet.words.call.locale)}.{ending}")
    headers = {"content-disposition": f"attachment; filename=\"report.{ending}\"; filename*=UTF-8''{name}"}
    return Response(text if isinstance(text, bytes) else text.encode(), media_type=media, headers=headers)


HANDLERS = [show_reports, show_report]
"""Every handler of this module."""
