"""What commands about a site share: which folder, which language, and the words of problems."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ordinance.problems import Problem

if TYPE_CHECKING:
    from ordinance.acts import Call
    from ordinance.app import Opened

_WRONG_USAGE = 2


def add_site(parser: argparse.ArgumentParser) -> None:
    """Add `--site` and `--locale`."""
    parser.add_argument("--site", type=Path, default=Path(), metavar="DIR", help="the company's folder (default: here)")
    parser.add_argument("--locale", choices=("zh", "en"), default=None, help="language of the messages")


def add_database(parser: argparse.ArgumentParser) -> None:
    """Add `--database`."""
    parser.add_argument("--database", metavar="URL", help="the database (default: a SQLite file in the site's var/)")


def add_actor(parser: argparse.ArgumentParser) -> None:
    """Add `--as`."""
    parser.add_argument("--as", dest="actor", metavar="NAME", help="the person acting (default: the house itself)")


async def caller(opened: Opened, arguments: argparse.Namespace, now: datetime) -> Call:
    """Return who acts: the person named with `--as`, or the house itself.

    Raises:
        LookupError: there is no such account.
    """
    from ordinance.access import ENGINE
    from ordinance.acts import Call

    actor = ENGINE
    if arguments.actor:
        account = await opened.accounts.find(arguments.actor)
        if account is None or not account.active:
            raise LookupError(f"there is no active account {arguments.actor}")
        actor = account.actor(opened.house.blueprint.roles)
    return Call(actor, now, locale_of(arguments), "system" if actor is ENGINE else "office")


def locale_of(arguments: argparse.Namespace) -> str:
    """Return the language of messages: as asked for, else that of the terminal."""
    if arguments.locale:
        return str(arguments.locale)
    terminal = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if terminal.startswith("zh") else "en"


def is_site(folder: Path) -> bool:
    """Return whether a folder looks like a site; says so in one line when it does not."""
    if (folder / "config" / "company.yaml").is_file() or (folder / "workflows.yaml").is_file():
        return True
    sys.stderr.write(f"{folder}: no config/company.yaml and no workflows.yaml here; this is not a site\n")
    return False


def on_site(arguments: argparse.Namespace, act: Callable[[argparse.Namespace], Coroutine[Any, Any, int]]) -> int:
    """Return what a command does on its site comes to; 2, wrong usage, if the folder is none."""
    import asyncio  # here, because `check` has no use for it and is quick

    return asyncio.run(act(arguments)) if is_site(arguments.site) else _WRONG_USAGE


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Return whether something is wrong, beyond warnings and notes."""
    return any(each.severity == "error" for each in problems)


def write_all(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files into a folder, made if it is not there, and tell the path of each.

    Raises:
        OSError: one of them cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path}\n")


class Trace:
    """Tells on the error stream how long each part took, when `ORDINANCE_TRACE` is set."""

    def __init__(self) -> None:
        self.is_on = bool(os.environ.get("ORDINANCE_TRACE"))
        self.last = time.perf_counter()

    def __call__(self, part: str) -> None:
        """Tell the time since the last part."""
        now = time.perf_counter()
        if self.is_on:
            sys.stderr.write(f"{(now - self.last) * 1000:8.1f} ms  {part}\n")
        self.last = now
