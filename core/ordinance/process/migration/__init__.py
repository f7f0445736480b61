"""Bring documents under way to another revision, and back: the pure part of plan, apply and revert (engine §4).

How an act uses it
------------------
`migrate(old, new, document, request, now, calendar)` answers like `transition`, and is used like it::

    request = Request(id, "migrate", actor=…, reason=…, cause=…, facts={…})
    Transition with `more`   carry out `effects`, find out `wants`, call `migrate` again with the same workflows, the
                             document of the transition, and a Request("continue", outcomes=…, facts=…)
    Transition without       carry out what remains, write state, rows and the one event (kind `migrate`). No event: the
                             document has ended, is on the revision already, or stays where it is held
    Refusal                  nothing has changed; the plan is not complete until somebody answers (engine M8)
    Refusal with `attempt`   votes already cast suffice under the new rule, but what follows is refused: roll back, and
                             call again with facts["left"] = {step: reasons}

`document.fields` must hold every name that the expressions of *both* workflows use. `old` is the workflow of the
revision the document is on (`state.revision`), `new` that of the revision it goes to, None if it has none by that name.
A document that stayed behind while other revisions passed by is given `names`, composed along the chain:
`names_of(r1, r2).then(names_of(r2, r3))`.

What of `request.facts` is read, beside the facts of the engine (`checks`, `assign`, `left`, `user`, `functions`):

- `choice`: `move` (rules M2 to M5); `departure`, hold until it leaves the gate it waits at; `end`, finish under the old
  revision; `stay`. Without it a held document stays and any other moves.
- `consents`: ids of effects, final or recording a physical fact, that may be booked without anybody having seen it.
- `supplied`: {field: value}, typed, for what is empty. What somebody has filled in stays.
- `run`: ids of effects that are new in this revision (or bound with other inputs) and shall run for what is settled
  already; else the new ones are waived and the others stay as done.
- `request.to`: the step to land at, for a document whose place is gone; by itself it lands at the next old one.

The event's `before` says where the document came from (`event.before.state.revision`) and is all that `put_back` needs.

Holding. A document with `state.hold == "departure"` stays on its revision. After every transition under the old
workflow ask `has_left(before.state, after.state)`; if so, migrate the new document in the same act, with
facts["choice"] = "move". It has then two events, the last one under the new revision. `end` needs nothing further.

Many documents. `Sharing(old, new, request, now, calendar)` is `migrate` that remembers: documents that agree in
everything a result was made from share it, so 100,000 documents cost a few migrations and a look each. `same_class`
is the key of a document for whoever groups them himself, in a plan that counts.

Putting back. `can_put_back(last event, document)` gives the reasons against it, `put_back` the transition. It undoes
what the migration did and restores state and rows as they were; only version, `seq` and what was filled in go on.

Behind a gate that is owed (engine M3) effects stand done. Passing it does those again, once, whose inputs it changed;
`overtaken` names those that it may change, for whoever plans.

How stale is understood. An effect that is done is done again by a migration only if the fields *its own* binding reads
have changed since; that the new revision binds it with other inputs applies ahead. Its row then takes the new inputs as
the ones it was done with, so that nothing is undone and repeated (a mail, a receivable) for a change of words.
"""

from __future__ import annotations

from ordinance.process.migration.front import front
from ordinance.process.migration.holding import has_left
from ordinance.process.migration.migrating import migrate
from ordinance.process.migration.names import Names, names_of
from ordinance.process.migration.overtaken import overtaken
from ordinance.process.migration.returning import can_put_back, put_back
from ordinance.process.migration.sharing import Sharing, same_class

__all__ = [
    "Names", "Sharing", "can_put_back", "front", "has_left", "migrate", "names_of", "overtaken", "put_back",
    "same_class",
]  # fmt: skip
