"""What is bound to steps: twice the same, out of order, final facts booked unseen.

Source: engine.md R3, R13, R23, §6.1.
"""

from __future__ import annotations

from ordinance.blueprint.draft import Draft, Gate, effect_path, effects_of, is_off
from ordinance.process.model import Effect, Lane, Step, Workflow


def check(draft: Draft) -> None:
    """Report effects that the ledger could not keep apart, and those that cannot happen where they stand."""
    for spec in draft.declared.actions.values():
        if not spec.undo:
            draft.report("undo_missing", (), place=spec.place, action=spec.id)
    for workflow in draft.workflows.values():
        _twice(draft, workflow)
        _after(draft, workflow)
        for gate in draft.steps(workflow):
            _rounds(draft, gate)
            _witness(draft, gate)


def _twice(draft: Draft, workflow: Workflow) -> None:
    seen: dict[str, str] = {}
    for gate in draft.gates(workflow):
        if isinstance(gate.thing, Lane):
            continue
        for effect in effects_of(gate.step):
            if effect.id in seen:
                path = effect_path(gate, effect)
                draft.report("effect_twice", path, effect=effect.id, step=gate.id, other=seen[effect.id])
            seen.setdefault(effect.id, gate.id)


def _after(draft: Draft, workflow: Workflow) -> None:
    """Report an effect that must come after another which is bound later, nowhere here, or only sometimes."""
    happened: set[str] = set()
    bound = {effect.id: _conditions(step, effect) for step in workflow.steps for effect in effects_of(step)}
    for gate in draft.steps(workflow):
        for effect in effects_of(gate.step):
            for needed in effect.after:
                path = effect_path(gate, effect)
                if needed not in happened:
                    code = "after_later" if needed in bound else "after_missing"
                    draft.report(code, path, effect=effect.id, after=needed)
                elif not bound[needed] <= _conditions(gate.step, effect):
                    condition = ", ".join(sorted(bound[needed]))
                    draft.report("after_sometimes", path, effect=effect.id, after=needed, when=condition)
            happened.add(effect.id)


def _conditions(step: Step, effect: Effect) -> frozenset[str]:
    """Return the conditions, as texts, under which an effect happens."""
    return frozenset(each.source for each in (step.when, effect.when) if each is not None)


def _rounds(draft: Draft, gate: Gate) -> None:
    step = gate.step
    for effect in effects_of(step):
        if effect.each_round and step.until is None:
            draft.report("round_without_until", (*effect_path(gate, effect), "each"), effect=effect.id, step=gate.id)


def _witness(draft: Draft, gate: Gate) -> None:
    step = gate.step
    if not is_off(step) or step.assume:
        return
    for effect in effects_of(step):
        if effect.witness:
            label = _label(draft, effect)
            draft.report("witness_off", (*gate.path, "enabled"), step=step.label, action=label)


def _label(draft: Draft, effect: Effect) -> object:
    spec = draft.declared.actions.get(effect.action)
    return spec.label if spec is not None else effect.action
