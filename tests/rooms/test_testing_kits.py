"""What comes with scenarios: the pytest plugin, what a department owes, copies of databases, recordings."""

import asyncio
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from databases import create_database, drop_database

from ordinance.acts import create, lane, step, update
from ordinance.app import open_house
from ordinance.commands import main
from ordinance.scaffold.demo import Filler
from ordinance.storage import Database
from ordinance.testing import WAYS, Theatre, read_scenarios
from ordinance.testing.conformance import check_department, play_department
from ordinance.testing.copying import copied
from ordinance.testing.recording import find_document, record, scenario_text

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
HELLO = ROOT / "core/docs/guide/hello"
CARDS = "scenarios/gifts/config/scenarios/cards.yaml"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


# The pytest plugin


def pytest_in(folder, *arguments):
    """Run pytest in a folder, with the plugin as its entry point loads it."""
    named = ROOT / "core/ordinance/testing/plugin.py"
    assert '[project.entry-points.pytest11]\nordinance = "ordinance.testing.plugin"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert named.is_file()
    command = [sys.executable, "-m", "pytest", "-p", "no:ordinance", "-p", "ordinance.testing.plugin", "-p", "no:cacheprovider", "-q", *arguments]
    ran = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "core")}, text=True, capture_output=True, check=False
    )
    return ran.returncode, ran.stdout


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plugin") / "company"
    assert main(["init", str(folder)]) == 0
    for name in ("accounts", "orders", "returns"):
        (folder / f"config/scenarios/{name}.yaml").unlink()
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return folder


def test_the_plugin_plays_each_scenario_both_ways(company):
    code, out = pytest_in(company, "-vv")
    assert (code, "6 passed" in out) == (0, True), out
    assert "config/scenarios/products.yaml::商品上架后才显示为在售[acts] PASSED" in out
    assert "config/scenarios/products.yaml::商品上架后才显示为在售[http] PASSED" in out


def test_the_plugin_shows_the_line_and_the_difference(company, tmp_path):
    folder = tmp_path / "company"
    shutil.copytree(company, folder)
    file = folder / "config/scenarios/products.yaml"
    file.write_text(file.read_text("utf-8").replace("sale_state: on_sale", "sale_state: off_sale"), "utf-8")
    code, out = pytest_in(folder, "-k", "上架")
    assert code == 1
    assert "config/scenarios/products.yaml:4:5: 商品上架后才显示为在售 [acts]\n    sale_state：应为 off_sale，实为 on_sale" in out
    (folder / "config/scenarios/products.yaml").write_text("schema: 1\ns:\n  - {a: b}\n", "utf-8")
    code, out = pytest_in(folder)
    assert (code, "[unknown_key]" in out) == (2, True)


def test_the_plugin_leaves_other_sites_in_the_folder_alone(company, tmp_path):
    folder = tmp_path / "company"
    shutil.copytree(company, folder)
    shutil.copytree(company, folder / "tests/sites/one")
    (folder / "tests/sites/one/pytest.ini").unlink()
    assert pytest_in(folder, "tests")[0] == 5  # nothing is collected
    assert "6 passed" in pytest_in(folder, "tests", "--ordinance-site", "tests/sites/one")[1]


# What a department owes


@pytest.fixture
def hello(tmp_path):
    folder = tmp_path / "site/plugins/hello"
    shutil.copytree(HELLO, folder)
    return folder


def test_a_department_that_owes_nothing_conforms(hello):
    assert [str(each) for each in check_department(hello)] == []


@pytest.mark.parametrize(
    ("break_it", "rule", "words"),
    [
        (lambda at: (at / "README.md").unlink(), "readme", "there is no README.md"),
        (lambda at: shutil.rmtree(at / "scenarios"), "scenarios", "it has no scenarios"),
        (lambda at: change(at, "[hello.write_card]", "[base.archive]", CARDS), "scenarios", "tries the action hello.write_card"),
        (lambda at: change(at, "label: {zh: 写问候卡, en: Write the card}", "label: {zh: 写问候卡}"), "labels", "actions.hello.write_card has no en label"),
        (lambda at: change(at, "{zh: 亲切, en: Warm}", "{en: Warm}"), "labels", "card_tone.options.warm has no zh label"),
        (lambda at: change(at, "    undo: tear_card\n", ""), "undo", "hello.write_card does not say how it is undone"),
        (lambda at: change(at, "requires: [sales]", "requires: [sails]"), "alone", "sails"),
        (lambda at: change(at, '"tear_card": tear_card', '"tear_card": tear_card, "more": tear_card', "hooks.py"), "alone", "more"),
    ],
)
def test_what_a_department_owes_is_told(hello, break_it, rule, words):
    break_it(hello)
    found = [each for each in check_department(hello) if each.rule == rule]
    assert any(words in each.words.en for each in found), [str(each) for each in check_department(hello)]


