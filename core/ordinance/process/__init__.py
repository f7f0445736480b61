"""The process engine: pure functions from a document and a request to a transition or a refusal.

No database, no clock, no environment; actions are never called here, only named. The rules are those of engine.md,
cited in the code as "engine R7".

How an act uses it
------------------
1. `wants(workflow, document, request)` tells which department checks and which queue the request will need.
   Evaluate them under the locks and put the answers into `request.facts` (see `Request`).
2. Call `transition` (or `begin` for a new document).
3. `Refusal`: say so; nothing has changed.
4. `Transition` with `more`: carry out `effects` in order, evaluate `wants` (against the record as it is after those
   effects; the input is in `document.fields`), and call
   `transition(workflow, transition.document, Request(id, "continue", outcomes={(effect, round): {field: value}},
   facts={...}), now, calendar)`. Repeat. The engine runs the whole request
   again from its beginning with what is now known, and hands out only effects it has not handed out before; so an
   outcome is always put in at the place where it arose. An effect with `writes` reports what it wrote: values that
   other rooms keep (what is short, what was issued) belong to `writes`, too, when an expression of the workflow reads
   them.
5. `Transition` without `more`: carry out the remaining effects, write the event's patch, state and ledger, take the
   number last if `number_due`. `event` None: nothing happened.

If an action refuses while `attempt` names a step, that step was passing by itself. Roll back, and call again from 2
with `facts["left"] = {step: (reason,)}`: the step stays open for a person, the reason goes on the document. The same
for a `Refusal` with `attempt`.

Worked example. `order_review` binds `reserve`, which writes `short`; behind it `buy` with `when: short > 0` and a rule
`{when: "true", pass: true}`, and a department check `supplier_known`::

    wants(...)              Wants()                                          order_review has no department check
    transition(pass)        more, effects [do reserve]                       stopped for the outcome of reserve
    carry out reserve       it finds 3 short
    transition(continue, outcomes={("reserve", 0): {"short": 3}})
                            more, wants.checks [buy.supplier_known], attempt "buy"
    evaluate the check      fine
    transition(continue, facts={"checks": {"buy.supplier_known": None}})
                            the document waits behind buy; one event for the whole act, version + 1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ordinance.process.available import available
    from ordinance.process.due import next_tick, reads_clock
    from ordinance.process.engine import begin, transition, wants
    from ordinance.process.folding import fold
    from ordinance.process.model import LedgerRow, ProcessState, Workflow
    from ordinance.process.requests import (
        Available,
        Document,
        EffectCall,
        Event,
        Refusal,
        Request,
        Transition,
        WantedCheck,
        Wants,
    )
    from ordinance.process.status import stage, status, waits_at

__all__ = [
    "Available",
    "Document",
    "EffectCall",
    "Event",
    "LedgerRow",
    "ProcessState",
    "Refusal",
    "Request",
    "Transition",
    "WantedCheck",
    "Wants",
    "Workflow",
    "available",
    "begin",
    "fold",
    "next_tick",
    "reads_clock",
    "stage",
    "status",
    "transition",
    "waits_at",
    "wants",
]

_FROM = {
    "available": ("available",),
    "due": ("next_tick", "reads_clock"),
    "engine": ("begin", "transition", "wants"),
    "folding": ("fold",),
    "model": ("LedgerRow", "ProcessState", "Workflow"),
    "requests": (
        "Available",
        "Document",
        "EffectCall",
        "Event",
        "Refusal",
        "Request",
        "Transition",
        "WantedCheck",
        "Wants",
    ),
    "status": ("stage", "status", "waits_at"),
}
_WHERE = {name: module for module, names in _FROM.items() for name in names}


def __getattr__(name: str) -> Any:
    """Return a public name from its module; reading a site needs the model alone, not the engine."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_WHERE[name]}")
    # All its names at once: a module and a function in it may be called the same, and then the function is meant.
    globals().update({each: getattr(module, each) for each in _FROM[_WHERE[name]]})
    return globals()[name]
