"""What a document owes when the revision changes: effects moved, new, stale; rounds and lanes (engine M4, R13)."""

from __future__ import annotations

from dataclasses import replace

from rooms.migration_kit import ABC, begun, outcome, revised, with_step
from rooms.process_kit import Code, effect, fine, flow, lane, step, truth

from ordinance.process.model import Numbering

# M4 debts


def test_m4_an_effect_moved_to_an_earlier_step_runs_now_and_not_again():
    world = begun(ABC, "a")
    a, b, c = ABC.steps
    fine(world.move(revised(ABC, steps=(replace(a, does=(*a.does, effect("z"))), b, replace(c, does=())))))
    assert world.log == ["+x", "+z"]
    fine(world.ask("pass", "b"))
    fine(world.ask("pass", "c"))
    assert world.log == ["+x", "+z", "+y"]


def test_m4_an_effect_moved_to_a_later_step_is_not_done_again_and_sent_back_it_goes_by_the_present_binding():
    world = begun(ABC, "a")
    a, b, c = ABC.steps
    fine(world.move(revised(ABC, steps=(replace(a, does=()), replace(b, does=(effect("x"), effect("y"))), c))))
    fine(world.ask("pass", "b"))
    assert world.log == ["+x", "+y"]
    fine(world.ask("refuse", "c", to="b", reason="no"))
    assert world.log == ["+x", "+y", "-y", "-x"]


def test_m4_a_new_effect_behind_the_document_is_waived_unless_it_shall_run():
    a, b, c = ABC.steps
    new = revised(ABC, steps=(replace(a, does=(*a.does, effect("n"))), b, c))
    world = begun(ABC, "a")
    fine(world.move(new))
    assert world.log == ["+x"] and world.rows("waived") == {("n", 0)}
    fine(world.ask("refuse", "b", reason="again"))
    fine(world.ask("pass", "a"))
    assert world.log == ["+x", "-x", "+x", "+n"], "what is waived is done when the step is passed again"
    other = begun(ABC, "a")
    fine(other.move(new, run=frozenset({"n"})))
    assert other.log == ["+x", "+n"]


def test_m4_what_an_amendment_left_stale_is_redone_when_the_revision_settles_the_reopened_step():
    old = flow(
        step("a", effect("x")), step("b", effect("receivable", reads=("total",)), enabled=True), step("c"),
        lanes=(lane("change", changes=("total",)),),
    )  # fmt: skip
    world = begun(old, "a", "b", total=10)
    fine(world.ask("amend", lane="change", given={"total": 20}))
    assert (world.waits, world.log) == (("b",), ["+x", "+receivable"])
    fine(world.move(with_step(old, "b", enabled=False)))
    assert world.waits == ("c",)
    assert world.log == ["+x", "+receivable", "-receivable", "+receivable"]


def test_m4_also_when_the_stale_effect_is_dealt_to_a_step_behind():
    old = flow(
        step("a", effect("x")), step("b", effect("receivable", reads=("total",))), step("c"),
        lanes=(lane("change", changes=("total",)),),
    )  # fmt: skip
    world = begun(old, "a", "b", total=10)
    fine(world.ask("amend", lane="change", given={"total": 20}))
    a, b, c = old.steps
    fine(world.move(revised(old, steps=(replace(a, does=(*a.does, *b.does)), replace(b, does=()), c))))
    assert world.log == ["+x", "+receivable", "-receivable", "+receivable"] and world.waits == ("b",)


def test_m4_other_inputs_of_what_is_done_apply_only_ahead():
    old = flow(step("a", effect("mail", "forget", reads=("total",))), step("b", back_to=("a",)))
    world = begun(old, "a", total=10, tax=1)
    new = with_step(old, "a", does=(effect("mail", "forget", reads=("total", "tax")),))
    fine(world.move(new))
    assert world.log == ["+mail"]
    assert fine(world.move(revised(new, "r3"))).event.ledger == ()
    fine(world.ask("refuse", "b", reason="no"))
    fine(world.ask("pass", "a"))
    assert world.log == ["+mail", "+mail"]
    assert dict(world.calls[-1].inputs) == {"total": 10, "tax": 1}


