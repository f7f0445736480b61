"""Move one document to another revision: tried without writing anything, or done, with everything that follows.

What is done goes through the same machinery as any act, so an effect that is owed runs exactly once.
Source: engine M2 to M8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ordinance.acts import Call, Force, Refused, codec, needs, writing
from ordinance.acts.closing import close, is_heard
from ordinance.acts.desk import Desk, Held, RefusedSignal, StoppedByItself, Way
from ordinance.acts.facts import find_out, hidden_paths
from ordinance.acts.holding import typed_state
from ordinance.acts.running import run
from ordinance.changes.change import Change, Choice
from ordinance.changes.returning import KIND, back_to, cause_of, last_events
from ordinance.changes.survey import Flow
from ordinance.problems import Reason, reason
from ordinance.process import EffectCall, LedgerRow, ProcessState, Refusal, Request, Transition, Wants
from ordinance.process.migration import migrate
from ordinance.storage import Work

Record = dict[str, Any]

_CHOICES: Mapping[str, str] = {"move": "move", "hold": "departure", "finish": "end"}
_CONSENT = frozenset({"consent_witness", "consent_final"})
_ROUNDS_MAX = 50
_LEFT_MAX = 20


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a document.

    Attributes:
        before: Its state as it was.
        after: Its state as it is then; the same object if it is not touched.
        effects: What is carried out, in order.
        rows: The rows of the ledger that are new or changed.
        reasons: Why it cannot move; then nothing else counts.
        consents: Effects that take consent, which has not been given.
        is_back: Whether it is put back exactly as it was (engine M9).
        choice: What is chosen for it in the end.
        lone: Whether others of its class may fare differently in detail, so that each must be moved by itself.
        result: The transition, if there is one.
    """

    before: ProcessState
    after: ProcessState
    effects: tuple[EffectCall, ...] = ()
    rows: tuple[LedgerRow, ...] = ()
    reasons: tuple[Reason, ...] = ()
    consents: tuple[str, ...] = ()
    lone: bool = False
    is_back: bool = False
    choice: Choice = "move"
    result: Transition | None = field(default=None, repr=False)

    @property
    def is_touched(self) -> bool:
        """Whether anything about the document changes, beyond the revision it goes by."""
        return bool(self.effects or self.rows) or not alike(self.before, self.after)

    @property
    def to(self) -> tuple[str, ...]:
        """Where the document waits then."""
        return self.after.lane.waits if self.after.lane is not None else self.after.waits


def alike(before: ProcessState, after: ProcessState) -> bool:
    """Return whether two states differ in nothing that anybody could notice."""
    return before is after or replace(after, version=before.version, revision=before.revision) == before


def request_of(change: Change, flow: Flow, call: Call, id: str, supplied: Mapping[str, Any]) -> Request:
    """Return what is asked of the engine for each document of a workflow."""
    facts = {
        "choice": _CHOICES[change.choice(flow.old.id)],
        "consents": frozenset(each.removeprefix(f"{flow.old.id}:") for each in change.consents),
        "supplied": dict(supplied),
        "user": call.actor.user(),
    }
    landing = change.landings.get(flow.old.id)
    cause = cause_of(flow.revision)
    return Request(id, KIND, actor=str(call.actor.id), reason=change.reason, to=landing, cause=cause, facts=facts)


def way_of(flow: Flow) -> Way:
    """Return how requests to move documents of a workflow are worked out."""
    if flow.new is not None:
        return partial(migrate, flow.old)
    return lambda _workflow, document, request, now, calendar: migrate(flow.old, None, document, request, now, calendar)


def as_seen(force: Force, entity: str, supplied: Mapping[str, Any]) -> Record:
    """Return stored values as the engine has them: a reference is a record with its id."""
    fields = force.blueprint.entities[entity].fields if supplied else {}
    return {
        name: {"id": value} if fields[name].to is not None and value is not None else value
        for name, value in supplied.items()
    }


