"""Answers a change needs: values for documents that lack them, the step they land at; typed well, typed badly."""

import asyncio
import json
import re
from decimal import Decimal

import httpx
import pytest
from rooms.acts_kit import NOW, no, ok
from rooms.changes_kit import change
from rooms.renames_kit import COLOUR, haulier, haulier_at

from ordinance import acts, changes
from ordinance.app.serving import application
from ordinance.changes import Change
from ordinance.commands import main

pytestmark = pytest.mark.anyio

OFF = ("    look:\n", "    look:\n      enabled: false\n")
"""Nobody looks any more; the receivable that is opened there needs the weight all the same."""

WITHOUT_DRIVE = (
    ("    drive: {label: {zh: 行驶, en: Drive}, asks: [size], back_to: look}\n", ""),
    ("at: [look, drive]", "at: [look]"), ("drive, close]", "close]"),
)  # fmt: skip


@pytest.fixture
def site(tmp_path):
    return haulier_at(tmp_path)


@pytest.fixture
async def company(site, database_url):
    async with haulier(site, database_url) as opened:
        ok(await opened.create(None, "customer", {"code": "C-1", "name": "One", "address": "1 Main Road"}))
        yield opened


def asked(plan):
    return [(question.workflow, question.count, [each.code for each in question.why]) for question in plan.questions]


async def test_an_input_that_is_missing_is_asked_for_and_what_is_supplied_fills_only_what_is_empty(company):
    light, heavy = await company.trip("look", weight=None), await company.trip("look", weight="9")
    plan = await company.plan(company.edited(OFF))
    (question,) = plan.questions
    assert (question.workflow, question.count, question.answers[0]) == ("trip", 1, "supply")
    change = company.edited(OFF, supplied={"trip": {"weight": "2.5"}})
    assert not (await company.plan(change)).questions
    await company.applied(change)
    assert [(await company.record(each))["weight"] for each in (light, heavy)] == [Decimal("2.5"), Decimal(9)]
    assert await company.waits(light) == ["drive"]


async def test_every_type_is_read_as_it_is_typed_and_a_reference_by_its_key(company):
    done = await company.trip("look", weight=None, tags=[], note=None)
    typed = {"weight": "2.5", "tags": "热, Wet", "note": "supplied", "client": "C-1", "size": "1"}
    await company.applied(company.edited(OFF, supplied={"trip": typed}))
    record = await company.record(done)
    assert (record["weight"], record["size"], record["note"]) == (Decimal("2.5"), Decimal(1), "supplied")
    assert record["tags"] == ("hot", "wet")
    customer = await company.house.database.fetch("SELECT id FROM e_customer WHERE code = 'C-1'")
    assert (record["client"].get("id") if isinstance(record["client"], dict) else record["client"]) == customer[0]["id"]


@pytest.mark.parametrize(
    ("supplied", "code"),
    [
        ({"trip": {"weight": "much"}}, "wrong_type"),
        ({"trip": {"tags": "dry"}}, "not_an_option"),
        ({"trip": {"client": "C-9"}}, "bad_reference"),
        ({"trip": {"client": "4611686018427387904"}}, "bad_reference"),
        ({"trip": {"stops": "Kiel"}}, "read_only"),
        ({"trip": {"wieght": "1"}}, "unknown_field"),
        ({"trips": {"weight": "1"}}, "unknown_process"),
    ],
)
async def test_what_is_typed_badly_is_told_and_nothing_is_applied(company, supplied, code):
    done = await company.trip("look", weight=None)
    change = company.edited(OFF, supplied=supplied)
    plan = await company.plan(change)
    assert code in [each for _, _, codes in asked(plan) for each in codes]
    assert not plan.is_complete
    assert not isinstance(await company.apply(change), changes.Applied)
    assert await company.waits(done) == ["look"]


async def test_values_are_supplied_under_the_new_name_of_a_field(company):
    done = await company.trip("look", weight=None)
    renamed = [("    weight: {type", "    mass: {was: weight, type"), ("total: weight", "total: mass"),
               ("weight > 5", "mass > 5"), ("changes: [colour, weight,", "changes: [colour, mass,")]  # fmt: skip
    no(await company.apply(company.edited(OFF, *renamed)), "plan_asks")
    no(await company.apply(company.edited(OFF, *renamed, supplied={"trip": {"weight": "4"}})), "plan_asks", "unknown_field")
    await company.applied(company.edited(OFF, *renamed, *COLOUR, supplied={"trip": {"mass": "4"}}))
    assert (await company.record(done))["mass"] == Decimal(4)


