"""Whether a document may stay where it stands when the revision changes: votes, gates, timers (engine M5, R5, R16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rooms.migration_kit import ABC, begun, outcome, revised, with_step
from rooms.process_kit import NOW, codes, effect, field, fine, flow, step, truth

from ordinance.expressions import Span
from ordinance.problems import reason
from ordinance.process.model import Check, Trigger

# M5 votes, sticky gates, timers


def test_m5_fewer_votes_are_wanted_and_enough_have_been_cast():
    old = flow(step("a"), step("b", effect("y"), count=3, by=("clerk", "boss")), step("c"))
    world = begun(old, "a")
    fine(world.ask("pass", "b", who="bob"))
    fine(world.move(with_step(old, "b", count=2)))
    assert world.waits == ("b",), "one of two"
    fine(world.move(with_step(old, "b", "r3", count=1)))
    assert (world.waits, world.log, world.state.passed_by["b"]) == (("c",), ["+y"], ("bob",))
    assert (outcome(world, "b"), world.state.settled["b"].by) == ("passed", "bob")


def test_m5_votes_of_roles_that_are_not_asked_any_more_do_not_count():
    old = flow(step("a"), step("b", count=3, by=("clerk", "boss")), step("c"))
    world = begun(old, "a")
    fine(world.ask("pass", "b", who="ann"))
    fine(world.ask("pass", "b", who="eve"))
    fine(world.move(with_step(old, "b", count=2, by=("boss",))))
    assert (world.waits, [each.actor for each in world.state.votes]) == (("b",), ["eve"])
    fine(world.ask("pass", "b", who="bob"))
    assert world.waits == ("c",)


def test_m5_a_vote_for_less_than_is_asked_now_is_void_and_for_more_it_stands():
    old = flow(step("a"), step("b", count=3, offers=("n",), needs=("n",)), step("c"))
    world = begun(old, "a", n=1, m=2)
    fine(world.ask("pass", "b", who="bob"))
    fine(world.move(with_step(old, "b", needs=())))
    assert [each.actor for each in world.state.votes] == ["bob"]
    fine(world.move(with_step(old, "b", "r3", needs=(("m",),))))
    assert world.state.votes == ()


def test_m5_where_what_passing_wants_is_not_there_it_stays_for_a_person():
    world = begun(flow(step("a"), step("b", count=2, checks=(Check("k", "dept"),)), step("c")), "a")
    fine(world.ask("pass", "b", who="bob"))
    world.facts["answers"] = {"b.k": reason("duty", duty="d", step="b")}
    fine(world.move(with_step(world.workflow, "b", count=1)))
    assert (world.waits, world.state.obstacles) == (("b",), {"b": ("duty",)})


def test_m5_where_what_follows_from_passing_is_refused_the_act_leaves_it_to_a_person():
    world = begun(flow(step("a"), step("b", effect("y", reads=("m",), needs=("m",)), count=2), step("c")), "a", m=None)
    fine(world.ask("pass", "b", who="bob"))
    new = with_step(world.workflow, "b", count=1)
    world.patient = False
    answer = world.move(new)
    assert (codes(answer), answer.attempt) == (["effect_needs"], "b")
    world.patient = True
    fine(world.move(new))
    assert (world.waits, world.state.obstacles, world.log) == (("b",), {"b": ("effect_needs",)}, [])


def test_r5_an_open_gate_is_asked_again_only_if_its_conditions_changed():
    old = flow(step("a"), step("b", when=truth("big")), step("c"))
    world = begun(old, "a", big=True)
    world.set(big=False)
    fine(world.move(with_step(old, "c", needs=(("big",),))))
    assert world.waits == ("b",)
    fine(world.move(with_step(world.workflow, "b", "r3", when=field("big"), enabled=truth("big"))))
    assert (world.waits, outcome(world, "b")) == (("c",), "n/a")


def test_r16_a_new_due_time_counts_from_the_arrival_there_was_and_an_old_one_stays():
    old = flow(step("a"), step("b", due=Span(days=2)), step("c"))
    world = begun(old, "a").later(hours=30)
    fine(world.move(with_step(old, "c", needs=())))
    assert world.state.due["b"] == NOW + timedelta(days=2)
    fine(world.move(with_step(old, "b", "r3", due=Span(days=1))))
    assert world.state.due["b"] == NOW + timedelta(days=1)
    assert world.state.arrived["b"] == NOW
    fine(world.move(with_step(old, "b", "r4", due=None)))
    assert world.state.due == {}


def test_r16_a_due_time_is_not_worked_out_anew_without_a_new_rule():
    old = flow(step("a"), step("b", due=field("by")), step("c"))
    world = begun(old, "a", by=NOW + timedelta(days=1)).set(by=NOW + timedelta(days=3))
    fine(world.move(with_step(old, "c", enabled=False)))
    assert world.state.due["b"] == NOW + timedelta(days=1)


def test_a_rule_that_is_new_is_looked_at_and_one_that_was_used_is_not_used_again():
    rule = Trigger("1", when=truth("big"), adds=("boss",))
    old = flow(step("a"), step("b", by_itself=(rule,)), step("c"))
    world = begun(old, "a", big=True)
    assert world.state.fired == ("b/1",)
    fine(world.move(revised(old)))
    assert (world.state.fired, world.state.added) == (("b/1",), {"b": ("boss",)})
    passing = Trigger("2", when=truth("big"), passes=True)
    fine(world.move(with_step(old, "b", "r3", by_itself=(rule, passing))))
    assert world.waits == ("c",)


def test_blocks_that_come_apart_are_passed_one_after_the_other():
    old = flow(step("a"), step("p", together="t"), step("q", together="t"), step("z"))
    world = begun(old, "a")
    assert world.waits == ("p", "q")
    apart = revised(old, steps=tuple(replace(each, together=None) for each in old.steps))
    fine(world.move(apart))
    assert world.waits == ("p",)
    fine(world.ask("pass", "p"))
    assert world.waits == ("q",)


def test_who_has_taken_it_keeps_it_while_it_waits_there():
    world = begun(ABC, "a")
    fine(world.ask("take", "b", who="bob"))
    fine(world.move(with_step(ABC, "c", enabled=False)))
    assert world.state.taken == {"b": "bob"}
    fine(world.move(with_step(world.workflow, "b", "r3", enabled=False)))
    assert world.state.taken == {} and world.state.phase == "complete"
