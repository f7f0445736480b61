"""Steps switched while documents are under way: in a scenario as by a change that is applied, and told in a recording."""

from __future__ import annotations

import asyncio

import pytest
from rooms.acts_kit import ok
from rooms.changes_kit import shop, site_at

from ordinance.testing import WAYS, Theatre, read_scenarios
from ordinance.testing.recording import record, scenario_text

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return site_at(tmp_path_factory.mktemp("switching"))


@pytest.fixture(scope="module")
def theatre(site, tmp_path_factory):
    return asyncio.run(Theatre.of(site, tmp_path_factory.mktemp("stage")))


def played(theatre, folder, text, ways=WAYS):
    file = folder / "played.yaml"
    file.write_text(text, "utf-8")
    stories, problems = read_scenarios(theatre.site, [file])
    assert problems == ()
    return [str(each) for story in stories for way in ways for each in asyncio.run(theatre.run(story, way))]


async def test_a_recording_goes_on_where_a_change_switched_steps(theatre, tmp_path, database_url):
    async with shop(site_at(tmp_path), database_url) as company:
        order = await company.order("finance_review")
        company.later("2h")
        await company.applied(company.switched("finance_review"))
        ok(await company.step("warehouse_keeper", order, "outbound_review"))
        company.later("1h")
        await company.applied(company.switched("finance_review", True))
        ok(await company.back("shipper", order, "ship", "order_review"))
        ok(await company.step("order_reviewer", order, "order_review"))
        await company.applied(company.switched("finance_review"))
        made = await record(company.house, company.accounts, "sales_order", order.id)
    assert made.notes == []
    verbs = ("now", "toggle", "given", "create", "step", "send_back")
    kinds = [next(each for each in verbs if each in act) for act in made.acts]
    assert kinds[:2] == ["now", "toggle"], "the last change has left it off"
    assert kinds[kinds.index("create"):] == [
        "create", "step", "now", "toggle", "step", "now", "send_back", "toggle", "step", "toggle",
    ]  # fmt: skip
    toggled = [act for act in made.acts if "toggle" in act]
    assert [act["toggle"]["sales_order.finance_review"] for act in toggled] == ["true", "false", "true", "false"]
    assert toggled[1]["expect"] == {"waits_at": ["outbound_review"], "did": ["counting.open_receivable"]}
    text = scenario_text([(made.name, made.acts)], notes=made.notes)
    assert await asyncio.to_thread(played, theatre, tmp_path, text) == [], text


async def test_a_recording_ends_where_a_change_did_more_than_switch(theatre, tmp_path, database_url):
    async with shop(site_at(tmp_path), database_url) as company:
        order = await company.order("finance_review")
        files = company.switched("finance_review").files
        moved = files["workflows.yaml"].replace("outbound_review: {label", "outbound_review: {count: 2, label")
        await company.applied(company.with_text("workflows.yaml", company.files["workflows.yaml"], moved))
        ok(await company.step("warehouse_keeper", order, "outbound_review"))
        made = await record(company.house, company.accounts, "sales_order", order.id)
    assert "the process was changed" in made.notes[0].en
    assert not any(act.get("step") == "outbound_review" for act in made.acts)
    text = scenario_text([(made.name, made.acts)], notes=made.notes)
    assert await asyncio.to_thread(played, theatre, tmp_path, text) == [], text


STUCK = """schema: 1
s:
  - {given: sales_order, at: finance_review, call: A}
  - {toggle: {sales_order.finance_review: false, sales_order.outbound_review: false}, expect: {waits_at: [ship]}}
  - {given: sales_order, at: ship, call: B}
  - {toggle: {sales_order.finance_review: true}, expect: {waits_at: [ship]}}
  - {toggle: {sales_order.finance_review: false}, expect: {waits_at: [outbound_review]}}
"""


def test_what_a_switch_comes_to_is_held_against_what_is_expected(theatre, tmp_path):
    (failure,) = played(theatre, tmp_path, STUCK, WAYS[:1])
    assert "played.yaml:7" in failure and "waits_at: expected outbound_review, got ship" in failure
