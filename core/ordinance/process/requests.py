"""What goes into the engine and what comes out: document, request, transition, refusal, event.

All are values. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from ordinance.problems import Reason, Text
from ordinance.process.model import Assign, Check, LedgerRow, Path, ProcessState, Queue, Settled, Tell

Kind = Literal[
    "create",
    "adopt",
    "pass",
    "refuse",
    "lane",
    "cancel",
    "amend",
    "take",
    "reassign",
    "edit",
    "close",
    "set_aside",
    "resume",
    "event",
    "poke",
    "tick",
    "migrate",
    "continue",
]
Key = tuple[str, int]
"""Effect id and round."""

SYSTEM = "system"
"""The actor of what happens by itself."""

DRAFT = "draft"
"""The place before the first step, where a document lands when no gate is left to land on."""

TERMINAL = frozenset({"complete", "cancelled"})


@dataclass(frozen=True, slots=True)
class Request:
    """One thing somebody, or time, or another document, asks of a document.

    `may` are the step and lane ids the actor's grants name, and the plain rights `update`, `skip_queue`, `reassign`,
    `create`. `input` holds typed values by field (lines whole); for an event, what the event carries. `expects` is the
    version the person saw. `facts` is what the act read under its locks:

    - `checks`: {"step.check": Reason or None}, one for each department check that `wants` names
    - `queue`: {step: number of the document that is ahead, or None}
    - `assign`: {step: person or None}
    - `left`: {step: reasons}: do not let these pass by themselves (again) in this act
    - `refusals`: {step or lane: reasons} that only the act can know (duties)
    - `hidden`: paths that are not on the form now and so cannot be asked for
    - `user`, `functions`, `names`: for expressions and words
    """

    id: str
    kind: Kind
    step: str | None = None
    actor: str = SYSTEM
    roles: tuple[str, ...] = ()
    may: frozenset[str] = frozenset()
    input: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    to: str | None = None
    lane: str | None = None
    expects: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    event: str | None = None
    on_behalf_of: str | None = None
    cause: str = ""
    outcomes: Mapping[Key, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """What a transition that stopped half-way needs to go on: it is run again, with what has become known since.

    `reports` are the effects whose outcome is due, `effects` counts those handed out, `wants` is what was asked last.
    """

    document: Document
    request: Request
    now: datetime
    reports: tuple[Key, ...] = ()
    effects: int = 0
    wants: Wants | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the engine sees it. `fields` holds every name that the workflow's expressions use.

    `pending` is set only between a transition with `more` and its `continue`; it is not stored.
    """

    id: str
    state: ProcessState
    ledger: tuple[LedgerRow, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class EffectCall:
    """One thing for the act to carry out, in this order.

    `action` is the action to call, for an undo the action that takes it back. `inputs` are typed for a do and as
    recorded (plain) for an undo, which also gets the `outcome` its do had. `settles` says how the step was settled, so
    that a refusal can say "the step is off, so its action runs here". `writes` tells what the outcome must report.
    """

    verb: Literal["do", "undo"]
    effect: str
    action: str
    round: int
    inputs: Mapping[str, Any]
    step: str
    settles: str
    writes: tuple[Path, ...] = ()
    outcome: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WantedCheck:
    """A department's check the act must evaluate; the answer goes into `facts["checks"][key]`."""

    key: str
    step: str
    check: Check


@dataclass(frozen=True, slots=True)
class Wants:
    """What the act must find out, under its locks, before the engine can decide."""

    checks: tuple[WantedCheck, ...] = ()
    queue: tuple[tuple[str, Queue], ...] = ()
    assign: tuple[tuple[str, Assign], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.checks or self.queue or self.assign)


@dataclass(frozen=True, slots=True)
class Before:
    """A document as a migration found it: its state with the settlements that changed alone, the rows that changed."""

    state: ProcessState
    ledger: tuple[LedgerRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One act on one document, enough to fold the state without running anything.

    `settled` gives the new entry of each step that changed, None where it was taken away. `ledger` holds new and
    changed rows. `state` is the rest of the state after the act; its `settled` is empty here. `before` tells, of a
    migration alone, what was there, so that it can be put back (engine M9). `roles`, `to`, `event` and what an event
    brought are there so that the request can be sent again (engine §7).
    """

    seq: int
    version: int
    request: str
    kind: Kind
    step: str | None
    actor: str
    on_behalf_of: str | None
    revision: str
    cause: str
    reason: str
    at: datetime
    settled: Mapping[str, Settled | None]
    ledger: tuple[LedgerRow, ...]
    patch: Mapping[str, Any]
    outcomes: tuple[tuple[str, int, Mapping[str, Any]], ...]
    state: ProcessState
    before: Before | None = None
    roles: tuple[str, ...] = ()
    to: str | None = None
    event: str | None = None
    input: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transition:
    """What an act does to a document.

    With `more`, carry out `effects`, find out `wants`, and call again with `continue`; only the last transition has an
    event, and it covers the whole act. `event` None without `more`: nothing happened, store nothing. `tells`, `opens`
    (steps that began to wait), `emits` (names of events) and `warnings` are the whole act's; `effects` only those not
    handed out before. `attempt` names the step that was passing by itself when the transition stopped.
    """

    document: Document
    effects: tuple[EffectCall, ...] = ()
    event: Event | None = None
    tells: tuple[Tell, ...] = ()
    opens: tuple[str, ...] = ()
    emits: tuple[str, ...] = ()
    number_due: bool = False
    more: bool = False
    wants: Wants = field(default_factory=Wants)
    warnings: tuple[Reason, ...] = ()
    attempt: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An ordinary "no": every reason, and nothing has changed.

    `attempt` names the step that was passing by itself, if it was that which failed after effects had been carried out.
    """

    reasons: tuple[Reason, ...]
    attempt: str | None = None


@dataclass(frozen=True, slots=True)
class Available:
    """One button: what it does, whether this actor may press it now, and all the reasons why not.

    With `skips` it passes over a document that is ahead in the queue, which wants a written reason.
    """

    kind: Literal["step", "send_back", "lane", "take", "close", "set_aside", "resume"]
    id: str
    allowed: bool
    reasons: tuple[Reason, ...] = ()
    to: tuple[str, ...] = ()
    label: Text = field(default_factory=Text)
    skips: bool = False


class RefusedError(Exception):
    """Ends the run of a transition inside this room; outside it is a `Refusal`."""

    def __init__(self, *reasons: Reason, attempt: str | None = None) -> None:
        self.reasons = reasons
        self.attempt = attempt
        super().__init__(*(each.code for each in reasons))


class StoppedError(Exception):
    """Ends the run of a transition that needs outcomes or facts; outside it is a `Transition` with `more`."""

    def __init__(self, wants: Wants | None = None) -> None:
        self.wants = wants or Wants()
        super().__init__()


def resumed(pending: Pending, request: Request) -> Request:
    """Return the request to run again: the first one, with the outcomes and facts that `request` brings."""
    first = pending.request
    outcomes = {**{key: {} for key in pending.reports}, **first.outcomes, **request.outcomes}
    facts = dict(first.facts)
    for name, value in request.facts.items():
        known = facts.get(name)
        both = isinstance(value, Mapping) and isinstance(known, Mapping)
        facts[name] = {**known, **value} if both else value  # type: ignore[dict-item]
    return replace(first, outcomes=outcomes, facts=facts)
