"""Going back and aside: sending back, final effects, cancelling, changing, repeating, voting."""

from __future__ import annotations

import pytest
from rooms.process_kit import CALENDAR, Code, World, codes, effect, fine, flow, lane, step, tell, truth

from ordinance.problems import Reason, Text
from ordinance.process import available, status, waits_at
from ordinance.process.model import Check


def three(**more):
    return flow(
        step("a", effect("number", "keep")),
        step("b", effect("reserve"), back_to=("a",), **more.pop("b", {})),
        step("c", effect("open"), effect("mail", "forget"), back_to=("a", "b"), **more.pop("c", {})),
        step("d", back_to=("a", "b", "c")),
        **more,
    )


def at(workflow, place, fields=None):
    world = World(workflow, fields or {})
    fine(world.begin())
    while place not in world.waits:
        fine(world.ask("pass", world.waits[0]))
    return world


def test_r7_sending_back_undoes_newest_first_and_keeps_what_says_keep():
    world = at(three(), "d")
    assert codes(world.ask("refuse", "d", to="b")) == ["opinion_missing"]
    assert codes(world.ask("refuse", "d", reason="x")) == ["back_to_choice"]
    assert codes(world.ask("refuse", "d", to="z", reason="x")) == ["back_to_choice"]
    fine(world.ask("refuse", "d", to="a", reason="x"))
    assert world.waits == ("a",)
    assert world.log == ["+number", "+reserve", "+open", "+mail", "-open", "-reserve"]
    assert world.rows("done") == {("number", 0)}
    world.log.clear()
    world.done.pop(("mail", 0))
    for place in ("a", "b", "c"):
        fine(world.ask("pass", place))
    assert world.log == ["+reserve", "+open", "+mail"]


@pytest.mark.parametrize(("target", "landing"), [("c", "c"), ("b", "b"), ("a", "a")])
def test_the_first_step_cannot_be_sent_back_and_others_land_where_they_say(target, landing):
    world = at(three(), "d")
    fine(world.ask("refuse", "d", to=target, reason="x"))
    assert world.waits == (landing,)
    if landing == "a":
        assert codes(world.ask("refuse", "a", reason="x")) == ["cannot_send_back"]


def test_r7_it_lands_on_the_nearest_live_gate_before_and_else_on_the_draft():
    world = at(three(b={"enabled": False}), "d")
    fine(world.ask("refuse", "d", to="b", reason="x"))
    assert (world.waits, world.log[-2:]) == (("a",), ["-open", "-reserve"])
    drafted = flow(
        step("a", effect("e"), enabled=False), step("b", effect("f"), back_to=("a",)), step("c", back_to=("a",))
    )
    world = at(drafted, "c")
    fine(world.ask("refuse", "c", reason="x"))
    assert (world.waits, world.state.phase, world.log[-2:]) == (("draft",), "draft", ["-f", "-e"])
    assert status(world.workflow, world.state).en == "Draft"
    assert codes(world.ask("refuse", "draft", reason="x")) == ["cannot_send_back"]
    assert codes(world.ask("pass", "draft", may=frozenset())) == ["not_allowed"]
    fine(world.ask("pass", "draft"))
    assert (world.waits, world.log[-1]) == (("b",), "+e")


def test_a_step_that_is_not_open_or_not_mine_refuses_with_reasons():
    world = at(three(), "c")
    assert codes(world.ask("pass", "b")) == ["not_here"]
    assert codes(world.ask("pass", "nowhere")) == ["no_such_step"]
    assert codes(world.ask("pass", "c", may=frozenset())) == ["not_allowed"]
    assert codes(world.ask("refuse", "c", may=frozenset(), to="a")) == ["not_allowed", "opinion_missing"]


