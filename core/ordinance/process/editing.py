"""What a plain edit may touch (engine R6), and what an edit makes void or due anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ordinance.expressions import Span
from ordinance.problems import Reason, reason
from ordinance.process.advance import set_due
from ordinance.process.gates import end_label, may_act, voted
from ordinance.process.index import Bound
from ordinance.process.model import Path
from ordinance.process.requests import TERMINAL, RefusedError
from ordinance.process.values import changed_paths, overlap, within
from ordinance.process.work import Work


def edit(work: Work) -> None:
    """Write the input into the document, if every field of it may be changed now.

    Raises:
        RefusedError: with each field that may not.
    """
    if work.phase in TERMINAL:
        raise RefusedError(reason("ended", None, end=end_label(work)))
    reasons = shut_reasons(work, work.request.input, own_forms(work))
    if reasons:
        raise RefusedError(*reasons)
    work.write(work.request.input)


def own_forms(work: Work) -> tuple[Path, ...]:
    """Return what the forms of those open steps hold that are this actor's to do."""
    steps = [step for step in map(work.flow.step, work.flow.waits) if step is not None and may_act(work, step)]
    return tuple(path for step in steps for path in (*step.asks, *step.offers))


def shut_reasons(work: Work, given: Mapping[str, Any], form: Sequence[Path]) -> list[Reason]:
    """Return a reason for each field given that changes and is neither on the form nor free.

    A draft is free. Later a field is free for a person with `update` if nothing that was settled has read it.
    """
    changed = changed_paths(work.fields, given)
    outside = [path for path in changed if not within(path, form, given[path[0]])]
    if not outside or work.phase == "draft":
        return []
    updates = "update" in work.request.may
    reads = settled_reads(work) if updates else frozenset()
    shut = sorted(path for path in outside if not updates or overlap([path], reads))
    return [reason("not_editable", "/" + "/".join(path), field=work.label(path)) for path in shut]


def settled_reads(work: Work) -> frozenset[Path]:
    """Return every path that a settled step or a done effect has read: what must not change behind its back."""
    line = work.main.line
    reads = [line.reads[at] for at, step in enumerate(line.steps) if step.id in work.main.settled]
    for row in work.live.values():
        bound: Bound | None = work.index.bound.get(row.effect)
        if bound is not None and row.state == "done":
            reads += [expression.reads for expression in bound.effect.inputs.values()]
    return frozenset().union(*reads)


def after_change(work: Work) -> None:
    """Make void what the changed fields have overtaken: passes of content that is gone, due times of open steps."""
    if not work.new:
        return
    for id_ in work.flow.waits:
        step = work.flow.step(id_)
        if step is None:
            continue
        if step.count > 1:
            kept = voted(work, step)
            work.votes = [vote for vote in work.votes if vote.step != id_ or vote in kept]
        if step.due is not None and not isinstance(step.due, Span) and overlap(step.due.reads, work.new):
            set_due(work, step)
