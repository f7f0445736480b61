"""When a step is due, and when its timers come (engine R16). Time enters only here, and by the moment of an act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from ordinance.expressions import Calendar, Span, day_end
from ordinance.process.index import index_of
from ordinance.process.model import ProcessState, Step, Trigger, Workflow
from ordinance.process.requests import TERMINAL
from ordinance.process.work import Work


def due_of(work: Work, step: Step) -> datetime | None:
    """Return when the step is due, or None; a day is due at its end, in the company's zone."""
    if step.due is None:
        return None
    value = step.due if isinstance(step.due, Span) else work.value(step.due)
    if isinstance(value, Span):
        return value.add_to(work.arrived[step.id], work.calendar)
    if isinstance(value, datetime):
        return value
    return day_end(value, work.calendar.zone) if isinstance(value, date) else None


def moment_of(rule: Trigger, arrived: datetime | None, due: datetime | None, calendar: Calendar) -> datetime | None:
    """Return from when on the rule's times hold, or None if it has none or they cannot be told."""
    moments = []
    if rule.after is not None:
        moments.append(None if arrived is None else rule.after.add_to(arrived, calendar))
    if rule.before_due is not None:
        moments.append(None if due is None else (-rule.before_due).add_to(due, calendar))
    known = [each for each in moments if each is not None]
    return max(known) if known and len(known) == len(moments) else None


def next_tick(workflow: Workflow, state: ProcessState, calendar: Calendar) -> datetime | None:
    """Return the next moment at which a timer of the document comes, or None: so that jobs know when to send a tick.

    Rules that read the clock (`when: today() >= starts_on`) have no such moment; `reads_clock` tells about those.
    """
    moments = (
        moment_of(rule, state.arrived.get(step.id), state.due.get(step.id), calendar)
        for step, rule in _waiting_rules(workflow, state)
    )
    return min((each for each in moments if each is not None), default=None)


def reads_clock(workflow: Workflow, state: ProcessState) -> bool:
    """Return whether a rule that could still fire reads the clock, so that the document wants a tick each day."""
    rules = _waiting_rules(workflow, state)
    return any(rule.when is not None and rule.when.uses_now for _, rule in rules)


def _waiting_rules(workflow: Workflow, state: ProcessState) -> Iterator[tuple[Step, Trigger]]:
    if state.phase in TERMINAL or state.set_aside is not None:
        return
    index = index_of(workflow)
    line, waits = (index.lanes[state.lane.id], state.lane.waits) if state.lane else (index.main, state.waits)
    for id_ in waits:
        position = line.position.get(id_)
        if position is not None:
            step = line.steps[position]
            yield from ((step, rule) for rule in step.by_itself if f"{id_}/{rule.id}" not in state.fired)
