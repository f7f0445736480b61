"""A revert puts back, exactly, the documents that nothing has happened to since they were moved (engine M9)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

import msgspec

from ordinance.acts import Force, codec
from ordinance.changes.survey import Flow, Group
from ordinance.process import Document, Event, Refusal, Request, Transition
from ordinance.process.migration import put_back
from ordinance.storage import Flight, Work

KIND: Final = "migrate"
CAUSE = "revision"
"""Why a document moved: the configuration changed; the revision's hash follows."""


def cause_of(digest: str) -> str:
    """Return the cause of the events by which documents move to a revision."""
    return f"{CAUSE}/{digest}"


class _Row(msgspec.Struct):
    effect: str = ""
    state: str = ""
    undo: str = ""


class _State(msgspec.Struct):
    waits: tuple[str, ...] = ()
    phase: str = ""


class _Before(msgspec.Struct):
    state: _State | None = None


class _Moved(msgspec.Struct):
    """What of a migration's event tells what putting back would do."""

    ledger: tuple[_Row, ...] = ()
    before: _Before | None = None


_moved_of = msgspec.json.Decoder(_Moved)


async def apart(work: Work, force: Force, flow: Flow, reverts: str, groups: Iterable[Group]) -> list[Group]:
    """Return the classes, those that a revert may put back apart from the others.

    They are the documents whose last event is their move to the revision that is taken back.
    """
    events = {}
    flight = force.store.flight(flow.old.entity, flow.old.id)
    for row in await flight.moved_last(work, KIND, cause_of(reverts)):
        moved = _moved_of.decode(row["body"])
        before = moved.before.state if moved.before is not None else None
        if before is not None:
            ledger = tuple((each.effect, each.state, each.undo) for each in moved.ledger)
            events[row["document"]] = (ledger, before.waits, before.phase)
    return [each for group in groups for each in _apart(group, events)]


def _apart(group: Group, events: Mapping[int, Hashable]) -> Iterable[Group]:
    """Return the parts of a class that fare alike when they are put back."""
    if not any(id in events for id in group.ids):
        return (group,)
    parts: dict[Hashable, Group] = {}
    for entry in group.entries:
        kind = events.get(entry.id)
        parts.setdefault(kind, Group(group.at, is_back=kind is not None)).entries.append(entry)
    return tuple(parts.values())


async def last_events(work: Work, ids: Iterable[int]) -> dict[int, Event]:
    """Return the last event of each document."""
    rows = await Flight.last_events(work, list(ids))
    return {row["document"]: codec.event_of(row["body"]) for row in rows}


def back_to(event: Event) -> Any:
    """Return the way that puts a document back to before its last event."""

    def way(_workflow: Any, document: Document, request: Request, now: Any, _calendar: Any) -> Transition | Refusal:
        return put_back(event, document, request, now)

    return way
