"""What is wrong with an expression: every fault at once, its column, its words, its remedy."""

import pytest
from rooms.expressions_kit import ENTITIES, STAFF

from ordinance.expressions import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    SPAN,
    Catalogue,
    Choice,
    ExpressionError,
    Function,
    Record,
    Scope,
    compile_expression,
)
from ordinance.problems import Place, Text

TYPES = Catalogue(
    {**ENTITIES, "staff": STAFF},
    registered={"filing_of": Function((Record("visit"),), NUMBER)},
    gates={"order": ("submit", "ship")},
)
SCOPE = Scope(TYPES, "order", user="staff", warnings=("sales.price_policy",))


def faults_of(source, expects=BOOLEAN, scope=SCOPE):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source, scope, expects)
    return caught.value.faults


CASES = [
    # source, column, code, a part of the remedy
    ("amuont > 5", 1, "unknown_name", "amount"),
    ("customer.teir == 'a'", 1, "unknown_part", "tier"),
    ("quantity > 5", 1, "unknown_name", "lines.all(quantity"),
    ("lines.all(amount > 5)", 11, "unknown_name", "parent.amount"),
    ("today > due_on", 1, "unknown_name", "today("),
    ("kind == 'd'", 9, "unknown_option", "a, b, c"),
    ("kind in ['a', 'x']", 15, "unknown_option", "a, b, c"),
    ("'x' in traits", 1, "unknown_option", "a, b, c"),
    ("amount > 1 > 2", 12, "expression_chained", "a < b and b < c"),
    ("amount is set == true", 15, "expression_chained", "and"),
    ("amount = 1", 8, "expression_mark", "=="),
    ("amount <> 1", 8, "expression_mark", "!="),
    ("urgent && checked", 8, "expression_mark", "and"),
    ("!urgent", 1, "expression_mark", "not"),
    ("amount > 5%", 11, "expression_mark", "/ 100"),
    ("amount > \uff081\uff09", 10, "expression_mark", "full-width"),
    ("title == 中文", 10, "expression_mark", "quotes"),
    ("urgent AND checked", 8, "expression_unexpected", "lower case"),
    ("amount > 1 NOT", 12, "expression_unexpected", "lower case"),
    ("amount >", 9, "expression_ends", None),
    ("(amount > 1", 12, "expression_ends", "column 1"),
    ("amount > 1)", 11, "expression_unexpected", None),
    ("title == 'x", 10, "expression_unclosed_text", None),
    (r"title == '\q'", 11, "expression_escape", None),
    ("due_on + 14x > today()", 10, "expression_unit", "wd"),
    ("amount is null", 11, "expression_is", "=="),
    ("amount < null", 1, "null_order", "is empty"),
    ("amount", 1, "not_a_condition", "is set"),
    ("lines", 1, "not_a_condition", "count()"),
    ("not customer", 5, "not_a_condition", "is set"),
    ("amount == '5'", 1, "not_comparable", "quotes"),
    ("customer == 'C-1'", 1, "not_comparable", ".code"),
    ("customer == user", 1, "not_comparable", None),
    ("due_on > made_at", 1, "not_comparable", "day("),
    ("due_on > '2026-13-01'", 10, "not_a_moment", "2026-12-01"),
    ("made_at > '2026-12-01T08:00'", 11, "not_a_moment", "+08:00"),
    ("lines == 'a'", 1, "not_comparable", "in"),
    ("kind < 'b'", 1, "no_order", "in"),
    ("urgent > checked", 1, "no_order", "=="),
    ("'a' in title", 8, "not_a_list", "contains"),
    ("amount in [1, 'a']", 15, "mixed_list", None),
    ("amount + title > 1", 1, "no_arithmetic", None),
    ("-title == 'a'", 1, "no_arithmetic", None),
    ("due_on + 4h > today()", 1, "day_and_hours", "day_end"),
    ("now() - made_at > 1mo", 19, "span_order", None),
    ("amount / 0 > 1", 1, "division_by_zero", None),
    ("round(amount, title) > 1", 15, "wrong_argument", None),
    ("round(amount, pieces) > 1", 15, "round_scale", None),
    ("abs(title) > 1", 5, "wrong_argument", None),
    ("min(amount, title) > 1", 1, "mixed_arguments", None),
    ("today(1) > due_on", 1, "argument_count", None),
    ("filing_of(customer) > 1", 11, "wrong_argument", None),
    ("fling_of(customer) > 1", 1, "unknown_function", "filing_of"),
    ("lines.sum(spec) > 1", 11, "wrong_argument", None),
    ("lines.sum() > 1", 1, "wants_one", None),
    ("lines.al(price > 1)", 1, "unknown_method", "all"),
    ("lines.price > 1", 1, "no_parts", ".any(price"),
    ("traits.any(x)", 1, "no_rows", "in"),
    ("amount.sum(x) > 1", 1, "not_a_list", None),
    ("amount.x > 1", 1, "no_parts", None),
    ("passed(shp)", 8, "unknown_step_passed", "ship"),
    ("passed('ship')", 1, "wants_a_step", None),
    ("passed(ship).on == now()", 1, "unknown_part", "at, by"),
    ("warned(price_policy)", 8, "unknown_check_warned", "sales.price_policy"),
    ("new.amount > 1", 1, "no_new_here", "changes"),
    ("event.amount > 1", 1, "no_event_here", None),
    ("parent.amount > 1", 1, "no_parent_here", None),
    ("customer.count() > 0", 1, "not_a_list", None),
    ("amount if urgent else title", 1, "mixed_branches", None),
    ("1" * 39 + " > amount", 1, "expression_number", None),
    ("due_on + 123456d > today()", 10, "expression_span", None),
    ("amount > 1" + " " * 2000, 2001, "expression_long", None),
    ("(" * 30 + "1" + ")" * 30 + " > amount", None, "expression_deep", None),
    ("amount > " + "+".join("1" * 60), 10, "expression_deep", "formula"),
]


