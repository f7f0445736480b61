"""A gate that a revision has put before where a document was: what stands behind it meanwhile (engine M3, R12, R15)."""

from __future__ import annotations

from dataclasses import replace

from rooms.migration_kit import begun, revised
from rooms.process_kit import codes, effect, fine, flow, lane, step, truth

from ordinance.process.migration import overtaken
from ordinance.process.model import Step, Trigger, Workflow

OLD = flow(
    step("submit"),
    step("order_review", effect("reserve", reads=("quantity",)), needs=("quantity",)),
    step("ship"),
    step("pay", asks=("paid",), offers=("quantity",)),
    lanes=(lane("change", changes=("quantity", "note")),),
)


def first(workflow: Workflow, id_: str, *, after: str = "", **more) -> Workflow:
    """Return the workflow with one step moved to the front, or behind another."""
    moved = replace(workflow.step(id_), **more)
    steps = [each for each in workflow.steps if each.id != id_]
    at = [each.id for each in steps].index(after) + 1 if after else 0
    return revised(workflow, steps=(*steps[:at], moved, *steps[at:]))


def behind_pay(old: Workflow = OLD, new: Workflow | None = None):
    world = begun(old, "submit", "order_review", quantity=3, paid=None, note="")
    fine(world.move(new or first(old, "pay", after="submit")))
    assert (world.waits, list(world.state.settled)) == (("pay",), ["submit", "order_review"])
    return world


def test_r15_an_amendment_behind_an_owed_gate_opens_nothing_beside_it():
    world = behind_pay()
    fine(world.ask("take", "pay"))
    fine(world.ask("amend", given={"quantity": 5}))
    assert (world.waits, list(world.state.settled)) == (("pay",), ["submit"])
    assert world.state.taken == {"pay": "ann"}, "who has taken it keeps it"
    fine(world.ask("pass", "pay", given={"paid": 1}))
    assert world.waits == ("order_review",)
    fine(world.ask("pass", "order_review"))
    assert (world.waits, world.log) == (("ship",), ["+reserve", "-reserve", "+reserve"])


def test_r8_what_an_amendment_leads_back_to_waits_for_a_person_though_an_owed_gate_is_passed_first():
    rule = Trigger("1", when=truth("quantity"), passes=True)
    review = replace(OLD.steps[1], by_itself=(rule,))
    back = lane("change", changes=("note",), back_to="order_review")
    old = replace(OLD, steps=(OLD.steps[0], review, *OLD.steps[2:]), lanes={"change": back})
    world = begun(old, "submit", quantity=3, paid=None, note="")
    fine(world.move(first(old, "pay", after="submit")))
    fine(world.ask("amend", given={"note": "look again"}))
    fine(world.ask("pass", "pay", given={"paid": 1}))
    assert world.waits == ("order_review",)


def test_r12_an_effect_behind_an_owed_gate_is_done_again_once_if_the_gate_changes_its_inputs():
    world = behind_pay()
    fine(world.ask("pass", "pay", given={"paid": 1, "quantity": 4}))
    assert (world.waits, world.log) == (("ship",), ["+reserve", "-reserve", "+reserve"])
    assert [row.inputs for row in world.document.ledger if row.state == "done"] == [{"quantity": 4}]
    same = behind_pay()
    fine(same.ask("edit", given={"quantity": 4}))
    fine(same.ask("edit", given={"quantity": 3}))
    fine(same.ask("pass", "pay", given={"paid": 1}))
    assert (same.waits, same.log) == (("ship",), ["+reserve"])


