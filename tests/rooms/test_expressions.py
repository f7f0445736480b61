"""What an expression means: values, emptiness, rows, time, and what it says it reads."""

from datetime import UTC, date, datetime
from decimal import Decimal, getcontext
from zoneinfo import ZoneInfo

import pytest

from ordinance.expressions import (
    ANYWHERE,
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    SPAN,
    TEXT,
    Catalogue,
    Choice,
    ComputationError,
    Env,
    Function,
    Many,
    Record,
    Scope,
    Span,
    UnknownValue,
    compile_expression,
)

TYPES = Catalogue(
    entities={
        "order": {
            "kind": Choice(("project", "return", "exchange"), nullable=True),
            "amount": NUMBER.optional(),
            "discount": NUMBER.optional(),
            "title": TEXT.optional(),
            "urgent": BOOLEAN.optional(),
            "due_on": DATE.optional(),
            "made_at": DATETIME.optional(),
            "lead": SPAN.optional(),
            "customer": Record("customer", nullable=True),
            "order": Record("order", nullable=True),
            "lines": Many(Record("order.lines")),
            "readings": Many(Record("reading")),
        },
        "order.lines": {"product": Record("product", nullable=True), "price": NUMBER, "quantity": NUMBER.optional()},
        "product": {"name": TEXT, "limit": NUMBER.optional(), "traits": Many(Choice(("fragile", "leaking")))},
        "reading": {"value": NUMBER},
        "customer": {"tier": Choice(("A", "B"), nullable=True), "code": TEXT},
        "account": {"of": Record("customer", nullable=True), "roles": Many(TEXT), "name": TEXT},
        "filing": {"low": NUMBER.optional()},
    },
    computed={"order": {"done": BOOLEAN}, "order.lines": {"returnable": NUMBER}},
    registered={"filing_of": Function((Record("product"),), Record("filing", nullable=True))},
    gates={"order": ("submit", "ship", "go_live")},
)
SCOPE = Scope(TYPES, "order", new=True, event={"amount": NUMBER}, entities=("customer",))
NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
EMPTY = dict.fromkeys(TYPES.entities["order"])


def value(source, record=None, expects=None, **more):
    env = Env({**EMPTY, **(record or {})}, **{"now": NOW, "zone": ZONE, **more})
    return compile_expression(source, SCOPE, expects).evaluate(env)


def holds(source, record=None, **more):
    return value(source, record, BOOLEAN, **more)


def line(**values):
    return {"product": None, "price": Decimal(1), "quantity": Decimal(1), **values}


# Numbers


def test_numbers_are_exact_whatever_the_caller_has_set():
    getcontext().prec, before = 5, getcontext().prec
    try:
        assert value("0.1 + 0.2 == 0.3") is True
        assert value("12345678901234567890.123456789 + 1") == Decimal("12345678901234567891.123456789")
        assert value("-amount", {"amount": Decimal("1234567.891")}) == Decimal("-1234567.891")
        assert value("abs(amount)", {"amount": Decimal("-1234567.891")}) == Decimal("1234567.891")
    finally:
        getcontext().prec = before


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("round(2.5, 0)", "3"),
        ("round(-2.5, 0)", "-3"),
        ("round(1.005, 2)", "1.01"),
        ("round(1.0049999, 2)", "1.00"),
        ("round(1250, -2)", "1300"),
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("(1 + 2) * 3", "9"),
        ("7 - 2 - 1", "4"),
        ("2 * -3", "-6"),
        ("min(3, 1, 2)", "1"),
        ("max(3, amount, 2)", "3"),
        ("default(amount, 7)", "7"),
        ("length('中文字')", "3"),
        ("length(title)", "0"),
    ],
)
def test_arithmetic(source, result):
    assert str(value(source)) == result


def test_a_percentage_is_what_it_says():
    line_total = "amount * (1 - discount / 100)"
    assert value(line_total, {"amount": Decimal(200), "discount": Decimal(5)}) == Decimal(190)


def test_division_by_zero_names_the_place():
    with pytest.raises(ComputationError) as caught:
        value("1 + amount / discount", {"amount": Decimal(1), "discount": Decimal(0)})
    assert (caught.value.code, caught.value.text, caught.value.column) == ("division_by_zero", "amount / discount", 5)
    assert "amount / discount" in caught.value.reason.message.en


def test_a_number_too_large_to_round_is_an_error_and_not_a_wrong_number():
    with pytest.raises(ComputationError, match="out of range"):
        value("round(amount * amount, 12)", {"amount": Decimal(10) ** 18})


# Emptiness


@pytest.mark.parametrize(
    "source",
    ["amount == 0", "amount < 1", "amount >= 0", "amount == amount", "kind == 'return'", "kind in ['return']", "urgent",
     "urgent == true", "urgent == false", "customer.tier == 'A'", "customer == order.customer", "amount == discount",
     "amount is set", "title is set", "lines is set", "customer is set", "contains(title, 'a')"],
)  # fmt: skip
def test_a_comparison_with_an_empty_value_is_no_and_its_opposite_yes(source):
    assert holds(source) is False
    assert holds(f"not ({source})") is True


