"""A blueprint that is built but not yet trusted: what the cross-checks look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ordinance.blueprint.bench import Bench, Path
from ordinance.blueprint.compiling import Compiler
from ordinance.blueprint.declarations import Declarations
from ordinance.blueprint.values import Duty, Entity, Field, Permission, Role
from ordinance.process.model import Lane, Step, Workflow


@dataclass(frozen=True, slots=True)
class Gate:
    """A step or a lane with where it stands: its workflow, its path in the merged tree, its place in the order.

    `position` counts steps that are open together as one; a lane and its steps have the position None.
    """

    workflow: Workflow
    thing: Step | Lane
    path: Path
    position: int | None

    @property
    def id(self) -> str:
        """Return the id of the step or lane."""
        return self.thing.id

    @property
    def step(self) -> Step:
        """Return the step it is."""
        assert isinstance(self.thing, Step)
        return self.thing


@dataclass(slots=True)
class Draft:
    """Everything built from one merged tree."""

    bench: Bench
    compiler: Compiler
    declared: Declarations
    entities: Mapping[str, Entity]
    workflows: Mapping[str, Workflow]
    permissions: Mapping[str, Permission]
    roles: Mapping[str, Role]
    duties: Mapping[str, Duty]
    messages: Mapping[str, Any] = field(default_factory=dict)

    def report(self, code: str, path: Path, **values: Any) -> None:
        """Add a problem at a path."""
        self.bench.report(code, path, **values)

    def steps(self, workflow: Workflow) -> Iterator[Gate]:
        """Yield the main steps in order."""
        base = ("workflows", workflow.id, "steps")
        position, block = -1, None
        for step in workflow.steps:
            if step.together is None or step.together != block:
                position += 1
            block = step.together
            yield Gate(workflow, step, (*base, step.id), position)

    def lanes(self, workflow: Workflow) -> Iterator[Gate]:
        """Yield the lanes."""
        for lane in workflow.lanes.values():
            yield Gate(workflow, lane, ("workflows", workflow.id, "lanes", lane.id), None)

    def gates(self, workflow: Workflow) -> Iterator[Gate]:
        """Yield main steps, lanes and the steps of lanes."""
        yield from self.steps(workflow)
        for lane in self.lanes(workflow):
            yield lane
            assert isinstance(lane.thing, Lane)
            for step in lane.thing.steps:
                yield Gate(workflow, step, (*lane.path, "steps", step.id), None)

    def field(self, workflow: Workflow, path: Path) -> Field | None:
        """Return the field of a workflow's own entity at a path."""
        return self.entities[workflow.entity].at(path)