@dataclass(frozen=True, slots=True)
class Trial:
    """Tries what a change would do to documents of one workflow; nothing is written, and actions are not called.

    Attributes:
        work: A unit of work that reads.
        force: The configuration whose tables are there.
        new: The configuration that is proposed.
        flow: The workflow, old and new.
        call: Who asks.
        change: What is to be.
        supplied: Values for what documents may lack, as the engine has them.
    """

    work: Work
    force: Force
    new: Force
    flow: Flow
    call: Call
    change: Change
    supplied: Mapping[str, Any]

    async def fate(self, id: int) -> Fate:
        """Return what would become of a document."""
        desk = Desk.of(self.force, self.work, self.call, {})
        held = await _looked_at(desk, self.flow, id)
        fields = await self._fields(desk, held)
        asked = request_of(self.change, self.flow, self.call, f"{id}", self.supplied)
        more = {"functions": self.new.code.functions, "hidden": hidden_paths(desk, held, fields)}
        asked = replace(asked, facts={**asked.facts, **more})
        wanting: list[str] = []
        while True:
            found = await self._run(desk, held, fields, asked)
            fresh = [str(each.wanted) for each in found.reasons if each.code in _CONSENT and each.wanted not in wanting]
            if not fresh:
                return replace(found, consents=tuple(wanting))
            wanting += fresh
            asked = replace(asked, facts={**asked.facts, "consents": asked.facts["consents"] | set(wanting)})

    async def fate_back(self, id: int) -> Fate:
        """Return what would become of a document if it were put back to before its last event."""
        desk = Desk.of(self.force, self.work, self.call, {})
        held = await _looked_at(desk, self.flow, id)
        event = (await last_events(self.work, [id]))[id]
        asked = request_of(self.change, self.flow, self.call, f"{id}", {})
        result = back_to(event)(self.flow.old, held.document({}), asked, self.call.now, None)
        if isinstance(result, Refusal):
            return Fate(held.state, held.state, reasons=result.reasons)
        assert result.event is not None
        state, rows = result.document.state, result.event.ledger
        return Fate(held.state, state, result.effects, rows, is_back=True, result=result)

    async def _fields(self, desk: Desk, held: Held) -> Record:
        needed = needs.of_workflow(self.flow.old)
        if self.flow.new is not None:
            needed = needs.joined(needed, needs.of_workflow(self.flow.new))
        (loaded,) = await desk.loader.load(held.entity, [{**held.record, "state": held.state}], needed)
        return needs.with_absent(loaded, needed)

    async def _run(self, desk: Desk, held: Held, fields: Record, request: Request) -> Fate:
        way, workflow = way_of(self.flow), self.flow.new or self.flow.old
        calendar, now = self.new.blueprint.company.calendar, self.call.now
        result = way(workflow, held.document(fields), request, now, calendar)
        effects: list[EffectCall] = []
        for _ in range(_ROUNDS_MAX):
            if isinstance(result, Refusal) or not result.more:
                break
            effects += result.effects
            outcomes: dict[tuple[str, int], Mapping[str, Any]] = {
                (each.effect, each.round): {} for each in result.effects if each.verb == "do"
            }
            facts = await _found_out(desk, held, fields, result.wants)
            again = Request(request.id, "continue", actor=request.actor, outcomes=outcomes, facts=facts)
            result = way(workflow, result.document, again, now, calendar)
        if isinstance(result, Refusal):
            return Fate(held.state, held.state, reasons=result.reasons)
        if result.event is None:
            return Fate(held.state, held.state)
        state = result.document.state
        return Fate(held.state, state, (*effects, *result.effects), result.event.ledger, result=result)


async def _looked_at(desk: Desk, flow: Flow, id: int) -> Held:
    """Return a document as `hold` does, but unlocked, and under the workflow it goes by."""
    declared = desk.force.blueprint.entities[flow.old.entity]
    record = (await desk.force.store.get_many(desk.work, declared.id, [id], lines=True))[id]
    ledger = await desk.force.store.ledger(desk.work, id)
    state = typed_state(desk, declared, codec.state_of(record["state"]))
    rows = tuple(codec.ledger_of(row) for row in ledger)
    return Held(declared, flow.old, record, state, rows, dict(record), version=record["version"])


