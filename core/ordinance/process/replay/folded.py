"""Replay under the very revisions of the log: folding its events must give what is stored (engine §7)."""

from __future__ import annotations

from collections.abc import Iterable

from ordinance.process.folding import fold
from ordinance.process.model import LedgerRow, ProcessState, Workflow
from ordinance.process.requests import Event


def faults(
    workflow: Workflow, events: Iterable[Event], state: ProcessState, ledger: tuple[LedgerRow, ...]
) -> tuple[str, ...]:
    """Return what of a stored document its events do not give: names of the state's parts, and `ledger`.

    Args:
        workflow: The workflow it began under.
        events: All its events, in order.
        state: Its state as stored.
        ledger: Its ledger as stored.
    """
    folded, rows = fold(workflow, events)
    found = [name for name in ProcessState.__slots__ if getattr(folded, name) != getattr(state, name)]
    if rows != tuple(sorted(ledger, key=lambda row: row.seq)):
        found.append("ledger")
    return tuple(found)
