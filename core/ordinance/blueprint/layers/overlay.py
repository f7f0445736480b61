"""Lay one value over another: a list replaces, a map adds, at every depth.

Source: language.md §1.
"""

from __future__ import annotations

from dataclasses import replace

from ordinance.blueprint.layers.layer import Layer
from ordinance.blueprint.layers.nodes import Branch, Leaf, Node, Route, Writer, plain
from ordinance.problems import Place, Problem, Text, did_you_mean, problem

_ALSO_HERE = Text("另一处在这里", "the other one is here")


class Overlay:
    """Lays nodes over each other and collects what is wrong on the way.

    A conflict stands only until a layer above both has spoken, so conflicts are kept by route.
    """

    def __init__(self, problems: list[Problem], *, quiet: bool = False) -> None:
        self.problems = problems
        self.conflicts: dict[Route, Problem] = {}
        self.quiet = quiet

    def put(self, lower: Node | None, upper: Node, route: Route) -> Node:
        """Return `upper` laid over `lower`."""
        if lower is None or lower.is_removed:
            return upper
        if isinstance(lower, Leaf) or isinstance(upper, Leaf):
            if plain(lower) != plain(upper):
                self.differ(lower, upper, route)
            writers = lower.writers + upper.writers
            return Leaf(upper.value, writers) if isinstance(upper, Leaf) else replace(upper, writers=writers)
        if upper.is_removed:
            self.settle(route)
            return replace(upper, has_hit=True)
        if upper.is_whole and not (upper.adds_up and not _layer(upper).is_company):
            if lower.is_whole and plain(lower) != plain(upper):
                self.differ(lower, upper, route)
            return replace(upper, writers=lower.writers + upper.writers)
        return self.joined(lower, upper, route)

    def joined(self, lower: Branch, upper: Branch, route: Route) -> Branch:
        """Return the entries of `lower`, changed and added to by those of `upper`."""
        entries = dict(lower.entries)
        for id, child in upper.entries.items():
            inside = (*route, id)
            old = child.leaf("was") if isinstance(child, Branch) else ""
            if old in entries and id not in entries:
                entries = {id if key == old else key: node for key, node in entries.items()}
            if child.is_removed and lower.is_whole:
                self.removed(entries, id, child)
            elif id in entries:
                entries[id] = self.put(entries[id], child, inside)
            else:
                entries[id] = child
        return replace(lower, entries=entries, writers=lower.writers + upper.writers)

    def removed(self, entries: dict[str, Node], id: str, child: Node) -> None:
        """Take an entry out of a list that is complete."""
        if id in entries:
            del entries[id]
        else:
            self.problems.append(absent(id, entries, child))

    def differ(self, lower: Node, upper: Node, route: Route) -> None:
        """Note that two layers differ on a value: a conflict, unless one lies over the other."""
        first, second = lower.writers[-1], upper.writers[-1]
        if first.layer.is_ordered_with(second.layer) or self.quiet:
            self.settle(route)
        else:
            self.conflicts[route] = _conflict(first, second, route)

    def settle(self, route: Route) -> None:
        """Forget the conflicts at and below a route: a layer above both has spoken."""
        for each in [each for each in self.conflicts if each[: len(route)] == route]:
            del self.conflicts[each]


def absent(id: str, entries: object, node: Node) -> Problem:
    """Return the problem of a removal that meets nothing."""
    names = [key for key in entries if key != id] if isinstance(entries, dict) else []
    return problem("remove_absent", place_of(node), id=id, remedy=did_you_mean(id, names))


def place_of(node: Node) -> Place | None:
    """Return where a node was written last."""
    return node.writers[-1].place if node.writers else None


def _layer(node: Branch) -> Layer:
    return node.writers[-1].layer


def _conflict(first: Writer, second: Writer, route: Route) -> Problem:
    what = route[:-1] if route[-1] in ("zh", "en") else route
    return problem(
        "conflict",
        second.place,
        related=((first.place, _ALSO_HERE),),
        first=first.layer.name,
        second=second.layer.name,
        path=".".join(what),
    )
