"""Side flows: enter one, and leave it by ending the document or by returning with what was changed (engine R10-R12).

While a document is in a lane its main flow stands still: the waits stay, the clock of their timers is stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ordinance.problems import Reason, reason
from ordinance.process.advance import DONE, advance, complete, stop_waiting, tell
from ordinance.process.editing import shut_reasons
from ordinance.process.effects import finality, present_hash, settle_effect, take_back
from ordinance.process.gates import check_reasons, end_label, may_act, missing_reasons, opinion_reasons
from ordinance.process.landing import find_landing, land, unsettle
from ordinance.process.model import Effect, Lane
from ordinance.process.requests import DRAFT, SYSTEM, TERMINAL, RefusedError
from ordinance.process.send_back import final_at
from ordinance.process.values import overlap
from ordinance.process.work import Flow, Work


def request_lane(work: Work) -> None:
    """Enter the lane that the request names, as its actor.

    Raises:
        RefusedError: it is not open now, not for this person, or what it needs is not there.
    """
    request = work.request
    lane = work.workflow.lanes.get(request.lane or request.step or "") or _only_lane(work)
    if lane is None:
        raise RefusedError(reason("no_such_lane", request.lane, lane=request.lane or ""))
    reasons = closed_reasons(work, lane)
    if reasons:
        raise RefusedError(*reasons)
    enter(work, lane, request.input, [*lane_person_reasons(work, lane), *opinion_reasons(work, lane, refusing=True)])


def _only_lane(work: Work) -> Lane | None:
    kind = work.request.kind
    if work.request.lane is not None or kind not in ("cancel", "amend"):
        return None
    fit = [lane for lane in work.workflow.lanes.values() if (lane.ends if kind == "cancel" else lane.changes)]
    return fit[0] if len(fit) == 1 else None


def closed_reasons(work: Work, lane: Lane) -> list[Reason]:
    """Return why the lane is not open now, whoever asks."""
    if work.phase in TERMINAL:
        return [reason("ended", lane.id, end=end_label(work))]
    if work.side is not None and work.side.lane is not None:
        return [reason("in_lane", lane.id, lane=work.side.lane.label)]
    here = not lane.at or not set(lane.at).isdisjoint(work.main.waits)
    early = lane.before is None or lane.before not in work.main.settled
    return [] if here and early else [reason("lane_closed", lane.id, place=lane.place, lane=lane.label)]


def lane_person_reasons(work: Work, lane: Lane) -> list[Reason]:
    """Return why this person may not enter the lane."""
    reasons = [] if may_act(work, lane) else [reason("not_allowed", lane.id, place=lane.place, what=lane.label)]
    return [*reasons, *work.request.facts.get("refusals", {}).get(lane.id, ())]


def enter(work: Work, lane: Lane, given: Mapping[str, Any], reasons: list[Reason]) -> None:
    """Go into the lane with what was given; a lane that returns has its consequences now, one that ends at its end.

    Raises:
        RefusedError: the reasons given, with those of the lane itself.
    """
    entry = work.rounds.get(f"lane:{lane.id}", 0) + 1
    work.side = Flow(work.index.lanes[lane.id], {}, [], lane, entry)
    work.entered_by, work.entered_at = work.actor(), work.now
    reasons = [*reasons, *_give(work, lane, given)]
    if lane.when is not None and not work.holds(lane.when):
        reasons.append(reason("lane_closed", lane.id, place=lane.place, lane=lane.label))
    reasons += missing_reasons(work, lane.asks, lane.id)
    reasons += check_reasons(work, lane.id, lane.checks)
    if lane.ends is not None and final_at(work, work.main, None):
        reasons.append(finality(work, final_at(work, work.main, None)))
    if reasons:
        raise RefusedError(*reasons)
    work.rounds[f"lane:{lane.id}"] = entry
    if lane.ends is None:
        _consequences(work, lane, entry)


def _give(work: Work, lane: Lane, given: Mapping[str, Any]) -> list[Reason]:
    proposes = {path[0] for path in lane.changes}
    # What merely follows from the proposals (formulas) is proposed with them; nobody sends it.
    follows = set(work.request.facts.get("follows", ())) - proposes
    work.proposed = {name: value for name, value in given.items() if name in proposes or name in follows}
    rest = {name: value for name, value in given.items() if name not in work.proposed}
    outside = shut_reasons(work, {name: work.proposed[name] for name in proposes & given.keys()}, lane.changes)
    outside += shut_reasons(work, rest, (*lane.asks, *lane.offers))
    work.write(rest)
    work.forget_env()
    return outside


def _consequences(work: Work, lane: Lane, entry: int) -> None:
    for effect in lane.does:
        settle_effect(work, effect, f"lane:{lane.id}", entry, "passed", applies=True)
    tell(work, lane.tells)
    work.emits.append(f"{work.workflow.id}.{lane.id}")


def move(work: Work) -> None:
    """Go forward as far as it goes: through the lane, out of it, and on in the main flow."""
    while work.phase not in TERMINAL and DRAFT not in work.flow.waits and advance(work):
        if work.side is not None:
            _leave(work, work.side)
        else:
            last = work.main.line.steps[-1] if work.main.line.steps else None
            passed = last is not None and work.main.settled[last.id].outcome in ("passed", "auto", "timer", "short")
            complete(work, last.ends if last is not None and last.ends and passed else DONE)


def _leave(work: Work, side: Flow) -> None:
    lane = side.lane
    assert lane is not None
    if lane.ends is not None:
        cancel(work, lane, side.entry, lane.ends)
        return
    proposed, entered = work.proposed, work.entered_at or work.now
    for step in side.line.steps:
        work.forget_step(step.id)
        work.rounds.pop(step.id, None)
        work.passed_by.pop(step.id, None)
    work.side, work.proposed, work.entered_by, work.entered_at = None, {}, "", None
    work.forget_env()
    shift_clock(work, work.main, work.now - entered)
    _return(work, lane, proposed)


def cancel(work: Work, lane: Lane, entry: int, ended: str) -> None:
    """End the document: undo the whole ledger, newest first, then what the lane itself does (engine R11).

    Raises:
        RefusedError: something done is final.
    """
    take_back(work, list(work.live.values()))
    _consequences(work, lane, entry)
    stop_waiting(work)
    work.forget_step(DRAFT)
    work.phase, work.ended = "cancelled", ended


def shift_clock(work: Work, flow: Flow, still: timedelta) -> None:
    """Let arrival and due time stand still for as long as the flow did."""
    for id_ in flow.waits:
        for moments in (work.arrived, work.due):
            if id_ in moments:
                moments[id_] += still


def _return(work: Work, lane: Lane, proposed: Mapping[str, Any]) -> None:
    finals = _final_inputs(work)
    before = {effect.id: present_hash(work, effect) for effect in finals}
    changed = work.write(proposed)
    touched = [effect.id for effect in finals if present_hash(work, effect) != before[effect.id]]
    if touched:
        raise RefusedError(finality(work, [row for row in work.live.values() if row.effect in touched]))
    reentry = _reentry(work, lane, changed)
    if reentry is None or DRAFT in work.main.waits:
        # Rules of the open steps were not looked at meanwhile: what they wait for may have come.
        work.fresh.update(work.main.waits)
        return
    _reopen(work, work.main, reentry, manual=lane.back_to is not None)


def _reopen(work: Work, flow: Flow, reentry: int, *, manual: bool) -> None:
    """Open gates again; effects stay: each is done again only if its inputs changed, when its step settles (R12).

    A document that waits at a gate before these, which a change of revision has put there, goes on waiting at that one
    alone: one block is open at a time (R15), and it comes to the others when it has passed it. With no gate at or
    before them it goes forward; it is no draft, for its effects stand.
    """
    line = flow.line
    first = next((at for at, step in enumerate(line.steps) if step.id not in flow.settled), None)
    is_behind = first is not None and line.group_of[first] < line.group_of[reentry]
    position = None if is_behind else find_landing(work, flow, reentry, undoing=False)
    unsettle(work, flow, line.start(reentry if position is None else position), undoing=False)
    if position is not None:
        land(work, flow, position, manual=manual)
        return
    work.fresh.update(flow.waits)
    if manual and flow.manual is None:
        flow.manual = line.steps[reentry].id


def _final_inputs(work: Work) -> list[Effect]:
    """Return the bindings of done effects that are final; rounds gone by are history and keep their own inputs."""
    rows = (row for row in work.live.values() if row.state == "done" and row.undo == "never" and row.round == 0)
    bound = (work.index.bound.get(row.effect) for row in rows)
    return [each.effect for each in bound if each is not None]


def _reentry(work: Work, lane: Lane, changed: set[tuple[str, ...]]) -> int | None:
    line, settled = work.main.line, work.main.settled
    places = [at for at, step in enumerate(line.steps) if step.id in settled and overlap(line.reads[at], changed)]
    back = line.position.get(lane.back_to or "")
    if back is not None and line.steps[back].id in settled:
        places.append(back)
    return min(places, default=None)


def enter_by_itself(work: Work, lane: Lane, given: Mapping[str, Any]) -> None:
    """Enter the lane on behalf of the system: all but the person must be as for a person.

    Raises:
        RefusedError: it is not open now, or what it needs is not there.
    """
    reasons = closed_reasons(work, lane)
    if reasons:
        raise RefusedError(*reasons)
    enter(work, lane, given, [])
    work.entered_by = SYSTEM
