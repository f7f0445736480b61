"""JSON bodies are read strictly, and every fault is named with its place."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordinance.web.json_body import DEPTH_MAX, read_json


def codes(body):
    _, faults, readable = read_json(body)
    return [(each.code, each.where) for each in faults], readable


@pytest.mark.parametrize(
    ("body", "expected", "readable"),
    [
        (b"", [("bad_json", "")], False),
        (b"{", [("bad_json", "")], False),
        (b'{"a": 1,}', [("bad_json", "")], False),
        (b"\xff\xfe", [("bad_json", "")], False),
        (b'{"a": "\xe4"}', [("bad_json", "")], False),
        (b"NaN", [("json_number", "")], True),
        (b'{"a": [1, -Infinity]}', [("json_number", "/a/1")], True),
        (b'{"a": 1e999}', [("json_number", "/a")], True),
        (b'{"a": 9223372036854775808}', [("json_number", "/a")], True),
        (b'{"a": -9223372036854775809}', [("json_number", "/a")], True),
        (b'{"a": 1, "a": 2}', [("json_duplicate", "/a")], True),
        (
            b'{"x/y~": [{"b": 1, "b": 1e999}]}',
            [("json_duplicate", "/x~1y~0/0/b"), ("json_number", "/x~1y~0/0/b")],
            True,
        ),
        (b'{"a": "\\ud800"}', [("bad_json", "/a")], True),
        (b'{"a": "\\u0000"}', [("bad_json", "/a")], True),
        (b'{"\\u0000": 1}', [("bad_json", "/\x00")], True),
        (b"[" * 10_000 + b"]" * 10_000, [("too_deep", "")], False),
        (b'{"a":' * 10_000, [("too_deep", "")], False),
        (b"9" * 5_000, [("json_number", "")], True),
        (b'{"a": 0.' + b"1" * 100 + b"}", [("json_number", "/a")], True),
    ],
)
def test_faults(body, expected, readable):
    assert codes(body) == (expected, readable)


def test_numbers_stay_exact():
    value, faults, _ = read_json(b'\xef\xbb\xbf{"a": 1.10, "b": 9223372036854775807, "c": -9223372036854775808}')
    assert not faults
    assert value == {"a": Decimal("1.10"), "b": 2**63 - 1, "c": -(2**63)}
    assert str(value["a"]) == "1.10"


def test_brackets_in_text_are_not_depth():
    assert codes(json.dumps({"a": "[" * 1_000, "b": '\\"[{' * 100}).encode()) == ([], True)


def test_the_depth_allowed_is_exact():
    assert codes(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX) == ([], True)
    assert codes(b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1)) == ([("too_deep", "")], False)


SOUND = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc/~", max_size=4), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(SOUND)
def test_sound_json_comes_back_as_it_was(value):
    assert read_json(json.dumps(value).encode()) == (value, (), True)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise(body):
    read_json(body)