def test_m4_other_inputs_do_not_make_it_stale_when_its_gate_is_passed_again():
    mail = step("a", effect("mail", "forget", reads=("total",)), needs=("note",))
    old = flow(mail, step("b"), lanes=(lane("change", changes=("note",)),))
    world = begun(old, "a", total=10, tax=1, note="x")
    fine(world.move(with_step(old, "a", does=(effect("mail", "forget", reads=("total", "tax")),))))
    fine(world.ask("amend", lane="change", given={"note": "y"}))
    assert world.waits == ("a",)
    fine(world.ask("pass", "a"))
    assert world.log == ["+mail"]


def test_m4_what_was_done_on_arrival_at_the_open_step_is_not_looked_at():
    here = step("b", arriving_does=(effect("note", reads=("n",)),), offers=("n",))
    old = flow(step("a"), here, step("c"))
    world = begun(old, "a", n=1)
    fine(world.ask("edit", given={"n": 2}))
    fine(world.move(with_step(old, "c", enabled=False)))
    assert world.log == ["+note"]


def test_m4_a_debt_dealt_to_a_step_that_is_not_in_this_documents_process_is_waived():
    old = flow(step("a"), step("b"), step("c", effect("z")))
    world = begun(old, "a", big=False)
    a, b, c = old.steps
    fine(world.move(revised(old, steps=(replace(a, when=truth("big"), does=c.does), b, replace(c, does=())))))
    assert world.log == [] and world.rows("waived") == {("z", 0)}


def test_m4_a_number_that_is_taken_earlier_now_is_taken_at_once():
    old = replace(ABC, number=Numbering("c"))
    world = begun(old, "a")
    moved = fine(world.move(revised(old, number=Numbering("a"))))
    assert moved.number_due
    assert not fine(begun(old, "a").move(revised(old))).number_due


def test_r4_a_step_switched_off_sees_what_the_one_before_it_wrote():
    """The outcome of an effect that the migration itself lets run decides what comes next: micro-steps, one event."""
    old = flow(
        step("a"), step("reserve", effect("reserve", writes=("short",))), step("buy", when=truth("short")), step("z")
    )
    for short, waits in ((True, ("buy",)), (False, ("z",))):
        world = begun(old, "a", short=None)
        world.outcomes = lambda call, _, short=short: {"short": short}
        moved = fine(world.move(with_step(old, "reserve", enabled=False)))
        assert world.waits == waits
        assert len(world.events) == 3 and moved.event.patch == {"short": short}


# Lanes, rounds


def test_a_document_in_a_lane_stays_in_it_and_goes_on_where_the_new_revision_has_it():
    old = replace(ABC, lanes={"pause": lane("pause", steps=(step("y", effect("p")), step("w")))})
    world = begun(old, "a")
    fine(world.ask("lane", lane="pause"))
    new = replace(
        with_step(old, "b", enabled=False), lanes={"rest": replace(old.lanes["pause"], id="rest", was="pause")}
    )
    fine(world.move(new))
    assert (world.state.lane.id, world.waits, world.state.rounds) == ("rest", ("y",), {"lane:rest": 1})
    assert world.log == ["+x"], "the main flow stands still"
    fine(world.ask("pass", "y"))
    fine(world.ask("pass", "w"))
    assert (world.state.lane, world.waits, world.log) == (None, ("c",), ["+x", "+p#1", "+y"])


def test_a_lane_whose_remaining_steps_are_gone_is_left():
    old = replace(ABC, lanes={"pause": lane("pause", steps=(step("y"),))})
    world = begun(old, "a")
    fine(world.ask("lane", lane="pause"))
    fine(world.move(revised(old, lanes={"pause": lane("pause")})))
    assert (world.state.lane, world.waits) == (None, ("b",))


UNTIL = Code(lambda goal, sent: sent >= goal, "sent", "goal")


def rounds(*does, **more):
    return flow(
        step("a", effect("x")), step("ship", *does, until=UNTIL, offers=("sent",), **more), step("z", effect("y"))
    )


