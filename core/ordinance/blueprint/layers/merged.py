"""Merge layers into one tree in which every value knows who wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ordinance.blueprint.layers.layer import Layer
from ordinance.blueprint.layers.nodes import Branch, Leaf, Node, Route, Writers
from ordinance.blueprint.layers.overlay import Overlay, absent
from ordinance.blueprint.layers.sections import resolved_offers, sections_of
from ordinance.blueprint.layers.workflows import Workflows
from ordinance.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Merged:
    """The layers as one.

    Attributes:
        tree: Plain maps, texts and lists, in the canonical form of `shapes.Site`.
        problems: What is wrong between the layers.
    """

    tree: dict[str, Any]
    problems: tuple[Problem, ...]
    _writers: Mapping[Route, Writers]

    def origin(self, route: Route) -> Place | None:
        """Return where the value at a route was written last; None if no file has it."""
        writers = self._writers.get(tuple(route))
        return writers[-1].place if writers else None

    def writers(self, route: Route) -> tuple[tuple[str, Place], ...]:
        """Return every layer that wrote the value at a route, lowest first, with the place."""
        return tuple((each.layer.name, each.place) for each in self._writers.get(tuple(route), ()))

    def near(self, route: Route) -> Place | None:
        """Return the origin of a route, or of the nearest thing around it that has one."""
        for end in range(len(route), 0, -1):
            if found := self.origin(route[:end]):
                return found
        return None


def merge(layers: Sequence[Layer]) -> Merged:
    """Return the layers merged; a later one lies over the earlier ones.

    Args:
        layers: Lowest first; files that did not pass validation may be among them, what does not fit is passed over.
    """
    problems: list[Problem] = []
    overlay = Overlay(problems)
    root: dict[str, Node] = {}
    flows: dict[str, list[Branch]] = {}
    toggles: dict[str, Leaf] = {}
    for layer in layers:
        sections = sections_of(layer, problems)
        for id, flow in sections.pop("workflows", Branch()).entries.items():
            if isinstance(flow, Branch):
                flows.setdefault(id, []).append(flow)
        said = sections.get("company", Branch()).branch("toggles").entries
        toggles |= {name: leaf for name, leaf in said.items() if isinstance(leaf, Leaf)}
        if "catalogue" in sections and layer.is_company:
            sections["catalogue"] = resolved_offers(sections["catalogue"], _branch(root, "catalogue"), problems)
        for name, section in sections.items():
            root[name] = overlay.put(root.get(name), section, (name,))
    root["workflows"] = Workflows(flows, toggles, _branch(root, "catalogue"), problems).resolved()
    problems += dict.fromkeys(overlay.conflicts.values())
    writers: dict[Route, Writers] = {}
    tree = _flat(Branch(root), (), writers, problems)
    return Merged(tree, tuple(sorted(problems, key=lambda each: each.order)), writers)


def _branch(root: Mapping[str, Node], name: str) -> Branch:
    found = root.get(name)
    return found if isinstance(found, Branch) else Branch()


def _flat(branch: Branch, route: Route, writers: dict[Route, Writers], problems: list[Problem]) -> dict[str, Any]:
    """Return a branch as plain data, note its writers, and complain of removals that met nothing."""
    found: dict[str, Any] = {}
    for key, node in branch.entries.items():
        inside = (*route, key)
        if node.is_removed:
            if isinstance(node, Branch) and not node.has_hit:
                problems.append(absent(key, dict(branch.entries), node))
            continue
        if node.writers:
            writers[inside] = node.writers
        found[key] = node.value if isinstance(node, Leaf) else _flat(node, inside, writers, problems)
    return found
