"""What people do with an open step without passing it: take it, hand it over, set the document aside, resume it."""

from __future__ import annotations

from ordinance.problems import Reason, Text, reason
from ordinance.process.gates import end_label, person_reasons, place_reasons
from ordinance.process.lanes import shift_clock
from ordinance.process.model import Step
from ordinance.process.requests import TERMINAL, RefusedError
from ordinance.process.work import Work

_OUT_OF_TURN = Text("搁置与恢复", "set aside and resume")


def _open_step(work: Work) -> Step:
    flow = work.flow
    id_ = work.request.step or (flow.waits[0] if len(flow.waits) == 1 else "")
    step = flow.step(id_)
    reasons = place_reasons(work, flow, step, id_)
    if step is None or reasons:
        raise RefusedError(*(reasons or [reason("no_such_step", id_, step=id_)]))
    return step


def take(work: Work) -> None:
    """Take the document at the step: from now on it is this person's, in the order of the queue.

    Raises:
        RefusedError: another document is next, somebody else has it, or it is not for this person.
    """
    step = _open_step(work)
    reasons = take_reasons(work, step)
    if reasons:
        raise RefusedError(*reasons)
    work.taken[step.id] = work.request.actor


def take_reasons(work: Work, step: Step) -> list[Reason]:
    """Return why this person cannot take the step."""
    reasons = person_reasons(work, step)
    if work.taken.get(step.id) == work.request.actor:
        reasons.append(reason("already_taken", step.id, person=work.request.actor))
    return reasons


def reassign(work: Work) -> None:
    """Give the open step to somebody, or to nobody in particular if `to` is empty.

    Raises:
        RefusedError: the actor has no right to reassign.
    """
    step = _open_step(work)
    if "reassign" not in work.request.may:
        raise RefusedError(reason("not_allowed", step.id, what=step.label))
    work.taken.pop(step.id, None)
    if work.request.to:
        work.assigned[step.id] = work.request.to
    else:
        work.assigned.pop(step.id, None)


def set_aside(work: Work) -> None:
    """Take the document out of its queue for a while, with a reason; its timers stand still (engine R20).

    Whoever sets one aside lets those behind it go first, so it wants the same right as to skip the queue.

    Raises:
        RefusedError: it has ended, is aside already, no reason is given, or the actor has no right to.
    """
    reasons = aside_reasons(work)
    if not work.request.reason.strip():
        reasons.append(reason("opinion_missing", "/reason"))
    if reasons:
        raise RefusedError(*reasons)
    work.set_aside = (work.now, work.request.reason)


def resume(work: Work) -> None:
    """Put the document back where it was set aside; in its queue it stands where it stood.

    Raises:
        RefusedError: it was not set aside, or the actor has no right to.
    """
    reasons = resume_reasons(work)
    if reasons or work.set_aside is None:
        raise RefusedError(*reasons)
    since = work.set_aside[0]
    work.set_aside = None
    shift_clock(work, work.flow, work.now - since)
    work.fresh.update(work.flow.waits)


def aside_reasons(work: Work) -> list[Reason]:
    """Return why this person cannot set the document aside."""
    reasons = _right_reasons(work)
    if work.set_aside is not None:
        reasons.append(reason("set_aside", None, why=work.set_aside[1]))
    return reasons


def resume_reasons(work: Work) -> list[Reason]:
    """Return why this person cannot put the document back."""
    reasons = _right_reasons(work)
    if work.set_aside is None:
        reasons.append(reason("not_set_aside"))
    return reasons


def _right_reasons(work: Work) -> list[Reason]:
    if work.phase in TERMINAL:
        return [reason("ended", None, end=end_label(work))]
    return [] if "skip_queue" in work.request.may else [reason("not_allowed", None, what=_OUT_OF_TURN)]
