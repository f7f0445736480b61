"""Why a condition is true or false, and what would turn it: trees, smallest changes, and the proof by trying."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from rooms.expressions_kit import NOW, SCOPE, ZONE, Dice, loaded
from sizes import size

from ordinance.expressions import (
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    Catalogue,
    Choice,
    ComputationError,
    Env,
    ExpressionError,
    Many,
    Record,
    Scope,
    UnknownValue,
    compile_expression,
)
from ordinance.expressions.explaining import explain
from ordinance.expressions.explaining_changes import NO_VALUE, applied

TYPES = Catalogue(
    entities={
        "order": {
            "kind": Choice(("project", "return", "exchange"), nullable=True),
            "total": NUMBER.optional(),
            "limit": NUMBER.optional(),
            "urgent": BOOLEAN.optional(),
            "due_on": DATE.optional(),
            "title": TEXT.optional(),
            "traits": Many(Choice(("fragile", "cold"))),
            "customer": Record("customer", nullable=True),
            "lines": Many(Record("order.lines")),
        },
        "order.lines": {"quantity": NUMBER.optional(), "left": NUMBER.optional(), "ready": BOOLEAN.optional()},
        "customer": {"tier": Choice(("A", "B"), nullable=True)},
        "account": {"name": TEXT, "region": TEXT.optional()},
    },
    gates={"order": ("submit", "ship")},
)
HERE = Scope(TYPES, "order", new=True)
RECORD = {
    "id": 7,
    "kind": "return",
    "total": Decimal(500),
    "limit": None,
    "urgent": False,
    "due_on": date(2026, 12, 1),
    "title": None,
    "traits": ("cold",),
    "customer": {"id": 3, "tier": "B"},
    "lines": [
        {"id": 1, "quantity": Decimal(7), "left": Decimal(5), "ready": True},
        {"id": 2, "quantity": Decimal(2), "left": Decimal(5), "ready": False},
    ],
}


def env(**more):
    return Env({**RECORD, **more}, user={"id": 9, "name": "ann", "region": "east"}, now=NOW, zone=ZONE)


def tree(source, *, wanted=True, **more):
    return explain(compile_expression(source, HERE, BOOLEAN), env(**more), wanted=wanted)


def needed(found):
    """What has to change, as (kind, where, value): `…` where no value is suggested."""
    if found.changes is None:
        return None
    return [
        (each.kind, ".".join(map(str, each.address[1:])) or each.step or each.source, "…" if each.value is NO_VALUE
         else each.value) for each in found.changes
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("total >= 1000", [("at_least", "total", Decimal(1000))]),
        ("total > 1000", [("more_than", "total", Decimal(1001))]),
        ("1000 <= total", [("at_least", "total", Decimal(1000))]),
        ("total < 100", [("less_than", "total", Decimal(99))]),
        ("due_on < '2026-11-30'", [("less_than", "due_on", date(2026, 11, 29))]),
        ("kind == 'project'", [("set", "kind", "project")]),
        ("kind != 'return'", [("differ", "kind", "project")]),
        ("kind in ['project', 'exchange']", [("one_of", "kind", "project")]),
        ("kind not in ['project', 'return']", [("none_of", "kind", "exchange")]),
        ("urgent", [("set", "urgent", True)]),
        ("title is set", [("fill", "title", "…")]),
        ("due_on is empty", [("clear", "due_on", None)]),
        ("customer.tier == 'A'", [("set", "customer.tier", "A")]),
        ("'fragile' in traits", [("include", "traits", ("cold", "fragile"))]),
        ("'cold' not in traits", [("exclude", "traits", ())]),
        ("passed(ship)", [("pass", "ship", "…")]),
        ("not passed(ship) and urgent", [("set", "urgent", True)]),
        ("not (total < 600)", [("at_least", "total", Decimal(600))]),
        ("not (total <= 600)", [("more_than", "total", Decimal(601))]),
        ("user.region == 'west'", [("set", "region", "west")]),
        ("new.total >= 900", [("at_least", "total", Decimal(900))]),
        ("lines.all(quantity <= left)", [("at_most", "lines.0.quantity", Decimal(5))]),
        ("lines.all(ready)", [("set", "lines.1.ready", True)]),
        ("lines.none(quantity > 1)", [("at_most", "lines.0.quantity", Decimal(1)), ("at_most", "lines.1.quantity", 1)]),
        ("lines.any(quantity > left * 2)", [("more_than", "lines.0.quantity", Decimal(11))]),
        ("lines.sum(quantity) >= 10", [("at_least", "lines.sum(quantity) >= 10", "…")]),
        ("total >= limit", [("at_most", "limit", Decimal(500))]),
        ("total >= 600 and kind == 'project'", [("at_least", "total", Decimal(600)), ("set", "kind", "project")]),
        ("total >= 600 and kind == 'project' or urgent", [("set", "urgent", True)]),
        ("title is set or urgent", [("set", "urgent", True)]),
        ("total >= 600 and total <= 800", [("at_least", "total", Decimal(600))]),
        ("total >= 600 and total >= 800", [("at_least", "total", Decimal(800)), ("at_least", "total", Decimal(800))]),
        ("total >= 600 and total != 600", [("at_least", "total", Decimal(601)), ("differ", "total", Decimal(601))]),
        ("total >= 600 and total < 400", None),
        ("total >= 600 and total < 400 or urgent", [("set", "urgent", True)]),
        ("kind in []", None),
        ("false or urgent", [("set", "urgent", True)]),
        ("false", None),
        ("(kind == 'project') if urgent else (total > 600)", [("more_than", "total", Decimal(601))]),
        ("(kind == 'return') if urgent else (title is set)", [("set", "urgent", True)]),
        ("total >= 100", []),
    ],
)
def test_the_smallest_change(source, changes):
    assert needed(tree(source)) == changes


def test_a_condition_that_locks_is_turned_the_other_way():
    assert needed(tree("total >= 100 and urgent == false", wanted=False)) == [("less_than", "total", Decimal(99))]
    assert needed(tree("total >= 100 or kind == 'return'", wanted=False)) == [
        ("less_than", "total", Decimal(99)),
        ("differ", "kind", "project"),
    ]
    assert needed(tree("lines.none(ready)", wanted=False)) == []
    assert needed(tree("lines.none(quantity > 100)", wanted=False)) == [("more_than", "lines.0.quantity", Decimal(101))]
    assert needed(tree("lines.all(quantity > 1)", wanted=False)) == [("at_most", "lines.0.quantity", Decimal(1))]
    assert needed(tree("lines.any(quantity > 1)", wanted=False)) == [
        ("at_most", "lines.0.quantity", Decimal(1)),
        ("at_most", "lines.1.quantity", Decimal(1)),
    ]


def test_a_change_that_turns_another_part_is_followed_to_its_end():
    found = tree("kind == 'project' and (kind == 'return' or urgent)")
    assert needed(found) == [("set", "kind", "project"), ("set", "urgent", True)]
    assert found.is_proved


def test_the_parts_carry_their_text_and_their_values():
    found = tree("total >= 1000 and (kind == 'project' or lines.any(quantity > 100))")
    assert (found.source[:13], found.holds) == ("total >= 1000", False)
    first, second = found.parts
    assert (first.source, first.holds, [(each.source, each.value) for each in first.parts]) == (
        "total >= 1000", False, [("total", Decimal(500))],
    )  # fmt: skip
    rows = second.parts[1]
    assert rows.source == "lines.any(quantity > 100)"
    assert [(each.row, each.parts[0].value) for each in rows.parts] == [(0, Decimal(7)), (1, Decimal(2))]


def test_only_the_rows_that_decide_are_parts():
    assert [each.row for each in tree("lines.all(quantity <= left)").parts] == [0]
    assert [each.row for each in tree("lines.any(quantity <= left)").parts] == [1]


def test_what_is_not_known_is_neither_true_nor_false():
    record = {name: value for name, value in RECORD.items() if name != "total"}
    found = explain(compile_expression("urgent or total > 1", HERE, BOOLEAN), Env(record))
    assert (found.holds, found.unknown) == (None, ("total",))
    assert found.parts[1].holds is None
    before = explain(compile_expression("total > 1 or not urgent", HERE, BOOLEAN), Env(record))
    assert before.holds is None, "as when it is evaluated: what stands first is asked first"


def test_every_value_that_was_looked_at_is_named_with_its_record():
    found = tree("customer.tier == 'A' and lines.all(quantity <= parent.total)")
    assert {(each.entity, each.record, each.name) for each in found.reached} >= {
        ("order", 7, "customer"),
        ("customer", 3, "tier"),
        ("order", 7, "lines"),
        ("order.lines", 1, "quantity"),
        ("order.lines", 2, "quantity"),
        ("order", 7, "total"),
    }
    assert {(each.entity, each.name, each.root) for each in tree("user.region == 'west'").reached} == {
        ("account", "region", "user")
    }


def test_what_is_summed_says_its_bound_and_an_empty_list_wants_a_row():
    (change,) = tree("lines.sum(quantity) >= 10").changes
    assert (change.kind, change.bound, change.address) == ("at_least", Decimal(10), ())
    (change,) = tree("lines.any(ready)", lines=[]).changes
    assert (change.kind, change.path) == ("add_row", ("lines",))


def test_behind_an_empty_reference_stands_some_record_and_none_that_is_known():
    found = tree("customer.tier == 'A' and (urgent or customer == new.customer)", customer=None)
    assert {each.path for each in found.changes} == {("customer", "tier"), ("urgent",)}
    assert found.is_proved


PLENTY = size("expressions") // 2


def test_the_smallest_change_makes_it_true():
    """Random conditions on random records: what the tree says is so, and what was proved comes true when it is made."""
    dice = Dice(20261124)
    proved = turned = 0
    while proved < PLENTY:
        records, user = list(loaded(dice.world())), dice.user()
        for _ in range(20):
            source = dice.condition(depth=3)
            try:
                expression = compile_expression(source, SCOPE, BOOLEAN)
            except ExpressionError:
                continue
            here = Env(dice.choice(records), user=user, now=NOW, zone=ZONE)
            wanted = dice.random() < 0.7
            found = explain(expression, here, wanted=wanted)
            try:
                assert found.holds is expression.evaluate(here), source
            except (ComputationError, UnknownValue):
                assert found.holds is None, source
            if found.holds is wanted:
                assert found.changes == (), source
            elif found.is_proved:
                turned += bool(found.changes)
                assert expression.evaluate(applied(here, found.changes)) is wanted, source
            proved += 1
    assert turned > PLENTY // 5, "most conditions that fail are mended"


def test_a_condition_of_separate_values_is_always_mended():
    """Where every leaf has a value of its own and a suggestion, the union and the cheapest branch are enough."""
    leaves = ("total >= 600", "kind == 'project'", "urgent", "due_on < '2026-11-01'", "customer.tier == 'A'",
              "lines.all(quantity <= left)", "'fragile' in traits")  # fmt: skip
    dice = Dice(7)
    for _ in range(300):
        parts = dice.sample(leaves, dice.randint(2, 5))
        source = parts[0]
        for each in parts[1:]:
            source = f"({source}) {dice.choice(('and', 'or'))} {each}"
        found = tree(source)
        assert found.holds or found.is_proved, source
        expression = compile_expression(source, HERE, BOOLEAN)
        assert expression.evaluate(applied(env(), found.changes)), source


def test_a_moment_and_a_day_are_compared_as_the_company_sees_them():
    scope = Scope(Catalogue({"order": {"made_at": Choice(()), "due_on": DATE.optional()}}), "order")
    found = explain(
        compile_expression("due_on >= today()", scope, BOOLEAN),
        Env({"due_on": date(2026, 11, 1)}, now=datetime(2026, 11, 24, 18, tzinfo=UTC), zone=ZoneInfo("Asia/Shanghai")),
    )
    assert needed(found) == [("at_least", "due_on", date(2026, 11, 25))]
