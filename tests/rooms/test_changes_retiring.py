"""A field that goes while documents still read it is retired: kept for them, out of sight for everybody else."""

import pytest
from rooms.acts_kit import NOW, no, ok
from rooms.renames_kit import TRIP, Haulier, haulier, haulier_at

from ordinance import acts, changes
from ordinance.acts import Query
from ordinance.app import open_house
from ordinance.changes import Applied, Change
from ordinance.storage.schema import read_catalogue

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C-05")]

WITHOUT_NOTE = (
    ("    note:   {type: text, label: {zh: 备注, en: Note}}\n", ""),
    ("offers: [note, stops.place]", "offers: [stops.place]"),
    ("note is set or weight > 5", "weight > 5"),
)
WITHOUT_KM = (
    ("        km:    {type: decimal, label: {zh: 公里, en: Kilometres}}\n", ""),
    ("stops.all(km > 0)", "stops.all(place is set)"),
)
WITHOUT_SIZE = (
    ("    size:   {type: decimal, label: {zh: 尺寸, en: Size}}\n", ""),
    ("asks: [size]", "asks: [colour]"),
)


@pytest.fixture
def site(tmp_path):
    return haulier_at(tmp_path)


@pytest.fixture
async def company(site, database_url):
    async with haulier(site, database_url) as opened:
        yield opened


async def columns(company, table="e_trip"):
    async with company.house.database.work(write=False) as work:
        return set((await read_catalogue(work))[table].columns)


def named(plan):
    return {each.name: each for each in plan.tables}


async def held(company, *edits, choice="finish", **more):
    """Apply edits while the documents in flight stay under the old revision."""
    change = Change(company.edited(*edits).files, choices={"trip": choice}, **more)
    plan = await company.plan(change)
    assert plan.is_complete, (plan.questions, plan.tables)
    await company.applied(change)
    return plan


async def test_what_documents_of_their_day_still_read_is_retired(company):
    """Its check lets a light trip end only with a note: were the note gone, the guard would stop it, or be gone."""
    light, bare = await company.trip("close", weight="1"), await company.trip("close", weight="1", note=None)
    plan = await held(company, *WITHOUT_NOTE)
    found = named(plan)["retire_column e_trip.note"]
    assert (found.kept, found.risk, found.is_blocking) == (2, "safe", False)
    assert found.what.en == "the field “Note” is retired: kept for 2 document(s), shown no more"
    assert "drop_column e_trip.note" not in named(plan)
    assert not plan.is_safe
    assert "note" in await columns(company)
    no(await company.step("shipper", bare, "close"), "hot")
    ended = ok(await company.step("shipper", light, "close"))
    assert ended.record["phase"] == "complete"


async def test_a_retired_field_is_shown_nowhere_and_taken_from_nobody(company):
    done = await company.trip("close", weight="1")
    await held(company, *WITHOUT_NOTE)
    call = await company.call("business_manager")
    assert "note" not in (await acts.read(company.house, call, "trip", done.id)).record
    page = await acts.listing(company.house, call, "trip", Query())
    assert all("note" not in each for each in page.items)
    no(await acts.listing(company.house, call, "trip", Query(sort=((("note",), False),))), "unknown_parameter")
    no(await company.create("business_manager", "trip", {"colour": "red", "note": "x"}), "unknown_field")
    no(await company.update("business_manager", done, {"note": "x"}), "unknown_field")
    assert "note" not in company.house.blueprint.entities["trip"].fields
    assert (await company.record(done))["note"] == "mind the dog"
    fresh = ok(await company.create("business_manager", "trip", {"colour": "blue", "weight": "9"}))
    assert list(fresh.waits) == ["drive"]


async def test_a_site_that_starts_again_keeps_it(company, site, database_url):
    done = await company.trip("close", weight="1")
    await held(company, *WITHOUT_NOTE)
    async with open_house(site, NOW, url=database_url) as second:
        assert second.waiting is None
        again = Haulier(second)
        assert "note" in await columns(again)
        assert ok(await again.step("shipper", done, "close")).record["phase"] == "complete"


async def test_once_nobody_needs_it_a_later_plan_offers_to_drop_it_and_does_so_only_with_consent(company):
    done = await company.trip("close", weight="1")
    await held(company, *WITHOUT_NOTE)
    later = company.switched("drive", workflow="trip")
    assert "drop_column e_trip.note" not in named(await company.plan(later))
    ok(await company.step("shipper", done, "close"))
    plan = await company.plan(later)
    offer = named(plan)["drop_column e_trip.note"]
    assert (offer.is_offer, offer.is_blocking, offer.risk, offer.rows) == (True, False, "destructive", 1)
    assert offer.samples == (f"{done.id}: mind the dog",)
    assert plan.is_complete
    await company.applied(later)
    assert "note" in await columns(company)
    consented = Change(company.files, anyway=frozenset({"drop_column e_trip.note"}))
    plan = await company.plan(consented)
    assert not plan.is_known
    assert (named(plan)["drop_column e_trip.note"].rows, plan.is_complete) == (1, True)
    await company.applied(consented)
    assert "note" not in await columns(company)
    assert not named(await company.plan(Change(company.files)))


