"""The working copy of one transition: what changes while it runs, and the way back to frozen values.

It decides nothing about steps; the rules stand in the modules named after them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ordinance.expressions import Calendar, ComputationError, Env, Expression, UnknownValue
from ordinance.problems import Reason, Text, reason
from ordinance.process.index import Index, Line, index_of
from ordinance.process.model import (
    Lane,
    LaneState,
    LedgerRow,
    Path,
    ProcessState,
    Settled,
    Step,
    Tell,
    Vote,
    Workflow,
)
from ordinance.process.requests import SYSTEM, Document, EffectCall, Key, RefusedError, Request
from ordinance.process.values import changed_paths, is_empty, merge

_NOT_PASSED = frozenset({"n/a", "waived"})


@dataclass(slots=True)
class Flow:
    """A line of steps and how far this document is in it; `lane` and `entry` are set inside a lane.

    `manual` is the step that was landed on and so waits for a person (engine R8).
    """

    line: Line
    settled: dict[str, Settled]
    waits: list[str]
    lane: Lane | None = None
    entry: int = 0
    manual: str | None = None

    def copy(self) -> Flow:
        """Return a copy that changes on its own."""
        return replace(self, settled=dict(self.settled), waits=list(self.waits))

    def step(self, id_: str) -> Step | None:
        """Return the step of that id in this flow."""
        position = self.line.position.get(id_)
        return None if position is None else self.line.steps[position]


class Work:
    """One document under change. Attributes mirror `ProcessState`, as things that can be changed."""

    __slots__ = (
        "_env",
        "added",
        "arrived",
        "assigned",
        "attempt",
        "automatic",
        "calendar",
        "document",
        "due",
        "effects",
        "emits",
        "ended",
        "entered_at",
        "entered_by",
        "fields",
        "fired",
        "fresh",
        "heard",
        "hold",
        "index",
        "lenient",
        "live",
        "main",
        "moment",
        "new",
        "now",
        "number_due",
        "obstacles",
        "opens",
        "passed_by",
        "patch",
        "pending",
        "phase",
        "proposed",
        "request",
        "rounds",
        "rows",
        "sent",
        "seq",
        "set_aside",
        "side",
        "start",
        "taken",
        "tells",
        "touched",
        "variant",
        "votes",
        "warned",
        "warnings",
        "workflow",
    )  # fmt: skip

    def __init__(
        self, workflow: Workflow, document: Document, request: Request, now: datetime, calendar: Calendar
    ) -> None:
        state = document.state
        self.workflow, self.document, self.request, self.calendar = workflow, document, request, calendar
        self.index: Index = index_of(workflow)
        self._read_state(state)
        # Engine time never runs backwards (engine R16): a clock that was set back must not shorten a wait.
        self.moment = now
        self.now = max(now, *state.arrived.values()) if state.arrived else now
        self.fields: dict[str, Any] = dict(document.fields)
        self.rows: dict[int, LedgerRow] = {row.seq: row for row in document.ledger}
        self.live: dict[Key, LedgerRow] = {(r.effect, r.round): r for r in document.ledger if r.state != "undone"}
        self.start = state.seq
        self.effects: list[EffectCall] = []
        self.tells: list[Tell] = []
        self.opens: list[str] = []
        self.emits: list[str] = []
        self.warnings: list[Reason] = []
        self.touched: dict[int, LedgerRow] = {}
        self.patch: dict[str, Any] = {}
        self.new: set[Path] = set()
        self.fresh: set[str] = set()
        self.automatic: set[str] = set()
        self.number_due = False
        self.lenient = False
        # How many effects the act has carried out, and the step that is passing by itself at the moment.
        self.sent = 0
        self.attempt: str | None = None
        self.pending: tuple[str, str, str] | None = None
        self._env: Env | None = None

    def _read_state(self, state: ProcessState) -> None:
        self.main = Flow(self.index.main, dict(state.settled), list(state.waits), manual=state.manual)
        self.phase, self.seq, self.hold = state.phase, state.seq, state.hold
        self.variant, self.ended, self.set_aside = state.variant, state.ended, state.set_aside
        self.arrived, self.due = dict(state.arrived), dict(state.due)
        self.votes: list[Vote] = list(state.votes)
        self.rounds, self.taken, self.assigned = dict(state.rounds), dict(state.taken), dict(state.assigned)
        self.added, self.fired, self.heard = dict(state.added), list(state.fired), list(state.heard)
        self.warned, self.passed_by, self.obstacles = list(state.warned), dict(state.passed_by), dict(state.obstacles)
        self.side: Flow | None = None
        self.proposed: dict[str, Any] = {}
        self.entered_by, self.entered_at = "", None
        if state.lane is not None:
            self._read_lane(state.lane)

    def _read_lane(self, state: LaneState) -> None:
        line, lane = self.index.lanes[state.id], self.workflow.lanes[state.id]
        self.side = Flow(line, dict(state.settled), list(state.waits), lane, state.entry, state.manual)
        self.proposed = dict(state.proposed)
        self.entered_by, self.entered_at = state.entered_by, state.entered_at

    entered_at: datetime | None
    ended: str | None

    @property
    def flow(self) -> Flow:
        """The flow that moves now: the lane if the document is in one."""
        return self.side or self.main

    def next_seq(self) -> int:
        """Return the next number in the order of settlements and ledger rows."""
        self.seq += 1
        return self.seq

    # Reading

    @property
    def env(self) -> Env:
        """What expressions see now."""
        if self._env is None:
            facts = self.request.facts
            self._env = Env(
                record=self.fields,
                parent=None,
                user=facts.get("user") or {"id": self.request.actor, "roles": self.request.roles},
                new=self.proposed if self.side is not None else None,
                event=self.request.input if self.request.kind == "event" else None,
                now=self.now,
                zone=self.calendar.zone,
                calendar=self.calendar,
                passed=self._passed(),
                warned=frozenset(self.warned),
                functions=facts.get("functions") or {},
            )
        return self._env

    def _passed(self) -> dict[str, tuple[datetime, str]]:
        settled = {**self.main.settled, **self.side.settled} if self.side else self.main.settled
        return {step: (each.at, each.by) for step, each in settled.items() if each.outcome not in _NOT_PASSED}

    def forget_env(self) -> None:
        """Make the next expression look at the document again."""
        self._env = None

    def value(self, expression: Expression) -> Any:
        """Return what the expression says of the document now.

        Raises:
            RefusedError: it needs a value that has not been given.
        """
        try:
            return expression.evaluate(self.env)
        except UnknownValue as unknown:
            raise RefusedError(self._unknown(tuple(unknown.path))) from None
        except ComputationError as fault:
            raise RefusedError(fault.reason) from None

    def decides(self, expression: Expression) -> bool:
        """Return what a condition of the process says; one that is neither true nor false stops (language §2 `when`).

        Raises:
            RefusedError: the condition cannot be decided, with the fields that are empty.
        """
        value = self.value(expression)
        if value is None:
            paths = sorted(path for path in expression.reads if is_empty(self.fields.get(path[0])))
            raise RefusedError(*map(self._unknown, paths or sorted(expression.reads) or [()]))
        return bool(value)

    def holds(self, expression: Expression | None) -> bool:
        """Return whether the condition is true; unknown counts as not."""
        try:
            return expression is None or bool(expression.evaluate(self.env))
        except (UnknownValue, ComputationError):
            return False

    def may_hold(self, expression: Expression) -> bool:
        """Return whether the condition is true or cannot be told."""
        try:
            return bool(expression.evaluate(self.env))
        except (UnknownValue, ComputationError):
            return True

    def _unknown(self, path: Path) -> Reason:
        return reason("unknown_value", "/" + "/".join(path), field=self.label(path))

    def label(self, path: Path) -> Text:
        """Return the words for a field."""
        dotted = ".".join(path)
        return self.workflow.labels.get(dotted) or Text.of(dotted)

    def name(self, step: str) -> Text:
        """Return the words for a step of the main flow or of the lane."""
        found = self.flow.step(step) or self.main.step(step)
        return found.label if found is not None and found.label else Text.of(step)

    # Writing

    def write(self, patch: Mapping[str, Any]) -> set[Path]:
        """Put values into the document and return what changed."""
        changed = changed_paths(self.fields, patch)
        if changed:
            self.fields = merge(self.fields, patch)
            self.patch.update({name: self.fields[name] for name in {path[0] for path in changed}})
            self.new |= changed
            self._env = None
        return changed

    def put_row(self, row: LedgerRow) -> LedgerRow:
        """Put a row into the ledger, new or in place of what it was."""
        self.rows[row.seq] = self.touched[row.seq] = row
        if row.state == "undone":
            self.live.pop((row.effect, row.round), None)
        else:
            self.live[row.effect, row.round] = row
        return row

    def forget_step(self, step: str) -> None:
        """Drop everything that belongs to one arrival at a step."""
        for memory in (self.arrived, self.due, self.taken, self.assigned, self.added, self.obstacles):
            memory.pop(step, None)
        if self.votes:
            self.votes = [vote for vote in self.votes if vote.step != step]
        if self.fired:
            self.fired = [each for each in self.fired if not each.startswith(f"{step}/")]
        self.fresh.discard(step)

    # Copies

    def copy(self) -> dict[str, Any]:
        """Return what is needed to come back to this point."""
        saved: dict[str, Any] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            saved[name] = value.copy() if isinstance(value, (dict, list, set, Flow)) else value
        return saved

    def come_back(self, saved: Mapping[str, Any]) -> None:
        """Forget everything since the copy was made."""
        for name, value in saved.items():
            setattr(self, name, value)
        self._env = None

    # Results

    def state(self, settled: Mapping[str, Settled]) -> ProcessState:
        """Return the state as it is now, frozen, with these settlements."""
        before = self.document.state
        return ProcessState(
            revision=self.workflow.revision,
            variant=self.variant,
            phase=self.phase,
            version=before.version + 1,
            seq=self.seq,
            settled=settled,
            waits=tuple(self.main.waits),
            arrived=self.arrived,
            due=self.due,
            votes=tuple(self.votes),
            rounds=self.rounds,
            manual=self.main.manual,
            hold=self.hold,
            set_aside=self.set_aside,
            pending=self.pending,
            lane=self._lane_state(),
            taken=self.taken,
            assigned=self.assigned,
            added=self.added,
            fired=tuple(self.fired),
            heard=tuple(self.heard),
            warned=tuple(self.warned),
            passed_by=self.passed_by,
            obstacles=self.obstacles,
            ended=self.ended,
        )

    def _lane_state(self) -> LaneState | None:
        side = self.side
        if side is None or side.lane is None:
            return None
        return LaneState(
            id=side.lane.id,
            entry=side.entry,
            settled=side.settled,
            waits=tuple(side.waits),
            proposed=self.proposed,
            manual=side.manual,
            entered_by=self.entered_by,
            entered_at=self.entered_at,
        )

    def actor(self) -> str:
        """Return who is behind what happens now."""
        return self.request.actor or SYSTEM
