"""Opening a site: tables follow the YAML, nothing is lost in silence, a bad file never takes the place of what runs."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ordinance import acts
from ordinance.access import ENGINE
from ordinance.acts import Call, Done, Refused
from ordinance.app import open_house
from ordinance.changes import history
from ordinance.problems import SiteError

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ENTITY = """schema: 1
tool:
  label: {zh: 工具, en: Tool}
  key: code
  fields:
    code:  {type: text, required: true, unique: true, pattern: "T-[0-9]+", label: {zh: 编码, en: Code}}
    name:  {type: text, label: {zh: 名称, en: Name}}
"""
WORKFLOW = """schema: 1
loan:
  label: {zh: 借用, en: Loan}
  number: {at: ask, pattern: "JY-{n:03}"}
  steps:
    ask:     {label: {zh: 申请, en: Ask}, by: [keeper], asks: [what]}
    approve: {label: {zh: 批准, en: Approve}, by: [keeper]}
    back:    {label: {zh: 归还, en: Bring back}, by: [keeper]}
"""
LOAN = "loan: {label: {zh: 借用单, en: Loan}, fields: {what: {type: text, label: {zh: 物品, en: Item}}}}\n"
ROLES = (
    "schema: 1\nroles:\n  keeper: {label: {zh: 保管, en: Keeper}, may: {loan: [create, read], tool: [read, create]}}\n"
)


@pytest.fixture
def site(tmp_path):
    """A small company of its own: tools, and a loan that two steps lead to its end."""
    folder = tmp_path / "site"
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "company.yaml").write_text("schema: 1\nid: small\nlabel: {zh: 小店, en: Small}\n", "utf-8")
    (folder / "config" / "entities.yaml").write_text(ENTITY + LOAN, "utf-8")
    (folder / "workflows.yaml").write_text(WORKFLOW, "utf-8")
    (folder / "roles.yaml").write_text(ROLES, "utf-8")
    return folder


def change(site, name, old, new):
    path = site / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def engine():
    return Call(ENGINE, NOW, "en", "system")


async def add_tool(opened, **values):
    return await acts.create(opened.house, engine(), "tool", {"code": "T-1", **values})


async def test_a_field_added_to_the_yaml_is_there_after_a_restart(site, database_url):
    async with open_house(site, NOW, url=database_url) as opened:
        assert isinstance(await add_tool(opened, name="saw"), Done)
    change(
        site,
        "config/entities.yaml",
        "    name:",
        "    weight: {type: decimal, label: {zh: 重量, en: Weight}}\n    name:",
    )
    async with open_house(site, NOW, url=database_url) as opened:
        made = await acts.create(opened.house, engine(), "tool", {"code": "T-2", "weight": "1.5"})
        assert isinstance(made, Done)
        assert made.record["weight"] == "1.5000"
        async with opened.house.database.work(write=False) as work:
            assert len(await opened.house.force.store.find(work, "tool", {})) == 2


async def test_a_change_that_would_lose_values_waits_and_says_how_many(site, database_url):
    async with open_house(site, NOW, url=database_url) as opened:
        await add_tool(opened, name="saw")
        before = opened.house.blueprint.revision
    change(site, "config/entities.yaml", "    name:  {type: text, label: {zh: 名称, en: Name}}\n", "")
    async with open_house(site, NOW, url=database_url) as opened:
        assert opened.house.blueprint.revision == before
        assert [each.code for each in opened.notes if each.severity == "warning"] == ["files_wait"]
        (lost,) = [each for each in opened.waiting.tables if each.risk != "safe"]
        assert (lost.name, lost.risk, lost.rows) == ("drop_column e_tool.name", "destructive", 1)
        assert lost.samples[0].endswith(": saw")


@pytest.mark.requirement("B-29")
async def test_a_step_that_vanishes_while_documents_wait_at_it_waits_for_somebody_to_apply_it(site, database_url):
    async with open_house(site, NOW, url=database_url) as opened:
        keeper = await person(opened, "keeper")
        loan = await acts.create(opened.house, Call(keeper, NOW, "en", "office"), "loan", {"what": "saw"})
        assert isinstance(loan, Done)
        assert loan.waits == ("approve",)
    change(site, "workflows.yaml", "    approve: {label: {zh: 批准, en: Approve}, by: [keeper]}\n", "")
    async with open_house(site, NOW, url=database_url) as opened:
        (move,) = [each for each in opened.waiting.moves if each.is_touched]
        assert (move.at, move.to, move.count, move.is_landing) == (("approve",), ("back",), 1, True)
        assert opened.house.blueprint.workflows["loan"].step("approve") is not None
        found = await acts.read(opened.house, Call(keeper, NOW, "en", "office"), "loan", loan.id)
        assert found.waits == ("approve",)


@pytest.mark.requirement("B-29")
async def test_a_change_that_touches_no_document_is_applied_at_start(site, database_url):
    async with open_house(site, NOW, url=database_url) as opened:
        before = opened.house.blueprint.revision
    change(site, "workflows.yaml", "zh: 批准, en: Approve", "zh: 同意, en: Agree")
    async with open_house(site, NOW + timedelta(minutes=1), url=database_url) as opened:
        assert opened.waiting is None
        assert opened.house.blueprint.revision != before
        assert [(each.parent, each.author) for each in await history(opened.house)] == [(before, "0"), (None, "files")]


async def test_a_bad_file_never_takes_the_place_of_what_runs(site, database_url):
    async with open_house(site, NOW, url=database_url) as opened:
        before = opened.house.blueprint.revision
    change(site, "workflows.yaml", "asks: [what]", "asks: [whatt]")
    async with open_house(site, NOW, url=database_url) as opened:
        assert opened.house.blueprint.revision == before
        assert "files_broken" in {each.code for each in opened.notes}
        assert any("whatt" in each.message.en for each in opened.notes)
    change(site, "workflows.yaml", "asks: [whatt]", "asks: [what]")
    async with open_house(site, NOW, url=database_url) as opened:
        assert opened.house.blueprint.revision == before
        assert len(await history(opened.house)) == 1


async def test_bad_files_are_refused_where_there_is_no_revision_yet(site, database_url):
    change(site, "workflows.yaml", "asks: [what]", "asks: [whatt]")
    with pytest.raises(SiteError) as refused:
        async with open_house(site, NOW, url=database_url):
            pass
    assert any("whatt" in each.message.en for each in refused.value.problems)


@pytest.mark.requirement("A-13")
async def test_a_code_keeps_to_the_companys_own_rule(site, database_url):
    async with open_house(site, NOW, url=database_url) as opened:
        refused = await acts.create(opened.house, engine(), "tool", {"code": "saw"})
        assert isinstance(refused, Refused)
        assert [(each.code, each.where) for each in refused.reasons] == [("pattern", "/code")]


async def test_first_rows_are_added_once_and_never_overwrite(tmp_path, database_url):
    folder = tmp_path / "copy"
    shutil.copytree(ROOT / "config", folder / "config")
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copyfile(ROOT / name, folder / name)
    async with open_house(folder, NOW, url=database_url) as opened:
        async with opened.house.database.work(write=False) as work:
            (unit, *_rest) = await opened.house.force.store.find(work, "unit", {})
            count = await opened.house.force.store.count(work, "unit", {})
        done = await acts.update(opened.house, engine(), "unit", unit["id"], {"name": "changed"}, version=None)
        assert isinstance(done, Done)
    async with open_house(folder, NOW, url=database_url) as opened, opened.house.database.work(write=False) as work:
        assert await opened.house.force.store.count(work, "unit", {}) == count
        again = await opened.house.force.store.get_many(work, "unit", [unit["id"]])
        assert again[unit["id"]]["name"] == "changed"


async def test_two_sites_live_in_one_process(site, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(site, other)
    change(other, "config/entities.yaml", "工具", "器具")
    async with (
        open_house(site, NOW, url=str(tmp_path / "one.sqlite3")) as one,
        open_house(other, NOW, url=str(tmp_path / "two.sqlite3")) as two,
    ):
        assert one.house.blueprint.entities["tool"].label.zh == "工具"
        assert two.house.blueprint.entities["tool"].label.zh == "器具"
        await add_tool(one, name="saw")
        async with two.house.database.work(write=False) as work:
            assert await two.house.force.store.count(work, "tool", {}) == 0


async def person(opened, role):
    made = await acts.create(opened.house, engine(), "account", {"name": role, "roles": [role]})
    assert isinstance(made, Done), made
    account = await opened.accounts.find(role)
    return account.actor(opened.house.blueprint.roles)
