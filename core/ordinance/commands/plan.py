"""`ordinance plan`: say what the files would change, on the documents there are; nothing is changed."""

from __future__ import annotations

import argparse
import json
import sys

from ordinance.commands.changing import add_change, bar, change_of
from ordinance.commands.site import locale_of, on_site

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("plan", help=__doc__, description=__doc__)
    add_change(parser)


def run(arguments: argparse.Namespace) -> int:
    """Plan; return 1 if the change could not be applied as it is, 2 for wrong usage."""
    return on_site(arguments, _run)


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now
    from ordinance.blueprint import own_files
    from ordinance.changes import plan, render

    locale = locale_of(arguments)
    async with open_house(arguments.site, utc_now(), url=arguments.database, look=False) as opened:
        try:
            change = change_of(opened.house, arguments, own_files(arguments.site), None)
        except LookupError as error:
            sys.stderr.write(f"{error.args[0]}\n")
            return _WRONG_USAGE
        with bar() as progress:
            found = await plan(opened.house, change, utc_now(), progress=progress)
    if arguments.json:
        sys.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(render(found, locale))
    return 0 if found.is_complete else 1
