"""`ordinance replay`: run the log of every document against a proposed configuration, and tell what had differed."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ordinance.commands.site import add_database, add_site, is_site, locale_of
from ordinance.problems import SiteError, Text, render_text

if TYPE_CHECKING:
    from collections import Counter

    from ordinance.app import Opened
    from ordinance.changes import Formed
    from ordinance.process import Workflow
    from ordinance.process.replay import Replayed, Summary

_WRONG_USAGE = 2
_SHOWN = 20
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("replay", help=__doc__, description=__doc__)
    parser.add_argument(
        "--against", action="append", type=Path, default=[], metavar="DIR|FILE",
        help="the proposed site, or a file of ours as it is proposed; repeatable (default: the site's own files)",
    )  # fmt: skip
    parser.add_argument(
        "--mode", choices=("strict", "lenient"), default="strict",
        help="a gate nobody passed stops the document, or is passed at the same moment (default: strict)",
    )  # fmt: skip
    parser.add_argument("--workflow", action="append", default=[], metavar="X", help="only this one; repeatable")
    parser.add_argument("--json", action="store_true", help="print every document that went otherwise, as JSON")
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Replay; return 1 if a log is not whole or the proposal has errors, 2 for wrong usage."""
    if not is_site(arguments.site):
        return _WRONG_USAGE
    try:
        return asyncio.run(_run(arguments))
    except LookupError as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return _WRONG_USAGE
    except SiteError as error:
        sys.stderr.write(render_text(error.problems, {}, locale_of(arguments)))
        return 1


@dataclass(slots=True)
class _Told:
    """What came of the documents of one workflow; `broken` are those whose log does not give what is stored."""

    workflow: Workflow
    summary: Summary
    is_gone: bool = False
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now

    made = _proposed(arguments.site, arguments.against)
    async with open_house(arguments.site, utc_now(), url=arguments.database, look=False) as opened:
        told = await _replayed(opened, made, arguments)
        zone = opened.house.zone
    _print(told, arguments, zone)
    return 1 if any(each.broken for each in told) else 0


def _proposed(site: Path, against: list[Path]) -> Formed:
    """Return the proposed configuration.

    Raises:
        LookupError: a path is neither a site nor a file of one.
        SiteError: it has errors.
    """
    from ordinance.blueprint import own_files
    from ordinance.changes import from_files

    folders = [each for each in against if each.is_dir()]
    if len(folders) > 1 or (folders and not is_site(folders[0])):
        raise LookupError(f"--against {folders[-1]}: name one site")
    folder = folders[0] if folders else site
    files = dict(own_files(folder))
    for path in against:
        if path not in folders:
            name = _name(path, folder, files)
            files[name] = path.read_text("utf-8")
    return from_files(folder, files)


def _name(path: Path, site: Path, files: Mapping[str, str]) -> str:
    """Return which file of the site a proposed one stands for: by where it is, or else by what it is called."""
    if not path.is_file():
        raise LookupError(f"--against {path}: there is no such file")
    if path.resolve().is_relative_to(site.resolve()):
        return path.resolve().relative_to(site.resolve()).as_posix()
    named = [each for each in files if Path(each).name == path.name]
    if len(named) != 1:
        raise LookupError(f"--against {path}: no file of the site is called {path.name}")
    return named[0]


async def _replayed(opened: Opened, made: Formed, arguments: argparse.Namespace) -> list[_Told]:
    from tqdm import tqdm

    workflows = opened.house.blueprint.workflows
    unknown = [each for each in arguments.workflow if each not in workflows]
    if unknown:
        raise LookupError(f"there is no workflow {unknown[0]}")
    told = []
    with tqdm(total=0, unit="document", disable=not sys.stderr.isatty(), leave=False) as bar:
        for id in arguments.workflow or sorted(workflows):
            one = await _one(opened, workflows[id], made, arguments, bar)
            if one.summary.documents:
                told.append(one)
    return told


async def _one(opened: Opened, workflow: Workflow, made: Formed, arguments: argparse.Namespace, bar: Any) -> _Told:
    from ordinance.access import ENGINE
    from ordinance.acts import Call
    from ordinance.app.serving import utc_now
    from ordinance.commands.logs import Logs
    from ordinance.process.replay import Summary, replay

    proposed = made.blueprint.workflows.get(workflow.id)
    call = Call(ENGINE, utc_now(), locale_of(arguments), "system")
    logs = Logs(opened.house.force, call, workflow, proposed or workflow)
    told = _Told(workflow, Summary(), is_gone=proposed is None)
    calendar, facts = made.blueprint.company.calendar, {"functions": made.code.functions}
    async with opened.house.database.work(write=False, snapshot=True) as work:
        ids = await logs.ids(work)
        bar.total += len(ids)
        if proposed is None:
            told.summary.documents = len(ids)
            return told
        async for story in logs.read(work, ids):
            if story.faults:
                told.broken[story.log.number or story.log.id] = story.faults
            told.summary.add(replay(proposed, story.log, arguments.mode, calendar, facts))
            bar.update()
    return told


# What is printed


def _print(told: list[_Told], arguments: argparse.Namespace, zone: ZoneInfo) -> None:
    if arguments.json:
        sys.stdout.write(json.dumps(_as_json(told, arguments), ensure_ascii=False, indent=2) + "\n")
        return
    locale = locale_of(arguments)
    for each in told:
        sys.stdout.write("\n".join(_lines(each, locale, zone)) + "\n")
    if not told:
        sys.stdout.write(_NONE.in_(locale) + "\n")


