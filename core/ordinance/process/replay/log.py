"""The log of a document as replay reads it: every event, with the fields as they were before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ordinance.process.model import LedgerRow, ProcessState, Settled
from ordinance.process.requests import Event, Key


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a document.

    Attributes:
        event: The event as it was recorded.
        before: The document's fields right before the act: every name that the workflow's expressions use, typed.
        after: The same right after it.
    """

    event: Event
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def given(self) -> dict[str, Any]:
        """What the act changed, by field."""
        return {name: value for name, value in self.after.items() if self.before.get(name) != value}


@dataclass(frozen=True, slots=True)
class Log:
    """Everything that happened to one document, in order.

    Attributes:
        id: The document.
        number: What people call it.
        entries: Its events, from the one it began with.
        names: Old step ids to new ones, where the workflow to replay against calls them otherwise.
        answered: The departments' checks (`step.check`) that were looked at when these things happened.
    """

    id: str
    entries: Sequence[Entry]
    number: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()

    def name(self, step: str) -> str:
        """Return what a step is called in the workflow to replay against."""
        return self.names.get(step, step)

    def states(self) -> Iterator[ProcessState]:
        """Yield the state after each event, folded, in the names of the workflow to replay against."""
        settled: dict[str, Settled] = {}
        for entry in self.entries:
            event = entry.event
            for step, each in event.settled.items():
                settled.pop(step, None)
                if each is not None:
                    settled[step] = each
            state = event.state
            yield replace(
                state,
                settled={self.name(step): each for step, each in settled.items()},
                waits=tuple(map(self.name, state.waits)),
                arrived={self.name(step): at for step, at in state.arrived.items()},
            )

    def outcomes(self) -> dict[Key, list[dict[str, Any]]]:
        """Return what each effect reported, each time it was done, typed as the fields are."""
        found: dict[Key, list[dict[str, Any]]] = {}
        known: set[int] = set()
        for entry in self.entries:
            for row in entry.event.ledger:
                if row.seq not in known and not row.why:
                    typed = {name: entry.after.get(name, value) for name, value in row.outcome.items()}
                    found.setdefault((row.effect, row.round), []).append(typed)
                known.add(row.seq)
        return found


def done(ledger: Mapping[int, LedgerRow]) -> frozenset[Key]:
    """Return the effects that are done."""
    return frozenset((row.effect, row.round) for row in ledger.values() if row.state == "done")
