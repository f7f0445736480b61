"""Names inside a workflow that must be steps or lanes of it. A site's own names are checked when it is read."""

from __future__ import annotations

from collections.abc import Iterable

from ordinance.problems import did_you_mean
from ordinance.process.verify.look import Look, Subject


def check(look: Look) -> bool:
    """Report what is named and not there, and effects without a way back; return whether every name leads somewhere."""
    main = [step.id for step in look.main.steps]
    for track in look.tracks:
        known = [*(step.id for step in track.steps), *(main if track.lane is not None else ())]
        for position, step in enumerate(track.steps):
            for key, names in (("back_to", step.back_to), ("differs_from", step.differs_from)):
                _steps(look, names, known, track.subject(position, key))
            for trigger in step.by_itself:
                _lane(look, trigger.lane, track.subject(position, "by_itself", trigger.id, "lane"))
    for lane in look.workflow.lanes.values():
        named = [*lane.at, *([lane.before] if lane.before else []), *([lane.back_to] if lane.back_to else [])]
        _steps(look, named, main, look.root("lanes", lane.id))
    for reaction in look.workflow.reactions:
        _lane(look, reaction.lane, look.root("events", reaction.event, "lane"))
    for stage in look.workflow.stages:
        _steps(look, [stage.start], main, look.root("stages", stage.id, "from"))
    for switch in look.workflow.switches:
        _steps(look, switch.steps, main, look.root("switches", switch.id))
    if look.workflow.number is not None:
        _steps(look, [look.workflow.number.at], main, look.root("number", "at"))
    _twice(look)
    leads = not look.findings
    _undo(look)
    return leads


def _undo(look: Look) -> None:
    for track in look.tracks:
        for bound in track.bound:
            if not bound.effect.undo:
                place = bound.effect.place
                look.report("undo_missing", track.subject_of(bound), place=place, action=bound.effect.action)


def _steps(look: Look, names: Iterable[str], known: list[str], subject: Subject) -> None:
    for name in names:
        if name not in known:
            look.report("unknown_step", subject, name=name, remedy=did_you_mean(name, known))


def _lane(look: Look, name: str | None, subject: Subject) -> None:
    lanes = look.workflow.lanes
    if name is not None and name not in lanes:
        look.report("unknown_lane", subject, name=name, remedy=did_you_mean(name, lanes))


def _twice(look: Look) -> None:
    seen: dict[str, str] = {}
    for track in look.tracks:
        for position, step in enumerate(track.steps):
            if step.id in seen:
                look.report("step_id_twice", track.subject(position), id=step.id, other=seen[step.id])
            seen.setdefault(step.id, step.label.en or step.id)
