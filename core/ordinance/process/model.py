"""What a compiled workflow is, and the values the engine passes around: frozen, plain, free of any library.

The blueprint room builds `Workflow` values from YAML; the engine room reads them; nobody changes them.
Source: language.md §2 and §3, engine.md §2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ordinance.expressions import Expression, Span
from ordinance.problems import Place, Text

Path = tuple[str, ...]
"""A field seen from the document: ("address",), ("lines", "price"), ("customer", "credit_limit")."""

Undo = str
"""How an effect is taken back: an action id, or `keep`, `forget`, `never`."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One binding of an action to a step; `id` is the action's id unless the binding says `as`.

    `inputs` maps an input name to the expression that gives it (already defaulted to the field of the same name);
    `needs` are the input names that may not be empty; `writes` are the document's fields the action fills.
    """

    id: str
    action: str
    undo: Undo
    inputs: Mapping[str, Expression] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    writes: tuple[Path, ...] = ()
    after: tuple[str, ...] = ()
    when: Expression | None = None
    each_round: bool = False
    witness: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Somebody to be told: a role, everyone, or the person or partner in a field; `message` may name a message."""

    kind: Literal["role", "field", "everyone"]
    target: str
    message: str = ""
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What may refuse: a department's check by `name`, or the company's own `must` with the words to `say`.

    One whose `when` is false is not looked at.
    """

    id: str
    name: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    must: Expression | None = None
    say: Text | None = None
    warn: bool = False
    when: Expression | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """One rule of `by_itself`: all the given triggers must hold; at most once in each arrival."""

    id: str
    when: Expression | None = None
    after: Span | None = None
    before_due: Span | None = None
    event: str | None = None
    passes: bool = False
    lane: str | None = None
    tells: tuple[Tell, ...] = ()
    adds: tuple[str, ...] = ()
    values: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queue:
    """The order in which waiting documents may be taken; a path with `True` is descending."""

    order: tuple[tuple[Path, bool], ...]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Assign:
    """Who gets a document on arrival: the person in a field, or the best match among those who may."""

    to: Path | None = None
    match: tuple[str, ...] = ()
    prefer: str | None = None
    pick: str = "least_loaded"


@dataclass(frozen=True, slots=True)
class Step:
    """A gate and its consequences; every key of language.md §2, compiled.

    `by` is the whole list of roles if the step names them; when it is empty and `person` is None, whoever's grants name
    the step may do it. `enabled` is True, False or an expression; `locked` says `enabled: always`.
    """

    id: str
    label: Text
    waiting: Text
    taken: Text
    help: Text | None = None
    basis: Text | None = None
    by: tuple[str, ...] = ()
    person: Path | None = None
    when: Expression | None = None
    enabled: bool | Expression = True
    locked: bool = False
    assume: bool = False
    together: str | None = None
    asks: tuple[Path, ...] = ()
    offers: tuple[Path, ...] = ()
    needs: tuple[Path, ...] = ()
    checks: tuple[Check, ...] = ()
    arriving_does: tuple[Effect, ...] = ()
    arriving_tells: tuple[Tell, ...] = ()
    does: tuple[Effect, ...] = ()
    tells: tuple[Tell, ...] = ()
    count: int = 1
    differs_from: tuple[str, ...] = ()
    opinion: Literal["always", "on_refusal", "never"] = "on_refusal"
    back_to: tuple[str, ...] = ()
    due: Span | Expression | None = None
    by_itself: tuple[Trigger, ...] = ()
    until: Expression | None = None
    queue: Queue | None = None
    assign: Assign | None = None
    ends: str | None = None
    was: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A side flow: while a document is in it the main flow stands still (language.md §3).

    `at` lists the main steps at which it may be entered; `before` the step that must not have been passed yet; both
    empty means at any gate. `ends` gives the outcome; without it `back_to` (or where the document stood) is the return.
    """

    id: str
    label: Text
    by: tuple[str, ...] = ()
    person: Path | None = None
    when: Expression | None = None
    at: tuple[str, ...] = ()
    before: str | None = None
    asks: tuple[Path, ...] = ()
    offers: tuple[Path, ...] = ()
    changes: tuple[Path, ...] = ()
    checks: tuple[Check, ...] = ()
    does: tuple[Effect, ...] = ()
    tells: tuple[Tell, ...] = ()
    opinion: Literal["always", "on_refusal", "never"] = "never"
    steps: tuple[Step, ...] = ()
    back_to: str | None = None
    ends: str | None = None
    basis: Text | None = None
    was: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Numbering:
    """A business number taken once, at a step, even when that step is off (language.md §3 `number`)."""

    at: str
    pattern: str | None = None
    source: Path | None = None
    gapless: bool = False
    unique_within: Path | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """One way a document may start: by a person via channels, by an event, or by the calendar."""

    via: tuple[str, ...] = ()
    source: Path | None = None
    when: Expression | None = None
    copy: tuple[str, ...] = ()
    draft: bool = True
    events: tuple[str, ...] = ()
    every: Span | None = None
    each: str | None = None
    values: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a customer sees and reports group by, from a step on; `counts` False is a request, not yet an order."""

    id: str
    start: str
    label: Text
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a workflow does, in the same transaction, when an event happens (language.md §3 `events`)."""

    event: str
    when: Expression | None = None
    does: tuple[Effect, ...] = ()
    tells: tuple[Tell, ...] = ()
    lane: str | None = None
    values: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Switch:
    """A tie between toggles: `kind` is if_then or not_both, over two or more step ids."""

    id: str
    kind: Literal["if_then", "not_both"]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Workflow:
    """One compiled process. `entity` is the kind of record it moves; `when` decides which new documents take it.

    `labels` gives the words for a field (dotted path), for refusals. `memo` keeps what is computed from the workflow
    alone (its index), so that nothing outside the value has to remember it.
    """

    id: str
    entity: str
    label: Text
    revision: str
    steps: tuple[Step, ...]
    lanes: Mapping[str, Lane] = field(default_factory=dict)
    when: Expression | None = None
    number: Numbering | None = None
    openings: tuple[Opening, ...] = ()
    stages: tuple[Stage, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    switches: tuple[Switch, ...] = ()
    ends: Mapping[str, Text] = field(default_factory=dict)
    department: str = ""
    labels: Mapping[str, Text] = field(default_factory=dict)
    place: Place | None = None
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def step(self, id_: str) -> Step | None:
        """Return the main step of that id, or None."""
        return next((each for each in self.steps if each.id == id_), None)


@dataclass(frozen=True, slots=True)
class Settled:
    """How a gate was passed: by whom, when, under which revision; `round` counts passes of a repeating step."""

    outcome: Literal["passed", "auto", "timer", "short", "off", "n/a", "waived", "adopted"]
    by: str
    at: datetime
    revision: str
    seq: int


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's pass of a step that wants several; void once the content hash no longer matches."""

    step: str
    actor: str
    roles: tuple[str, ...]
    decision: str
    content: str


@dataclass(frozen=True, slots=True)
class LaneState:
    """The lane a document is in: its own settled steps and waits, and the values proposed for `changes`.

    `entry` counts how often the document has been in this lane; it is the round of the lane's effects.
    """

    id: str
    entry: int = 1
    settled: Mapping[str, Settled] = field(default_factory=dict)
    waits: tuple[str, ...] = ()
    proposed: Mapping[str, Any] = field(default_factory=dict)
    manual: str | None = None
    entered_by: str = ""
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProcessState:
    """Where a document stands. Stored as JSON; every field is plain (engine.md §2 and the additions at its top).

    `seq` counts settlements and ledger rows and orders them; `version` counts acts. `waits` is the main flow's, also
    while it stands still for a lane. `obstacles` says, per step, why it did not pass by itself (codes of reasons).
    `rounds` counts the rounds of a repeating step; 0 says that those it had were taken back, so it is asked again.
    `pending` is set only inside one act: step, outcome and person of the settlement that waits for outcomes or facts.
    """

    revision: str
    variant: str
    phase: Literal["draft", "running", "complete", "cancelled"] = "draft"
    version: int = 0
    seq: int = 0
    settled: Mapping[str, Settled] = field(default_factory=dict)
    waits: tuple[str, ...] = ()
    arrived: Mapping[str, datetime] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)
    votes: tuple[Vote, ...] = ()
    rounds: Mapping[str, int] = field(default_factory=dict)
    manual: str | None = None
    hold: Literal["departure", "end"] | None = None
    set_aside: tuple[datetime, str] | None = None
    pending: tuple[str, str, str] | None = None
    lane: LaneState | None = None
    taken: Mapping[str, str] = field(default_factory=dict)
    assigned: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fired: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    passed_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    obstacles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One effect remembered: unique per (document, effect, round) while done or waived.

    `round` is 0 for an effect that runs once, else the round or the lane's entry. `why` says why it was waived: `when`
    (looked at again whenever the step settles), `adopted` or `revision` (for good, until it is sent back).
    """

    seq: int
    effect: str
    round: int
    state: Literal["done", "waived", "undone"]
    step: str
    revision: str
    inputs_hash: str
    undo: Undo
    action: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    why: Literal["", "when", "adopted", "revision"] = ""