async def test_documents_whose_step_is_gone_land_at_the_next_or_where_it_is_said(company):
    first, second = await company.trip("drive", colour="blue"), await company.trip("drive", colour="red")
    plan = await company.plan(company.edited(*WITHOUT_DRIVE))
    assert {(each.at, each.to, each.is_landing) for each in plan.moves} == {(("drive",), ("close",), True)}
    change = company.edited(*WITHOUT_DRIVE, landings={"trip": "look"})
    plan = await company.plan(change)
    await company.applied(change)
    for done in (first, second):
        assert await company.waits(done) in (["look"], ["close"])
    assert {each.to for each in plan.moves} == {tuple(await company.waits(each)) for each in (first, second)}


@pytest.mark.parametrize(
    ("landings", "code"),
    [({"trip": "loook"}, "unknown_step"), ({"trip": "drive"}, "unknown_step"), ({"tripp": "look"}, "unknown_process")],
)
async def test_a_place_that_is_none_is_told(company, landings, code):
    await company.trip("drive", colour="blue")
    plan = await company.plan(company.edited(*WITHOUT_DRIVE, landings=landings))
    assert [each for _, _, codes in asked(plan) for each in codes] == [code]
    assert plan.questions[0].why[0].remedy is not None or code == "unknown_step"


async def test_a_place_where_nobody_has_to_land_changes_nothing(company):
    done = await company.trip("look")
    plan = await company.plan(company.edited(("en: Close}", "en: The end}"), landings={"trip": "look"}))
    assert plan.is_complete
    assert plan.touched == 0
    assert await company.waits(done) == ["look"]


async def test_a_choice_for_a_process_that_is_none_is_told(company):
    plan = await company.plan(company.edited(OFF, choices={"tirp": "hold", "*": "move"}))
    assert [each for _, _, codes in asked(plan) for each in codes] == ["unknown_process"]


# The command line


@pytest.fixture
def filled(site):
    async def fill():
        (site / "var").mkdir(exist_ok=True)
        async with haulier(site, str(site / "var/ordinance.sqlite3")) as company:
            await company.trip("look", weight=None)

    asyncio.run(fill())
    path = site / "workflows.yaml"
    path.write_text(path.read_text("utf-8").replace(*OFF), "utf-8")
    return site


def run(site, *words):
    return main([*words, "--site", str(site), "--locale", "en"])


def test_the_command_line_asks_takes_values_and_applies(filled, capsys):
    assert run(filled, "plan") == 1
    assert "→ supply trip.weight, hold, finish" in capsys.readouterr().out
    assert run(filled, "apply", "--yes") == 1
    assert "[plan_asks]" in capsys.readouterr().out
    assert run(filled, "apply", "--yes", "--supply", "trip.weight=much") == 1
    assert "[wrong_type]" in capsys.readouterr().out
    assert run(filled, "apply", "--yes", "--supply", "trip.wieght=1") == 1
    assert "there is no field “wieght” (did you mean “weight”?" in capsys.readouterr().out
    assert run(filled, "apply", "--yes", "--supply", "trip.weight = 2.5", "--supply", "trip.note=a=b", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["moved"], report["is_new"]) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("--supply", "trip.weight"), ("--supply", "trip=1"), ("--supply", ".weight=1"), ("--supply", "=1"),
        ("--supply", "trip.=1"), ("--land", "trip"), ("--land", "=look"), ("--land", "trip="),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_wrong_usage(filled, words, capsys):
    assert run(filled, "apply", "--yes", *words) == 2
    said = capsys.readouterr().err
    assert words[0] in said
    assert words[1] in said


def test_where_to_land_is_told_and_checked(filled, capsys):
    for name in ("workflows.yaml", "roles.yaml"):
        text = (filled / name).read_text("utf-8")
        for old, new in WITHOUT_DRIVE:
            text = text.replace(old, new)
        (filled / name).write_text(text, "utf-8")
    assert run(filled, "apply", "--yes", "--supply", "trip.weight=1", "--land", "trip=lok") == 1
    assert "has no step “lok” (did you mean “look”?" in capsys.readouterr().out
    assert run(filled, "apply", "--yes", "--supply", "trip.weight=1", "--land", "trip=close", "--json") == 0
    assert json.loads(capsys.readouterr().out)["moved"] == 1


