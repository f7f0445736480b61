"""Renaming in the files renames what is stored: columns, tables, values, and all that names them; nothing is lost."""

import json
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from rooms.acts_kit import NOW, ok
from rooms.renames_kit import COLOUR, RED, STOPS, SWAP, TAGS, TRIP, haulier, haulier_at

from ordinance import acts, changes
from ordinance.acts import Query
from ordinance.app import open_house
from ordinance.changes import Applied
from ordinance.storage.schema import read_catalogue

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C-05")]

@pytest.fixture
def site(tmp_path):
    return haulier_at(tmp_path)


@pytest.fixture
async def company(site, database_url):
    async with haulier(site, database_url) as opened:
        yield opened


async def columns(company, table):
    async with company.house.database.work(write=False) as work:
        return set((await read_catalogue(work))[table].columns)


async def test_a_renamed_field_keeps_every_value_and_no_document_moves(company):
    done = await company.trip("drive", colour="blue")
    other = await company.trip("look")
    change = company.edited(*COLOUR, reason="words")
    plan = await company.plan(change)
    told = [each for each in plan.tables if each.kept]
    assert [(each.name, each.risk, each.kept) for each in told] == [("rename_column e_trip.tint", "safe", 2)]
    assert told[0].what.en == "colour is called tint now: 2 row(s) kept"
    assert "the field “Colour” of “Trip” was colour and is tint now" in [each.what.en for each in plan.differences]
    assert [each.kind for each in plan.differences if each.kind.startswith("field")] == ["field_renamed"]
    assert (plan.is_complete, plan.touched, plan.is_safe) == (True, 0, False)
    assert "2 row(s) kept" in changes.render(plan, "en")
    outcome = await company.applied(change)
    assert outcome.moved == 0
    assert {"tint"} <= await columns(company, "e_trip")
    assert "colour" not in await columns(company, "e_trip")
    assert [(await company.record(each))["tint"] for each in (done, other)] == ["blue", "red"]
    done = ok(await company.step("shipper", done, "drive", values={"size": "2"}))
    other = ok(await company.step("order_reviewer", other, "look"))
    assert (list(done.waits), list(other.waits)) == (["close"], ["drive"])
    fresh = ok(await company.create("business_manager", "trip", {"tint": "red", "weight": "1"}))
    assert list(fresh.waits) == ["look"]


async def test_going_back_takes_the_old_name_up_with_every_value(company):
    done = await company.trip()
    base = company.house.blueprint.revision
    await company.applied(company.edited(*COLOUR))
    written = ok(await company.create("business_manager", "trip", {"tint": "blue"}))
    outcome = await changes.revert(company.house, company.boss)
    assert isinstance(outcome, Applied), outcome
    assert outcome.revision == base
    assert [(await company.record(each))["colour"] for each in (done, written)] == ["red", "blue"]
    assert await columns(company, "e_trip") & {"tint", "colour"} == {"colour"}


async def test_going_back_over_several_renames_finds_the_first_name(company):
    done = await company.trip()
    base = company.house.blueprint.revision
    await company.applied(company.edited(*COLOUR))
    await company.applied(
        company.edited(
            ("tint: {was: colour,", "hue: {was: tint,"), ("asks: [tint]", "asks: [hue]"),
            ("tint == 'red'", "hue == 'red'"), ("changes: [tint,", "changes: [hue,"),
        )
    )  # fmt: skip
    await company.applied(company.switched("drive", workflow="trip"))
    assert (await company.record(done))["hue"] == "red"
    outcome = await changes.revert(company.house, company.boss, base)
    assert isinstance(outcome, Applied), outcome
    assert (await company.record(done))["colour"] == "red"
    await company.applied(company.edited(*COLOUR))
    assert (await company.record(done))["tint"] == "red"


async def test_two_fields_swap_their_names_and_each_keeps_its_values(company):
    done = await company.trip("close", weight="7.5")
    await company.applied(company.edited(*SWAP))
    record = await company.record(done)
    assert (record["size"], record["weight"]) == (Decimal("7.5"), Decimal(3))
    outcome = await changes.revert(company.house, company.boss)
    assert isinstance(outcome, Applied), outcome
    record = await company.record(done)
    assert (record["weight"], record["size"]) == (Decimal("7.5"), Decimal(3))


async def test_a_name_that_is_free_again_is_a_new_field(company):
    """`size` gives its name away and goes; what it held goes only if somebody consents."""
    done = await company.trip("close", weight="7.5")
    change = company.edited(
        ("    weight: {type: decimal", "    size: {was: weight, type: decimal"),
        ("    size:   {type: decimal, label: {zh: 尺寸, en: Size}}\n", ""),
        ("total: weight", "total: size"), ("weight > 5", "size > 5"), ("changes: [colour, weight,", "changes: [colour, size,"),
        ("asks: [size]", "asks: [note]"),
    )  # fmt: skip
    plan = await company.plan(change)
    lost = {each.name: (each.rows, [text.split(".")[0] for text in each.samples]) for each in plan.tables if each.is_blocking}
    assert lost == {"drop_column e_trip.size": (1, [f"{done.id}: 3"])}
    assert not isinstance(await company.apply(change), Applied)
    await company.applied(changes.Change(change.files, anyway=frozenset(lost)))
    assert (await company.record(done))["size"] == Decimal("7.5")
    assert "weight" not in await columns(company, "e_trip")


