"""What the engine cannot know by itself: departments' checks, places in queues, who gets a document, duties.

All of it is found out under the locks of the act and handed in as facts of the request (process room, `Request`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ordinance.acts.assigning import assignee
from ordinance.acts.context import Context
from ordinance.acts.desk import Desk, Held
from ordinance.blueprint import Entity
from ordinance.expressions import Expression, UnknownValue
from ordinance.problems import Reason, Text, reason
from ordinance.process import Request, WantedCheck, Wants
from ordinance.process.model import Lane, Queue, Step

Facts = dict[str, Any]


async def find_out(desk: Desk, held: Held, fields: Mapping[str, Any], wants: Wants) -> Facts:
    """Return the facts that the engine wants."""
    facts: Facts = {}
    if wants.checks:
        facts["checks"] = {each.key: await _check(desk, fields, each) for each in wants.checks}
    if wants.queue:
        facts["queue"] = {step: await _ahead(desk, held, step, queue) for step, queue in wants.queue}
    if wants.assign:
        facts["assign"] = {step: await assignee(desk, held, fields, step, rule) for step, rule in wants.assign}
    return facts


async def _check(desk: Desk, fields: Mapping[str, Any], wanted: WantedCheck) -> Reason | None:
    """Return the reason of a department's check; a department without code for it cannot speak against anything."""
    code = desk.force.code.checks.get(wanted.check.name)
    if code is None:
        return None
    env = desk.call.env(desk.force, fields)
    parameters = {
        name: each.evaluate(env) if isinstance(each, Expression) else each
        for name, each in wanted.check.parameters.items()
    }
    found: Reason | None = await code(Context(desk.force, desk.work, desk.call, fields), parameters)
    return found


async def _ahead(desk: Desk, held: Held, step: str, queue: Queue) -> str | None:
    """Return the number of the first untaken document that is ahead in the queue of the step, or None."""
    waiting = await desk.force.store.queued(desk.work, held.entity.id, held.workflow.id, step, queue.order)
    for document, number in waiting:
        if document == held.id:
            return None
        return number or str(document)
    return None


def refusals(desk: Desk, held: Held, request: Request, steps: Iterable[str]) -> dict[str, list[Reason]]:
    """Return, per step and lane, what only the act can know against this person: duties, and rows out of reach.

    The engine sees roles alone; whether a role reaches this very document is in `request.may`.
    """
    found = duty_reasons(desk, held, steps)
    inside = held.workflow.lanes[held.state.lane.id].steps if held.state.lane is not None else ()
    gates: tuple[Step | Lane, ...] = (*held.workflow.steps, *inside, *held.workflow.lanes.values())
    for gate in gates:
        joined = set(held.state.added.get(gate.id, ())) & set(request.roles)
        if set(gate.by) & set(request.roles) and gate.id not in request.may and not joined:
            found.setdefault(gate.id, []).append(reason("not_allowed", gate.id, place=gate.place, what=gate.label))
    return found


def duty_reasons(desk: Desk, held: Held, steps: Iterable[str]) -> dict[str, list[Reason]]:
    """Return, per step, the duties that keep it apart from what this person already did on the document."""
    me = str(desk.call.actor.id)
    found: dict[str, list[Reason]] = {}
    for step in steps:
        for apart in desk.force.rights.apart(held.workflow.id, step):
            done = [other for other in sorted(apart.others) if me in held.state.passed_by.get(other, ())]
            if done:
                label = held.workflow.step(done[0])
                words = label.label if label is not None else Text.of(done[0])
                found.setdefault(step, []).append(reason("duty", step, duty=apart.label, step=words))
    return found


def hidden_paths(desk: Desk, held: Held, fields: Mapping[str, Any]) -> frozenset[tuple[str, ...]]:
    """Return the fields whose `visible_when` is false now: they are not on the form, so they cannot be asked for."""
    conditions = held.entity.once("visible_when", lambda: _visible_when(held.entity))
    if not conditions:
        return frozenset()
    env = desk.call.env(desk.force, fields)
    return frozenset((name,) for name, condition in conditions if not _true(condition, env))


def _visible_when(entity: Entity) -> list[tuple[str, Expression]]:
    return [(each.id, each.visible_when) for each in entity.fields.values() if each.visible_when is not None]


def _true(expression: Expression, env: Any) -> bool:
    try:
        return expression.evaluate(env) is True
    except UnknownValue:
        return False
