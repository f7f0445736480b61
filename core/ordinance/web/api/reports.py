"""Reports over HTTP: which there are for the caller, and what each says."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from ordinance.acts import Call, Force
from ordinance.blueprint.reporting import Report
from ordinance.problems import reason
from ordinance.reports import run, seen_reports
from ordinance.reports.asking import SORT
from ordinance.reports.sight import reads
from ordinance.reports.wording import Words
from ordinance.reports.writing import as_json
from ordinance.web.api.halt import Halt
from ordinance.web.api.inquiry import AnyRequest, GivenHouse, InPath, call_of
from ordinance.web.api.parameters import read_parameters
from ordinance.web.api.replies import checked, reply


@get("/reports", name="api.reports")
async def list_reports(request: AnyRequest, house: GivenHouse) -> Response[bytes]:
    """Answer the reports the caller may ask for, with their parameters."""
    call = call_of(request)
    read_parameters(request.scope["query_string"], ())
    force = house.force
    return reply({"items": [_report(force, call, each) for each in seen_reports(force, call)]})


@get("/reports/{report:str}", name="api.report")
async def read_report(request: AnyRequest, house: GivenHouse, report: InPath) -> Response[bytes]:
    """Answer what a report says. Source: B-24."""
    call, force = call_of(request), house.force
    declared = force.blueprint.reports.get(report)
    if declared is None:
        raise Halt("not_found", (reason("no_such_path"),))
    given = read_parameters(request.scope["query_string"], (*declared.parameters, SORT))
    answer = checked(await run(house, call, report, given))
    words = Words(force, call, answer.report)
    async with house.database.work(write=False) as work:
        await words.look_up_chosen(work, answer)
    return reply(as_json(answer, words))


def _report(force: Force, call: Call, report: Report) -> dict[str, Any]:
    locale = call.locale
    return {
        "id": report.id,
        "label": report.label.in_(locale),
        "about": report.about.in_(locale) if report.about else "",
        "of": report.of,
        "department": report.department,
        "parameters": [
            {"id": each.id, "label": each.label.in_(locale), "default": each.default, "period": each.is_period}
            for each in report.parameters.values()
            if reads(force, call, report, each.path)
        ],
    }


HANDLERS = [list_reports, read_report]
"""Every handler of this module."""
