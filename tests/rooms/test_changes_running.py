"""A change while it is being applied: how far it has come, one at a time, and nothing lost whoever or whatever leaves."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rooms.acts_kit import NOW, no
from rooms.changes_kit import Shop, shop, site_at

from ordinance import changes
from ordinance.app import open_house
from ordinance.changes import Applied, Change

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parents[1]


@pytest.fixture
def site(tmp_path):
    folder = site_at(tmp_path)
    hooks = folder / "plugins/counting/hooks.py"
    text = hooks.read_text("utf-8").replace(
        "    async def act(context):\n", "    async def act(context):\n        if action == 'open_receivable':\n            await asyncio.sleep(0.05)\n"
    )  # fmt: skip
    hooks.write_text(text.replace("from decimal import Decimal\n", "import asyncio\nfrom decimal import Decimal\n", 1), "utf-8")
    return folder


@pytest.fixture
async def company(site, database_url):
    async with shop(site, database_url) as opened:
        yield opened


async def drafted(company, change):
    return ok_draft(await changes.sketch(company.house, company.boss, change))


def ok_draft(made):
    assert isinstance(made, changes.Proposal), made
    return made


async def test_how_far_it_has_come_is_told_while_it_goes_on_and_only_one_goes_on_at_a_time(company):
    orders = [await company.order("finance_review") for _ in range(12)]
    draft = await drafted(company, company.switched("finance_review", reason="too slow"))
    other = await drafted(company, company.switched("ship"))
    seen: list[tuple[str, int, int]] = []
    task = asyncio.create_task(changes.carry_out(company.house, company.boss, draft.id))
    while not task.done():
        run = company.house.applying
        if run is not None and (run.part, run.done, run.total) not in seen:
            seen.append((run.part, run.done, run.total))
            if run.done == 2:
                found = await changes.proposal(company.house, draft.id)
                assert (found.state, changes.how_far(company.house, found).total) == ("applying", 12)
                no(await changes.carry_out(company.house, company.boss, other.id), "applying_already")
                no(await changes.amend(company.house, company.boss, draft.id, Change(company.files)), "proposal_closed")
        await asyncio.sleep(0.01)
    outcome = task.result()
    assert isinstance(outcome, Applied), outcome
    moved = [done for part, done, total in seen if part == "moving" and total == 12]
    assert moved == sorted(moved)
    assert len(moved) >= 8
    assert company.house.applying is None
    found = await changes.proposal(company.house, draft.id)
    assert (found.state, found.revision, found.outcome) == ("applied", outcome.revision, "")
    assert [await company.waits(each) for each in orders] == [["outbound_review"]] * 12
    assert ok_draft(await changes.proposal(company.house, other.id)).state == "draft"


async def test_one_that_cannot_be_applied_is_what_it_was_and_says_why(company):
    await company.order("ship")
    field = "schema: 1\nsales_order:\n  fields:\n    slogan: {type: text, label: {zh: 口号, en: Slogan}}\n"
    broken = Change({**company.files, "config/entities.yaml": field.replace("text,", "texts,")})
    draft = await drafted(company, broken)
    no(await changes.carry_out(company.house, company.boss, draft.id), "plan_broken")
    found = await changes.proposal(company.house, draft.id)
    assert found.state == "draft"
    assert "nothing was changed" in found.outcome
    assert len(await changes.history(company.house)) == 1


async def test_one_that_is_cut_short_is_given_back_and_nothing_was_changed(company):
    orders = [await company.order("finance_review") for _ in range(8)]
    base = company.house.blueprint.revision
    draft = await drafted(company, company.switched("finance_review"))
    task = asyncio.create_task(changes.carry_out(company.house, company.boss, draft.id))
    while company.house.applying is None or company.house.applying.done < 2:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    found = await changes.proposal(company.house, draft.id)
    assert (found.state, company.house.applying, company.house.blueprint.revision) == ("draft", None, base)
    assert "nothing was changed" in found.outcome
    assert [await company.waits(each) for each in orders] == [["finance_review"]] * 8
    assert isinstance(await changes.carry_out(company.house, company.boss, draft.id), Applied)


async def test_whoever_is_killed_leaves_a_proposal_that_the_next_look_gives_back(site, database_url):
    """Another process is killed in the midst of it; until no sign of life has come for long nobody takes it back."""
    async with shop(site, database_url) as company:
        orders = [await company.order("finance_review") for _ in range(30)]
        draft = await drafted(company, company.switched("finance_review"))
    process = subprocess.Popen(
        [sys.executable, "-c", CARRIER, str(site), database_url, str(draft.id)], stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(HERE.parent / "core")},
    )  # fmt: skip
    assert process.stdout.readline().strip() == b"moving"
    async with open_house(site, NOW, url=database_url, look=False) as second:
        watching = Shop(second)
        found = await changes.proposal(watching.house, draft.id)
        assert (found.state, changes.how_far(watching.house, found).id) == ("applying", draft.id)
        await changes.take_back_lost(watching.house)
        assert (await changes.proposal(watching.house, draft.id)).state == "applying"
        process.send_signal(signal.SIGKILL)
        process.communicate()
        async with watching.house.database.work() as work:
            await work.execute("UPDATE proposal SET beat_at = beat_at - 60 WHERE state = 'applying'")
        await changes.apply_due(watching.house, watching.now)
        found = await changes.proposal(watching.house, draft.id)
        assert (found.state, found.revision) == ("draft", None)
        assert "nothing was changed" in found.outcome
        assert all([await watching.waits(each) == ["finance_review"] for each in orders])
        assert isinstance(await changes.carry_out(watching.house, watching.boss, draft.id), Applied)


CARRIER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from ordinance import changes
from ordinance.access import ENGINE
from ordinance.acts import Call
from ordinance.app import open_house

async def main():
    now = datetime.now(UTC)
    async with open_house(Path(sys.argv[1]), now, url=sys.argv[2], look=False) as opened:
        task = asyncio.create_task(changes.carry_out(opened.house, Call(ENGINE, now, "en", "system"), int(sys.argv[3])))
        while opened.house.applying is None or opened.house.applying.done < 3:
            await asyncio.sleep(0.01)
        print("moving", flush=True)
        print(await task)

asyncio.run(main())
"""


