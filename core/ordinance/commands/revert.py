"""`ordinance revert`: go back to the revision before, or to an earlier one; `--list` shows what has been in force."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from ordinance.commands.changing import bar
from ordinance.commands.site import add_actor, add_database, add_site, caller, locale_of, on_site

if TYPE_CHECKING:
    from ordinance.acts import Refused
    from ordinance.app import Opened

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("revert", help=__doc__, description=__doc__)
    parser.add_argument("hash", nargs="?", metavar="HASH", help="a revision, or the letters it begins with")
    parser.add_argument("--list", action="store_true", help="show the revisions, newest first")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--reason", default="", metavar="WORDS", help="why")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.set_defaults(propose=False)
    add_actor(parser)
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Revert; return 1 if it could not be, 2 for wrong usage."""
    return on_site(arguments, _run)


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.acts import Refused
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now
    from ordinance.changes import plan, way_back
    from ordinance.commands.apply import decide

    async with open_house(arguments.site, utc_now(), url=arguments.database, look=False) as opened:
        if arguments.list:
            return await _list(opened, arguments)
        try:
            call = await caller(opened, arguments, utc_now())
        except LookupError as error:
            sys.stderr.write(f"{error.args[0]}\n")
            return _WRONG_USAGE
        change = await way_back(opened.house, arguments.hash, arguments.reason)
        if isinstance(change, Refused):
            return _told(change, locale_of(arguments))
        with bar() as progress:
            found = await plan(opened.house, change, utc_now(), progress=progress)
        return await decide(opened, call, found, change, arguments)


def _told(refused: Refused, locale: str) -> int:
    sys.stderr.write("".join(f"{each.message.in_(locale)} [{each.code}]\n" for each in refused.reasons))
    return 1


async def _list(opened: Opened, arguments: argparse.Namespace) -> int:
    from ordinance.changes import history

    async with opened.house.database.work(write=False) as work:
        found = await history(opened.house)
        names = await opened.house.force.store.inbox.names(work, [each.author for each in found])
    rows: list[dict[str, Any]] = [
        {
            "hash": each.hash, "parent": each.parent, "at": each.at.isoformat(timespec="seconds"),
            "author": names.get(each.author, each.author), "reason": each.reason, "moved": each.moved,
            "reverts": each.reverts,
        }
        for each in found
    ]  # fmt: skip
    if arguments.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return 0
    for at, row in enumerate(rows):
        mark = "*" if at == 0 else " "
        sys.stdout.write(f"{mark} {row['hash'][:12]}  {row['at']}  {row['author']}  {row['moved']}  {row['reason']}\n")
    return 0
