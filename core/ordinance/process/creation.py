"""How a document begins: created, and then forward at once; or adopted in the middle of its life (engine R2, R22)."""

from __future__ import annotations

from ordinance.problems import reason
from ordinance.process.advance import DONE, complete, open_gate, remember
from ordinance.process.effects import waive
from ordinance.process.gates import gate_of
from ordinance.process.model import Step
from ordinance.process.requests import RefusedError
from ordinance.process.work import Work


def create(work: Work) -> None:
    """Put in what was given; `run` then moves the document to its first gate."""
    work.write(work.request.input)


def adopt(work: Work) -> None:
    """Take over a document that was begun elsewhere: what lies before the named step counts as done; nothing runs.

    If that step is no gate for this document it rests at the next one.

    Raises:
        RefusedError: there is no such step.
    """
    line, id_ = work.main.line, work.request.step or ""
    start = line.position.get(id_)
    if start is None:
        raise RefusedError(reason("no_such_step", id_, step=id_))
    work.write(work.request.input)
    start = line.start(start)
    for step in line.steps[:start]:
        _adopt_step(work, step)
    for group in line.groups[line.group_of[start] :]:
        for at in group:
            step = line.steps[at]
            if gate_of(work, step) == "open":
                _waive_arriving(work, step)
                open_gate(work, work.main, step)
            else:
                _adopt_step(work, step)
        if work.main.waits:
            return
    complete(work, DONE)


def _waive_arriving(work: Work, step: Step) -> None:
    for effect in step.arriving_does:
        waive(work, effect, step.id, 0, "adopted")


def _adopt_step(work: Work, step: Step) -> None:
    _waive_arriving(work, step)
    for effect in step.does:
        waive(work, effect, step.id, 1 if effect.each_round else 0, "adopted")
    remember(work, work.main, step, "adopted", work.actor())
