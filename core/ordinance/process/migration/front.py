"""How far a document is in the new revision, and what lies behind it there unsettled (engine M2, M3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ordinance.process.advance import Outcome, remember
from ordinance.process.index import Line, index_of
from ordinance.process.migration.carrying import carried
from ordinance.process.migration.names import Names, names_of
from ordinance.process.model import Step, Workflow
from ordinance.process.requests import DRAFT, Document, RefusedError
from ordinance.process.work import Flow, Work


def front(old: Workflow, new: Workflow, document: Document, names: Names | None = None) -> int:
    """Return the position, in the new revision, up to which its main flow is behind the document.

    It is the new place of the first old step, from the one it waits at on, that still exists and is unsettled. If none
    is left it is the place after the last settled step: what follows is still ahead. A draft has nothing behind it.
    """
    state = document.state
    if state.phase == "draft":
        return 0
    names = names or names_of(old, new)
    settled = carried(names, old, new, state).settled if state.lane is None or state.lane.id in names.lanes else {}
    return front_of(index_of(old).main, index_of(new).main, names, settled)


def front_of(before: Line, after: Line, names: Names, settled: Collection[str]) -> int:
    """Return the front in one line; what is settled is called as in the new one.

    A document waits at its first unsettled steps. While it is in a lane some of these may wait no more, because they
    were switched off meanwhile; they are not behind it for that.
    """
    for step in before.steps:
        now = names.steps.get(step.id)
        if now is not None and now in after.position and now not in settled:
            return after.position[now]
    return max((after.position[each] + 1 for each in settled if each in after.position), default=0)


def pass_over(work: Work, flow: Flow, end: int, olds: Mapping[str, Step]) -> None:
    """Settle what lies behind the front and is none of this document's debts; what is owed stays to be asked.

    Owed is a gate that was on in the old revision and has been moved before where the document is. What is new, or was
    off, applies only ahead of it.

    Args:
        work: The document under change.
        flow: The main flow or the lane.
        end: The front.
        olds: The old steps by their new ids.
    """
    for step in flow.line.steps[:end]:
        if step.id in flow.settled or step.id in flow.waits:
            continue
        before = olds.get(step.id)
        if before is None or not _was_on(work, before):
            outcome: Outcome = "waived" if applies(work, step) else "n/a"
            remember(work, flow, step, outcome, work.actor())


def _was_on(work: Work, step: Step) -> bool:
    # A switch that cannot be told asks: a guard is not dropped because a field is empty.
    return step.enabled if isinstance(step.enabled, bool) else work.may_hold(step.enabled)


def applies(work: Work, step: Step) -> bool:
    """Return whether a step is part of this document's process, as far as that can be told."""
    try:
        return step.when is None or work.decides(step.when)
    except RefusedError:
        return True


def is_draft(flow: Flow) -> bool:
    """Return whether the document waits in the draft."""
    return DRAFT in flow.waits
