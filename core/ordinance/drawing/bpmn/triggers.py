"""Rules of `by_itself` as boundary events: a clock, something that happened, a condition that came true."""

from __future__ import annotations

from collections.abc import Sequence

from ordinance.drawing.bpmn.plane import EVENT, Node, Plane
from ordinance.drawing.canvas import plain
from ordinance.drawing.describe import Speaker
from ordinance.expressions import Span
from ordinance.process.model import Step, Trigger

_APART = 42.0


def attach_rules(plane: Plane, speaker: Speaker, steps: Sequence[Step], prefix: str) -> None:
    """Add an event at the edge of a task for every rule that lets a document pass by itself."""
    for step in steps:
        task = plane.nodes.get(f"{prefix}step_{step.id}")
        onward = plane.outgoing(task.id) if task is not None else []
        if task is None or not onward:
            continue
        target = plane.nodes[onward[0].target]
        rules = [each for each in step.by_itself if each.passes]
        for at, rule in enumerate(rules):
            _attach(plane, task, target, Node(
                f"{prefix}rule_{step.id}_{at}", "boundaryEvent", speaker.rule(rule),
                task.x + 8 + at * _APART, task.bottom - EVENT[1] / 2, *EVENT,
                attributes={"attachedToRef": task.id}, inside=_definition(rule),
            ))  # fmt: skip


def _attach(plane: Plane, task: Node, target: Node, event: Node) -> None:
    plane.add(event)
    low = task.bottom + EVENT[1] / 2 + 14
    points = ((event.center, event.bottom), (event.center, low), (target.center, low), (target.center, target.bottom))
    plane.flow(event, target, points)


def _definition(rule: Trigger) -> str:
    if rule.after is not None or rule.before_due is not None:
        span = rule.after or rule.before_due
        assert span is not None
        said = duration(span)
        timed = f'<timeDuration xsi:type="tFormalExpression">{said}</timeDuration>'
        return f"<timerEventDefinition>{timed}</timerEventDefinition>"
    if rule.event:
        return "<signalEventDefinition/>"
    condition = plain(rule.when.source if rule.when is not None else "true")
    return (
        f'<conditionalEventDefinition><condition xsi:type="tFormalExpression">{condition}</condition>'
        "</conditionalEventDefinition>"
    )


def duration(span: Span) -> str:
    """Return a span as ISO 8601 writes it; working time, which it does not know, as we write it."""
    if span.workdays or span.workseconds or span.day_end:
        return str(span)
    hours, rest = divmod(int(span.seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    day = "".join(f"{amount}{unit}" for amount, unit in ((span.months, "M"), (span.days, "D")) if amount)
    time = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if amount)
    return f"P{day}" + (f"T{time}" if time else "") if day or time else "PT0S"
