"""The generated API: generic handlers over the acts, for whatever entities the configuration has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Router
from litestar.di import Provide
from litestar.exceptions import HTTPException

from ordinance.acts import House
from ordinance.printing import Press
from ordinance.web.api import batch, beside, explaining, mine, printing, process, records, reports, service
from ordinance.web.api.halt import Halt, answer_halt, answer_http

__all__ = ["api_routes", "failures"]


def api_routes(house: Callable[[], House], press: Press | None = None) -> list[Any]:
    """Return the route handlers of one site, for its application.

    Args:
        house: Gives the site.
        press: What sets papers; one of its own when left out.
    """
    sets = press or Press()
    description = service.Description()
    given = {
        "house": Provide(house, sync_to_thread=False),
        "description": Provide(lambda: description, sync_to_thread=False),
        "press": Provide(lambda: sets, sync_to_thread=False),
    }
    api = [
        *mine.HANDLERS, *beside.HANDLERS, *batch.HANDLERS, *explaining.HANDLERS, *printing.HANDLERS,
        *reports.HANDLERS, *process.HANDLERS, *records.HANDLERS,
    ]  # fmt: skip
    return [
        Router("/api", route_handlers=api, dependencies=given, exception_handlers=failures()),
        Router("/", route_handlers=service.HANDLERS, dependencies=given, exception_handlers=failures()),
    ]


def failures() -> dict[Any, Any]:
    """Return the exception handlers that answer with problem details; the application takes them too."""
    return {Halt: answer_halt, HTTPException: answer_http}
