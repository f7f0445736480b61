"""Play many scenarios, each every way that is asked for, and tell what came of it as text or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ordinance.problems import Text
from ordinance.testing.coverage import KINDS
from ordinance.testing.failing import Failure
from ordinance.testing.reading import Scenario
from ordinance.testing.scenarios import Theatre
from ordinance.testing.toggling import Toggles

_MISSING_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Play:
    """One scenario to be played once; `toggles` None as it is written, else under toggles it was not written for."""

    scenario: Scenario
    way: str
    toggles: Toggles | None = None


@dataclass(slots=True)
class Result:
    """What came of it. `stopped` counts the plays under other toggles that could not go on to the end."""

    plays: int = 0
    under_toggles: int = 0
    stopped: int = 0
    left_out: int = 0
    failures: list[Failure] = field(default_factory=list)
    coverage: dict[str, Any] = field(default_factory=dict)


def plays_of(
    theatre: Theatre, scenarios: Sequence[Scenario], ways: Sequence[str], *, toggles: int = 0
) -> tuple[list[Play], int]:
    """Return everything that is to be played, and how many combinations of toggles the cap left out.

    Args:
        theatre: The site.
        scenarios: What is to be played.
        ways: The ways in.
        toggles: Combinations of toggles at most for each scenario; 0 for none.
    """
    plays = [Play(each, way) for each in scenarios for way in ways]
    left_out = 0
    for each in scenarios if toggles else ():
        found = theatre.variety(each, toggles)
        left_out += found.left_out
        plays += [Play(each, way, tried) for tried in found.chosen for way in ways]
    return plays, left_out


async def run(theatre: Theatre, plays: Sequence[Play], progress: Callable[[int], None] = lambda _: None) -> Result:
    """Play everything and return what came of it.

    Args:
        theatre: The site.
        plays: What is to be played.
        progress: Called with how many plays are over.
    """
    result = Result(len(plays), sum(each.toggles is not None for each in plays))
    for number, each in enumerate(plays, start=1):
        result.failures += await theatre.run(each.scenario, each.way, each.toggles)
        progress(number)
    result.stopped = theatre.stopped
    result.coverage = theatre.coverage.report(theatre.blueprint)
    return result


def failure_lines(failure: Failure, locale: str) -> Iterator[str]:
    """Yield a failure as a person reads it: the line, the scenario, what was expected and what was there."""
    yield f"{failure.place}: {failure.scenario}{f' [{failure.played}]' if failure.played else ''}"
    for each in failure.differences:
        yield f"    {each.words.in_(locale)}"
        if each.remedy:
            yield f"   = {each.remedy.in_(locale)}"


def coverage_lines(coverage: dict[str, Any], locale: str) -> Iterator[str]:
    """Yield the coverage as a person reads it."""
    for kind, words in KINDS.items():
        found = coverage[kind]
        missing = found["missing"][:_MISSING_SHOWN]
        more = f" … (+{len(found['missing']) - len(missing)})" if len(found["missing"]) > len(missing) else ""
        lacking = Text("没有试过：", "not tried: ").in_(locale) + ", ".join(missing) + more if missing else ""
        yield f"{words.in_(locale)}: {found['seen']}/{found['all']}{f'  {lacking}' if lacking else ''}"
    refusals = ", ".join(f"{code} {count}" for code, count in coverage["refusals"].items())
    yield f"{Text('拒绝', 'refusals').in_(locale)}: {refusals or Text('没有', 'none').in_(locale)}"


def summary(result: Result, locale: str, seconds: float) -> str:
    """Return how it went in one line."""
    words = Text(
        "播放 {plays} 次，失败 {failed} 次，{seconds:.2f} 秒", "{plays} plays, {failed} failed, {seconds:.2f} s"
    ).in_(locale)
    said = words.format(plays=result.plays, failed=len(result.failures), seconds=seconds)
    if result.under_toggles:
        more = Text(
            "；其中 {under} 次在其他开关下播放，{stopped} 次中途停止；另有 {left} 种组合未试",
            "; {under} of them under other toggles, {stopped} stopped on the way; {left} more combinations left out",
        ).in_(locale)
        said += more.format(under=result.under_toggles, stopped=result.stopped, left=result.left_out)
    return said


def as_json(result: Result, locale: str) -> dict[str, Any]:
    """Return what came of it, for a program."""
    return {
        "ok": not result.failures,
        "plays": result.plays,
        "under_toggles": result.under_toggles,
        "stopped": result.stopped,
        "left_out": result.left_out,
        "failures": [_failure(each, locale) for each in result.failures],
        "coverage": result.coverage,
    }


def _failure(failure: Failure, locale: str) -> dict[str, Any]:
    return {
        "file": failure.place.file,
        "line": failure.place.line,
        "column": failure.place.column,
        "scenario": failure.scenario,
        "way": failure.way,
        "toggles": dict(failure.toggles),
        "differences": [
            {
                "what": each.what,
                "message": each.words.in_(locale),
                "wanted": each.wanted,
                "got": each.got,
                "remedy": each.remedy.in_(locale) if each.remedy else None,
            }
            for each in failure.differences
        ],
    }
