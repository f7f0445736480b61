"""`ordinance verify`: show that each workflow holds for every set of switches, or the smallest case against it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ordinance.commands.site import add_site, has_errors, is_site, locale_of
from ordinance.problems import render_json, render_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ordinance.blueprint import Blueprint, Loaded
    from ordinance.process.model import Workflow
    from ordinance.process.verify import Finding

_WRONG_USAGE = 2
_POWER = 6
"""From so many switches on their sets are told as a power of two."""


@dataclass(frozen=True, slots=True)
class Verified:
    """One workflow, what was found in it, and how long it took."""

    workflow: Workflow
    findings: tuple[Finding, ...]
    toggles: int
    sets: int
    seconds: float


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("verify", help=__doc__, description=__doc__)
    add_site(parser)
    parser.add_argument("workflow", nargs="*", metavar="WORKFLOW", help="only these workflows")
    parser.add_argument(
        "--people", action="append", default=[], metavar="DATABASE",
        help="whether the active accounts of this database can pass every gate; may be repeated",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Verify a site; return 1 if a workflow is wrong as it stands, 2 if the folder is no site."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    from ordinance.blueprint import load

    loaded, locale = load(arguments.site), locale_of(arguments)
    if loaded.blueprint is None:
        return _cannot(loaded, locale, as_json=arguments.json)
    unknown = [each for each in arguments.workflow if each not in loaded.blueprint.workflows]
    if unknown:
        sys.stderr.write(f"there is no workflow {unknown[0]}\n")
        return _WRONG_USAGE
    try:
        people = asyncio.run(_people(arguments.people, loaded.blueprint))
    except LookupError as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return _WRONG_USAGE
    found = list(_verified(loaded.blueprint, arguments.workflow, people))
    if arguments.json:
        sys.stdout.write(json.dumps(_report(found, locale), ensure_ascii=False, indent=2) + "\n")
    else:
        _print(found, loaded, locale)
    return 1 if has_errors(tuple(each.as_problem() for one in found for each in one.findings)) else 0


def _cannot(loaded: Loaded, locale: str, *, as_json: bool) -> int:
    """Tell why a site cannot be verified: it is wrong as it stands."""
    wrong = [each for each in loaded.problems if each.severity == "error"]
    if as_json:
        report = {"ok": False, "workflows": [], "problems": render_json(wrong, locale)}
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stderr.write(render_text(wrong, loaded.sources, locale))
    return 1


async def _people(databases: list[str], blueprint: Blueprint) -> dict[str, frozenset[str]] | None:
    """Return the roles of the active accounts, told apart by database and id; None if no database was named.

    Raises:
        LookupError: a database has no accounts.
    """
    if not databases:
        return None
    from zoneinfo import ZoneInfo

    from ordinance.access import Rights
    from ordinance.accounts import Accounts, Ground
    from ordinance.storage import Database
    from ordinance.storage.schema.catalogue import read_catalogue

    ground = Ground(Rights(blueprint), blueprint.roles, ZoneInfo(blueprint.company.zone), absences=False)
    people: dict[str, frozenset[str]] = {}
    for number, url in enumerate(databases):
        async with Database(url) as database:
            async with database.work(write=False) as work:
                if "e_account" not in await read_catalogue(work):
                    raise LookupError(f"{url}: this is no database of a site: it has no accounts")
            accounts = await Accounts(database, lambda: ground).every()
        people |= {f"{number}/{each.id}": frozenset(each.roles) for each in accounts if each.active}
    return people


def _verified(
    blueprint: Blueprint, names: list[str], people: Mapping[str, frozenset[str]] | None
) -> Iterator[Verified]:
    from ordinance.blueprint.grounds import ground_in, staffing_in
    from ordinance.process.verify import verify
    from ordinance.process.verify.cases import Switchboard

    staffing = staffing_in(blueprint, people) if people is not None else {}
    for workflow in blueprint.workflows.values():
        if names and workflow.id not in names:
            continue
        started = time.perf_counter()
        findings = verify(workflow, staffing.get(workflow.id), ground=ground_in(blueprint, workflow))
        board = Switchboard(workflow)
        yield Verified(workflow, findings, len(board.free), board.sets(), time.perf_counter() - started)


def _print(found: list[Verified], loaded: Loaded, locale: str) -> None:
    zh, gap = locale.startswith("zh"), ""
    for each in found:
        steps = len(each.workflow.steps)
        if zh:
            words = (f"{steps} 个环节，{each.toggles} 个开关，{_sets(each)} 种组合，"
                     f"{len(each.findings)} 项发现，{each.seconds:.3f} 秒")  # fmt: skip
        else:
            words = (f"{steps} steps, {each.toggles} switches, {_sets(each)} sets, "
                     f"{len(each.findings)} findings, {each.seconds:.3f} s")  # fmt: skip
        sys.stdout.write(f"{gap}{each.workflow.id}: {words}\n")
        problems = [finding.as_problem() for finding in each.findings]
        if problems:
            sys.stdout.write("\n" + render_text(problems, loaded.sources, locale))
        gap = "\n" if problems else ""


def _sets(verified: Verified) -> str:
    power = verified.sets == 2**verified.toggles and verified.toggles >= _POWER
    return f"2^{verified.toggles}" if power else str(verified.sets)


def _report(found: list[Verified], locale: str) -> dict[str, Any]:
    return {
        "ok": not any(each.severity == "error" for one in found for each in one.findings),
        "workflows": [
            {
                "id": each.workflow.id,
                "steps": len(each.workflow.steps),
                "switches": each.toggles,
                "sets": each.sets,
                "seconds": round(each.seconds, 4),
                "findings": [_finding(one, locale) for one in each.findings],
            }
            for each in found
        ],
    }


def _finding(finding: Finding, locale: str) -> dict[str, Any]:
    return {
        **render_json([finding.as_problem()], locale)[0],
        "toggles": dict(finding.toggles),
        "conditions": dict(finding.conditions),
        "path": list(finding.path),
    }
