"""`ordinance record ENTITY NUMBER`: turn what happened to a document into a scenario that passes when it is played."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import tempfile
from pathlib import Path

from ordinance.commands.site import add_database, add_site, is_site, locale_of
from ordinance.problems import did_you_mean

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("record", help=__doc__, description=__doc__)
    parser.add_argument("entity", metavar="ENTITY", help="such as sales_order")
    parser.add_argument("number", metavar="NUMBER", help="its number, its key or its id")
    add_site(parser)
    add_database(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write (default: print it)")
    parser.add_argument("--mask", action="store_true", help="names, texts and codes get stand-ins")


def run(arguments: argparse.Namespace) -> int:
    """Record; return 1 if the scenario does not pass when it is played, 2 if there is no such document."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    logging.disable(logging.INFO)
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now
    from ordinance.blueprint import load
    from ordinance.testing.recording import find_document, record, scenario_text

    async with open_house(arguments.site, utc_now(), url=arguments.database) as opened:
        entities = opened.house.blueprint.entities
        if arguments.entity not in entities:
            remedy = did_you_mean(arguments.entity, entities)
            sys.stderr.write(f"there is no entity {arguments.entity}\n   = {remedy.en if remedy else ''}\n")
            return _WRONG_USAGE
        id = await find_document(opened.house, arguments.entity, arguments.number)
        made = None
        if id is not None:
            made = await record(
                opened.house, opened.accounts, arguments.entity, id,
                mask=arguments.mask, played_on=load(arguments.site).blueprint,
            )  # fmt: skip
        if made is None:
            sys.stderr.write(f"there is no document {arguments.entity} {arguments.number}\n")
            return _WRONG_USAGE
    schema = _schema(arguments.site, arguments.out)
    text = scenario_text([(made.name, made.acts)], schema=schema, notes=made.notes)
    if arguments.out is None:
        sys.stdout.write(text)
    else:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(text, "utf-8")
    return await _played(arguments, text)


def _schema(site: Path, out: Path | None) -> str:
    target = site / "config" / "schemas" / "scenarios.json"
    return Path(os.path.relpath(target, out.parent)).as_posix() if out is not None and target.is_file() else ""


async def _played(arguments: argparse.Namespace, text: str) -> int:
    """Play the scenario at once: one that does not pass says where, and the file is there to be mended."""
    from ordinance.testing import WAYS, Theatre, read_scenarios
    from ordinance.testing.running import failure_lines

    with tempfile.TemporaryDirectory(prefix="ordinance-record-") as folder:
        file = Path(folder) / "recorded.yaml"
        file.write_text(text, "utf-8")
        scenarios, problems = read_scenarios(arguments.site, [file])
        assert not problems, problems
        theatre = await Theatre.of(arguments.site, Path(folder))
        failures = [failure for way in WAYS for each in scenarios for failure in await theatre.run(each, way)]
    for failure in failures:
        shown = [*failure_lines(failure, locale_of(arguments))]
        sys.stderr.write("\n".join(shown).replace(str(file), str(arguments.out or "recorded.yaml")) + "\n")
    return 1 if failures else 0