# The page

PASSWORD = "A long walk at dawn"


@pytest.fixture
async def browser(company):
    await company.person("boss", "system_administrator")
    account = await company.accounts.find("boss")
    assert await company.accounts.set_password(account, PASSWORD, NOW) == ()
    await company.accounts.put_away_guide(account.id, NOW)
    app = application(company.opened, clock=lambda: company.now, worker=False)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://house", headers={"accept": "text/html", "accept-language": "en"}) as client:  # fmt: skip
        answer = await client.post("/sign-in", data={"name": "boss", "password": PASSWORD})
        assert answer.status_code == 303
        yield client


async def over(company, draft):
    """Wait until a change is not being applied any more: on a busy machine the page comes before the end."""
    while (found := await changes.proposal(company.house, draft.id)).state == "applying":
        await asyncio.sleep(0.05)
    return found


async def test_the_page_asks_for_values_and_says_what_is_wrong_with_them(company, browser):
    done = await company.trip("look", weight=None)
    boss = await company.call("boss")
    draft = await changes.sketch(company.house, boss, Change(company.edited(OFF).files))
    address = f"/settings/changes/{draft.id}"
    page = await browser.get(address)
    assert 'name="supply.trip.weight"' in page.text
    assert re.search(r'value="apply"[^>]* disabled', page.text)
    form = {"_csrf": re.search(r'name="_csrf" value="([^"]+)"', page.text)[1], "do": "apply", "choice.trip": "move"}
    for more, told in (({"supply.trip.weight": "much"}, "much"), ({"landing.trip": "nowhere", "supply.x.y": "1"}, "nowhere")):
        await browser.post(address, data={**form, **more})
        assert "nothing was changed" in (await over(company, draft)).outcome
        page = await browser.get(address)
        assert told in page.text
        assert "nothing was changed" in page.text
        assert await company.waits(done) == ["look"]
    answer = await browser.post(address, data={**form, "supply.trip.weight": "2.5"})
    assert answer.status_code == 303, answer.text
    assert (await over(company, draft)).state == "applied"
    assert (await company.record(done))["weight"] == Decimal("2.5")
    assert await company.waits(done) == ["drive"]


async def test_the_page_offers_the_places_to_land_at(company, browser):
    done = await company.trip("drive", colour="blue")
    draft = await changes.sketch(company.house, await company.call("boss"), Change(company.edited(*WITHOUT_DRIVE).files))
    address = f"/settings/changes/{draft.id}"
    page = await browser.get(address)
    select = re.search(r'name="landing.trip".*?</select>', page.text, re.S)[0]
    assert re.findall(r'<option value="(\w*)"', select) == ["", "enter", "look", "close"]
    form = {"_csrf": re.search(r'name="_csrf" value="([^"]+)"', page.text)[1], "do": "apply", "landing.trip": "look"}
    assert (await browser.post(address, data=form)).status_code == 303
    assert (await over(company, draft)).state == "applied"
    assert await company.waits(done) in (["look"], ["close"])




async def test_the_page_of_the_steps_counts_who_waits_where_in_one_go(company, browser, monkeypatch):
    """Of each process of the entity, and of steps that are open together at each of them."""
    for _ in range(3):
        await company.trip("look")
    await company.trip("close")
    await company.trip("")
    asked = []
    aggregate = acts.aggregate

    async def counted(house, call, entity, query):
        asked.append(query)
        return await aggregate(house, call, entity, query)

    monkeypatch.setattr(acts, "aggregate", counted)
    change(company.house.site, "roles.yaml", "{account: [read, create, update, delete], sales", "{trip: [read], account: [read, create, update, delete], sales")
    await company.applied(Change(company.files))
    page = await browser.get("/settings/workflow/trip")
    counts = dict(re.findall(r"<b>(\w[\w ]*)</b><small>[^<]*?(\d+) waiting</small>", page.text))
    assert counts == {"Look": "3", "Close": "1"}
    assert len(asked) == 1
