"""The order of steps and effects: blocks, what must come after what, what is bound twice, what waits for the future.

Source: engine.md R3, R13, R15, §6.1 and §6.3.
"""

from __future__ import annotations

from typing import Any

from ordinance.expressions import Env, Expression
from ordinance.process.verify.cases import Case
from ordinance.process.verify.look import Look
from ordinance.process.verify.track import Bound, Track, gate_atoms, is_constant
from ordinance.process.verify.turns import ALWAYS, Kind, Way, not_yet


def check(look: Look) -> None:
    """Report orders that cannot be kept, whatever the switches."""
    _twice(look)
    for track in look.tracks:
        _blocks(look, track)
        _rounds(look, track)
        _passed_later(look, track)
        _differs(look, track)
        _after(look, track)
    _stages(look)


def _twice(look: Look) -> None:
    """Report effects that the ledger cannot keep apart: it would take the second for the first, and not run it."""
    seen: dict[str, str] = {}
    for track in look.tracks:
        for bound in track.bound:
            step, id_ = track.steps[bound.position].id, bound.effect.id
            if id_ in seen:
                look.report("effect_twice", track.subject_of(bound), effect=id_, step=step, other=seen[id_])
            seen.setdefault(id_, step)


def _blocks(look: Look, track: Track) -> None:
    closed: set[str] = set()
    previous: str | None = None
    for position, step in enumerate(track.steps):
        if step.together != previous and previous is not None:
            closed.add(previous)
        if step.together is not None and step.together in closed:
            look.report("together_apart", track.subject(position, "together"), block=step.together)
        previous = step.together


def _rounds(look: Look, track: Track) -> None:
    for bound in track.bound:
        step = track.steps[bound.position]
        if bound.effect.each_round and step.until is None:
            subject = (*track.subject_of(bound), "each")
            look.report("round_without_until", subject, effect=bound.effect.id, step=step.id)


def _differs(look: Look, track: Track) -> None:
    """Report comparisons of people with a step that nobody has passed yet."""
    places = track.line.position
    for position, step in enumerate(track.steps):
        for name in step.differs_from:
            is_later = name in places and track.group(places[name]) > track.group(position)
            if is_later or name == step.id:
                look.report(
                    "differs_from_later", track.subject(position, "differs_from", name), step=step.id, other=name
                )


def _passed_later(look: Look, track: Track) -> None:
    """Report conditions about the passing of a step that comes later: they never hold when they are read."""
    places = track.line.position
    for position, step in enumerate(track.steps):
        conditions = [("when", step.when)]
        if not isinstance(step.enabled, bool):
            conditions.append(("enabled", step.enabled))
        for key, condition in conditions:
            for name in sorted(condition.passes) if condition is not None else ():
                if name in places and track.group(places[name]) >= track.group(position):
                    look.report("passed_later", track.subject(position, key), step=step.label, other=name)


def _after(look: Look, track: Track) -> None:
    """Report an effect that must come after another which is bound nowhere, later, beside it, or only sometimes."""
    bound = {each.effect.id: each for each in track.bound}
    outside = {each.effect.id: each for each in look.main.bound} if track.lane is not None else {}
    for each in track.bound:
        for needed in each.effect.after:
            if needed in bound:
                _follows(look, track, each, bound[needed])
            elif needed in outside:
                _enters(look, track, each, outside[needed])
            else:
                _report(look, track, "after_missing", each, needed, look.case(track, base=each.needs))


def _follows(look: Look, track: Track, effect: Bound, first: Bound) -> None:
    kind: Kind = "arriving" if effect.arriving else "effect"
    ways = not_yet(track, first, kind, effect.position, effect.order)
    if ALWAYS in ways:
        is_beside = first.position != effect.position and track.group(first.position) == track.group(effect.position)
        code = "after_beside" if is_beside else "after_later"
        _report(look, track, code, effect, first.effect.id, look.case(track, base=effect.needs))
        return
    sometimes = look.case(track, failing=[first.needs], base=effect.needs)
    if sometimes is not None:
        when = " and ".join(sorted(first.needs - effect.needs))
        _report(look, track, "after_sometimes", effect, first.effect.id, sometimes, when=when)
        return
    cases = [_case(look, track, way, effect) for way in ways]
    nearest = min((each for each in cases if each is not None), key=lambda each: each.cost, default=None)
    _report(look, track, "after_beside", effect, first.effect.id, nearest)


def _enters(look: Look, track: Track, effect: Bound, first: Bound) -> None:
    """Report an effect of a lane that must come after one of the main line which the lane can be entered before."""
    main = look.main
    for entry in (step for steps in look.entries(track) for step in steps):
        ways = not_yet(main, first, "gate", main.line.position[entry.id], -1)
        base = effect.needs | gate_atoms(entry)
        for opened, _ in ways:
            case = look.board.case(opened=[entry, *(main.steps[each] for each in opened)], base=base)
            _report(look, track, "after_later", effect, first.effect.id, case)
        if not ways and not first.needs <= base:
            case, when = look.board.case(opened=[entry], base=base), " and ".join(sorted(first.needs - base))
            _report(look, track, "after_sometimes", effect, first.effect.id, case, when=when)


def _report(look: Look, track: Track, code: str, effect: Bound, after: str, case: Case | None, **words: Any) -> None:
    """Tell what is wrong with an effect, if there is a case in which it is."""
    if case is not None:
        subject, reach = track.subject_of(effect), (track, effect.position)
        look.report(code, subject, case=case, reach=reach, effect=effect.effect.id, after=after, **words)


def _case(look: Look, track: Track, way: Way, effect: Bound) -> Case | None:
    opened, closed = ([track.steps[each] for each in part] for part in way)
    return look.case(track, opened=opened, closed=closed, base=effect.needs)


def _stages(look: Look) -> None:
    places, last = look.main.line.position, -1
    for stage in look.workflow.stages:
        here = places.get(stage.start, last)
        if here < last:
            look.report("stages_order", look.root("stages", stage.id), stage=stage.id)
        last = max(last, here)


def never(look: Look) -> None:
    """Report conditions that read nothing: a step that is never there, a check that nobody can meet."""
    for track in look.tracks:
        for position, step in enumerate(track.steps):
            if _is_false(step.when):
                look.report("step_never", track.subject(position, "when"), step=step.label)
            for check_ in step.checks:
                case = look.case(track, opened=[step], base=gate_atoms(step)) if _is_false(check_.must) else None
                if case is not None and check_.when is None and not check_.warn:
                    subject = track.subject(position, "checks", check_.id)
                    look.report("gate_never", subject, place=check_.place, step=step.label, case=case,
                                reach=(track, position))  # fmt: skip


def _is_false(condition: Expression | None) -> bool:
    return condition is not None and is_constant(condition) and not condition.evaluate(Env(record={}))
