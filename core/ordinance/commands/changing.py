"""What the commands about changes share: which change is meant, and a bar for long work."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ordinance.commands.site import add_actor, add_database, add_site

if TYPE_CHECKING:
    from ordinance.acts import House
    from ordinance.changes import Change


_OPTIONS = (
    ("--set", "PATH=VALUE", "change this besides, such as sales_order.ship=false or roles.clerk.label.en=Clerk"),
    ("--hold", "WORKFLOW", "its documents stay as they are until they leave the gate they wait at; * for all"),
    ("--finish", "WORKFLOW", "its documents end under the earlier revision; * for all"),
    ("--consent", "ID", "consent to what the plan asks consent for, by its name"),
    ("--supply", "WORKFLOW.FIELD=VALUE", "a value for documents that lack it"),
    ("--land", "WORKFLOW=STEP", "where documents land whose step is gone, if not at the next one"),
)


def add_change(parser: argparse.ArgumentParser) -> None:
    """Add what says which change is meant and what becomes of documents."""
    for option, name, words in _OPTIONS:
        parser.add_argument(option, action="append", default=[], metavar=name, help=words)
    parser.add_argument("--reason", default="", metavar="WORDS", help="why; kept with the revision and every document")
    parser.add_argument("--json", action="store_true", help="print the plan as JSON")
    add_actor(parser)
    add_site(parser)
    add_database(parser)


def change_of(house: House, arguments: argparse.Namespace, files: Mapping[str, str], starts: datetime | None) -> Change:
    """Return the change that the arguments describe.

    Raises:
        LookupError: an argument cannot be read, or an edit cannot be made by one cut into the files.
    """
    from ordinance.changes import Change

    return Change(
        files=_edited(house, files, arguments.set),
        reason=arguments.reason,
        base=house.blueprint.revision,
        choices={**dict.fromkeys(arguments.hold, "hold"), **dict.fromkeys(arguments.finish, "finish")},
        consents=frozenset(arguments.consent),
        anyway=frozenset(arguments.consent),
        supplied=_supplied(arguments.supply),
        landings=dict(_landing(each) for each in arguments.land),
        starts=starts,
    )


def _edited(house: House, files: Mapping[str, str], values: list[str]) -> Mapping[str, str]:
    from ordinance.changes import EditError, edited, toggled

    for each in values:
        path, value = _pair(each, "--set")
        parts = tuple(path.split("."))
        workflow = house.blueprint.workflows.get(parts[0])
        try:
            if workflow is not None and len(parts) == 2:
                files = toggled(files, *parts, value)
            else:
                files = edited(files, parts, value)
        except (EditError, KeyError) as fault:
            raise LookupError(f"--set {each}: {fault}") from fault
    return files


def _supplied(values: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for each in values:
        path, value = _pair(each, "--supply")
        workflow, _, field = path.partition(".")
        if not (workflow and field and value):
            raise LookupError(f"--supply {each}: write WORKFLOW.FIELD=VALUE")
        found.setdefault(workflow, {})[field] = value
    return found


def _landing(text: str) -> tuple[str, str]:
    workflow, step = _pair(text, "--land")
    if not step:
        raise LookupError(f"--land {text}: write WORKFLOW=STEP")
    return workflow, step


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise LookupError(f"{option} {text}: write NAME=VALUE")
    return name.strip(), value.strip()


@contextmanager
def bar() -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream, if somebody looks at it; the function is told how much is done, of how much."""
    from tqdm import tqdm

    with tqdm(total=0, unit="document", disable=not sys.stderr.isatty(), leave=False) as shown:

        def progress(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield progress
