"""Serve a site over HTTP: the API and the screens behind the same middlewares, and the worker beside them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.logging import LoggingConfig

from ordinance.accounts import Accounts
from ordinance.acts import House
from ordinance.app.opening import Opened
from ordinance.changes import keep_up
from ordinance.exchange import Runner
from ordinance.jobs import work_through
from ordinance.printing import Press
from ordinance.problems import reason
from ordinance.storage import Busy, NotPrepared, OutcomeUnknown, StorageError
from ordinance.web.api import api_routes, failures
from ordinance.web.api.halt import Halt, answer_halt
from ordinance.web.stack import stack
from ordinance.web.ui import missing_page, ui_routes

Clock = Callable[[], datetime]
_LOG = logging.getLogger("ordinance.serving")


def utc_now() -> datetime:
    """Return the present instant; the only place where the house reads the clock."""
    return datetime.now(UTC)


def application(
    opened: Opened, *, clock: Clock = utc_now, worker: bool = True, proxy: bool = False,
    leaving: Callable[[], bool] = lambda: False,
) -> Any:  # fmt: skip
    """Return the ASGI application of an open site.

    Args:
        opened: The site.
        clock: Gives the present instant; a test moves it.
        worker: Whether this process also does what is due.
        proxy: Whether a proxy in front is trusted to say that it speaks TLS.
        leaving: Says whether the server is about to stop: it waits for open answers, and streams then end.
    """
    house, accounts = opened.house, opened.accounts
    press, runner = Press(), Runner()

    @asynccontextmanager
    async def beside(_: Litestar) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(keep_up(house))]
        if worker:
            tasks.append(asyncio.create_task(work_through(house, clock)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await runner.close()
            press.close()

    inner: Any = Litestar(
        route_handlers=[
            *api_routes(lambda: house, press),
            *ui_routes(lambda: house, lambda: accounts, press, runner, leaving),
        ],
        exception_handlers=_handlers(house, accounts),
        openapi_config=None,
        lifespan=[beside],
        # An ordinary refusal is no line in the log; what is not foreseen is logged once, with its reference.
        logging_config=LoggingConfig(log_exceptions="never"),
    )
    return stack(
        inner, accounts, clock, locale="zh" if house.blueprint.company.locale.startswith("zh") else "en",
        revision=lambda: house.blueprint.revision, proxy=proxy,
    )  # fmt: skip


def _handlers(house: House, accounts: Accounts) -> dict[Any, Any]:
    """Return what answers a request that failed: pages for a browser, problem details for everybody else."""
    known = failures()
    page = missing_page(lambda: house, lambda: accounts)
    plain = known[HTTPException]

    def missing(request: Request[Any, Any, Any], fault: HTTPException) -> Response[Any]:
        return page(request, fault) or plain(request, fault)

    def busy(request: Request[Any, Any, Any], _: StorageError) -> Response[Any]:
        return answer_halt(request, Halt("busy", (reason("busy"),), {"retry-after": "1"}))

    def unforeseen(_: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
        """Pass it on: the outermost frame logs it with the request's id and answers with that."""
        raise fault

    def outdated(request: Request[Any, Any, Any], fault: StorageError) -> Response[Any]:
        """Another process has just changed the tables: a moment later this one goes by them, too."""
        _LOG.warning("the tables are not as they were: %s", fault)
        return busy(request, fault)

    return {
        **known, HTTPException: missing, Busy: busy, OutcomeUnknown: busy, NotPrepared: outdated, Exception: unforeseen,
    }  # fmt: skip
