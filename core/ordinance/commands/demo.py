"""`ordinance demo`: fill a sample company, print one sign-in for each role, and serve it on loopback."""

from __future__ import annotations

import argparse
import sys

from ordinance.commands.serve import run_loop, serve
from ordinance.commands.site import add_database, add_site, is_site, locale_of

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("demo", help=__doc__, description=__doc__)
    add_site(parser)
    add_database(parser)
    parser.add_argument("--port", type=int, default=8000, help="the port (default: 8000)")
    parser.add_argument("--no-serve", action="store_true", help="only fill it")


def run(arguments: argparse.Namespace) -> int:
    """Fill and serve; return 1 if something of the sample company was refused, 2 if the folder is no site."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    return run_loop(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ordinance.app import open_house
    from ordinance.app.serving import utc_now
    from ordinance.scaffold.demo import PASSWORD, Filler

    locale = locale_of(arguments)
    now = utc_now()
    async with open_house(arguments.site, now, url=arguments.database) as opened:
        with tqdm(total=0, unit="order", disable=not sys.stderr.isatty(), leave=False) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            demo = await Filler(opened, now, locale, progress).fill()
        for line in demo.refused[:20]:
            sys.stderr.write(f"refused: {line}\n")
        if demo.made:
            sys.stdout.write(", ".join(f"{count} {entity}" for entity, count in demo.made.items()) + "\n")
        roles = opened.house.blueprint.roles
        for role, name in demo.sign_ins.items():
            sys.stdout.write(f"  {name:12} {PASSWORD}   {roles[role].label.in_(locale)}\n")
        if not arguments.no_serve:
            sys.stdout.write(f"http://127.0.0.1:{arguments.port}\n")
            sys.stdout.flush()
            await serve(opened, "127.0.0.1", arguments.port)
    return 1 if demo.refused else 0
