"""One act in progress: the documents it holds, what it tells and emits, and the order in which all that is written.

A desk lives inside one unit of work. Rows are locked when they are taken up; numbers are taken last.
Source: design.md §3 rule 7, engine.md R4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ordinance.acts.house import Call, Force
from ordinance.acts.loading import Loader
from ordinance.acts.needs import Tree
from ordinance.acts.outcomes import Refused, RefusedKind
from ordinance.blueprint import Entity
from ordinance.expressions import Calendar
from ordinance.problems import Reason
from ordinance.process import Document, Event, LedgerRow, ProcessState, Refusal, Request, Transition, Workflow
from ordinance.storage import Work

Record = dict[str, Any]
Way = Callable[[Workflow, Document, Request, datetime, Calendar], Transition | Refusal]
"""How a request is worked out: `transition`, or what moves a document to another revision."""

_EVENTS_MAX = 200


class RefusedSignal(Exception):  # noqa: N818 - not a fault: it carries an ordinary "no" out of the transaction
    """Ends the unit of work and rolls it back; the act returns what it carries."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(refused.kind)


def refuse(kind: RefusedKind, *reasons: Reason) -> RefusedSignal:
    """Return the signal to raise for an ordinary "no".

    A value that could not be read counts as not there, but it is the bad value that is told, not that it is missing.
    """
    wrong = {each.where for each in reasons if each.code not in _NOT_THERE}
    told = (each for each in reasons if each.code not in _NOT_THERE or each.where is None or each.where not in wrong)
    return RefusedSignal(Refused(kind, tuple(told)))


_NOT_THERE = frozenset({"required", "missing"})


class StoppedByItself(Exception):  # noqa: N818 - the act is run again without this automatic pass
    """A step that was passing by itself was refused after effects had run; it is to be left to a person."""

    def __init__(self, document: int, step: str, reasons: tuple[Reason, ...]) -> None:
        self.document, self.step, self.reasons = document, step, reasons
        super().__init__(step)


@dataclass(frozen=True, slots=True)
class Seen:
    """A record with the names nested that were needed of it, and what they were loaded for.

    They are not loaded again for the same record in the same state, unless the loader has forgotten (`Desk.refresh`).
    """

    record: Record
    state: ProcessState
    loader: Loader
    needed: Tree
    fields: Record

    def is_of(self, record: Record, state: ProcessState, loader: Loader, needed: Tree) -> bool:
        """Return whether these very things were loaded."""
        same = self.record is record and self.state is state
        return same and self.loader is loader and self.needed is needed


@dataclass(slots=True)
class Held:
    """A document taken up by an act: its row as it was stored, its workflow, and what the act has made of it so far.

    While the document is moved to another revision, `former` is the workflow it comes from, and `way` works requests
    out instead of `transition`.
    `unwritten` are events that go into the database with the row: a document that is created and passes its first step
    in one act is written once. `beyond` is what its forms changed on records it refers to: by path, old and new.
    `seen` is the record as it was last loaded.
    """

    entity: Entity
    workflow: Workflow
    stored: Record
    state: ProcessState
    ledger: tuple[LedgerRow, ...]
    record: Record
    is_new: bool = False
    version: int = 0
    transition: Transition | None = None
    has_row: bool = True
    has_waits: bool = True
    former: Workflow | None = None
    way: Way | None = None
    seen: Seen | None = None
    unwritten: list[tuple[Request, Event]] = field(default_factory=list)
    beyond: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The document's id."""
        return int(self.record["id"])

    def document(self, fields: Mapping[str, Any]) -> Document:
        """Return the document as the engine sees it, with these loaded fields."""
        return Document(str(self.id), self.state, self.ledger, fields)


@dataclass(frozen=True, slots=True)
class Emitted:
    """Something that happened, to be heard before the act ends."""

    name: str
    entity: str | None
    document: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to be told, once the act is through."""

    entity: str
    document: int
    kind: str
    target: Any
    message: str
    values: Mapping[str, Any]


@dataclass(slots=True)
class Desk:
    """What one act has on its table.

    Attributes:
        force: The configuration in force when the act began.
        work: Its unit of work.
        call: Who asked.
        loader: Loads nested names, and remembers them for the act.
        held: Documents already taken up, so that an event comes back to the same one.
        emitted: What happened and has not been heard yet.
        told: Who is to be told.
        opened: Documents that were opened on the way.
        touched: Records that were written: documents above them may want to look again.
    """

    force: Force
    work: Work
    call: Call
    loader: Loader
    held: dict[tuple[str, int], Held] = field(default_factory=dict)
    emitted: list[Emitted] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    touched: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    left: Mapping[int, Mapping[str, tuple[Reason, ...]]] = field(default_factory=dict)
    heard: int = 0
    ids: list[int] = field(default_factory=list)
    used: int = 0

    @classmethod
    def of(
        cls, force: Force, work: Work, call: Call, left: Mapping[int, Mapping[str, tuple[Reason, ...]]],
        ids: list[int] | None = None,
    ) -> Desk:  # fmt: skip
        """Return an empty desk.

        Args:
            force: The configuration in force.
            work: The unit of work.
            call: Who asks.
            left: The steps, per document, that shall not pass by themselves in this act.
            ids: What new documents were called when this act was tried before; more are added.
        """
        return cls(force, work, call, Loader(force, work, call), left=left, ids=ids if ids is not None else [])

    def new_document(self) -> int:
        """Return the id of a new document: the same one when the act is tried again."""
        if self.used == len(self.ids):
            self.ids.append(self.work.new_id(self.call.now))
        self.used += 1
        return self.ids[self.used - 1]

    def refresh(self) -> None:
        """Forget what was loaded: something was written that it may depend on."""
        self.loader = Loader(self.force, self.work, self.call)

    def emit(self, name: str, entity: str | None, document: int | None, values: Mapping[str, Any]) -> None:
        """Say that something happened.

        Raises:
            RuntimeError: events made events without end.
        """
        self.heard += 1
        if self.heard > _EVENTS_MAX:
            raise RuntimeError(f"more than {_EVENTS_MAX} events in one act; the last was {name}")
        self.emitted.append(Emitted(name, entity, document, values))
        self.events.append(name)

    def tell(self, entity: str, document: int, who: Any, message: str, values: Mapping[str, Any]) -> None:
        """Have somebody told: a role's id, or a record of a person or partner."""
        kind = "role" if isinstance(who, str) else "field"
        self.told.append(Told(entity, document, kind, who, message, values))
