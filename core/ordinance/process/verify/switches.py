"""The switches themselves: ties that are broken or can never be kept, facts that would be booked unseen.

Source: engine.md R23, §6.3, language.md §2 `enabled`, §3 `switches`.
"""

from __future__ import annotations

from ordinance.process.verify.cases import Case
from ordinance.process.verify.look import Look
from ordinance.process.verify.track import Track, is_off


def check(look: Look) -> None:
    """Report ties and switches that cannot be as they are, and those that could not be changed."""
    _ties(look)
    steps = look.workflow.steps
    if not steps:
        look.report("no_steps", look.root(), id=look.workflow.id)
    elif all(is_off(step) for step in steps):
        look.report("all_steps_off", look.root("steps"), workflow=look.workflow.label)
    for track in look.tracks:
        _witness(look, track)


def _ties(look: Look) -> None:
    on = {step.id: not is_off(step) for step in look.workflow.steps}
    for switch in look.workflow.switches:
        subject = look.root("switches", switch.id)
        names = list(dict.fromkeys(switch.steps))
        if not all(each in on for each in names):
            continue
        if len(names) < max(2, len(switch.steps)):
            look.report("switch_of_one", subject, id=switch.id, steps=", ".join(switch.steps))
            continue
        locked = [each for each in names if look.board.steps[each].locked]
        if switch.kind == "not_both":
            if len(locked) > 1:
                look.report("switches_contradict", subject, steps=", ".join(locked))
            elif sum(on[name] for name in names) > 1:
                look.report("switch_excludes", subject, steps=", ".join(switch.steps))
        elif on[names[0]] and not on[names[1]]:
            look.report("switch_needs", subject, step=names[0], other=names[1])


def _witness(look: Look, track: Track) -> None:
    """Report a step whose action records a physical fact, and which is off, or can be, without saying `assume`."""
    for position, step in enumerate(track.steps):
        seen = next((each for each in track.bound if each.position == position and each.effect.witness), None)
        if seen is None or step.assume:
            continue
        action = look.ground.actions.get(seen.effect.action, seen.effect.action)
        subject = track.subject(position, "enabled")
        if is_off(step):
            look.report("witness_off", subject, step=step.label, action=action)
        elif isinstance(step.enabled, bool) and not step.locked:
            toggles = look.board.nearest({step.id: False})
            if toggles is not None:
                look.report("witness_if_off", subject, case=Case(toggles), step=step.label, action=action)