@pytest.mark.parametrize(("source", "column", "code", "remedy"), CASES, ids=[case[0][:40] for case in CASES])
def test_a_fault_says_where_what_and_what_to_do(source, column, code, remedy):
    found = faults_of(source)[0]
    assert found.code == code
    assert column is None or found.column == column
    assert remedy is None or (found.remedy is not None and remedy in found.remedy.en)
    assert found.message.zh and found.message.en and "{" not in found.message.en


def test_all_faults_are_found_at_once_in_the_order_of_the_text():
    found = faults_of("amuont > 1 and customer.teir == 'a' and kind == 'd' and lines.any(prise > now())")
    assert [(each.column, each.code) for each in found] == [
        (1, "unknown_name"),
        (16, "unknown_part"),
        (49, "unknown_option"),
        (67, "unknown_name"),
    ]
    assert [each.column for each in faults_of("amount ! 1 & kind $ 'x")] == [8, 12, 19, 21]


def test_choices_without_a_common_option_are_never_equal():
    types = Catalogue({"order": {"kind": Choice(("a", "b")), "size": Choice(("s", "m")), "other": Choice(("b", "c"))}})
    (found,) = faults_of("kind == size", scope=Scope(types, "order"))
    assert found.code == "not_comparable"
    compile_expression("kind == other", Scope(types, "order"), BOOLEAN)


def test_a_label_written_for_an_option_is_recognised():
    types = Catalogue(
        {"order": {"kind": Choice({"retail": Text("零售", "Retail sale"), "project": Text("项目", "Project")})}}
    )
    (found,) = faults_of("kind == '零售'", scope=Scope(types, "order"))
    assert found.remedy is not None and "retail" in found.remedy.en.split("?")[0]


@pytest.mark.parametrize(
    ("source", "expects"),
    [
        ("title", NUMBER),
        ("lines", NUMBER),
        ("'d'", Choice(("a", "b"))),
        ("'a' if urgent else 'd'", Choice(("a", "b"))),
        ("amount", (DATETIME, SPAN)),
        ("customer", Record("visit")),
    ],
)
def test_the_result_must_be_what_is_wanted(source, expects):
    (found,) = faults_of(source, expects)
    assert found.code in ("wrong_result", "unknown_option")


@pytest.mark.parametrize(
    ("source", "expects"),
    [
        ("made_at + 1d", (DATETIME, SPAN)),
        ("14d", (DATETIME, SPAN)),
        ("'a' if urgent else kind", Choice(("a", "b", "c"))),
        ("title", Choice(("a", "b"))),
        ("null", NUMBER),
        ("'2026-12-01'", DATE),
        ("customer.head", Record("customer")),
    ],
)
def test_what_fits_is_taken(source, expects):
    compile_expression(source, SCOPE, expects)


def test_a_fault_becomes_a_problem_of_its_file():
    with pytest.raises(ExpressionError) as caught:
        compile_expression("amount > 1 and amuont < 2", SCOPE, BOOLEAN)
    (plain,) = caught.value.problems(Place("workflows.yaml", 12, 20))
    assert plain.place == Place("workflows.yaml", 12, 35, 6)
    (quoted,) = caught.value.problems(Place("workflows.yaml", 12, 20), quoted=True)
    assert quoted.place == Place("workflows.yaml", 12, 36, 6)
    (homeless,) = caught.value.problems()
    assert homeless.place is None and homeless.code == "unknown_name"


def test_names_that_are_not_python():
    for source in (
        "().__class__",
        "title.__class__ == 'a'",
        "__import__('os')",
        "lines.all(x for x in y)",
        "a ** b",
        "lambda: 1",
    ):
        assert faults_of(source)
