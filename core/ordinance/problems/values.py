"""A problem or a reason as a value: code, place, words in two languages, remedy.

A *problem* is something wrong in configuration; a *reason* is one cause of an ordinary "no" (a refusal).

    Exception
    └── SiteError        a configuration that cannot be used; carries its problems
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str = ""
    en: str = ""

    @classmethod
    def of(cls, words: str) -> Self:
        """Return words that are the same in every language (a name, a number)."""
        return cls(words, words)

    def in_(self, locale: str) -> str:
        """Return the words for a locale such as `zh-CN` or `en`; the other language if these are missing."""
        return (self.zh or self.en) if locale.startswith("zh") else (self.en or self.zh)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands in a file of the site: one-based line and column, and how many characters it takes."""

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the configuration, said once, with where and what to do about it."""

    code: str
    message: Text
    place: Place | None = None
    remedy: Text | None = None
    severity: Severity = "error"
    related: tuple[tuple[Place, Text], ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str]:
        """The order of a report: by file, line, column, then code."""
        place = self.place or Place("", 0, 0)
        return (place.file, place.line, place.column, self.code)


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of a refusal: stable code, words, where it is, what was wanted and what was there.

    `where` is a JSON pointer into the input, or a step, lane or field id; `place` is the line of YAML behind it.
    """

    code: str
    message: Text
    where: str | None = None
    wanted: Any = None
    got: Any = None
    place: Place | None = None
    remedy: Text | None = None


class SiteError(Exception):
    """The configuration cannot be used; `problems` says why, all of it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{each.place}: {each.message.en}" for each in problems))