def test_roles_persons_and_duties_decide_who_may():
    workflow = flow(
        step("a", by=("clerk",)),
        step("b", by=("boss",), differs_from=("a",)),
        step("c", person=("owner",)),
        step("d", by=("everyone",)),
    )
    world = at(workflow, "a", {"owner": {"id": "eve"}})
    assert codes(world.ask("pass", "a", who="eve")) == ["not_allowed"]
    fine(world.ask("pass", "a", who="bob"))
    assert codes(world.ask("pass", "b", who="bob")) == ["same_person"]
    duty = Reason("duty", Text.of("apart"))
    assert codes(world.ask("pass", "b", who="eve", facts={"refusals": {"b": (duty,)}})) == ["duty"]
    fine(world.ask("pass", "b", who="eve"))
    assert codes(world.ask("pass", "c", who="ann")) == ["not_allowed"]
    fine(world.ask("pass", "c", who="eve"))
    fine(world.ask("pass", "d", who="nobody"))


def test_r10_what_is_final_forbids_going_back_names_it_and_offers_the_rest():
    workflow = flow(
        step("a"),
        step("b", effect("ship", "never"), back_to=("a",)),
        step("c", back_to=("a", "c")),
        lanes=(lane("cancel", ends="cancelled"), lane("hold")),
    )
    world = at(workflow, "c")
    before = world.document
    refused = world.ask("refuse", "c", to="a", reason="x")
    assert codes(refused) == ["final"]
    assert "ship" in refused.reasons[0].message.en
    assert refused.reasons[0].got == ("c", "lane:hold")
    assert codes(world.ask("cancel")) == ["final"]
    assert codes(world.ask("lane", lane="cancel")) == ["final"]
    assert world.document == before
    fine(world.ask("refuse", "c", to="c", reason="x"))


def test_r10_holds_in_a_side_flow_longer_than_the_main_one():
    side = lane(
        "change",
        steps=(step("x"), step("y", effect("ship", "never")), step("z", back_to=("x", "z"))),
        asks=["why"],
    )
    world = at(flow(step("a"), lanes=(side, lane("hold"))), "a", {"why": "so"})
    fine(world.ask("lane", lane="change"))
    fine(world.ask("pass", "x"))
    fine(world.ask("pass", "y"))
    seen = available(world.workflow, world.document, world.request("pass"), world.now, CALENDAR)
    assert next(each for each in seen if (each.kind, each.id) == ("send_back", "z")).allowed
    refused = world.ask("refuse", "z", to="x", reason="no")
    assert codes(refused) == ["final"]
    assert refused.reasons[0].got == ("z",), "no other side flow can be entered from here"


def test_r11_cancelling_undoes_everything_and_then_does_what_the_lane_does():
    side = lane("cancel", before="d", asks=["why"], does=(effect("refund"),), tells=(tell("boss"),), ends="cancelled")
    world = at(three(lanes=(side,)), "c", {"why": None})
    assert codes(world.ask("cancel")) == ["missing"]
    assert codes(world.ask("cancel", may=frozenset(), given={"why": "x"})) == ["not_allowed"]
    fine(world.ask("cancel", given={"why": "x"}))
    assert world.log == ["+number", "+reserve", "-reserve", "+refund#1"]
    assert (world.state.phase, world.state.ended, world.waits, world.told) == ("cancelled", "cancelled", (), ["boss"])
    late = at(three(lanes=(lane("cancel", before="c", ends="cancelled"),)), "d")
    assert codes(late.ask("lane", lane="cancel")) == ["lane_closed"]
    assert codes(late.ask("lane", lane="nothing")) == ["no_such_lane"]


def change(**more):
    side = lane("change", at=("c", "d"), changes=["total"], **more)
    return flow(
        step("a", asks=["total"]),
        step("b", effect("reserve"), back_to=("a",)),
        step("c", effect("open", reads=("total",)), back_to=("b",)),
        step("d", back_to=("c",)),
        lanes=(side,),
    )


def test_r12_a_change_reopens_gates_and_redoes_only_what_is_stale():
    world = at(change(), "d", {"total": 5})
    fine(world.ask("amend", given={"total": 6}))
    assert (world.waits, world.document.fields["total"]) == (("c",), 6)
    assert world.log == ["+reserve", "+open"]
    fine(world.ask("pass", "c"))
    assert world.log == ["+reserve", "+open", "-open", "+open"]
    assert world.waits == ("d",)