def test_r13_the_rounds_there_were_count_and_a_new_effect_of_the_round_begins_with_the_next():
    old = rounds(effect("issue", each_round=True))
    world = begun(old, "a", sent=0, goal=3)
    fine(world.ask("pass", "ship", given={"sent": 1}))
    fine(world.move(with_step(old, "ship", does=(effect("issue", each_round=True), effect("note", each_round=True)))))
    assert world.state.rounds == {"ship": 1} and world.rows("waived") == {("note", 1)}
    fine(world.ask("pass", "ship", given={"sent": 3}))
    assert world.log == ["+x", "+issue#1", "+issue#2", "+note#2"]


def test_r13_until_that_holds_now_ends_the_repetition():
    old = rounds(effect("issue", each_round=True))
    world = begun(old, "a", sent=0, goal=3)
    fine(world.ask("pass", "ship", given={"sent": 1}))
    enough = Code(lambda sent: sent >= 1, "sent")
    fine(world.move(with_step(old, "ship", until=enough)))
    assert (world.waits, world.log) == (("z",), ["+x", "+issue#1"])


def test_r11_closing_short_does_what_was_dealt_to_the_repeating_step_meanwhile():
    old = rounds(effect("issue", each_round=True))
    world = begun(old, "a", sent=0, goal=3)
    fine(world.ask("pass", "ship", given={"sent": 1}))
    a, ship, z = old.steps
    fine(world.move(revised(old, steps=(a, replace(ship, does=(*ship.does, *z.does)), replace(z, does=())))))
    fine(world.ask("close", "ship"))
    assert (world.waits, world.log) == (("z",), ["+x", "+issue#1", "+y"])


def test_r13_a_once_effect_dealt_to_a_repeating_step_runs_once():
    old = rounds(effect("issue", each_round=True))
    world = begun(old, "a", sent=0, goal=3)
    a, ship, z = old.steps
    fine(world.move(revised(old, steps=(a, replace(ship, does=(*ship.does, *z.does)), replace(z, does=())))))
    for sent in (1, 2, 3):
        fine(world.ask("pass", "ship", given={"sent": sent}))
    assert [each for each in world.log if each == "+y"] == ["+y"]


def test_r13_what_was_done_by_the_round_is_not_done_again_as_a_whole():
    old = rounds(effect("issue", each_round=True))
    world = begun(old, "a", sent=0, goal=3)
    fine(world.ask("pass", "ship", given={"sent": 1}))
    a, ship, z = old.steps
    fine(world.move(revised(old, steps=(a, replace(ship, does=()), replace(z, does=(effect("issue"), *z.does))))))
    fine(world.ask("pass", "ship", given={"sent": 3}))
    fine(world.ask("pass", "z"))
    assert world.log == ["+x", "+issue#1", "+y"]


def test_r13_a_repeating_step_that_comes_back_does_not_take_earlier_rounds_for_its_own():
    old = rounds(effect("issue", each_round=True))
    world = begun(old, "a", sent=0, goal=3)
    fine(world.ask("pass", "ship", given={"sent": 1}))
    a, ship, z = old.steps
    fine(world.move(revised(old, steps=(a, z))))
    fine(world.move(revised(old, "r3", steps=(a, z, ship))))
    fine(world.ask("pass", "z"))
    fine(world.ask("pass", "ship", given={"sent": 3}))
    assert world.log == ["+x", "+issue#1", "+y", "+issue#2"]


def test_r9_cancelling_after_the_first_step_was_removed_takes_its_effect_back():
    old = replace(ABC, lanes={"cancel": lane("cancel", ends="cancelled")})
    world = begun(old, "a", "b")
    fine(world.move(revised(old, steps=old.steps[2:])))
    fine(world.ask("lane", lane="cancel"))
    assert (world.log, world.state.phase) == (["+x", "+y", "-y", "-x"], "cancelled")


def test_off_and_on_again_is_not_the_way_back_but_loses_and_doubles_nothing():
    world = begun(ABC, "a")
    fine(world.move(with_step(ABC, "b", enabled=False)))
    fine(world.move(revised(ABC, "r3")))
    assert (world.waits, outcome(world, "b")) == (("c",), "off")
    fine(world.ask("pass", "c"))
    assert world.log == ["+x", "+y", "+z"]
