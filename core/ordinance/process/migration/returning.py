"""Put a document back as it was before its last event, a migration (engine M9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from ordinance.problems import Reason, Text, reason
from ordinance.process.model import LedgerRow, ProcessState, Settled
from ordinance.process.requests import Before, Document, EffectCall, Event, Refusal, Request, Transition

_STAYS = frozenset({"keep", "never"})


def remembering(moved: Transition, document: Document) -> Transition:
    """Return the transition with its event remembering what was there before."""
    assert moved.event is not None
    return replace(moved, event=replace(moved.event, before=_before(moved.event, document)))


def _before(event: Event, document: Document) -> Before:
    state = document.state
    settled = {step: state.settled[step] for step in event.settled if step in state.settled}
    touched = {row.seq for row in event.ledger}
    return Before(replace(state, settled=settled), tuple(row for row in document.ledger if row.seq in touched))


def can_put_back(event: Event, document: Document) -> tuple[Reason, ...]:
    """Return why a document cannot be put back exactly as it was before an event; empty if it can.

    It can if the event is a migration and its last, and everything the migration did can be undone or is forgotten. The
    number of a document stays, as it does whenever it is sent back; so does what was filled in.
    """
    before = event.before
    if before is None or event.version != document.state.version:
        return (reason("not_last"),)
    kept = [row for row in _new_rows(event, before) if row.state == "done" and row.undo in _STAYS]
    then = {row.seq for row in before.ledger if row.state == "done"}
    gone = [row for row in event.ledger if row.state == "undone" and row.seq in then]
    said = (("kept_for_good", kept), ("taken_back_then", gone))
    found = [reason(code, rows[0].step, effects=_names(rows)) for code, rows in said if rows]
    proposed = before.state.lane.proposed if before.state.lane is not None else {}
    if not proposed.keys().isdisjoint(event.patch):
        found.append(reason("proposals_applied"))
    return tuple(found)


def _names(rows: Iterable[LedgerRow]) -> Text:
    names = [row.action for row in rows]
    return Text("、".join(names), ", ".join(names))


def _new_rows(event: Event, before: Before) -> Iterator[LedgerRow]:
    return (row for row in event.ledger if row.seq > before.state.seq)


def put_back(event: Event, document: Document, request: Request, now: datetime) -> Transition | Refusal:
    """Return what puts the document back: its state and the rows in force as they were, what was done undone.

    Args:
        event: Its last event, a migration.
        document: The document as it is.
        request: Who asks and why; kind `migrate`, `cause` as the act likes.
        now: The moment, aware.
    """
    reasons = can_put_back(event, document)
    before = event.before
    if reasons or before is None:
        return Refusal(reasons)
    done = sorted(_new_rows(event, before), key=lambda row: row.seq, reverse=True)
    touched = (*before.ledger, *(replace(row, state="undone") for row in done))
    state = _state(event, before, document)
    ledger = {row.seq: row for row in (*document.ledger, *touched)}
    put = _event(request, now, document, state, touched)
    after = replace(document, state=state, ledger=tuple(ledger[seq] for seq in sorted(ledger)))
    effects = tuple(_undo(row) for row in done if row.state == "done" and row.undo != "forget")
    opens = tuple(each for each in state.waits if each not in document.state.waits)
    return remembering(Transition(after, effects, put, opens=opens), document)


def _state(event: Event, before: Before, document: Document) -> ProcessState:
    """Return the state as it was; only what counts acts, settlements and rows never goes back."""
    settled = {step: each for step, each in document.state.settled.items() if step not in event.settled}
    return replace(
        before.state,
        version=document.state.version + 1,
        seq=document.state.seq,
        settled={**settled, **before.state.settled},
    )


def _undo(row: LedgerRow) -> EffectCall:
    return EffectCall(
        "undo", row.effect, row.undo, row.round, row.inputs, row.step, "undone", outcome=row.outcome
    )  # fmt: skip


def _event(
    request: Request, now: datetime, document: Document, state: ProcessState, touched: tuple[LedgerRow, ...]
) -> Event:
    known = document.state.settled
    settled: dict[str, Settled | None] = {step: None for step in known if step not in state.settled}
    settled.update((step, each) for step, each in state.settled.items() if known.get(step) != each)
    return Event(
        seq=state.seq,
        version=state.version,
        request=request.id,
        kind="migrate",
        step=None,
        actor=request.actor,
        on_behalf_of=request.on_behalf_of,
        revision=state.revision,
        cause=request.cause,
        reason=request.reason,
        at=now,
        settled=settled,
        ledger=touched,
        patch={},
        outcomes=(),
        state=replace(state, settled={}),
    )
