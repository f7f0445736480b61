"""Process values to JSON text and back, exactly: what is stored folds into what was."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

import msgspec

from ordinance.process import Event, LedgerRow, ProcessState

_state_of = msgspec.json.Decoder(ProcessState)
_event_of = msgspec.json.Decoder(Event)
_encode = msgspec.json.Encoder(order=None)


def state_text(state: ProcessState) -> str:
    """Return the JSON text of a process state."""
    return _encode.encode(state).decode()


def state_of(stored: Any) -> ProcessState:
    """Return the process state of what was stored: its JSON text, or that text already read."""
    if isinstance(stored, ProcessState):
        return stored
    return _state_of.decode(stored) if isinstance(stored, str | bytes) else msgspec.convert(stored, ProcessState)


def event_body(event: Event) -> str:
    """Return the JSON text of an event."""
    return _encode.encode(event).decode()


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
