"""Sending back: where to, where it can land, and whether what happened on the way can be taken back at all.

Sent back from i to T a document lands at the nearest gate at or before T: as low as the last step that cannot be passed
over. Every effect bound there or after is taken back, so one that is final makes the way back impossible.
Source: engine.md R7, R10, R11, §6.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ordinance.process.model import Effect, Lane
from ordinance.process.verify.cases import Case
from ordinance.process.verify.look import Look
from ordinance.process.verify.track import FINAL, Atoms, Bound, Track, atoms_of, effects_of, gate_atoms


def check(look: Look) -> None:
    """Report ways back that lead forward, or nowhere, or across something final; and ends that cannot be reached."""
    for track in look.tracks:
        for position, step in enumerate(track.steps):
            for target in step.back_to:
                _way_back(look, track, position, target)
    for track in look.lanes:
        _ending(look, track)


def _way_back(look: Look, track: Track, position: int, name: str) -> None:
    step, target = track.steps[position], track.line.position.get(name)
    subject = track.subject(position, "back_to", name)
    if target is None or target == position:
        # Back to the step itself is to be asked again: nothing lies between.
        return
    if target > position:
        look.report("back_to_later", subject, step=step.id, to=name)
    elif track.group(target) == track.group(position):
        look.report("back_to_beside", subject, step=step.id, to=name)
    else:
        if track.lane is not None:
            _nowhere(look, track, position, target)
        _finals(look, track, position, target)
        if track.lane is None:
            _after_lane(look, position, target)


def _nowhere(look: Look, track: Track, position: int, target: int) -> None:
    """Report a way back inside a lane that may find no gate to land on: a lane has no draft."""
    step, to = track.steps[position], track.steps[target]
    case = look.case(track, opened=[step], closed=track.steps[: target + 1], base=gate_atoms(step))
    if case is not None:
        subject = track.subject(position, "back_to", to.id)
        look.report("no_landing", subject, case=case, reach=(track, position), step=step.id, to=to.id)


def _finals(look: Look, track: Track, position: int, target: int) -> None:
    """Report the nearest case in which something final is behind the landing."""
    found = [
        (case, bound, way)
        for bound in track.bound
        if bound.effect.undo == FINAL
        for way, case in _crossed(look, track, position, target, bound)
    ]
    if not found:
        return
    case, bound, way = min(found, key=lambda each: each[0].cost)
    step, to, at = track.steps[position], track.steps[target], track.steps[bound.position]
    code = way
    if way == "final_before_way_back" and not case.sure:
        code = "final_sometimes"
    elif way == "final_before_landing" and not case.is_now:
        code = "final_if_switched_off"
    look.report(code, track.subject(position, "back_to", to.id), case=case, reach=(track, position), step=step.id,
                to=to.id, action=_action(look, bound), at=at.id,
                when=" and ".join(sorted(bound.needs - gate_atoms(step))))  # fmt: skip


def _crossed(look: Look, track: Track, position: int, target: int, bound: Bound) -> Iterator[tuple[str, Case]]:
    """Yield how a final effect may be done and stand behind the landing."""
    step = track.steps[position]
    here, low, at = track.group(position), track.group(target), track.group(bound.position)
    if at > here:
        return
    way, closed = "final_before_way_back", range(0)
    if bound.position == position and not bound.arriving:
        if step.until is None:
            return
        way = "final_after_round"
    elif at <= low:
        way, closed = _below(track, target, bound)
    case = look.case(
        track, opened=[step], closed=[track.steps[each] for each in closed], true=bound.needs, base=gate_atoms(step)
    )
    if case is not None:
        yield way, case


def _below(track: Track, target: int, bound: Bound) -> tuple[str, range]:
    """Return which steps must be passed over for a landing to take back an effect at the target or before it."""
    at = track.group(bound.position)
    first = track.line.groups[at][0]
    # What ran on arrival at the landing's own block stays, unless the landing is the very beginning.
    stays = bound.arriving and track.lane is None and first > 0
    start = first if stays else track.line.groups[at][-1] + 1
    closed = range(start, target + 1)
    return ("final_before_landing" if closed else "final_before_way_back"), closed


def _after_lane(look: Look, position: int, target: int) -> None:
    """Report a way back that a lane closes: what it did after the landing was passed would have to be taken back."""
    found = [
        (case, lane, effect)
        for lane in look.workflow.lanes.values()
        if lane.ends is None
        for effect, needs in _of_lane(lane)
        if effect.undo == FINAL
        for case in _entered(look, lane, position, target, needs)
    ]
    if found:
        case, lane, effect = min(found, key=lambda each: each[0].cost)
        step, to = look.main.steps[position], look.main.steps[target]
        action = look.ground.actions.get(effect.action, effect.action)
        look.report("final_after_lane", look.main.subject(position, "back_to", to.id), case=case,
                    reach=(look.main, position), step=step.id, to=to.id, lane=lane.label, action=action)  # fmt: skip


def _of_lane(lane: Lane) -> Iterator[tuple[Effect, Atoms]]:
    entered = atoms_of(lane.when)
    yield from ((effect, entered | atoms_of(effect.when)) for effect in lane.does)
    for step in lane.steps:
        yield from ((each, entered | atoms_of(step.when) | atoms_of(each.when)) for each in effects_of(step))


def _entered(look: Look, lane: Lane, position: int, target: int, needs: Atoms) -> Iterator[Case]:
    """Yield the cases in which a lane is entered after the landing was passed, or on a way back to the beginning."""
    main, before = look.main, look.main.line.position.get(lane.before or "", len(look.main.steps))
    at = [main.line.position[name] for name in lane.at if name in main.line.position]
    for entry in at or range(len(main.steps)):
        if main.group(entry) > main.group(position) or (entry > before and main.group(entry) > main.group(before)):
            continue
        for landing, first in _landings(main, entry, target):
            case = look.board.case(
                opened=[main.steps[each] for each in {position, entry, *landing}],
                closed=[main.steps[each] for each in range(first, target + 1)],
                true=needs,
                base=gate_atoms(main.steps[position]),
            )
            if case is not None:
                yield case


def _landings(main: Track, entry: int, target: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield landings that were passed before a lane was entered, with the first step to be passed over behind each."""
    group = main.group(entry)
    if group > main.group(target):
        yield (), target + 1
        return
    if group == 0:
        yield (), main.line.groups[0][-1] + 1
    yield from (((each,), each + 1) for each in main.line.groups[group] if each != entry and each <= target)


