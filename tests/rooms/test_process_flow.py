"""Going forward: gates, switches, effects, outcomes, checks, blocks, numbers."""

from __future__ import annotations

import pytest
from rooms.process_kit import CALENDAR, NOW, Code, World, codes, effect, fine, flow, lane, step, tell, truth

from ordinance.problems import Reason, Text
from ordinance.process import Request, Transition, stage, status, transition, wants
from ordinance.process.model import Check, Numbering, Stage

RESERVE, RECEIVABLE, ISSUE = effect("reserve"), effect("open_receivable"), effect("issue")


def distribution(**steps):
    return flow(
        step("submit", asks=["address", "lines.product", "lines.quantity"]),
        step("order_review", RESERVE, back_to=("submit",), **steps.get("order_review", {})),
        step("finance_review", RECEIVABLE, back_to=("order_review",), **steps.get("finance_review", {})),
        step("outbound_review", ISSUE, back_to=("order_review",)),
        lanes=(lane("cancel", before="outbound_review", asks=["cancel_reason"], ends="cancelled"),),
        number=Numbering("submit", "DH{n}"),
        ends={"done": Text("已完成", "Completed"), "cancelled": Text("已作废", "Cancelled")},
        stages=(
            Stage("request", "submit", Text.of("request"), counts=False),
            Stage("order", "finance_review", Text.of("order")),
        ),
    )


ORDER = {"address": "A-1", "lines": [{"product": {"id": "7"}, "quantity": 3}], "cancel_reason": None, "number": None}


@pytest.mark.requirement("B-01")
def test_a_new_document_is_a_draft_at_its_first_step_and_then_goes_from_gate_to_gate():
    world = World(distribution(), ORDER)
    fine(world.begin())
    assert (world.waits, world.state.phase, status(world.workflow, world.state).en) == (("submit",), "draft", "Draft")
    passed = fine(world.ask("pass", "submit"))
    assert (world.waits, world.state.phase, passed.number_due) == (("order_review",), "running", True)
    assert status(world.workflow, world.state) == Text("待order_review", "awaiting order_review")
    fine(world.ask("pass", "order_review"))
    fine(world.ask("pass", "finance_review"))
    fine(world.ask("pass", "outbound_review"))
    assert (world.state.phase, world.state.ended, world.log) == (
        "complete",
        "done",
        ["+reserve", "+open_receivable", "+issue"],
    )
    assert status(world.workflow, world.state).zh == "已完成"


@pytest.mark.requirement("B-15")
def test_a_switched_off_step_has_no_gate_and_its_effects_run_as_the_document_passes_by():
    world = World(distribution(finance_review={"enabled": False}), ORDER)
    world.begin()
    world.ask("pass", "submit")
    before = world.state.version
    passed = fine(world.ask("pass", "order_review"))
    assert world.waits == ("outbound_review",)
    assert world.log == ["+reserve", "+open_receivable"]
    assert world.state.version == before + 1
    assert world.state.settled["finance_review"].outcome == "off"
    assert passed.emits == ("order.order_review", "order.finance_review")


def test_creation_advances_too_so_the_first_step_may_be_off():
    world = World(flow(step("submit", effect("register"), enabled=False), step("review")), {})
    begun = fine(world.begin())
    assert (world.waits, world.log, world.state.phase) == (("review",), ["+register"], "running")
    assert begun.opens == ("review",)


def test_a_number_is_due_at_its_step_even_when_that_is_off_and_not_again():
    world = World(
        flow(step("submit", enabled=False), step("review", back_to=("review",)), number=Numbering("submit")), {}
    )
    assert fine(world.begin()).number_due
    world.set(number="N-1")
    assert not fine(world.ask("pass", "review")).number_due


def test_with_when_false_there_is_no_gate_and_the_effects_are_waived():
    world = World(flow(step("a"), step("b", effect("e"), when=truth("big")), step("c")), {"big": False})
    world.begin()
    world.ask("pass", "a")
    assert (world.waits, world.log, world.rows("waived")) == (("c",), [], {("e", 0)})
    assert world.state.settled["b"].outcome == "n/a"


def test_enabled_may_depend_on_the_document():
    for warehouse, waits in (("W1", ("b",)), ("W2", ("c",))):
        enabled = Code(lambda value: value != "W2", "warehouse")
        world = World(flow(step("a"), step("b", effect("e"), enabled=enabled), step("c")), {"warehouse": warehouse})
        world.begin()
        world.ask("pass", "a")
        assert world.waits == waits
        assert world.log == ([] if waits == ("b",) else ["+e"])


def test_a_condition_that_cannot_be_decided_stops_and_says_which_field():
    world = World(
        flow(step("a"), step("b", when=Code(lambda total: None if total is None else total > 5, "total"))),
        {"total": None},
    )
    world.begin()
    refused = world.ask("pass", "a")
    assert codes(refused) == ["unknown_value"]
    assert refused.reasons[0].where == "/total"
    missing = World(flow(step("a", when=truth("nowhere"))), {})
    assert codes(missing.begin()) == ["unknown_value"]


