"""Properties of the engine over random workflows and random walks (engine §5, I1 to I5 and I8)."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from itertools import takewhile
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from rooms.process_kit import CALENDAR, World, effect, fine, flow, lane, step, walks
from rooms.process_random import fields_for, one_act, some_workflow

from ordinance.process import (
    Event,
    LedgerRow,
    ProcessState,
    Refusal,
    Transition,
    available,
    fold,
    next_tick,
    status,
    transition,
)
from ordinance.process.index import index_of
from ordinance.process.model import Workflow
from ordinance.process.requests import TERMINAL
from ordinance.process.values import digest, plain

SEEDS = st.integers(0, 2**40)


def begun(seed: int, count: int, **more) -> tuple[Random, World]:
    random = Random(seed)
    workflow = some_workflow(random, count, **more)
    world = World(workflow, fields_for(random, workflow))
    world.outcomes = lambda call, world: {path[0]: len(world.calls) % 3 for path in call.writes}
    fine(world.begin())
    return random, world


@settings(max_examples=walks(), deadline=None, database=None)
@given(count=st.integers(1, 6), acts=st.integers(1, 16), seed=SEEDS)
def test_every_walk_keeps_the_invariants(count, acts, seed):
    random, world = begun(seed, count)
    everything_holds(world)
    for _ in range(acts):
        before, copy, known = world.document, deepcopy(world.document), len(world.calls)
        kind, answer = one_act(random, world)
        assert before == copy, "a transition changed what it was given"
        if isinstance(answer, Refusal):
            assert world.document == before
            assert answer.reasons
            continue
        if answer.event is None:
            assert answer.document is before and not answer.effects
            continue
        assert world.state.version == before.state.version + 1
        everything_holds(world)
        gates_were_right(world, answer)
        if kind in ("refuse", "cancel"):
            undone_in_reverse(world, known)
        if kind == "refuse" and world.state.lane is None:
            nothing_done_behind_the_landing(world)
        if world.state.phase == "cancelled":
            nothing_left_but_what_is_kept(world)
    folds(world)


def everything_holds(world: World) -> None:
    no_debt(world)
    world_equals_ledger(world)
    rests_somewhere(world)


def gates_were_right(world: World, answer: Transition) -> None:
    """R1: a gate is what is on and belongs to the process; what was passed over is not."""
    for each in world.workflow.steps:
        settled = answer.event.settled.get(each.id)
        belongs = each.when is None or world.document.fields[next(iter(each.when.reads))[0]]
        if each.id in answer.opens and each.id in world.state.waits:
            assert each.enabled and belongs
        elif settled is not None and settled.outcome == "off":
            assert belongs and not each.enabled
        elif settled is not None and settled.outcome == "n/a":
            assert not belongs


def no_debt(world: World) -> None:
    """I1: at rest every effect of a settled step is done or waived, under present inputs."""
    live = {(row.effect, row.round): row for row in world.document.ledger if row.state != "undone"}
    for each in world.workflow.steps:
        if each.id not in world.state.settled or world.state.phase == "cancelled":
            continue
        for bound in (*each.arriving_does, *each.does):
            if bound.each_round and each.until is not None:
                rounds = range(1, world.state.rounds.get(each.id, 0) + 1)
                assert all((bound.id, number) in live for number in rounds)
                continue
            row = live.get((bound.id, 1 if bound.each_round else 0))
            assert row is not None, f"{bound.id} of {each.id} is owed"
            if row.state == "done" and row.undo != "keep":
                assert row.inputs_hash == present(world, bound), f"{bound.id} is stale"


def present(world: World, bound) -> str:
    fields = world.document.fields
    inputs = {name: plain(fields[next(iter(each.reads))[0]]) for name, each in bound.inputs.items()}
    return digest(inputs) if inputs else ""


def world_equals_ledger(world: World) -> None:
    """I2: what was carried out is what the ledger says; a mail that may run again cannot be taken out of the world."""
    forgotten = {row.effect for row in world.document.ledger if row.undo == "forget"}
    done = world.rows("done")
    assert done <= set(world.done)
    assert {key for key in world.done if key not in done and key[0] not in forgotten} == set()
    rows = [(row.effect, row.round) for row in world.document.ledger if row.state != "undone"]
    assert len(rows) == len(set(rows)), "an effect twice"


def rests_somewhere(world: World) -> None:
    """I8: a running document waits for something, and only for what is there and not settled."""
    state = world.state
    if state.phase in TERMINAL:
        assert not state.waits and state.lane is None and state.ended
        return
    assert state.waits and (state.lane is None or state.lane.waits)
    for each in state.waits:
        assert each == "draft" or (world.workflow.step(each) is not None and each not in state.settled)
    assert set(state.arrived) >= set(state.waits)
    assert status(world.workflow, state)
    next_tick(world.workflow, state, CALENDAR)


def undone_in_reverse(world: World, known: int) -> None:
    """I4: what a send back or a cancel takes back goes in the reverse order of the dos."""
    seqs: dict[tuple[str, int], list[int]] = {}
    for row in world.document.ledger:
        if row.state == "undone":
            seqs.setdefault((row.effect, row.round), []).append(row.seq)
    undone = list(takewhile(lambda call: call.verb == "undo", world.calls[known:]))
    order = [max(seqs[call.effect, call.round]) for call in undone]
    assert order == sorted(order, reverse=True)


def nothing_done_behind_the_landing(world: World) -> None:
    """I4: after sending back to L nothing bound at or after L is done, but what is kept or has just happened again."""
    index, state = index_of(world.workflow), world.state
    if state.phase in TERMINAL:
        return
    landing = index.main.position.get(state.manual or "", 0)
    start = index.main.start(landing) if state.manual in index.main.position else 0
    assert state.manual, "the step landed on waits for a person"
    for row in world.document.ledger:
        bound = index.bound.get(row.effect)
        if row.state != "done" or row.undo == "keep" or bound is None or bound.position < start:
            continue
        assert index.main.group_of[bound.position] == index.main.group_of[landing]
        step_id = world.workflow.steps[bound.position].id
        assert bound.arriving or step_id in state.settled


def nothing_left_but_what_is_kept(world: World) -> None:
    for row in world.document.ledger:
        assert row.state != "done" or row.undo == "keep" or row.step.startswith("lane:")


def folds(world: World) -> None:
    """I5: the events, written down and read again, are the document."""
    text = [msgspec.json.encode(event) for event in world.events]
    events = [msgspec.json.decode(each, type=Event) for each in text]
    assert fold(world.workflow, events) == (world.state, world.document.ledger)
    assert msgspec.json.decode(msgspec.json.encode(world.state), type=ProcessState) == world.state
    rows = msgspec.json.decode(msgspec.json.encode(world.document.ledger), type=tuple[LedgerRow, ...])
    assert rows == world.document.ledger


@settings(max_examples=walks() // 4, deadline=None, database=None)
@given(count=st.integers(1, 6), seed=SEEDS)
def test_i3_forward_the_effects_are_the_same_for_all_sets_of_toggles(count, seed):
    logs = set()
    for mask in {0, 2**count - 1, Random(seed).randrange(2**count), Random(seed + 1).randrange(2**count)}:
        random = Random(seed)
        workflow = without_rules(some_workflow(random, count, rounds=False, blocks=False))
        steps = tuple(replace(each, enabled=bool(mask >> at & 1)) for at, each in enumerate(workflow.steps))
        world = World(replace(workflow, steps=steps), fields_for(random, workflow))
        world.outcomes = lambda call, world: {path[0]: 1 for path in call.writes}
        fine(world.begin())
        while world.state.phase not in TERMINAL:
            fine(world.ask("pass", world.waits[0]))
        logs.add(tuple(world.log))
    assert len(logs) == 1


def without_rules(workflow: Workflow) -> Workflow:
    steps = tuple(replace(each, by_itself=(), count=1, back_to=()) for each in workflow.steps)
    return replace(workflow, steps=steps)


@settings(max_examples=walks() // 4, deadline=None, database=None)
@given(count=st.integers(1, 6), acts=st.integers(1, 10), seed=SEEDS)
def test_i5_the_same_requests_and_outcomes_give_the_same_state(count, acts, seed):
    _, one = walked(seed, count, acts)
    _, other = walked(seed, count, acts)
    assert one.document == other.document
    assert one.events == other.events
    assert one.log == other.log


def walked(seed: int, count: int, acts: int) -> tuple[Random, World]:
    random, world = begun(seed, count)
    for _ in range(acts):
        one_act(random, world)
    return random, world


@settings(max_examples=walks() // 4, deadline=None, database=None)
@given(count=st.integers(1, 6), acts=st.integers(0, 10), seed=SEEDS)
def test_a_button_that_is_allowed_can_be_pressed(count, acts, seed):
    _, world = walked(seed, count, acts)
    request = world.request("pass", who="bob")
    for button in available(world.workflow, world.document, request, world.now, CALENDAR):
        if button.kind not in ("step", "send_back", "take", "close"):
            continue
        kind = {"step": "pass", "send_back": "refuse"}.get(button.kind, button.kind)
        for to in button.to or (None,):
            ask = replace(request, kind=kind, step=button.id, to=to, reason="why")
            answer = transition(world.workflow, world.document, ask, world.now, CALENDAR)
            if not button.allowed:
                assert isinstance(answer, Refusal)
            elif isinstance(answer, Refusal):
                assert {each.code for each in answer.reasons} <= {"no_change", "final", "cannot_send_back"}


@settings(max_examples=walks() // 4, deadline=None, database=None)
@given(count=st.integers(2, 6), acts=st.integers(1, 12), seed=SEEDS)
def test_r10_what_is_final_is_never_undone(count, acts, seed):
    random, world = begun(seed, count)
    for _ in range(acts):
        one_act(random, world)
        finals = {each.effect for each in world.document.ledger if each.undo == "never"}
        assert not any(call.verb == "undo" and call.effect in finals for call in world.calls)


def test_r9_an_effect_that_is_bound_nowhere_any_more_is_undone_with_its_step_or_what_came_after():
    before = flow(step("a", effect("x")), step("b", effect("y"), back_to=("a",)), step("c", back_to=("a", "b")))
    world = World(before, {})
    world.begin()
    world.ask("pass", "a")
    world.ask("pass", "b")
    assert world.log == ["+x", "+y"]
    world.workflow = flow(
        step("a"), step("b", back_to=("a",)), step("c", back_to=("a", "b")), lanes=(lane("cancel", ends="cancelled"),)
    )
    fine(world.ask("refuse", "c", to="b", reason="x"))
    assert world.log[-1] == "-y"
    fine(world.ask("cancel"))
    assert world.log[-1] == "-x"


def test_r9_an_orphan_of_a_vanished_step_goes_by_the_time_it_ran():
    b, c = step("b"), step("c", back_to=("b",))
    world = World(flow(step("a"), step("early", effect("x")), b, step("late", effect("y")), c), {})
    world.begin()
    for place in ("a", "early", "b", "late"):
        fine(world.ask("pass", place))
    world.workflow = flow(step("a"), b, c)
    kept = {key: each for key, each in world.state.settled.items() if key in ("a", "b")}
    world.document = replace(world.document, state=replace(world.state, settled=kept))
    fine(world.ask("refuse", "c", reason="x"))
    assert (world.log, world.waits) == (["+x", "+y", "-y"], ("b",))


def test_r7_after_a_move_sending_back_goes_by_the_present_binding():
    world = World(flow(step("a", effect("x")), step("b"), step("c", back_to=("b",))), {})
    world.begin()
    world.ask("pass", "a")
    world.ask("pass", "b")
    world.workflow = flow(step("a"), step("b", effect("x")), step("c", back_to=("b",)))
    fine(world.ask("refuse", "c", reason="x"))
    assert world.log == ["+x", "-x"]
    fine(world.ask("pass", "b"))
    assert world.log == ["+x", "-x", "+x"]
