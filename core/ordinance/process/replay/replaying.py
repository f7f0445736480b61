"""Replay one document against a proposed workflow, and see where it goes otherwise (engine §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ordinance.expressions import Calendar
from ordinance.process.model import LedgerRow, ProcessState, Workflow
from ordinance.process.replay.log import Entry, Log, done
from ordinance.process.replay.result import Added, Divergence, Mode, Replayed, Stop
from ordinance.process.replay.telling import Teller
from ordinance.process.requests import DRAFT, TERMINAL, Refusal

_AT_STEPS = frozenset({"pass", "close"})
_LANES = frozenset({"lane", "cancel", "amend"})
_PASSING = frozenset({"take", "reassign", "set_aside", "resume", "edit", "tick", "poke", "event"})
_STAND_INS_MAX = 100


def replay(
    workflow: Workflow, log: Log, mode: Mode, calendar: Calendar, facts: Mapping[str, Any] | None = None
) -> Replayed:
    """Return how a document would have fared under a proposed workflow.

    Args:
        workflow: The proposed workflow.
        log: What happened to the document.
        mode: `strict`: a gate nobody in the log passed stops the document. `lenient`: somebody passes it at the moment
            when the next one in the log comes.
        calendar: The company's working time, for timers.
        facts: What expressions need besides (`functions`, `user`), as in a request.

    Source: engine.md §7.
    """
    return _Replay(workflow, log, mode, Teller(workflow, log, calendar, facts)).run()


class _StoppedError(Exception):
    def __init__(self, step: str, at: datetime, refusal: Refusal | None = None) -> None:
        self.step, self.at, self.reasons = step, at, refusal.reasons if refusal is not None else ()
        super().__init__(step)


class _Replay:
    def __init__(self, workflow: Workflow, log: Log, mode: Mode, teller: Teller) -> None:
        self.workflow, self.log, self.mode, self.teller = workflow, log, mode, teller
        self.position = {step.id: at for at, step in enumerate(workflow.steps)}
        self.states = list(log.states())
        self.saved: list[str] = []
        self.added: list[Added] = []
        self.gained = timedelta(0)
        self.early: dict[str, Entry] = {}
        self.index = 0

    def run(self) -> Replayed:
        divergence: Divergence | None = None
        stop: Stop | None = None
        rows: dict[int, LedgerRow] = {}
        for index, entry in enumerate(self.log.entries):
            self.index = index
            self._wait_until(entry.event.at)
            try:
                self._tell(entry)
                self._catch_up(entry.event.at)
            except _StoppedError as stopped:
                stop = Stop(self.index, stopped.at, stopped.step, stopped.reasons)
            rows.update((row.seq, row) for row in entry.event.ledger)
            if divergence is None and (stop is not None or not self._is_as_it_was(rows)):
                divergence = self._divergence(entry)
            if stop is not None:
                break
        return Replayed(
            self.log.id, self.log.number, divergence, stop, tuple(self.saved), tuple(self.added), self.gained,
            tuple(self.teller.assumed), _place(self.teller.state),
        )  # fmt: skip

    def _wait_until(self, moment: datetime) -> None:
        """Let the time pass until the next event: timers come, and what is waited for no more is time gained."""
        if not self.index:
            return
        since = self.log.entries[self.index - 1].event.at
        for timer in self.teller.timers(moment):
            self._gain(since, timer)
            since = max(since, timer)
        self._gain(since, moment)

    def _gain(self, since: datetime, until: datetime) -> None:
        if self._is_ahead(self.states[self.index - 1]):
            self.gained += max(timedelta(0), until - since)

    def _is_ahead(self, was: ProcessState) -> bool:
        """Return whether it waited only where it does not under the proposal, and waits nowhere behind that."""
        if was.phase in TERMINAL or was.lane is not None or not was.waits or was.set_aside is not None:
            return False
        now = self.teller.state
        passed = all(step in now.settled or step not in self.position for step in was.waits if step != DRAFT)
        return passed and DRAFT not in was.waits and not any(step in was.settled or step == DRAFT for step in now.waits)

    # One event

    def _tell(self, entry: Entry) -> None:
        kind, teller = entry.event.kind, self.teller
        if not self.index:
            refused = teller.begin(entry)
            if refused is not None:
                raise _StoppedError(DRAFT, entry.event.at, refused)
        elif teller.has_ended:
            self._save(entry)
        elif kind in _AT_STEPS or kind == "refuse":
            self._at_step(entry, self._step(entry))
        elif kind in _LANES:
            self._lane(entry)
        elif kind in _PASSING:
            # What could not be done now was of no consequence then, or is one of the log's own kind.
            teller.send(entry)
            teller.see(entry.after)
        else:
            # A migration was nobody's request.
            teller.see(entry.after)

    def _step(self, entry: Entry) -> str:
        """Return the step an act was at; where only one waited it need not say so."""
        waited = self.states[self.index - 1].waits if self.index else ()
        return self.log.name(entry.event.step or "") or next(iter(waited), DRAFT)

    def _at_step(self, entry: Entry, step: str) -> None:
        teller = self.teller
        if step not in teller.waits:
            if self._is_behind(step):
                self._save(entry)
                return
            if not self._is_open_after_gates(entry, step):
                self.early[step] = entry
                teller.see(entry.after)
                return
        self._send(entry, step, entry.event.at)

    def _is_behind(self, step: str) -> bool:
        """Return whether nobody has to do the step under the proposal: it is not there, or settled without a person."""
        if step == DRAFT:
            return DRAFT not in self.teller.waits
        return step not in self.position or step in self.teller.state.settled

    def _is_open_after_gates(self, entry: Entry, step: str) -> bool:
        """Pass, or stop at, the gates before a step that nobody in the log passes; False if one is passed later on."""
        for _ in range(_STAND_INS_MAX):
            if step in self.teller.waits or self.teller.has_ended or self._is_behind(step):
                break
            open_now = [each for each in self.teller.waits if each not in self._still_to_come()]
            if not open_now:
                return False
            self._nobody(open_now[0], entry)
        return step in self.teller.waits

    def _still_to_come(self) -> set[str]:
        later = self.log.entries[self.index + 1 :]
        return {self.log.name(each.event.step or "") for each in later if each.event.kind in _AT_STEPS}

    def _nobody(self, gate: str, entry: Entry) -> None:
        """Deal with a gate that nobody in the log has passed.

        Raises:
            _StoppedError: the mode is strict, or not even a stand-in may pass.
        """
        at = entry.event.at
        if self.mode == "strict" or gate == DRAFT:
            raise _StoppedError(gate, at)
        self.teller.see(entry.before)
        asks = self.teller.stand_in(gate, at)
        if isinstance(asks, Refusal):
            raise _StoppedError(gate, at, asks)
        self.added.append(Added(gate, at, asks))

    def _send(self, entry: Entry, step: str, at: datetime) -> None:
        refused = self.teller.send(entry, at=at)
        if refused is None:
            return
        if self.mode == "strict" or entry.event.kind == "refuse":
            raise _StoppedError(step, at, refused)
        asks = self.teller.stand_in(step, at) if step in self.teller.waits else refused
        if isinstance(asks, Refusal):
            raise _StoppedError(step, at, refused)
        self.added.append(Added(step, at, asks))
        self.teller.see(entry.after)

    def _lane(self, entry: Entry) -> None:
        lane = self.log.name(entry.event.step or "")
        if lane not in self.workflow.lanes:
            self.teller.see(entry.after)
            return
        refused = self.teller.send(entry)
        if refused is not None:
            raise _StoppedError(lane, entry.event.at, refused)

    def _save(self, entry: Entry) -> None:
        """Nobody need have done this; what was filled in with it is there all the same."""
        self.teller.see(entry.after)
        if entry.event.kind in _AT_STEPS and self._step(entry) != DRAFT:
            self.saved.append(self._step(entry))

    def _catch_up(self, at: datetime) -> None:
        """Send what came before its gate was open, now that it is."""
        while True:
            step = next((each for each in self.early if each in self.teller.waits), None)
            if step is None:
                return
            self._send(self.early.pop(step), step, at)

    # Comparing

    def _is_as_it_was(self, rows: dict[int, LedgerRow]) -> bool:
        was, now = self.states[self.index], self.teller.state
        if (was.phase, set(was.settled), set(was.waits)) != (now.phase, set(now.settled), set(now.waits)):
            return False
        lanes = tuple(each.lane and (each.lane.id, set(each.lane.waits)) for each in (was, now))
        return lanes[0] == lanes[1] and done(rows) == done(self.teller.ledger())

    def _divergence(self, entry: Entry) -> Divergence:
        event = entry.event
        was, now = self.states[self.index], self.teller.state
        return Divergence(self.index, event.seq, event.kind, event.step, event.at, _place(was), _place(now))


def _place(state: ProcessState) -> tuple[str, ...]:
    """Return where a document waits, or how it ended."""
    if state.phase in TERMINAL:
        return (state.ended or state.phase,)
    return state.lane.waits if state.lane is not None else state.waits
