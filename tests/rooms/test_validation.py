"""One file against its shape: all problems, in our words, with places; and the quick answer agrees with jsonschema."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordinance.problems import (
    Place,
    Problem,
    Text,
    did_you_mean,
    problem,
    render_github,
    render_json,
    render_text,
)
from ordinance.problems.catalogue.configuration import ENTRIES
from ordinance.shapes import KINDS, kind_of
from ordinance.validation import check_tree
from ordinance.validation.check import _quick, _validator
from ordinance.validation.formats import FORMATS
from ordinance.yamlfile import parse, read

ROOT = Path(__file__).parents[2]
OURS = [
    *sorted(ROOT.glob("plugins/**/*.yaml")),
    *sorted(ROOT.glob("config/**/*.yaml")),
    ROOT / "workflows.yaml",
    ROOT / "roles.yaml",
]


def check(kind, body):
    tree = parse(f"schema: 1\n{body}", "f")
    assert tree.problems == ()
    return [(each.code, each.place.line, each.place.column) for each in check_tree(tree, kind)]


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_our_own_files_are_right(path):
    assert check_tree(read(path, path.name), kind_of(path)) == ()


GOOD = [
    ("workflows", "w: {steps: [a, b, {c: {asks: [x, lines.y], by: {field: owner}, back_to: a}}]}"),
    ("workflows", "w:\n  steps:\n    a:\n    b: ~\n    c: {by: clerk, asks: {x: {}, y: {remove: true}}}"),
    ("workflows", "w: {opens: {via: [office], from: order}, ends: {done: {zh: 完}, x: Cancelled, y: {label: Y}}}"),
    ("workflows", "w: {opens: [{via: [office]}, {event: a.b, with: {x: event.y}}, {every: 1mo, each: vehicle}]}"),
    ("workflows", "w: {opens: {mine: {via: [office]}}}"),
    ("workflows", "w: {steps: {a: {checks: [a.b, {a.c: {source: x}}, {must: x > 1, say: no, warn: true}]}}}"),
    ("workflows", "w: {steps: {a: {checks: {mine: {must: x}, a.b: {}}}}}"),
    ("workflows", "w: {steps: {a: {does: [a.b, {a.c: {as: d, each: round, amount: 1}}, {a.e: {each: tasks}}]}}}"),
    (
        "workflows",
        "w: {steps: {a: {tells: [clerk, order.customer, {clerk: sent}, {field: owner}, {field: f, message: m}]}}}",
    ),
    ("workflows", "w: {steps: {a: {tells: {clerk: sent, boss: {message: m, when: x}}}}}"),
    ("workflows", "w: {steps: {a: {by_itself: [{after: 30min, pass: true}], enabled: x > 1, due: passed(b).at + 1d}}}"),
    ("workflows", "catalogue: {order: {steps: {a: {label: A}}, lanes: {b: {label: B, ends: cancelled}}}}"),
    ("roles", "roles: {a: {may: [p, {order: [read]}], where: {order: x}}, b: {may: {order: read, item: {read: {}}}}}"),
    ("entities", "e: {key: code, fields: {k: {type: choice, options: {A-1: {zh: 甲}, b: B, c: {}}, default: b}}}"),
    ("company", "calendar: {workdays: [mon], hours: ['09:00-24:00'], holidays: [2026-10-01]}"),
    ("company", "calendar: {holidays: {2026-10-01: 国庆}, extra_workdays: {2026-10-10: {zh: 调休}}}"),
    ("data", "任何 key!: {name: x, lines: [{a: 1}]}"),
    ("messages", "a: {zh: 好}\nb: Good\nc: {subject: S, text: {zh: 文}}"),
    ("scenarios", "名称:\n  - {as: a, step: b, expect: {waits_at: [c], fields: {x: 1}}}"),
    (
        "reports",
        "r: {of: order, group: [customer], columns: {n: count(), t: {value: total, total: sum}}, chart: {kind: pie}}",
    ),
    ("mapping", "entity: order\nfields: {number: Order ID, customer: {column: C, by: code}}\nempty: [NULL, '']"),
    (
        "plugin",
        "id: a\nactions: {do: {needs: [x], undo: keep, emits: [done]}}\nfunctions: {f: {takes: [any], gives: account}}",
    ),
    (
        "plugin",
        "id: a\nentities: {e: {fields: {x: {type: text}}}}\nworkflows: {w: {steps: [s]}}\nroles: {r: {may: [p]}}",
    ),
]


@pytest.mark.parametrize(("kind", "body"), GOOD)
def test_every_way_of_writing_is_accepted(kind, body):
    assert check(kind, body) == []


BAD = [
    ("workflows", "w: {steps: {a: {asks: [x, {y: {}, z: {}}]}}}", "one_name_per_item", 2, 27),
    ("workflows", "w: {steps: {a: {checks: [{must: x, sya: y}]}}}", "unknown_key", 2, 36),
    ("workflows", "w: {steps: {a: {does: [{a.b: {as: Bad}}]}}}", "bad_id", 2, 35),
    ("workflows", "w: {steps: {a: {count: many}}}", "bad_integer", 2, 24),
    ("workflows", "w: [a]", "wrong_shape", 2, 4),
    ("workflows", "w: {opens: {event: [A b]}}", "bad_id", 2, 21),
    ("workflows", f"w: {{steps: {{{'a' * 41}: {{}}}}}}", "bad_id", 2, 13),
    ("company", "calendar: {holidays: [2026-02-29]}", "impossible_date", 2, 23),
    ("company", "zone: Mars/Base", "bad_zone", 2, 7),
    ("entities", "e: {fields: {f: {required: maybe}}}", "bad_boolean", 2, 28),
    ("roles", "roles: {r: {kind: robot}}", "not_accepted", 2, 19),
    ("data", "row: text", "wrong_shape", 2, 6),
    ("scenarios", "s: [{step: a, expekt: {}}]", "unknown_key", 2, 15),
    ("mapping", "entity: order\nfeilds: {}", "unknown_key", 3, 1),
]


@pytest.mark.parametrize(("kind", "body", "code", "line", "column"), BAD)
def test_what_is_wrong_is_told_where_it_is(kind, body, code, line, column):
    assert check(kind, body) == [(code, line, column)]


def test_all_problems_of_a_file_are_told_in_one_go():
    body = "w: {steps: {a: {enbled: x, count: z}}, lnes: {}}\nBad: {}\n"
    assert [code for code, _, _ in check("workflows", body)] == ["unknown_key", "bad_integer", "unknown_key", "bad_id"]


def test_a_missing_or_other_schema_is_told_with_what_to_write():
    (missing,) = check_tree(parse("w: {}\n", "f"), "workflows")
    (other,) = check_tree(parse("schema: 3\nw: {}\n", "f"), "workflows")
    assert (missing.code, other.code) == ("missing_schema", "other_schema")
    assert "schema: 1" in missing.remedy.en
    assert other.place == Place("f", 1, 9, 1)


def test_an_empty_file_has_no_problem():
    assert check_tree(parse("# nothing yet\n", "f"), "workflows") == ()


@pytest.mark.parametrize(("kind", "body"), [*GOOD, *((kind, body) for kind, body, *_ in BAD)])
def test_the_quick_answer_is_that_of_jsonschema(kind, body):
    data = parse(f"schema: 1\n{body}", "f").data
    assert _quick(kind)(data) == _validator(kind).is_valid(data)


NAMES = [
    "schema",
    "steps",
    "lanes",
    "a",
    "B",
    "by",
    "field",
    "does",
    "a.b",
    "must",
    "as",
    "asks",
    "opens",
    "via",
    "event",
]
NAMES += [
    "label",
    "zh",
    "when",
    "remove",
    "may",
    "roles",
    "of",
    "fields",
    "options",
    "checks",
    "tells",
    "",
    "1",
    "true",
]
TREES = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(NAMES), TREES, max_size=4))
def test_the_quick_answer_is_that_of_jsonschema_for_any_tree(kind, data):
    assert _quick(kind)(data) == _validator(kind).is_valid(data)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("integer", ["0", "-3", "12"], ["", "1.0", "٣", "1e3", "1" * 30]),
        ("decimal", ["0", "-3.50", "12"], ["", ".5", "1.", "NaN", "1e3", "1_000"]),
        ("span", ["30min", "4h", "2d", "5wd", "1mo", "today"], ["", "2", "d2", "2 days", "2D"]),
        ("date", ["2026-12-01", "2024-02-29"], ["2026-02-30", "2026-1-1", "1.2.2026", ""]),
        ("hours", ["09:00-12:00", "00:00-24:00"], ["9-12", "12:00-09:00", "09:00-24:30", "09:00-09:00"]),
        ("zone", ["Asia/Shanghai", "UTC"], ["Beijing", "", "../etc/passwd"]),
    ],
)
def test_texts_with_a_form(name, good, bad):
    assert [text for text in good if not FORMATS[name](text)] == []
    assert [text for text in bad if FORMATS[name](text)] == []


def test_the_closest_name_comes_first_and_at_most_twelve_are_shown():
    remedy = did_you_mean("enbled", ["enabled", *(f"key_{i:02}" for i in range(20))])
    assert remedy.en.startswith("did you mean “enabled”? accepted: enabled, key_00")
    assert remedy.en.count(",") == 11
    assert remedy.en.endswith("(+9)")
    assert did_you_mean("x", []) is None


def test_every_word_of_the_catalogue_can_be_said():
    for code, entry in ENTRIES.items():
        names = {
            name
            for words in (entry.message, entry.remedy)
            if words
            for text in (words.zh, words.en)
            for _, name, _, _ in string.Formatter().parse(text)
            if name is not None
        }
        made = problem(code, Place("f", 1, 1), **dict.fromkeys(names, "x"))
        assert made.message.zh
        assert made.message.en
        assert not made.message.en.endswith(".")


A = Problem("b_code", Text("乙", "second\nline, 100%"), Place("b.yaml", 2, 3, 2), Text("改", "mend it"), "warning")
B = Problem(
    "a_code",
    Text("甲", "first"),
    Place("a.yaml", 1, 5, 2),
    None,
    "error",
    ((Place("b.yaml", 1, 1), Text("另", "other")),),
)
SOURCES = {"a.yaml": "订单: ab\n", "b.yaml": "x\ny\tzz\n"}


def test_the_text_shows_line_caret_remedy_and_the_other_place():
    assert render_text([A, B], SOURCES, "en") == (
        "a.yaml:1:5: first [a_code]\n  |\n1 | 订单: ab\n  |       ^~\n"
        "   = b.yaml:1:1: other\n  |\n1 | x\n  | ^\n"
        "\n"
        "b.yaml:2:3: warning: second\nline, 100% [b_code]\n  |\n2 | y zz\n  |   ^~\n   = mend it\n"
    )
    assert "警告：乙" in render_text([A], {}, "zh-CN")


def test_the_data_has_what_programs_need():
    first, second = render_json([A, B])
    assert (first["file"], first["line"], first["column"], first["code"]) == ("a.yaml", 1, 5, "a_code")
    assert first["remedy"] is None
    assert (second["message"], second["remedy"], second["severity"]) == ("second\nline, 100%", "mend it", "warning")
    assert render_json([Problem("x", Text.of("y"))])[0]["file"] is None


def test_annotations_are_escaped():
    assert render_github([A, B]) == (
        "::error file=a.yaml,line=1,col=5,title=a_code::first\n"
        "::warning file=b.yaml,line=2,col=3,title=b_code::second%0Aline, 100%25%0Amend it\n"
    )
