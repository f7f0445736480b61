"""Why a person can or cannot do something to a document: the verdict of the buttons, every condition, the least change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from rooms.process_kit import CALENDAR, NOW
from sizes import size

from ordinance.expressions import BOOLEAN, NUMBER, TEXT, Catalogue, Expression, Scope, compile_expression
from ordinance.problems import Reason, Text, reason
from ordinance.process import Document, ProcessState, Refusal, Request, available, begin, transition
from ordinance.process.explaining import explain_act, explain_waiting
from ordinance.process.model import Check, Lane, Queue, Settled, Step, Workflow
from ordinance.process.points import Answer, Point

SCOPE = Scope(
    Catalogue(
        {"order": {"total": NUMBER.optional(), "note": TEXT.optional(), "urgent": BOOLEAN.optional(), "keeper": TEXT}},
        gates={"order": ("enter", "review", "pay", "ship")},
    ),
    "order",
)


def when(source: str) -> Expression:
    return compile_expression(source, SCOPE, BOOLEAN)


def step(id_: str, **more: Any) -> Step:
    return Step(id_, Text.of(id_), Text.of(f"awaiting {id_}"), Text.of(f"{id_} taken"), **more)


def flow(*steps: Step, lanes: tuple[Lane, ...] = ()) -> Workflow:
    return Workflow("order", "order", Text.of("order"), "r1", steps, {each.id: each for each in lanes})


def at(workflow: Workflow, *waits: str, settled: tuple[str, ...] = (), fields: Any = None, **state: Any) -> Document:
    passed = {id_: Settled("passed", "ann", NOW, "r1", n) for n, id_ in enumerate(settled)}
    made = ProcessState("r1", workflow.id, "running", seq=9, settled=passed, waits=waits,
                        arrived=dict.fromkeys(waits, NOW), **state)  # fmt: skip
    return Document("1", made, (), {"total": 500, "note": None, "urgent": False, "keeper": "eve", **(fields or {})})


def ask(actor: str = "bob", *roles: str, may: tuple[str, ...] = (), **facts: Any) -> Request:
    return Request("x", "pass", actor=actor, roles=roles or ("clerk",), may=frozenset(may), facts=facts)


def why(workflow: Workflow, document: Document, request: Request, kind: Any, id_: str) -> Answer:
    found = explain_act(workflow, document, request, kind, id_, NOW, CALENDAR)
    assert found is not None
    return found


def failing(answer: Answer) -> list[str]:
    return [each.code for each in answer.points if each.counts and each.holds is False]


def helps(answer: Answer) -> list[Any] | None:
    if answer.remedies is None:
        return None
    return [
        (each.kind, each.change.kind, each.change.path) if each.change is not None
        else (each.kind, *(each.roles or each.steps or (each.person or each.number or each.lane,)))
        for each in answer.remedies
    ]  # fmt: skip


def point(answer: Answer, code: str) -> Point:
    return next(each for each in answer.points if each.code == code)


REVIEW = step("review", by=("boss",), needs=(("note",),), checks=(Check("big", must=when("total >= 1000")),))
SHOP = flow(step("enter", by=("clerk",)), REVIEW, step("ship", by=("clerk",), back_to=("enter",)))


def test_every_condition_is_told_and_the_union_of_what_would_help():
    answer = why(SHOP, at(SHOP, "review", settled=("enter",)), ask(), "step", "review")
    assert not answer.allowed
    assert [each.code for each in answer.points] == ["place", "right", "needs", "check"]
    assert failing(answer) == ["right", "needs", "check"]
    assert helps(answer) == [("role", "boss"), ("value", "fill", ("note",)), ("value", "at_least", ("total",))]
    assert answer.attempt is not None and answer.attempt.passes is None, "nobody can say what the note should be"


def test_what_would_help_is_tried():
    document = at(SHOP, "review", settled=("enter",), fields={"note": "n"})
    answer = why(SHOP, document, ask(), "step", "review")
    assert helps(answer) == [("role", "boss"), ("value", "at_least", ("total",))]
    assert answer.attempt is not None and answer.attempt.passes is True


def test_what_would_still_refuse_is_said():
    """A check that no single value mends: the proposal for the other one is tried, and it is not enough."""
    checks = (Check("big", must=when("total >= 1000")), Check("small", must=when("total < 600")))
    workflow = flow(step("review", checks=checks))
    answer = why(workflow, at(workflow, "review"), ask(may=("review",)), "step", "review")
    assert failing(answer) == ["check"]
    assert answer.attempt is not None
    assert (answer.attempt.passes, [each.code for each in answer.attempt.reasons]) == (False, ["small"])


def test_an_allowed_button_has_all_its_conditions_too():
    document = at(SHOP, "review", settled=("enter",), fields={"note": "n", "total": 2000})
    answer = why(SHOP, document, ask("eve", "boss"), "step", "review")
    assert answer.allowed
    assert failing(answer) == []
    assert answer.remedies == ()


def test_a_step_that_is_not_reached_names_what_comes_first():
    answer = why(SHOP, at(SHOP, "review", settled=("enter",)), ask(), "step", "ship")
    assert helps(answer) == [("arrive", "review")]
    assert answer.attempt is not None and answer.attempt.passes is None


def test_a_step_that_is_passed_can_only_be_come_back_to():
    answer = why(SHOP, at(SHOP, "ship", settled=("enter", "review")), ask(), "step", "enter")
    assert helps(answer) == [("come_back", "ship")]
    assert point(answer, "place").facts["settled"].by == "ann"


def test_a_step_that_nothing_leads_back_to_is_gone():
    workflow = flow(step("enter"), step("ship"))
    answer = why(workflow, at(workflow, "ship", settled=("enter",)), ask(may=("enter",)), "step", "enter")
    assert answer.remedies is None


def test_a_step_passed_over_says_why():
    workflow = flow(step("enter"), step("review", when=when("total >= 1000")), step("pay", enabled=False),
                    step("ship", back_to=("enter",)))  # fmt: skip
    document = at(workflow, "ship", settled=("enter",))
    gone = {"review": Settled("n/a", "ann", NOW, "r1", 7), "pay": Settled("off", "ann", NOW, "r1", 8)}
    document = replace(document, state=replace(document.state, settled={**document.state.settled, **gone}))
    answer = why(workflow, document, ask(may=("review",)), "step", "review")
    assert failing(answer) == ["place", "part"]
    assert helps(answer) == [("come_back", "ship"), ("value", "at_least", ("total",))]
    answer = why(workflow, document, ask(may=("pay",)), "step", "pay")
    assert failing(answer) == ["place", "enabled"]
    assert helps(answer) == [("come_back", "ship"), ("switch_on", "pay")]


def test_a_step_that_will_be_passed_over_says_so_beforehand():
    workflow = flow(step("enter"), step("review", when=when("total >= 1000")))
    answer = why(workflow, at(workflow, "enter"), ask(may=("review",)), "step", "review")
    part = point(answer, "part")
    assert (part.holds, part.counts) == (False, False)
    assert failing(answer) == ["place"]


def test_a_document_that_has_ended_leaves_nothing_to_do():
    document = at(SHOP, settled=("enter", "review", "ship"))
    document = replace(document, state=replace(document.state, phase="complete", ended="done"))
    answer = why(SHOP, document, ask(), "step", "ship")
    assert (answer.allowed, answer.remedies) == (False, None)


def test_who_holds_it_who_is_ahead_and_who_did_it_before():
    queue = Queue(((("total",), False),), strict=True)
    workflow = flow(step("enter"), step("review", differs_from=("enter",), queue=queue, by=("clerk",)))
    document = at(workflow, "review", settled=("enter",), assigned={"review": "eve"}, passed_by={"enter": ("bob",)})
    answer = why(workflow, document, ask(queue={"review": "DH-1"}), "step", "review")
    assert failing(answer) == ["assigned", "differs_from", "queue"]
    assert helps(answer) == [("reassign", "eve"), ("colleague", "enter"), ("queue", "DH-1")]
    assert answer.attempt is not None and answer.attempt.passes is True


def test_a_duty_is_told_with_what_the_act_found_out():
    refused = reason("duty", "review", duty="apart", step="enter")
    answer = why(SHOP, at(SHOP, "ship"), ask(refusals={"ship": [refused]}), "step", "ship")
    assert failing(answer) == ["duty"]
    assert answer.attempt is not None and answer.attempt.passes is True


def test_several_people_must_pass():
    workflow = flow(step("review", count=2, by=("clerk",)))
    document = at(workflow, "review")
    first = transition(workflow, document, replace(ask(), step="review"), NOW, CALENDAR)
    assert not isinstance(first, Refusal)
    answer = why(workflow, first.document, ask(), "step", "review")
    assert failing(answer) == ["voted"]
    assert (point(answer, "voted").facts["count"], point(answer, "voted").facts["voters"]) == (2, ("bob",))


def test_what_the_form_asks_is_told_and_not_held_against_the_button():
    checks = (Check("big", must=when("total >= 1000")),)
    workflow = flow(step("enter", by=("clerk",), asks=(("note",), ("total",)), checks=checks))
    answer = why(workflow, at(workflow, "enter"), ask(), "step", "enter")
    assert answer.allowed
    assert point(answer, "asks").facts["paths"] == (("note",),)
    assert (point(answer, "check").holds, point(answer, "check").counts) == (None, False)


def test_a_check_for_some_documents_only_may_also_be_left_behind():
    check = Check("big", must=when("note is set"), when=when("urgent == false"))
    workflow = flow(step("review", by=("clerk",), checks=(check,)))
    answer = why(workflow, at(workflow, "review"), ask(), "step", "review")
    assert helps(answer) == [("value", "set", ("urgent",))], "a value that is known is nearer than one to think of"
    assert answer.attempt is not None and answer.attempt.passes is True


def test_a_department_says_what_it_said():
    said = Reason("credit", Text.of("over the limit"))
    workflow = flow(step("review", by=("clerk",), checks=(Check("credit", name="finance.credit"),)))
    answer = why(workflow, at(workflow, "review"), ask(checks={"review.credit": said}), "step", "review")
    assert failing(answer) == ["check"]
    assert helps(answer) == [("settle_check", "")]


LANES = (
    Lane("cancel", Text.of("cancel"), by=("boss",), before="ship", ends="cancelled"),
    Lane("change", Text.of("change"), by=("clerk",), at=("review",), when=when("total < 100")),
)


@pytest.mark.parametrize(
    ("id_", "waits", "codes", "help_"),
    [
        ("cancel", "review", ["right"], [("role", "boss")]),
        ("cancel", "pay", ["lane", "right"], None),
        ("change", "review", ["lane_when"], [("value", "less_than", ("total",))]),
        ("change", "pay", ["lane"], [("arrive", "review")]),
    ],
)
def test_a_side_flow(id_, waits, codes, help_):
    workflow = flow(REVIEW, step("ship"), step("pay"), lanes=LANES)
    settled = () if waits == "review" else ("review", "ship")
    answer = why(workflow, at(workflow, waits, settled=settled), ask(), "lane", id_)
    assert failing(answer) == codes
    assert helps(answer) == help_


def test_what_is_set_aside_or_in_a_side_flow_wants_that_ended_first():
    document = at(SHOP, "review", settled=("enter",), set_aside=(NOW, "strike"))
    assert ("resume", "") in (helps(why(SHOP, document, ask(), "step", "review")) or [])
    workflow = flow(REVIEW, lanes=(Lane("hold", Text.of("hold"), by=("clerk",), steps=(step("look"),)),))
    entered = transition(workflow, at(workflow, "review"), replace(ask(), kind="lane", lane="hold"), NOW, CALENDAR)
    assert not isinstance(entered, Refusal)
    answer = why(workflow, entered.document, ask(), "step", "review")
    assert ("leave_lane", "hold") in (helps(answer) or [])
    assert why(workflow, entered.document, ask(may=("look",)), "step", "look").allowed


def test_for_whom_it_waits():
    document = at(SHOP, "review", settled=("enter",), assigned={"review": "eve"})
    ((found, points),) = explain_waiting(SHOP, document, ask(), NOW, CALENDAR)
    assert found.id == "review"
    assert [(each.code, each.holds) for each in points] == [("right", False), ("assigned", False)]


def test_there_is_nothing_of_that_name():
    assert explain_act(SHOP, at(SHOP, "review"), ask(), "step", "nowhere", NOW, CALENDAR) is None
    assert explain_act(SHOP, at(SHOP, "review"), ask(), "lane", "nowhere", NOW, CALENDAR) is None


# Walks

CONDITIONS = ("total >= 1000", "urgent", "note is set", "total < 800 or urgent", "not urgent and total > 100")
PEOPLE = {"ann": ("clerk",), "bob": ("clerk", "boss"), "eve": ("boss",)}


def some_workflow(dice: Random) -> Workflow:
    names = ("enter", "review", "pay", "ship")

    def one(place: int, id_: str) -> Step:
        more: dict[str, Any] = {"by": (dice.choice(("clerk", "boss")),)}
        if dice.random() < 0.3:
            more["when"] = when(dice.choice(CONDITIONS))
        more["enabled"] = dice.choice((True, True, True, False, when(dice.choice(CONDITIONS))))
        if dice.random() < 0.4:
            more["checks"] = tuple(
                Check(f"c{n}", must=when(dice.choice(CONDITIONS)), warn=dice.random() < 0.2,
                      when=when(dice.choice(CONDITIONS)) if dice.random() < 0.3 else None) for n in range(2)
            )  # fmt: skip
        more["needs"] = (("note",),) if dice.random() < 0.2 else ()
        more["asks"] = (("total",),) if dice.random() < 0.3 else ()
        more["count"] = 2 if dice.random() < 0.2 else 1
        more["differs_from"] = (names[dice.randrange(place)],) if place and dice.random() < 0.3 else ()
        more["back_to"] = (names[dice.randrange(place)],) if place and dice.random() < 0.6 else ()
        more["queue"] = Queue(((("total",), False),), strict=True) if dice.random() < 0.2 else None
        return step(id_, **more)

    lanes = (
        Lane("cancel", Text.of("cancel"), by=("boss",), before=dice.choice((None, *names)), ends="cancelled",
             when=when(dice.choice(CONDITIONS)) if dice.random() < 0.4 else None),
        Lane("hold", Text.of("hold"), by=("clerk",), at=dice.choice(((), ("pay",))), steps=(step("look", by=("boss",)),)),
    )  # fmt: skip
    return flow(*(one(place, id_) for place, id_ in enumerate(names)), lanes=lanes)


def told(answer: Answer) -> list[str]:
    return sorted(each.code for one in answer.points if one.counts for each in one.reasons)


def test_the_verdict_is_that_of_the_buttons_and_what_passed_the_attempt_is_allowed():
    """Random processes and walks: explaining never says other than the buttons, and each of their reasons is told."""
    dice, looked, mended = Random(20261124), 0, 0
    while looked < size("process_walks") // 4:
        workflow = some_workflow(dice)
        fields = {"total": dice.choice((50, 500, 1500)), "note": dice.choice((None, "n")), "urgent": dice.random() < 0.5,
                  "keeper": "eve"}  # fmt: skip
        start = begin(workflow, Document("1", ProcessState("r1", "order"), (), fields),
                      Request("b", "create", actor="ann", roles=("clerk",)), NOW, CALENDAR)  # fmt: skip
        assert not isinstance(start, Refusal)
        document, now = start.document, NOW
        for _ in range(6):
            who = dice.choice(sorted(PEOPLE))
            facts = {"queue": {id_: dice.choice((None, "DH-1")) for id_ in ("enter", "review", "pay", "ship")}}
            request = ask(who, *PEOPLE[who], **facts)
            buttons = available(workflow, document, request, now, CALENDAR)
            for each in buttons:
                answer = why(workflow, document, request, each.kind, each.id)
                assert answer.allowed is each.allowed
                assert told(answer) == sorted(one.code for one in each.reasons)
                assert bool(failing(answer)) is not each.allowed
                mended += answer.attempt is not None and bool(answer.attempt.passes)
                looked += 1
            for id_ in ("enter", "review", "pay", "ship"):
                if ("step", id_) not in {(each.kind, each.id) for each in buttons}:
                    assert not why(workflow, document, request, "step", id_).allowed
            able = [each for each in buttons if each.allowed and each.kind in ("step", "send_back", "lane")]
            if not able:
                break
            chosen, now = dice.choice(able), now + timedelta(hours=1)
            kind = {"step": "pass", "send_back": "refuse", "lane": "lane"}[chosen.kind]
            done = transition(workflow, document, replace(request, kind=kind, step=chosen.id, lane=chosen.id,
                              to=(chosen.to or (None,))[0], reason="r"), now, CALENDAR)  # fmt: skip
            document = document if isinstance(done, Refusal) else done.document
    assert mended > looked // 10, "the proposals are mostly good"
