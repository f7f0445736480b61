"""Documents in flight, by class: those of one class stand alike, so a change does the same to all of them.

Reading a hundred thousand documents whole would take minutes; their place in the process is in one column, and what
conditions say of them is asked of the database. Source: engine.md §4 (plan by class), §6.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from ordinance.acts import Force
from ordinance.changes.essence import bound, conditions, needed
from ordinance.changes.worth import total_of
from ordinance.expressions import Env, Expression, ExpressionError
from ordinance.fields import Field
from ordinance.process import Workflow
from ordinance.storage import Flight, Fragment, Work

Progress = Callable[[int, int], None]
_PAGE = 10_000
_NUMBERS = 5
_ENGINE_NAMES = frozenset({"created_by", "created_at", "number", "passed", "done", "id"})


def silent(_done: int, _total: int) -> None:
    """Tell nobody how far it has come."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow whose documents a change may move: as it was, as it shall be (None: it is gone), by which revision."""

    old: Workflow
    new: Workflow | None
    revision: str

    @property
    def both(self) -> tuple[Workflow, ...]:
        """The two, as far as they are there."""
        return (self.old,) if self.new is None else (self.old, self.new)


class Entry(NamedTuple):
    """One document: what it is called, and what it is worth."""

    id: int
    number: str | None
    value: Decimal | None


@dataclass(slots=True)
class Group:
    """Documents of one class; `at` is where they wait, `is_back` whether a revert may put them back."""

    at: tuple[str, ...]
    entries: list[Entry] = field(default_factory=list)
    is_back: bool = False

    @property
    def ids(self) -> list[int]:
        """Their ids, oldest first."""
        return [each.id for each in self.entries]

    @property
    def numbers(self) -> tuple[str, ...]:
        """What some of them are called."""
        return tuple(each.number or str(each.id) for each in self.entries[:_NUMBERS])

    @property
    def value(self) -> Decimal | None:
        """What they are worth together; None if they have no total."""
        known = [each.value for each in self.entries if each.value is not None]
        return sum(known, Decimal(0)) if known else None


class _Entry(msgspec.Struct, frozen=True):
    outcome: str = ""


class _Lane(msgspec.Struct):
    id: str = ""
    entry: int = 1
    settled: dict[str, _Entry] = {}
    waits: tuple[str, ...] = ()


class _Vote(msgspec.Struct):
    step: str = ""
    roles: tuple[str, ...] = ()
    decision: str = ""


class _State(msgspec.Struct):
    """The parts of a process state that are equal within a class; the moments and people in it are not read."""

    revision: str = ""
    phase: str = ""
    waits: tuple[str, ...] = ()
    settled: dict[str, _Entry] = {}
    hold: str | None = None
    manual: str | None = None
    rounds: dict[str, int] = {}
    votes: tuple[_Vote, ...] = ()
    lane: _Lane | None = None
    set_aside: Any = None
    fired: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    assigned: dict[str, str] = {}
    taken: dict[str, str] = {}


_state_of = msgspec.json.Decoder(_State)


def standing(text: str, revision: str) -> tuple[Hashable, tuple[str, ...], bool]:
    """Return how a document stands: what is equal within a class, where it waits, and whether it is held back.

    One that goes by the target revision already (`revision`) is in a class of its own: nothing becomes of it.
    """
    state = _state_of.decode(text)
    lane = state.lane
    settled = tuple([(step, each.outcome) for step, each in state.settled.items()])
    key: tuple[Hashable, ...] = (state.revision == revision, state.phase, state.waits, settled, state.manual)
    if lane is not None:
        key += (lane.id, lane.entry, lane.waits, tuple((step, each.outcome) for step, each in lane.settled.items()))
    if state.votes or state.rounds or state.set_aside:
        votes = tuple((each.step, each.roles, each.decision) for each in state.votes)
        key += (votes, tuple(state.rounds.items()), state.set_aside is not None)
    key += (state.fired, state.heard, state.warned, tuple(state.assigned), tuple(state.taken))
    return key, state.waits if lane is None else lane.waits, state.hold is not None


