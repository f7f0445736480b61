"""Counting the lines of a document with a scanner: what a code is, how many there are, what is left. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Literal
from urllib.parse import urlsplit

from ordinance.access import Actor
from ordinance.acts import Force
from ordinance.blueprint import Scan
from ordinance.problems import Reason, reason
from ordinance.web.ui.views.process import my_steps

COUNT = "n."
"""Before the id of a line, in addresses and forms: how many of it were counted."""

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A line to be counted: its id, what it is called, by which codes it is known, how many there should be and are."""

    id: str
    name: str
    code: str
    codes: tuple[str, ...]
    wanted: Decimal
    counted: Decimal = Decimal(0)

    @property
    def state(self) -> Literal["none", "some", "all"]:
        """How far it is."""
        return "all" if self.counted >= self.wanted else "some" if self.counted else "none"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the last scan: its tone (ok, over, unknown, all), and the words."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document that waits to be counted."""

    href: str
    number: str
    kind: str
    step: str
    whom: str


def scans_of(force: Force, actor: Actor) -> tuple[Scan, ...]:
    """Return what somebody counts: the steps of documents that it does itself and that have lines to be counted."""
    if actor.portal:
        return ()
    return tuple(
        each
        for each in force.blueprint.scans
        if force.rights.may(actor, "read", each.entity)
        and each.step in my_steps(force, actor, force.blueprint.entities[each.entity])
    )


def plain(text: str) -> str:
    """Return a code as it is compared: full-width letters as plain ones, without blanks, in small letters."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def record_in(text: str) -> tuple[str, str] | None:
    """Return the entity and id in the address that the square code of a paper holds; None if it is no such address."""
    parts = urlsplit(text.strip()).path.split("/")
    return (parts[2], parts[3]) if len(parts) == 4 and parts[1] == "o" and parts[3].isdigit() else None


def with_counts(lines: Sequence[ScanLine], said: Mapping[str, str]) -> tuple[ScanLine, ...]:
    """Return the lines as they were counted so far; what is no number, or more than there should be, is passed over."""
    return tuple(replace(each, counted=_number(said.get(COUNT + each.id, ""), each.wanted)) for each in lines)


def _number(text: str, most: Decimal) -> Decimal:
    try:
        number = Decimal(unicodedata.normalize("NFKC", text).strip() or "0")
    except InvalidOperation:
        return Decimal(0)
    return min(number, most) if number.is_finite() and number > 0 else Decimal(0)


def scanned(lines: Sequence[ScanLine], code: str) -> tuple[tuple[ScanLine, ...], Reason | ScanLine]:
    """Return the lines after a scan, and the line that was counted or why none was.

    Of several lines of one thing the first that is not full counts.
    """
    wanted = plain(code)
    fits = [each for each in lines if wanted and wanted in each.codes]
    if not fits:
        return tuple(lines), reason("scan_not_in_it", None, got=code.strip())
    line = next((each for each in fits if each.counted < each.wanted), None)
    if line is None:
        most = sum((each.wanted for each in fits), Decimal(0))
        return tuple(lines), reason("scan_too_many", None, name=fits[0].name, most=short(most))
    more = replace(line, counted=min(line.counted + _ONE, line.wanted))
    return tuple(more if each is line else each for each in lines), more


def left(lines: Sequence[ScanLine]) -> Decimal:
    """Return how many are not counted yet."""
    return sum((each.wanted - each.counted for each in lines), Decimal(0))


def short(number: Decimal) -> str:
    """Return a number without the noughts behind it."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_query(lines: Sequence[ScanLine]) -> dict[str, str]:
    """Return what was counted as the query of an address: it survives a reload, and Back takes a scan back."""
    return {COUNT + each.id: short(each.counted) for each in lines if each.counted}
