"""`ordinance replay`: the log of a sample company against what is proposed, on each kind of database."""

import json
import shutil

import anyio
import pytest
from rooms.acts_kit import NOW
from rooms.web_kit import SITE

from ordinance.app import open_house
from ordinance.commands import main
from ordinance.scaffold import demo
from ordinance.storage import Database

FINANCE = "    finance_review:  {label"
SHIP = "    ship:            {"
AUDIT = "    audit: {label: {zh: 审计, en: Audit}, by: [business_manager], asks: [note]}\n"


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, folder / name)
    shutil.copytree(SITE / "config", folder / "config")
    return folder


@pytest.fixture
def filled(site, database_url, monkeypatch):
    """The database of the default site with a few orders on their way."""
    monkeypatch.setattr(demo, "ORDERS", 8)

    async def fill():
        async with open_house(site, NOW, url=database_url) as opened:
            await demo.Filler(opened, NOW, "en", lambda *_: None).fill()

    anyio.run(fill)
    return database_url


@pytest.fixture
def run(site, filled, capsys):
    """Replay; return (exit code, output, errors)."""

    def run(*words, locale="en"):
        capsys.readouterr()
        code = main(["replay", *map(str, words), "--site", str(site), "--database", filled, "--locale", locale])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def proposed(folder, old, new):
    """Return a file of the site as it is proposed."""
    text = (SITE / "workflows.yaml").read_text("utf-8")
    assert old in text
    folder.mkdir()
    (folder / "workflows.yaml").write_text(text.replace(old, new), "utf-8")
    return folder / "workflows.yaml"


def orders(out):
    return next(each for each in json.loads(out)["workflows"] if each["workflow"] == "sales_order")


def test_against_its_own_files_every_order_went_as_it_went_and_against_others_it_is_told(run, tmp_path, site, filled):
    code, out, _ = run("--json")
    found = orders(out)
    assert code == 0
    assert found["documents"] == found["same"] == 8
    assert found["broken"] == {} and found["assumed"] == {} and found["otherwise"] == []

    off = proposed(tmp_path / "off", FINANCE, "    finance_review:  {enabled: false, label")
    code, out, _ = run("--against", off, "--json")
    found = orders(out)
    assert (code, found["stopped"], found["added"]) == (0, {}, {})
    assert found["saved"]["finance_review"] > 1 and found["gained_s"] > 3600
    first = found["otherwise"][0]["divergence"]
    assert (first["step"], first["was"], first["now"]) == ("order_review", ["finance_review"], ["outbound_review"])

    audit = proposed(tmp_path / "audit", SHIP, AUDIT + SHIP)
    out = run("--against", audit, "--workflow", "sales_order")[1]
    assert "would have been stopped" in out and "first divergent event" in out and "ship -> audit" in out
    lenient = orders(run("--against", audit, "--json", "--mode", "lenient")[1])
    assert (lenient["stopped"], list(lenient["added"])) == ({}, ["audit"])

    code, out, _ = run("--against", off, locale="zh")
    assert code == 0
    assert "省去的环节" in out and "第一处不同" in out and "finance_review -> outbound_review" in out

    # A whole site is proposed as well as a file of it.
    shutil.copytree(site / "config", tmp_path / "off" / "config")
    shutil.copy(site / "roles.yaml", tmp_path / "off" / "roles.yaml")
    assert orders(run("--against", tmp_path / "off", "--json")[1])["saved"]["finance_review"] > 1

    assert run("--workflow", "nowhere")[::2] == (2, "there is no workflow nowhere\n")
    assert run("--against", tmp_path / "none.yaml")[0] == 2
    broken = proposed(tmp_path / "broken", FINANCE, "    finance_review:  {enabledd: false, label")
    code, _, err = run("--against", broken)
    assert code == 1 and "enabledd" in err

    anyio.run(lose_an_event, filled)
    code, out, _ = run("--workflow", "sales_order")
    assert code == 1 and "log does not give what is stored" in out


async def lose_an_event(url):
    async with Database(url) as database, database.work() as work:
        await work.execute("DELETE FROM event WHERE name = ?", "sales_order.order_review")
