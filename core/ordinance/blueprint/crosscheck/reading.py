"""What a step reads must have been given before: fields asked later, inputs that only a skipped step asks.

A field is given by a default, a formula or `from`, by what opens the document, by an action that writes it, or by a
step that asks it. Here the switches are taken as they are: a step that is off asks nothing.
Source: engine.md R6, §6.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ordinance.blueprint.bench import Path
from ordinance.blueprint.draft import Draft, Gate, effect_path, effects_of, is_off, may_be_off
from ordinance.blueprint.values import Field
from ordinance.expressions import Expression
from ordinance.process.model import Effect, Workflow


@dataclass(slots=True)
class _Given:
    """By path: the positions at which a field is asked or offered, and whether the step that does so is off."""

    asked: dict[Path, list[Gate]] = field(default_factory=dict)
    elsewhere: set[Path] = field(default_factory=set)

    def first(self, path: Path) -> int | None:
        """Return the first position at which a field is asked; None if no step asks it."""
        found = [gate.position for gate in self.asked.get(path, ()) if gate.position is not None]
        return min(found, default=None)


def check(draft: Draft) -> None:
    """Report conditions that read too early, and inputs that nobody gives."""
    for workflow in draft.workflows.values():
        given = _given(draft, workflow)
        for gate in draft.steps(workflow):
            _conditions(draft, gate, given)
            _needs(draft, gate, given)
            for effect in effects_of(gate.step):
                _inputs(draft, gate, effect, given)


def _given(draft: Draft, workflow: Workflow) -> _Given:
    given = _Given()
    for gate in draft.steps(workflow):
        for path in (*gate.step.asks, *gate.step.offers):
            given.asked.setdefault(path, []).append(gate)
        for effect in effects_of(gate.step):
            given.elsewhere.update(effect.writes)
    for opening in workflow.openings:
        given.elsewhere.update((name,) for name in (*opening.copy, *opening.values))
        if opening.source is not None:
            given.elsewhere.add(opening.source)
        if opening.each is not None:
            given.elsewhere.update(_referring(draft, workflow, opening.each))
    for lane in workflow.lanes.values():
        given.elsewhere.update((*lane.asks, *lane.changes))
        for step in lane.steps:
            given.elsewhere.update((*step.asks, *step.offers))
    return given


def _referring(draft: Draft, workflow: Workflow, entity: str) -> Iterator[Path]:
    for name, each in draft.entities[workflow.entity].fields.items():
        if each.to == entity:
            yield (name,)


def _is_made(field: Field) -> bool:
    """Return whether a field has a value without anybody filling it in."""
    return field.formula is not None or field.default is not None or field.copy_from is not None


def _conditions(draft: Draft, gate: Gate, given: _Given) -> None:
    step = gate.step
    conditions = [("when", step.when)]
    if isinstance(step.enabled, Expression):
        conditions.append(("enabled", step.enabled))
    for key, condition in conditions:
        for path in _fields_read(draft, gate.workflow, condition):
            first = given.first(path)
            if first is None or path in given.elsewhere or gate.position is None:
                continue
            if first >= gate.position:
                asker = given.asked[path][0]
                words = {"step": step.label, "field": ".".join(path), "asker": asker.step.label}
                draft.report("reads_later", (*gate.path, key), **words)


def _fields_read(draft: Draft, workflow: Workflow, condition: Expression | None) -> Iterable[Path]:
    """Yield the fields of the document that a condition reads and that somebody has to fill in."""
    if condition is None:
        return
    entity = draft.entities[workflow.entity]
    for read in sorted(condition.reads):
        path = read[:2] if read[0] in entity.fields and entity.fields[read[0]].fields else read[:1]
        found = entity.at(path)
        if found is not None and not found.fields and not _is_made(found):
            yield path


def _needs(draft: Draft, gate: Gate, given: _Given) -> None:
    for path in gate.step.needs:
        if not is_off(gate.step):
            place = (*gate.path, "needs", ".".join(path))
            _filled(draft, gate, path, place, given, by_itself=True)


def _inputs(draft: Draft, gate: Gate, effect: Effect, given: _Given) -> None:
    for name in effect.needs:
        source = effect.inputs.get(name)
        if source is None:
            continue
        for path in _fields_read(draft, gate.workflow, source):
            if effect.when is None and gate.step.when is None:
                _filled(draft, gate, path, effect_path(gate, effect), given, by_itself=not is_off(gate.step))


def _filled(draft: Draft, gate: Gate, path: Path, place: Path, given: _Given, *, by_itself: bool) -> None:
    """Report a field that is empty for certain, or for some documents, when a gate or an effect needs it."""
    found = draft.field(gate.workflow, path)
    if found is None or _is_made(found) or path in given.elsewhere:
        return
    last = (gate.position or 0) if by_itself else (gate.position or 0) - 1
    askers = [each for each in given.asked.get(path, ()) if each.position is not None and each.position <= last]
    off = [each for each in given.asked.get(path, ()) if is_off(each.step)]
    live = [each for each in askers if not is_off(each.step)]
    words = {"step": gate.step.label, "field": found.label, "name": ".".join(path)}
    if any(not may_be_off(each.step) for each in live):
        return
    if live:
        draft.report("input_may_be_missing", (*live[0].path, "enabled"), asker=live[0].step.label, **words)
    elif off:
        line = draft.bench.place(place)
        asker = off[0]
        draft.report("input_switched_off", (*asker.path, "enabled"), asker=asker.step.label, line=str(line), **words)
    else:
        draft.report("input_never_asked", place, **words)
