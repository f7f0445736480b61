"""The two ways in: `begin` a document, and `transition` it; and `wants`, what to find out before.

A transition that stops half-way is not continued but run again from its beginning with what has become known: it is
pure, so it takes the same way, and there is no half-done state to keep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from ordinance.expressions import Calendar
from ordinance.problems import reason
from ordinance.process.creation import adopt, create
from ordinance.process.editing import after_change, edit
from ordinance.process.effects import plain_inputs
from ordinance.process.gates import wanted_checks
from ordinance.process.handling import reassign, resume, set_aside, take
from ordinance.process.lanes import request_lane
from ordinance.process.model import Check, LedgerRow, ProcessState, Settled, Workflow
from ordinance.process.passing import close, request_pass
from ordinance.process.requests import (
    TERMINAL,
    Document,
    Event,
    Pending,
    Refusal,
    RefusedError,
    Request,
    StoppedError,
    Transition,
    WantedCheck,
    Wants,
    resumed,
)
from ordinance.process.send_back import send_back
from ordinance.process.triggers import hear, run
from ordinance.process.work import Work


def _nothing(_: Work) -> None:
    """A poke and a tick change nothing themselves; `run` looks at the rules."""


_ACTS: Mapping[str, Callable[[Work], None]] = {
    "create": create,
    "adopt": adopt,
    "pass": request_pass,
    "refuse": send_back,
    "lane": request_lane,
    "cancel": request_lane,
    "amend": request_lane,
    "take": take,
    "reassign": reassign,
    "edit": edit,
    "close": close,
    "set_aside": set_aside,
    "resume": resume,
    "event": hear,
    "poke": _nothing,
    "tick": _nothing,
}
_BY_ITSELF = frozenset({"event", "poke", "tick"})
_QUIET = frozenset({"edit", *_BY_ITSELF})


def begin(
    workflow: Workflow, document: Document, request: Request, now: datetime, calendar: Calendar
) -> Transition | Refusal:
    """Create (or adopt) a document and move it to its first gate; the state it comes with is not looked at."""
    state = ProcessState(revision=workflow.revision, variant=workflow.id)
    return transition(workflow, Document(document.id, state, (), document.fields), request, now, calendar)


def transition(
    workflow: Workflow, document: Document, request: Request, now: datetime, calendar: Calendar
) -> Transition | Refusal:
    """Return what the request does to the document, or every reason why it may not be.

    Args:
        workflow: The compiled workflow of the document's revision.
        document: The document; for `continue`, the one of the transition that asked for more.
        request: What is asked.
        now: The moment of the act, aware.
        calendar: The company's working time.

    Returns:
        A transition; if it has `more`, carry out its effects, find out what it wants, and call again with `continue`.

    Source: engine.md §2 to §5.
    """
    pending = document.pending
    if request.kind == "continue":
        if pending is None:
            raise ValueError("there is nothing to continue")
        document, request, now = pending.document, resumed(pending, request), pending.now
    elif pending is not None:
        pending = None
    if request.expects is not None and request.expects != document.state.version:
        return Refusal((reason("stale", None, wanted=request.expects, got=document.state.version),))
    if request.kind in _BY_ITSELF and document.state.phase in TERMINAL:
        return Transition(document)
    return _run(Work(workflow, document, request, now, calendar), pending)


def _run(work: Work, pending: Pending | None) -> Transition | Refusal:
    request = work.request
    work.sent = pending.effects if pending is not None else 0
    try:
        _ACTS[request.kind](work)
        run(work)
        after_change(work)
    except RefusedError as refused:
        return Refusal(refused.reasons, refused.attempt)
    except StoppedError as stopped:
        return stopped_at(work, pending, stopped.wants)
    return finished(work)


def stopped_at(work: Work, before: Pending | None, wants: Wants) -> Transition:
    """Return the transition that hands out what is to be carried out, or asked, before the work can go on.

    Raises:
        ValueError: the same was asked before and not answered.
    """
    if before is not None and wants and wants == before.wants:
        raise ValueError(f"not answered: {wants}")
    document = work.document
    keys = tuple((call.effect, call.round) for call in work.effects if call.writes)
    pending = Pending(document, work.request, work.moment, keys, len(work.effects), wants)
    return Transition(
        document=Document(document.id, work.state(work.main.settled), _ledger(work), work.fields, pending),
        effects=tuple(work.effects[work.sent :]),
        tells=tuple(work.tells),
        opens=tuple(work.opens),
        emits=tuple(work.emits),
        more=True,
        wants=wants,
        warnings=tuple(work.warnings),
        attempt=work.attempt,
    )


def _ledger(work: Work) -> tuple[LedgerRow, ...]:
    return tuple(work.rows.values())


def finished(work: Work) -> Transition:
    """Return the transition of work that has come to rest, with its one event; without an event if nothing happened."""
    work.pending = None
    document, request, state = work.document, work.request, work.state(work.main.settled)
    if request.kind in _QUIET and not work.effects and not work.tells and not work.patch:
        before = document.state
        if state == replace(before, version=state.version, revision=state.revision):
            return Transition(document)
    return Transition(
        document=Document(document.id, state, _ledger(work), work.fields),
        effects=tuple(work.effects[work.sent :]),
        event=_event(work, state),
        tells=tuple(work.tells),
        opens=tuple(work.opens),
        emits=tuple(work.emits),
        number_due=work.number_due,
        warnings=tuple(work.warnings),
    )


def _event(work: Work, state: ProcessState) -> Event:
    before, request = work.document.state, work.request
    settled: dict[str, Settled | None] = {step: None for step in before.settled if step not in state.settled}
    settled.update((step, each) for step, each in state.settled.items() if before.settled.get(step) is not each)
    outcomes = tuple((row.effect, row.round, row.outcome) for row in work.touched.values() if row.outcome)
    return Event(
        seq=state.seq,
        version=state.version,
        request=request.id,
        kind=request.kind,
        step=request.step or request.lane,
        actor=request.actor,
        on_behalf_of=request.on_behalf_of,
        revision=state.revision,
        cause=request.cause or request.event or "",
        reason=request.reason,
        at=work.now,
        settled=settled,
        ledger=tuple(work.touched.values()),
        patch=work.patch,
        outcomes=outcomes,
        state=work.state({}),
        roles=request.roles,
        to=request.to,
        event=request.event,
        input=plain_inputs(dict(request.input)) if request.kind == "event" else {},
    )


def wants(workflow: Workflow, document: Document, request: Request) -> Wants:
    """Return what the request will surely need to know, so that the act can find it out before the first call.

    More may be wanted on the way (an automatic pass, an assignment on arrival): then the transition says so.
    """
    if request.kind in ("lane", "cancel", "amend"):
        lane = workflow.lanes.get(request.lane or "")
        return Wants(_sure_checks(lane.id, lane.checks)) if lane is not None else Wants()
    if request.kind not in ("pass", "take"):
        return Wants()
    state = document.state
    lane = workflow.lanes.get(state.lane.id) if state.lane is not None else None
    waits = state.lane.waits if state.lane is not None else state.waits
    id_ = request.step or (waits[0] if len(waits) == 1 else "")
    step = next((each for each in (lane.steps if lane is not None else workflow.steps) if each.id == id_), None)
    if step is None or id_ not in waits:
        return Wants()
    queue = ((id_, step.queue),) if step.queue is not None and step.queue.strict and id_ not in state.taken else ()
    return Wants(_sure_checks(id_, step.checks) if request.kind == "pass" else (), queue)


def _sure_checks(of: str, checks: tuple[Check, ...]) -> tuple[WantedCheck, ...]:
    """Return the department checks that are looked at whatever the document says."""
    return wanted_checks(of, tuple(check for check in checks if check.when is None))
