"""`ordinance serve`: serve a site over HTTP, with the worker that does what is due."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from ordinance.commands.site import add_database, add_site, is_site, locale_of
from ordinance.problems import render_text

if TYPE_CHECKING:
    from ordinance.app import Opened

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("serve", help=__doc__, description=__doc__)
    add_site(parser)
    add_database(parser)
    add_address(parser)
    parser.add_argument("--proxy", action="store_true", help="trust a proxy in front to say that it speaks TLS")


def add_address(parser: argparse.ArgumentParser) -> None:
    """Add `--host` and `--port`."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: loopback)")
    parser.add_argument("--port", type=int, default=8000, help="the port (default: 8000)")


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted; return 2 if the folder is no site."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    return run_loop(_run(arguments))


def run_loop(main: Coroutine[Any, Any, int]) -> int:
    """Run to the end on the quick event loop where there is one, else on Python's own."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now
    from ordinance.changes import render

    async with open_house(arguments.site, utc_now(), url=arguments.database) as opened:
        sys.stderr.write(render_text(opened.notes, {}, locale_of(arguments)))
        if opened.waiting is not None:
            sys.stderr.write(render(opened.waiting, locale_of(arguments)))
        sys.stdout.write(f"http://{arguments.host}:{arguments.port}\n")
        sys.stdout.flush()
        await serve(opened, arguments.host, arguments.port, proxy=arguments.proxy)
    return 0


async def serve(opened: Opened, host: str, port: int, *, proxy: bool = False) -> None:
    """Serve an open site until the process is told to stop."""
    import uvicorn

    from ordinance.app.serving import application

    asgi: Any = application(opened, proxy=proxy, leaving=lambda: server.should_exit)
    config = uvicorn.Config(
        asgi, host=host, port=port, log_level="warning", server_header=False, date_header=True,
        timeout_graceful_shutdown=10,
    )  # fmt: skip
    server = uvicorn.Server(config)
    await server.serve()
