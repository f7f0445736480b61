"""One request to the screens: who sits there, in which language and configuration, and how a page is answered."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request, Response
from litestar.response import Redirect

from ordinance import acts
from ordinance.access import Actor
from ordinance.accounts import Accounts
from ordinance.acts import Call, Force, House
from ordinance.problems import Text, reason
from ordinance.web.ui.environment import Pages
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.views.frame import Destination, Frame, User
from ordinance.web.ui.views.navigation import at_a_glance, groups, settings_of
from ordinance.web.ui.views.speech import Speech
from ordinance.web.visit import Visit, cookies, get_visit, header

AnyRequest = Request[Any, Any, Any]

THEME_COOKIE = "ordinance_theme"
THEMES = ("light", "dark", "system")
HTML = "text/html; charset=utf-8"
_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_SAID = ("saved", "guide_done", "gone", "applied", "nothing_changed", "files_written", "put_forward", "withdrawn_now")


@dataclass(frozen=True, slots=True)
class Ui:
    """What the screens of one site stand on: the house, the accounts, the templates."""

    house: Callable[[], House]
    accounts: Callable[[], Accounts]
    pages: Pages

    def seat(self, request: AnyRequest) -> Seat:
        """Return the request as its handler sees it; the configuration is taken once and kept to the end."""
        house = self.house()
        visit = get_visit(request.scope)
        company = house.force.blueprint.company
        speech = Speech(house.force.types, visit.locale, house.zone, company.currency)
        return Seat(request, self, house, house.force, visit, speech)


@dataclass(frozen=True, slots=True)
class Seat:
    """One request."""

    request: AnyRequest
    ui: Ui
    house: House
    force: Force
    visit: Visit
    speech: Speech

    @property
    def actor(self) -> Actor:
        """Who is signed in.

        Raises:
            PageHalt: nobody is; the answer leads to the sign-in page. Or somebody whose password others have seen: the
                answer leads to where it is changed.
        """
        if self.visit.actor is None:
            raise PageHalt("not_signed_in", (reason("not_signed_in"),))
        if self.visit.must_change and not self.request.scope["path"].startswith("/me"):
            raise PageHalt("not_allowed", (reason("must_change"),))
        return self.visit.actor

    @property
    def here(self) -> str:
        """The address of this page with its query."""
        query = self.request.scope["query_string"].decode("latin-1")
        path = quote(self.request.scope["path"])
        return f"{path}?{query}" if query else path

    @property
    def today(self) -> date:
        """The company's day."""
        return self.visit.now.astimezone(self.house.zone).date()

    def say(self, key: str, **values: Any) -> str:
        """Return a word of the screens."""
        return self.speech.say(key, **values)

    def of(self, text: Text | None) -> str:
        """Return words of the site."""
        return self.speech.of(text)

    def call(self, key: str = "") -> Call:
        """Return the call of an act; with a key a repeated submit is answered as the first was."""
        actor = self.actor
        channel: Any = "portal" if actor.portal else "office"
        print_ = (
            hashlib.sha256(self.request.scope["path"].encode() + b"\n" + self.visit.body).hexdigest() if key else ""
        )
        return Call(actor, self.visit.now, self.visit.locale, channel, key[:255] or None, fingerprint=print_)

    def wants_json(self) -> bool:
        """Return whether one of our modules asks, and not a browser going somewhere."""
        return "application/json" in (header(self.request.scope, b"accept") or "")

    async def frame(self, here: str | None = None) -> Frame:
        """Return what stands around the page."""
        company = self.force.blueprint.company
        query = self.request.query_params
        said = query.get("said", "")
        frame = Frame(
            site=self.of(company.label),
            locale=self.visit.locale,
            theme=self.theme,
            csrf=self.visit.csrf,
            here=self.here,
            said=self.say(said) if said in _SAID else "",
        )
        if self.visit.actor is None:
            return frame
        actor = self.visit.actor
        counts = await acts.counts(self.house, self.call())
        at = here or self.here
        total = sum(counts.values())
        roles = [self.of(each.label) for each in self.force.rights.roles_of(actor)]
        home = self.say("portal_home" if actor.portal else "home")
        return replace(
            frame,
            user=User(actor.name, ("、" if self.visit.locale == "zh" else ", ").join(roles)),
            groups=groups(self.force, actor, self.speech, counts, at),
            home=Destination(home, "/", total or None, current=at.partition("?")[0] == "/"),
            beside=at_a_glance(self.force, self.call(), self.speech, at),
            settings=settings_of(self.force, actor, self.speech, at),
            portal=actor.portal,
            notices=await acts.unread(self.house, self.call()),
        )

    @property
    def theme(self) -> str:
        """The theme this browser chose."""
        chosen = cookies(self.request.scope).get(THEME_COOKIE, "system")
        return chosen if chosen in THEMES else "system"

    async def page(self, template: str, status: int = 200, here: str | None = None, **view: Any) -> Response[str]:
        """Return a page made of a template."""
        frame = await self.frame(here)
        return Response(self.ui.pages.render(template, frame, **view), status_code=status, media_type=HTML)


def new_key() -> str:
    """Return a new idempotency key for a form."""
    return secrets.token_urlsafe(18)


def id_of(text: str) -> int:
    """Return the id in a path.

    Raises:
        PageHalt: it is none, so there is no such record.
    """
    if not _ID.fullmatch(text) or int(text) >= 2**63:
        raise PageHalt("not_found", (reason("not_found"),))
    return int(text)


def local(address: str, otherwise: str = "/") -> str:
    """Return an address of this site, never one that leads elsewhere."""
    parts = urlsplit(address)
    safe = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return address if safe and "\\" not in address and "\n" not in address else otherwise


def go(address: str) -> Redirect:
    """Return the answer that leads a browser to an address after a form was sent."""
    return Redirect(address, status_code=303)
