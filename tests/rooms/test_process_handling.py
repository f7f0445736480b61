"""Taking, queues, assignment, setting aside, adopting."""

from __future__ import annotations

from dataclasses import replace

from rooms.process_kit import World, codes, effect, fine, flow, lane, step

from ordinance.process import status, wants
from ordinance.process.model import Assign, Numbering, Queue, Trigger

DISTRIBUTION = flow(
    step("submit"),
    step("order_review", effect("reserve")),
    step("finance_review", effect("open_receivable")),
    step("ship"),
    number=Numbering("submit"),
)


def test_r22_adopting_runs_nothing_and_waits_where_it_was():
    world = World(DISTRIBUTION, {"number": None})
    adopted = fine(world.begin("adopt", step="finance_review"))
    assert (world.waits, world.log, adopted.number_due) == (("finance_review",), [], True)
    assert world.state.settled["order_review"].outcome == "adopted"
    assert world.rows("waived") == {("reserve", 0)}
    world.ask("pass", "finance_review")
    assert world.log == ["+open_receivable"]


def test_the_answer_of_an_assignment_is_handed_in():
    world = World(
        flow(step("a"), step("b", assign=Assign(match=("region",))), step("c", assign=Assign(to=("owner",)))),
        {"owner": {"id": "bob"}},
    )
    world.begin()
    world.ask("pass", "a")
    assert world.state.assigned == {"b": "eve"}
    assert codes(world.ask("pass", "b")) == ["not_assigned"]
    assert codes(world.ask("reassign", "b", to="ann")) == ["not_allowed"]
    fine(world.ask("reassign", "b", to="ann", may=frozenset({"reassign"})))
    fine(world.ask("pass", "b"))
    assert world.state.assigned == {"c": "bob"}
    fine(world.ask("pass", "c", who="bob"))


def test_a_strict_queue_is_taken_in_order():
    queue = Queue(((("created_at",), False),), strict=True)
    world = World(flow(step("a", queue=queue)), {})
    world.begin()
    assert wants(world.workflow, world.document, world.request("take", step="a")).queue == (("a", queue),)
    behind = {"queue": {"a": "N-0"}}
    assert codes(world.ask("take", "a", facts=behind)) == ["not_next"]
    fine(world.ask("take", "a"))
    assert status(world.workflow, world.state).en == "Draft"
    assert codes(world.ask("take", "a", who="bob")) == ["already_taken"]
    assert codes(world.ask("pass", "a", who="bob")) == ["already_taken"]
    fine(world.ask("pass", "a"))


def test_the_queue_may_be_skipped_by_right_and_with_a_reason():
    world = World(flow(step("a", queue=Queue((), strict=True))), {})
    world.begin()
    behind = {"queue": {"a": "N-0"}}
    may = frozenset({"a", "skip_queue"})
    assert codes(world.ask("take", "a", facts=behind, may=may)) == ["not_next"]
    fine(world.ask("take", "a", facts=behind, may=may, reason="urgent"))


def test_taken_shows_in_the_status():
    world = World(flow(step("a"), step("b", queue=Queue(()))), {})
    world.begin()
    world.ask("pass", "a")
    world.ask("take", "b")
    assert status(world.workflow, world.state).en == "b taken"


def test_set_aside_stops_the_document_and_its_clock():
    world = World(flow(step("a"), step("b")), {})
    world.begin()
    world.ask("pass", "a")
    arrived = world.state.arrived["b"]
    assert codes(world.ask("set_aside")) == ["opinion_missing"]
    fine(world.ask("set_aside", reason="waiting for the customer"))
    assert codes(world.ask("pass", "b")) == ["set_aside"]
    assert status(world.workflow, world.state).en == "Set aside"
    world.later(hours=5)
    fine(world.ask("resume"))
    assert (world.state.arrived["b"] - arrived).total_seconds() == 5 * 3600
    fine(world.ask("pass", "b"))


def test_what_comes_while_it_is_aside_or_in_a_lane_is_remembered():
    rule = (Trigger("rule", event="paid", passes=True),)
    workflow = flow(step("a"), step("b", by_itself=rule), step("c"), lanes=(lane("hold", steps=(step("judge"),)),))
    for away, back in ((("set_aside", None), ("resume", None)), (("lane", None), ("pass", "judge"))):
        world = World(workflow, {})
        world.begin()
        world.ask("pass", "a")
        fine(world.ask(*away, reason="later", lane="hold"))
        fine(world.ask("event", event="paid"))
        assert world.state.waits == ("b",)
        fine(world.ask(*back))
        assert world.waits == ("c",)


def test_a_deputy_acts_for_the_absent_person_and_counts_as_both():
    workflow = flow(step("a", person=("owner",)), step("b", differs_from=("a",)), step("c", count=2), step("d"))
    world = World(workflow, {"owner": {"id": "eve"}})
    world.begin()
    assert codes(world.ask("pass", "a", who="bob")) == ["not_allowed"]
    passed = fine(world.ask("pass", "a", who="bob", on_behalf_of="eve"))
    assert (passed.event.actor, passed.event.on_behalf_of) == ("bob", "eve")
    assert codes(world.ask("pass", "b", who="bob")) == codes(world.ask("pass", "b", who="eve")) == ["same_person"]
    fine(world.ask("pass", "b"))
    fine(world.ask("pass", "c", who="eve"))
    assert codes(world.ask("pass", "c", who="bob", on_behalf_of="eve")) == ["already_voted"]


def test_a_wait_at_a_step_that_is_gone_is_no_draft():
    world = World(flow(step("a"), step("b")), {})
    world.begin()
    world.document = replace(world.document, state=replace(world.state, waits=("gone",)))
    assert codes(world.ask("pass", "gone")) == ["no_such_step"]
