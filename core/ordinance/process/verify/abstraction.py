"""A workflow with its words and data taken away: fields are filled or empty, conditions are true or false, no more.

The engine runs it as it runs the real one, so that what verification says can be tried with the real `transition`.
Source: engine.md §6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ordinance.expressions import BOOLEAN, Expression, Type
from ordinance.process.model import Effect, Lane, Path, Step, Workflow
from ordinance.process.verify.track import Atoms, atoms_of

Own = Callable[[Path], Path | None]
"""The field somebody has to fill in, of what an expression reads; None if there is none."""


@dataclass(frozen=True, slots=True)
class Stub:
    """Stands where an expression stood: all of these names of the record must be true, or filled."""

    names: tuple[str, ...]
    source: str = ""
    type: Type = BOOLEAN
    reads: frozenset[Path] = frozenset()
    passes: frozenset[str] = frozenset()
    warnings: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    uses_now: bool = False

    def evaluate(self, env: Any) -> Any:
        """Return yes if every name is there, else nothing at all."""
        return True if all(env.record.get(each) for each in self.names) else None


@dataclass(frozen=True, slots=True)
class Truth(Stub):
    """A condition: yes or no."""

    def evaluate(self, env: Any) -> Any:
        """Return whether every name is true."""
        return all(env.record[each] for each in self.names)


@dataclass(frozen=True, slots=True)
class Model:
    """The abstract workflow and how its record looks; `conditions` are the names of conditions, by their texts."""

    workflow: Workflow
    conditions: Mapping[str, str]
    fields: frozenset[str] = field(default=frozenset())

    def record(self, *, filled: Iterable[str], true: Callable[[str], bool]) -> dict[str, Any]:
        """Return a record: which fields are filled, and which conditions hold."""
        record: dict[str, Any] = dict.fromkeys(self.fields)
        record |= dict.fromkeys(filled, True)
        record |= {name: true(text) for text, name in self.conditions.items()}
        record |= {round_name(step): False for step in self.workflow.steps if step.until is not None}
        return record


def name_of(path: Path) -> str:
    """Return the name of a field in the record of a model."""
    return f"field {'.'.join(path)}"


def round_name(step: Step) -> str:
    """Return the name of the condition that ends a repeating step."""
    return f"until {step.id}"


def abstract(workflow: Workflow, own: Own) -> Model:
    """Return the model of a workflow: its gates, effects and ways, without rules, timers, checks and people."""
    atoms: set[str] = set()
    maker = _Maker(own, atoms)
    steps = tuple(maker.step(step) for step in workflow.steps)
    lanes = {id_: maker.lane(lane) for id_, lane in workflow.lanes.items()}
    model = replace(workflow, steps=steps, lanes=lanes, reactions=(), openings=(), stages=(), when=None, number=None)
    return Model(model, {text: f"when {text}" for text in sorted(atoms)}, frozenset(maker.fields))


class _Maker:
    def __init__(self, own: Own, atoms: set[str]) -> None:
        self.own, self.atoms = own, atoms
        self.fields: set[str] = set()

    def step(self, step: Step) -> Step:
        return Step(
            id=step.id,
            label=step.label,
            waiting=step.waiting,
            taken=step.taken,
            when=self.truth(step.when),
            enabled=step.enabled if isinstance(step.enabled, bool) else self.truth(step.enabled) or True,
            locked=step.locked,
            together=step.together,
            asks=self.paths(step.asks),
            offers=(*self.paths(step.offers), *(((round_name(step),),) if step.until is not None else ())),
            needs=self.paths(step.needs),
            arriving_does=tuple(map(self.effect, step.arriving_does)),
            does=tuple(map(self.effect, step.does)),
            opinion="never",
            back_to=step.back_to,
            until=self.until(step),
            ends=step.ends,
        )

    def lane(self, lane: Lane) -> Lane:
        return Lane(
            id=lane.id,
            label=lane.label,
            at=lane.at,
            before=lane.before,
            asks=self.paths(lane.asks),
            does=tuple(map(self.effect, lane.does)),
            steps=tuple(map(self.step, lane.steps)),
            back_to=lane.back_to,
            ends=lane.ends,
        )

    def effect(self, effect: Effect) -> Effect:
        inputs = {name: self.filled(effect.inputs[name]) for name in effect.needs if name in effect.inputs}
        return Effect(
            id=effect.id,
            action=effect.action,
            undo=effect.undo,
            inputs=inputs,
            constants={name: value for name, value in effect.constants.items() if name in effect.needs},
            needs=tuple(inputs),
            writes=tuple((self.field(path),) for path in effect.writes),
            after=effect.after,
            when=self.truth(effect.when),
            each_round=effect.each_round,
        )

    def paths(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        owned = dict.fromkeys(each for each in map(self.own, paths) if each is not None)
        return tuple((self.field(each),) for each in owned)

    def field(self, path: Path) -> str:
        name = name_of(path)
        self.fields.add(name)
        return name

    def truth(self, condition: Expression | None) -> Expression | None:
        if condition is None:
            return None
        atoms: Atoms = atoms_of(condition)
        self.atoms |= atoms
        names = tuple(f"when {each}" for each in sorted(atoms))
        return _as_expression(Truth(names, condition.source, reads=frozenset((each,) for each in names)))

    def filled(self, source: Expression) -> Expression:
        owned = sorted({each for each in map(self.own, source.reads) if each is not None})
        names = tuple(self.field(each) for each in owned)
        return _as_expression(Stub(names, source.source, reads=frozenset((each,) for each in names)))

    def until(self, step: Step) -> Expression | None:
        if step.until is None:
            return None
        name = round_name(step)
        return _as_expression(Truth((name,), step.until.source, reads=frozenset(((name,),))))


def _as_expression(stub: Stub) -> Expression:
    """The engine asks of an expression what it reads and what it comes to, and a stub answers both."""
    return cast(Expression, stub)
