"""`ordinance draw [WORKFLOW]`: draw the processes of a site as SVG, Mermaid or BPMN 2.0."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ordinance.commands.site import add_site, is_site, write_all
from ordinance.problems import did_you_mean, render_text

if TYPE_CHECKING:
    from ordinance.blueprint import Blueprint
    from ordinance.process import Workflow

_WRONG_USAGE = 2
_SUFFIX = {"svg": ".svg", "mermaid": ".mmd", "bpmn": ".bpmn"}


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("draw", help=__doc__, description=__doc__)
    parser.add_argument(
        "workflow", nargs="?", metavar="WORKFLOW", help="the process, such as sales_order (default: all)"
    )
    parser.add_argument("--format", choices=tuple(_SUFFIX), default="svg", help="what to write (default: svg)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write; a folder for all processes")
    parser.add_argument(
        "--layout", choices=("wide", "tall"), default="wide", help="for SVG: left to right, or downwards"
    )
    parser.add_argument("--compare", type=Path, metavar="DIR", help="for SVG: a site before, to mark what differs")
    add_site(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draw; return 1 if a site cannot be read, 2 for wrong usage."""
    folders = [each for each in (arguments.site, arguments.compare) if each is not None]
    if not all(is_site(each) for each in folders):
        return _WRONG_USAGE
    blueprints = [_read(each, arguments) for each in folders]
    if any(each is None for each in blueprints):
        return 1
    blueprint, before = blueprints[0], blueprints[1] if len(blueprints) > 1 else None
    assert blueprint is not None
    known = blueprint.workflows
    if arguments.workflow and arguments.workflow not in known:
        remedy = did_you_mean(arguments.workflow, known)
        sys.stderr.write(f"there is no workflow {arguments.workflow}\n")
        sys.stderr.write(f"   = {remedy.en}\n" if remedy else "")
        return _WRONG_USAGE
    if not arguments.workflow and arguments.out is None:
        sys.stderr.write("--out DIR: all processes need a folder to be written to; or name one of: ")
        sys.stderr.write(f"{', '.join(known)}\n")
        return _WRONG_USAGE
    chosen = [known[arguments.workflow]] if arguments.workflow else list(known.values())
    return _write({each.id: _drawn(each, blueprint, before, arguments) for each in chosen}, arguments)


def _read(folder: Path, arguments: argparse.Namespace) -> Blueprint | None:
    from ordinance.blueprint import load

    loaded = load(folder)
    if loaded.blueprint is None:
        sys.stderr.write(render_text(loaded.problems, loaded.sources, arguments.locale or "en"))
    return loaded.blueprint


def _drawn(workflow: Workflow, blueprint: Blueprint, before: Blueprint | None, arguments: argparse.Namespace) -> str:
    from ordinance.drawing import Names, bpmn, mermaid, svg

    locale = arguments.locale or blueprint.company.locale
    names = Names(locale, blueprint)
    if arguments.format == "mermaid":
        return mermaid(workflow, locale, names)
    if arguments.format == "bpmn":
        return bpmn(workflow, locale, names)
    compare = before.workflows.get(workflow.id) if before is not None else None
    return svg(
        workflow, locale=locale, names=names, layout=arguments.layout, alone=True,
        compare=compare, names_before=Names(locale, before) if before is not None else None,
    )  # fmt: skip


def _write(drawn: dict[str, str], arguments: argparse.Namespace) -> int:
    if arguments.out is None:
        sys.stdout.write(next(iter(drawn.values())))
        return 0
    try:
        if arguments.workflow:
            arguments.out.write_text(drawn[arguments.workflow], encoding="utf-8")
            return 0
        write_all(arguments.out, {f"{id}{_SUFFIX[arguments.format]}": text for id, text in drawn.items()})
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