def change(folder, old, new, file="plugin.yaml"):
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")


def test_a_department_plays_its_stories_in_its_own_company(hello):
    change(hello, "card: 尊敬的周敏", "card: 亲爱的周敏", CARDS)
    (one, other) = play_department(hello)
    assert (one.place.file, one.place.line, one.scenario) == ("config/scenarios/cards.yaml", 21, "等待写卡时关闭_卡只写一次")
    assert [one.way, other.way] == list(WAYS)
    assert "card: expected 亲爱的周敏" in str(one)


def test_the_stories_of_a_department_s_company_are_not_the_site_s(hello):
    assert read_scenarios(hello.parent.parent) == ((), ())
    assert read_scenarios(hello.parent.parent, [hello.parent]) == ((), ())


# Copies of databases


async def test_a_copy_of_a_database_in_use_is_whole_and_apart(database_url, tmp_path):
    async with Database(database_url) as real:
        async with real.work() as work:
            await work.execute("CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT UNIQUE)")
            await work.execute("INSERT INTO things (id, name) VALUES (?, ?)", 1, "one")
        async with copied(database_url, tmp_path) as url, Database(url) as copy:
            assert await copy.fetch("SELECT id, name FROM things") == [{"id": 1, "name": "one"}]
            async with copy.work() as work:
                await work.execute("INSERT INTO things (id, name) VALUES (?, ?)", 2, "two")
                await work.execute("DELETE FROM things WHERE id = ?", 1)
            assert await real.fetch("SELECT id FROM things") == [{"id": 1}]
        assert [each.name for each in tmp_path.glob("*.sqlite3*")] == []


async def test_nothing_is_left_of_a_copy_whatever_happens(postgresql_server, tmp_path):
    url = await asyncio.to_thread(create_database, postgresql_server)

    async def spoil():
        async with copied(url, tmp_path):
            raise RuntimeError("in between")

    with pytest.raises(RuntimeError):
        await spoil()
    async with Database(postgresql_server, size=1) as database:
        assert await database.fetch("SELECT 1 AS n FROM pg_namespace WHERE nspname LIKE ?", "ordinance_trial_%") == []
    await asyncio.to_thread(drop_database, postgresql_server, url)


# Recordings


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The sample company with a few orders, and where its database is."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"

    async def fill():
        import ordinance.scaffold.demo as sample

        before, sample.ORDERS = sample.ORDERS, 24
        try:
            async with open_house(ROOT, NOW, url=str(path)) as opened:
                await Filler(opened, NOW, "zh", lambda *_: None).fill()
        finally:
            sample.ORDERS = before

    asyncio.run(fill())
    return str(path)


@pytest.fixture(scope="module")
def theatre(tmp_path_factory):
    return asyncio.run(Theatre.of(ROOT, tmp_path_factory.mktemp("recorded")))


def played(theatre, folder, text):
    file = folder / "recorded.yaml"
    file.write_text(text, "utf-8")
    stories, problems = read_scenarios(ROOT, [file])
    assert problems == ()
    return stories, [str(each) for story in stories for way in WAYS for each in asyncio.run(theatre.run(story, way))]


def recordings(demo, *, mask):
    async def read():
        async with open_house(ROOT, NOW, url=demo) as opened:
            rows = await opened.house.database.fetch("SELECT id FROM e_sales_order ORDER BY id")
            return [await record(opened.house, opened.accounts, "sales_order", row["id"], mask=mask) for row in rows]

    return asyncio.run(read())


def test_every_order_of_the_sample_company_becomes_a_scenario_that_passes(demo, theatre, tmp_path):
    made = recordings(demo, mask=False)
    stories, failed = played(theatre, tmp_path, scenario_text([(each.name, each.acts) for each in made[::3]]))
    assert failed == []
    assert len(stories) == len(made[::3])
    assert any("send_back" in act or "lane" in act for each in made for act in each.acts)


def test_a_masked_recording_passes_and_tells_nobody_s_name(demo, theatre, tmp_path):
    (plain, *_), (made, *_) = recordings(demo, mask=False), recordings(demo, mask=True)
    text = scenario_text([(made.name, made.acts)])
    _, failed = played(theatre, tmp_path, text)
    assert failed == []
    names = {row[name] for act in plain.acts for rows in (act.get("given") or {}).values() for row in rows for name in ("name", "contact", "phone", "address", "code") if row.get(name) and name in row}
    assert len(names) > 8
    assert [each for each in names if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text)] == []


