"""Charts: held against golden files, and by what must be so of any data."""

import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rooms.drawing_kit import same_as_golden

from ordinance.reports.charting import compact
from ordinance.reports.charts import Plot, Series, draw, sparkline
from ordinance.reports.charts.draw import NAMES_MAX, SERIES_MAX
from ordinance.reports.charts.scale import scale

DAYS = tuple(f"2026-11-{day:02}" for day in range(1, 15))
BRIEFS = tuple(each[5:] for each in DAYS)
LONG = ("上海瑞禾餐饮管理有限公司第一分公司（华东采购中心）", "Harbour Lane Foods", "<b>&\"'")
WIDTHS = (1120, 560, 340)

numbers = st.decimals(-(10**12), 10**12, places=2, allow_nan=False)
series = st.lists(st.one_of(st.none(), numbers), min_size=1, max_size=60)


def of(*values, kind="bar", labels=None, **more):
    made = tuple(None if each is None else Decimal(each) for each in values)
    return Plot(kind, "Amount", labels or tuple(f"n{at}" for at in range(len(made))), (Series("amount", made),), **more)


STACK = (
    Series("进行中", tuple(map(Decimal, (3, 0, 5)))),
    Series("已完成", tuple(map(Decimal, (4, 2, 1))), hrefs=("/o/x?a=1&b=2", "", "")),
)
GOLDEN = {
    "days": of(*range(0, 1400, 100), labels=DAYS, briefs=BRIEFS, is_time=True),
    "names": of(12, 7, 21, labels=("订单审核", "财务审核", "出库审核")),
    "long": of(12, 7, 21, labels=LONG),
    "below": of(5, -3, 8, -12, labels=("a", "b", "c", "d")),
    "below_lying": of(5, -3, 8, labels=LONG),
    "stack": Plot("bar", "Amount", ("a", "b", "c"), STACK),
    "line": of(3, None, 4, 8, 2, kind="line", labels=DAYS[:5], briefs=BRIEFS[:5], is_time=True),
    "pie": of(5, 3, 2, kind="pie", labels=("破损", "发错货", "其他")),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name):
    made = draw(GOLDEN[name], 560, 220)
    same_as_golden(f"charts/{name}.svg", made.svg.replace("><", ">\n<") + "\n")


def test_a_sparkline_is_bare():
    made = sparkline([Decimal(each) for each in (3, 5, 4, 9)], "Orders")
    same_as_golden("charts/spark.svg", made.svg.replace("><", ">\n<") + "\n")
    assert sparkline([Decimal(1), None], "Orders") is None


def test_nothing_is_drawn_of_nothing():
    assert draw(of(), 560, 220) is None
    assert draw(of(None, None), 560, 220) is None


def test_a_thousand_names_are_twelve_and_the_sum_stays():
    made = draw(of(*range(1000)), 560, 220)
    assert len(made.marks) == NAMES_MAX
    assert sum(each.value for each in made.marks) == sum(range(1000))
    assert "…" in made.svg


def test_what_was_put_together_before_is_put_together_again_and_not_twice():
    made = draw(of(*range(30, 0, -1), 500, others=30), 560, 220)
    assert [each.value for each in made.marks][-1] == 500 + sum(range(20))
    assert made.svg.count('class="mark rest"') == 1


def test_a_pie_of_many_or_of_less_than_nought_is_bars():
    assert draw(of(*range(1, 7), kind="pie"), 560, 220).kind == "pie"
    assert draw(of(*range(1, 8), kind="pie"), 560, 220).kind == "bar"
    assert draw(of(3, -1, kind="pie"), 560, 220).kind == "bar"
    assert draw(of(0, 0, kind="pie"), 560, 220).kind == "bar"


def test_so_many_days_are_a_line():
    year = tuple(str(at) for at in range(365))
    assert draw(of(*range(365), labels=year, is_time=True), 560, 220).kind == "line"


def test_more_series_than_colours_are_put_together():
    many = tuple(Series(f"s{at}", (Decimal(at),)) for at in range(9))
    made = draw(Plot("bar", "Amount", ("a",), many), 560, 220)
    assert {each.series for each in made.marks} == set(range(SERIES_MAX))
    assert sum(each.value for each in made.marks) == sum(range(9))


@given(series, st.sampled_from(["bar", "line", "pie"]), st.booleans(), st.sampled_from(WIDTHS))
def test_marks_lie_in_the_box_and_sum_up(values, kind, is_time, wide):
    plot = of(*values, kind=kind, is_time=is_time)
    made = draw(plot, wide, 220)
    if made is None:
        assert all(each is None for each in values)
        return
    root = ElementTree.fromstring(made.svg)
    assert (root.get("width"), root.get("height")) == (str(made.width), str(made.height))
    for each in made.marks:
        assert 0 <= each.x <= each.x + each.width <= made.width
        assert 0 <= each.y <= each.y + each.height <= made.height
    assert sum(each.value for each in made.marks) == sum(each for each in values if each is not None)
    assert "style=" not in made.svg
    assert not re.search(r"[0-9]e[-+]?[0-9]|NaN|Infinity", re.sub(r"<title>.*?</title>", "", made.svg))


@given(st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=1, max_size=9))
def test_stacks_are_as_high_as_their_sum(rows):
    plot = Plot("bar", "Amount", ("a", "b", "c"), tuple(Series(str(at), tuple(each)) for at, each in enumerate(rows)))
    made = draw(plot, 560, 220)
    for at in range(3):
        above = [each for each in made.marks if each.at == at and each.value > 0]
        for one, other in pairwise(above):
            assert abs(one.y - (other.y + other.height)) <= Decimal("0.2")
        below = [each for each in made.marks if each.at == at and each.value < 0]
        for one, other in pairwise(below):
            assert abs(one.y + one.height - other.y) <= Decimal("0.2")


@given(st.lists(numbers, max_size=20), st.booleans())
def test_an_axis_holds_everything_and_ends_on_round_numbers(values, whole):
    made = scale(values, 200, 10, whole=whole)
    assert made.low <= min([Decimal(0), *values])
    assert made.high >= max([Decimal(0), *values])
    assert 2 <= len(made.ticks) <= 8
    assert Decimal(0) in made.ticks
    assert made.at(made.low) == 200
    assert made.at(made.high) == 10
    for each in made.ticks:
        digits = str(abs(each)).replace(".", "").strip("0")
        assert len(digits) <= 3
        assert not whole or each == each.to_integral_value()


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [("0", "0", "0"), ("950", "950", "950"), ("2500", "2,500", "2.5K"), ("25000", "2.5万", "25K"),
     ("-300000000", "-3亿", "-300M"), ("0.25", "0.25", "0.25")],
)  # fmt: skip
def test_numbers_at_the_axis_are_short_and_exact(number, zh, en):
    assert (compact(Decimal(number), "zh"), compact(Decimal(number), "en")) == (zh, en)