async def test_a_sign_of_life_says_how_far_it_is_to_other_processes(company, monkeypatch):
    """On PostgreSQL others read beside the transaction; a SQLite file has one writer, who is busy."""
    monkeypatch.setattr("ordinance.changes.running.BEAT_S", 0.05)
    for _ in range(12):
        await company.order("finance_review")
    draft = await drafted(company, company.switched("finance_review"))
    task = asyncio.create_task(changes.carry_out(company.house, company.boss, draft.id))
    seen = set()
    while not task.done():
        found = await changes.proposal(company.house, draft.id)
        seen.add((found.done, found.total))
        await asyncio.sleep(0.02)
    assert isinstance(task.result(), Applied)
    if company.house.database.dialect == "postgresql":
        assert max(done for done, _ in seen) >= 6
        assert {total for _, total in seen} == {0, 12}


async def test_an_approved_change_is_told_of_as_well(company):
    for _ in range(10):
        await company.order("finance_review")
    made = ok_draft(await changes.propose(company.house, company.boss, company.switched("finance_review"), approved=True))
    task = asyncio.create_task(changes.apply_due(company.house, company.now))
    parts = set()
    while not task.done():
        if company.house.applying is not None:
            parts.add((company.house.applying.id, company.house.applying.part))
        await asyncio.sleep(0.005)
    assert task.result() == 1
    assert parts >= {(made.id, "planning"), (made.id, "moving")}
    assert (await changes.proposal(company.house, made.id)).state == "applied"