_NONE = Text("没有单据。", "there are no documents.")
_GONE = Text("拟议的配置中没有此流程。", "the proposed configuration has no such workflow.")
_ROWS = {
    "documents": Text("单据", "documents"),
    "same": Text("与当时相同", "as they went"),
    "stopped": Text("会被拦下", "would have been stopped"),
    "saved": Text("省去的环节", "steps saved"),
    "added": Text("增加的审批", "approvals added"),
    "gained": Text("节省的等待时间", "waiting time gained"),
    "assumed": Text("假定成立", "taken for granted"),
    "broken": Text("记录与现状不符", "log does not give what is stored"),
}
_FIRST = Text("第一处不同", "first divergent event")
_MORE = Text("……另有 {} 张，用 --json 列出全部", "… and {} more; --json tells all")
_BY = Text("{}，涉及 {} 张单据", "{} on {} documents")
_TIME = Text("{} 天 {} 小时 {} 分", "{} d {} h {} min")


def _lines(told: _Told, locale: str, zone: ZoneInfo) -> Iterator[str]:
    found = told.summary
    yield f"{told.workflow.id}  {told.workflow.label.in_(locale)}"
    if told.is_gone:
        yield f"  {_GONE.in_(locale)} ({found.documents})"
        return
    rows: list[tuple[str, str]] = [
        ("documents", str(found.documents)),
        ("same", str(found.same)),
        *((name, _counted(counter)) for name, counter in _counters(found)),
        ("gained", _BY.in_(locale).format(_span(found.gained, locale), found.gained_by) if found.gained else "0"),
        *([("assumed", _counted(found.assumed))] if found.assumed else []),
        *([("broken", ", ".join(told.broken))] if told.broken else []),
    ]
    for name, value in rows:
        yield f"  {_padded(_ROWS[name].in_(locale), 34)}{value}"
    if found.kept:
        yield f"  {_FIRST.in_(locale)}"
        yield from (_divergence(each, zone) for each in found.kept[:_SHOWN])
    if len(found.kept) > _SHOWN:
        yield f"    {_MORE.in_(locale).format(len(found.kept) - _SHOWN)}"


def _counters(found: Summary) -> tuple[tuple[str, Counter[str]], ...]:
    return ("stopped", found.stopped), ("saved", found.saved), ("added", found.added)


def _counted(counter: Counter[str]) -> str:
    """Return a sum and what it is made of, the most frequent first."""
    parts = ", ".join(f"{name} {count}" for name, count in counter.most_common())
    return f"{counter.total()}" + (f"  ({parts})" if parts else "")


def _span(span: timedelta, locale: str) -> str:
    seconds = int(span.total_seconds())
    return _TIME.in_(locale).format(seconds // _DAY_S, seconds % _DAY_S // _HOUR_S, seconds % _HOUR_S // _MINUTE_S)


def _padded(words: str, width: int) -> str:
    """Return the words filled up to a width on screen, where a Chinese sign takes two places."""
    taken = sum(2 if ord(sign) > 0x2E80 else 1 for sign in words)
    return words + " " * max(2, width - taken)


def _divergence(found: Replayed, zone: ZoneInfo) -> str:
    name = found.number or found.id
    first = found.divergence
    if first is None:
        return f"    {name}"
    at = first.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    asked = f"{first.kind} {first.step}" if first.step else first.kind
    if found.stop is not None and found.stop.index == first.index:
        codes = ", ".join(each.code for each in found.stop.reasons)
        return f"    {name}  {at}  {asked}: stopped at {found.stop.step}" + (f" [{codes}]" if codes else "")
    return f"    {name}  {at}  {asked}: {', '.join(first.was)} -> {', '.join(first.now)}"


def _as_json(told: list[_Told], arguments: argparse.Namespace) -> dict[str, Any]:
    return {"mode": arguments.mode, "workflows": [_workflow(each, locale_of(arguments)) for each in told]}


def _workflow(told: _Told, locale: str) -> dict[str, Any]:
    found = told.summary
    return {
        "workflow": told.workflow.id,
        "gone": told.is_gone,
        "documents": found.documents,
        "same": found.same,
        **{name: dict(counter) for name, counter in _counters(found)},
        "gained_s": int(found.gained.total_seconds()),
        "gained_by": found.gained_by,
        "assumed": dict(found.assumed),
        "broken": {name: list(parts) for name, parts in told.broken.items()},
        "otherwise": [_document(each, locale) for each in found.kept],
    }


def _document(found: Replayed, locale: str) -> dict[str, Any]:
    first, stop = found.divergence, found.stop
    return {
        "id": found.id,
        "number": found.number,
        "divergence": first and {
            "event": first.index, "seq": first.seq, "kind": first.kind, "step": first.step,
            "at": first.at.isoformat(), "was": list(first.was), "now": list(first.now),
        },
        "stop": stop and {
            "event": stop.index, "step": stop.step, "at": stop.at.isoformat(),
            "reasons": [{"code": each.code, "message": each.message.in_(locale)} for each in stop.reasons],
        },
        "saved": list(found.saved),
        "added": [{"step": each.step, "at": each.at.isoformat(), "asks": list(each.asks)} for each in found.added],
        "gained_s": int(found.gained.total_seconds()),
        "waits": list(found.waits),
    }  # fmt: skip
