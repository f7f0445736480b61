"""`ordinance check`: read the whole site, tell every problem with its place, and change nothing."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from typing import TYPE_CHECKING

from ordinance.commands.site import Trace, add_site, has_errors, is_site, locale_of
from ordinance.problems import Problem, problem, render_github, render_json, render_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ordinance.blueprint import Blueprint, Loaded


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("check", help=__doc__, description=__doc__)
    add_site(parser)
    parser.add_argument("--format", choices=("text", "json", "github"), default="text", help="how problems are printed")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")


def run(arguments: argparse.Namespace) -> int:
    """Check a site; return 1 if something is wrong with it, 2 if the folder is none."""
    if not is_site(arguments.site):
        return 2
    # The process ends in a moment: nothing it leaves behind is worth looking for.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _check(arguments)
    finally:
        if collects:
            gc.enable()


def _check(arguments: argparse.Namespace) -> int:
    trace, started = Trace(), time.perf_counter()
    from ordinance.blueprint import load
    from ordinance.departments import load_code

    trace("imports")
    loaded = load(arguments.site, trace=trace)
    code = load_code(arguments.site, loaded.departments)
    trace("code of departments")
    notes = tuple(_under_other_switches(loaded.blueprint)) if loaded.blueprint is not None else ()
    problems = tuple(sorted((*loaded.problems, *code.problems, *notes), key=lambda each: each.order))
    _print(problems, loaded, arguments.format, locale_of(arguments), time.perf_counter() - started)
    return 1 if has_errors(problems) else 0


def _under_other_switches(blueprint: Blueprint) -> Iterator[Problem]:
    """Yield a note for each workflow of which `ordinance verify` finds something once steps are switched."""
    from ordinance.blueprint.grounds import ground_in
    from ordinance.process.verify import static

    for workflow in blueprint.workflows.values():
        count = sum(bool(each.toggles) for each in static(workflow, ground_in(blueprint, workflow)))
        if count:
            yield problem("other_switches", workflow.place, label=workflow.label, count=count, workflow=workflow.id)


def _print(problems: tuple[Problem, ...], loaded: Loaded, form: str, locale: str, seconds: float) -> None:
    if form == "json":
        sys.stdout.write(json.dumps(_report(problems, loaded, locale), ensure_ascii=False, indent=2) + "\n")
    elif form == "github":
        sys.stdout.write(render_github(problems, locale))
    else:
        sys.stdout.write(render_text(problems, loaded.sources, locale))
        sys.stdout.write(_summary(problems, loaded, locale, seconds))


def _report(problems: tuple[Problem, ...], loaded: Loaded, locale: str) -> dict[str, object]:
    return {
        "ok": not has_errors(problems),
        "revision": loaded.blueprint.revision if loaded.blueprint else None,
        "files": len(loaded.sources),
        "problems": render_json(problems, locale),
    }


def _summary(problems: tuple[Problem, ...], loaded: Loaded, locale: str, seconds: float) -> str:
    counts = [sum(each.severity == kind for each in problems) for kind in ("error", "warning", "note")]
    if locale.startswith("zh"):
        words = "{} 个文件，{} 个问题，{} 个警告，{} 个说明，{:.2f} 秒\n"
    else:
        words = "{} files, {} problems, {} warnings, {} notes, {:.2f} s\n"
    return words.format(len(loaded.sources), *counts, seconds)
