"""Nodes and flows with their places: what a BPMN document says and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Tag = Literal[
    "startEvent", "endEvent", "userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "boundaryEvent",
    "intermediateThrowEvent", "subProcess",
]  # fmt: skip
Point = tuple[float, float]

TASK = (120.0, 72.0)
EVENT = (36.0, 36.0)
GATEWAY = (44.0, 44.0)
SIZES: dict[str, tuple[float, float]] = {
    "userTask": TASK,
    "serviceTask": TASK,
    "exclusiveGateway": GATEWAY,
    "parallelGateway": GATEWAY,
}


@dataclass(slots=True)
class Node:
    """One element: its tag, its name, its box, what stands in it besides the flows."""

    id: str
    tag: Tag
    name: str
    x: float
    y: float
    wide: float
    high: float
    about: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    inside: str = ""
    owners: tuple[str, ...] = ()
    plane: Plane | None = None

    @property
    def middle(self) -> float:
        """Half of its height."""
        return self.y + self.high / 2

    @property
    def center(self) -> float:
        """Half of its width."""
        return self.x + self.wide / 2

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.wide

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.high


@dataclass(frozen=True, slots=True)
class Flow:
    """One sequence flow with the points it runs through."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]
    name: str = ""
    condition: str = ""


@dataclass(slots=True)
class Plane:
    """The nodes and flows of one process, or of one event subprocess."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def add(self, node: Node) -> Node:
        """Add a node."""
        self.nodes[node.id] = node
        return node

    def flow(
        self, source: Node, target: Node, points: tuple[Point, ...] = (), *, name: str = "", condition: str = ""
    ) -> Flow:
        """Add a flow; without points it runs straight or with one step from right to left edge."""
        made = Flow(
            f"flow_{source.id}_{target.id}_{len(self.flows)}", source.id, target.id,
            points or _straight(source, target), name, condition,
        )  # fmt: skip
        self.flows.append(made)
        return made

    def incoming(self, id: str) -> list[Flow]:
        """Return the flows that end at a node."""
        return [each for each in self.flows if each.target == id]

    def outgoing(self, id: str) -> list[Flow]:
        """Return the flows that begin at a node."""
        return [each for each in self.flows if each.source == id]

    def bounds(self) -> tuple[float, float]:
        """Return how far everything reaches to the right and down."""
        right = max((each.right for each in self.nodes.values()), default=0)
        down = [each.bottom for each in self.nodes.values()]
        down += [point[1] for flow in self.flows for point in flow.points]
        return right, max(down, default=0)


def _straight(source: Node, target: Node) -> tuple[Point, ...]:
    begin, end = (source.right, source.middle), (target.x, target.middle)
    if source.middle == target.middle:
        return (begin, end)
    middle = (source.right + target.x) / 2
    return (begin, (middle, source.middle), (middle, target.middle), end)