def test_r4_an_outcome_of_a_switched_off_step_decides_about_the_next():
    short = step("buy", when=Code(lambda a, q: a < q, "allocated", "quantity"))
    workflow = flow(
        step("a"), step("reserve", effect("reserve", writes=["allocated"]), enabled=False), short, step("z")
    )
    for allocated, waits in ((2, ("buy",)), (3, ("z",))):
        world = World(workflow, {"quantity": 3, "allocated": 0})
        world.outcomes = lambda call, world, found=allocated: {"allocated": found}
        world.begin()
        passed = fine(world.ask("pass", "a"))
        assert world.waits == waits
        assert world.document.fields["allocated"] == allocated
        assert passed.event.outcomes == (("reserve", 0, {"allocated": allocated}),)
        assert world.log == ["+reserve"]


def test_r4_a_missing_input_of_a_switched_off_step_says_that_the_step_is_off():
    owed = effect("open_receivable", reads=("total",), needs=("total",))
    world = World(flow(step("a"), step("finance_review", owed, enabled=False), step("z")), {"total": None})
    world.begin()
    before = world.document
    refused = world.ask("pass", "a")
    assert codes(refused) == ["effect_needs_off"]
    assert (
        refused.reasons[0].message.en
        == "“finance_review” is off, so its action “open_receivable” runs here, and it needs total"
    )
    assert world.document == before


def test_r5_a_gate_is_sticky_and_an_edit_does_not_open_it():
    world = World(
        flow(step("a"), step("b", when=truth("big"), offers=["big"], back_to=("a",)), step("c")), {"big": True}
    )
    world.begin()
    world.ask("pass", "a")
    fine(world.ask("edit", given={"big": False}))
    assert world.waits == ("b",)
    world.ask("refuse", "b", reason="look again")
    world.ask("pass", "a")
    assert world.waits == ("c",)


def test_every_missing_field_is_a_reason_with_its_place():
    world = World(
        distribution(),
        {**ORDER, "address": "", "lines": [{"product": 1, "quantity": 1}, {"product": None, "quantity": None}]},
    )
    world.begin()
    refused = world.ask("pass", "submit")
    assert [(each.code, each.where) for each in refused.reasons] == [
        ("missing", "/address"),
        ("missing", "/lines/1/product"),
        ("missing", "/lines/1/quantity"),
    ]
    assert codes(world.ask("pass", "submit", given={"lines": []})) == ["missing", "missing", "missing"]
    assert fine(world.ask("pass", "submit", given={"address": "X", "lines": [{"product": 1, "quantity": 0}]}))


def test_fields_that_are_hidden_now_are_not_asked_for():
    world = World(
        flow(step("a", asks=["why"]), step("b")),
        {"why": None},
    )
    world.begin()
    assert codes(world.ask("pass", "a")) == ["missing"]
    fine(world.ask("pass", "a", facts={"hidden": {("why",)}}))


def test_checks_are_all_reported_with_their_own_words():
    say = Text("数量过大", "too many")
    checks = (
        Check("few", must=Code(lambda q: q < 5, "quantity"), say=say),
        Check("sales.price_policy", name="sales.price_policy"),
        Check("ok", must=Code(lambda q: True, "quantity")),
    )
    world = World(flow(step("a", checks=checks)), {"quantity": 9})
    world.begin()
    assert [each.key for each in wants(world.workflow, world.document, world.request("pass", step="a")).checks] == [
        "a.sales.price_policy"
    ]
    too_low = Reason("sales.price_policy", Text.of("price too low"))
    world.facts["answers"] = {"a.sales.price_policy": too_low}
    refused = world.ask("pass", "a")
    assert codes(refused) == ["few", "sales.price_policy"]
    assert refused.reasons[0].message == say
    assert codes(world.ask("pass", "a", facts={"checks": {"a.sales.price_policy": None}})) == ["few"]


def test_a_warning_lets_pass_and_can_route_the_document():
    warned = Code(lambda env: "policy" in env.warned, whole=True)
    checks = (Check("policy", must=Code(lambda p: p > 5, "price"), warn=True, say=Text.of("cheap")),)
    for price, waits in ((3, ("boss",)), (9, ("z",))):
        world = World(flow(step("a", checks=checks), step("boss", when=warned), step("z")), {"price": price})
        world.begin()
        passed = fine(world.ask("pass", "a"))
        assert world.waits == waits
        assert [each.code for each in passed.warnings] == (["policy"] if price == 3 else [])


@pytest.mark.requirement("B-15")
def test_checks_of_a_switched_off_step_are_not_looked_at():
    world = World(
        flow(step("a"), step("b", enabled=False, checks=(Check("no", must=Code(lambda: False)),)), step("c")), {}
    )
    world.begin()
    fine(world.ask("pass", "a"))
    assert world.waits == ("c",)


