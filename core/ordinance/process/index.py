"""What can be known of a workflow without a document: places of steps, blocks, what each step reads, who binds what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ordinance.expressions import Expression
from ordinance.process.model import Effect, Path, Step, Workflow


@dataclass(frozen=True, slots=True)
class Line:
    """A sequence of steps: the main flow, or the inside of a lane.

    `groups` are the blocks in order (a lone step is a block of one), as positions; `reads` is, per step, what its gate
    and its effects read of the document (what it asks is written, not read).
    """

    steps: tuple[Step, ...]
    position: Mapping[str, int]
    groups: tuple[tuple[int, ...], ...]
    group_of: tuple[int, ...]
    reads: tuple[frozenset[Path], ...]

    def group(self, position: int) -> tuple[int, ...]:
        """Return the positions of the block that the step belongs to."""
        return self.groups[self.group_of[position]]

    def start(self, position: int) -> int:
        """Return the first position of the block that the step belongs to."""
        return self.group(position)[0]


@dataclass(frozen=True, slots=True)
class Bound:
    """Where an effect is bound in the main flow; `arriving` if on arrival there."""

    position: int
    effect: Effect
    arriving: bool


@dataclass(frozen=True, slots=True)
class Index:
    """Everything of a workflow that is looked up again and again."""

    main: Line
    lanes: Mapping[str, Line]
    bound: Mapping[str, Bound]
    events: frozenset[str]


def index_of(workflow: Workflow) -> Index:
    """Return the index of the workflow, made on first use."""
    known: Index | None = workflow.memo.get("index")
    if known is None:
        known = workflow.memo["index"] = _build(workflow)
    return known


def _build(workflow: Workflow) -> Index:
    bound: dict[str, Bound] = {}
    for position, step in enumerate(workflow.steps):
        for effect in step.arriving_does:
            bound[effect.id] = Bound(position, effect, arriving=True)
        for effect in step.does:
            bound[effect.id] = Bound(position, effect, arriving=False)
    lanes = {id_: build_line(lane.steps) for id_, lane in workflow.lanes.items()}
    steps = [*workflow.steps, *(step for lane in workflow.lanes.values() for step in lane.steps)]
    events = frozenset(rule.event for step in steps for rule in step.by_itself if rule.event)
    return Index(build_line(workflow.steps), lanes, bound, events)


def build_line(steps: tuple[Step, ...]) -> Line:
    """Return the line of these steps, neighbours with the same `together` in one block."""
    groups: list[list[int]] = []
    for position, step in enumerate(steps):
        joined = position > 0 and step.together is not None and steps[position - 1].together == step.together
        if joined:
            groups[-1].append(position)
        else:
            groups.append([position])
    group_of = tuple(number for number, group in enumerate(groups) for _ in group)
    position_of = {step.id: position for position, step in enumerate(steps)}
    reads = tuple(frozenset(_reads(step)) for step in steps)
    return Line(steps, position_of, tuple(tuple(each) for each in groups), group_of, reads)


def _reads(step: Step) -> Iterator[Path]:
    yield from step.needs
    for expression in _expressions(step):
        yield from expression.reads


def _expressions(step: Step) -> Iterator[Expression]:
    gate = (step.when, step.until, None if isinstance(step.enabled, bool) else step.enabled)
    yield from (each for each in gate if each is not None)
    yield from (each for check in step.checks for each in (check.must, check.when) if each is not None)
    for effect in (*step.arriving_does, *step.does):
        yield from effect.inputs.values()
        if effect.when is not None:
            yield effect.when


def content_reads(step: Step) -> frozenset[Path]:
    """Return what a person who passes the step has seen and vouched for; their vote is void when it changes."""
    gate = [each.reads for check in step.checks for each in (check.must, check.when) if each is not None]
    if step.when is not None:
        gate.append(step.when.reads)
    return frozenset({*step.asks, *step.needs, *(path for each in gate for path in each)})
