"""Replay of the log against a proposed workflow, and of its own (engine §7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from rooms.migration_kit import ABC, revised, with_step
from rooms.migration_random import Reviser
from rooms.process_kit import CALENDAR, NOW, Code, effect, fine, flow, lane, step, truth
from rooms.process_random import fields_for, one_act
from rooms.replay_kit import LoggedWorld, lived
from sizes import size

from ordinance.expressions import Span
from ordinance.process import Event
from ordinance.process.model import Assign, Check, Queue, Trigger
from ordinance.process.replay import Added, faults, replay, summary
from ordinance.process.replay.telling import Teller

SEEDS = st.integers(0, 2**40)


def walked(seed: int, count: int, acts: int) -> tuple[Reviser, LoggedWorld]:
    random = Random(seed)
    reviser = Reviser.of(random, count)
    world = LoggedWorld(reviser.workflow, fields_for(random, reviser.workflow))
    world.outcomes = lambda call, world: {path[0]: len(world.calls) % 3 for path in call.writes}
    fine(world.begin())
    for _ in range(acts):
        one_act(random, world)
    return reviser, world


# Under the same workflow


@settings(max_examples=size("replays"), deadline=None, database=None)
@given(count=st.integers(1, 5), acts=st.integers(0, 14), seed=SEEDS)
def test_under_the_same_workflow_every_story_is_told_again_to_the_letter(count, acts, seed):
    _, world = walked(seed, count, acts)
    found = world.under(revised(world.workflow, "again"))
    assert found.is_same and not found.saved and not found.gained
    assert found.waits == (world.waits or (world.state.ended,))


@settings(max_examples=size("replays"), deadline=None, database=None)
@given(count=st.integers(1, 5), acts=st.integers(0, 14), seed=SEEDS)
def test_under_any_workflow_it_comes_to_an_end_and_tells_it_from_the_first_divergence_on(count, acts, seed):
    reviser, world = walked(seed, count, acts)
    for _ in range(2):
        proposed = reviser.next()
    strict, lenient = (replay(proposed, world.story(), mode, CALENDAR) for mode in ("strict", "lenient"))
    assert not strict.added
    for found in (strict, lenient):
        assert found.is_same == (found.divergence is None and not found.added)
        if found.stop is not None:
            assert found.divergence.index <= found.stop.index < len(world.entries)
    if strict.stop is None:
        assert (strict.saved, strict.waits, strict.gained) == (lenient.saved, lenient.waits, lenient.gained)


@settings(max_examples=size("replays") // 4, deadline=None, database=None)
@given(count=st.integers(1, 5), acts=st.integers(0, 14), seed=SEEDS)
def test_folding_gives_what_is_stored_and_a_change_of_one_thing_is_found(count, acts, seed):
    _, world = walked(seed, count, acts)
    events = [msgspec.json.decode(msgspec.json.encode(each), type=Event) for each in world.events]
    assert faults(world.workflow, events, world.state, world.document.ledger) == ()
    other = replace(world.state, seq=world.state.seq + 1)
    assert faults(world.workflow, events, other, world.document.ledger) == ("seq",)
    if world.document.ledger:
        assert faults(world.workflow, events, world.state, world.document.ledger[1:]) == ("ledger",)


# Steps saved


def test_a_pass_for_a_gate_that_is_not_there_is_a_step_saved_and_its_waiting_time_gained():
    world = lived(ABC, "a", "b", "c", hours=3)
    found = world.under(with_step(ABC, "b", enabled=False))
    assert (found.saved, found.gained, found.stop, found.added) == (("b",), timedelta(hours=3), None, ())
    assert (found.divergence.index, found.divergence.kind, found.divergence.step) == (1, "pass", "a")
    assert (found.divergence.was, found.divergence.now) == (("b",), ("c",))
    assert found.waits == ("done",)


def test_a_step_that_is_gone_altogether_is_saved_too():
    world = lived(ABC, "a", "b", hours=1)
    found = world.under(revised(ABC, steps=(ABC.steps[0], ABC.steps[2])))
    assert (found.saved, found.waits, found.gained) == (("b",), ("c",), timedelta(hours=1))


def test_no_time_is_gained_where_something_else_still_waits():
    old = flow(step("p", together="t"), step("q", together="t"), step("z"))
    world = LoggedWorld(old)
    fine(world.begin())
    fine(world.later(hours=2).ask("pass", "p"))
    fine(world.later(hours=3).ask("pass", "q"))
    found = world.under(with_step(old, "p", enabled=False))
    assert (found.saved, found.gained) == (("p",), timedelta(0))


def test_what_was_filled_in_at_a_step_saved_is_still_known():
    old = flow(step("a"), step("b", asks=("n",)), step("c", when=Code(lambda n: n == 5, "n")), step("d"))
    world = LoggedWorld(old, {"n": None})
    fine(world.begin())
    fine(world.ask("pass", "a"))
    fine(world.ask("pass", "b", given={"n": 5}))
    fine(world.ask("pass", "c"))
    found = world.under(revised(old, steps=(old.steps[0], replace(old.steps[3]), old.steps[2])))
    assert found.stop.step == "d"
    found = world.under(with_step(old, "b", needs=(("n",),)))
    assert found.is_same


def test_a_step_that_is_called_otherwise_is_the_same_step():
    world = lived(ABC, "a", "b")
    assert world.under(with_step(ABC, "b", id="check", was="b")).is_same


# Gates added


def test_a_gate_that_nobody_passed_stops_the_document_or_is_passed_at_the_same_moment():
    world = lived(ABC, "a", "b", "c", hours=1)
    a, b, c = ABC.steps
    proposed = revised(ABC, steps=(a, step("audit", asks=("audited",)), b, c))
    strict = world.under(proposed)
    assert (strict.stop.step, strict.stop.index, strict.stop.at) == ("audit", 2, NOW + timedelta(hours=2))
    assert strict.divergence.index == 1
    lenient = world.under(proposed, "lenient")
    assert lenient.added == (Added("audit", NOW + timedelta(hours=2), ("audited",)),)
    assert (lenient.stop, lenient.waits, lenient.saved) == (None, ("done",), ())


def test_a_second_vote_that_nobody_gave_is_an_approval_added():
    world = lived(ABC, "a", "b", "c")
    proposed = with_step(ABC, "b", count=2)
    assert world.under(proposed).stop.step == "b"
    assert [each.step for each in world.under(proposed, "lenient").added] == ["b"]


def test_several_votes_that_nobody_gave_are_given_by_different_people_and_the_time_until_then_is_not_gained():
    old = flow(step("a"), step("b"), step("c"), step("z"))
    world = lived(old, "a", "b", "c", "z", hours=3)
    a, b, _, z = old.steps
    found = world.under(revised(old, steps=(a, replace(b, count=3), z)), "lenient")
    assert [each.step for each in found.added] == ["b", "b"]
    assert (found.saved, found.gained, found.waits) == (("c",), timedelta(0), ("done",))


def test_a_stand_in_takes_what_was_assigned_to_somebody_who_may_not_any_more():
    old = flow(step("a"), step("b", by=("boss",), assign=Assign(match=("x",))), step("c"))
    world = LoggedWorld(old)
    fine(world.begin())
    fine(world.ask("pass", "a"))
    fine(world.ask("pass", "b", who="eve"))
    assert world.under(revised(old, "again")).is_same
    assert [each.step for each in world.under(with_step(old, "b", by=("chief",)), "lenient").added] == ["b"]


def test_where_only_the_order_changed_a_pass_waits_until_its_gate_is_open():
    world = lived(ABC, "a", "b", "c", hours=1)
    a, b, c = ABC.steps
    found = world.under(revised(ABC, steps=(a, replace(c, back_to=()), replace(b, back_to=()))))
    assert (found.stop, found.added, found.saved, found.waits) == (None, (), (), ("done",))
    assert (found.divergence.index, found.gained) == (1, timedelta(0))


def test_a_new_check_of_the_company_stops_what_it_would_have_refused():
    world = lived(ABC, "a", "b", total=5)
    check = Check("small", must=Code(lambda total: total > 9, "total"))
    found = world.under(with_step(ABC, "b", checks=(check,)))
    assert (found.stop.step, found.stop.reasons[0].code) == ("b", "small")
    assert world.under(with_step(ABC, "b", checks=(check,)), "lenient").stop.step == "b"


def test_another_role_at_a_step_stops_who_has_it_not_and_is_an_approval_added():
    old = with_step(ABC, "b", "r1", by=("clerk",))
    world = lived(old, "a", "b", "c")
    proposed = with_step(old, "b", by=("boss",))
    assert world.under(proposed).stop.reasons[0].code == "not_allowed"
    lenient = world.under(proposed, "lenient")
    assert [each.step for each in lenient.added] == ["b"]
    assert lenient.divergence is None and not lenient.is_same
    assert summary([lenient]).same == 0


def test_an_event_of_earlier_days_does_not_tell_the_roles_and_then_it_was_allowed():
    world = lived(with_step(ABC, "b", "r1", by=("clerk",)), "a", "b", "c")
    world.entries = [replace(each, event=replace(each.event, roles=())) for each in world.entries]
    assert world.under(with_step(world.first, "b", by=("boss",))).is_same


# What the log knows


def test_outcomes_come_from_the_log_and_an_effect_it_never_saw_reports_nothing():
    old = flow(step("a"), step("b", effect("reserve", writes=("short",))), step("buy", when=truth("short")), step("z"))
    world = LoggedWorld(old, {"short": None})
    world.outcomes = lambda call, _: {"short": True}
    fine(world.begin())
    for each in ("a", "b", "buy"):
        fine(world.ask("pass", each))
    found = world.under(with_step(old, "b", enabled=False))
    assert (found.saved, found.divergence.now, found.assumed) == (("b",), ("buy",), ())
    a, b, buy, z = old.steps
    new = revised(old, steps=(a, replace(b, does=(effect("other", writes=("short",)),)), replace(buy, when=None), z))
    assert world.under(new).assumed == ("other",)


def test_what_an_effect_wrote_earlier_than_it_did_is_there_from_then_on():
    old = flow(
        step("a"), step("c"), step("b", effect("reserve", writes=("n",))), step("z", when=Code(lambda n: n > 2, "n"))
    )
    world = LoggedWorld(old, {"n": None})
    world.outcomes = lambda call, _: {"n": Decimal(3)}
    fine(world.begin())
    for each in ("a", "c", "b"):
        fine(world.ask("pass", each))
    assert world.under(revised(old, "again")).is_same, "numbers are numbers, though the ledger has them as text"
    a, c, b, z = old.steps
    found = world.under(revised(old, steps=(replace(a, does=b.does), c, z)))
    assert (found.stop, found.saved, found.waits) == (None, ("b",), ("z",))


def test_what_follows_from_an_act_counts_for_timers_that_come_before_the_next_one():
    old = flow(step("a"), step("b"), step("c"))
    world = lived(old, "a", "b", hours=30, big=None)
    create, passed, last = world.entries
    world.entries = [
        create,
        replace(passed, after={"big": True}),
        replace(last, before={"big": True}, after={"big": True}),
    ]
    rule = Trigger("1", after=Span(days=1), when=truth("big"), passes=True)
    assert world.under(with_step(old, "b", by_itself=(rule,))).saved == ("b",)


def test_another_effect_is_a_divergence_though_the_document_stands_where_it_stood():
    world = lived(ABC, "a", "b")
    found = world.under(with_step(ABC, "b", does=()))
    assert (found.divergence.index, found.divergence.was, found.divergence.now) == (2, ("c",), ("c",))
    assert found.stop is None and not found.is_same


def test_an_effect_done_again_reports_what_it_reported_then():
    old = flow(
        step("a"), step("b", effect("reserve", writes=("n",))), step("c", when=truth("n"), back_to=("b",)), step("d")
    )
    world = LoggedWorld(old, {"n": 0})
    world.outcomes = lambda call, world: {"n": sum(each.verb == "do" for each in world.calls) % 2}
    fine(world.begin())
    fine(world.ask("pass", "a"))
    fine(world.ask("pass", "b"))
    fine(world.ask("refuse", "c", reason="no"))
    fine(world.ask("pass", "b"))
    assert world.waits == ("d",)
    assert world.under(revised(old, "again")).is_same


def test_a_check_of_a_department_the_log_cannot_answer_is_taken_to_agree_and_told():
    world = lived(ABC, "a", "b")
    found = world.under(with_step(ABC, "b", checks=(Check("credit", "finance.credit"),)))
    assert found.is_same and found.assumed == ("b.credit",)


def test_queues_and_assignments_go_as_they_went():
    queue = Queue(order=(("created_at",), True), strict=True)
    old = flow(step("a"), step("b", queue=queue, assign=Assign(match=("x",))), step("c"))
    world = LoggedWorld(old)
    fine(world.begin())
    fine(world.ask("pass", "a"))
    fine(world.ask("take", "b", who="eve"))
    fine(world.ask("pass", "b", who="eve"))
    assert world.under(revised(old, "again")).is_same


def test_timers_of_the_proposal_come_at_their_own_moments():
    old = flow(step("a"), step("b"), step("c"))
    world = lived(old, "a", "b", hours=30)
    proposed = with_step(old, "b", by_itself=(Trigger("1", after=Span(days=1), passes=True),))
    found = world.under(proposed)
    assert (found.saved, found.gained, found.waits) == (("b",), timedelta(hours=6), ("c",))
    teller = Teller(proposed, world.story(), CALENDAR)
    for entry in world.entries[:2]:
        teller.begin(entry) if entry.event.kind == "create" else teller.send(entry)
    assert list(teller.timers(NOW + timedelta(hours=60))) == [NOW + timedelta(hours=54)]
    assert teller.state.settled["b"].at == NOW + timedelta(hours=54)


def test_lanes_and_sending_back_are_told_again_and_one_that_is_gone_is_passed_over():
    old = replace(ABC, lanes={"pause": lane("pause", steps=(step("y"),)), "cancel": lane("cancel", ends="cancelled")})
    world = lived(old, "a")
    fine(world.ask("lane", lane="pause"))
    fine(world.ask("pass", "y"))
    fine(world.ask("refuse", "b", reason="no"))
    fine(world.ask("pass", "a"))
    fine(world.ask("lane", lane="cancel"))
    assert world.under(revised(old, "again")).is_same
    found = world.under(revised(old, lanes={"cancel": old.lanes["cancel"]}))
    assert (found.waits, found.stop, found.divergence.kind, found.saved) == (("cancelled",), None, "lane", ("y",))


def test_a_migration_in_the_log_asks_nothing():
    world = lived(ABC, "a")
    fine(world.move(with_step(ABC, "b", enabled=False)))
    fine(world.ask("pass", "c"))
    assert world.under(with_step(ABC, "b", "r9", enabled=False)).waits == ("done",)
    assert world.under(revised(ABC, "r9")).stop.step == "b"


# Many documents


def test_the_summary_counts_documents_steps_and_time():
    proposed = with_step(ABC, "b", enabled=False)
    worlds = [lived(ABC, "a", "b", "c", hours=2), lived(ABC, "a"), lived(ABC), lived(ABC, "a", "b", hours=1)]
    found = summary(each.under(proposed) for each in worlds)
    assert (found.documents, found.same, dict(found.saved), len(found.kept)) == (4, 1, {"b": 2}, 3)
    assert (found.gained, found.gained_by) == (timedelta(hours=3), 2)
    audit = summary(each.under(revised(ABC, steps=(step("audit"), *ABC.steps))) for each in worlds)
    assert dict(audit.stopped) == {"audit": 3}
