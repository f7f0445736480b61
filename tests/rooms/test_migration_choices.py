"""What the administrator may choose, must answer, and can take back (engine M6, M8, M9)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rooms.migration_kit import ABC, begun, revised, with_step
from rooms.process_kit import CALENDAR, NOW, codes, effect, fine, flow, lane, step

from ordinance.process import Request, fold
from ordinance.process.migration import can_put_back, has_left, migrate

# M6 choices


def test_m6_held_until_departure_it_stays_for_its_gate_and_migrates_in_the_act_that_leaves_it():
    world = begun(ABC, "a")
    new = with_step(with_step(ABC, "b", enabled=False), "c", "r2", enabled=False)
    held = fine(world.move(new, choice="departure"))
    assert (world.waits, world.state.revision, world.state.hold, held.event.kind) == (
        ("b",),
        "r1",
        "departure",
        "migrate",
    )
    assert fine(world.act(lambda: world.ask("take", "b", who="bob"))).event.kind == "take"
    last = fine(world.act(lambda: world.ask("pass", "b", who="bob")))
    assert [each.kind for each in world.events[-2:]] == ["pass", "migrate"]
    assert (world.state.phase, last.event.revision, world.state.hold) == ("complete", "r2", None)
    assert world.log == ["+x", "+y", "+z"]
    assert fold(ABC, world.events) == (world.state, world.document.ledger)


def test_m6_the_last_of_a_block_is_the_departure_and_a_lane_is_none():
    old = flow(step("p", together="t"), step("q", together="t"), step("z"), lanes=(lane("pause", steps=(step("y"),)),))
    world = begun(old)
    fine(world.move(with_step(old, "z", enabled=False), choice="departure"))
    before = world.state
    fine(world.ask("pass", "p"))
    assert not has_left(before, world.state)
    fine(world.ask("lane", lane="pause"))
    assert not has_left(before, world.state)
    fine(world.ask("pass", "y"))
    before = world.state
    fine(world.ask("pass", "q"))
    assert has_left(before, world.state)


def test_m6_finishing_under_the_old_it_never_moves_unless_told_to():
    world = begun(ABC, "a")
    new = with_step(ABC, "c", enabled=False)
    fine(world.move(new, choice="end"))
    assert fine(world.move(with_step(new, "b", "r3", enabled=False))).event is None
    fine(world.act(lambda: world.ask("pass", "b")))
    assert (world.waits, world.state.revision) == (("c",), "r1")
    fine(world.move(new, choice="move"))
    assert (world.state.phase, world.state.revision, world.state.hold) == ("complete", "r2", None)


def test_m6_to_the_revision_it_is_on_and_of_what_has_ended_nothing_happens():
    world = begun(ABC, "a")
    assert fine(world.move(ABC)).event is None
    assert fine(world.move(ABC)).document is world.document
    world.ask("pass", "b")
    world.ask("pass", "c")
    assert fine(world.move(revised(ABC))).event is None


# M8 refusals that somebody must answer


def test_m8_a_workflow_that_vanished_is_named_and_the_document_may_end_under_the_old():
    world = begun(ABC, "a")
    answer = world.move(None)
    assert codes(answer) == ["workflow_gone"] and "order" in answer.reasons[0].message.en
    fine(world.move(None, choice="end"))
    fine(world.ask("pass", "b"))
    fine(world.ask("pass", "c"))
    assert world.state.phase == "complete"


def test_m8_an_input_of_an_owed_effect_that_is_missing_is_named_and_may_be_supplied():
    old = flow(step("a"), step("b", effect("y", reads=("price",), needs=("price",)), asks=("price",)), step("c"))
    new = with_step(old, "b", enabled=False)
    world = begun(old, "a", price=None)
    answer = world.move(new)
    assert codes(answer) == ["effect_needs_off"] and world.waits == ("b",)
    moved = fine(world.move(new, supplied={"price": 7}))
    assert moved.event.patch == {"price": 7} and dict(world.calls[-1].inputs) == {"price": 7}
    filled = begun(old, "a", price=5)
    assert fine(filled.move(new, supplied={"price": 7})).event.patch == {}


@pytest.mark.parametrize(
    ("bound", "code"),
    [(effect("goods", witness=True), "consent_witness"), (effect("goods", "never"), "consent_final")],
)
def test_m8_what_is_final_or_a_physical_fact_is_booked_only_with_consent(bound, code):
    old = flow(step("a"), step("ship", bound), step("c"))
    world = begun(old, "a")
    world.agrees = False
    answer = world.move(with_step(old, "ship", enabled=False))
    assert codes(answer) == [code] and answer.reasons[0].wanted == "goods"
    assert "goods" in answer.reasons[0].message.en and "ship" in answer.reasons[0].message.zh
    assert world.log == [] and world.waits == ("ship",)
    fine(world.move(with_step(old, "ship", enabled=False), consents=frozenset({"goods"})))
    assert world.log == ["+goods"]


def test_m8_consent_is_asked_before_anything_is_carried_out():
    old = flow(step("a"), step("b", effect("y", writes=("w",))), step("ship", effect("goods", "never")), step("c"))
    world = begun(old, "a", w=None)
    world.agrees = False
    off = revised(old, steps=tuple(replace(each, enabled=each.id not in ("b", "ship")) for each in old.steps))
    assert codes(world.move(off)) == ["consent_final"]
    assert (world.log, world.waits) == ([], ("b",))


def test_m8_consent_is_asked_before_what_needs_it_is_handed_out():
    both = (effect("goods", "never"), effect("y", writes=("w",)))
    old = flow(step("a"), step("b", *both), step("c"))
    world = begun(old, "a", w=None)
    new = with_step(old, "b", enabled=False)
    assert codes(migrate(old, new, world.document, Request("q", "migrate"), NOW, CALENDAR)) == ["consent_final"]


def test_m8_a_lane_that_vanished_is_named_to_whoever_is_in_it():
    old = replace(ABC, lanes={"pause": lane("pause", steps=(step("y"),))})
    world = begun(old, "a")
    fine(world.ask("lane", lane="pause"))
    assert codes(world.move(revised(old, lanes={}))) == ["lane_gone"]
    fine(world.move(revised(old, lanes={}), choice="departure"))
    last = fine(world.act(lambda: world.ask("pass", "y")))
    assert (last.event.revision, world.waits) == ("r2", ("b",))


def test_r10_what_is_final_is_not_redone():
    old = flow(
        step("a", effect("x")), step("b", effect("goods", "never", reads=("total",))), step("c"),
        lanes=(lane("change", changes=("total",)),),
    )  # fmt: skip
    world = begun(old, "a", "b", total=10)
    world.set(total=20)
    world.document = replace(
        world.document, state=replace(world.state, settled={"a": world.state.settled["a"]}, waits=("b",))
    )  # fmt: skip
    answer = world.move(with_step(old, "b", enabled=False))
    assert codes(answer)[0] == "final"


# M9 putting back


def test_m9_the_last_event_was_the_migration_so_it_is_put_back_exactly():
    world = begun(ABC, "a")
    before = world.document
    fine(world.move(with_step(ABC, "b", enabled=False)))
    put = fine(world.back(ABC))
    assert world.log == ["+x", "+y", "-y"]
    assert replace(world.state, version=0, seq=0) == replace(before.state, version=0, seq=0)
    assert (put.event.revision, put.opens) == ("r1", ("b",))
    assert fold(ABC, world.events) == (world.state, world.document.ledger)
    fine(world.ask("pass", "b"))
    fine(world.ask("pass", "c"))
    assert world.log == ["+x", "+y", "-y", "+y", "+z"]


def test_m9_what_the_migration_did_goes_newest_first_and_nothing_is_counted_twice():
    world = begun(ABC, "a")
    off = revised(ABC, steps=(ABC.steps[0], *(replace(each, enabled=False) for each in ABC.steps[1:])))
    moved = fine(world.move(off))
    put = fine(world.back(ABC))
    assert (world.log, world.state.phase) == (["+x", "+y", "+z", "-z", "-y"], "running")
    assert put.event.seq == moved.event.seq
    fine(world.ask("pass", "b"))
    seqs = [row.seq for row in world.document.ledger]
    assert len(set(seqs)) == len(seqs) == 4


def test_m9_not_after_something_else_has_happened():
    world = begun(ABC, "a")
    event = fine(world.move(with_step(ABC, "b", enabled=False))).event
    fine(world.ask("take", "c", who="bob"))
    assert [each.code for each in can_put_back(event, world.document)] == ["not_last"]
    world.events.append(event)
    assert codes(world.back(ABC)) == ["not_last"]


@pytest.mark.parametrize("undo", ["keep", "never"])
def test_m9_not_when_what_the_migration_did_stays(undo):
    old = flow(step("a"), step("b", effect("y", undo)), step("c"))
    world = begun(old, "a")
    event = fine(world.move(with_step(old, "b", enabled=False))).event
    assert [each.code for each in can_put_back(event, world.document)] == ["kept_for_good"]


def test_m9_not_when_the_migration_took_something_back():
    old = flow(
        step("a", effect("x")), step("b", effect("y", reads=("n",))), step("c"), lanes=(lane("change", changes=("n",)),)
    )
    world = begun(old, "a", "b", n=1)
    fine(world.ask("amend", lane="change", given={"n": 2}))
    event = fine(world.move(with_step(old, "b", enabled=False))).event
    assert [each.code for each in can_put_back(event, world.document)] == ["taken_back_then"]


def test_m9_not_when_the_migration_ended_a_lane_and_applied_what_was_proposed():
    change = lane("change", changes=("n",), steps=(step("y"),))
    world = begun(flow(step("a"), step("b"), lanes=(change,)), "a", n=1)
    fine(world.ask("amend", lane="change", given={"n": 2}))
    event = fine(world.move(revised(world.workflow, lanes={"change": replace(change, steps=())}))).event
    assert (event.patch, world.state.lane) == ({"n": 2}, None)
    assert [each.code for each in can_put_back(event, world.document)] == ["proposals_applied"]


def test_m9_a_hold_is_put_back_too():
    world = begun(ABC, "a")
    fine(world.move(revised(ABC), choice="end"))
    fine(world.back(ABC))
    assert world.state.hold is None and world.waits == ("b",)


def test_a_stale_version_is_refused():
    world = begun(ABC, "a")
    request = Request("q", "migrate", actor="root", expects=9)
    assert codes(migrate(ABC, revised(ABC), world.document, request, NOW, CALENDAR)) == ["stale"]
