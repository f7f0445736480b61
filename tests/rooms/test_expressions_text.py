"""Properties of reading: nothing but an `ExpressionError` comes out of any text, and a printed tree reads the same."""

import random
from datetime import date, datetime
from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rooms.expressions_kit import NOW, SCOPE, ZONE, Dice, loaded
from sizes import size

from ordinance.expressions import ANYWHERE, BOOLEAN, Env, ExpressionError, Many, Span, compile_expression
from ordinance.expressions.parser import parse
from ordinance.expressions.printing import print_tree
from ordinance.expressions.tree import (
    Arithmetic,
    Attribute,
    Call,
    Comparison,
    Conditional,
    Filled,
    Items,
    Literal,
    Logic,
    Name,
    Negative,
    Not,
)

QUICK = settings(deadline=None, max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck))
WORDS = "and or not in is set empty if else x lines sum true null 14d 1mo == != <= passed today"
PIECES = [*"()[].,'\"\\+-*/<>=! \n\t%#@{}:;0123456789", *WORDS.split(), "\uff08", "中", "\x00", "\ud7ff", "é"]


def read_or_refused(text):
    """Return whether a text could be read; anything but an expression error is a failure."""
    try:
        compile_expression(text, ANYWHERE)
    except ExpressionError as error:
        assert error.faults
        assert all(1 <= each.column <= len(text) + 1 and each.message.zh and each.message.en for each in error.faults)
        return False
    return True


def test_thousands_of_random_texts_give_nothing_but_faults():
    dice, read, count = random.Random(7), 0, size("expressions")
    for _ in range(count):
        spaced = dice.choice(("", " "))
        read += read_or_refused(spaced.join(dice.choices(PIECES, k=dice.randint(0, 25))))
    assert count / 200 < read < count * 0.9


@QUICK
@given(st.text(max_size=80))
def test_any_text_gives_nothing_but_faults(text):
    read_or_refused(text)


@pytest.mark.parametrize(
    "text", ["(", "[", "-", "not ", "f(", "x.f(", "x if ", "1+", "a.", "a if b else ", "a and ", "'", "a == "]
)
def test_no_text_is_too_deep_for_the_reader(text):
    for times in (10, 100, 1999 // len(text)):
        read_or_refused(text * times)
        read_or_refused(text * times + "1")
    started = perf_counter()
    read_or_refused(text * (1999 // len(text)))
    assert perf_counter() - started < 1


def test_long_conditions_are_no_trouble():
    many = " and ".join(["a == 1"] * 170)
    assert compile_expression(many, ANYWHERE, BOOLEAN).evaluate(Env({"a": 1})) is True


NAMES = st.sampled_from(["a", "b", "lines", "set", "empty", "today"])
LEAVES = st.one_of(
    st.builds(Literal, st.decimals(0, 10**12, places=2).map(abs)),
    st.builds(Literal, st.text(max_size=6)),
    st.builds(Literal, st.sampled_from([True, False, None])),
    st.builds(
        Literal,
        st.builds(Span, st.integers(0, 9), st.integers(0, 99), st.integers(0, 99).map(lambda n: n * 60)).filter(bool),
    ),
    st.builds(Name, NAMES),
)


def grown(below):
    several = st.lists(below, max_size=3).map(tuple)
    joined = st.lists(below, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Items, several),
        st.builds(Attribute, below, NAMES),
        st.builds(Call, st.none() | below, NAMES, several),
        st.builds(Negative, below),
        st.builds(Not, below),
        st.builds(Arithmetic, st.sampled_from("+-*/"), below, below),
        st.builds(Comparison, st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in"]), below, below),
        st.builds(Filled, below, st.booleans()),
        st.builds(Logic, st.sampled_from(["and", "or"]), joined),
        st.builds(Conditional, below, below, below),
    )


@settings(QUICK, max_examples=150)
@given(st.recursive(LEAVES, grown, max_leaves=12))
def test_a_printed_tree_reads_the_same(tree):
    printed = print_tree(tree)
    again = parse(printed)
    assert again == tree, printed
    assert print_tree(again) == printed


@pytest.mark.parametrize(
    "source",
    [
        "a - (b - c)",
        "a - b - c",
        "a / (b * c)",
        "(a + b) * c",
        "-(a + b)",
        "not (a and b)",
        "(not a) == b",
        "a and (b or c)",
        "a and (b and c)",
        "(a if b else c) if d else e",
        "a if b else c if d else e",
        "(a < b) == (c < d)",
        "(a if b else c).d",
        "14d.a",
        "'\\n\\''",
        "[a, b if c else d]",
        "(a is set) is empty",
        "f(a).b(c, d).e",
    ],
)
def test_brackets_are_written_where_they_are_needed(source):
    assert print_tree(parse(source)) == source


def test_every_readable_random_text_prints_and_reads_the_same():
    dice = Dice(3)
    for _ in range(500):
        tree = parse(dice.condition())
        assert parse(print_tree(tree)) == tree


KINDS = {
    "number": (Decimal, int),
    "text": str,
    "choice": str,
    "boolean": bool,
    "date": date,
    "datetime": datetime,
    "span": Span,
    "record": dict,
    "many": (tuple, list),
}


@QUICK
@given(st.integers(0, 2**63))
def test_a_value_is_of_the_type_that_was_promised(seed):
    dice = Dice(seed)
    rows, user = list(loaded(dice.world())), dice.user()
    for _ in range(6):
        for source in (dice.number("order", 2), dice.text("order"), dice.condition()):
            try:
                made = compile_expression(source, SCOPE)
            except ExpressionError as error:
                assert {each.code for each in error.faults} == {"unknown_option"}
                continue
            for row in rows:
                found = made.evaluate(Env(row, user=user, now=NOW, zone=ZONE))
                assert_fits(found, made.type, source)


def assert_fits(found, type_, source):
    if found is None:
        assert type_.nullable, source
        return
    assert isinstance(found, KINDS[type_.kind]), (source, found)
    assert type_.kind == "boolean" or not isinstance(found, bool)
    if isinstance(type_, Many):
        assert all(isinstance(each, KINDS[type_.item.kind]) for each in found)
