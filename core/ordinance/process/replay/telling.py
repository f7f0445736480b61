"""Tell a document's story again under another workflow: send its requests as they are in the log (engine §7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ordinance.expressions import Calendar
from ordinance.problems import Reason
from ordinance.process.due import next_tick
from ordinance.process.engine import begin, transition
from ordinance.process.model import Lane, LedgerRow, ProcessState, Step, Workflow
from ordinance.process.replay.log import Entry, Log
from ordinance.process.requests import TERMINAL, Document, Key, Refusal, Request, Transition, Wants
from ordinance.process.values import at_path, is_empty, person_in

_RIGHTS = frozenset({"create", "update", "reassign", "skip_queue"})
_ROUNDS_MAX = 200
_TICKS_MAX = 50


class Teller:
    """One document under the proposed workflow, as far as its story has been told.

    Attributes:
        document: The document as it stands now.
        assumed: What was taken for granted so far.
    """

    def __init__(
        self, workflow: Workflow, log: Log, calendar: Calendar, facts: Mapping[str, Any] | None = None
    ) -> None:
        self.workflow, self.log, self.calendar, self.facts = workflow, log, calendar, facts or {}
        self.document = Document(log.id, ProcessState(workflow.revision, workflow.id))
        self.assumed: dict[str, None] = {}
        lanes = tuple(workflow.lanes.values())
        gates: tuple[Step | Lane, ...] = (*workflow.steps, *lanes, *(step for lane in lanes for step in lane.steps))
        self._gates = {each.id: each for each in gates}
        self._may = frozenset(self._gates) | _RIGHTS
        self._outcomes = log.outcomes()
        self._seen: Counter[Key] = Counter()
        self._written: dict[str, Any] = {}

    @property
    def state(self) -> ProcessState:
        """Where the document stands."""
        return self.document.state

    @property
    def waits(self) -> tuple[str, ...]:
        """Where it can be acted on."""
        return self.state.lane.waits if self.state.lane is not None else self.state.waits

    @property
    def has_ended(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.state.phase in TERMINAL

    def begin(self, entry: Entry) -> Refusal | None:
        """Begin it as it was begun; return why that would have been refused."""
        event = entry.event
        kind = "adopt" if event.kind == "adopt" else "create"
        request = self._request(entry, kind=kind, step=self.log.name(event.step or "") or None, input={})
        self.document = replace(self.document, fields=dict(entry.after))
        return self._send(request, event.at, new=True)

    def send(self, entry: Entry, *, at: datetime | None = None) -> Refusal | None:
        """Ask what was asked; return why it would have been refused."""
        event = entry.event
        gate = self._gates.get(self.log.name(event.step or ""))
        self.see(entry.before)
        request = self._request(entry, input=self._input(entry, gate))
        refused = self._send(request, at or event.at)
        if refused is None:
            self.see(entry.after)
        return refused

    def see(self, fields: Mapping[str, Any]) -> None:
        """Take the fields as the log has them; what was written here and not yet there stays."""
        ahead = {name: value for name, value in self._written.items() if is_empty(fields.get(name))}
        self.document = replace(self.document, fields={**fields, **ahead})

    def stand_in(self, step: str, at: datetime) -> tuple[str, ...] | Refusal:
        """Pass a gate that nobody in the log has passed; return the fields somebody would have had to fill in."""
        gate = self._gates[step]
        asks = gate.asks if isinstance(gate, Lane) else (*gate.asks, *gate.needs)
        own = person_in(at_path(self.document.fields, gate.person)) if gate.person is not None else None
        person = own or f"stand-in {step} {len(self.state.votes)}"
        facts = {"hidden": frozenset(asks)}
        request = Request(
            f"{self.log.id}/{step}", "pass", step=step, actor=person, roles=gate.by, may=self._may,
            reason=person, cause="replay", facts=facts,
        )  # fmt: skip
        empty = tuple(dict.fromkeys(".".join(path) for path in asks if is_empty(self.document.fields.get(path[0]))))
        # It is nobody's in particular: whose it is counts for people that are there.
        state = replace(self.state, taken=_less(self.state.taken, step), assigned=_less(self.state.assigned, step))
        self.document = replace(self.document, state=state)
        refused = self._send(request, at)
        return empty if refused is None else refused

    def timers(self, until: datetime) -> Iterator[datetime]:
        """Yield the moment of each timer of the proposal before another moment; between two of them it comes."""
        for _ in range(_TICKS_MAX):
            moment = next_tick(self.workflow, self.state, self.calendar)
            if moment is None or moment >= until:
                return
            yield moment
            before = self.state
            self._send(Request(f"{self.log.id}/tick", "tick", cause="replay"), moment)
            if self.state is before:
                return

    # Requests

    def _request(self, entry: Entry, **more: Any) -> Request:
        event = entry.event
        is_lane = event.kind in ("lane", "cancel", "amend")
        step = self.log.name(event.step) if event.step else None
        asked = {"kind": event.kind, "step": None if is_lane else step, "lane": step if is_lane else None, **more}
        gate = self._gates.get(step or "")
        to = self.log.name(event.to) if event.to and event.kind == "refuse" else event.to
        if event.kind == "refuse" and to is None and isinstance(gate, Step):
            to = self._landing(entry, gate)
        return Request(
            id=event.request,
            actor=event.actor,
            # Events of earlier days do not tell the roles; then whoever did it was allowed to.
            roles=event.roles or (gate.by if gate is not None else ()),
            may=self._may,
            reason=event.reason or "-",
            to=to,
            event=event.event or (event.cause if event.kind == "event" else None),
            on_behalf_of=event.on_behalf_of,
            cause=event.cause,
            facts={"assign": dict(event.state.assigned)},
            **asked,
        )

    def _landing(self, entry: Entry, gate: Step) -> str | None:
        landed = entry.event.state.manual
        return self.log.name(landed) if landed and self.log.name(landed) in gate.back_to else None

    def _input(self, entry: Entry, gate: Step | Lane | None) -> dict[str, Any]:
        event, given = entry.event, entry.given
        if event.kind == "event":
            return dict(event.input)
        if gate is None:
            return given if event.kind == "edit" or event.step == "draft" else {}
        proposed = event.state.lane.proposed if event.kind in ("lane", "amend") and event.state.lane is not None else {}
        forms = (*gate.asks, *gate.offers, *(gate.changes if isinstance(gate, Lane) else ()))
        named = {path[0] for path in forms}
        return {name: value for name, value in {**given, **proposed}.items() if name in named}

    def _send(self, request: Request, at: datetime, *, new: bool = False) -> Refusal | None:
        """Ask, with what the log knows for an answer to everything the engine wants to know."""
        left: dict[str, tuple[Reason, ...]] = {}
        while True:
            answer = self._ask(replace(request, facts={**self.facts, **request.facts, "left": left}), at, new=new)
            if not isinstance(answer, Refusal) or answer.attempt is None or answer.attempt in left:
                break
            left[answer.attempt] = answer.reasons
        if isinstance(answer, Refusal):
            return answer
        self._written.update(answer.event.patch if answer.event is not None else {})
        self.document = answer.document
        return None

    def _ask(self, request: Request, at: datetime, *, new: bool) -> Transition | Refusal:
        # What was seen counts only if the act goes through.
        seen = Counter(self._seen)
        answer = (begin if new else transition)(self.workflow, self.document, request, at, self.calendar)
        for _ in range(_ROUNDS_MAX):
            self._note(answer, seen)
            if isinstance(answer, Refusal) or not answer.more:
                break
            outcomes = {
                (call.effect, call.round): self._outcome((call.effect, call.round), seen)
                for call in answer.effects if call.verb == "do"
            }  # fmt: skip
            again = Request(request.id, "continue", outcomes=outcomes, facts=self._facts(answer.wants))
            answer = transition(self.workflow, answer.document, again, at, self.calendar)
        if isinstance(answer, Transition):
            self._seen = seen
        return answer

    def _note(self, answer: Transition | Refusal, seen: Counter[Key]) -> None:
        if isinstance(answer, Transition):
            for call in answer.effects:
                if call.verb == "do":
                    seen[call.effect, call.round] += 1

    def _outcome(self, key: Key, seen: Counter[Key]) -> Mapping[str, Any]:
        """Return what the log says the effect reported this time, the last time if it was done less often there."""
        known = self._outcomes.get(key)
        if not known:
            self.assumed[key[0]] = None
            return {}
        return known[min(seen[key], len(known)) - 1]

    def _facts(self, wants: Wants) -> dict[str, Any]:
        """Return answers to what the engine wants to know and the log does not say."""
        for each in wants.checks:
            if each.key not in self.log.answered:
                self.assumed[each.key] = None
        return {
            "checks": {each.key: None for each in wants.checks},
            "queue": {step: None for step, _ in wants.queue},
            "assign": {step: None for step, _ in wants.assign},
        }

    def ledger(self) -> dict[int, LedgerRow]:
        """Return the rows of the ledger by number."""
        return {row.seq: row for row in self.document.ledger}


def _less(values: Mapping[str, str], step: str) -> dict[str, str]:
    return {id_: value for id_, value in values.items() if id_ != step}
