"""What a scenario expected and did not get, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ordinance.problems import Place, Text, did_you_mean


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected: what, in words, what was wanted and what was there, and what may be meant."""

    what: str
    words: Text
    wanted: Any = None
    got: Any = None
    remedy: Text | None = None

    def __str__(self) -> str:
        return self.words.en


@dataclass(frozen=True, slots=True)
class Failure:
    """An act that did not come to what was expected: the scenario, the way it was played, the line, the differences."""

    scenario: str
    place: Place
    differences: tuple[Difference, ...]
    way: str = ""
    toggles: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.place}: {self.scenario}: {'; '.join(str(each) for each in self.differences)}"

    @property
    def played(self) -> str:
        """How it was played: the way in, and the toggles that were tried."""
        return " ".join([self.way, *(f"{step}={value}" for step, value in self.toggles)]).strip()


def unequal(what: str, got: Any, wanted: Any, names: Iterable[str] = ()) -> list[Difference]:
    """Return the difference between two values, if there is one.

    Args:
        what: The word of `expect`, or a field.
        got: What is there.
        wanted: What the scenario expects.
        names: Names it may be; a wanted one that is none of them gets a "did you mean".
    """
    if got == wanted:
        return []
    known = set(names)
    strange = [each for each in (wanted if isinstance(wanted, list) else [wanted]) if known and each not in known]
    remedy = did_you_mean(str(strange[0]), known) if strange else None
    return [difference(what, wanted, got, remedy)]


def difference(what: str, wanted: Any, got: Any, remedy: Text | None = None) -> Difference:
    """Return the difference between what is wanted and what is there."""
    zh = f"{what}：应为 {_shown(wanted, '无')}，实为 {_shown(got, '无')}"
    en = f"{what}: expected {_shown(wanted, 'none')}, got {_shown(got, 'none')}"
    return Difference(what, Text(zh, en), wanted, got, remedy)


def _shown(value: Any, nothing: str) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(each) for each in value) or nothing
    return nothing if value is None or value == "" else str(value)
