"""Replay the log of documents: is it whole, and how would they have fared under a proposed workflow (engine §7)?

Nothing is carried out, written or sent. How it is used::

    faults(workflow, events, state, ledger)          () if folding the events gives what is stored, byte for byte
    log = Log(id, entries, number, names)            an `Entry` is an event with the fields before and after it
    replay(proposed, log, "strict", calendar)        -> Replayed, one document
    summary(replayed…)                               -> Summary, many of them

Under a proposed workflow the requests are sent again at the moments they have in the log:

- Somebody passed a step that is no gate any more: a *step saved*. The time a document waited only for such steps is
  *time gained*.
- A gate that nobody in the log passes: in mode `strict` the document is *stopped* there; in mode `lenient` somebody
  passes it at the moment of the next request, an *approval added*, with the fields that had to be filled in.
- Where only the order of steps changed, a pass that comes too early waits until its gate is open.
- A request that is refused stops the document; in mode `lenient` a stand-in tries before.
- What effects reported comes from the log, by effect and round; one the log never saw reports nothing. Department
  checks that the log cannot answer are taken to agree. Both are told as `assumed`.
- Timers of the proposal come at their own moments.

The *first divergent event* is the one after which the document stands otherwise, or other effects are done, than then.

What an event tells, for this: `roles`, `to` and `event` with `input` of the request; what people filled in is the
difference between the fields before and after. Events of earlier days lack the roles; whoever acted then was allowed.
"""

from __future__ import annotations

from ordinance.process.replay.folded import faults
from ordinance.process.replay.log import Entry, Log
from ordinance.process.replay.replaying import replay
from ordinance.process.replay.result import Added, Divergence, Mode, Replayed, Stop, Summary, summary

__all__ = [
    "Added",
    "Divergence",
    "Entry",
    "Log",
    "Mode",
    "Replayed",
    "Stop",
    "Summary",
    "faults",
    "replay",
    "summary",
]