async def test_lines_and_what_is_in_them_are_renamed(company):
    done = await company.trip()
    await company.applied(company.edited(*STOPS))
    record = await company.record(done)
    assert [(row["place"], row["far"]) for row in record["halts"]] == [("Kiel", Decimal(10)), ("Ulm", Decimal(800))]
    ok(await company.step("order_reviewer", done, "look"))
    outcome = await changes.revert(company.house, company.boss)
    assert isinstance(outcome, Applied), outcome
    assert [row["km"] for row in (await company.record(done))["stops"]] == [Decimal(10), Decimal(800)]


async def test_a_renamed_entity_takes_along_all_that_names_it(company, site, database_url):
    done = await company.trip()
    leg = ok(await company.create("business_manager", "leg", {"name": "first", "trip": str(done.id)}))
    async with company.house.database.work() as work:
        await work.execute(
            "INSERT INTO notice (id, recipient, entity, document, message, at) VALUES (?, ?, ?, ?, ?, ?)",
            7, "1", "trip", done.id, "look", NOW,
        )  # fmt: skip
    plan = await company.plan(company.edited(*TRIP))
    assert ("rename_table e_journey", 1) in [(each.name, each.kept) for each in plan.tables]
    assert "“Trip” was trip and is journey now" in [each.what.en for each in plan.differences]
    outcome = await company.applied(company.edited(*TRIP))
    assert outcome.moved == 0
    assert (await company.house.database.fetch("SELECT entity FROM notice WHERE id = 7"))[0]["entity"] == "journey"
    rows = await company.house.database.fetch('SELECT DISTINCT entity FROM "wait"')
    assert [row["entity"] for row in rows] == ["journey"]
    page = await acts.inbox(company.house, await company.call("order_reviewer"))
    assert [(each.entity, each.id) for each in page.items] == [("journey", done.id)]
    moved = ok(await acts.step(company.house, await company.call("order_reviewer"), "journey", done.id, "look"))
    assert list(moved.waits) == ["drive"]
    told = await acts.timeline(company.house, await company.call("business_manager"), "journey", done.id)
    assert [each.what.en for each in told] == ["Look", "Enter", "Created"]
    found = await acts.read(company.house, await company.call("business_manager"), "leg", leg.id)
    assert found.record["trip"]["key"] == "T-001"
    # The next code goes on where the last one was, under whatever name.
    fresh = ok(await acts.create(company.house, await company.call("business_manager"), "journey", {"colour": "red"}))
    assert fresh.record["code"] == "T-002"
    async with open_house(site, NOW, url=database_url) as second:
        assert second.waiting is None
    outcome = await changes.revert(company.house, company.boss)
    assert isinstance(outcome, Applied), outcome
    assert {row["entity"] for row in await company.house.database.fetch('SELECT entity FROM "wait"')} == {"trip"}
    assert list(ok(await company.step("shipper", done, "drive", values={"size": "1"})).waits) == ["close"]


async def test_options_that_are_called_otherwise_are_rewritten_and_counted(company):
    done, other = await company.trip(), await company.trip("drive", colour="blue", tags=["hot"])
    plan = await company.plan(company.edited(*RED, *TAGS))
    kept = {each.name: each.kept for each in plan.tables if each.kept}
    assert kept == {"rename_options e_trip.colour": 1, "rename_options e_trip.tags": 2}
    assert {each.kind for each in plan.differences} >= {"option_renamed"}
    assert not [each for each in plan.tables if each.risk != "safe"]
    outcome = await company.applied(company.edited(*RED, *TAGS))
    assert outcome.moved == 0
    first, second = await company.record(done), await company.record(other)
    assert (first["colour"], second["colour"]) == ("crimson", "blue")
    assert (sorted(first["tags"]), second["tags"]) == (["hot", "wet"], ("wet",))
    outcome = await changes.revert(company.house, company.boss)
    assert isinstance(outcome, Applied), outcome
    assert (await company.record(done))["colour"] == "red"
    assert (await company.record(other))["tags"] == ("hot",)


async def test_what_a_lane_proposes_goes_along(company):
    done = await company.trip("drive", colour="blue")
    ok(await company.lane("business_manager", done, "change", values={"colour": "red", "tags": ["wet"]}))
    await company.applied(company.edited(*COLOUR[:1], *RED[:1], ("asks: [colour]", "asks: [tint]"),
                                         ("colour == 'red'", "tint == 'crimson'"), COLOUR[3], *TAGS))  # fmt: skip
    done = ok(await company.step("order_reviewer", done, "agree"))
    record = await company.record(done)
    assert (record["tint"], record["tags"]) == ("crimson", ("hot",))


