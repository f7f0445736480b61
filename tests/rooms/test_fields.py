"""Field types: strict with programs, patient with people, exact with numbers; all faces of a type agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rooms.storage_kit import NOW, field, lines

from ordinance.expressions import Span, Type
from ordinance.fields import BUILT_IN, FieldType, Key, Reasons, Types, parse_values
from ordinance.problems import Text

OPTIONS = {"red": Text("红", "Red"), "blue": Text("蓝", "Blue")}
ID = "1234567890123456789"
GOOD = {
    "text": ("hello", "hello"),
    "long_text": ("a\nb", "a\nb"),
    "integer": (7, 7),
    "decimal": ("1.5", Decimal("1.5")),
    "quantity": ("3", Decimal(3)),
    "money": ("12.50", Decimal("12.50")),
    "percent": ("5", Decimal(5)),
    "date": ("2026-11-24", date(2026, 11, 24)),
    "datetime": ("2026-11-24T08:00:00Z", NOW),
    "duration": ("2d 4h", Span(days=2, seconds=4 * 3600)),
    "boolean": (True, True),
    "choice": ("red", "red"),
    "multi_choice": (["blue", "red"], ("red", "blue")),
    "ref": (ID, int(ID)),
    "any_ref": ({"entity": "order", "id": ID}, {"entity": "order", "id": int(ID)}),
    "lines": ([{"note": "a"}], [{"note": "a"}]),
    "file": (ID, {"id": ID}),
    "image": ({"id": ID}, {"id": ID}),
    "email": ("a@example.com", "a@example.com"),
    "phone": ("+86 21 5555-0100", "+86 21 5555-0100"),
    "address": ("上海市\n1号", "上海市\n1号"),
    "evidence": ({"kind": "written", "note": "yes"}, {"kind": "written", "note": "yes", "files": []}),
    "confirmation": (True, {"confirmed": True}),
    "checklist": (["red", "blue"], {"red": True, "blue": True}),
    "signature": ("王", {"name": "王", "image": None}),
}


def of(type_, **more):
    more.setdefault("options", OPTIONS if type_ in ("choice", "multi_choice", "checklist") else {})
    if type_ == "lines":
        more.setdefault("fields", {"note": field("note")})
    if type_ == "ref":
        more.setdefault("to", "customer")
    return field("f", type_, **more)


def codes(result):
    assert isinstance(result, Reasons), result
    return [(each.code, each.where) for each in result]


def parse(type_, value, **more):
    return BUILT_IN[type_].parse(value, of(type_, **more))


def typed(type_, text, zone=UTC, **more):
    return BUILT_IN[type_].parse_text(text, of(type_, **more), "zh", zone)


def test_every_type_of_the_language_is_there():
    assert set(GOOD) == set(BUILT_IN)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_every_face_of_a_type_agrees(name):
    kind, declared = BUILT_IN[name], of(name)
    sent, value = GOOD[name]
    assert kind.parse(sent, declared) == value
    assert kind.parse(kind.to_json(value, declared), declared) == value, "what is read can be sent back"
    for dialect in ("sqlite", "postgresql"):
        if kind.stored:
            assert kind.sql_type(declared, dialect)
            assert kind.decode(kind.encode(value, declared, dialect), declared, dialect) == value
            assert kind.decode(kind.encode(None, declared, dialect), declared, dialect) == kind.blank
        else:
            assert kind.sql_type(declared, dialect) is None
    schema = kind.json_schema(declared)
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(kind.to_json(value, declared))
    assert Draft202012Validator(schema).is_valid(sent) or name in ("decimal", "integer", "any_ref")
    assert isinstance(kind.expression_type(declared), Type)
    assert kind.to_text(value, declared, "zh")
    assert kind.to_text(kind.blank, declared, "en") == ""
    assert kind.is_blank(kind.blank, declared)
    assert not kind.is_blank(value, declared)
    assert kind.widens_to(declared, declared) == "safe"
    assert (kind.column(declared) is None) == (not kind.stored)
    assert kind.widget
    assert kind.wanted.zh
    assert kind.wanted.en
    assert kind.parse(None, declared) in (None, (), [])
    assert kind.parse_text("  ", declared) in (None, (), [])


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"text", "long_text", "address", "ref", "evidence", "signature"}))
@pytest.mark.parametrize("bad", ["\x00", 1.5, float("nan"), [[]], {"x": {}}, object()])
def test_a_value_of_another_kind_is_refused_and_never_guessed(name, bad):
    assert isinstance(parse(name, bad), Reasons)


@pytest.mark.requirement("C-05")
@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("NaN", "wrong_type"),
        ("Infinity", "wrong_type"),
        ("-inf", "wrong_type"),
        ("1e3", "wrong_type"),
        ("1e999999999", "wrong_type"),
        ("0x10", "wrong_type"),
        ("１２", "wrong_type"),
        ("1,000", "wrong_type"),
        (" 1", "wrong_type"),
        ("1_000", "wrong_type"),
        ("+1", "wrong_type"),
        ("01", "wrong_type"),
        ("1.", "wrong_type"),
        (".5", "wrong_type"),
        ("", "wrong_type"),
        (True, "wrong_type"),
        (1.5, "wrong_type"),
        (Decimal("NaN"), "wrong_type"),
        (Decimal("1e999999"), "wrong_type"),
        (Decimal("1e-999999"), "wrong_type"),
        ("9" * 5000, "wrong_type"),
        ("1.234", "too_precise"),
        ("99999999999999999", "too_large"),
        ("-99999999999999999", "too_small"),
        (10**400, "wrong_type"),
    ],
)
def test_money_takes_plain_exact_numbers_only(bad, code):
    assert codes(parse("money", bad)) == [(code, "")]


@pytest.mark.parametrize(
    ("good", "expected"),
    [
        ("1.10", "1.10"),
        (5, "5.00"),
        (Decimal("2.5"), "2.50"),
        ("-0", "0.00"),
        ("1.500", "1.50"),
        ("9999999999999999.99", "9999999999999999.99"),
    ],
)
def test_money_keeps_its_scale(good, expected):
    value = parse("money", good)
    assert str(value) == expected
    assert BUILT_IN["money"].to_json(value, of("money")) == expected


@settings(max_examples=300)
@given(st.decimals(allow_nan=True, allow_infinity=True))
@example(Decimal("1e-400"))
@example(Decimal("0e500"))
def test_any_decimal_is_taken_exactly_or_refused(number):
    value = parse("decimal", number)
    assert isinstance(value, Reasons) or value == number


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (2**63, "too_large"),
        (-(2**63), "too_small"),
        ("9223372036854775808", "too_large"),
        ("1.0", "wrong_type"),
        (True, "wrong_type"),
        (Decimal("1.5"), "wrong_type"),
        (Decimal("1e400"), "wrong_type"),
        ("9" * 4300, "wrong_type"),
    ],
)
def test_integers_have_63_bits(bad, code):
    assert codes(parse("integer", bad))[0][0] == code
    assert parse("integer", 2**63 - 1) == 2**63 - 1


def test_bounds_are_checked_and_named():
    assert codes(parse("quantity", "0", min="1")) == [("too_small", "")]
    assert codes(parse("quantity", "11", max="10")) == [("too_large", "")]
    assert codes(parse("integer", 11, max="10")) == [("too_large", "")]
    assert codes(parse("text", "abcd", max="3")) == [("too_long", "")]
    assert codes(parse("text", "a", min="2")) == [("too_small", "")]
    assert codes(parse("text", "x1", pattern="[a-z]+")) == [("pattern", "")]
    assert codes(parse("date", "2026-01-01", min="2026-06-01")) == [("too_small", "")]
    assert codes(parse("date", "2027-01-01", max="2026-06-01")) == [("too_large", "")]


@pytest.mark.parametrize(
    "bad", ["2026-02-30", "2026-13-01", "20261124", "2026-1-2", "2026-11-24T00:00:00Z", "0000-01-01", "٢٠٢٦-11-24"]
)
def test_impossible_days_are_refused(bad):
    assert codes(parse("date", bad)) == [("wrong_type", "")]


@pytest.mark.parametrize(
    "bad",
    [
        "2026-11-24T08:00:00",
        "2026-11-24",
        "2026-11-24T25:00:00Z",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        NOW.replace(tzinfo=None),
    ],
)
def test_instants_need_a_zone(bad):
    assert codes(parse("datetime", bad)) == [("wrong_type", "")]


def test_instants_are_kept_in_utc_and_shown_in_the_zone_of_the_company():
    value = parse("datetime", "2026-11-24T16:00:00.5+08:00")
    assert value == NOW + timedelta(seconds=0.5)
    assert value.tzinfo is UTC
    assert parse("datetime", datetime(2026, 11, 24, 16, tzinfo=timezone(timedelta(hours=8)))) == NOW
    shanghai = ZoneInfo("Asia/Shanghai")
    assert typed("datetime", "2026-11-24 16:00", shanghai) == NOW
    assert typed("datetime", "2026/11/24T16:00", shanghai) == NOW
    assert BUILT_IN["datetime"].to_text(NOW, of("datetime"), "zh", shanghai) == "2026-11-24 16:00"
    assert isinstance(typed("datetime", "yesterday", shanghai), Reasons)


@pytest.mark.parametrize(
    ("type_", "text", "expected"),
    [
        ("money", "１２３．４５", Decimal("123.45")),
        ("money", "1,234,567.80", Decimal("1234567.80")),
        ("money", "+5", Decimal(5)),
        ("quantity", "007", Decimal(7)),
        ("percent", "5 %", Decimal(5)),
        ("percent", "５％", Decimal(5)),
        ("integer", "１,０００", 1000),
        ("date", "2026/1/2", date(2026, 1, 2)),
        ("date", "2026年1月2日", date(2026, 1, 2)),
        ("date", "２０２６-０１-０２", date(2026, 1, 2)),
        ("boolean", "是", True),
        ("boolean", "no", False),
        ("choice", "红", "red"),
        ("choice", "Blue", "blue"),
        ("multi_choice", "红、Blue", ("red", "blue")),
        ("phone", "０２１-５５５５", "021-5555"),
        ("text", "  spaced ", "spaced"),
        ("checklist", "red，blue", {"red": True, "blue": True}),
        ("confirmation", "是", {"confirmed": True}),
        ("confirmation", "no", None),
    ],
)
def test_what_people_type_is_understood(type_, text, expected):
    assert typed(type_, text) == expected


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("money", "1,23"),
        ("money", "1e3"),
        ("boolean", "maybe"),
        ("choice", "green"),
        ("date", "2.30.2026"),
        ("confirmation", "perhaps"),
        ("lines", "x"),
    ],
)
def test_what_cannot_be_understood_is_refused(type_, text):
    assert isinstance(typed(type_, text), Reasons)


def test_a_reference_is_an_id_or_a_key_to_be_looked_up():
    assert parse("ref", int(ID)) == int(ID)
    assert parse("ref", {"id": ID, "key": "C-1", "title": "One"}) == int(ID)
    assert parse("ref", "C-1") == Key("C-1")
    assert parse("ref", "1001") == Key("1001")
    assert parse("ref", {"key": "C-1"}) == Key("C-1")
    assert parse("ref", "9" * 19) == Key("9" * 19)
    for bad in ("", True, 0, -5, 2**63, 1.5, {}, {"id": "x"}, {"key": ""}, ["C-1"], "a\x00"):
        assert isinstance(parse("ref", bad), Reasons), bad


def test_evidence_wants_something_to_look_at():
    assert codes(parse("evidence", {"kind": "signed"}, accepts=("signed",))) == [("required", "")]
    assert codes(parse("evidence", {"kind": "file", "note": "x"}, accepts=("file",))) == [("required", "")]
    assert codes(parse("evidence", {"kind": "verbal", "note": "x"}, accepts=("written",))) == [
        ("not_an_option", "/kind")
    ]
    assert codes(parse("evidence", {"files": [ID, "x"]})) == [("wrong_type", "/files/1")]
    assert parse("evidence", "he said so", accepts=("verbal",))["kind"] == "verbal"


def test_who_and_when_never_come_from_the_caller():
    forged = {"confirmed": True, "by": "somebody else", "at": "2020-01-01T00:00:00+00:00"}
    for type_, sent in (
        ("confirmation", forged),
        ("signature", {"name": "王", "by": "x"}),
        ("evidence", {"note": "n", "by": "x"}),
    ):
        value = parse(type_, sent, accepts=("written",))
        assert "by" not in value
        done = BUILT_IN[type_].complete(value, of(type_), "7", NOW)
        assert (done["by"], done["at"]) == ("7", "2026-11-24T08:00:00+00:00")
        assert "2026-11-24 16:00" in BUILT_IN[type_].to_text(done, of(type_), "zh", ZoneInfo("Asia/Shanghai"))
        again = parse(type_, sent, accepts=("written",))
        assert BUILT_IN[type_].complete(again, of(type_), "8", NOW, done) == done
    assert BUILT_IN["text"].complete("x", of("text"), "7", NOW) == "x"


def test_a_checklist_is_answered_when_every_item_is_ticked():
    kind, declared = BUILT_IN["checklist"], of("checklist")
    assert kind.is_blank(kind.parse(["red"], declared), declared)
    assert not kind.is_blank(kind.parse({"red": True, "blue": True}, declared), declared)
    assert codes(kind.parse({"green": True, "red": "yes"}, declared)) == [("not_an_option", ""), ("wrong_type", "/red")]
    assert kind.to_text(kind.parse(["red"], declared), declared) == "1/2"


def test_all_faults_are_reported_at_once_with_their_places():
    fields = {
        "note": field("note", max="3"),
        "lines": lines("lines", field("quantity", "quantity"), field("tags", "multi_choice", options=OPTIONS)),
    }
    values = {
        "note": "too long",
        "nothing": 1,
        "a/b~": 1,
        "version": 3,
        "lines": [
            {"quantity": "1"},
            {"quantity": "x", "price": 1, "tags": ["red", "green"]},
            {"id": ID, "position": 4},
        ],
    }
    parsed, faults = parse_values(BUILT_IN, fields, values, known=frozenset({"version"}))
    assert codes(faults) == [
        ("too_long", "/note"),
        ("unknown_field", "/nothing"),
        ("unknown_field", "/a~1b~0"),
        ("wrong_type", "/lines/1/quantity"),
        ("unknown_field", "/lines/1/price"),
        ("not_an_option", "/lines/1/tags/1"),
    ]
    assert parsed["lines"][0] == {"quantity": Decimal(1)}
    assert parsed["lines"][2] == {"id": int(ID)}
    assert codes(parse_values(BUILT_IN, fields, {"lines": [1, {"id": "x"}]})[1]) == [
        ("wrong_type", "/lines/0"),
        ("wrong_type", "/lines/1/id"),
    ]


def test_a_fault_never_repeats_the_value_of_a_text():
    secret = "hunter2" * 50
    for reason in parse("text", secret):
        assert secret not in str(reason)


def test_a_choice_that_loses_options_is_a_checked_change():
    fewer = of("choice", options={"red": OPTIONS["red"]})
    assert BUILT_IN["choice"].widens_to(of("choice"), fewer) == "check"
    assert BUILT_IN["choice"].widens_to(fewer, of("choice")) == "safe"
    assert BUILT_IN["money"].widens_to(of("money"), of("money", scale=4)) == "check"
    assert BUILT_IN["ref"].widens_to(of("ref"), of("ref", to="product")) == "destructive"


def test_departments_add_types_and_replace_none():
    class Plate(FieldType):
        name = "plate"
        wanted = Text("车牌", "a number plate")

    more = BUILT_IN.extended({"plate": Plate()})
    assert isinstance(more, Types)
    assert more.of(field("f", "plate")).name == "plate"
    assert "plate" not in BUILT_IN
    with pytest.raises(ValueError, match="text"):
        BUILT_IN.extended({"text": Plate()})


def test_labels_are_shown_in_the_language_of_the_reader():
    kind = BUILT_IN["multi_choice"]
    assert kind.to_text(("red", "blue"), of("multi_choice"), "zh") == "红、蓝"
    assert kind.to_text(("red", "blue"), of("multi_choice"), "en") == "Red, Blue"
    assert BUILT_IN["boolean"].to_text(True, of("boolean"), "en") == "Yes"
    assert BUILT_IN["money"].to_text(Decimal("1234.5"), of("money"), "zh") == "1,234.50"
    assert BUILT_IN["quantity"].to_text(Decimal("1234.5000"), of("quantity")) == "1,234.5"
    assert BUILT_IN["percent"].to_text(Decimal("5.0000"), of("percent")) == "5%"
