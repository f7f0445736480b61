"""What things are called in another configuration, and what a process says under these names."""

import pytest
from rooms.renames_kit import COLOUR, RED, STOPS, TRIP, haulier_at

from ordinance.blueprint import Renames, load, own_files, renames_between, retold
from ordinance.changes.essence import essence

pytestmark = pytest.mark.requirement("C-05")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return haulier_at(tmp_path_factory.mktemp("haulier"))


def read(site, *edits):
    files = own_files(site)
    for old, new in edits:
        assert any(old in text for text in files.values()), old
        files = {name: text.replace(old, new) for name, text in files.items()}
    loaded = load(site, files=files)
    assert loaded.blueprint is not None, [(str(each.place), each.message.en) for each in loaded.problems]
    return loaded.blueprint


@pytest.fixture(scope="module")
def before(site):
    return read(site)


SWAP = (
    ("    weight: {type: decimal", "    size: {was: weight, type: decimal"),
    ("    size:   {type: decimal", "    weight: {was: size, type: decimal"),
)


def test_names_are_those_that_was_says(site, before):
    names = renames_between(before.entities, read(site, *COLOUR, *STOPS).entities)
    assert names.field("trip", "colour") == "tint"
    assert names.owner("trip.stops") == "trip.halts"
    assert names.field("trip.stops", "km") == "far"
    assert names.field("trip", "note") == "note"
    assert not renames_between(before.entities, before.entities)


def test_a_was_that_has_been_followed_does_not_count_again_and_going_back_needs_none(site, before):
    after = read(site, *COLOUR)
    assert not renames_between(after.entities, after.entities)
    again = read(site, *COLOUR, ("    note:   {type", "    colour: {type: text, label: {zh: 色, en: Hue}}\n    note:   {type"))
    assert renames_between(after.entities, again.entities).field("trip", "tint") == "tint"
    assert not renames_between(again.entities, again.entities)
    back = renames_between(after.entities, before.entities)
    assert back.field("trip", "tint") == "colour"
    assert back.back().field("trip", "colour") == "tint"


def test_two_fields_swap_their_names(site, before):
    names = renames_between(before.entities, read(site, *SWAP).entities)
    assert (names.field("trip", "weight"), names.field("trip", "size")) == ("size", "weight")


def test_names_over_two_changes(site, before):
    once, twice = read(site, *COLOUR, *TRIP), read(site, *COLOUR, *TRIP, ("    tint: {was: colour,", "    hue: {was: tint,"),
                                                   ("asks: [tint]", "asks: [hue]"), ("tint == 'red'", "hue == 'red'"),
                                                   ("changes: [tint,", "changes: [hue,"), *RED[:1], ("hue == 'red'", "hue == 'crimson'"))  # fmt: skip
    first, second = renames_between(before.entities, once.entities), renames_between(once.entities, twice.entities)
    names = first.then(second)
    assert names.owner("trip") == "journey"
    assert names.field("trip", "colour") == "hue"
    assert names.option("trip", "colour", "red") == "crimson"
    assert names.back().option("journey", "hue", "crimson") == "red"
    assert names.then(names.back()).field("trip", "colour") == "colour"


@pytest.mark.parametrize("edits", [COLOUR, SWAP, STOPS, TRIP, RED, (*COLOUR, *STOPS, *TRIP)],
                         ids=["field", "swap", "lines", "entity", "option", "all"])  # fmt: skip
def test_a_process_under_the_new_names_is_the_same_process(site, before, edits):
    """Told both ways it decides about documents as its other self does: nothing is to be done to any of them."""
    after = read(site, *edits)
    names = renames_between(before.entities, after.entities)
    old, new = before.workflows["trip"], after.workflows["trip"]
    forth, back = retold(old, names, before.entities), retold(new, names.back(), after.entities)
    if edits is not SWAP:
        assert essence(forth) == essence(new)
        assert essence(back) == essence(old)
    assert essence(retold(forth, names.back(), after.entities)) == essence(old)
    assert forth.entity == new.entity


def test_what_is_said_after_a_swap_follows_the_values(site, before):
    after = read(site, *SWAP)
    told = retold(before.workflows["trip"], renames_between(before.entities, after.entities), before.entities)
    assert told.step("drive").asks == (("weight",),)
    assert told.step("close").checks[0].must.source == "note is set or size > 5"
    assert told.step("look").does[0].inputs["total"].source == "size"


def test_an_expression_under_other_names_gives_the_same_answers(site, before):
    after = read(site, *COLOUR, *STOPS, *RED[:1], ("tint == 'red'", "tint == 'crimson'"))
    names = renames_between(before.entities, after.entities)
    told = retold(before.workflows["trip"], names, before.entities)
    from ordinance.expressions import Env

    when, must = told.step("look").when, told.step("look").checks[0].must
    assert when.source == "tint == 'crimson'"
    assert when.reads == {("tint",)}
    assert when.evaluate(Env({"tint": "crimson"})) is True
    assert when.evaluate(Env({"tint": "blue"})) is False
    assert must.reads == {("halts", "far")}
    assert must.evaluate(Env({"halts": [{"far": 1}, {"far": 2}]})) is True
    assert must.evaluate(Env({"halts": [{"far": 1}, {"far": 0}]})) is False


def test_no_names_change_nothing(before):
    workflow = before.workflows["trip"]
    assert retold(workflow, Renames(), before.entities) is workflow
