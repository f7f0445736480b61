"""Papers over HTTP: which there are for a record, and the PDF of one."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from litestar import Response, get
from litestar.di import NamedDependency

from ordinance.printing import Press, print_record, prints_of
from ordinance.problems import Problem, Reason, SiteError, reason
from ordinance.web.api.halt import Halt
from ordinance.web.api.inquiry import AnyRequest, GivenHouse, InPath, call_about, id_of
from ordinance.web.api.parameters import read_parameters
from ordinance.web.api.replies import checked, reply
from ordinance.web.visit import header

LOCALES = ("zh", "en")
PDF = "application/pdf"


@get("/{entity:str}/{id:str}/print", name="api.prints")
async def list_prints(request: AnyRequest, house: GivenHouse, entity: InPath, id: InPath) -> Response[bytes]:
    """Answer which papers the caller can make of a record now."""
    call = call_about(request, house, entity)
    read_parameters(request.scope["query_string"], ())
    forms = checked(await prints_of(house, call, entity, id_of(id)))
    return reply({"items": [{"id": each.id, "label": each.label.in_(call.locale)} for each in forms]})


@get("/{entity:str}/{id:str}/print/{form:str}", name="api.print")
async def print_one(
    request: AnyRequest, house: GivenHouse, press: NamedDependency[Press], entity: InPath, id: InPath, form: InPath
) -> Response[bytes]:
    """Answer the PDF of a record, in the caller's language or the one that is asked for."""
    call = call_about(request, house, entity)
    locale = read_parameters(request.scope["query_string"], ("locale",)).get("locale", call.locale)
    if locale not in LOCALES:
        raise Halt("bad_request", (reason("bad_parameter", "locale", name="locale", detail=", ".join(LOCALES)),))
    host = header(request.scope, b"host")
    address = f"{request.scope['scheme']}://{host}" if host else ""
    try:
        made = await print_record(house, replace(call, locale=locale), press, entity, id_of(id), form, address=address)
    except SiteError as wrong:
        raise Halt("conflict", [_as_reason(each) for each in wrong.problems]) from wrong
    paper = checked(made)
    named = f"attachment; filename*=UTF-8''{quote(paper.name, safe='')}.pdf"
    return Response(paper.pages[0], media_type=PDF, headers={"content-disposition": named})


def _as_reason(problem: Problem) -> Reason:
    return Reason(problem.code, problem.message, None, None, None, problem.place, problem.remedy)


HANDLERS = [list_prints, print_one]
"""Every handler of this module."""