async def test_one_that_holds_nothing_goes_by_itself(company):
    done = await company.trip("close", note=None)
    await held(company, *WITHOUT_NOTE)
    ok(await company.step("shipper", done, "close"))
    await company.applied(company.switched("drive", workflow="trip"))
    assert "note" not in await columns(company)


async def test_going_back_brings_it_back_with_what_it_held(company):
    done = await company.trip("close", weight="1")
    await held(company, *WITHOUT_NOTE)
    outcome = await changes.revert(company.house, company.boss)
    assert isinstance(outcome, Applied), outcome
    assert (await company.record(done))["note"] == "mind the dog"
    assert await company.house.database.fetch("SELECT * FROM retired") == []
    found = await acts.read(company.house, await company.call("business_manager"), "trip", done.id)
    assert found.record["note"] == "mind the dog"


async def test_fields_of_lines_are_retired_too(company):
    near = await company.trip("look", stops=[{"place": "Kiel", "km": "0"}])
    plan = await held(company, *WITHOUT_KM)
    assert named(plan)["retire_column e_trip__stops.km"].kept == 1
    assert "km" in await columns(company, "e_trip__stops")
    no(await company.step("order_reviewer", near, "look"), "far")
    assert [set(row) for row in (await acts.read(company.house, await company.call("order_reviewer"), "trip", near.id)).record["stops"]] == [{"id", "place"}]  # fmt: skip


async def test_what_somebody_still_has_to_fill_in_cannot_be_retired(company):
    await company.trip("look")
    change = Change(company.edited(*WITHOUT_SIZE).files, choices={"trip": "finish"})
    plan = await company.plan(change)
    assert [each.code for question in plan.questions for each in question.why] == ["field_asked"]
    no(await company.apply(change), "plan_asks")


async def test_what_has_been_filled_in_already_can(company):
    await company.trip("close")
    plan = await company.plan(Change(company.edited(*WITHOUT_SIZE).files, choices={"trip": "finish"}))
    assert not plan.questions
    assert named(plan)["retire_column e_trip.size"].kept == 1


@pytest.mark.parametrize(
    "edits",
    [
        (("    note:   {type: text,", "    note:   {type: decimal,"), ("note is set", "note > 0")),
        (("    note:   {type: text, label: {zh: 备注, en: Note}}\n", ""), ("    weight: {type", "    note: {was: weight, type"),
         ("total: weight", "total: note"), ("note is set or weight > 5", "note > 5"), ("changes: [colour, weight,", "changes: [colour, note,")),
    ],
    ids=["another type", "another field of its name"],
)  # fmt: skip
async def test_a_name_that_means_something_else_then_is_refused(company, edits):
    await company.trip("close")
    change = Change(company.edited(*edits).files, choices={"trip": "finish"}, anyway=frozenset({"change_type e_trip.note", "drop_column e_trip.note"}))  # fmt: skip
    plan = await company.plan(change)
    assert "field_pinned" in [each.code for question in plan.questions for each in question.why]
    no(await company.apply(change), "plan_asks")


async def test_a_retired_name_is_not_given_to_another_field_while_it_is_needed(company):
    await company.trip("close", weight="1")
    await held(company, *WITHOUT_NOTE)
    other = company.edited(("    weight: {type", "    note: {was: weight, type"), ("total: weight", "total: note"),
                           ("must: \"weight > 5\"", "must: \"note > 5\""), ("changes: [colour, weight,", "changes: [colour, note,"))  # fmt: skip
    plan = await company.plan(other)
    assert "field_pinned" in [each.code for question in plan.questions for each in question.why]


async def test_a_retired_field_goes_along_when_its_entity_is_renamed(company):
    done = await company.trip("close", weight="1")
    await held(company, *WITHOUT_NOTE)
    await company.applied(company.edited(*TRIP))
    assert [dict(each) for each in await company.house.database.fetch("SELECT entity, field FROM retired")] == [
        {"entity": "journey", "field": "note"}
    ]
    moved = ok(await acts.step(company.house, await company.call("shipper"), "journey", done.id, "close"))
    assert moved.record["phase"] == "complete"
