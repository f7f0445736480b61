"""Move the rest of a class as its first document was moved: the same difference, written in few statements.

Only what is the same for all of them may be done this way; whatever runs code or depends on a document's own values is
moved one by one. Source: engine.md §6 (plan by class).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from ordinance.acts import Call, Force, codec, writing
from ordinance.acts.desk import Desk, Held
from ordinance.changes.change import Change
from ordinance.changes.moving import Fate, request_of
from ordinance.changes.returning import last_events
from ordinance.changes.survey import Flow
from ordinance.expressions import Expression
from ordinance.process import Document, Event, LedgerRow, ProcessState, Refusal
from ordinance.process.migration import names_of, put_back
from ordinance.process.requests import Before
from ordinance.storage import Again, NewEvent, NewWait, Work
from ordinance.storage.events import Ledger

_PAGE = 2000
_ONE_BY_ONE = frozenset({"revision", "variant", "version", "seq", "pending", "lane", "passed_by"})
"""Parts of a state that are carried over by themselves, or only by moving a document by itself."""

_KEPT_BY = {"votes": "step", "fired": None, "heard": None, "warned": None}
"""Parts of a state that are lists of things; of votes, those of a step."""


def can_follow(force: Force, flow: Flow, fate: Fate) -> bool:
    """Return whether the other documents of a class may simply follow their first."""
    before, after = fate.before, fate.after
    if fate.lone or fate.effects or fate.result is None or fate.result.event is None or fate.result.number_due:
        return False
    if before.lane is not None or after.lane is not None or _is_read_above(force, flow):
        return False
    if fate.is_back:
        return True
    if any(row.state != "waived" or row.inputs or row.outcome or row.seq <= before.seq for row in fate.rows):
        return False
    if before.passed_by != after.passed_by or before.assigned != after.assigned:
        return False
    is_renamed = any(was != now for was, now in steps_now(flow).items())
    if is_renamed and (before.votes or before.fired or before.obstacles):
        return False
    return not any(_is_own(flow, fate, step) for step, due in after.due.items() if before.due.get(step) != due)


def steps_now(flow: Flow) -> Mapping[str, str]:
    """Return what each step that is still there is called now."""
    return names_of(flow.old, flow.new).steps if flow.new is not None else {}


def _is_own(flow: Flow, fate: Fate, id: str) -> bool:
    """Return whether a new due time follows from what only the document itself has: a field, or when it arrived."""
    step = (flow.new or flow.old).step(id)
    has_stood = id in fate.before.arrived and fate.before.arrived[id] == fate.after.arrived.get(id)
    return step is None or isinstance(step.due, Expression) or has_stood


def _is_read_above(force: Force, flow: Flow) -> bool:
    """Return whether a document above these may want to look again when one of them has moved."""
    return any(
        field.back for field in force.blueprint.entities[flow.old.entity].fields.values() if _listens(force, field)
    )


def _listens(force: Force, field: Any) -> bool:
    for workflow in force.blueprint.variants(field.to or ""):
        steps = (*workflow.steps, *(step for lane in workflow.lanes.values() for step in lane.steps))
        rules = [rule.when for step in steps for rule in step.by_itself if rule.when is not None]
        if any(path[0] == field.back for each in rules for path in each.reads):
            return True
    return False


def following(state: ProcessState, before: ProcessState, after: ProcessState, names: Mapping[str, str]) -> ProcessState:
    """Return a state with the same difference made to it as lies between two others of its class.

    Args:
        state: The state of a document.
        before: The state of the document that was moved first, as it was.
        after: The same as it is now.
        names: What steps are called now: what belongs to a step goes with it.
    """
    origins = {now: was for was, now in names.items()}
    shift = state.seq - before.seq
    made: dict[str, Any] = {}
    for each in fields(ProcessState):
        name = each.name
        old, new = getattr(before, name), getattr(after, name)
        if name in _ONE_BY_ONE or old is new or old == new:
            continue
        own = getattr(state, name)
        if isinstance(new, Mapping):
            made[name] = _mapping(own, old, new, shift, origins)
        elif name in _KEPT_BY:
            made[name] = _list(own, old, new, _KEPT_BY[name])
        else:
            made[name] = new
    return replace(state, revision=after.revision, version=state.version + 1, seq=after.seq + shift, **made)


def _mapping(
    own: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any], shift: int, origins: Mapping[str, str]
) -> dict[str, Any]:
    """Return the document's own values where the first one's were only carried over, and the first one's else."""
    made = {key: value for key, value in own.items() if key not in old and key not in new}
    for key, value in new.items():
        was = origins.get(key, key)
        made[key] = own[was] if was in own and old.get(was) == value else _shifted(value, shift)
    return made


def _list(own: Sequence[Any], old: Sequence[Any], new: Sequence[Any], key: str | None) -> tuple[Any, ...]:
    if key is not None:
        gone = {getattr(each, key) for each in old} - {getattr(each, key) for each in new}
        return tuple(each for each in own if getattr(each, key) not in gone)
    gone = set(old) - set(new)
    return (*(each for each in own if each not in gone), *(each for each in new if each not in old))