def test_what_a_change_takes_out_of_the_process_is_undone_newest_first():
    side = lane("change", changes=["big"])
    workflow = flow(
        step("a"), step("b", effect("x"), effect("y"), when=truth("big")), step("c"), step("d"), lanes=(side,)
    )
    world = at(workflow, "c", {"big": True})
    fine(world.ask("amend", given={"big": False}))
    assert (world.waits, world.log) == (("a",), ["+x", "+y"])
    fine(world.ask("pass", "a"))
    assert (world.waits, world.log) == (("c",), ["+x", "+y", "-y", "-x"])


def test_a_change_that_touches_nothing_read_returns_where_it_stood():
    world = at(change(), "d", {"total": 5})
    fine(world.ask("lane", lane="change", given={"total": 5}))
    assert world.waits == ("d",)
    assert codes(at(change(), "a", {"total": 5}).ask("lane", lane="change", given={"total": 5})) == ["lane_closed"]


def test_back_to_of_a_lane_reopens_earlier_without_undoing():
    world = at(change(back_to="b"), "d", {"total": 5})
    fine(world.ask("lane", lane="change", given={"total": 5}))
    assert (world.waits, world.log) == (("b",), ["+reserve", "+open"])
    fine(world.ask("pass", "b"))
    fine(world.ask("pass", "c"))
    assert world.log == ["+reserve", "+open"]


def test_an_input_of_a_final_effect_cannot_be_changed():
    workflow = flow(
        step("a"),
        step("b", effect("pay", "never", reads=("total",))),
        step("c"),
        lanes=(lane("change", changes=["total"]),),
    )
    world = at(workflow, "c", {"total": 5})
    assert codes(world.ask("amend", given={"total": 6})) == ["final"]
    assert world.document.fields["total"] == 5


def test_a_lane_has_its_own_steps_and_the_main_flow_stands_still():
    new_total = Code(lambda env: env.new["total"] > env.record["total"], whole=True)
    side = lane(
        "change",
        changes=["total"],
        does=(effect("note"),),
        steps=(step("written", effect("w")), step("agreement", when=new_total, back_to=("written",))),
    )
    world = at(three(lanes=(side, lane("hold"))), "c", {"total": 5})
    arrived = world.state.arrived["c"]
    fine(world.ask("amend", lane="change", given={"total": 9}))
    assert (world.waits, world.state.waits, world.document.fields["total"]) == (("written",), ("c",), 5)
    assert waits_at(world.state) == ("written",)
    assert codes(world.ask("pass", "c")) == ["in_lane"]
    assert codes(world.ask("lane", lane="hold")) == ["in_lane"]
    assert status(world.workflow, world.state).en == "change: awaiting written"
    world.later(hours=2)
    fine(world.ask("pass", "written"))
    assert world.waits == ("agreement",)
    fine(world.ask("refuse", "agreement", reason="x"))
    assert (world.waits, world.log[-2:]) == (("written",), ["+w#1", "-w#1"])
    fine(world.ask("pass", "written"))
    fine(world.ask("pass", "agreement"))
    assert (world.waits, world.document.fields["total"], world.state.lane) == (("c",), 9, None)
    assert (world.state.arrived["c"] - arrived).total_seconds() == 7200
    fine(world.ask("amend", lane="change", given={"total": 8}))
    fine(world.ask("pass", "written"))
    assert world.waits == ("c",)
    assert world.log.count("+note#1") == world.log.count("+note#2") == 1


def test_lane_checks_see_what_is_proposed():
    check = Check("most", must=Code(lambda env: env.new["total"] < 10, whole=True), say=Text.of("too much"))
    world = at(three(lanes=(lane("change", changes=["total"], checks=(check,)),)), "c", {"total": 5})
    assert codes(world.ask("amend", given={"total": 11})) == ["most"]
    assert codes(world.ask("amend", given={"total": 1, "other": 2}, may=frozenset({"change"}))) == ["not_editable"]
    fine(world.ask("amend", given={"total": 9}))


