"""Properties of changing the revision under documents on their way (engine §5, I6 and I7, and M9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import permutations
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from rooms.migration_kit import MovingWorld, revised
from rooms.migration_random import Reviser
from rooms.process_kit import CALENDAR, fine
from rooms.process_random import ACTS, fields_for, one_act
from sizes import size

from ordinance.process import Event, Refusal, Request, fold
from ordinance.process.index import Line, index_of
from ordinance.process.migration import Sharing, can_put_back, front, migrate
from ordinance.process.model import LedgerRow, Workflow
from ordinance.process.requests import TERMINAL
from ordinance.process.values import digest, plain

SEEDS = st.integers(0, 2**40)
CHAINS = size("revision_chains")


class Walk:
    """A document on a random walk while its workflow changes, and what must hold at every rest."""

    def __init__(self, seed: int, count: int, **more) -> None:
        self.random = Random(seed)
        self.reviser = Reviser.of(self.random, count, **more)
        first = self.reviser.workflow
        self.world = MovingWorld(first, fields_for(self.random, first))
        self.world.outcomes = lambda call, world: {path[0]: len(world.calls) % 3 for path in call.writes}
        self.lived = [first]
        fine(self.world.begin())

    def act(self, kinds: Sequence[str] = ACTS) -> None:
        world = self.world
        before = world.document
        answer = world.act(lambda: one_act(self.random, world, kinds)[1])
        if isinstance(answer, Refusal):
            assert world.document == before
            return
        self._arrived()

    def revise(self, new: Workflow | None = None) -> None:
        world, new = self.world, new or self.reviser.next()
        before = world.document
        answer = world.move(new, choice="move")
        if isinstance(answer, Refusal):
            assert world.document == before and answer.reasons
            answer = fine(world.move(new, choice=self.random.choice(["departure", "end"])))
            assert world.state.hold and world.workflow is not new
            assert replace(world.state, hold=None, version=0) == replace(before.state, hold=None, version=0)
            return
        if before.state.phase == "running":
            assert world.state.phase != "draft", "a document that was begun is a draft again"
        self._arrived()

    def _arrived(self) -> None:
        if self.world.workflow is not self.lived[-1]:
            self.lived.append(self.world.workflow)
        everything_holds(self.world)


def everything_holds(world: MovingWorld) -> None:
    no_debt(world)
    world_equals_ledger(world)
    rests_somewhere(world)


def no_debt(world: MovingWorld) -> None:
    """I1: at rest every effect of a settled step is done or waived, and what no open gate stands before is not stale."""
    line = index_of(world.workflow).main
    first = next((at for at, each in enumerate(line.steps) if each.id not in world.state.settled), len(line.steps))
    passed = {each.id for at, each in enumerate(line.steps) if at < first or line.group_of[at] == line.group_of[first]}
    live = {(row.effect, row.round): row for row in world.document.ledger if row.state != "undone"}
    for each in world.workflow.steps:
        if each.id not in world.state.settled or world.state.phase == "cancelled":
            continue
        rounds = world.state.rounds.get(each.id, 0) if each.until is not None else 0
        for bound in (*each.arriving_does, *each.does):
            if bound.each_round and rounds:
                assert all((bound.id, number) in live for number in range(1, rounds + 1))
                continue
            if bound.each_round and (each.until is not None or world.state.settled[each.id].outcome == "n/a"):
                continue
            row = live.get((bound.id, int(bound.each_round)))
            assert row is not None, f"{bound.id} of {each.id} is owed"
            if row.state == "done" and row.undo != "keep" and each.id in passed:
                assert row.inputs_hash == present(world, bound), f"{bound.id} of {each.id} is stale"


def present(world: MovingWorld, bound) -> str:
    inputs = {name: plain(world.document.fields[next(iter(each.reads))[0]]) for name, each in bound.inputs.items()}
    return digest(inputs) if inputs else ""


def world_equals_ledger(world: MovingWorld) -> None:
    """I2: what was carried out is what the ledger says."""
    forgotten = {row.effect for row in world.document.ledger if row.undo == "forget"}
    done = world.rows("done")
    assert done <= set(world.done)
    assert {key for key in world.done if key not in done and key[0] not in forgotten} == set()
    rows = [(row.effect, row.round) for row in world.document.ledger if row.state != "undone"]
    assert len(rows) == len(set(rows)), "an effect twice"


def rests_somewhere(world: MovingWorld) -> None:
    """I8: a running document waits for something that is there, in one block alone (R15); a draft in the draft alone."""
    state = world.state
    if state.phase in TERMINAL:
        assert not state.waits and state.lane is None and state.ended
        return
    assert state.lane.waits if state.lane is not None else state.waits
    for each in state.waits:
        assert each == "draft" or (world.workflow.step(each) is not None and each not in state.settled)
    assert set(state.arrived) >= set(state.waits)
    lines = index_of(world.workflow)
    one_block(lines.main, state.waits, state.settled)
    if state.lane is not None:
        one_block(lines.lanes[state.lane.id], state.lane.waits, state.lane.settled)


def one_block(line: Line, waits: tuple[str, ...], settled: Collection[str]) -> None:
    """A document waits at its first step that is not settled and those beside it, and nowhere else."""
    if "draft" in waits:
        assert waits == ("draft",)
        return
    first = next((line.group_of[at] for at, each in enumerate(line.steps) if each.id not in settled), None)
    assert all(line.group_of[line.position[each]] == first for each in waits), "two blocks are open"


@settings(max_examples=CHAINS, deadline=None, database=None)
@given(count=st.integers(1, 5), acts=st.integers(2, 20), seed=SEEDS)
def test_every_chain_of_revisions_and_acts_keeps_the_invariants(count, acts, seed):
    walk = Walk(seed, count)
    for _ in range(acts):
        if walk.random.random() < 0.35:
            walk.revise()
        else:
            walk.act()
    folds(walk)
    nothing_is_lost_or_doubled(walk)


@settings(max_examples=CHAINS, deadline=None, database=None)
@given(count=st.integers(3, 5), seed=SEEDS)
def test_a_gate_put_before_the_document_is_the_only_one_open_and_what_it_overtakes_is_renewed(count, seed):
    walk = Walk(seed, count)
    for _ in range(walk.random.randrange(1, count + 2)):
        walk.act(("pass",))
    new = walk.reviser.put_before(walk.world.state.settled)
    if new is None or walk.world.state.phase != "running":
        return
    walk.revise(new)
    for _ in range(walk.random.randrange(2, 8)):
        walk.act(("pass", "pass", "amend", "amend", "edit", "refuse", "hold"))
    folds(walk)
    nothing_is_lost_or_doubled(walk)


def folds(walk: Walk) -> None:
    """I5: the events of all revisions, written down and read again, are the document."""
    world = walk.world
    text = [msgspec.json.encode(event) for event in world.events]
    events = [msgspec.json.decode(each, type=Event) for each in text]
    assert fold(walk.lived[0], events) == (world.state, world.document.ledger)


def nothing_is_lost_or_doubled(walk: Walk) -> None:
    """I6: what every revision bound without condition is done at the end, once."""
    world = walk.world
    counts: dict[str, int] = {}
    for each in world.log:
        counts[each[1:]] = counts.get(each[1:], 0) + (1 if each[0] == "+" else -1)
    lasting = {row.effect for row in world.document.ledger if row.undo == "forget"}
    assert all(count in (0, 1) for name, count in counts.items() if name.partition("#")[0] not in lasting)
    if world.state.phase != "complete":
        return
    live = {(row.effect, row.round): row for row in world.document.ledger if row.state != "undone"}
    for id_ in set.intersection(*map(always_done, walk.lived)):
        assert live[id_, 0].state == "done", f"{id_} is lost"


def always_done(workflow: Workflow) -> set[str]:
    return {
        each.id
        for one in workflow.steps if one.when is None
        for each in (*one.arriving_does, *one.does) if each.when is None and not each.each_round
    }  # fmt: skip


@settings(max_examples=CHAINS // 4, deadline=None, database=None)
@given(count=st.integers(1, 5), acts=st.integers(0, 14), seed=SEEDS)
def test_i6_migrating_to_the_revision_it_is_on_is_the_identity(count, acts, seed):
    walk = walked(seed, count, acts)
    world = walk.world
    if world.state.hold is None:
        answer = fine(world.move(revised(world.workflow, world.state.revision)))
        assert answer.document is world.document and answer.event is None and not answer.effects
    if world.state.phase in TERMINAL:
        return
    # The same text under another name: nothing but the name of the revision changes.
    before = world.document
    answer = fine(world.move(revised(world.workflow, "another"), choice="move"))
    assert not answer.effects and answer.document.ledger == before.ledger
    after = replace(answer.document.state, revision=before.state.revision, version=before.state.version)
    assert after == replace(before.state, hold=None)


def walked(seed: int, count: int, acts: int, **more) -> Walk:
    """Return a walk of so many acts and revisions."""
    walk = Walk(seed, count, **more)
    for _ in range(acts):
        if walk.random.random() < 0.3:
            walk.revise()
        else:
            walk.act()
    return walk


@settings(max_examples=CHAINS // 4, deadline=None, database=None)
@given(count=st.integers(2, 6), acts=st.integers(0, 10), seed=SEEDS)
def test_i7_switching_off_several_at_once_or_one_after_the_other_in_any_order_is_the_same(count, acts, seed):
    walk = walked(seed, count, acts, finals=False)
    world, random = walk.world, walk.random
    # A rule of a step that is on in between may end the document there: that is an act, not a switch.
    steps = tuple(replace(each, by_itself=()) for each in world.workflow.steps)
    fine(world.move(revised(world.workflow, "quiet", steps=steps), choice="move"))
    on = [each.id for each in world.workflow.steps if each.enabled is True]
    off = random.sample(on, min(len(on), 3))
    ends = set()
    for order in (None, *permutations(off)):
        copy = again(world)
        for number, ids in enumerate([off] if order is None else [[each] for each in order]):
            fine(copy.move(without(copy.workflow, ids, f"off{number}"), choice="move"))
        ends.add((told(copy), frozenset(copy.log[len(world.log) :])))
    assert len(ends) == 1


def again(world: MovingWorld) -> MovingWorld:
    """Return a world of its own that stands where the other one stands."""
    copy = MovingWorld(world.workflow)
    copy.document, copy.done, copy.log = world.document, dict(world.done), list(world.log)
    copy.now, copy.outcomes, copy.forgettable = (
        world.now,
        lambda call, _: dict.fromkeys((path[0] for path in call.writes), 1),
        set(world.forgettable),
    )
    copy.chain = list(world.chain)
    return copy


def without(workflow: Workflow, ids: list[str], revision: str) -> Workflow:
    steps = tuple(replace(each, enabled=each.enabled and each.id not in ids, was=None) for each in workflow.steps)
    return revised(workflow, revision, steps=steps)


def told(world: MovingWorld) -> tuple:
    """Return what can be noticed of a document, without what counts and names."""
    state = world.state
    rows = frozenset((row.effect, row.round, row.inputs_hash) for row in world.document.ledger if row.state == "done")
    lane = (state.lane.id, state.lane.waits) if state.lane else None
    return frozenset(state.settled), state.waits, state.phase, lane, rows


@settings(max_examples=CHAINS // 4, deadline=None, database=None)
@given(count=st.integers(1, 5), acts=st.integers(0, 12), seed=SEEDS)
def test_m9_what_can_be_put_back_is_put_back_exactly(count, acts, seed):
    walk = walked(seed, count, acts)
    world, old = walk.world, walk.world.workflow
    before, done = world.document, dict(world.done)
    answer = world.move(walk.reviser.next(), choice="move")
    if isinstance(answer, Refusal) or answer.event is None:
        return
    if can_put_back(answer.event, world.document):
        moved = world.document
        assert isinstance(world.back(old), Refusal) and world.document is moved
        return
    fine(world.back(old))
    assert replace(world.state, version=0, seq=0) == replace(before.state, version=0, seq=0)
    assert in_force(world.document.ledger) == in_force(before.ledger)
    lasting = {row.effect for row in world.document.ledger if row.undo == "forget"}
    assert {key for key in world.done if key[0] not in lasting} == {key for key in done if key[0] not in lasting}
    folds(walk)
    everything_holds(world)


def in_force(ledger: tuple[LedgerRow, ...]) -> list[LedgerRow]:
    return [row for row in ledger if row.state != "undone"]


@settings(max_examples=CHAINS // 8, deadline=None, database=None)
@given(count=st.integers(2, 4), seed=SEEDS)
def test_documents_of_a_class_share_what_becomes_of_them(count, seed):
    random = Random(seed)
    reviser = Reviser.of(random, count)
    old = reviser.workflow
    worlds = [MovingWorld(old, fields_for(Random(seed + at % 3), old)) for at in range(6)]
    for at, world in enumerate(worlds):
        steps = Random(seed + at % 2)
        world.later(hours=at)
        fine(world.begin())
        for _ in range(4):
            one_act(steps, world)
    new = reviser.next()
    request = Request("q", "migrate", actor="root", facts={"consents": frozenset(f"e{at}" for at in range(99))})
    sharing = Sharing(old, new, request, worlds[-1].now, CALENDAR)
    for world in worlds:
        alone = migrate(old, new, world.document, request, worlds[-1].now, CALENDAR)
        shared = sharing.migrate(world.document)
        assert type(shared) is type(alone)
        if isinstance(alone, Refusal):
            assert [each.code for each in shared.reasons] == [each.code for each in alone.reasons]
        elif alone.more:
            assert shared.effects == alone.effects and shared.wants == alone.wants
        else:
            assert shared == alone
    assert sharing.made <= len(worlds)


@settings(max_examples=CHAINS // 8, deadline=None, database=None)
@given(count=st.integers(1, 5), acts=st.integers(0, 10), seed=SEEDS)
def test_a_document_that_is_refused_is_as_it_was(count, acts, seed):
    walk = walked(seed, count, acts)
    world = walk.world
    world.agrees = False
    before, new = world.document, walk.reviser.next()
    answer = migrate(
        world.workflow, new, before, world.request("migrate", facts={"choice": "move"}), world.now, CALENDAR
    )
    assert world.document is before
    if isinstance(answer, Refusal):
        assert answer.reasons
    assert 0 <= front(world.workflow, new, before) <= len(new.steps)
