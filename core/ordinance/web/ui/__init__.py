"""The screens: server-rendered pages of links and forms that work without JavaScript, made quick by small modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException

from ordinance.accounts import Accounts
from ordinance.acts import House
from ordinance.web.ui.assets import read_assets
from ordinance.web.ui.environment import Pages
from ordinance.web.ui.pages import changes, fields, handbook, home, lists, records, roles, settings, sign, steps, why
from ordinance.web.ui.pages.errors import failures, not_found
from ordinance.web.ui.pages.seat import AnyRequest, Ui
from ordinance.web.ui.pages.static import static_route

__all__ = ["missing_page", "ui_routes"]

_PAGES = (home, handbook, sign, lists, records, why, steps, fields, roles, changes, settings)
_HANDLERS = [handler for page in _PAGES for handler in page.HANDLERS]


def ui_routes(house: Callable[[], House], accounts: Callable[[], Accounts]) -> list[Any]:
    """Return the route handlers of the screens of one site.

    Args:
        house: Gives the site.
        accounts: Gives its accounts.
    """
    assets = read_assets()
    ui = Ui(house, accounts, Pages(assets))
    given = {"ui": Provide(lambda: ui, sync_to_thread=False)}
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
