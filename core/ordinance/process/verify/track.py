"""A line of steps seen from outside: their places, blocks and conditions, before any document goes through.

Source: engine.md §6, idea 2: effects depend on conditions alone, gates on conditions and switches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ordinance.expressions import Expression
from ordinance.process.index import Line, build_line
from ordinance.process.model import Effect, Lane, Path, Step, Workflow

Atoms = frozenset[str]
"""Conditions by their texts, taken apart at `and`: all must hold."""

FINAL = "never"


@dataclass(frozen=True, slots=True)
class Bound:
    """One binding with where it stands; `order` counts arriving effects first, as they run."""

    position: int
    order: int
    effect: Effect
    arriving: bool
    needs: Atoms


@dataclass(frozen=True, slots=True)
class Track:
    """The main line, or the line of a lane; `base` is where its steps stand in the merged configuration."""

    workflow: Workflow
    lane: Lane | None
    line: Line
    base: tuple[str, ...]
    bound: tuple[Bound, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps in order."""
        return self.line.steps

    def group(self, position: int) -> int:
        """Return which block a step belongs to; a lone step is a block of one."""
        return self.line.group_of[position]

    def subject(self, position: int, *key: str) -> tuple[str, ...]:
        """Return where a step, or a key of it, stands in the merged configuration."""
        return (*self.base, self.steps[position].id, *key)

    def subject_of(self, bound: Bound) -> tuple[str, ...]:
        """Return where a binding stands in the merged configuration."""
        keys = ("arriving", "does") if bound.arriving else ("does",)
        return self.subject(bound.position, *keys, bound.effect.id)


def main_track(workflow: Workflow) -> Track:
    """Return the main line."""
    return _track(workflow, None, workflow.steps, ("workflows", workflow.id, "steps"))


def lane_tracks(workflow: Workflow) -> tuple[Track, ...]:
    """Return the lines of the lanes; a lane without steps is a line without steps."""
    base = ("workflows", workflow.id, "lanes")
    return tuple(_track(workflow, lane, lane.steps, (*base, lane.id, "steps")) for lane in workflow.lanes.values())


def _track(workflow: Workflow, lane: Lane | None, steps: tuple[Step, ...], base: tuple[str, ...]) -> Track:
    bound = tuple(each for position, step in enumerate(steps) for each in _bound(position, step))
    return Track(workflow, lane, build_line(steps), base, bound)


def _bound(position: int, step: Step) -> Iterator[Bound]:
    atoms = atoms_of(step.when)
    for order, effect in enumerate(effects_of(step)):
        arriving = order < len(step.arriving_does)
        yield Bound(position, order, effect, arriving, atoms | atoms_of(effect.when))


def effects_of(step: Step) -> tuple[Effect, ...]:
    """Return the effects of a step: on arriving first, then on passing."""
    return (*step.arriving_does, *step.does)


def is_off(step: Step) -> bool:
    """Return whether nobody stops at a step, for any document."""
    return step.enabled is False


def gate_atoms(step: Step) -> Atoms:
    """Return what must hold for a step to be a gate, its switch set aside."""
    return atoms_of(step.when) | (frozenset() if isinstance(step.enabled, bool) else atoms_of(step.enabled))


def atoms_of(condition: Expression | None) -> Atoms:
    """Return the parts of a condition that must all hold; whatever is not joined by a plain `and` is one part."""
    if condition is None:
        return frozenset()
    source = condition.source
    return frozenset(_parts(source)) if " and " in source else frozenset((source.strip(),))


def _parts(source: str) -> list[str]:
    """Take a text apart at each `and` that stands outside brackets and quotes; not if anything binds less there."""
    parts, depth, quote, start, at = [], 0, "", 0, 0
    while at < len(source):
        char = source[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "()[]":
            depth += 1 if char in "([" else -1
        elif depth == 0 and source.startswith((" or ", " if ", " else "), at):
            return [source.strip()]
        elif depth == 0 and source.startswith(" and ", at):
            parts.append(source[start:at].strip())
            start = at + 5
            at += 3
        at += 1
    return [*parts, source[start:].strip()]


def is_constant(condition: Expression | None) -> bool:
    """Return whether a condition reads nothing, so that it is always the same."""
    if condition is None:
        return False
    return not (condition.reads or condition.passes or condition.warnings or condition.functions or condition.counts
                or condition.uses_now)  # fmt: skip


def paths_of(step: Step) -> tuple[Path, ...]:
    """Return what may be filled in on the form of a step."""
    return (*step.asks, *step.offers)
