"""Serve a site over HTTP: the API and the screens behind the same middlewares, and the worker beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from litestar import Litestar
from litestar.logging import LoggingConfig

from ordinance.app.opening import Opened
from ordinance.jobs import work_through
from ordinance.web.api import api_routes, failures
from ordinance.web.stack import stack
from ordinance.web.ui import ui_routes

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present instant; the only place where the house reads the clock."""
    return datetime.now(UTC)


def application(opened: Opened, *, clock: Clock = utc_now, worker: bool = True, proxy: bool = False) -> Any:
    """Return the ASGI application of an open site.

    Args:
        opened: The site.
        clock: Gives the present instant; a test moves it.
        worker: Whether this process also does what is due.
        proxy: Whether a proxy in front is trusted to say that it speaks TLS.
    """
    house, accounts = opened.house, opened.accounts

    @asynccontextmanager
    async def beside(_: Litestar) -> AsyncIterator[None]:
        task = asyncio.create_task(work_through(house, clock)) if worker else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    inner: Any = Litestar(
        route_handlers=[*api_routes(lambda: house), *ui_routes(lambda: house, lambda: accounts)],
        exception_handlers=failures(),
        openapi_config=None,
        lifespan=[beside],
        logging_config=LoggingConfig(
            log_exceptions="always", root={"level": "WARNING", "handlers": ["queue_listener"]}
        ),
    )
    return stack(
        inner, accounts, clock, locale="zh" if house.blueprint.company.locale.startswith("zh") else "en",
        revision=lambda: house.blueprint.revision, proxy=proxy,
    )  # fmt: skip
