"""What may be wrong with an expression, when it is read and when it is computed.

Exception
├── ExpressionError     the text is not an expression that can be used; carries every fault found
├── UnknownValue        a name was never loaded (a missing key, which is not the same as an empty value)
└── ComputationError    a value cannot be computed: division by zero, a number out of range
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ordinance.problems import Place, Problem, Reason, Text, problem, reason


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in the text: a one-based column, how many characters, a stable code, the words."""

    column: int
    length: int
    code: str
    message: Text
    remedy: Text | None = None

    def problem(self, place: Place | None = None, *, quoted: bool = False) -> Problem:
        """Return the fault as a problem of the file in which the expression stands.

        Args:
            place: Where the whole text of the expression begins.
            quoted: The text stands in quotes there, so its first character is one further.
        """
        if place is not None:
            place = replace(place, column=place.column + self.column - 1 + quoted, length=self.length)
        return Problem(self.code, self.message, place, self.remedy)


class ExpressionError(Exception):
    """The text cannot be used as an expression; `faults` says why, all of it, in the order of the text."""

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        self.source = source
        self.faults = tuple(sorted(faults, key=lambda each: (each.column, each.code)))
        super().__init__("; ".join(f"{each.column}: {each.message.en}" for each in self.faults))

    def problems(self, place: Place | None = None, *, quoted: bool = False) -> tuple[Problem, ...]:
        """Return the faults as problems of the file in which the expression stands."""
        return tuple(each.problem(place, quoted=quoted) for each in self.faults)


class UnknownValue(Exception):  # noqa: N818 - it says what is so, and a caller may answer it by loading the value
    """A name whose value has not been loaded."""

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path
        super().__init__(".".join(path))


class ComputationError(Exception):
    """A value that cannot be computed; says which part of the text, at which column."""

    def __init__(self, code: str, text: str, column: int) -> None:
        self.code = code
        self.text = text
        self.column = column
        super().__init__(f"{column}: {self.reason.message.en}")

    @property
    def reason(self) -> Reason:
        """The same as a reason of a refusal."""
        return reason(self.code, part=self.text, column=self.column)


def fault(at: int, code: str, length: int = 1, *, remedy: Text | None = None, **values: Any) -> Fault:
    """Return the fault of that code at a zero-based position, its words from the catalogue."""
    made = problem(code, None, remedy=remedy, **values)
    return Fault(at + 1, max(length, 1), code, made.message, made.remedy)
