"""Where documents end: outcomes nothing leads to, steps behind an end, lanes that never open.

Source: engine.md R18, language.md §2 `ends`, §3 `lanes`.
"""

from __future__ import annotations

from ordinance.process.model import Lane
from ordinance.process.verify.look import Look
from ordinance.process.verify.track import Track, gate_atoms, is_off

DONE = "done"


def check(look: Look) -> None:
    """Report what no document can come to."""
    cut = _behind_an_end(look)
    for lane in look.workflow.lanes.values():
        _lane(look, lane, cut)
    reached = {DONE, *(lane.ends for lane in look.workflow.lanes.values() if lane.ends is not None)}
    for track in look.tracks:
        stop = cut if track.lane is None else len(track.steps)
        reached |= {step.ends for step in track.steps[:stop] if step.ends is not None}
    for name in look.workflow.ends:
        if name not in reached:
            look.report("end_unreachable", look.root("ends", name), end=look.workflow.ends[name], name=name)


def _behind_an_end(look: Look) -> int:
    """Report steps behind one that always ends the document; return how many steps can be come to."""
    track = look.main
    for position, step in enumerate(track.steps):
        last = track.line.group(position)[-1]
        if step.ends is None or last == len(track.steps) - 1 or gate_atoms(step) or is_off(step):
            continue
        following = track.steps[last + 1]
        if not is_off(following) or step.locked:
            look.report("steps_unreachable", track.subject(position, "ends"), step=step.label, other=following.label)
            return last + 1
    return len(track.steps)


def _lane(look: Look, lane: Lane, cut: int) -> None:
    main, base = look.main, look.root("lanes", lane.id)
    at = [main.line.position[name] for name in lane.at if name in main.line.position]
    before = main.line.position.get(lane.before or "")
    if lane.ends is not None and lane.back_to is not None:
        look.report("lane_ends_and_returns", base, lane=lane.label)
    if at and all(is_off(main.steps[each]) or each >= cut for each in at):
        look.report("lane_never_open", base, lane=lane.label, steps=", ".join(lane.at))
    if before is not None and at and all(main.group(each) > main.group(before) for each in at):
        look.report("lane_too_late", (*base, "before"), lane=lane.label, before=lane.before, steps=", ".join(lane.at))
    _returns(look, lane, main, max(at, default=before))


def _returns(look: Look, lane: Lane, main: Track, latest: int | None) -> None:
    """Report a return to a step that nobody can have passed when the lane is entered: it would not go there."""
    target = main.line.position.get(lane.back_to or "")
    if target is None or latest is None or lane.ends is not None:
        return
    if main.group(target) > main.group(latest):
        subject = look.root("lanes", lane.id, "back_to")
        look.report("lane_back_to_later", subject, lane=lane.label, to=lane.back_to, at=main.steps[latest].label)