def test_r12_also_if_an_effect_of_the_owed_gate_writes_them_and_only_behind_the_last_of_such_gates():
    pay = replace(OLD.steps[3], offers=(), does=(effect("round_up", writes=("quantity",)),))
    old = replace(OLD, steps=(*OLD.steps[:3], pay, step("look", offers=("quantity",))))
    world = begun(old, "submit", "order_review", quantity=3, paid=None, note="")
    world.outcomes = lambda call, world: {"quantity": 10}
    fine(world.move(first(first(old, "look", after="submit"), "pay", after="submit")))
    fine(world.ask("pass", "pay", given={"paid": 1}))
    assert (world.waits, world.log) == (("look",), ["+reserve", "+round_up"])
    fine(world.ask("pass", "look"))
    assert (world.waits, world.log) == (("ship",), ["+reserve", "+round_up", "-reserve", "+reserve"])


def test_r12_an_input_of_a_final_effect_behind_an_owed_gate_cannot_change():
    review = replace(OLD.steps[1], does=(effect("invoice", "never", reads=("quantity",)),))
    old = replace(OLD, steps=(OLD.steps[0], review, *OLD.steps[2:]))
    world = behind_pay(old)
    assert codes(world.ask("pass", "pay", given={"paid": 1, "quantity": 4})) == ["final"]
    fine(world.ask("pass", "pay", given={"paid": 1}))
    assert (world.waits, world.log) == (("ship",), ["+invoice"])


def test_members_of_a_block_do_not_renew_each_other():
    beside = flow(
        step("a", offers=("n",), together="t"), step("b", effect("x", reads=("n",)), together="t"), step("c")
    )
    world = begun(beside, "b", n=1)
    fine(world.ask("pass", "a", given={"n": 2}))
    assert (world.waits, world.log) == (("c",), ["+x"])


def test_what_may_have_to_be_done_again_is_foretold():
    world = behind_pay()
    assert [row.effect for row in overtaken(world.workflow, world.document)] == ["reserve"]
    fine(world.ask("pass", "pay", given={"paid": 1}))
    assert overtaken(world.workflow, world.document) == ()
    for reads, undo in ((("note",), ""), (("quantity",), "keep"), (("quantity",), "never")):
        review: Step = replace(OLD.steps[1], does=(effect("reserve", undo, reads=reads),))
        other = behind_pay(replace(OLD, steps=(OLD.steps[0], review, *OLD.steps[2:])))
        assert overtaken(other.workflow, other.document) == ()


def test_a_running_document_whose_settled_steps_are_all_gone_goes_on_running():
    world = behind_pay(new=first(OLD, "pay", after="submit"))
    gone = revised(world.workflow, "r3", steps=(world.workflow.step("ship"), world.workflow.step("pay")))
    fine(world.move(gone))
    assert (world.state.phase, world.waits, dict(world.state.settled)) == ("running", ("ship",), {})
    fine(world.ask("take", "ship"))
    assert world.state.phase == "running"
    fine(world.ask("pass", "ship"))
    fine(world.ask("pass", "pay", given={"paid": 1}))
    assert (world.state.phase, world.log) == ("complete", ["+reserve"])


def test_an_amendment_that_opens_the_first_step_makes_no_draft_and_sending_back_does():
    old = flow(
        step("submit", effect("open", reads=("n",))), step("review", back_to=("submit",)),
        lanes=(lane("change", changes=("n",)),),
    )  # fmt: skip
    world = begun(old, "submit", n=1)
    fine(world.ask("amend", given={"n": 2}))
    assert (world.state.phase, world.waits, world.log) == ("running", ("submit",), ["+open"])
    fine(world.ask("pass", "submit"))
    fine(world.ask("refuse", "review", reason="no"))
    assert (world.state.phase, world.waits) == ("draft", ("submit",))


def test_an_amendment_with_no_gate_at_or_before_what_it_touches_goes_on_and_effects_are_done_again():
    old = flow(
        step("submit", effect("open", reads=("n",)), enabled=False), step("review"),
        lanes=(lane("change", changes=("n",)),),
    )  # fmt: skip
    world = begun(old, n=1)
    fine(world.ask("amend", given={"n": 2}))
    assert (world.state.phase, world.waits, world.log) == ("running", ("review",), ["+open", "-open", "+open"])
