"""What a migration may read of a document: two that agree in it become the same thing (engine §6, plan by class)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from ordinance.expressions import Expression
from ordinance.process.index import index_of
from ordinance.process.migration.carrying import steps_of
from ordinance.process.migration.names import Names
from ordinance.process.migration.sameness import said, same_inputs
from ordinance.process.model import Effect, Lane, ProcessState, Step, Workflow
from ordinance.process.requests import Document

_MISSING = "\0missing"


class Likeness:
    """What counts of a document's state and ledger between two revisions; worked out once for each pair.

    Times and persons do not count, but where something reads them: when and by whom a step was passed that an
    expression asks about; when a document arrived where the rule for the due time changed; who has voted. The inputs of
    an effect count where it could be stale, or is bound with other inputs.
    """

    def __init__(self, old: Workflow, new: Workflow, names: Names) -> None:
        before, after = steps_of(old), steps_of(new)
        asked = [each.passes for workflow in (old, new) for each in _expressions(workflow)]
        self.passes = frozenset().union(*asked)
        self.passes |= {was for was, now in names.steps.items() if now in self.passes}
        self.due = frozenset(
            was for was, now in names.steps.items()
            if was in before and now in after and said(before[was].due) != said(after[now].due)
        )  # fmt: skip
        olds, news = index_of(old).bound, index_of(new).bound
        self.home = {id_: old.steps[each.position].id for id_, each in olds.items()}
        self.rebound = frozenset(
            id_ for id_, each in olds.items() if id_ in news and not same_inputs(each.effect, news[id_].effect)
        )

    def of(self, document: Document) -> Hashable:
        """Return what counts of a document's state and ledger, to be compared."""
        state = document.state
        settled = state.settled
        return (
            state.revision,
            state.phase,
            tuple(map(self._settled, settled.items())),
            state.waits,
            state.manual,
            state.hold,
            state.set_aside is None,
            tuple(state.rounds.items()),
            state.fired,
            state.heard,
            state.warned,
            self._votes(state),
            tuple(map(tuple, (state.due, state.taken, state.assigned, state.added, state.passed_by, state.obstacles))),
            tuple((step, state.arrived.get(step)) for step in state.waits if step in self.due),
            tuple(
                (row.effect, row.round, row.state, row.step, row.undo, row.why, self._inputs(row, settled))
                for row in document.ledger if row.state != "undone"
            ),
            None if state.lane is None else repr(state.lane),
        )  # fmt: skip

    def _settled(self, entry: tuple[str, Any]) -> tuple[Any, ...]:
        step, settled = entry
        return (step, settled.outcome, settled.at, settled.by) if step in self.passes else (step, settled.outcome)

    def _inputs(self, row: Any, settled: Mapping[str, Any]) -> str:
        looked_at = row.effect in self.rebound or self.home.get(row.effect) not in settled
        return row.inputs_hash if looked_at else ""

    @staticmethod
    def _votes(state: ProcessState) -> Hashable:
        if not state.votes:
            return ()
        return state.votes, frozen(state.passed_by), frozen(state.added)


def same_class(document: Document, old: Workflow, new: Workflow, names: Names, fields: Iterable[str]) -> Hashable:
    """Return a key: documents that have it in common become the same thing.

    Args:
        document: The document.
        old: The workflow it is on.
        new: The workflow it goes to.
        names: Which step is which.
        fields: The names whose values count, as `fields_read` gives them or as a first migration has shown them.
    """
    return Likeness(old, new, names).of(document), values_of(document.fields, fields)


def values_of(fields: Mapping[str, Any], names: Iterable[str]) -> Hashable:
    """Return the values of these names, to be compared; what is not loaded is a value of its own."""
    return tuple(frozen(fields[name]) if name in fields else _MISSING for name in names)


def frozen(value: Any) -> Hashable:
    """Return a value that can be a key, nested values whole."""
    if isinstance(value, Mapping):
        return tuple(sorted((str(name), frozen(each)) for name, each in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    return frozenset(value) if isinstance(value, (set, frozenset)) else value


def fields_read(*workflows: Workflow) -> tuple[str, ...]:
    """Return the names of every field that these workflows read anywhere, `number` included."""
    names = {"number"}
    for workflow in workflows:
        names |= {path[0] for each in _expressions(workflow) for path in each.reads if path}
        gates: Iterable[Step | Lane] = (*steps_of(workflow).values(), *workflow.lanes.values())
        for gate in gates:
            paths = [*gate.asks, gate.person or ()]
            paths += gate.needs if isinstance(gate, Step) else ()
            names |= {path[0] for path in paths if path}
    return tuple(sorted(names))


def _expressions(workflow: Workflow) -> Iterator[Expression]:
    gates: tuple[Step | Lane, ...] = (*steps_of(workflow).values(), *workflow.lanes.values())
    for gate in gates:
        found = [gate.when, *(each for check in gate.checks for each in (check.must, check.when))]
        found += [each.when for each in gate.tells]
        effects: list[Effect] = list(gate.does)
        if isinstance(gate, Step):
            found += [gate.until, *(each for each in (gate.enabled, gate.due) if isinstance(each, Expression))]
            found += [each.when for each in gate.arriving_tells]
            effects += gate.arriving_does
            for rule in gate.by_itself:
                found += [rule.when, *rule.values.values(), *(each.when for each in rule.tells)]
        for effect in effects:
            found += [effect.when, *effect.inputs.values()]
        yield from (each for each in found if each is not None)
