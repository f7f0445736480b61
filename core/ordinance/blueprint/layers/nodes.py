"""Values with their writers: what layers are while they are being merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ordinance.blueprint.layers.layer import Layer
from ordinance.problems import Place

Route = tuple[str, ...]
"""Keys from the top of the merged tree down."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who said something, and where."""

    layer: Layer
    place: Place


Writers = tuple[Writer, ...]
"""Lowest layer first; the last one's word counts."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text, or a list that is one value."""

    value: Any
    writers: Writers

    @property
    def is_removed(self) -> bool:
        """A leaf is never taken away; only things with an id are."""
        return False


@dataclass(frozen=True, slots=True)
class Branch:
    """A map.

    Attributes:
        entries: Its children, in order.
        writers: Who mentioned it.
        is_whole: It was typed as a list, or says `replace`: it does not add to what is below, it takes its place.
        adds_up: Even as a list it adds to other packs (the rights of a role).
        is_removed: It says `remove: true`.
        has_hit: The removal met something; one that never does is a problem.
    """

    entries: Mapping[str, Node] = field(default_factory=dict)
    writers: Writers = ()
    is_whole: bool = False
    adds_up: bool = False
    is_removed: bool = False
    has_hit: bool = False

    def leaf(self, key: str) -> str:
        """Return the text at a key, empty if there is none."""
        found = self.entries.get(key)
        return found.value if isinstance(found, Leaf) and isinstance(found.value, str) else ""

    def branch(self, key: str) -> Branch:
        """Return the map at a key, empty if there is none."""
        found = self.entries.get(key)
        return found if isinstance(found, Branch) else Branch()

    def having(self, key: str, node: Node) -> Branch:
        """Return this map with one child put in its place."""
        return replace(self, entries={**self.entries, key: node})


Node = Leaf | Branch


def plain(node: Node) -> Any:
    """Return the node without its writers, and without what was removed."""
    if isinstance(node, Leaf):
        return node.value
    return {key: plain(child) for key, child in node.entries.items() if not child.is_removed}


def walk(node: Node, route: Route = ()) -> Iterator[tuple[Route, Node]]:
    """Yield every node with its route, the removed ones too."""
    yield route, node
    if isinstance(node, Branch):
        for key, child in node.entries.items():
            yield from walk(child, (*route, key))
