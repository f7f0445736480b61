"""The view of the papers that can be made of a record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ordinance.problems import Problem


@dataclass(frozen=True, slots=True)
class PaperCard:
    """One paper: what it is called and for, where it is by language, and where a picture of its first page is."""

    label: str
    about: str
    links: tuple[tuple[str, str], ...]
    look: str


@dataclass(frozen=True, slots=True)
class PrintView:
    """The page: which record, the way back, the papers."""

    title: str
    entity_label: str
    list_href: str
    back: str
    papers: tuple[PaperCard, ...]


def fault_lines(problems: Iterable[Problem], locale: str) -> tuple[tuple[str, str, str], ...]:
    """Return the place, the words and the remedy of each problem."""
    return tuple(
        (
            f"{each.place.file}:{each.place.line}:{each.place.column}" if each.place else "",
            each.message.in_(locale),
            each.remedy.in_(locale) if each.remedy else "",
        )
        for each in problems
    )
