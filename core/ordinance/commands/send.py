"""`ordinance export`: write records to a CSV or XLSX file, exactly those and those fields that the person may see."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ordinance.commands.site import add_actor, add_database, add_site, caller, locale_of, on_site

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("export", help=__doc__, description=__doc__)
    parser.add_argument("entity", metavar="ENTITY", help="what to export, such as customer")
    parser.add_argument("file", type=Path, metavar="FILE", help="the .csv or .xlsx file to write")
    parser.add_argument("--lines", metavar="FIELD", help="for CSV: write the lines of this field")
    parser.add_argument("--template", action="store_true", help="write an empty import template instead (.xlsx)")
    add_actor(parser)
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Export; return 1 if it was refused, 2 for wrong usage."""
    return on_site(arguments, _run)


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.acts import Refused
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now
    from ordinance.exchange import SheetError, export, template, write_xlsx

    now, locale = utc_now(), locale_of(arguments)
    async with open_house(arguments.site, now, url=arguments.database) as opened:
        entity = opened.house.blueprint.entities.get(arguments.entity)
        if entity is None:
            sys.stderr.write(f"there is no entity {arguments.entity}\n")
            return _WRONG_USAGE
        if arguments.lines and not getattr(entity.fields.get(arguments.lines), "fields", None):
            sys.stderr.write(f"--lines {arguments.lines}: {entity.id} has no such field of lines\n")
            return _WRONG_USAGE
        try:
            if arguments.template:
                write_xlsx(dict(template(opened.house, entity, locale)), arguments.file)
                return 0
            call = await caller(opened, arguments, now)
            outcome = await export(opened.house, call, entity, arguments.file, lines=arguments.lines)
        except LookupError as error:
            sys.stderr.write(f"{error.args[0]}\n")
            return _WRONG_USAGE
        except (SheetError, OSError) as error:
            sys.stderr.write(f"{error}\n")
            return 1
    if isinstance(outcome, Refused):
        for each in outcome.reasons:
            sys.stderr.write(f"{each.message.in_(locale)} [{each.code}]\n")
        return 1
    sys.stdout.write(f"{outcome} {'行' if locale == 'zh' else 'rows'}\n")
    return 0
