"""`ordinance print`: make the paper of a record, or look whether every template is right."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ordinance.commands.site import add_actor, add_database, add_site, caller, is_site
from ordinance.problems import SiteError, render_text

if TYPE_CHECKING:
    from ordinance.acts import Call
    from ordinance.app import Opened

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("print", help=__doc__, description=__doc__)
    parser.add_argument("entity", nargs="?", metavar="ENTITY", help="what to print, such as sales_order")
    parser.add_argument("id", nargs="?", metavar="ID", help="its number, or its id")
    parser.add_argument("format", nargs="?", metavar="FORMAT", help="the print format, such as delivery_note")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the PDF to write")
    parser.add_argument("--address", default="", metavar="URL", help="where the site is, for the code on the paper")
    parser.add_argument("--check", action="store_true", help="try every template on a made-up record")
    add_actor(parser)
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print; return 1 if it was refused or a template is wrong, 2 for wrong usage."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    if not arguments.check and not all((arguments.entity, arguments.id, arguments.format)):
        sys.stderr.write("print wants ENTITY, ID and FORMAT, or --check\n")
        return _WRONG_USAGE
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now

    async with open_house(arguments.site, utc_now(), url=arguments.database) as opened:
        try:
            call = await caller(opened, arguments, utc_now())
            return await (_check(opened, call) if arguments.check else _print(opened, call, arguments))
        except LookupError as error:
            sys.stderr.write(f"{error.args[0]}\n")
            return _WRONG_USAGE
        except SiteError as wrong:
            sys.stdout.write(render_text(wrong.problems, {}, call.locale))
            return 1


async def _check(opened: Opened, call: Call) -> int:
    from ordinance.printing import Press, check_prints

    press = Press()
    try:
        problems = await check_prints(opened.house, call, press)
    finally:
        press.close()
    if problems:
        raise SiteError(problems)
    count = len(opened.house.blueprint.prints)
    words = "{} 个打印格式，没有问题" if call.locale == "zh" else "{} print formats, no problems"
    sys.stdout.write(words.format(count) + "\n")
    return 0


async def _print(opened: Opened, call: Call, arguments: argparse.Namespace) -> int:
    from ordinance.acts import Refused
    from ordinance.printing import Press, print_record

    press = Press()
    try:
        id = await _id(opened, arguments)
        paper = await print_record(
            opened.house, call, press, arguments.entity, id, arguments.format, address=arguments.address
        )
    finally:
        press.close()
    if isinstance(paper, Refused):
        for each in paper.reasons:
            sys.stderr.write(f"{each.message.in_(call.locale)} [{each.code}]\n")
        return 1
    path = arguments.output or Path(f"{paper.name}.pdf")
    try:
        path.write_bytes(paper.pages[0])
    except OSError as error:
        sys.stderr.write(f"{path}: {error.strerror}\n")
        return 1
    sys.stdout.write(f"{path}\n")
    return 0


async def _id(opened: Opened, arguments: argparse.Namespace) -> int:
    """Return the id of the record that is meant: by its number, its key or another unique field, else the id itself.

    Raises:
        LookupError: there is none.
    """
    entity = opened.house.blueprint.entities.get(arguments.entity)
    if entity is None:
        raise LookupError(f"there is no entity {arguments.entity}")
    unique = [each.id for each in entity.fields.values() if each.unique and each.to is None]
    names = [*(["number"] if entity.workflows and "number" not in entity.fields else []), *unique]
    async with opened.house.database.work(write=False) as work:
        for name in names:
            found = await opened.house.force.store.find(work, entity.id, {name: arguments.id}, limit=1)
            if found:
                return int(found[0]["id"])
    if arguments.id.isdigit():
        return int(arguments.id)
    raise LookupError(f"there is no {entity.id} {arguments.id}")
