"""Which names must be loaded before an expression can be read: paths gathered into a tree, per entity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ordinance.expressions import Expression
from ordinance.process import Workflow
from ordinance.process.model import Check, Effect, Lane, Path, Step, Tell, Trigger

Tree: TypeAlias = dict[str, "Tree"]
"""Name to what is needed below it: {"customer": {"tier": {}}, "lines": {"product": {"price": {}}}}."""

_NOT_FIELDS = frozenset({"user", "event", "new", "parent"})


def tree(paths: Iterable[Path]) -> Tree:
    """Return the tree of some paths."""
    grown: Tree = {}
    for path in paths:
        spot = grown
        for name in path:
            spot = spot.setdefault(name, {})
    return grown


def joined(first: Tree, second: Tree) -> Tree:
    """Return a tree that needs what either needs."""
    both = dict(first)
    for name, below in second.items():
        both[name] = joined(both.get(name, {}), below)
    return both


def with_absent(record: Mapping[str, Any], needed: Tree) -> dict[str, Any]:
    """Return a loaded record with an empty value for each needed name that it does not have.

    A workflow of another day may speak of a field that is not there any more, or that is not there yet.
    """
    whole = dict(record)
    for name, below in needed.items():
        found = whole.setdefault(name, None)
        if below and isinstance(found, Mapping):
            whole[name] = with_absent(found, below)
        elif below and isinstance(found, list | tuple):
            whole[name] = [with_absent(row, below) if isinstance(row, Mapping) else row for row in found]
    return whole


def of_expressions(expressions: Iterable[Expression | None]) -> Tree:
    """Return what some expressions need of their record; `new.x` needs x."""
    paths: list[Path] = []
    for each in expressions:
        if each is None:
            continue
        for path in each.reads:
            if path[0] == "new":
                paths.append(path[1:])
            elif path[0] not in _NOT_FIELDS:
                paths.append(path)
    return tree(paths)


def of_workflow(workflow: Workflow) -> Tree:
    """Return every name that deciding about a document of this workflow can use."""
    needed = workflow.memo.get("needs")
    if needed is None:
        paths: list[Path] = []
        expressions: list[Expression | None] = [workflow.when]
        for opening in workflow.openings:
            expressions += [opening.when, *opening.values.values()] if not opening.source else opening.values.values()
        for step in workflow.steps:
            _step(step, expressions, paths)
        for lane in workflow.lanes.values():
            _lane(lane, expressions, paths)
        for reaction in workflow.reactions:
            expressions += [reaction.when, *reaction.values.values()]
            _effects(reaction.does, expressions)
            _tells(reaction.tells, expressions, paths)
        if workflow.number and workflow.number.source:
            paths.append(workflow.number.source)
        if workflow.number and workflow.number.unique_within:
            paths.append(workflow.number.unique_within)
        needed = workflow.memo["needs"] = joined(tree(paths), of_expressions(expressions))
    result: Tree = needed
    return result


def _step(step: Step, expressions: list[Expression | None], paths: list[Path]) -> None:
    expressions += [step.when, step.until]
    expressions += [each for each in (step.enabled, step.due) if isinstance(each, Expression)]
    paths += [*step.asks, *step.offers, *step.needs]
    if step.person:
        paths.append(step.person)
    if step.assign and step.assign.to:
        paths.append(step.assign.to)
    if step.assign:
        paths += [tuple(each.split(".")) for each in (*step.assign.match, step.assign.prefer or "") if each]
    if step.queue:
        paths += [path for path, _ in step.queue.order]
    _checks(step.checks, expressions)
    for trigger in step.by_itself:
        _trigger(trigger, expressions, paths)
    _effects((*step.arriving_does, *step.does), expressions)
    _tells((*step.arriving_tells, *step.tells), expressions, paths)


def _lane(lane: Lane, expressions: list[Expression | None], paths: list[Path]) -> None:
    expressions.append(lane.when)
    paths += [*lane.asks, *lane.offers, *lane.changes]
    if lane.person:
        paths.append(lane.person)
    _checks(lane.checks, expressions)
    _effects(lane.does, expressions)
    _tells(lane.tells, expressions, paths)
    for step in lane.steps:
        _step(step, expressions, paths)


def _checks(checks: Iterable[Check], expressions: list[Expression | None]) -> None:
    for check in checks:
        expressions += [check.must, check.when]
        expressions += [each for each in check.parameters.values() if isinstance(each, Expression)]


def _trigger(trigger: Trigger, expressions: list[Expression | None], paths: list[Path]) -> None:
    expressions += [trigger.when, *trigger.values.values()]
    _tells(trigger.tells, expressions, paths)


def _effects(effects: Iterable[Effect], expressions: list[Expression | None]) -> None:
    for effect in effects:
        expressions += [effect.when, *effect.inputs.values()]


def _tells(tells: Iterable[Tell], expressions: list[Expression | None], paths: list[Path]) -> None:
    for tell in tells:
        expressions.append(tell.when)
        if tell.kind == "field":
            paths.append(tuple(tell.target.split(".")))