def test_not_equal_is_always_the_opposite_of_equal():
    for left, right in [(None, None), (None, "A"), ("A", None), ("A", "A"), ("A", "B")]:
        record = {"customer": {"id": 1, "tier": left}, "order": {"id": 2, "customer": {"id": 3, "tier": right}}}
        same = holds("customer.tier == order.customer.tier", record)
        assert holds("customer.tier != order.customer.tier", record) is not same
        assert same is (left == right and left is not None)


def test_arithmetic_with_an_empty_value_is_empty_and_a_default_fills_it():
    assert value("amount * (1 - discount / 100)", {"amount": Decimal(8)}) is None
    assert value("amount * (1 - default(discount, 0) / 100)", {"amount": Decimal(8)}) == Decimal(8)
    assert value("due_on + 14d") is None


def test_an_empty_text_and_an_empty_list_are_empty():
    assert holds("title is empty", {"title": ""}) and holds("lines is empty", {"lines": ()})
    assert not holds("amount is empty", {"amount": Decimal(0)}) and not holds("urgent is empty", {"urgent": False})
    assert holds("title is not empty and title is set", {"title": "x"})


def test_null_may_be_written_for_empty():
    assert holds("amount == null") and not holds("amount != null")
    assert value("amount if urgent else null", {"amount": Decimal(1)}) is None


def test_a_name_that_was_not_loaded_is_not_empty():
    for source, path in [("customer.tier == 'A'", ("customer", "tier")), ("user.name == 'x'", ("user", "name"))]:
        with pytest.raises(UnknownValue) as caught:
            holds(source, {"customer": {"id": 1}})
        assert caught.value.path == path
    with pytest.raises(UnknownValue) as caught:
        compile_expression("lines.sum(price)", SCOPE).evaluate(Env({"lines": [{}]}))
    assert caught.value.path == ("lines", "price")


def test_what_is_not_needed_is_not_looked_at():
    assert holds("amount is empty or customer.tier == 'A'", {"customer": {}}) is True


# Rows


LINES = [
    line(price=Decimal("1.10"), quantity=Decimal(3), product={"id": 1, "limit": Decimal(9), "traits": ("fragile",)}),
    line(price=Decimal("2.20"), quantity=None, product={"id": 2, "limit": Decimal(4), "traits": ()}),
]


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("lines.sum(price * quantity)", Decimal("3.30")),
        ("lines.sum(price)", Decimal("3.30")),
        ("lines.count()", 2),
        ("lines.count(quantity is set)", 1),
        ("lines.min(price)", Decimal("1.10")),
        ("lines.max(quantity)", Decimal(3)),
        ("lines.any('fragile' in product.traits)", True),
        ("lines.none('leaking' in product.traits)", True),
        ("lines.all(price > 1)", True),
        ("lines.all(quantity > 1)", False),
        ("readings.count()", 0),
        ("readings.sum(value)", Decimal(0)),
        ("readings.max(value)", None),
        ("readings.all(value > 1)", True),
        ("readings.any(value > 1)", False),
        ("lines.all(parent.amount > price)", True),
        ("lines.sum(price if quantity is set else 0)", Decimal("1.10")),
    ],
)
def test_methods_look_at_every_row(source, result):
    found = value(source, {"lines": LINES, "amount": Decimal(5)})
    assert found == result and type(found) is type(result)


def test_parent_is_the_row_around_and_the_document_is_two_away():
    record = {"lines": LINES, "readings": [{"value": Decimal(3)}, {"value": Decimal(5)}], "amount": Decimal(4)}
    assert holds("lines.any(parent.readings.max(value) <= product.limit)", record) is True
    assert holds("lines.all(parent.readings.max(value) <= product.limit)", record) is False
    assert value("lines.sum(parent.readings.count(value > parent.parent.amount))", record) == 2


def test_a_field_of_a_line_sees_its_document_as_parent():
    scope = Scope(TYPES, "order.lines", parent="order")
    made = compile_expression("parent.kind == 'project' and quantity > 1", scope, BOOLEAN)
    assert made.evaluate(Env(line(quantity=Decimal(2)), parent={"kind": "project"})) is True
    assert made.reads == {("parent", "kind"), ("quantity",)}


# Names that are not fields


def test_user_new_and_event():
    customer = {"id": 7}
    assert holds("customer == user.of", {"customer": customer}, user={"of": {"id": 7}})
    assert holds("'clerk' in user.roles", user={"roles": ("clerk", "x")})
    record = {"amount": Decimal(5), "due_on": date(2026, 12, 1)}
    assert holds("new.amount > amount or new.due_on > due_on", record, new={"due_on": date(2026, 12, 2)})
    assert not holds("new.amount > amount or new.due_on > due_on", record, new={"title": "x"})
    assert holds("event.amount == 3", event={"amount": Decimal(3)})


