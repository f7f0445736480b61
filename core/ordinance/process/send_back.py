"""Sending back: land earlier and take back, newest first, everything bound there and after (engine R7 to R10)."""

from __future__ import annotations

from ordinance.problems import Reason, Text, reason
from ordinance.process.effects import take_back
from ordinance.process.gates import opinion_reasons, person_reasons, place_reasons
from ordinance.process.landing import find_landing, land, unsettle
from ordinance.process.model import LedgerRow, Step
from ordinance.process.requests import RefusedError
from ordinance.process.values import is_empty
from ordinance.process.work import Flow, Work


def send_back(work: Work) -> None:
    """Send the document back from an open step, as the request says.

    Raises:
        RefusedError: it cannot go back from here, this person may not, or something done there is final.
    """
    flow, request = work.flow, work.request
    id_ = request.step or (flow.waits[0] if len(flow.waits) == 1 else "")
    step = flow.step(id_)
    reasons = place_reasons(work, flow, step, id_)
    if step is None or reasons:
        raise RefusedError(*(reasons or [reason("cannot_send_back", id_, step=work.name(id_))]))
    reasons = person_reasons(work, step, queue=False)
    target = _target(work, flow, step, reasons)
    reasons += opinion_reasons(work, step, refusing=True)
    if reasons or target is None:
        raise RefusedError(*reasons)
    go_back(work, flow, target)


def _target(work: Work, flow: Flow, step: Step, reasons: list[Reason]) -> int | None:
    to = work.request.to or (step.back_to[0] if len(step.back_to) == 1 else "")
    if to in step.back_to and to in flow.line.position:
        return flow.line.position[to]
    if not step.back_to:
        reasons.append(reason("cannot_send_back", step.id, place=step.place, step=step.label))
    else:
        choices = Text(*("、".join(work.name(each).in_(lang) for each in step.back_to) for lang in ("zh", "en")))
        reasons.append(reason("back_to_choice", "/to", wanted=step.back_to, got=to or None, choices=choices))
    return None


def go_back(work: Work, flow: Flow, target: int) -> None:
    """Land at or before the target: undo, unsettle, open.

    Raises:
        RefusedError: something to be undone is final; it says which, and what remains.
    """
    position = find_landing(work, flow, target, undoing=True)
    if position is None and flow.lane is not None:
        raise RefusedError(reason("cannot_send_back", None, step=flow.line.steps[target].label))
    _undo(work, flow, position)
    unsettle(work, flow, 0 if position is None else flow.line.start(position), undoing=True)
    if flow.lane is None:
        # Back before its first step it is a draft, and nothing else makes it one again: a running document goes on
        # running though a change of revision takes away every step it has passed, or an amendment opens the first.
        work.phase = "draft"
    land(work, flow, position, manual=True)


def _undo(work: Work, flow: Flow, position: int | None) -> None:
    rows = rows_to_undo(work, flow, position)
    try:
        take_back(work, rows)
    except RefusedError as refused:
        remains = _remains(work, flow)
        first = refused.reasons[0]
        raise RefusedError(
            Reason(first.code, first.message, first.where, first.wanted, remains, first.place, _offer(work, remains))
        ) from None


def rows_to_undo(work: Work, flow: Flow, position: int | None) -> list[LedgerRow]:
    """Return the rows that a landing takes back: bound there or after, and orphans that came with or after it."""
    return [row for row in work.live.values() if _goes(work, flow, row, position)]


def _goes(work: Work, flow: Flow, row: LedgerRow, position: int | None) -> bool:
    if flow.lane is not None:
        at = flow.line.position.get(row.step)
        return at is not None and position is not None and row.round == flow.entry and at >= flow.line.start(position)
    start = 0 if position is None else flow.line.start(position)
    if position is None or start == 0:
        return True
    bound = work.index.bound.get(row.effect)
    if bound is not None:
        stands = bound.arriving and start <= bound.position and _in_group(flow, bound.position, position)
        # What ran on arrival at the landing itself is looked at again on the new arrival; a mail is simply sent again.
        return bound.position >= start and not (stands and row.undo != "forget")
    at = flow.line.position.get(row.step)
    if at is not None and at >= start:
        return True
    settled = flow.settled.get(flow.line.steps[position].id)
    return settled is not None and row.seq > settled.seq


def _in_group(flow: Flow, one: int, other: int) -> bool:
    return flow.line.group_of[one] == flow.line.group_of[other]


def final_at(work: Work, flow: Flow, position: int | None) -> list[LedgerRow]:
    """Return the done effects that forbid landing at a place of a flow (None: the draft, or a cancel)."""
    rows = work.live.values() if position is None else rows_to_undo(work, flow, position)
    return [row for row in rows if row.state == "done" and row.undo == "never"]


def _remains(work: Work, flow: Flow) -> tuple[str, ...]:
    """Return what is still possible: later places to go back to, closing, lanes that do not end."""
    open_steps = [flow.step(each) for each in flow.waits]
    targets = [to for step in open_steps if step is not None for to in step.back_to if to in flow.line.position]
    later = [to for to in dict.fromkeys(targets) if _clear(work, flow, to)]
    closing = [f"close:{step.id}" for step in open_steps if step is not None and work.rounds.get(step.id)]
    others = work.workflow.lanes.values() if flow.lane is None else ()
    lanes = [f"lane:{lane.id}" for lane in others if is_empty(lane.ends)]
    return (*later, *closing, *lanes)


def _clear(work: Work, flow: Flow, to: str) -> bool:
    position = find_landing(work, flow, flow.line.position[to], undoing=True)
    return position is not None and not final_at(work, flow, position)


def _offer(work: Work, remains: tuple[str, ...]) -> Text | None:
    if not remains:
        return None
    words = ", ".join(remains)
    return Text(f"仍可:{words}", f"still possible: {words}")
