"""`ordinance simulate`: play any role under a proposed configuration, on a copy of the data that is thrown away."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from ordinance.commands.serve import run_loop
from ordinance.commands.site import add_database, add_site, is_site, locale_of
from ordinance.problems import Text

_WRONG_USAGE = 2
_HOST = "127.0.0.1"
_READY = Text(
    "模拟在副本上进行，结束时全部丢弃；不会发出任何消息。",
    "this is a simulation on a copy: everything is thrown away at the end, and nothing is sent.",
)


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("simulate", help=__doc__, description=__doc__)
    add_site(parser)
    parser.add_argument(
        "--against", type=Path, metavar="DIR", help="folder of the proposed configuration (default: the site itself)"
    )
    add_database(parser)
    parser.add_argument("--port", type=int, default=8001, help="the port, on loopback only (default: 8001)")


def run(arguments: argparse.Namespace) -> int:
    """Serve the simulation until interrupted; return 1 if the change cannot be applied, 2 if a folder is no site."""
    proposed = arguments.against or arguments.site
    if not is_site(arguments.site) or not is_site(proposed):
        return _WRONG_USAGE
    logging.disable(logging.INFO)
    from ordinance.testing.stage import StageError

    try:
        return run_loop(_run(arguments, proposed))
    except StageError as error:
        sys.stderr.write(f"{error.words.in_(locale_of(arguments))}\n")
        return 1


async def _run(arguments: argparse.Namespace, proposed: Path) -> int:
    import uvicorn

    from ordinance.app import database_url
    from ordinance.app.serving import utc_now
    from ordinance.testing.simulation import Scene, simulation_app

    url = database_url(arguments.site, arguments.database)
    attachments = arguments.site / "var" / "attachments"
    with tempfile.TemporaryDirectory(prefix="ordinance-simulate-") as folder:
        async with Scene.open(proposed, url, Path(folder), utc_now(), attachments=attachments) as scene:
            for note in scene.notes:
                sys.stderr.write(f"{note.in_(locale_of(arguments))}\n")
            sys.stdout.write(f"http://{_HOST}:{arguments.port}\n")
            sys.stdout.flush()
            sys.stderr.write(f"{_READY.in_(locale_of(arguments))}\n")
            asgi = simulation_app(scene)
            config = uvicorn.Config(
                asgi, host=_HOST, port=arguments.port, log_level="warning", server_header=False,
                timeout_graceful_shutdown=5, proxy_headers=False,
            )  # fmt: skip
            await uvicorn.Server(config).serve()
    return 0
