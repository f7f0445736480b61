"""Whether two revisions say the same of a gate, a rule or a binding; words and places do not count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ordinance.expressions import Expression
from ordinance.process.model import Effect, Step, Trigger


def said(value: Any) -> Any:
    """Return a value of the configuration in a form that can be compared: an expression by its text."""
    return getattr(value, "source", value)


def same_gate(before: Step, after: Step) -> bool:
    """Return whether a step is a gate under the same conditions (engine R5)."""
    return _gate(before) == _gate(after)


def _gate(step: Step) -> tuple[Any, ...]:
    return said(step.enabled), said(step.when), said(step.until)


def same_rule(before: Trigger, after: Trigger) -> bool:
    """Return whether a rule of `by_itself` has the same triggers and does the same."""
    return _rule(before) == _rule(after)


def _rule(rule: Trigger) -> tuple[Any, ...]:
    triggers = (said(rule.when), rule.after, rule.before_due, rule.event)
    return (*triggers, rule.passes, rule.lane, rule.adds, rule.tells, _texts(rule.values))


def same_inputs(before: Effect, after: Effect) -> bool:
    """Return whether a binding gives its action the same inputs."""
    return _texts(before.inputs) == _texts(after.inputs) and before.constants == after.constants


def _texts(values: Mapping[str, Expression]) -> dict[str, Any]:
    return {name: said(each) for name, each in values.items()}
