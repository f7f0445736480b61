"""What happens by itself: rules of open steps, events, reactions (engine R8, R16, R17, R18).

Each rule is used at most once in an arrival, and a step passes by itself at most once in an act, so this ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ordinance.process.advance import tell
from ordinance.process.due import moment_of
from ordinance.process.effects import settle_effect
from ordinance.process.gates import gate_reasons
from ordinance.process.lanes import enter_by_itself, move
from ordinance.process.model import Reaction, Step, Trigger
from ordinance.process.passing import pass_through
from ordinance.process.requests import DRAFT, SYSTEM, TERMINAL, RefusedError
from ordinance.process.values import overlap
from ordinance.process.work import Work


def run(work: Work) -> None:
    """Go on until the document rests: forward, and whatever then happens by itself."""
    move(work)
    while work.phase not in TERMINAL and work.set_aside is None and _fire_one(work):
        move(work)
    if work.phase == "draft" and any(each.outcome != "n/a" for each in work.main.settled.values()):
        work.phase = "running"


def _fire_one(work: Work) -> bool:
    for id_ in tuple(work.flow.waits):
        step = work.flow.step(id_)
        if step is None:
            continue
        for rule in step.by_itself:
            if _is_ready(work, step, rule):
                _fire(work, step, rule)
                return True
    return False


def _is_ready(work: Work, step: Step, rule: Trigger) -> bool:
    if f"{step.id}/{rule.id}" in work.fired or not _is_stirred(work, step, rule):
        return False
    timed = rule.after is not None or rule.before_due is not None
    if timed and not _time_has_come(work, step, rule):
        return False
    if rule.event is not None and rule.event not in work.heard:
        return False
    moves = rule.passes or rule.lane is not None
    if moves and (
        step.id in work.automatic or (work.flow.manual == step.id and not timed and not _is_news(work, rule))
    ):
        return False
    return rule.when is None or work.holds(rule.when)


def _is_stirred(work: Work, step: Step, rule: Trigger) -> bool:
    """Whether something happened in this act that could make the rule ready."""
    kind = work.request.kind
    if kind in ("poke", "event") or step.id in work.fresh:
        return True
    if rule.when is not None and overlap(rule.when.reads, work.new):
        return True
    reads_clock = rule.when is not None and rule.when.uses_now
    return kind == "tick" and (reads_clock or rule.after is not None or rule.before_due is not None)


def _time_has_come(work: Work, step: Step, rule: Trigger) -> bool:
    # One stage of timers in a tick: a step that opened in this act begins to count now (engine R16).
    if work.request.kind != "tick" or step.id in work.fresh:
        return False
    moment = moment_of(rule, work.arrived.get(step.id), work.due.get(step.id), work.calendar)
    return moment is not None and moment <= work.now


def _is_news(work: Work, rule: Trigger) -> bool:
    return rule.event is not None and work.request.kind == "event" and work.request.event == rule.event


def _fire(work: Work, step: Step, rule: Trigger) -> None:
    work.fired.append(f"{step.id}/{rule.id}")
    tell(work, rule.tells)
    if rule.adds:
        work.added[step.id] = tuple(dict.fromkeys((*work.added.get(step.id, ()), *rule.adds)))
    if rule.passes:
        _attempt(work, step.id, lambda: _pass_by_itself(work, step, rule))
    elif rule.lane is not None:
        lane = work.workflow.lanes[rule.lane]
        _attempt(work, step.id, lambda: enter_by_itself(work, lane, _given(work, rule)))


def _given(work: Work, rule: Trigger | Reaction) -> dict[str, Any]:
    return {name: work.value(expression) for name, expression in rule.values.items()}


def _pass_by_itself(work: Work, step: Step, rule: Trigger) -> None:
    work.write(_given(work, rule))
    reasons = gate_reasons(work, step)
    if reasons:
        raise RefusedError(*reasons)
    timed = rule.after is not None or rule.before_due is not None
    pass_through(work, work.flow, step, "timer" if timed else "auto", SYSTEM)


def _attempt(work: Work, step: str, act: Callable[[], None]) -> None:
    """Try something for the system: if it is refused, all is as before, and a person has to see to it (engine R17)."""
    work.automatic.add(step)
    left = work.request.facts.get("left", {})
    if step in left:
        work.obstacles[step] = tuple(each.code for each in left[step])
        return
    saved = work.copy()
    work.attempt = step
    try:
        act()
        move(work)
    except RefusedError as refused:
        if work.sent > len(saved["effects"]):
            # Its effects were carried out already; only the act can take that back, and then call with `left`.
            raise RefusedError(*refused.reasons, attempt=step) from None
        work.come_back(saved)
        work.obstacles[step] = tuple(each.code for each in refused.reasons)
    work.attempt = None


def hear(work: Work) -> None:
    """Take note of an event: remember it for steps that wait for it, now or later, and react."""
    name = work.request.event or ""
    if name in work.index.events and name not in work.heard:
        work.heard.append(name)
    for reaction in work.workflow.reactions:
        if reaction.event == name and work.holds(reaction.when):
            _react(work, reaction)


def _react(work: Work, reaction: Reaction) -> None:
    place = f"event:{reaction.event}"
    round_ = work.rounds.get(place, 0) + 1
    for effect in reaction.does:
        settle_effect(work, effect, place, round_ if effect.each_round else 0, "event", applies=True)
    if any(effect.each_round for effect in reaction.does):
        work.rounds[place] = round_
    tell(work, reaction.tells)
    if reaction.lane is not None and DRAFT not in work.main.waits:
        lane = work.workflow.lanes[reaction.lane]
        _attempt(work, place, lambda: enter_by_itself(work, lane, _given(work, reaction)))
