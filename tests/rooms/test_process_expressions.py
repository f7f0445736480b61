"""The engine with real expressions: an order approved above a limit, changed by a lane, delivered in parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from rooms.process_kit import NOW, World, codes, effect, fine, flow, lane, step

from ordinance.expressions import ANYWHERE, BOOLEAN, Expression, compile_expression
from ordinance.problems import Text
from ordinance.process.model import Check, Effect, Trigger


def condition(source: str) -> Expression:
    return compile_expression(source, ANYWHERE, BOOLEAN)


def value(source: str) -> Expression:
    return compile_expression(source, ANYWHERE)


def reads(binding: Effect, **inputs: str) -> Effect:
    return replace(binding, inputs={name: value(source) for name, source in inputs.items()})


ORDER = flow(
    step(
        "submit",
        asks=["customer", "lines.product", "lines.quantity"],
        checks=(Check("some", must=condition("lines.all(quantity > 0)"), say=Text("数量须大于零", "order something")),),
    ),
    step("order_review", reads(effect("reserve"), quantity="lines.sum(quantity)"), back_to=("submit",)),
    step("credit_review", when=condition("total > customer.credit_limit"), needs=["customer.credit_limit"]),
    step(
        "ship",
        reads(effect("issue", writes=["issued"], each_round=True), portion="portion"),
        asks=["portion"],
        until=condition("issued >= lines.sum(quantity)"),
    ),
    step(
        "receive",
        due=value("passed(ship).at + 14d"),
        by_itself=(Trigger("late", when=condition("today() >= deliver_by"), passes=True),),
    ),
    lanes=(
        lane("change", changes=["lines"], at=["ship"], steps=(step("agree", when=condition("new.total > total")),)),
    ),
)


def order(**more):
    lines = [
        {"id": "1", "product": {"id": "7"}, "quantity": Decimal(3)},
        {"id": "2", "product": {"id": "8"}, "quantity": Decimal(2)},
    ]
    fields = {
        "customer": {"id": "5", "credit_limit": Decimal(100)},
        "total": Decimal(80),
        "lines": lines,
        "portion": None,
        "issued": Decimal(0),
        "deliver_by": date(2026, 3, 30),
        **more,
    }
    world = World(ORDER, fields)
    world.outcomes = lambda call, world: {"issued": world.document.fields["issued"] + call.inputs["portion"]}
    fine(world.begin())
    return world


@pytest.mark.requirement("B-15")
def test_an_order_goes_its_way_in_parts():
    world = order()
    fine(world.ask("pass", "submit"))
    fine(world.ask("pass", "order_review"))
    assert world.waits == ("ship",)
    assert world.calls[0].inputs == {"quantity": Decimal(5)}
    fine(world.ask("pass", "ship", given={"portion": Decimal(2)}))
    assert (world.waits, world.document.fields["issued"]) == (("ship",), Decimal(2))
    fine(world.ask("pass", "ship", given={"portion": Decimal(3)}))
    assert (world.waits, world.log) == (("receive",), ["+reserve", "+issue#1", "+issue#2"])
    assert (world.state.due["receive"] - NOW).days == 14
    assert fine(world.tick(days=1)).event is None
    fine(world.tick(days=27))
    assert world.state.phase == "complete"


def test_a_company_check_and_missing_fields_are_all_reported():
    world = order(lines=[{"product": None, "quantity": Decimal(0)}], customer=None)
    refused = world.ask("pass", "submit")
    assert [(each.code, each.where) for each in refused.reasons] == [
        ("missing", "/customer"),
        ("missing", "/lines/0/product"),
        ("some", "submit"),
    ]
    assert refused.reasons[-1].wanted == "lines.all(quantity > 0)"


def test_a_condition_reads_through_a_reference_and_routes():
    world = order(total=Decimal(101))
    fine(world.ask("pass", "submit"))
    fine(world.ask("pass", "order_review"))
    assert world.waits == ("credit_review",)


def test_a_value_that_was_not_loaded_stops_and_is_named():
    world = order(customer={"id": "5"})
    fine(world.ask("pass", "submit"))
    refused = world.ask("pass", "order_review")
    assert codes(refused) == ["unknown_value"]
    assert refused.reasons[0].where == "/customer/credit_limit"


def test_what_a_lane_changes_reopens_what_has_read_it():
    world = order()
    fine(world.ask("pass", "submit"))
    fine(world.ask("pass", "order_review"))
    lines = [{**world.document.fields["lines"][0], "quantity": Decimal(1)}, world.document.fields["lines"][1]]
    fine(world.ask("amend", given={"lines": lines}))
    assert world.waits == ("submit",)
    fine(world.ask("pass", "submit"))
    fine(world.ask("pass", "order_review"))
    assert (world.waits, world.log) == (("ship",), ["+reserve", "-reserve", "+reserve"])


def test_a_condition_that_gives_neither_yes_nor_no_stops():
    workflow = flow(step("a"), step("b", when=value("big")), step("c"))
    world = World(workflow, {"big": None})
    fine(world.begin())
    assert codes(world.ask("pass", "a")) == ["unknown_value"]


def test_an_empty_value_in_the_condition_of_a_step_is_no_and_an_unknown_one_names_its_field():
    """Source: decision 0007."""
    workflow = flow(step("a"), step("cash", when=condition("cod > 0")), step("keep", when=condition("not exchange")))
    empty = World(workflow, {"cod": None, "exchange": None})
    empty.begin()
    fine(empty.ask("pass", "a"))
    assert empty.waits == ("keep",)
    unknown = World(workflow, {"exchange": None})
    unknown.begin()
    refused = unknown.ask("pass", "a")
    assert codes(refused) == ["unknown_value"]
    assert refused.reasons[0].where == "/cod"
