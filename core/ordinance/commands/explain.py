"""`ordinance explain`: why somebody can or cannot do something to a record or see it, and what would change that."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ordinance.commands.site import add_actor, add_database, add_site, caller, locale_of, on_site

if TYPE_CHECKING:
    from ordinance.acts.explaining import Explanation, Line
    from ordinance.app import Opened

_WRONG_USAGE = 2
_KINDS = {"step": "S", "send-back": "S", "take": "S", "close": "S", "lane": "L", "field": "F"}
_FLAGS = ("inbox", "record", "create")
_MARKS = {True: "✓", False: "✗", None: "?"}
_WORDS = {
    "zh": {"changes": "最少要改变", "proved": "试过:这样就可以。", "still": "试过,仍然不行",
           "nothing": "没有办法改变。"},
    "en": {"changes": "It would take", "proved": "Tried: that is enough.", "still": "Tried, and there remains",
           "nothing": "Nothing would change this."},
}  # fmt: skip


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("explain", help=__doc__, description=__doc__)
    parser.add_argument("entity", metavar="ENTITY", nargs="?", help="such as sales_order; none for the whole inbox")
    parser.add_argument("name", metavar="NUMBER_OR_ID", nargs="?", help="the record's number, key or id")
    which = parser.add_mutually_exclusive_group()
    for kind, letter in _KINDS.items():
        which.add_argument(f"--{kind}", metavar=letter, help=f"about: {kind.replace('-', ' ')}")
    for flag, about in zip(_FLAGS, ("is it in the inbox", "is it visible", "making a new one"), strict=True):
        which.add_argument(f"--{flag}", action="store_true", help=f"about: {about}")
    parser.add_argument("--for", dest="about", default="", metavar="NAME", help="explain for this account or role")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    add_actor(parser)
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Explain; return 1 if it was refused, 2 for wrong usage."""
    return on_site(arguments, _run)


def subject_of(arguments: argparse.Namespace) -> str:
    """Return what is asked about: that a record is seen, if nothing is said; the inbox, if there is no record."""
    for kind in _KINDS:
        name = getattr(arguments, kind.replace("-", "_"))
        if name:
            return f"{kind.replace('-', '_')}:{name}"
    said = next((flag for flag in _FLAGS if getattr(arguments, flag)), None)
    return said or ("record" if arguments.name else "inbox")


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.acts import Refused
    from ordinance.acts.explaining import explain
    from ordinance.acts.explaining.answers import as_json
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now

    now, locale = utc_now(), locale_of(arguments)
    async with open_house(arguments.site, now, url=arguments.database) as opened:
        try:
            call = await caller(opened, arguments, now)
            id = await _id(opened, arguments)
        except LookupError as error:
            sys.stderr.write(f"{error.args[0]}\n")
            return _WRONG_USAGE
        found = await explain(opened.house, call, arguments.entity, id, subject_of(arguments), about=arguments.about)
    if isinstance(found, Refused):
        for each in found.reasons:
            sys.stderr.write(f"{each.message.in_(locale)} [{each.code}]\n")
        return 1
    if arguments.json:
        sys.stdout.write(json.dumps(as_json(found, locale), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(printed(found, locale))
    return 0


async def _id(opened: Opened, arguments: argparse.Namespace) -> int | None:
    """Return the id of the record that was named by id, number or key; whether it is seen is for the act to say.

    Raises:
        LookupError: there is no such entity, or nothing of that name.
    """
    if arguments.entity is None or arguments.name is None:
        return None
    house, text = opened.house, str(arguments.name)
    entity = house.blueprint.entities.get(arguments.entity)
    if entity is None:
        raise LookupError(f"there is no entity {arguments.entity}")
    async with house.database.work(write=False) as work:
        names = [*(["number"] if entity.workflows else []), *([entity.key] if entity.key else [])]
        for name in names:
            rows = await house.force.store.find(work, entity.id, {name: text}, limit=2)
            if len(rows) == 1:
                return int(rows[0]["id"])
    if text.isascii() and text.isdigit() and 0 < int(text) < 2**63:
        return int(text)
    raise LookupError(f"there is no {entity.id} {text}")


def printed(explanation: Explanation, locale: str) -> str:
    """Return an explanation as text for a terminal."""
    words = _WORDS["zh" if locale.startswith("zh") else "en"]
    head = explanation.verdict.in_(locale) + (f"  [{explanation.person}]" if explanation.person else "")
    lines = [head + (f"  {explanation.place}" if explanation.place else "")]
    for each in explanation.lines:
        lines += _lines(each, locale, 1)
    if explanation.proposals:
        lines.append(f"{words['changes']}:")
        for change in explanation.proposals:
            lines.append(f"  - {change.text.in_(locale)}" + (f"  {change.place}" if change.place else ""))
    if not explanation.possible:
        lines.append(words["nothing"])
    if explanation.proved:
        lines.append(words["proved"])
    if explanation.still:
        lines.append(f"{words['still']}:")
        lines += [f"  - {each.in_(locale)}" for each in explanation.still]
    return "\n".join(lines) + "\n"


def _lines(line: Line, locale: str, depth: int) -> Iterator[str]:
    note = f"  ({line.note.in_(locale)})" if line.note else ""
    mark = _MARKS[line.holds] if line.counts else f"·{_MARKS[line.holds]}"
    yield f"{'  ' * depth}{mark} {line.text.in_(locale)}{note}" + (f"  {line.place}" if line.place else "")
    for each in line.parts:
        yield from _lines(each, locale, depth + 1)