def test_r6_an_edit_touches_open_forms_or_what_nobody_has_read():
    workflow = flow(
        step("a", asks=["total", "note"]),
        step("b", effect("e", reads=("total",)), offers=["lines.price"]),
        step("c"),
        step("d"),
    )
    world = at(workflow, "b", {"total": 1, "note": "n", "lines": [{"price": 1, "name": "x"}]})
    fine(world.ask("edit", given={"lines": [{"price": 2, "name": "x"}]}))
    assert codes(world.ask("edit", given={"lines": [{"price": 2, "name": "y"}]}, may=frozenset({"b"}))) == [
        "not_editable"
    ]
    fine(world.ask("edit", given={"total": 2}))
    fine(world.ask("pass", "b"))
    assert codes(world.ask("edit", given={"total": 3})) == ["not_editable"]
    fine(world.ask("edit", given={"note": "other"}))
    assert codes(world.ask("edit", given={"note": "x"}, may=frozenset({"c"}))) == ["not_editable"]
    assert fine(world.ask("edit", given={"note": "other"})).event is None


def test_a_form_with_a_field_of_a_reference_does_not_change_the_reference():
    workflow = flow(step("a"), step("b", asks=["customer.limit", "lines.product"]), step("c"))
    world = at(workflow, "b", {"customer": {"id": "1", "limit": 5}, "lines": [{"product": 1}]})
    mine = frozenset({"b"})
    refused = world.ask("pass", "b", given={"customer": {"id": "2", "limit": 5}}, may=mine)
    assert (codes(refused), refused.reasons[0].where) == (["not_editable"], "/customer")
    fine(world.ask("pass", "b", given={"customer": {"limit": 9}, "lines": [{"product": 1}, {"product": 2}]}, may=mine))
    assert world.document.fields["customer"] == {"id": "1", "limit": 9}
    assert world.last.event.patch["lines"] == [{"product": 1}, {"product": 2}]


def test_every_button_is_there_allowed_or_with_its_reasons():
    side = (lane("cancel", before="b", ends="cancelled"), lane("hold", asks=["why"]))
    world = at(three(lanes=side, c={"opinion": "always", "needs": ["total"]}), "c", {"total": None})
    seen = {
        (each.kind, each.id): each
        for each in available(world.workflow, world.document, world.request("pass"), world.now, CALENDAR)
    }
    assert [each.code for each in seen["step", "c"].reasons] == ["missing"]
    assert seen["send_back", "c"].allowed and seen["send_back", "c"].to == ("a", "b")
    assert [each.code for each in seen["lane", "cancel"].reasons] == ["lane_closed"]
    assert seen["lane", "hold"].allowed
    stranger = world.request("pass", may=frozenset())
    shut = available(world.workflow, world.document, stranger, world.now, CALENDAR)
    assert not any(each.allowed for each in shut)


def test_a_button_is_not_refused_for_what_its_own_form_will_ask():
    checks = (Check("few", must=Code(lambda q: q is not None and q < 5, "quantity")), Check("dep", name="dep"))
    world = at(flow(step("a", asks=["quantity"], checks=checks), step("b")), "a", {"quantity": None})
    assert all(
        each.allowed for each in available(world.workflow, world.document, world.request("pass"), world.now, CALENDAR)
    )
    world = at(
        flow(step("a"), step("b", effect("ship", "never")), step("c", back_to=("a",), until=truth("x"))),
        "c",
        {"x": False},
    )
    seen = {
        each.kind: each
        for each in available(world.workflow, world.document, world.request("pass"), world.now, CALENDAR)
    }
    assert [each.code for each in seen["send_back"].reasons] == ["final"]
    assert [each.code for each in seen["close"].reasons] == ["no_round"]