async def survey(
    work: Work, force: Force, flow: Flow, env: Env, progress: Progress = silent
) -> tuple[list[Group], int]:
    """Return the classes of the documents in flight of a workflow, and how many finish under an earlier revision.

    Args:
        work: A unit of work; one that sees a single moment, if documents may move meanwhile.
        force: The configuration whose tables are there now.
        flow: The workflow.
        env: What conditions see beside the record.
        progress: Told how many documents have been looked at, of how many.
    """
    asked = _Question(force, flow, env)
    flight = force.store.flight(flow.old.entity, flow.old.id)
    total = await flight.count(work)
    groups: dict[Hashable, Group] = {}
    pinned = seen = after = 0
    while True:
        rows = await flight.page(work, asked.parts, asked.worth, after, _PAGE)
        ledgers = await _ledgers(work, flight, after, rows) if asked.ledger and rows else {}
        for row in rows:
            key, at, is_held = standing(row["state"], flow.revision)
            if is_held:
                pinned += 1
                continue
            said = tuple([row[name] for name in asked.names])
            whole = (key, said, ledgers.get(row["id"])) if asked.is_whole else row["id"]
            group = groups.get(whole)
            if group is None:
                group = groups[whole] = Group(at)
            group.entries.append(Entry(row["id"], row["number"], row.get("worth")))
        seen += len(rows)
        progress(seen, total)
        if len(rows) < _PAGE:
            return list(groups.values()), pinned
        after = rows[-1]["id"]


class _Question:
    """What is asked of each document of a workflow: what it is worth, and what the conditions say of it.

    `is_whole` is False where the database cannot be asked a condition; each document is then a class of its own.
    """

    def __init__(self, force: Force, flow: Flow, env: Env) -> None:
        self.is_whole = True
        self.ledger = flow.new is None or bound(flow.old) != bound(flow.new)
        self._known = {*force.blueprint.entities[flow.old.entity].fields, *_ENGINE_NAMES}
        total = total_of(force, flow.old.entity)
        self.worth = force.store.records[flow.old.entity].shape.columns[total.id] if total is not None else None
        scope = force.store.scope(env, "t")
        asked = [self._asked(each, scope, condition=True) for each in conditions(flow.both)]
        asked += [self._asked(each, scope, condition=False) for each in needed(flow.both)]
        self.parts = [each for each in asked if each is not None]
        self.names = [f"c{at}" for at in range(len(self.parts))]

    def _asked(self, expression: Expression, scope: Any, *, condition: bool) -> Fragment | None:
        """Return what an expression asks of the database; None if it need not be asked, or cannot be."""
        if not {path[0] for path in expression.reads} & self._known:
            # It speaks only of what is not there yet: it says the same of every document.
            return None
        try:
            if condition:
                return Fragment(*expression.lower(scope))
            found = expression.lower_value(scope)
            return Fragment(f"({found.text}) IS NULL", found.args)
        except (ExpressionError, KeyError):
            # Lines have no value as a whole, and need none: a document without them would not be where it is.
            self.is_whole = self.is_whole and not condition
            return None


async def _ledgers(
    work: Work, flight: Flight, after: int, rows: list[dict[str, Any]]
) -> dict[int, tuple[Hashable, ...]]:
    """Return what has been done for the documents of a page, by document."""
    gathered: dict[int, list[Hashable]] = {}
    for row in await flight.done(work, after, rows[-1]["id"]):
        gathered.setdefault(row["document"], []).append((row["effect"], row["round"], row["state"]))
    return {document: tuple(entries) for document, entries in gathered.items()}


def amount_text(force: Force, entity: str, value: Decimal | None, locale: str = "en") -> str:
    """Return a sum of totals as people read it."""
    total: Field | None = total_of(force, entity)
    return "" if total is None or value is None else force.types.of(total).to_text(value, total, locale)
