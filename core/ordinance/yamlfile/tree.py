"""What a file says, with the place of every key and value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ordinance.problems import Place, Problem

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the file down."""


class Mark(NamedTuple):
    """Where a value stands, exactly: lines, columns and offsets from zero, and how it is written.

    `style` is the quote, `|` or `>` of a text; `{` or `[` of a map or list in brackets, `map` or `list` otherwise.
    """

    line: int
    column: int
    start: int
    end_line: int
    end_column: int
    end: int
    style: str


Marks = dict[Path, tuple[int, int, int, int, int, int, str]]
"""Kept as plain tuples: the garbage collector does not have to look at them again and again."""


class Places(Mapping[Path, Place]):
    """Path to place. Places are made when asked for: a file has thousands of values and few problems."""

    __slots__ = ("_marks", "_name")

    def __init__(self, name: str, marks: Marks) -> None:
        self._name = name
        self._marks = marks

    def __getitem__(self, path: Path) -> Place:
        line, column, _, end_line, end_column, _, _ = self._marks[path]
        return Place(self._name, line + 1, column + 1, max(1, end_column - column) if line == end_line else 1)

    def mark(self, path: Path) -> Mark:
        """Return exact offsets, for who cuts into the text."""
        return Mark(*self._marks[path])

    def __iter__(self) -> Iterator[Path]:
        return iter(self._marks)

    def __len__(self) -> int:
        return len(self._marks)

    def __contains__(self, path: object) -> bool:
        return path in self._marks


@dataclass(frozen=True, slots=True)
class Tree:
    """One file: plain maps, lists and texts, where each stands, and what is wrong with it as YAML.

    `places` has the value of a path, `keys` the key (not of list items). `data` is empty if the file cannot be read.
    """

    name: str
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    places: Places = field(default_factory=lambda: Places("", {}))
    keys: Places = field(default_factory=lambda: Places("", {}))
    problems: tuple[Problem, ...] = ()

    def place(self, path: Path) -> Place:
        """Return the place of the value, or of the nearest thing around it that the file has."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return Place(self.name, 1, 1)

    def key_place(self, path: Path) -> Place:
        """Return the place of the key, of the list item, or of the nearest thing around it that the file has."""
        return self.keys[path] if path in self.keys else self.place(path)
