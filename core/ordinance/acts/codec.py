"""Process values to JSON text and back, exactly: what is stored folds into what was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import msgspec

from ordinance.process import Event, LedgerRow, ProcessState


class Inside(msgspec.Struct, frozen=True):
    """The lane of a stored state, as far as its status tells of it."""

    id: str
    waits: tuple[str, ...] = ()


class Glance(msgspec.Struct, frozen=True):
    """As much of a stored state as its status and stage are told from: a list reads fifty, and nothing else of them."""

    phase: str = "draft"
    ended: str | None = None
    set_aside: Any = None
    lane: Inside | None = None
    waits: tuple[str, ...] = ()
    taken: dict[str, str] = {}
    settled: dict[str, msgspec.Raw] = {}


_glance_of = msgspec.json.Decoder(Glance)
_state_of = msgspec.json.Decoder(ProcessState)
_event_of = msgspec.json.Decoder(Event)


def _unknown(value: Any) -> Any:
    """Return a value that JSON does not know as one it knows: decimals of a fixed scale, sets, spans as text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


_encode = msgspec.json.Encoder(order=None, enc_hook=_unknown)


def state_text(state: ProcessState) -> str:
    """Return the JSON text of a process state."""
    return _encode.encode(state).decode()


def state_of(stored: Any) -> ProcessState:
    """Return the process state of what was stored: its JSON text, or that text already read."""
    if isinstance(stored, ProcessState):
        return stored
    return _state_of.decode(stored) if isinstance(stored, str | bytes) else msgspec.convert(stored, ProcessState)


def glance_of(stored: str | ProcessState) -> Glance | ProcessState:
    """Return a stored state as far as words are made of it; a state that is known already is that and more."""
    return stored if isinstance(stored, ProcessState) else _glance_of.decode(stored)


def event_body(event: Event, changes: Mapping[str, Any]) -> str:
    """Return the JSON text of an event, with what it changed beside it: by field, what it was and what it is."""
    body = _encode.encode(event).decode()
    return f'{body[:-1]},"changes":{_encode.encode(changes).decode()}}}' if changes else body


def event_of(stored: Any) -> Event:
    """Return the event of what was stored: its JSON text, or that text already read."""
    return _event_of.decode(stored) if isinstance(stored, str | bytes) else msgspec.convert(stored, Event)


def ledger_row(row: LedgerRow) -> dict[str, Any]:
    """Return a ledger row as columns."""
    plain: dict[str, Any] = msgspec.to_builtins(row, builtin_types=(datetime,))
    return plain


def ledger_of(row: dict[str, Any]) -> LedgerRow:
    """Return the ledger row of stored columns."""
    return msgspec.convert({name: value for name, value in row.items() if value is not None}, LedgerRow, strict=False)


def next_midnight(now: datetime, zone: tzinfo) -> datetime:
    """Return the start of the company's next day."""
    local = now.astimezone(zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
