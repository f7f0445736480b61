"""The screens: server-rendered pages of links and forms that work without JavaScript, made quick by small modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException

from ordinance.accounts import Accounts
from ordinance.acts import House
from ordinance.exchange import Runner
from ordinance.printing import Press
from ordinance.web.ui.assets import read_assets
from ordinance.web.ui.environment import Pages
from ordinance.web.ui.hub import Hub
from ordinance.web.ui.pages import (
    accounts,
    board,
    bulk,
    calendar,
    changes,
    dashboard,
    fields,
    files,
    handbook,
    helping,
    home,
    imports,
    keeping,
    lists,
    live,
    looking,
    me,
    notes,
    notices,
    palette,
    portal,
    portal_account,
    portal_document,
    portal_opening,
    portal_shop,
    printing,
    records,
    reports,
    roles,
    scan,
    settings,
    sign,
    steps,
    taking,
    why,
)
from ordinance.web.ui.pages.errors import failures, not_found
from ordinance.web.ui.pages.seat import AnyRequest, Ui
from ordinance.web.ui.pages.static import static_route

__all__ = ["missing_page", "ui_routes"]

_PAGES = (
    home, dashboard, reports, handbook, helping, sign, lists, looking, palette, keeping, bulk, taking, board,
    calendar, printing, imports, records, files, notes, notices, why, live, steps, fields, roles, changes, accounts,
    me, settings, portal, portal_shop, portal_document, portal_opening, portal_account, scan,
)  # fmt: skip
_HANDLERS = [handler for page in _PAGES for handler in page.HANDLERS]


def ui_routes(
    house: Callable[[], House], accounts: Callable[[], Accounts], press: Press | None = None,
    runner: Runner | None = None, leaving: Callable[[], bool] = lambda: False,
) -> list[Any]:  # fmt: skip
    """Return the route handlers of the screens of one site.

    Args:
        house: Gives the site.
        accounts: Gives its accounts.
        press: What sets papers; one of its own when left out.
        runner: What works on imports; one of its own when left out.
        leaving: Says whether the server is about to stop; streams end then.
    """
    assets = read_assets()
    sets, works = press or Press(), runner or Runner()
    ui, hub = Ui(house, accounts, Pages(assets)), Hub(house, leaving)
    given = {
        "ui": Provide(lambda: ui, sync_to_thread=False),
        "press": Provide(lambda: sets, sync_to_thread=False),
        "runner": Provide(lambda: works, sync_to_thread=False),
        "hub": Provide(lambda: hub, sync_to_thread=False),
    }
    return [
        static_route(assets),
        Router("/", route_handlers=_HANDLERS, dependencies=given, exception_handlers=failures(ui)),
    ]


def missing_page(
    house: Callable[[], House], accounts: Callable[[], Accounts]
) -> Callable[[AnyRequest, HTTPException], Response[Any] | None]:
    """Return what answers a browser at an address that no route has; None where the API answers.

    Args:
        house: Gives the site.
        accounts: Gives its accounts.
    """
    return not_found(Ui(house, accounts, Pages(read_assets())))
