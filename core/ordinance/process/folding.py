"""Fold a document's events into its state and ledger; nothing is run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ordinance.process.model import LedgerRow, ProcessState, Settled, Workflow
from ordinance.process.requests import Event


def fold(workflow: Workflow, events: Iterable[Event]) -> tuple[ProcessState, tuple[LedgerRow, ...]]:
    """Return the state and the ledger after these events, in the order they happened.

    Args:
        workflow: The workflow of a document without any event; later ones name their own revision.
        events: All events of one document, from its first.
    """
    state = ProcessState(revision=workflow.revision, variant=workflow.id)
    settled: dict[str, Settled] = {}
    rows: dict[int, LedgerRow] = {}
    for event in events:
        for step, entry in event.settled.items():
            settled.pop(step, None)
            if entry is not None:
                settled[step] = entry
        rows.update((row.seq, row) for row in event.ledger)
        state = event.state
    return replace(state, settled=settled), tuple(rows[seq] for seq in sorted(rows))
