"""Migrate many documents: those that agree in all that a result was made from share it (engine §6, plan by class).

A result is shared only if it carries nothing of one document alone: it does and undoes nothing and writes no field.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ordinance.expressions import Calendar
from ordinance.process.migration import likeness
from ordinance.process.migration.carrying import carried, renamed_rows
from ordinance.process.migration.likeness import Likeness, fields_read, values_of
from ordinance.process.migration.migrating import migrate
from ordinance.process.migration.names import Names, names_of
from ordinance.process.migration.returning import remembering
from ordinance.process.model import LedgerRow, ProcessState, Settled, Workflow
from ordinance.process.requests import Document, Event, Refusal, Request, Transition

_BY_STEP = ("arrived", "due", "rounds", "taken", "assigned", "added", "passed_by", "obstacles")


def same_class(document: Document, old: Workflow, new: Workflow, names: Names | None = None) -> Hashable:
    """Return a key that documents with the same result have in common: what a migration may read of state and fields.

    It errs on the safe side: every field that either workflow reads anywhere counts. `Sharing` finds out what was read.
    """
    return likeness.same_class(document, old, new, names or names_of(old, new), fields_read(old, new))


class _Noting(dict[str, Any]):
    """The fields of a document, noting the names that are looked up."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.names: dict[str, None] = {}

    def __getitem__(self, name: str) -> Any:
        self.names[name] = None
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.names[name] = None
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.names[str(name)] = None
        return super().__contains__(name)


@dataclass(frozen=True, slots=True)
class _Shared:
    """A result, the document it was made from, and that document's state under its new names."""

    document: Document
    result: Transition | Refusal
    was: ProcessState


class Sharing:
    """`migrate` for many documents of one workflow; see the package for the arguments and the answers.

    Attributes:
        made: How many documents were migrated in earnest so far; the rest shared.
    """

    def __init__(
        self,
        old: Workflow,
        new: Workflow | None,
        request: Request,
        now: datetime,
        calendar: Calendar,
        names: Names | None = None,
    ) -> None:
        self.old, self.new, self.request, self.now, self.calendar = old, new, request, now, calendar
        self.names = names or (names_of(old, new) if new is not None else Names({}, {}))
        self.made = 0
        self._likeness = Likeness(old, new or old, self.names)
        self._known: dict[Hashable, dict[tuple[str, ...], dict[Hashable, _Shared]]] = {}

    def migrate(self, document: Document) -> Transition | Refusal:
        """Return what `migrate` would, of this very document."""
        found = self._find(document)
        result = found.result
        if found.document is document or isinstance(result, Refusal):
            return result
        return Transition(document) if result.event is None else self._for(document, found, result)

    def look(self, document: Document) -> Transition | Refusal:
        """Return what becomes of a document as it became of the first one like it: for counting, not for writing."""
        return self._find(document).result

    def _find(self, document: Document) -> _Shared:
        state = document.state
        if state.arrived and max(state.arrived.values()) > self.now:
            return self._make(document, None)
        by_reads = self._known.setdefault(self._likeness.of(document), {})
        for names, by_values in by_reads.items():
            known = by_values.get(values_of(document.fields, names))
            if known is not None:
                return known
        noting = _Noting(document.fields)
        made = self._make(document, noting)
        if self._is_shared(made):
            names = tuple(noting.names)
            by_reads.setdefault(names, {})[values_of(document.fields, names)] = made
        return made

    def _make(self, document: Document, seen: _Noting | None) -> _Shared:
        self.made += 1
        asked = (document, self.request, self.now, self.calendar)
        result = migrate(self.old, self.new, *asked, self.names, seen=seen)
        return _Shared(document, result, self._carried(document.state))

    def _carried(self, state: ProcessState) -> ProcessState:
        if self.new is None or (state.lane is not None and state.lane.id not in self.names.lanes):
            return state
        return carried(self.names, self.old, self.new, state)

    @staticmethod
    def _is_shared(made: _Shared) -> bool:
        result, state = made.result, made.document.state
        if isinstance(result, Refusal):
            return True
        event = result.event
        if event is None:
            return not result.more
        if result.effects or event.patch or result.warnings:
            return False
        own = {row.seq: row for row in made.document.ledger}
        return all(row.seq > state.seq or row == replace(own[row.seq], step=row.step) for row in event.ledger)

    # One result, another document

    def _for(self, document: Document, found: _Shared, result: Transition) -> Transition:
        event, first = result.event, found.document.state
        assert event is not None
        ahead = document.state.seq - first.seq
        state = self._state(document.state, found, result, ahead)
        touched = (*renamed_rows(self.names, document.ledger), *_new_rows(event, first.seq, ahead))
        ledger = {row.seq: row for row in (*document.ledger, *touched)}
        settled = dict(_changes(document.state.settled, state.settled))
        mine = replace(
            event, seq=state.seq, version=state.version, settled=settled, ledger=touched,
            state=replace(state, settled={}), before=None,
        )  # fmt: skip
        after = Document(document.id, state, tuple(ledger.values()), document.fields)
        return remembering(replace(result, document=after, event=mine), document)

    def _state(self, own: ProcessState, found: _Shared, result: Transition, ahead: int) -> ProcessState:
        after = result.document.state
        if self.new is None or after.revision != self.new.revision:
            # It stays behind under a hold: nothing else has changed.
            return replace(own, hold=after.hold, version=own.version + 1)
        base, was = self._carried(own), found.was
        opened = frozenset(result.opens)
        by_step: dict[str, Any] = {
            name: _followed(getattr(base, name), getattr(was, name), getattr(after, name), opened) for name in _BY_STEP
        }
        return replace(
            after,
            version=own.version + 1,
            seq=after.seq + ahead,
            settled=_settled(base.settled, was.settled, after.settled, ahead),
            set_aside=own.set_aside,
            **by_step,
        )


def _followed(
    own: Mapping[str, Any], was: Mapping[str, Any], after: Mapping[str, Any], opened: frozenset[str]
) -> dict[str, Any]:
    """Return a document's own values, changed as the first one's were."""
    kept = {id_: value for id_, value in own.items() if id_ in after}
    kept.update((id_, value) for id_, value in after.items() if id_ in opened or id_ not in was or was[id_] != value)
    return kept


def _settled(
    own: Mapping[str, Settled], was: Mapping[str, Settled], after: Mapping[str, Settled], ahead: int
) -> dict[str, Settled]:
    kept = {id_: each for id_, each in own.items() if id_ in after}
    new = {id_: each for id_, each in after.items() if was.get(id_) is not each}
    kept.update((id_, replace(each, seq=each.seq + ahead)) for id_, each in new.items())
    return kept


def _changes(before: Mapping[str, Settled], after: Mapping[str, Settled]) -> Iterator[tuple[str, Settled | None]]:
    yield from ((step, None) for step in before if step not in after)
    yield from ((step, each) for step, each in after.items() if before.get(step) is not each)


def _new_rows(event: Event, seq: int, ahead: int) -> Iterator[LedgerRow]:
    return (replace(row, seq=row.seq + ahead) for row in event.ledger if row.seq > seq)
