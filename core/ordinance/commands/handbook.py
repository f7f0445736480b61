"""`ordinance handbook`: write what each role does as pages to print, or what differs between two revisions."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ordinance.commands.site import add_database, add_site, is_site, write_all
from ordinance.problems import did_you_mean, render_text

if TYPE_CHECKING:
    from ordinance.blueprint import Blueprint, Loaded

_WRONG_USAGE = 2
_LEAST = 6


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("handbook", help=__doc__, description=__doc__)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--role", metavar="R", help="the handbook of one role")
    which.add_argument("--all", action="store_true", help="the handbook of every role")
    which.add_argument("--compare", nargs=2, metavar=("OLD", "NEW"), help="two site folders or hashes of revisions")
    parser.add_argument("--format", choices=("html", "markdown"), default="html", help="what to write (default: html)")
    parser.add_argument(
        "--starts", default="", metavar="DATE", help="with --compare: from when it counts, as it is to be said"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="the folder to write to (default: print one page)")
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write pages; return 1 if a site cannot be read, 2 for wrong usage."""
    try:
        pages = _compared(arguments) if arguments.compare else _handbooks(arguments)
    except LookupError as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return _WRONG_USAGE
    if pages is None:
        return 1
    if arguments.out is None and len(pages) > 1:
        sys.stderr.write("--out DIR: several pages need a folder to be written to\n")
        return _WRONG_USAGE
    return _write(pages, arguments)


def _handbooks(arguments: argparse.Namespace) -> dict[str, str] | None:
    """Return pages by file name; None if the site cannot be read.

    Raises:
        LookupError: the folder is no site, or there is no such role.
    """
    blueprint = _load(arguments.site, arguments)
    if blueprint is None:
        return None
    from ordinance.access import EVERYONE
    from ordinance.handbook import Writer, markdown, page_html

    roles = blueprint.roles
    if arguments.role and arguments.role not in roles:
        remedy = did_you_mean(arguments.role, roles)
        raise LookupError(f"there is no role {arguments.role}" + (f"; {remedy.en}" if remedy else ""))
    people = [each.id for each in roles.values() if each.kind == "person" and each.id != EVERYONE]
    chosen = [arguments.role] if arguments.role else people
    writer = Writer(blueprint, arguments.locale or blueprint.company.locale)
    if arguments.format == "markdown":
        return {f"{each}.md": markdown(writer.of(each)) for each in chosen}
    return {f"{each}.html": page_html(writer.of(each)) for each in chosen}


def _compared(arguments: argparse.Namespace) -> dict[str, str] | None:
    """Return the page of differences; None if a site cannot be read.

    Raises:
        LookupError: a name is neither the folder of a site nor a revision.
    """
    found = [_revision(each, arguments) for each in arguments.compare]
    old, new = found
    if old is None or new is None:
        return None
    from ordinance.handbook import notice, notice_page

    locale = arguments.locale or new.company.locale
    return {"changes.html": notice_page(notice(old, new, locale), arguments.starts)}


def _revision(name: str, arguments: argparse.Namespace) -> Blueprint | None:
    folder = Path(name)
    return _load(folder, arguments) if folder.is_dir() else asyncio.run(_stored(name, arguments))


def _load(folder: Path, arguments: argparse.Namespace) -> Blueprint | None:
    from ordinance.blueprint import load

    if not is_site(folder):
        raise LookupError(f"{folder}: a folder of a site is needed")
    return _told(load(folder), arguments)


async def _stored(name: str, arguments: argparse.Namespace) -> Blueprint | None:
    """Return a revision that was applied, named by the beginning of its hash."""
    from ordinance.app.opening import database_url
    from ordinance.blueprint import restore
    from ordinance.storage import Database
    from ordinance.storage.revisions import Revisions

    if len(name) < _LEAST or not is_site(arguments.site):
        raise LookupError(f"{name}: neither a folder nor the beginning of a revision's hash")
    url = database_url(arguments.site, arguments.database)
    async with Database(url) as database, database.work(write=False) as work:
        hashes = await Revisions().named(work, name)
        found = await Revisions().get(work, hashes[0]) if len(hashes) == 1 else None
    if found is None:
        raise LookupError(f"{name}: {'several revisions begin so' if len(hashes) > 1 else 'there is no such revision'}")
    return _told(restore(arguments.site, found.text), arguments)


def _told(loaded: Loaded, arguments: argparse.Namespace) -> Blueprint | None:
    if loaded.blueprint is None:
        sys.stderr.write(render_text(loaded.problems, loaded.sources, arguments.locale or "en"))
    return loaded.blueprint


def _write(pages: dict[str, str], arguments: argparse.Namespace) -> int:
    if arguments.out is None:
        sys.stdout.write(next(iter(pages.values())))
        return 0
    try:
        write_all(arguments.out, pages)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