async def test_views_that_people_keep_go_along(company):
    query = "filter[colour][in]=red,blue&filter[client.name][contains]=One&sort=-colour,code&columns=colour&search=colour"
    async with company.house.database.work() as work:
        made = await company.house.force.store.views.add(work, "trip", "1", "", "Red ones", query, NOW)
    await company.applied(company.edited(*COLOUR, *TRIP, *RED[:1], ("tint == 'red'", "tint == 'crimson'")))
    async with company.house.database.work(write=False) as work:
        view = await company.house.force.store.views.get(work, made.id)
    assert view.entity == "journey"
    told = "filter[tint][in]=crimson,blue&filter[client.name][contains]=One&sort=-tint,code&columns=tint&search=colour"
    assert parse_qsl(view.query) == parse_qsl(told)


async def test_documents_of_their_day_go_on_under_their_rules_by_the_present_names(company):
    """Held under the old revision, whose condition and form speak of the old name, and moved when they leave."""
    done, stays = await company.trip("look"), await company.trip("drive", colour="blue")
    switched = company.edited(*COLOUR, ("    close: {label: {zh: 结束", "    close: {enabled: false, label: {zh: 结束"))
    change = changes.Change(switched.files, choices={"trip": "finish"})
    outcome = await company.applied(change)
    assert outcome.moved == 2
    back = ok(await company.step("order_reviewer", done, "look", decision="send_back", reason="dark"))
    assert list(back.waits) == ["enter"]
    form = await acts.steps(company.house, await company.call("business_manager"), "trip", done.id)
    assert [each.asks for each in form if (each.kind, each.id) == ("step", "enter")] == [(("tint",),)]
    again = ok(await company.step("business_manager", done, "enter", values={"tint": "blue"}))
    assert list(again.waits) == ["drive"]
    driven = ok(await company.step("shipper", stays, "drive", values={"size": "1"}))
    assert list(driven.waits) == ["close"]
    ended = ok(await company.step("shipper", stays, "close"))
    assert ended.record["phase"] == "complete"
    found = await acts.read(company.house, await company.call("business_manager"), "trip", stays.id)
    assert found.record["tint"] == "blue"
    assert found.rules.step("close") is not None


async def test_documents_that_move_in_the_same_change_are_moved_by_the_new_names(company):
    done = await company.trip("look")
    switched = company.edited(*COLOUR, ("    drive: {label: {zh: 行驶", "    drive: {enabled: false, label: {zh: 行驶"),
                              ("asks: [size]", "offers: [size]"), ("    look:\n", "    look:\n      enabled: false\n"))  # fmt: skip
    plan = await company.plan(switched)
    (moved,) = [each for each in plan.moves if each.is_touched]
    assert (moved.at, moved.to) == (("look",), ("close",))
    assert [each.id for each in moved.effects] == ["counting.open_receivable"] or moved.effects
    await company.applied(switched)
    assert await company.waits(done) == ["close"]
    assert await company.effects(done) == ["+open_receivable"]
    outcome = await changes.revert(company.house, company.boss)
    assert isinstance(outcome, Applied), outcome
    assert await company.waits(done) == ["look"]
    assert (await company.record(done))["colour"] == "red"


async def test_stories_of_the_old_days_tell_the_field_by_its_present_name(company):
    done = await company.trip()
    ok(await company.update("business_manager", done, {"note": "cat"}))
    await company.applied(company.edited(("    note:   {type: text", "    remark: {was: note, type: text"),
                                         ("offers: [note, stops", "offers: [remark, stops"), ("note is set", "remark is set")))  # fmt: skip
    told = await acts.timeline(company.house, await company.call("business_manager"), "trip", done.id)
    changed = [change for each in told for change in each.changes]
    assert [(each.label.en, each.old.en if hasattr(each.old, "en") else each.old) for each in changed] == [("Note", "mind the dog")]
    bodies = [json.loads(each["body"]) for each in await company.events(done)]
    assert any("note" in (body.get("changes") or {}) for body in bodies)


async def test_at_start_a_rename_applies_by_itself_only_where_no_row_holds_anything(site, database_url):
    async with haulier(site, database_url) as company:
        assert (await acts.listing(company.house, await company.call("business_manager"), "trip", Query())).items == ()
    files = {path: path.read_text("utf-8") for path in (site / "config/entities.yaml", site / "workflows.yaml")}
    for path, text in files.items():
        for old, new in COLOUR:
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    async with haulier(site, database_url) as company:
        assert company.opened.waiting is None
        assert "tint" in await columns(company, "e_trip")
        ok(await company.create("business_manager", "trip", {"tint": "red"}))
    for path, text in files.items():
        path.write_text(text, "utf-8")
    async with haulier(site, database_url) as company:
        assert company.opened.waiting is not None
        assert [each.code for each in company.opened.notes] .count("files_wait") == 1
        assert "tint" in await columns(company, "e_trip")
