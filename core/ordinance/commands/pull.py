"""`ordinance pull`: write the files of the revision in force into the folder, to the byte."""

from __future__ import annotations

import argparse
import json
import sys

from ordinance.commands.site import add_database, add_site, locale_of, on_site


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("pull", help=__doc__, description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="only tell which files differ")
    parser.add_argument("--json", action="store_true", help="print what differed as JSON")
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Pull; return 1 if there is nothing to pull from, 2 for wrong usage."""
    return on_site(arguments, _run)


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.acts import Refused
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now
    from ordinance.changes import drift, pull

    locale = locale_of(arguments)
    async with open_house(arguments.site, utc_now(), url=arguments.database, look=False) as opened:
        found = await drift(opened.house) if arguments.dry_run else await pull(opened.house)
    if isinstance(found, Refused):
        sys.stderr.write("".join(f"{each.message.in_(locale)}\n" for each in found.reasons))
        return 1
    if arguments.json:
        sys.stdout.write(json.dumps({"revision": found.revision, "files": dict(found.files)}, indent=2) + "\n")
        return 0
    for name, how in found.files.items():
        sys.stdout.write(f"{name}: {how}\n")
    if not found:
        sys.stdout.write(
            "文件与生效中的版本一致\n" if locale == "zh" else "the files are those of the revision in force\n"
        )
    return 0
