"""Print a record: the papers there are, with a look at each, and the PDF."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Refused
from ordinance.printing import Press, print_record, prints_of
from ordinance.problems import SiteError
from ordinance.web.ui.pages.browse import entity_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, id_of
from ordinance.web.ui.views.printing import PaperCard, PrintView, fault_lines
from ordinance.web.ui.views.table import name_of
from ordinance.web.visit import header

PDF = "application/pdf"
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; object-src 'self'; frame-ancestors 'none'"
"""What the browser's own reader of PDF files needs, and nothing that a page could do."""

_LOOK_PPI = 60
_LOCALES = ("zh", "en")


@get("/o/{entity:str}/{id:str}/print", name="ui.prints", include_in_schema=False)
async def show_prints(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> Response[str]:
    """Show which papers can be made of a record."""
    seat = ui.seat(request)
    declared, number = entity_of(seat, entity), id_of(id)
    found = await acts.read(seat.house, seat.call(), declared.id, number)
    forms = await prints_of(seat.house, seat.call(), declared.id, number)
    if isinstance(found, Refused):
        raise PageHalt(found.kind, found.reasons)
    if isinstance(forms, Refused):
        raise PageHalt(forms.kind, forms.reasons)
    record = f"/o/{declared.id}/{number}"
    name = str(found.record.get("number") or name_of(found.record, declared, seat.speech))
    cards = tuple(
        PaperCard(
            seat.of(each.label),
            seat.of(each.help),
            tuple((_language(one), f"{record}/print/{each.id}?lang={one}") for one in _locales(seat)),
            f"{record}/print/{each.id}?lang={seat.visit.locale}&look=1&v={found.version}",
        )
        for each in forms
    )
    view = PrintView(name, seat.of(declared.label), f"/o/{declared.id}", record, cards)
    return await seat.page("printing.html", here=f"/o/{declared.id}", view=view)


@get("/o/{entity:str}/{id:str}/print/{form:str}", name="ui.print", include_in_schema=False)
async def print_one(
    request: AnyRequest, ui: NamedDependency[Ui], press: NamedDependency[Press], entity: FromPath[str],
    id: FromPath[str], form: FromPath[str],
) -> Response[Any]:  # fmt: skip
    """Answer the PDF of a record, or with `look` a picture of its first page."""
    seat = ui.seat(request)
    declared, number = entity_of(seat, entity), id_of(id)
    look = bool(request.query_params.get("look"))
    try:
        paper = await print_record(
            seat.house, _call(seat), press, declared.id, number, form, address=address_of(seat.request),
            kind="png" if look else "pdf", ppi=_LOOK_PPI,
        )  # fmt: skip
    except SiteError as wrong:
        lines = fault_lines(wrong.problems, seat.visit.locale)
        return await seat.page("print_wrong.html", 409, back=f"/o/{declared.id}/{number}", lines=lines)
    if isinstance(paper, Refused):
        raise PageHalt(paper.kind, paper.reasons)
    if look:
        return Response(paper.pages[0], media_type="image/png")
    return pdf_answer(paper.name, paper.pages[0])


def pdf_answer(name: str, content: bytes) -> Response[bytes]:
    """Return a PDF to be shown, under a name for whoever keeps it."""
    headers = {
        "content-disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}.pdf",
        "content-security-policy": PDF_POLICY,
    }
    return Response(content, media_type=PDF, headers=headers)


def address_of(request: AnyRequest) -> str:
    """Return the address under which the site was asked, for the code on a paper."""
    scheme = "https" if request.scope["scheme"] == "https" else "http"
    host = header(request.scope, b"host") or ""
    return f"{scheme}://{host}" if host else ""


def _call(seat: Seat) -> acts.Call:
    from dataclasses import replace

    language = seat.request.query_params.get("lang", "")
    return replace(seat.call(), locale=language) if language in _LOCALES else seat.call()


def _locales(seat: Seat) -> tuple[str, ...]:
    """The two languages, the reader's own first."""
    return tuple(sorted(_LOCALES, key=lambda each: each != seat.visit.locale))


def _language(locale: str) -> str:
    return {"zh": "中文", "en": "English"}[locale]


HANDLERS = [show_prints, print_one]
"""Every handler of this module."""
