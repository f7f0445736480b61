"""The command line: `ordinance COMMAND …`, the same as `python cli.py COMMAND …`.

Each command is one module with `add_parser(sub)` and `run(args) -> int`; only the one that is asked for is imported.
Exit codes: 0 fine, 1 problems, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from ordinance import __version__
from ordinance.commands.registry import COMMANDS

__all__ = ["main"]

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: The words after the program's name; None for those the program was started with.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    parser, modules = _parser(words)
    try:
        arguments = parser.parse_args(words)
    except SystemExit as stop:  # argparse leaves with 2 for wrong usage and 0 for help
        return int(stop.code or 0)
    return _run(modules[arguments.command], arguments)


def _run(module: Any, arguments: argparse.Namespace) -> int:
    from ordinance.problems import SiteError, render_text

    try:
        return int(module.run(arguments))
    except SiteError as error:
        locale = getattr(arguments, "locale", None) or "en"
        sys.stderr.write(render_text(error.problems, {}, locale))
        return 1
    except BrokenPipeError:
        # Who reads the output has seen enough; the rest goes nowhere instead of into a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED


def _parser(words: Sequence[str]) -> tuple[argparse.ArgumentParser, dict[str, Any]]:
    parser = argparse.ArgumentParser(prog="ordinance", description="A company's procedure, written as YAML, that runs.")
    parser.add_argument("--version", action="version", version=f"ordinance {__version__}")
    sub = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = next((word for word in words if not word.startswith("-")), None)
    modules: dict[str, Any] = {}
    for name, command in COMMANDS.items():
        if name == wanted:
            modules[name] = import_module(command.module)
            modules[name].add_parser(sub)
        else:
            sub.add_parser(name, help=command.about)
    return parser, modules
