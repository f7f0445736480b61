"""What happens by itself: rules, timers, events, reactions, and failures on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from rooms.process_kit import CALENDAR, NOW, Code, World, codes, effect, field, fine, flow, lane, step, tell, truth

from ordinance.expressions import Span
from ordinance.problems import Reason, Text
from ordinance.process import Document, ProcessState, Request, next_tick, reads_clock, transition
from ordinance.process.model import Check, Reaction, Trigger

ALWAYS = Code(lambda: True)


def by_itself(**more):
    return Trigger(more.pop("id", "rule"), passes=more.pop("passes", True), **more)


def at(workflow, place, fields=None):
    world = World(workflow, fields or {})
    fine(world.begin())
    while place not in world.waits:
        fine(world.ask("pass", world.waits[0]))
    return world


def auto(*rules, **more):
    return flow(
        step("a"), step("b", effect("e"), by_itself=rules, back_to=("a",), **more), step("c", back_to=("a", "b"))
    )


def test_r17_a_step_passes_by_itself_with_its_checks_and_consequences():
    world = at(auto(by_itself(when=ALWAYS)), "c")
    assert (world.log, world.state.settled["b"].outcome, world.state.settled["b"].by) == (["+e"], "auto", "system")


def test_r17_what_a_person_would_have_to_fill_in_leaves_it_to_a_person():
    world = at(auto(by_itself(when=ALWAYS), asks=["x"]), "b", {"x": None})
    assert (world.waits, world.log, world.state.obstacles) == (("b",), [], {"b": ("missing",)})
    world = at(auto(by_itself(when=ALWAYS), checks=(Check("no", must=Code(lambda: False)),)), "b")
    assert world.state.obstacles == {"b": ("no",)}
    world = at(auto(by_itself(when=ALWAYS, values={"x": field("y")}), asks=["x"]), "c", {"x": None, "y": 3})
    assert world.document.fields["x"] == 3


def test_r17_a_refused_attempt_leaves_nothing_behind():
    owed = effect("pay", reads=("total",), needs=("total",))
    workflow = flow(
        step("a"),
        step("b", effect("e"), by_itself=(by_itself(when=ALWAYS),)),
        step("c", owed, enabled=False),
        step("d"),
    )
    world = at(workflow, "b", {"total": None})
    assert (world.log, world.state.obstacles) == ([], {"b": ("effect_needs_off",)})


def test_r8_the_step_landed_on_waits_for_a_person():
    world = at(auto(by_itself(when=ALWAYS)), "c")
    fine(world.ask("refuse", "c", to="b", reason="x"))
    assert (world.waits, world.state.manual) == (("b",), "b")
    assert fine(world.ask("poke")).event is None
    fine(world.ask("pass", "b"))
    assert (world.waits, world.state.manual) == (("c",), None)
    fine(world.ask("refuse", "c", to="a", reason="x"))
    fine(world.ask("pass", "a"))
    assert world.waits == ("c",)


def test_when_is_read_again_when_a_value_it_uses_changes():
    world = at(auto(by_itself(when=truth("paid")), offers=["paid", "note"]), "b", {"paid": False, "note": ""})
    fine(world.ask("edit", given={"note": "x"}))
    assert world.waits == ("b",)
    fine(world.ask("edit", given={"paid": True}))
    assert world.waits == ("c",)


def test_r18_a_poke_reads_the_rules_again():
    world = at(auto(by_itself(when=truth("paid"))), "b", {"paid": False})
    assert fine(world.ask("poke")).event is None
    world.set(paid=True)
    fine(world.ask("poke"))
    assert world.waits == ("c",)


def test_each_rule_is_used_once_in_an_arrival():
    world = at(
        auto(Trigger("tell", when=truth("late"), tells=(tell("boss"),), adds=("boss",)), by=("clerk",)),
        "b",
        {"late": True},
    )
    assert (world.told, world.state.added) == (["boss"], {"b": ("boss",)})
    assert fine(world.ask("poke")).event is None
    fine(world.ask("pass", "b", who="eve"))


def test_r16_timers_fire_on_a_tick_once_their_time_has_come():
    world = at(auto(by_itself(after=Span(days=15))), "b")
    assert next_tick(world.workflow, world.state, CALENDAR) == NOW + timedelta(days=15)
    assert fine(world.tick(days=14)).event is None
    fine(world.tick(days=1))
    assert (world.waits, world.state.settled["b"].outcome) == (("c",), "timer")
    assert next_tick(world.workflow, world.state, CALENDAR) is None


def test_r16_a_late_tick_settles_one_stage_and_the_next_counts_from_then():
    wait = (by_itself(after=Span(days=1)),)
    world = at(flow(step("a"), step("b", by_itself=wait), step("c", by_itself=wait), step("d")), "b")
    fine(world.tick(days=10))
    assert world.waits == ("c",)
    assert fine(world.ask("tick")).event is None
    fine(world.tick(days=1))
    assert world.waits == ("d",)


def test_r16_a_step_that_opens_in_a_tick_waits_for_the_next_one():
    rules = (by_itself(after=Span(days=1)),), (by_itself(after=Span()),)
    world = at(flow(step("a"), step("b", by_itself=rules[0]), step("c", by_itself=rules[1]), step("d")), "b")
    fine(world.tick(days=1))
    assert world.waits == ("c",)
    fine(world.ask("tick"))
    assert world.waits == ("d",)


def test_r16_a_tick_that_would_be_refused_leaves_the_reason_on_the_document():
    world = at(auto(by_itself(after=Span(days=1)), asks=["x"]), "b", {"x": None})
    fine(world.tick(days=2))
    assert (world.waits, world.state.obstacles, world.log) == (("b",), {"b": ("missing",)}, [])
    assert fine(world.tick(days=2)).event is None


def test_r16_a_clock_that_went_back_does_not_shorten_a_wait():
    world = at(auto(by_itself(after=Span(days=1))), "b")
    world.now -= timedelta(days=3)
    fine(world.ask("pass", "b"))
    assert world.state.arrived["c"] == NOW


def test_r8_timers_start_anew_after_a_send_back():
    world = at(auto(by_itself(after=Span(days=2))), "c")
    world.later(days=1)
    fine(world.ask("refuse", "c", to="b", reason="x"))
    assert fine(world.tick(days=1)).event is None
    fine(world.tick(days=1))
    assert world.waits == ("c",)


def test_due_is_a_span_or_a_day_and_before_it_a_rule_may_fire():
    world = at(
        auto(Trigger("soon", before_due=Span(seconds=3600), tells=(tell("boss"),)), due=Span(seconds=4 * 3600)), "b"
    )
    assert world.state.due["b"] == NOW + timedelta(hours=4)
    assert fine(world.tick(hours=2)).event is None
    fine(world.tick(hours=1))
    assert world.told == ["boss"]
    world = at(auto(due=field("deliver_by"), offers=["deliver_by"]), "b", {"deliver_by": date(2026, 3, 9)})
    assert world.state.due["b"] == datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)
    fine(world.ask("edit", given={"deliver_by": date(2026, 3, 10)}))
    assert world.state.due["b"].day == 10
    fine(world.ask("edit", given={"deliver_by": None}))
    assert world.state.due == {}


def test_a_rule_that_reads_the_clock_is_read_on_a_tick():
    begins = Code(lambda env: env.now >= NOW + timedelta(days=3), whole=True, uses_now=True)
    world = at(auto(by_itself(when=begins)), "b")
    assert reads_clock(world.workflow, world.state)
    assert fine(world.tick(days=1)).event is None
    fine(world.tick(days=2))
    assert world.waits == ("c",)


def test_an_event_passes_the_step_that_waits_for_it_and_one_that_opens_later():
    world = at(auto(by_itself(event="paid")), "b")
    assert fine(world.ask("event", event="other")).event is None
    fine(world.ask("event", event="paid"))
    assert world.waits == ("c",)
    early = at(auto(by_itself(event="paid")), "a")
    fine(early.ask("event", event="paid"))
    assert (early.waits, early.state.heard) == (("a",), ("paid",))
    fine(early.ask("pass", "a"))
    assert early.waits == ("c",)


def test_all_triggers_of_a_rule_must_hold():
    world = at(auto(by_itself(event="paid", when=truth("whole"))), "b", {"whole": False})
    fine(world.ask("event", event="paid"))
    assert world.waits == ("b",)
    world.set(whole=True)
    fine(world.ask("poke"))
    assert world.waits == ("c",)


def test_a_rule_may_enter_a_lane_with_what_it_gives():
    side = lane("cancel", asks=["why"], ends="cancelled")
    rule = Trigger("late", after=Span(seconds=1800), lane="cancel", values={"why": Code(lambda: "not paid")})
    world = at(replace(auto(rule), lanes={"cancel": side}), "b", {"why": None})
    fine(world.tick(minutes=30))
    assert (world.state.phase, world.document.fields["why"]) == ("cancelled", "not paid")


def test_timers_stand_still_in_a_lane():
    side = lane("hold", steps=(step("judge"),))
    world = at(replace(auto(by_itself(after=Span(days=1))), lanes={"hold": side}), "b")
    fine(world.ask("lane", lane="hold"))
    assert fine(world.tick(days=5)).event is None
    fine(world.ask("pass", "judge"))
    assert (world.waits, fine(world.ask("tick")).event) == (("b",), None)
    fine(world.tick(days=1))
    assert world.waits == ("c",)


def test_a_reaction_acts_in_the_same_act_whatever_step_is_open():
    react = Reaction("moved", does=(effect("track", each_round=True),), tells=(tell("customer"),), when=truth("on"))
    world = at(auto(), "b", {"on": True})
    world.workflow = replace(world.workflow, reactions=(react,))
    fine(world.ask("event", event="moved"))
    fine(world.ask("event", event="moved"))
    assert (world.told, world.log, world.waits) == (["customer"] * 2, ["+track#1", "+track#2"], ("b",))
    fine(world.ask("refuse", "b", reason="x"))
    assert world.log[-2:] == ["-track#2", "-track#1"]


def test_a_reaction_may_open_a_lane_and_leaves_a_reason_if_it_cannot():
    side = lane("fix", asks=["wrong"], steps=(step("look"),))
    react = Reaction("failed", lane="fix", values={"wrong": Code(lambda env: env.event["why"], whole=True)})
    world = at(replace(auto(), lanes={"fix": side}, reactions=(react,)), "b", {"wrong": None})
    fine(world.ask("event", event="failed", given={"why": "no money"}))
    assert (world.waits, world.document.fields["wrong"]) == (("look",), "no money")
    fine(world.ask("event", event="failed", given={"why": "again"}))
    assert world.state.obstacles == {"event:failed": ("in_lane",)}


def test_a_failed_action_of_an_automatic_pass_is_left_to_a_person_on_the_second_call():
    world = at(auto(by_itself(when=ALWAYS)), "a")
    request = world.request("pass", step="a")
    first = transition(world.workflow, world.document, request, NOW, CALENDAR)
    assert [each.effect for each in first.effects] == ["e"]
    again = replace(request, facts={"left": {"b": (Reason("out_of_stock", Text.of("none")),)}})
    second = fine(transition(world.workflow, world.document, again, NOW, CALENDAR))
    assert (second.document.state.waits, second.effects) == (("b",), ())
    assert second.document.state.obstacles == {"b": ("out_of_stock",)}


def test_a_refusal_after_effects_were_carried_out_names_the_attempt():
    owed = effect("pay", reads=("total",), needs=("total",))
    rule = by_itself(when=ALWAYS)
    workflow = flow(
        step("a"),
        step("b", effect("w", writes=["total"]), by_itself=(rule,)),
        step("c", owed, enabled=False),
        step("d"),
    )
    world = at(workflow, "a", {"total": 4})
    world.outcomes = lambda call, world: {"total": None}
    world.patient = False
    refused = world.ask("pass", "a")
    assert (codes(refused), refused.attempt) == (["effect_needs_off"], "b")
    left = {"left": {"b": refused.reasons}}
    fine(world.ask("pass", "a", facts=left))
    assert (world.waits, world.log) == (("b",), [])


def test_the_example_of_the_package_is_true():
    check = Check("supplier_known", name="base.supplier_known")
    workflow = flow(
        step("order_review", effect("reserve", writes=["short"])),
        step("buy", when=Code(lambda short: short > 0, "short"), checks=(check,), by_itself=(by_itself(when=ALWAYS),)),
        step("z"),
    )
    document = Document("1", ProcessState("r1", "order", waits=("order_review",)), (), {"short": 0})
    ask = Request("1", "pass", step="order_review", actor="ann", may=frozenset({"order_review"}))
    first = transition(workflow, document, ask, NOW, CALENDAR)
    assert (first.more, [each.effect for each in first.effects], bool(first.wants)) == (True, ["reserve"], False)
    onward = Request("2", "continue", outcomes={("reserve", 0): {"short": 3}})
    second = transition(workflow, first.document, onward, NOW, CALENDAR)
    assert (second.effects, [each.key for each in second.wants.checks], second.attempt) == (
        (),
        ["buy.supplier_known"],
        "buy",
    )
    answered = Request("3", "continue", facts={"checks": {"buy.supplier_known": None}})
    third = transition(workflow, second.document, answered, NOW, CALENDAR)
    assert (third.more, third.document.state.waits, third.document.state.version) == (False, ("z",), 1)
    assert third.event.outcomes == (("reserve", 0, {"short": 3}),)