async def test_a_story_of_many_kinds_of_acts_is_told_again(theatre, tmp_path, database_url):
    """Sent back and corrected, changed on the way, told under switches that are not the present ones."""
    async with open_house(ROOT, NOW, url=database_url, toggles={"sales_order.finance_review": False}) as opened:
        house, accounts = opened.house, opened.accounts

        async def person(name, *roles, **more):
            await _done(create(house, _call(), "account", {"name": name, "roles": list(roles), **more}))
            return (await accounts.find(name)).actor(house.blueprint.roles)

        product = await _done(create(house, _call(), "product", {"code": "P-1", "name": "绿茶", "price": "10.00"}))
        customer = await _done(create(house, _call(), "customer", {"code": "C-1", "name": "东港", "address": "一号路", "region": "华南"}))
        manager = await person("meng", "business_manager", "order_reviewer")
        buyer = await person("ding", "customer", of={"entity": "customer", "id": str(customer.id)})
        lines = [{"product": str(product.id), "quantity": "3"}]
        order = await _done(create(house, _call(buyer), "sales_order", {"lines": lines}))
        await _done(update(house, _call(manager), "customer", customer.id, {"address": "二号路", "region": "华东"}, version=None))
        # The buyer cannot type a price: for the story to come out as it was, the product must be given with the old one.
        async with house.database.work() as work:
            await house.force.store.update(work, "product", product.id, {"price": Decimal("12.00")}, NOW, "")
        late = NOW + timedelta(hours=3)
        await _done(step(house, _call(manager, late), "sales_order", order.id, "order_review", decision="send_back", reason="数量？"))
        more = [{"product": str(product.id), "quantity": "5"}]
        await _done(step(house, _call(buyer, late), "sales_order", order.id, "submit", values={"lines": more, "note": "改了"}))
        await _done(step(house, _call(manager, late), "sales_order", order.id, "order_review"))
        await _done(lane(house, _call(manager, late), "sales_order", order.id, "cancel", values={"cancel_reason": "客户取消"}))
        number = order.record["number"]
        assert await find_document(house, "sales_order", number) == order.id
        house.force = theatre.force(house.database, {})
        made = await record(house, accounts, "sales_order", order.id)
    told = [next(each for each in ("now", "toggle", "given", "create", "step", "send_back", "lane", "update") if each in act) for act in made.acts]
    assert told == ["now", "toggle", "given", "given", "given", "create", "now", "send_back", "step", "step", "lane"]
    assert {"toggle": {"sales_order.finance_review": "false"}} in made.acts
    assert next(act["with"]["lines"] for act in made.acts if "create" in act) == [{"product": "P-1", "quantity": "3"}]
    _, failed = await asyncio.to_thread(played, theatre, tmp_path, scenario_text([(made.name, made.acts)], notes=made.notes))
    assert failed == []


def _call(actor=None, now=NOW):
    from ordinance.access import ENGINE
    from ordinance.acts import Call

    actor = actor or ENGINE
    return Call(actor, now, channel="system" if actor is ENGINE else "portal" if actor.portal else "office")


async def _done(coming):
    outcome = await coming
    assert hasattr(outcome, "record"), outcome
    return outcome


def test_the_command_writes_a_file_that_names_its_schema(demo, tmp_path, capsys):
    with sqlite3.connect(demo) as books:
        (number,) = books.execute("SELECT number FROM e_sales_order WHERE phase = 'complete' LIMIT 1").fetchone()
    out = tmp_path / "told.yaml"
    assert main(["record", "sales_order", number, "--site", str(ROOT), "--database", demo, "--out", str(out)]) == 0
    first, second, *_ = out.read_text("utf-8").splitlines()
    assert re.fullmatch(r"# yaml-language-server: \$schema=\S+/config/schemas/scenarios\.json", first)
    assert second == "schema: 1"
    assert main(["record", "sales_order", "DH-0", "--site", str(ROOT), "--database", demo]) == 2
    assert main(["record", "sales_ordr", "DH-0", "--site", str(ROOT), "--database", demo]) == 2
    assert "did you mean “sales_order”" in capsys.readouterr().err


@pytest.mark.parametrize(
    "value",
    ["plain", "两 字", "2026-11-24", "a: b", "#no", "no", "TRUE", "1.10", "- x", "a, b", "[x]", "{x", "“引”", "it's", 'say "x"', "x\ny", "", "*", "&a", "%x", "@x", "a #b", "?", "null"],
)
def test_what_a_recording_writes_is_read_as_it_was(tmp_path, value):
    file = tmp_path / "one.yaml"
    long = "长" * 130
    file.write_text(scenario_text([(value or "x", [{"as": value, "with": {"a": [value, {"b": long}]}}])]), "utf-8")
    from ordinance.yamlfile import read

    tree = read(file, "one.yaml")
    assert tree.problems == ()
    assert tree.data[value or "x"] == [{"as": value, "with": {"a": [value, {"b": long}]}}]
