"""`ordinance report`: print what a report says, as a table, CSV or JSON; without a name, which reports there are."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ordinance.commands.site import add_actor, add_database, add_site, caller, is_site

if TYPE_CHECKING:
    from ordinance.acts import Call, Refused
    from ordinance.app import Opened
    from ordinance.reports import Answer
    from ordinance.reports.wording import Words

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("report", help=__doc__, description=__doc__)
    parser.add_argument("report", metavar="ID", nargs="?", help="the report; none to list them all")
    parser.add_argument(
        "parameters", metavar="PARAMETER=VALUE", nargs="*", help="such as created_at=this_month, or sort=-amount"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print it as JSON")
    form.add_argument("--csv", action="store_true", help="print it as CSV")
    add_actor(parser)
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print it; return 1 if it was refused, 2 for wrong usage."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    wrong = [each for each in arguments.parameters if "=" not in each]
    if wrong:
        sys.stderr.write(f"{wrong[0]}: a parameter is written name=value\n")
        return _WRONG_USAGE
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now

    now = utc_now()
    async with open_house(arguments.site, now, url=arguments.database) as opened:
        try:
            call = await caller(opened, arguments, now)
        except LookupError as error:
            sys.stderr.write(f"{error.args[0]}\n")
            return _WRONG_USAGE
        if arguments.report is None:
            return _listed(opened, call, arguments)
        return await _answered(opened, call, arguments)


def _listed(opened: Opened, call: Call, arguments: argparse.Namespace) -> int:
    from ordinance.reports import seen_reports

    found = seen_reports(opened.house.force, call)
    if arguments.json:
        rows = [{"id": each.id, "label": each.label.in_(call.locale), "of": each.of} for each in found]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    else:
        _print([[each.id, each.label.in_(call.locale)] for each in found])
    return 0


async def _answered(opened: Opened, call: Call, arguments: argparse.Namespace) -> int:
    from ordinance.acts import Refused
    from ordinance.reports import run as answer_of
    from ordinance.reports.wording import Words

    given = dict(each.split("=", 1) for each in arguments.parameters)
    house = opened.house
    if arguments.report not in house.blueprint.reports:
        sys.stderr.write(f"there is no report {arguments.report}\n")
        return _WRONG_USAGE
    answer = await answer_of(house, call, arguments.report, given)
    if isinstance(answer, Refused):
        return _refused(answer, call)
    words = Words(house.force, call, answer.report)
    async with house.database.work(write=False) as work:
        await words.look_up_chosen(work, answer)
    sys.stdout.write(_text(answer, words, arguments))
    return 0


def _refused(answer: Refused, call: Call) -> int:
    for each in answer.reasons:
        sys.stderr.write(f"{each.message.in_(call.locale)} [{each.code}]\n")
    return 1


def _text(answer: Answer, words: Words, arguments: argparse.Namespace) -> str:
    from ordinance.reports.writing import as_csv, as_json, table_rows

    if arguments.json:
        return json.dumps(as_json(answer, words), ensure_ascii=False, indent=2) + "\n"
    if arguments.csv:
        return as_csv(answer, words)
    return _table(list(table_rows(answer, words)), len(answer.report.groups))


def _print(rows: Sequence[Sequence[str]]) -> None:
    sys.stdout.write(_table(rows, len(rows[0]) if rows else 0))


def _table(rows: Sequence[Sequence[str]], groups: int) -> str:
    """Return rows in columns: what they are grouped by at the left, figures at the right."""
    from ordinance.drawing.measure import columns_of

    widths = [max(columns_of(each) for each in column) for column in zip(*rows, strict=True)] if rows else []
    return "".join("  ".join(_padded(row, widths, groups)).rstrip() + "\n" for row in rows)


def _padded(row: Sequence[str], widths: Sequence[int], groups: int) -> Iterable[str]:
    from ordinance.drawing.measure import columns_of

    for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
        room = " " * (width - columns_of(cell))
        yield cell + room if at < groups else room + cell
