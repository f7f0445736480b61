"""Steps that repeat, and steps that several people pass (engine R13, R14)."""

from __future__ import annotations

from dataclasses import replace

from rooms.process_kit import Code, World, codes, effect, fine, flow, lane, step


def at(workflow, place, fields=None):
    world = World(workflow, fields or {})
    fine(world.begin())
    while place not in world.waits:
        fine(world.ask("pass", world.waits[0]))
    return world


PORTIONS = flow(
    step("a"),
    step(
        "ship",
        effect("open"),
        effect("issue", reads=("portion",), each_round=True),
        asks=["portion"],
        back_to=("a",),
        until=Code(lambda issued, quantity: issued >= quantity, "issued", "quantity"),
    ),
    step("receive", back_to=("a", "ship")),
    lanes=(lane("change", changes=["quantity"]),),
)


def portions(place="ship"):
    return at(PORTIONS, place, {"portion": None, "issued": 0, "quantity": 5})


def ship(world, portion):
    issued = world.document.fields["issued"]
    return world.ask("pass", "ship", given={"portion": portion, "issued": issued + portion})


def test_r13_a_repeating_step_runs_once_effects_once_and_each_round_every_time():
    world = portions()
    fine(ship(world, 2))
    assert (world.waits, world.log, world.state.rounds) == (("ship",), ["+open", "+issue#1"], {"ship": 1})
    fine(ship(world, 3))
    assert (world.waits, world.log) == (("receive",), ["+open", "+issue#1", "+issue#2"])
    fine(world.ask("refuse", "receive", to="ship", reason="x"))
    assert world.log[-3:] == ["-issue#2", "-issue#1", "-open"]
    assert (world.waits, world.state.rounds) == (("ship",), {"ship": 0})


def test_r13_rounds_taken_back_are_asked_again_though_the_answers_still_say_that_it_is_over():
    for way_back in ("a", "ship"):
        world = portions()
        fine(ship(world, 5))
        fine(world.ask("refuse", "receive", to=way_back, reason="x"))
        if way_back == "a":
            fine(world.ask("pass", "a"))
        assert (world.waits, world.state.rounds, world.document.fields["issued"]) == (("ship",), {"ship": 0}, 5)
        fine(world.ask("pass", "ship"))
        assert (world.waits, world.state.rounds) == (("receive",), {"ship": 1})
        assert world.log == ["+open", "+issue#1", "-issue#1", "-open", "+open", "+issue#1"]


def test_r13_rounds_taken_back_are_booked_as_the_remainder_once_the_step_is_off():
    steps = tuple(replace(each, enabled=each.id != "ship") for each in PORTIONS.steps)
    world = portions()
    fine(ship(world, 5))
    fine(world.ask("refuse", "receive", to="a", reason="x"))
    world.workflow = replace(PORTIONS, steps=steps)
    fine(world.ask("pass", "a"))
    assert (world.waits, world.log[-2:]) == (("receive",), ["+open", "+issue#1"])


def test_a_round_that_changes_nothing_it_repeats_until_is_refused():
    world = portions()
    assert codes(world.ask("pass", "ship", given={"portion": 2})) == ["no_change"]
    assert codes(world.ask("pass", "ship", given={"portion": None})) == ["missing"]


def test_closing_short_runs_what_is_owed_once_and_goes_on():
    world = portions()
    assert codes(world.ask("close", "ship")) == ["no_round"]
    fine(ship(world, 2))
    fine(world.ask("close", "ship"))
    assert (world.waits, world.log, world.state.settled["ship"].outcome) == (
        ("receive",),
        ["+open", "+issue#1"],
        "short",
    )


def test_r13_a_repeating_step_that_is_off_books_the_remainder_once_or_nothing():
    for issued, log in ((0, ["+open", "+issue#1"]), (5, ["+open"])):
        steps = [
            step("a"),
            step("ship", *PORTIONS.steps[1].does, until=PORTIONS.steps[1].until, enabled=False),
            step("z"),
        ]
        world = at(flow(*steps), "z", {"issued": issued, "quantity": 5, "portion": 1})
        assert world.log == log
    done = at(PORTIONS, "receive", {"issued": 5, "quantity": 5, "portion": 1})
    assert done.log == ["+open"]


def test_a_change_after_a_part_works_and_later_rounds_go_on_counting():
    world = portions()
    fine(ship(world, 2))
    fine(world.ask("amend", given={"quantity": 4}))
    assert (world.waits, world.log) == (("ship",), ["+open", "+issue#1"])
    fine(ship(world, 2))
    assert world.log == ["+open", "+issue#1", "+issue#2"]


APPROVE = flow(
    step("a"), step("b", effect("e"), count=2, offers=["minutes"], needs=["total"], back_to=("a",)), step("c")
)


def test_r14_several_different_people_must_pass_and_consequences_run_at_the_last():
    world = at(APPROVE, "b", {"total": 1, "minutes": None})
    fine(world.ask("pass", "b"))
    assert (world.waits, world.log) == (("b",), [])
    assert codes(world.ask("pass", "b")) == ["already_voted"]
    fine(world.ask("pass", "b", who="bob"))
    assert (world.waits, world.log, world.state.passed_by["b"]) == (("c",), ["+e"], ("ann", "bob"))


def test_r14_a_pass_is_void_once_what_it_vouched_for_changes():
    world = at(APPROVE, "b", {"total": 1, "minutes": None})
    fine(world.ask("pass", "b"))
    fine(world.ask("edit", given={"minutes": "x"}))
    assert len(world.state.votes) == 1
    workflow = flow(step("a"), step("b", count=2, asks=["total"]), step("c"))
    world = at(workflow, "a", {"total": 1})
    fine(world.ask("pass", "a"))
    fine(world.ask("pass", "b"))
    fine(world.ask("edit", given={"total": 2}))
    assert world.state.votes == ()
    fine(world.ask("pass", "b", who="bob"))
    assert world.waits == ("b",)
    fine(world.ask("pass", "b", who="ann"))
    assert world.waits == ("c",)


def test_r14_the_first_send_back_sends_back_and_votes_fall():
    world = at(APPROVE, "b", {"total": 1, "minutes": None})
    fine(world.ask("pass", "b"))
    fine(world.ask("refuse", "b", who="bob", reason="no"))
    assert (world.waits, world.state.votes) == (("a",), ())
    fine(world.ask("pass", "a"))
    fine(world.ask("pass", "b", who="bob"))
    assert world.waits == ("b",)


def test_a_change_after_all_parts_opens_the_step_for_one_more():
    world = portions()
    fine(ship(world, 5))
    assert world.waits == ("receive",)
    fine(world.ask("amend", given={"quantity": 7}))
    assert (world.waits, world.state.rounds["ship"]) == (("ship",), 1)
    fine(ship(world, 2))
    assert (world.waits, world.log) == (("receive",), ["+open", "+issue#1", "+issue#2"])


def test_an_effect_is_not_done_twice_in_one_act_for_what_a_later_one_wrote():
    until = Code(lambda issued: issued >= 1, "issued")
    once, each = effect("open", reads=("issued",)), effect("issue", writes=["issued"], each_round=True)
    world = at(flow(step("a"), step("ship", once, each, until=until), step("z")), "ship", {"issued": 0})
    world.outcomes = lambda call, world: {"issued": 1}
    fine(world.ask("pass", "ship"))
    assert (world.waits, world.log) == (("z",), ["+open", "+issue#1"])
