"""Signing in and out, language and theme."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from ordinance.accounts import SignedIn
from ordinance.web.authentication import session_cookie
from ordinance.web.frame import LOCALE_COOKIE
from ordinance.web.ui.pages.seat import THEME_COOKIE, THEMES, AnyRequest, Ui, go, local
from ordinance.web.ui.views.entry import read_posted
from ordinance.web.ui.views.process import said
from ordinance.web.visit import header

_YEAR_S = 365 * 24 * 3600


@get("/sign-in", name="ui.sign_in", include_in_schema=False)
async def show_sign_in(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Show the sign-in page; whoever is signed in already goes on."""
    seat = ui.seat(request)
    back = local(request.query_params.get("back", "/"))
    if seat.visit.actor is not None:
        return go(back)
    return await seat.page("sign_in.html", back=back, name="", fault="")


@post("/sign-in", name="ui.do_sign_in", include_in_schema=False)
async def do_sign_in(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Open a session, or say why not."""
    seat = ui.seat(request)
    form = read_posted(seat.visit.body)
    name, back = form.get("name").strip(), local(form.get("_back"))
    client = request.scope.get("client")
    outcome = await ui.accounts().sign_in(
        name,
        form.get("password"),
        seat.visit.now,
        agent=header(request.scope, b"user-agent") or "",
        old=seat.visit.session,
        address=client[0] if client else "",
    )
    if not isinstance(outcome, SignedIn):
        fault = " ".join(said(seat.speech, outcome))
        return await seat.page("sign_in.html", 401, back=back, name=name[:60], fault=fault)
    answer = go("/me" if outcome.must_change else "/guide" if outcome.first_login else back)
    answer.headers["set-cookie"] = session_cookie(seat.visit, outcome.token)
    return answer


@post("/sign-out", name="ui.sign_out", include_in_schema=False)
async def sign_out(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Close the session."""
    seat = ui.seat(request)
    if seat.visit.session:
        await ui.accounts().sign_out(seat.visit.session)
    answer = go("/sign-in")
    answer.headers["set-cookie"] = session_cookie(seat.visit, "")
    return answer


@post("/preferences", name="ui.preferences", include_in_schema=False)
async def set_preferences(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Remember in this browser the language or the theme."""
    seat = ui.seat(request)
    form = read_posted(seat.visit.body)
    answer = go(local(form.get("_back")))
    secure = seat.visit.secure
    if form.get("locale") in ("zh", "en"):
        answer.set_cookie(LOCALE_COOKIE, form.get("locale"), max_age=_YEAR_S, path="/", samesite="lax", secure=secure)
    if form.get("theme") in THEMES:
        answer.set_cookie(THEME_COOKIE, form.get("theme"), max_age=_YEAR_S, path="/", samesite="lax", secure=secure)
    return answer


HANDLERS = [show_sign_in, do_sign_in, sign_out, set_preferences]
"""Every handler of this module."""
