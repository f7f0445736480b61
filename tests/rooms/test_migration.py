"""Changing the revision under a document on its way: which step is which, how far it is (engine M1 to M3)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rooms.migration_kit import ABC, begun, outcome, revised, with_step
from rooms.process_kit import effect, fine, flow, step

from ordinance.expressions import Span
from ordinance.process import fold
from ordinance.process.migration import front, names_of


@pytest.mark.requirement("B-15")
def test_a_step_switched_off_lets_waiting_documents_on_and_its_effect_runs_once():
    world = begun(ABC, "a")
    moved = fine(world.move(with_step(ABC, "b", enabled=False)))
    assert (world.waits, world.log, outcome(world, "b")) == (("c",), ["+x", "+y"], "off")
    assert (moved.event.kind, moved.event.revision, moved.event.cause) == ("migrate", "r2", "r")
    assert moved.event.before.state.revision == "r1"
    assert moved.event.version == world.state.version == 3
    assert fold(ABC, world.events) == (world.state, world.document.ledger)
    fine(world.ask("pass", "c"))
    assert (world.state.phase, world.log) == ("complete", ["+x", "+y", "+z"])


# M1 identity


def test_m1_a_step_that_is_called_otherwise_keeps_everything_it_has():
    old = flow(step("a", effect("x")), step("b", effect("y"), due=Span(days=2), count=2, back_to=("a",)), step("c"))
    world = begun(old, "a")
    fine(world.ask("take", "b", who="bob"))
    fine(world.ask("pass", "b", who="bob"))
    arrived, due = world.state.arrived["b"], world.state.due["b"]
    world.later(hours=5)
    steps = (replace(old.steps[0], id="first", was="a"), replace(old.steps[1], id="second", was="b"), old.steps[2])
    fine(world.move(revised(old, steps=steps)))
    assert (world.waits, tuple(world.state.settled)) == (("second",), ("first",))
    assert (world.state.arrived["second"], world.state.due["second"]) == (arrived, due)
    assert world.state.taken == {"second": "bob"}
    assert [(each.step, each.actor) for each in world.state.votes] == [("second", "bob")]
    assert world.state.passed_by["first"] == ("ann",)
    assert [row.step for row in world.document.ledger] == ["first"]
    fine(world.ask("pass", "second", who="eve"))
    assert world.waits == ("c",)


def test_m1_two_steps_may_swap_their_names_in_one_revision_and_the_words_do_not_count_twice():
    world = begun(ABC, "a")
    a, b, c = ABC.steps
    swapped = revised(ABC, steps=(replace(a, id="b", was="a"), replace(b, id="a", was="b", back_to=()), c))
    fine(world.move(swapped))
    assert (world.waits, tuple(world.state.settled)) == (("a",), ("b",))
    fine(world.move(revised(swapped, "r3")))
    assert (world.waits, tuple(world.state.settled)) == (("a",), ("b",))


def test_m1_a_step_that_takes_the_name_of_another_one_does_not_take_its_place():
    world = begun(ABC, "a", "b")
    a, b, _ = ABC.steps
    new = revised(ABC, steps=(a, replace(b, id="c", was="b")))
    assert "c" not in names_of(ABC, new).steps
    fine(world.move(new))
    assert (tuple(world.state.settled), world.state.phase) == (("a", "c"), "complete")


def test_m1_what_ran_at_a_step_that_is_gone_did_not_run_at_the_one_that_has_its_name_now():
    old = flow(step("z"), step("a", effect("x")), step("b", effect("y")), step("c", back_to=("b",)))
    world = begun(old, "z", "a", "b")
    z, _, b, c = old.steps
    fine(world.move(revised(old, steps=(z, b, c))))
    fine(world.move(revised(old, "r3", steps=(z, b, step("a"), c))))
    fine(world.ask("refuse", "c", reason="no"))
    assert world.log == ["+x", "+y", "-y"], "it ran before b was passed, so it stays (engine R9)"


def test_m1_an_id_that_comes_back_is_a_new_step_but_its_effect_stays_done():
    world = begun(ABC, "a", "b")
    without = revised(ABC, steps=(ABC.steps[0], replace(ABC.steps[2], back_to=("a",))))
    fine(world.move(without))
    assert tuple(world.state.settled) == ("a",)
    back = revised(ABC, "r3", steps=(ABC.steps[0], replace(ABC.steps[2], back_to=("a",)), ABC.steps[1]))
    fine(world.move(back))
    fine(world.ask("pass", "c"))
    assert world.waits == ("b",)
    fine(world.ask("pass", "b"))
    assert world.log == ["+x", "+y", "+z"]


def test_m1_names_are_composed_for_a_document_that_stayed_behind():
    world = begun(ABC, "a")
    two = with_step(ABC, "b", id="b2", was="b")
    three = with_step(replace(two, revision="r2"), "b2", "r3", id="b3", was="b2")
    fine(world.move(two, choice="departure"))
    fine(world.move(three, choice="move"))
    assert (world.state.revision, world.waits) == ("r3", ("b3",))
    assert names_of(ABC, three).steps.get("b") is None
    assert names_of(ABC, two).then(names_of(two, three)).steps["b"] == "b3"


def test_m1_the_earlier_text_finds_the_step_under_its_earlier_name():
    world = begun(ABC, "a")
    renamed = with_step(ABC, "b", id="check", was="b")
    fine(world.move(renamed))
    fine(world.move(ABC))
    assert (world.state.revision, world.waits, tuple(world.state.settled)) == ("r1", ("b",), ("a",))


# M2 and M3: front, waived, owed


def test_m2_the_front_is_the_first_old_step_from_the_waiting_one_on_that_still_exists():
    world = begun(ABC, "a")
    a, _, c = ABC.steps
    new = revised(ABC, steps=(a, step("n"), c, step("m")))
    assert front(ABC, new, world.document) == 2
    fine(world.move(new))
    assert (world.waits, outcome(world, "n")) == (("c",), "waived")
    last = revised(new, "r3", steps=(a, step("n"), step("m2")))
    assert front(new, last, world.document) == 2
    fine(world.move(last))
    assert world.waits == ("m2",), "what comes after all that is settled is still ahead"


def test_m2_a_draft_has_nothing_behind_it():
    world = begun(ABC)
    new = revised(ABC, steps=(step("n"), *ABC.steps))
    assert front(ABC, new, world.document) == 0
    fine(world.move(new))
    assert (world.state.phase, world.waits) == ("draft", ("n",))


def test_m2_whoever_plans_may_name_the_step_to_land_at():
    a, _, c = ABC.steps
    new = revised(ABC, steps=(a, step("n"), c))
    world = begun(ABC, "a")
    fine(world.move(new, to="n"))
    assert world.waits == ("n",)
    here = begun(with_step(ABC, "b", "r1"), "a")
    fine(here.move(revised(ABC, steps=(a, step("n"), *ABC.steps[1:])), to="n"))
    assert here.waits == ("b",), "a document whose place is there stays where it is"


def test_m3_a_step_switched_on_behind_the_document_is_not_asked_and_does_not_stop_it():
    off = with_step(ABC, "a", "r1", enabled=False)
    world = begun(off)
    assert (world.waits, outcome(world, "a")) == (("b",), "off")
    fine(world.move(revised(ABC)))
    assert (world.waits, outcome(world, "a"), world.log) == (("b",), "off", ["+x"])


def test_m3_a_gate_that_was_ahead_and_is_moved_before_the_document_is_asked():
    old = flow(step("submit", effect("x")), step("ship", effect("s")), step("pay", effect("p"), asks=("paid",)))
    world = begun(old, "submit", paid=None)
    submit, ship, pay = old.steps
    fine(world.move(revised(old, steps=(submit, pay, ship))))
    assert (world.waits, world.log) == (("pay",), ["+x"])
    fine(world.ask("pass", "pay", given={"paid": 5}))
    assert world.waits == ("ship",)


def test_m3_one_that_was_off_and_is_moved_before_the_document_is_waived_and_its_effect_still_runs():
    old = flow(step("a"), step("b"), step("c", effect("z"), enabled=False), step("d"))
    world = begun(old, "a")
    a, b, c, d = old.steps
    fine(world.move(revised(old, steps=(a, replace(c, enabled=True), b, d))))
    assert (world.waits, outcome(world, "c"), world.log) == (("b",), "waived", ["+z"])