def test_r15_a_block_is_open_at_once_and_passed_in_any_order():
    workflow = flow(
        step("a"),
        step("make", effect("m"), together="t"),
        step("book", effect("l"), together="t"),
        step("off", effect("o"), together="t", enabled=False),
        step("z"),
    )
    world = World(workflow, {})
    world.begin()
    world.ask("pass", "a")
    assert (world.waits, world.log) == (("make", "book"), ["+o"])
    world.ask("pass", "book")
    assert world.waits == ("make",)
    world.ask("pass", "make")
    assert (world.waits, world.log) == (("z",), ["+o", "+l", "+m"])


def test_arriving_effects_run_on_arrival_and_are_taken_back_when_it_leaves_backwards():
    workflow = flow(
        step("a"),
        step("b", back_to=("a",)),
        step("c", arriving_does=(effect("plan"),), arriving_tells=(tell("clerk"),), back_to=("b", "a")),
        step("d", back_to=("c",)),
    )
    world = World(workflow, {})
    world.begin()
    world.ask("pass", "a")
    world.ask("pass", "b")
    assert (world.log, world.told) == (["+plan"], ["clerk"])
    fine(world.ask("refuse", "c", to="b", reason="no"))
    assert (world.waits, world.log) == (("b",), ["+plan", "-plan"])
    world.ask("pass", "b")
    world.ask("pass", "c")
    fine(world.ask("refuse", "d", reason="again"))
    assert (world.waits, world.log) == (("c",), ["+plan", "-plan", "+plan"])


def test_arriving_effects_of_a_switched_off_step_run_before_its_own():
    world = World(
        flow(step("a"), step("b", effect("e"), arriving_does=(effect("plan"),), enabled=False), step("c")), {}
    )
    world.begin()
    world.ask("pass", "a")
    assert world.log == ["+plan", "+e"]


def test_effects_wait_for_what_must_come_first():
    world = World(flow(step("a", effect("second", after=("first",))), step("b", effect("first"))), {})
    world.begin()
    assert codes(world.ask("pass", "a")) == ["effect_after"]


def test_an_effects_own_when_waives_it():
    world = World(flow(step("a", effect("e", when=truth("wanted")), effect("f"))), {"wanted": False})
    world.begin()
    world.ask("pass", "a")
    assert (world.log, world.rows("waived")) == (["+f"], {("e", 0)})


def test_inputs_come_typed_and_the_ledger_keeps_them_plain():
    owed = effect("charge", reads=("customer",), constants={"kind": "x"})
    world = World(flow(step("a", owed)), {"customer": {"id": "5", "tier": "gold"}})
    world.begin()
    world.ask("pass", "a")
    assert world.calls[0].inputs == {"kind": "x", "customer": {"id": "5", "tier": "gold"}}
    assert world.document.ledger[0].inputs == {"kind": "x", "customer": {"id": "5"}}


def test_a_step_that_ends_completes_the_document_with_its_outcome():
    workflow = flow(step("a"), step("exit", effect("pay"), when=truth("bad"), ends="refused"), step("z"))
    for bad, phase, ended in ((True, "complete", "refused"), (False, "running", None)):
        world = World(workflow, {"bad": bad})
        world.begin()
        world.ask("pass", "a")
        if bad:
            world.ask("pass", "exit")
        assert (world.state.phase, world.state.ended) == (phase, ended)
    off = World(flow(step("a"), step("exit", enabled=False, ends="refused"), step("z")), {})
    off.begin()
    off.ask("pass", "a")
    assert off.waits == ("z",)


def test_nothing_is_accepted_once_it_has_ended_but_a_tick_is_no_harm():
    world = World(flow(step("a")), {})
    world.begin()
    world.ask("pass", "a")
    assert codes(world.ask("pass", "a")) == ["ended"]
    assert codes(world.ask("edit", given={"x": 1})) == ["ended"]
    for kind in ("tick", "poke", "event"):
        assert fine(world.ask(kind, event="e")).event is None


def test_r19_a_stale_version_is_refused_and_each_act_counts_one():
    world = World(flow(step("a", enabled=False), step("b", enabled=False), step("c"), step("d")), {})
    world.begin()
    assert world.state.version == 1
    assert codes(world.ask("pass", "c", expects=7)) == ["stale"]
    fine(world.ask("pass", "c", expects=1))
    assert world.state.version == 2


def test_stages_are_reached_and_left_with_the_steps():
    world = World(distribution(), ORDER)
    world.begin()
    assert stage(world.workflow, world.state).id == "request"
    world.ask("pass", "submit")
    world.ask("pass", "order_review")
    assert stage(world.workflow, world.state).id == "order"


def test_an_unanswered_want_is_the_acts_fault_and_not_an_endless_loop():
    workflow = flow(step("a", checks=(Check("c", name="c"),)))
    world = World(workflow, {})
    world.begin()
    first = transition(workflow, world.document, world.request("pass", step="a"), NOW, CALENDAR)
    assert isinstance(first, Transition) and first.more and first.event is None
    with pytest.raises(ValueError, match="not answered"):
        transition(workflow, first.document, Request("c", "continue"), NOW, CALENDAR)
    with pytest.raises(ValueError, match="nothing to continue"):
        transition(workflow, world.document, Request("c", "continue"), NOW, CALENDAR)
