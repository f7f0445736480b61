"""`ordinance test`: play the scenarios of a site, each through the acts and through HTTP, on a database thrown away."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from ordinance.commands.site import add_site, is_site, locale_of
from ordinance.problems import render_text

if TYPE_CHECKING:
    from ordinance.testing import Scenario
    from ordinance.testing.running import Result

_WRONG_USAGE = 2
_MOST = 64
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("test", help=__doc__, description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders (default: all)")
    add_site(parser)
    parser.add_argument("-k", dest="pattern", metavar="PATTERN", help="only scenarios whose name has this, or fits it")
    parser.add_argument("--acts", action="store_true", help="only through the acts")
    parser.add_argument("--http", action="store_true", help="only through HTTP")
    parser.add_argument(
        "--toggles", nargs="?", type=int, const=_MOST, default=0, metavar="MOST",
        help=f"also under other toggles, at most MOST combinations of each (default: {_MOST})",
    )  # fmt: skip
    parser.add_argument("--coverage", action="store_true", help="also tell what the scenarios tried, and what not")
    parser.add_argument("--departments", action="store_true", help="also those of departments installed elsewhere")
    parser.add_argument("--database", metavar="URL", help="a PostgreSQL server to play on (default: SQLite)")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Play the scenarios; return 1 if one fails or cannot be read, 2 if there is none."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    missing = [each for each in arguments.paths if not each.exists()]
    for each in missing:
        sys.stderr.write(f"{each}: there is no such file\n")
    if missing:
        return _WRONG_USAGE
    from ordinance.blueprint import load
    from ordinance.testing import read_scenarios

    departments = load(arguments.site).departments if arguments.departments else ()
    scenarios, problems = read_scenarios(arguments.site, arguments.paths, departments=departments)
    if problems:
        sys.stderr.write(render_text(problems, {}, locale_of(arguments)))
        return 1
    chosen = [each for each in scenarios if _fits(each, arguments.pattern)]
    if not chosen:
        sys.stderr.write("there are no such scenarios\n")
        return _WRONG_USAGE
    # The application tells its log what it opens; here only what goes wrong is of interest.
    logging.disable(logging.INFO)
    return asyncio.run(_run(arguments, chosen))


def _fits(scenario: Scenario, pattern: str | None) -> bool:
    return pattern is None or pattern in scenario.name or fnmatchcase(scenario.name, pattern)


async def _run(arguments: argparse.Namespace, scenarios: list[Scenario]) -> int:
    from tqdm import tqdm

    from ordinance.testing import ACTS, HTTP, WAYS, Theatre
    from ordinance.testing.running import plays_of
    from ordinance.testing.running import run as run_all

    started = time.perf_counter()
    ways = [way for way, wanted in ((ACTS, arguments.acts), (HTTP, arguments.http)) if wanted] or list(WAYS)
    # What is thrown away need not be durable: in memory there is no waiting for the disk.
    where = str(_MEMORY) if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="ordinance-test-", dir=where) as folder:
        async with Theatre.open(arguments.site, Path(folder), url=arguments.database) as theatre:
            plays, left_out = plays_of(theatre, scenarios, ways, toggles=arguments.toggles)
            with tqdm(total=len(plays), unit="play", disable=not sys.stderr.isatty(), leave=False) as bar:

                def progress(done: int) -> None:
                    bar.update(done - bar.n)

                result = await run_all(theatre, plays, progress)
            result.left_out = left_out
    _print(arguments, result, time.perf_counter() - started)
    return 1 if result.failures else 0


def _print(arguments: argparse.Namespace, result: Result, seconds: float) -> None:
    from ordinance.testing.running import as_json, coverage_lines, failure_lines, summary

    locale = locale_of(arguments)
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(result, locale), ensure_ascii=False, indent=2) + "\n")
        return
    lines = [line for each in result.failures for line in failure_lines(each, locale)]
    if arguments.coverage:
        lines += coverage_lines(result.coverage, locale)
    sys.stdout.write("".join(f"{line}\n" for line in [*lines, summary(result, locale, seconds)]))