async def _found_out(desk: Desk, held: Held, fields: Mapping[str, Any], wants: Wants) -> Record:
    """Return the facts that the engine wants, as far as they can be told without writing: nobody is given anything."""
    facts = await find_out(desk, held, fields, replace(wants, assign=()))
    return {**facts, "assign": {step: None for step, _ in wants.assign}}


async def moved(
    work: Work, force: Force, flow: Flow, call: Call, change: Change, id: int, supplied: Mapping[str, Any],
    *, is_back: bool = False, is_guarded: bool = True,
) -> Fate:  # fmt: skip
    """Move a document: its effects are carried out, it is written with its event, and whoever listens hears of it.

    Args:
        work: The unit of work.
        force: The configuration that comes into force; its tables are there.
        flow: The document's workflow, old and new.
        call: Who applies the change.
        change: The change.
        id: The document.
        supplied: Values for what it may lack, as stored.
        is_back: Put it back to before its last event instead.
        is_guarded: Whether it is begun again if a step that passes by itself is stopped; else whoever calls sees to it.

    Raises:
        RefusedSignal: it cannot move.
        StoppedByItself: a step was stopped that passes by itself, and the document is not guarded.
    """
    if not is_guarded:
        fate = await _moved(Desk.of(force, work, call, {}), flow, change, id, supplied, is_back=is_back)
        work.locked.clear()
        return fate
    left: dict[int, dict[str, tuple[Reason, ...]]] = {}
    ids: list[int] = []
    while True:
        desk = Desk.of(force, work, call, left, ids)
        try:
            async with work.savepoint():
                fate = await _moved(desk, flow, change, id, supplied, is_back=is_back)
        except StoppedByItself as stopped:
            left.setdefault(stopped.document, {})[stopped.step] = stopped.reasons
            if sum(map(len, left.values())) > _LEFT_MAX:
                raise RefusedSignal(Refused("conflict", stopped.reasons)) from stopped
        else:
            # What was locked stays locked; that it is not remembered keeps long changes from remembering everything.
            work.locked.clear()
            return fate


async def _moved(
    desk: Desk, flow: Flow, change: Change, id: int, supplied: Mapping[str, Any], *, is_back: bool
) -> Fate:
    held = await _held(desk, flow, id)
    before = held.state
    seen = as_seen(desk.force, flow.old.entity, supplied)
    request = request_of(change, flow, desk.call, str(desk.work.new_id(desk.call.now)), seen)
    counted = _Counting(back_to((await last_events(desk.work, [id]))[id]) if is_back else way_of(flow))
    held.former, held.way = flow.old, counted
    try:
        result = await run(desk, held, request, later=True)
    finally:
        held.former = held.way = None
    event = result.event
    if event is None:
        return Fate(before, before)
    heard = any(is_heard(desk.force.blueprint, each.entity or "", each.name) for each in desk.emitted)
    is_lone = bool(counted.effects or result.tells or event.patch or desk.opened or heard)
    effects = tuple(counted.effects)
    fate = Fate(before, held.state, effects, event.ledger, lone=is_lone, is_back=is_back, result=result)
    if not fate.is_touched and not event.patch:
        return fate
    if held.state.hold is not None or flow.new is None:
        held.workflow = flow.old
    await writing.write(desk, held)
    await close(desk)
    return fate


class _Counting:
    """A way that remembers every effect it handed out."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self.effects: list[EffectCall] = []

    def __call__(self, *given: Any) -> Transition | Refusal:
        result = self._way(*given)
        if isinstance(result, Transition):
            self.effects += result.effects
        return result


async def _held(desk: Desk, flow: Flow, id: int) -> Held:
    """Take a document up, locked, to be moved."""
    declared = desk.force.blueprint.entities[flow.old.entity]
    found = await desk.force.store.hold(desk.work, declared.id, id)
    if found is None:
        raise RefusedSignal(Refused("not_found", (reason("not_found"),)))
    record, rows = found
    state = typed_state(desk, declared, codec.state_of(record["state"]))
    ledger = tuple(codec.ledger_of(row) for row in rows)
    workflow = flow.new or flow.old
    held = Held(declared, workflow, record, state, ledger, dict(record), version=record["version"])
    desk.held[declared.id, id] = held
    return held
