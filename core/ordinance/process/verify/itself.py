"""What goes on without people: rules that throw a document back again and again.

Within one act every rule acts once (engine R17), so no act runs for ever; but a rule that enters a lane which returns
at or before its own step acts again on the next arrival, and if nothing on that way can change what it reads, the
document never gets past the step.
Source: engine.md R8, R17, language.md §2 `by_itself`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ordinance.expressions import Expression
from ordinance.process.model import Lane, Path
from ordinance.process.values import overlap
from ordinance.process.verify.look import Look
from ordinance.process.verify.track import effects_of, gate_atoms, paths_of


def check(look: Look) -> None:
    """Report rules that never let go."""
    for position, step in enumerate(look.main.steps):
        for trigger in step.by_itself:
            timed = trigger.after is not None or trigger.before_due is not None
            if trigger.lane is not None and not timed:
                subject = look.main.subject(position, "by_itself", trigger.id)
                _throws_back(look, position, trigger.lane, trigger.when, subject)
    for reaction in look.workflow.reactions:
        workflow, _, name = reaction.event.rpartition(".")
        at = look.main.line.position.get(name)
        if reaction.lane is not None and at is not None and workflow == look.workflow.id:
            _throws_back(look, at, reaction.lane, reaction.when, look.root("events", reaction.event))


def _throws_back(look: Look, position: int, name: str, when: Expression | None, subject: tuple[str, ...]) -> None:
    lane = look.workflow.lanes.get(name)
    target = look.main.line.position.get(lane.back_to or "") if lane is not None else None
    if lane is None or lane.ends is not None or target is None or target > position:
        return
    reads = when.reads if when is not None else frozenset()
    if when is not None and (not all(look.is_plain(path) for path in reads) or when.passes or when.warnings):
        return
    if overlap(reads, _changed(look, lane, target, position)):
        return
    step = look.main.steps[position]
    case = look.board.case(opened=[step], base=gate_atoms(step))
    if case is not None:
        look.report("itself_loops", subject, case=case, reach=(look.main, position), step=step.label, lane=lane.label,
                    to=lane.back_to)  # fmt: skip


def _changed(look: Look, lane: Lane, target: int, position: int) -> Iterator[Path]:
    """Yield what may change between a return and the next arrival."""
    yield from (*lane.asks, *lane.offers, *lane.changes)
    steps = (*lane.steps, *look.main.steps[target : position + 1])
    for step in steps:
        yield from paths_of(step)
        yield from (path for effect in effects_of(step) for path in effect.writes)
    yield from (path for effect in lane.does for path in effect.writes)
