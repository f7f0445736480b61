"""`ordinance log`: write what happened to documents as an event log for process mining, XES or OCEL 2.0."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ordinance.commands.site import add_actor, add_database, add_site, caller, is_site, locale_of

if TYPE_CHECKING:
    from ordinance.acts import Refused
    from ordinance.app import Opened
    from ordinance.exchange.eventlog import Scope, Written

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("log", help=__doc__, description=__doc__)
    parser.add_argument("--format", choices=("xes", "ocel"), required=True, help="the standard to write")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="OCEL: .json, or .xml for its XML form")
    parser.add_argument(
        "--entity", action="append", default=[], metavar="X", help="only this kind of document; repeatable"
    )
    parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="DATE", help="from this day on")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="up to this day, itself included")
    parser.add_argument("--names", action="store_true", help="people by name, personal data and free text, if you may")
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")
    add_actor(parser)
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the log; return 1 if it was refused, 2 for wrong usage."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    try:
        return asyncio.run(_run(arguments))
    except LookupError as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return _WRONG_USAGE
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.acts import Refused
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now

    async with open_house(arguments.site, utc_now(), url=arguments.database) as opened:
        outcome = await _written(opened, arguments)
    if isinstance(outcome, Refused):
        for each in outcome.reasons:
            sys.stderr.write(f"{each.message.in_(locale_of(arguments))} [{each.code}]\n")
        return 1
    _tell(outcome, arguments)
    return 0


async def _written(opened: Opened, arguments: argparse.Namespace) -> Written | Refused:
    from tqdm import tqdm

    from ordinance.app.serving import utc_now
    from ordinance.exchange.eventlog import write_log

    call = await caller(opened, arguments, utc_now())
    scope = _scope(opened, arguments)
    with tqdm(unit="document", disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return await write_log(opened.house, call, arguments.out, arguments.format, scope, progress)


def _scope(opened: Opened, arguments: argparse.Namespace) -> Scope:
    """Return what was asked for.

    Raises:
        LookupError: there is no such kind of document.
    """
    from ordinance.exchange.eventlog import Period, Scope

    entities = opened.house.blueprint.entities
    for each in arguments.entity:
        if each not in entities:
            raise LookupError(f"there is no entity {each}")
    zone = opened.house.zone
    since = datetime.combine(arguments.since, time(), zone) if arguments.since else None
    until = datetime.combine(arguments.until + timedelta(days=1), time(), zone) if arguments.until else None
    return Scope(tuple(arguments.entity), Period(since, until), arguments.names)


def _tell(written: Written, arguments: argparse.Namespace) -> None:
    told = {"documents": written.documents, "events": written.events, "objects": written.objects}
    if arguments.json:
        sys.stdout.write(json.dumps({"file": str(arguments.out), **told}) + "\n")
    elif locale_of(arguments) == "zh":
        sys.stdout.write(f"{written.documents} 张单据，{written.events} 个事件\n")
    else:
        sys.stdout.write(f"{written.documents} documents, {written.events} events\n")
