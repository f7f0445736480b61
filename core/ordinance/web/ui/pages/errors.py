"""Pages for what did not work: what happened, what to do, and a reference for whoever looks into it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException

from ordinance.problems import Reason, reason
from ordinance.web.problem_details import MEDIA_TYPE, STATUS, problem_body
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go
from ordinance.web.ui.views.frame import Frame
from ordinance.web.ui.views.process import said
from ordinance.web.visit import get_visit

_LOG = logging.getLogger("ordinance.web")
_PAGES = (403, 404, 409, 500)


def failures(ui: Ui) -> dict[Any, Callable[..., Response[Any]]]:
    """Return the exception handlers of the screens."""

    def halted(request: AnyRequest, halt: PageHalt) -> Response[Any]:
        if halt.kind == "not_signed_in" and request.method == "GET" and not ui.seat(request).wants_json():
            return go(f"/sign-in?back={_quoted(request)}")
        if halt.reasons and halt.reasons[0].code == "must_change" and not ui.seat(request).wants_json():
            return go("/me")
        return _answer(ui, request, halt.kind, halt.reasons)

    def refused_by_router(request: AnyRequest, fault: HTTPException) -> Response[Any]:
        kind = next((kind for kind, status in STATUS.items() if status == fault.status_code), "bad_request")
        return _answer(ui, request, kind, ())

    def failed(request: AnyRequest, fault: Exception) -> Response[Any]:
        visit = get_visit(request.scope)
        _LOG.error("request %s failed: %s", visit.id, request.method, exc_info=fault)
        return _answer(ui, request, "internal", (), reference=visit.id)

    return {PageHalt: halted, HTTPException: refused_by_router, Exception: failed}


def not_found(ui: Ui) -> Callable[[AnyRequest, HTTPException], Response[Any] | None]:
    """Return what answers a browser at an address that no route has; None if the screens do not answer it."""

    def answer(request: AnyRequest, fault: HTTPException) -> Response[Any] | None:
        accepts = request.headers.get("accept", "")
        wanted = request.method == "GET" and "text/html" in accepts and not request.scope["path"].startswith("/api/")
        return _answer(ui, request, "not_found", ()) if wanted and fault.status_code == 404 else None

    return answer


def _quoted(request: AnyRequest) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return quote(request.scope["path"] + (f"?{query}" if query else ""), safe="")


def _answer(ui: Ui, request: AnyRequest, kind: str, reasons: tuple[Reason, ...], reference: str = "") -> Response[Any]:
    seat = ui.seat(request)
    if seat.wants_json():
        given = reasons or (reason("internal", reference=reference) if kind == "internal" else reason("no_such_path"),)
        status, body = problem_body(kind, given, seat.visit.locale, seat.visit.id)
        return Response(msgspec.json.encode(body), status_code=status, media_type=MEDIA_TYPE)
    return _page(seat, STATUS[kind], reasons, reference)


def _page(seat: Seat, status: int, reasons: tuple[Reason, ...], reference: str) -> Response[str]:
    """A page without navigation: an error must not depend on what may have failed."""
    shown = status if status in _PAGES else 404 if status == 405 else 500 if status >= 500 else 409
    frame = Frame(
        site=seat.of(seat.force.blueprint.company.label),
        locale=seat.visit.locale,
        theme=seat.theme,
        csrf=seat.visit.csrf,
        here=seat.here,
    )
    html = seat.ui.pages.render(
        "error.html",
        frame,
        title=seat.say(f"error_{shown}"),
        reasons=said(seat.speech, reasons),
        remedy=seat.say(f"error_{shown}_do"),
        reference=reference,
        back="",
    )
    return Response(html, status_code=status, media_type="text/html; charset=utf-8")