def test_an_id_is_the_same_as_a_number_and_as_it_travels():
    assert holds("customer == user.of", {"customer": {"id": 7}}, user={"of": {"id": "7"}})
    assert holds("customer == user.of", {"customer": 7}, user={"of": {"id": 7}})
    assert not holds("customer == user.of", {"customer": {"id": 7}}, user={"of": {"id": 8}})


def test_passed_and_warned():
    passed = {"ship": (NOW, "9")}
    assert holds("passed(ship) and not passed(submit)", passed=passed)
    assert value("passed(ship).at + 14d", passed=passed) == datetime(2026, 12, 8, 18, 30, tzinfo=UTC)
    assert value("passed(submit).at + 14d", passed=passed) is None
    assert holds("passed(ship).by == user", passed=passed, user={"id": 9})
    assert holds("order.passed(ship)", {"order": {"id": 1, "passed": passed}})
    assert value("order.passed(ship)") is False and value("order.passed(ship).at") is None
    made = compile_expression("warned(sales.price_policy) or warned(no_log)", SCOPE, BOOLEAN)
    assert made.warnings == {"sales.price_policy", "no_log"}
    assert made.evaluate(Env({}, warned=frozenset({"no_log"}))) is True


def test_functions_of_departments():
    made = compile_expression("lines.any(filing_of(product).low is empty or price < filing_of(product).low)", SCOPE)
    filings = {1: {"low": Decimal(1)}, 2: {"low": Decimal(3)}}
    env = Env({"lines": LINES}, functions={"filing_of": lambda product: filings.get(product["id"])})
    assert made.evaluate(env) is True
    assert made.functions == {"filing_of"}
    with pytest.raises(UnknownValue):
        made.evaluate(Env({"lines": LINES}))


def test_all_records_of_an_entity_are_counted_by_the_caller():
    made = compile_expression("customer.count() > 0", Scope(Catalogue(), "guide", entities=("customer",)), BOOLEAN)
    assert made.counts == {"customer"}
    assert made.evaluate(Env({}, counts={"customer": 3})) is True


# Time


def test_days_and_moments():
    assert value("today()") == date(2026, 11, 25)
    assert value("now()") == NOW
    assert value("day_end(due_on)", {"due_on": date(2026, 11, 24)}) == datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
    assert value("day(made_at)", {"made_at": NOW}) == date(2026, 11, 25)
    assert value("due_on - lead", {"due_on": date(2026, 12, 31), "lead": Span(months=1)}) == date(2026, 11, 30)
    assert value("due_on - today()", {"due_on": date(2026, 12, 1)}) == Span(days=6)
    assert holds("today() - due_on > 14d", {"due_on": date(2026, 11, 1)})
    assert holds("due_on >= '2026-12-01'", {"due_on": date(2026, 12, 1)})
    assert value("14d") == Span(days=14) and value("1mo 15d") == Span(months=1, days=15)


def test_time_is_never_taken_from_the_machine():
    assert compile_expression("today() > due_on", SCOPE, BOOLEAN).uses_now
    assert not compile_expression("day_end(due_on)", SCOPE).uses_now
    with pytest.raises(UnknownValue):
        value("today()", now=None)


# What it says of itself


def test_reads_are_paths_from_the_record():
    made = compile_expression(
        "customer.tier == 'A' and lines.sum(price) > new.amount and lines.any(parent.title is set)"
        " and order.passed(ship) and customer == user.of and readings.count() > 0",
        SCOPE,
        BOOLEAN,
    )
    assert made.reads == {
        ("customer", "tier"), ("lines", "price"), ("new", "amount"), ("lines",), ("title",),
        ("order", "passed", "ship"), ("customer",), ("user", "of"), ("readings",),
    }  # fmt: skip
    assert made.type == BOOLEAN
    assert compile_expression("passed(ship)", SCOPE).passes == {"ship"}


@pytest.mark.parametrize(
    ("source", "nullable"),
    [
        ("customer.code", True),
        ("user.name", False),
        ("amount + 1", True),
        ("1 + 1", False),
        ("default(amount, 0)", False),
        ("default(amount, discount)", True),
        ("min(amount, 0)", False),
        ("round(amount, 0)", True),
        ("lines.sum(quantity)", False),
        ("lines.max(price)", True),
        ("1 if urgent else null", True),
        ("amount > 1", False),
    ],
)
def test_whether_a_value_may_be_empty_is_part_of_its_type(source, nullable):
    assert compile_expression(source, SCOPE).type.nullable is nullable


def test_two_readings_of_one_text_are_equal():
    assert compile_expression("amount > 1", SCOPE) == compile_expression("amount > 1", SCOPE)
    assert compile_expression("amount > 1", SCOPE) != compile_expression("amount > 2", SCOPE)


def test_values_of_the_wrong_kind_are_an_error_of_the_expression():
    with pytest.raises(ComputationError):
        holds("amount > 1", {"amount": "one"})
    with pytest.raises(ComputationError):
        compile_expression("x + 1 > y", ANYWHERE, BOOLEAN).evaluate(Env({"x": "a", "y": 1}))
