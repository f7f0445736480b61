"""A layer: the files of one department, pack or company, and how it lies over the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ordinance.yamlfile import Tree


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a layer: its kind (a key of `shapes.KINDS`), and for `data` the entity its rows are of."""

    kind: str
    tree: Tree
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """Files that speak with one voice. Layers come lowest first.

    Attributes:
        name: The id of the department or pack; problems call it so.
        rank: A higher rank overrides a lower one. Of two layers of equal rank neither may contradict the other, unless
            one lists the other in `over`.
        trees: Its files.
        over: Names of all layers that this one requires, directly or not.
        is_company: The company's own word: its list of a role's rights replaces, those of packs add up.
    """

    name: str
    rank: int
    trees: Sequence[Part]
    over: frozenset[str] = frozenset()
    is_company: bool = False

    def is_ordered_with(self, other: Layer) -> bool:
        """Return whether one of the two lies over the other."""
        return self.rank != other.rank or self.name == other.name or self.name in other.over or other.name in self.over
