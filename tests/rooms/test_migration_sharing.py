"""Many documents at once: those that agree in all that counts share what becomes of them (engine §6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rooms.migration_kit import ABC, begun, revised, with_step
from rooms.process_kit import CALENDAR, NOW, Code, effect, fine, flow, step, truth

from ordinance.expressions import Span
from ordinance.process import Refusal, Request
from ordinance.process.migration import Sharing, migrate, same_class


def test_a_thousand_documents_like_one_another_cost_a_few_migrations():
    new = with_step(ABC, "b", enabled=False, does=())
    old = with_step(ABC, "b", "r1", does=())
    worlds = [begun(old, *(("a",) if at % 2 else ()), customer=f"c{at}") for at in range(1000)]
    sharing = Sharing(old, new, Request("q", "migrate", actor="root"), NOW, CALENDAR)
    answers = [fine(sharing.migrate(each.document)) for each in worlds]
    assert sharing.made == 2
    assert {each.document.state.waits for each in answers} == {("a",), ("c",)}
    assert answers[7].document.fields["customer"] == "c7"
    assert len({same_class(each.document, old, new) for each in worlds}) == 2


def test_documents_that_differ_in_what_is_read_do_not_share():
    old = flow(step("a"), step("b"), step("c", when=truth("big")), step("d"))
    new = with_step(old, "b", enabled=False)
    sharing = Sharing(old, new, Request("q", "migrate", actor="root"), NOW, CALENDAR)
    waits = [fine(sharing.migrate(begun(old, "a", big=big, other=at).document)).document.state.waits
             for at, big in enumerate((True, False, True, False))]  # fmt: skip
    assert waits == [("c",), ("d",), ("c",), ("d",)] and sharing.made == 2
    classes = {
        same_class(begun(old, "a", big=big, other=at).document, old, new) for at, big in enumerate((True, False, True))
    }
    assert len(classes) == 2


def test_a_document_with_a_longer_past_keeps_its_own_count():
    a, b, c = ABC.steps
    new = revised(
        ABC, steps=(replace(a, does=(*a.does, effect("n"))), step("m"), replace(b, enabled=False, does=()), c)
    )
    short, long = begun(ABC, "a"), begun(ABC, "a")
    fine(long.ask("refuse", "b", reason="no"))
    fine(long.later(hours=1).ask("pass", "a"))
    request = Request("q", "migrate", actor="root")
    sharing = Sharing(ABC, new, request, long.now, CALENDAR)
    for world in (short, long):
        alone = migrate(ABC, new, world.document, request, long.now, CALENDAR)
        assert sharing.migrate(world.document) == alone
    assert sharing.made == 1


def test_who_passed_a_step_counts_where_an_expression_asks():
    by_bob = Code(lambda env: env.passed["a"][1] == "bob", whole=True)
    by_bob.passes = frozenset({"a"})
    old = flow(step("a"), step("b"), step("c", when=by_bob), step("d"))
    sharing = Sharing(old, with_step(old, "b", enabled=False), Request("q", "migrate", actor="root"), NOW, CALENDAR)
    waits = []
    for who in ("ann", "bob"):
        world = begun(old)
        fine(world.ask("pass", "a", who=who))
        waits.append(fine(sharing.migrate(world.document)).document.state.waits)
    assert waits == [("d",), ("c",)]


def test_when_a_document_arrived_counts_where_the_due_time_is_by_a_new_rule():
    old = flow(step("a"), step("b"), step("c"))
    new = with_step(old, "b", due=Span(days=1))
    early, late = begun(old, "a"), begun(old)
    fine(late.later(hours=3).ask("pass", "a"))
    sharing = Sharing(old, new, Request("q", "migrate", actor="root"), late.now, CALENDAR)
    due = [fine(sharing.migrate(each.document)).document.state.due["b"] for each in (early, late)]
    assert due == [NOW + timedelta(days=1), NOW + timedelta(days=1, hours=3)]


def test_what_an_effect_was_done_with_counts_where_it_is_bound_with_other_inputs():
    old = flow(step("a", effect("x", reads=("total",))), step("b"))
    new = with_step(old, "a", does=(effect("x", reads=("total", "tax")),))
    one, other = begun(old, "a", total=1, tax=0), begun(old, "a", total=1, tax=0)
    request = Request("q", "migrate", actor="root")
    (row,) = fine(migrate(old, new, other.document, request, NOW, CALENDAR)).event.ledger
    one.document = replace(one.document, ledger=(row,))
    sharing = Sharing(old, new, request, NOW, CALENDAR)
    for world in (one, other):
        assert sharing.migrate(world.document) == migrate(old, new, world.document, request, NOW, CALENDAR)


def test_a_result_that_does_something_is_each_documents_own():
    new = with_step(ABC, "b", enabled=False)
    sharing = Sharing(ABC, new, Request("q", "migrate", actor="root"), NOW, CALENDAR)
    for _ in range(3):
        assert [each.effect for each in fine(sharing.migrate(begun(ABC, "a").document)).effects] == ["y"]
    assert sharing.made == 3


def test_a_refusal_is_shared():
    sharing = Sharing(ABC, None, Request("q", "migrate", actor="root"), NOW, CALENDAR)
    assert all(isinstance(sharing.migrate(begun(ABC, "a").document), Refusal) for _ in range(3))
    assert sharing.made == 1
