"""The workbench of one load: the merged tree with its places, the problems found so far, and typed reading of both.

A `Node` is a cursor: a value of the merged tree together with its path, so that whatever is wrong with it can be told
with file, line and column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ordinance.problems import Place, Problem, Text, problem

Path = tuple[str, ...]

TRUE = frozenset({"true", "yes"})


@dataclass(slots=True)
class Bench:
    """What one load works on. `off` are the departments that are installed but switched off."""

    tree: Mapping[str, Any]
    places: Callable[[Path], Place | None]
    off: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> Place | None:
        """Return where a path was written last, or its nearest parent that stands anywhere."""
        for end in range(len(path), 0, -1):
            found = self.places(path[:end])
            if found:
                return found
        return None

    def report(self, code: str, path: Path, **values: Any) -> None:
        """Add the problem of that code at a path."""
        place = values.pop("place", None) or self.place(path)
        self.problems.append(problem(code, place, **values))

    def node(self, *path: str) -> Node:
        """Return the node at a path from the top; an empty one if nothing is there."""
        data: Any = self.tree
        for part in path:
            data = data.get(part) if isinstance(data, Mapping) else None
        return Node(self, path, data)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the merged tree and its path."""

    bench: Bench
    path: Path
    data: Any

    def __bool__(self) -> bool:
        return self.data is not None

    def __contains__(self, key: str) -> bool:
        return isinstance(self.data, Mapping) and key in self.data

    @property
    def place(self) -> Place | None:
        """Return where it stands."""
        return self.bench.place(self.path)

    def at(self, key: str) -> Node:
        """Return the node below, empty if there is none."""
        return Node(self.bench, (*self.path, key), self.data.get(key) if isinstance(self.data, Mapping) else None)

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield what is below, by id: the entries of a map, or the names of a list."""
        if isinstance(self.data, Mapping):
            for key in self.data:
                yield str(key), self.at(key)
        elif isinstance(self.data, list):
            for position, each in enumerate(self.data):
                name = str(each) if isinstance(each, str) else str(position)
                yield name, Node(self.bench, (*self.path, str(position)), each)
        elif self.data is not None:
            yield str(self.data), self

    def names(self) -> tuple[str, ...]:
        """Return the ids below: the keys of a map, the items of a list, or the one name that stands here."""
        return tuple(name for name, _ in self.items())

    def text(self, key: str, default: str | None = None) -> str | None:
        """Return the text below, as written."""
        found = self.at(key).data
        return str(found) if isinstance(found, str | int | float | bool) else default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a true or false below."""
        found = self.at(key).data
        if found is None:
            return default
        return found if isinstance(found, bool) else str(found).lower() in TRUE

    def number(self, key: str) -> int | None:
        """Return the whole number below, or None."""
        found = self.text(key)
        return int(found) if found is not None and found.lstrip("-").isdigit() else None

    def words(self, key: str) -> Text | None:
        """Return the words below: `{zh, en}`, or the same words in every language."""
        return as_words(self.at(key).data)


def as_words(value: Any) -> Text | None:
    """Return a value of the tree as words; None if there are none."""
    if isinstance(value, Mapping):
        return Text(str(value.get("zh") or ""), str(value.get("en") or ""))
    return Text.of(str(value)) if value is not None else None


def made_words(id: str) -> Text:
    """Return words made from an id, for what has no label."""
    return Text.of(id.replace("_", " "))