def _shifted(value: Any, shift: int) -> Any:
    return replace(value, seq=value.seq + shift) if hasattr(value, "seq") else value


@dataclass(frozen=True, slots=True)
class _Done:
    """One document, moved: its state as it was and as it is, its event, the rows of its ledger that are new."""

    id: int
    before: ProcessState
    after: ProcessState
    event: Event
    rows: tuple[LedgerRow, ...]


class Followers:
    """Writes what becomes of the other documents of one class, in pages.

    Args:
        work: The unit of work.
        force: The configuration that comes into force.
        flow: The workflow.
        call: Who applies the change.
        change: The change.
        fate: What became of the document that was moved first.
    """

    def __init__(self, work: Work, force: Force, flow: Flow, call: Call, change: Change, fate: Fate) -> None:
        assert fate.result is not None
        assert fate.result.event is not None
        self._work, self._flow, self._call, self._change, self._fate = work, flow, call, change, fate
        self._event = fate.result.event
        self._names = steps_now(flow)
        self._flight = force.store.flight(flow.old.entity, flow.old.id)
        workflow = flow.old if fate.after.hold is not None or flow.new is None else flow.new
        entity = force.blueprint.entities.get(flow.old.entity)
        assert entity is not None
        self._desk = Desk.of(force, work, call, {})
        self._held = Held(entity, workflow, {}, fate.after, (), {"id": 0})

    async def move(self, ids: Sequence[int], progress: Callable[[int], None]) -> None:
        """Move these documents; `progress` is told how many more are done."""
        for start in range(0, len(ids), _PAGE):
            page = ids[start : start + _PAGE]
            states = {row["id"]: codec.state_of(row["state"]) for row in await self._flight.states(self._work, page)}
            done = await self._back(states) if self._fate.is_back else [self._after(*each) for each in states.items()]
            await self._write(done)
            progress(len(done))

    def _after(self, id: int, state: ProcessState) -> _Done:
        after = following(state, self._fate.before, self._fate.after, self._names)
        shift = state.seq - self._fate.before.seq
        rows = tuple(_shifted(row, shift) for row in self._fate.rows)
        there = {step: state.settled[step] for step in self._event.settled if step in state.settled}
        event = replace(
            self._event, seq=after.seq, version=after.version, request=f"{self._event.request}/{id}",
            settled={step: each and _shifted(each, shift) for step, each in self._event.settled.items()},
            ledger=rows, state=replace(after, settled={}),
            before=Before(replace(state, settled=there)) if self._event.before is not None else None,
        )  # fmt: skip
        return _Done(id, state, after, event, rows)

    async def _back(self, states: Mapping[int, ProcessState]) -> list[_Done]:
        """Return the documents put back, each by its own last event: that is exact, and reads nothing else of them."""
        events = await last_events(self._work, list(states))
        done = []
        for id, state in states.items():
            asked = request_of(self._change, self._flow, self._call, f"{self._event.request}/{id}", {})
            result = put_back(events[id], Document(str(id), state), asked, self._call.now)
            if isinstance(result, Refusal) or result.event is None:
                raise Again(f"document {id} is not as the others of its class")
            done.append(_Done(id, state, result.document.state, result.event, result.event.ledger))
        return done

    async def _write(self, done: Sequence[_Done]) -> None:
        now, by = self._call.now, str(self._call.actor.id)
        states = [
            (each.id, codec.state_text(each.after), each.after.revision, each.after.phase, each.after.ended,
             " ".join(each.after.waits))
            for each in done
        ]  # fmt: skip
        await self._flight.write_states(self._work, states, now, by)
        await self._flight.write_events(self._work, [(each.id, self._told(each.event)) for each in done], now)
        gone = [(each.id, step) for each in done for step in each.before.waits if step not in each.after.waits]
        fresh = [(each.id, wait) for each in done for wait in self._waits(each)]
        await self._flight.write_waits(self._work, gone, fresh, now)
        await self._ledger(done)

    def _told(self, event: Event) -> NewEvent:
        return NewEvent(
            seq=event.seq, name=f"{self._flow.old.id}.{event.step or event.kind}", actor=str(self._call.actor.id),
            revision=event.revision, channel=self._call.channel, request=event.request, step=event.step,
            reason=event.reason or None, body=codec.event_body(event, {}),
        )  # fmt: skip

    def _waits(self, done: _Done) -> list[NewWait]:
        if set(done.after.waits) <= set(done.before.waits):
            return []
        self._held.state = done.after
        return [each for each in writing.waits_of(self._desk, self._held) if each.step not in done.before.waits]

    async def _ledger(self, done: Sequence[_Done]) -> None:
        now = self._call.now
        by_text: dict[str, list[tuple[Any, ...]]] = {}
        for each in done:
            rows = [codec.ledger_row(row) for row in each.rows]
            statement = Ledger.save_statement(each.id, rows, now, lambda: self._work.new_id(now))
            if statement is not None:
                by_text.setdefault(statement.sql, []).append(statement.args)
        for sql, args in by_text.items():
            await self._work.execute_many(sql, args)
