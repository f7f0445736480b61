"""Whole lists and maps of a file, put and taken out by one cut; a role, a field, a day of the company's own files."""

import shutil
from pathlib import Path

import pytest

from ordinance.blueprint import load, own_files
from ordinance.changes import EditError, edited, listed, speaks_of, taken_out, without_field, written
from ordinance.yamlfile import parse, put, without_key

SITE = Path(__file__).parents[2]

BLOCK = """\
# the head
a:
  one: 1      # said of one
  two: {x: 1, y: [p, q], z: 3}
  # said of three
  three:
    - p
    - q
b: last
"""


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (("a", "one"), "  one: 1      # said of one\n"),
        (("a", "three"), "  three:\n    - p\n    - q\n"),
        (("b",), "b: last\n"),
        (("a", "two", "x"), "x: 1, "),
        (("a", "two", "y"), "y: [p, q], "),
        (("a", "two", "z"), ", z: 3"),
    ],
)
def test_a_key_goes_and_nothing_else(path, gone):
    assert without_key(BLOCK, path) == BLOCK.replace(gone, "")


def test_what_is_not_there_cannot_go():
    assert without_key(BLOCK, ("a", "four")) == BLOCK
    assert without_key("\ufeff" + BLOCK, ("b",)) == "\ufeff" + BLOCK.replace("b: last\n", "")


def test_a_map_that_would_be_empty_goes_with_its_last_key():
    assert without_key("a: {x: {y: 1}}\nb: 2\n", ("a", "x", "y")) == "b: 2\n"


@pytest.mark.parametrize("value", [["r"], {"k": "v"}, "text", True])
@pytest.mark.parametrize("path", [("a", "one"), ("a", "two"), ("a", "two", "y"), ("a", "three"), ("a", "new"), ("b",)])
def test_a_value_takes_the_place_of_whatever_stands_there(path, value):
    changed = put(BLOCK, path, value)
    here = parse(changed, "").data
    for part in path:
        here = here[part]
    assert here == ("true" if value is True else value)
    assert "# the head" in changed
    assert "# said of three" in changed


def test_a_file_that_cannot_be_read_is_not_cut():
    with pytest.raises(EditError):
        without_key("a: [1\n", ("a",))


@pytest.fixture
def site(tmp_path):
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, tmp_path / name)
    shutil.copytree(SITE / "config", tmp_path / "config")
    return tmp_path


def made_of(site, files):
    loaded = load(site, files=files)
    assert loaded.blueprint is not None, [each.message.en for each in loaded.problems]
    return loaded.blueprint


def test_a_role_of_the_companys_own_goes_with_its_lines(site):
    files = edited(own_files(site), ("roles", "trainee"), {"label": {"zh": "实习", "en": "Trainee"}, "may": []})
    assert "trainee" in made_of(site, files).roles
    without = taken_out(files, ("roles", "trainee"), site)
    assert "trainee" not in without["roles.yaml"]
    assert "trainee" not in made_of(site, without).roles


def test_what_a_department_brings_is_removed_by_name(site):
    path = ("entities", "customer", "fields", "fax")
    files = own_files(site)
    assert not speaks_of(files, path)
    without = without_field(files, made_of(site, files), "customer", "fax", site)
    entity = made_of(site, without).entities["customer"]
    assert "fax" not in entity.fields
    assert "fax" not in entity.forms["main"]["sections"]["reach"]["fields"]
    assert speaks_of(without, path)


def test_a_field_of_ones_own_goes_from_forms_lists_and_steps_as_well(site):
    before = own_files(site)
    files = edited(before, ("entities", "sales_order", "fields", "shelf"), {"type": "text", "label": {"zh": "架", "en": "Shelf"}})
    files = listed(files, ("workflows", "sales_order", "steps", "submit", "offers"), "shelf")
    files = listed(files, ("entities", "sales_order", "lists", "all", "columns"), "shelf")
    assert "shelf" in made_of(site, files).entities["sales_order"].fields
    without = without_field(files, made_of(site, files), "sales_order", "shelf", site)
    assert "shelf" not in "".join(without.values())
    assert made_of(site, without).revision == made_of(site, before).revision
    with pytest.raises(KeyError):
        without_field(files, made_of(site, files), "sales_order", "nothing", site)


def test_a_field_of_ones_own_is_filled_in_at_a_step_that_has_offers_and_at_one_that_has_none(site):
    for step in ("submit", "order_review"):
        files = edited(own_files(site), ("entities", "sales_order", "fields", "shelf"), {"type": "text", "label": "架"})
        files = listed(files, ("workflows", "sales_order", "steps", step, "offers"), "shelf")
        found = made_of(site, files).workflows["sales_order"].step(step)
        assert ("shelf",) in found.offers


def test_days_and_hours_of_the_calendar_are_written_and_taken_out(site):
    files = written(own_files(site), ("company", "calendar", "hours"), ["08:30-12:00", "13:00-17:30"])
    files = written(files, ("company", "calendar", "workdays"), ["mon", "sat"])
    files = taken_out(files, ("company", "calendar", "holidays", "2026-10-01"))
    files = written(files, ("company", "calendar", "holidays", "2027-02-08"), "春节")
    calendar = made_of(site, files).company.calendar
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in calendar.daily] == ["08:30-12:00", "13:00-17:30"]
    assert calendar.workdays == {0, 5}
    assert {"2026-10-01", "2027-02-08"} & {each.isoformat() for each in calendar.holidays} == {"2027-02-08"}


def test_working_hours_of_the_file_count():
    daily = load(SITE).blueprint.company.calendar.daily
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in daily] == ["09:00-12:00", "13:30-18:00"]
