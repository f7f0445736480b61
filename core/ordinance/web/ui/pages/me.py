"""One's own account: the password, language and theme, where one is signed in, one's keys, what one's roles may do."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from ordinance.accounts import Account, SignedIn
from ordinance.problems import Reason, reason
from ordinance.web.authentication import session_cookie
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go
from ordinance.web.ui.views.accounts import roles_in_words, sessions, tokens
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.process import said
from ordinance.web.ui.views.record import Fault
from ordinance.web.visit import header

ME = "/me"


@get(ME, name="ui.me", include_in_schema=False)
async def show_me(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the reader's own account; whoever came with a password that others have seen sees only how to change it."""
    seat = ui.seat(request)
    return await _page(seat, await _own(seat))


async def _own(seat: Seat) -> Account:
    account = await seat.ui.accounts().by_id(seat.actor.id)
    if account is None:
        raise PageHalt("not_found", (reason("not_found"),))
    return account


async def _page(
    seat: Seat, account: Account, reasons: tuple[Reason, ...] = (), status: int = 200, secret: str = ""
) -> Response[str]:
    accounts, now = seat.ui.accounts(), seat.visit.now
    return await seat.page(
        "settings/me.html",
        status,
        a=account,
        must=seat.visit.must_change,
        words=roles_in_words(seat.force, seat.speech, seat.actor.all_roles()),
        sessions=sessions(seat.speech, await accounts.sessions(account.id, seat.visit.session), now),
        tokens=tokens(seat.speech, await accounts.tokens(account.id), now),
        secret=secret,
        faults_=tuple(Fault(text) for text in said(seat.speech, reasons)),
    )


@post(ME, name="ui.change_me", status_code=200, include_in_schema=False)
async def change_me(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Change one's own password, or end a session, or make or revoke a key."""
    seat = ui.seat(request)
    account = await _own(seat)
    posted = read_posted(seat.visit.body)
    act, _, mark = posted.get("do").partition(":")
    if act == "password" or seat.visit.must_change:
        return await _password(seat, account, posted)
    accounts = ui.accounts()
    if act == "token":
        made = await accounts.issue_token(account.id, seat.visit.now, posted.get("label").strip()[:80])
        return await _page(seat, account, secret=made)
    if act == "revoke":
        await accounts.revoke_token(account.id, mark)
    elif act == "end":
        await accounts.end_session(account.id, mark)
    elif act == "end_others":
        for each in await accounts.sessions(account.id, seat.visit.session):
            if not each["own"]:
                await accounts.end_session(account.id, each["mark"])
    return go(f"{ME}?said=saved")


async def _password(seat: Seat, account: Account, posted: Posted) -> Response[Any]:
    """Change the password; that ends every session, so this browser gets a new one at once."""
    new = posted.get("new")
    if new != posted.get("again"):
        return await _page(seat, account, (reason("passwords_differ", "/again"),), 422)
    accounts = seat.ui.accounts()
    reasons = await accounts.change_password(account, posted.get("present"), new, seat.visit.now)
    if reasons:
        return await _page(seat, account, reasons, 422)
    agent = header(seat.request.scope, b"user-agent") or ""
    outcome = await accounts.sign_in(account.name, new, seat.visit.now, agent=agent)
    answer = go(f"{ME}?said=saved" if not seat.visit.must_change else "/")
    token = outcome.token if isinstance(outcome, SignedIn) else ""
    answer.headers["set-cookie"] = session_cookie(seat.visit, token)
    return answer


HANDLERS = [show_me, change_me]
"""Every handler of this module."""
