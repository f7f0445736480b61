"""`ordinance apply`: put the files in force, with everything that follows for documents, or nothing of it."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ordinance.commands.changing import add_change, bar, change_of
from ordinance.commands.site import caller, locale_of, on_site

if TYPE_CHECKING:
    from ordinance.acts import Call, Refused
    from ordinance.app import Opened
    from ordinance.changes import Applied, Change, Plan, Proposal

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("apply", help=__doc__, description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--from", dest="starts", metavar="MOMENT",
                        help="from this day or moment on (2027-05-01 or 2027-05-01T08:00), company time")  # fmt: skip
    parser.add_argument("--propose", action="store_true", help="only put it forward, for others to approve")
    add_change(parser)


def run(arguments: argparse.Namespace) -> int:
    """Apply; return 1 if it could not be, 2 for wrong usage."""
    return on_site(arguments, _run)


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now
    from ordinance.blueprint import own_files
    from ordinance.changes import plan

    async with open_house(arguments.site, utc_now(), url=arguments.database, look=False) as opened:
        try:
            call = await caller(opened, arguments, utc_now())
            starts = _moment(arguments.starts, opened.house.zone) if arguments.starts else None
            change = change_of(opened.house, arguments, own_files(arguments.site), starts)
        except (LookupError, ValueError) as error:
            sys.stderr.write(f"{error.args[0]}\n")
            return _WRONG_USAGE
        with bar() as progress:
            found = await plan(opened.house, change, utc_now(), progress=progress)
        return await decide(opened, call, found, change, arguments)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


async def decide(opened: Opened, call: Call, plan: Plan, change: Change, arguments: argparse.Namespace) -> int:
    """Show a plan, ask, and apply it or put it forward; return the exit code."""
    from ordinance.acts import Refused
    from ordinance.changes import apply, propose, render

    locale = locale_of(arguments)
    if not arguments.json:
        sys.stdout.write(render(plan, locale))
    if plan.is_complete and not plan.is_known and not _agreed(arguments, locale):
        return _WRONG_USAGE if not sys.stdin.isatty() else 1
    outcome: Applied | Proposal | Refused
    if arguments.propose or (change.starts is not None and change.starts > call.now):
        outcome = await propose(opened.house, call, change, approved=not arguments.propose)
    else:
        with bar() as progress:
            outcome = await apply(opened.house, plan, call, progress=progress)
    _print(plan, outcome, arguments, locale)
    return 1 if isinstance(outcome, Refused) else 0


def _agreed(arguments: argparse.Namespace, locale: str) -> bool:
    if arguments.yes:
        return True
    if not sys.stdin.isatty():
        sys.stderr.write("加 --yes 表示同意\n" if locale == "zh" else "say --yes\n")
        return False
    sys.stdout.write("生效吗？[y/N] " if locale == "zh" else "Apply? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


def _print(plan: Plan, outcome: Any, arguments: argparse.Namespace, locale: str) -> None:
    from ordinance.acts import Refused
    from ordinance.changes import Proposal

    zh = locale == "zh"
    if arguments.json:
        sys.stdout.write(json.dumps(_report(plan, outcome), ensure_ascii=False, indent=2) + "\n")
    elif isinstance(outcome, Refused):
        for each in outcome.reasons:
            remedy = f" ({each.remedy.in_(locale)})" if each.remedy is not None else ""
            sys.stdout.write(f"{each.message.in_(locale)}{remedy} [{each.code}]\n")
    elif isinstance(outcome, Proposal):
        state = ("待批准" if outcome.state == "open" else "到时生效") if zh else outcome.state
        sys.stdout.write(f"{'修改' if zh else 'proposal'} {outcome.id}: {state}\n")
    elif outcome.is_new:
        words = "{} 已生效,改动 {} 张单据\n" if zh else "{} is in force; {} document(s) touched\n"
        sys.stdout.write(words.format(outcome.revision[:12], outcome.moved))
        if not outcome.is_written:
            sys.stdout.write(
                "文件未写回,用 ordinance pull 取回\n"
                if zh
                else "the files were not written; `ordinance pull` does it\n"
            )


def _report(plan: Plan, outcome: Any) -> dict[str, Any]:
    from ordinance.acts import Refused
    from ordinance.changes import Proposal

    report: dict[str, Any] = {"plan": plan.as_json()}
    if isinstance(outcome, Refused):
        reasons = [{"code": each.code, "message": {"zh": each.message.zh, "en": each.message.en}, "where": each.where}
                   for each in outcome.reasons]  # fmt: skip
        return {**report, "refused": outcome.kind, "reasons": reasons}
    if isinstance(outcome, Proposal):
        starts = outcome.change.starts
        return {**report, "proposal": str(outcome.id), "state": outcome.state, "starts": starts and starts.isoformat()}
    return {**report, "revision": outcome.revision, "parent": outcome.parent, "moved": outcome.moved,
            "is_new": outcome.is_new, "is_written": outcome.is_written}  # fmt: skip