def _ending(look: Look, track: Track) -> None:
    """Report a lane that means to end the document after something that can never be taken back."""
    lane = track.lane
    if lane is None or lane.ends is None:
        return
    base = look.root("lanes", lane.id)
    known = [look.main.line.position[name] for name in lane.at if name in look.main.line.position]
    certain = _certain(look.main, min(known)) if known else None
    if certain is not None:
        step, action = look.main.steps[certain.position], _action(look, certain)
        look.report("final_before_end", base, lane=lane.id, action=action, at=step.id)
    for bound in track.bound:
        # Ending takes back the whole ledger, what the lane's own steps did included.
        subject, step = track.subject_of(bound), track.steps[bound.position]
        words: dict[str, Any] = {"lane": lane.id, "action": _action(look, bound), "at": step.id}
        if bound.effect.undo == FINAL:
            case = look.case(track, true=bound.needs)
            look.report("final_in_ending_lane", subject, case=case, reach=(track, bound.position), **words)
        elif bound.effect.undo not in ("keep", "forget"):
            look.report("undone_by_end", subject, **words)


def _certain(track: Track, behind: int) -> Bound | None:
    """Return the first final effect before a position that happens in every case."""
    found = (each for each in track.bound if each.position < behind and not each.needs)
    return next((each for each in found if each.effect.undo == FINAL), None)


def _action(look: Look, bound: Bound) -> object:
    return look.ground.actions.get(bound.effect.action, bound.effect.action)
