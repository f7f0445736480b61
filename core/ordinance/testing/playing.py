"""Play the acts of a scenario, one after the other, as the people of the company do them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordinance import acts
from ordinance.access import ENGINE, Actor
from ordinance.acts import Done, Refused, View
from ordinance.expressions import Span
from ordinance.problems import Text, did_you_mean, reason
from ordinance.process.model import Workflow
from ordinance.testing.doors import Subject
from ordinance.testing.giving import give, name, seen
from ordinance.testing.stage import Stage, StageError, SuspendedError

Outcome = Done | Refused | View | None

_VERBS = ("create", "step", "send_back", "lane", "take", "update", "read", "event")


@dataclass(frozen=True, slots=True)
class Played:
    """What an act came to, and the record it was about."""

    outcome: Outcome
    subject: Subject | None


def verb_of(act: Mapping[str, Any]) -> str | None:
    """Return what somebody does in an act, or None if nobody does anything."""
    return next((each for each in _VERBS if each in act), None)


async def play(stage: Stage, act: Mapping[str, Any]) -> Played:
    """Play one act.

    Raises:
        StageError: the act cannot be understood, or what it needs cannot be put on the stage.
    """
    if "now" in act or "later" in act:
        await _move_clock(stage, act)
        return Played(None, stage.last)
    if "given" in act:
        await give(stage, act)
        return Played(None, stage.last)
    verb = verb_of(act)
    if verb is None:
        raise StageError("这一行没有说做什么", "this line says nothing to do")
    try:
        return await _PLAYS[verb](stage, act)
    except SuspendedError:
        return Played(Refused("not_allowed", (reason("suspended"),)), stage.last)


async def _move_clock(stage: Stage, act: Mapping[str, Any]) -> None:
    """Move the clock and do what has become due on the way."""
    if "now" in act:
        moment = datetime.fromisoformat(act["now"])
        stage.now = moment if moment.tzinfo else moment.replace(tzinfo=stage.house.zone)
    if "later" in act:
        stage.now = Span.parse(act["later"]).add_to(stage.now, stage.house.blueprint.company.calendar)
    while await acts.tick(stage.house, stage.now):
        pass


async def _create(stage: Stage, act: Mapping[str, Any]) -> Played:
    target = act["create"]
    blueprint = stage.house.blueprint
    variants = blueprint.variants(target)
    workflow = blueprint.workflows.get(target) or (variants[0] if variants else None)
    entity = stage.entity(workflow.entity if workflow is not None else target)
    actor = await _actor(stage, act) if "as" in act else ENGINE
    given = act.get("with") or {}
    if workflow is not None:
        values = await stage.filled(entity, workflow.steps[0], given)
    else:
        values = await stage.typed(entity.fields, given)
    if actor.of is not None:
        bound = [each.id for each in entity.fields.values() if each.to == actor.of[0] and each.id not in given]
        values = {name: value for name, value in values.items() if name not in bound}
    outcome = await stage.door(actor, act.get("via")).create(target, values)
    subject = Subject(outcome.entity, outcome.id) if isinstance(outcome, Done) else None
    if subject is not None:
        name(stage, act, subject)
    return _played(stage, actor, outcome, subject or stage.last)


async def _do_step(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = _subject(stage, act)
    _known(stage, act, subject, act["step"], _steps)
    actor, values = await _actor(stage, act), await _values(stage, subject, act)
    outcome = await stage.door(actor, act.get("via")).step(subject, act["step"], values, act.get("reason"))
    return _played(stage, actor, outcome, subject)


async def _send_back(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = _subject(stage, act)
    _known(stage, act, subject, act["send_back"], _steps)
    actor, values = await _actor(stage, act), await _values(stage, subject, act)
    outcome = await stage.door(actor, act.get("via")).step(
        subject, act["send_back"], values, act.get("reason"), decision="send_back", to=act.get("to")
    )
    return _played(stage, actor, outcome, subject)


async def _lane(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = _subject(stage, act)
    _known(stage, act, subject, act["lane"], _lanes)
    actor, values = await _actor(stage, act), await _values(stage, subject, act)
    outcome = await stage.door(actor, act.get("via")).lane(subject, act["lane"], values, act.get("reason"))
    return _played(stage, actor, outcome, subject)


async def _take(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = _subject(stage, act)
    _known(stage, act, subject, act["take"], _steps)
    actor = await _actor(stage, act)
    return _played(stage, actor, await stage.door(actor).take(subject, act["take"]), subject)


async def _update(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = await _record(stage, act, act["update"])
    actor = await _actor(stage, act)
    values = await stage.typed(stage.entity(subject.entity).fields, act.get("with") or {})
    version = (await seen(stage, subject)).version
    outcome = await stage.door(actor, act.get("via")).update(subject, values, version)
    return _played(stage, actor, outcome, subject)


async def _read(stage: Stage, act: Mapping[str, Any]) -> Played:
    subject = await _record(stage, act, act["read"])
    actor = await _actor(stage, act)
    return _played(stage, actor, await stage.door(actor, act.get("via")).read(subject), subject)


async def _event(stage: Stage, act: Mapping[str, Any]) -> Played:
    about = stage.named.get(act["for"]) if "for" in act else stage.last
    values = dict(act.get("with") or {})
    for key, value in values.items():
        if isinstance(value, str) and value in stage.named:
            values[key] = stage.named[value].id
    outcome = await acts.event(
        stage.house, stage.call(), act["event"],
        entity=about.entity if about else None, id=about.id if about else None, values=values,
    )  # fmt: skip
    return Played(outcome, about)


_PLAYS: Mapping[str, Callable[[Stage, Mapping[str, Any]], Awaitable[Played]]] = {
    "create": _create,
    "step": _do_step,
    "send_back": _send_back,
    "lane": _lane,
    "take": _take,
    "update": _update,
    "read": _read,
    "event": _event,
}


def _played(stage: Stage, actor: Actor, outcome: Outcome, subject: Subject | None) -> Played:
    if not isinstance(outcome, Refused):
        stage.acted.update(actor.roles)
    return Played(outcome, subject)


async def _actor(stage: Stage, act: Mapping[str, Any]) -> Actor:
    if "as" not in act:
        raise StageError("没有写谁来做（as）", "it is not said who does it (as)")
    return await stage.actor(act["as"])


async def _values(stage: Stage, subject: Subject, act: Mapping[str, Any]) -> dict[str, Any] | None:
    fields = stage.entity(subject.entity).fields
    return await stage.typed(fields, act["with"]) if act.get("with") else None


async def _record(stage: Stage, act: Mapping[str, Any], entity: str) -> Subject:
    called = act.get("for")
    if called is None:
        return _subject(stage, act)
    subject = stage.named.get(called)
    if subject is not None:
        return subject
    found = await stage.reference(entity, called)
    if not found.isdigit():
        raise StageError(f"没有 {entity} {called}", f"there is no {entity} {called}", did_you_mean(called, stage.named))
    return Subject(entity, int(found))


def _subject(stage: Stage, act: Mapping[str, Any]) -> Subject:
    if "for" not in act:
        if stage.last is None:
            raise StageError("前面还没有提到任何单据", "no document has been spoken of yet")
        return stage.last
    subject = stage.named.get(act["for"])
    if subject is None:
        remedy = did_you_mean(act["for"], stage.named)
        raise StageError(f"前面没有叫“{act['for']}”的单据", f"no document has been called {act['for']}", remedy)
    return subject


def _known(
    stage: Stage, act: Mapping[str, Any], subject: Subject, called: str, names: Callable[[Workflow], Iterable[str]]
) -> None:
    """Tell a misspelt step or lane from one that is refused: a scenario that expects a refusal may name any."""
    every = {each for workflow in stage.house.blueprint.variants(subject.entity) for each in names(workflow)}
    if called not in every and "refused" not in (act.get("expect") or {}):
        remedy = did_you_mean(called, every)
        raise StageError(f"没有环节“{called}”", f"there is no step {called}", remedy)


def _steps(workflow: Workflow) -> Iterable[str]:
    yield from (each.id for each in workflow.steps)
    yield from (each.id for lane in workflow.lanes.values() for each in lane.steps)


def _lanes(workflow: Workflow) -> Iterable[str]:
    yield from workflow.lanes
    yield from _steps(workflow)


def words_of(outcome: Refused) -> Text:
    """Return the reasons of a refusal in one line."""
    return Text(
        "; ".join(f"{each.code} {each.message.zh}" for each in outcome.reasons),
        "; ".join(f"{each.code} {each.message.en}" for each in outcome.reasons),
    )
