"""Scenarios for people who do not program: both ways in, what a failure says, toggles they were not written for."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from ordinance.commands import main
from ordinance.testing import HTTP, Theatre, doors, read_scenarios, scenarios, toggling
from ordinance.testing.asking import Answer
from ordinance.testing.running import plays_of, run

ROOT = Path(__file__).parents[2]
SITE = """schema: 1
a_ticket:
  label: {zh: 工单, en: Ticket}
  steps:
    file:  {label: {zh: 登记, en: File}, enabled: always, asks: [title]}
    judge: {label: {zh: 审核, en: Judge}, back_to: file}
    mend:  {label: {zh: 处理, en: Mend}, asks: [result]}
  lanes:
    drop: {label: {zh: 撤销, en: Drop}, before: mend, ends: dropped}
  ends: {dropped: {zh: 已撤销, en: Dropped}}
"""
ENTITIES = """schema: 1
a_ticket:
  label: {zh: 工单, en: Ticket}
  fields:
    title:  {type: text, label: {zh: 标题, en: Title}, example: 灯不亮}
    result: {type: text, label: {zh: 结果, en: Result}, example: 已更换}
"""
ROLES = """schema: 1
roles:
  clerk: {label: {zh: 文员, en: Clerk}, may: {a_ticket: [read, create, file, mend, drop]}}
  judge_: {label: {zh: 审核员, en: Judge}, may: {a_ticket: [read, judge]}}
"""
GOOD = """schema: 1
办结:
  - {as: clerk, create: a_ticket, with: {title: 灯不亮}, expect: {waits_at: [judge]}}
  - {as: judge_, step: judge, expect: {waits_at: [mend]}}
  - {as: clerk, step: mend, with: {result: 已换灯}, expect: {done: true, fields: {result: 已换灯}}}
退回:
  - {given: a_ticket, at: judge}
  - {as: judge_, send_back: judge, reason: 写清楚, expect: {waits_at: [file]}}
  - {as: clerk, lane: drop, expect: {ended: dropped}}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small company of one kind of document, and a theatre for it."""
    site = tmp_path_factory.mktemp("tickets") / "site"
    off = "procurement inventory logistics finance service production customs marketing hr it sales"
    files = {
        "config/company.yaml": "schema: 1\nid: tickets\ndepartments: {"
        + ", ".join(f"{name}: {{enabled: false}}" for name in off.split())
        + "}\n",
        "config/entities.yaml": ENTITIES,
        "workflows.yaml": SITE,
        "roles.yaml": ROLES,
        "config/scenarios/tickets.yaml": GOOD,
    }
    for name, text in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, "utf-8")
    return site


@pytest.fixture(scope="module")
def theatre(made, tmp_path_factory):
    return asyncio.run(Theatre.of(made, tmp_path_factory.mktemp("stage")))


def told(theatre, folder, text, **more):
    """Return what fails of a file of scenarios."""
    file = folder / "said.yaml"
    file.write_text(text, "utf-8")
    stories, problems = read_scenarios(folder, [file])
    assert problems == ()
    return [each for story in stories for each in asyncio.run(theatre.run(story, **more))]


@pytest.mark.parametrize(
    ("act", "line", "words", "remedy"),
    [
        ("{as: clerk, step: jugde}", 4, "there is no step jugde", "did you mean “judge”"),
        ("{as: judge_, step: judge, expect: {waits_at: [mand]}}", 4, "waits_at: expected mand, got mend", "“mend”"),
        ("{as: judge_, step: judge, expect: {refused: missing}}", 4, "refused: expected missing, got none", None),
        ("{as: clerk, step: judge}", 4, "refused: not_allowed", None),
        ("{as: clark, step: mend}", 4, "nobody is called clark, and there is no such role", "“clerk”"),
        ("{as: clerk, read: a_ticket, for: B}", 4, "there is no a_ticket B", "accepted: A"),
        ("{as: clerk, lane: dorp}", 4, "there is no step dorp", "“drop”"),
        ("{as: clerk, create: a_tiket}", 4, "there is no entity a_tiket", "“a_ticket”"),
        ("{given: a_ticket, at: mand}", 4, "a_ticket has no step mand", "“mend”"),
        ("{as: judge_, step: judge, expect: {did: [base.archive]}}", 4, "did: expected base.archive, got none", None),
        ("{as: judge_, step: judge, expect: {ended: droped}}", 4, "ended: expected droped, got none", "“dropped”"),
        ("{toggle: {a_ticket.judg: false}}", 4, "the switch is a problem: ['unknown_toggle']", "“a_ticket.judge”"),
        ("{as: clerk, step: mend, expect: {refused: not_here, fields: [result]}}", 4, "fields: expected result", None),
    ],
)
def test_a_failure_says_where_what_and_what_may_be_meant(theatre, tmp_path, act, line, words, remedy):
    text = f"schema: 1\ns:\n  - {{as: clerk, create: a_ticket, call: A}}\n  - {act}\n"
    (failure,) = told(theatre, tmp_path, text)
    (difference,) = failure.differences
    assert (failure.place.file, failure.place.line) == ("said.yaml", line)
    assert words in difference.words.en
    assert difference.words.zh and difference.words.zh != difference.words.en
    assert (remedy is None) is (difference.remedy is None)
    assert remedy is None or remedy in difference.remedy.en


def test_a_scenario_that_expects_a_refusal_may_name_any_step(theatre, tmp_path):
    text = "schema: 1\ns:\n  - {given: a_ticket, at: judge}\n  - {as: judge_, step: nowhere, expect: {refused: no_such_step}}\n"
    for way in scenarios.WAYS:
        assert [str(each) for each in told(theatre, tmp_path, text, way=way)] == []


async def test_http_asks_with_a_session_and_with_a_key_where_the_api_is_meant(theatre, tmp_path, monkeypatch):
    asked = []

    async def ask(app, method, address, *, body=None, headers=None):
        asked.append((method, address, set(headers)))
        return await real(app, method, address, body=body, headers=headers)

    real = doors.ask
    monkeypatch.setattr(doors, "ask", ask)
    text = "schema: 1\ns:\n  - {as: clerk, create: a_ticket}\n  - {as: judge_, step: judge, via: api}\n"
    (story,) = _stories(tmp_path, text)
    assert await theatre.run(story, HTTP) == ()
    (_, first, by_session), (_, second, by_key) = asked
    assert (first, second.rpartition("/")[2]) == ("/api/a_ticket", "judge")
    assert "cookie" in by_session and "authorization" not in by_session
    assert "authorization" in by_key and "cookie" not in by_key


async def test_a_fault_over_http_is_a_failure_and_not_a_refusal(theatre, tmp_path, monkeypatch):
    async def broken(*_, **__):
        return Answer(500, {}, b"{}")

    monkeypatch.setattr(doors, "ask", broken)
    (story,) = _stories(tmp_path, "schema: 1\ns:\n  - {as: clerk, create: a_ticket, expect: {refused: internal}}\n")
    (failure,) = await theatre.run(story, HTTP)
    assert "a fault of the program: FaultError: POST /api/a_ticket: 500" in str(failure)


pytestmark = pytest.mark.anyio


def _stories(folder, text):
    file = folder / "said.yaml"
    file.write_text(text, "utf-8")
    return read_scenarios(folder, [file])[0]


# Toggles


async def test_toggles_that_no_layer_locked_are_tried_few_changes_first(made, tmp_path):
    theatre = await Theatre.of(made, tmp_path)
    done, back = read_scenarios(made)[0]
    found = theatre.variety(done, 64)
    assert [dict(each) for each in found.chosen] == [
        {"a_ticket.judge": "false"},
        {"a_ticket.mend": "false"},
        {"a_ticket.judge": "false", "a_ticket.mend": "false"},
    ]
    assert found.left_out == 0
    assert theatre.variety(back, 1).left_out == 2


async def test_a_scenario_s_own_toggles_are_left_alone(made, tmp_path):
    theatre = await Theatre.of(made, tmp_path)
    (story,) = _stories(tmp_path, "schema: 1\ns:\n  - {toggle: {a_ticket.judge: false}}\n  - {as: clerk, create: a_ticket}\n")
    assert [dict(each) for each in theatre.variety(story, 64).chosen] == [{"a_ticket.mend": "false"}]


async def test_ties_between_toggles_are_kept(made, tmp_path):
    site = tmp_path / "tied"
    shutil.copytree(made, site)
    text = (site / "workflows.yaml").read_text("utf-8")
    (site / "workflows.yaml").write_text(text + "  switches: {t: {if: judge, then: mend}}\n", "utf-8")
    theatre = await Theatre.of(site, tmp_path)
    (story, _) = read_scenarios(site)[0]
    # Not through the theatre: `check` would refuse the others too, after reading each.
    assert [dict(each) for each in toggling.variety(theatre.blueprint, story).chosen] == [
        {"a_ticket.judge": "false"},
        {"a_ticket.judge": "false", "a_ticket.mend": "false"},
    ]


async def test_under_other_toggles_refusals_are_no_failures_and_documents_stand_where_they_may(made, tmp_path):
    theatre = await Theatre.of(made, tmp_path)
    plays, left_out = plays_of(theatre, read_scenarios(made)[0], [HTTP], toggles=64)
    result = await run(theatre, plays)
    assert (result.failures, left_out, result.under_toggles) == ([], 0, 6)
    coverage = result.coverage
    assert coverage["off"] == {"seen": 2, "all": coverage["off"]["all"], "missing": coverage["off"]["missing"]}
    assert not {"a_ticket.judge", "a_ticket.mend"} & {*coverage["off"]["missing"], *coverage["on"]["missing"]}
    assert "a_ticket.drop" not in coverage["lanes"]["missing"]
    assert "a_ticket.judge" not in coverage["sent_back"]["missing"]
    assert coverage["refusals"]["not_here"] > 0


async def test_what_must_hold_under_any_toggles_is_held(made, tmp_path, monkeypatch):
    """A document that waits at a step that is off, an effect done twice: both are breaches."""
    counting = ROOT / "tests/sites/counting"
    theatre = await Theatre.of(counting, tmp_path)
    story = next(each for each in read_scenarios(counting)[0] if theatre.variety(each, 1).chosen)
    toggles = theatre.variety(story, 1).chosen[0]
    assert await theatre.run(story, toggles=toggles) == ()
    play = scenarios.play

    async def then(sql):
        async def spoilt(stage, act):
            played = await play(stage, act)
            async with stage.house.database.work() as work:
                await work.execute(sql)
            return played

        monkeypatch.setattr(scenarios, "play", spoilt)
        found = await theatre.run(story, toggles=toggles)
        monkeypatch.setattr(scenarios, "play", play)
        return " ".join(map(str, found))

    assert "was done 0 times" in await then("DELETE FROM ledger")
    waits = "UPDATE e_sales_order SET state = json_set(state, '$.waits', json('{}')) WHERE phase = 'running'"
    assert "waits nowhere" in await then(waits.format("[]"))
    off = toggles[0][0].partition(".")[2]
    assert f"waits at {off}, which is switched off" in await then(waits.format(f'["{off}"]'))
    assert "waits at elsewhere, which is no step of it" in await then(waits.format('["elsewhere"]'))


async def test_a_refused_act_is_no_fault_under_other_toggles(theatre, tmp_path):
    (story,) = _stories(tmp_path, GOOD.replace("办结", "a").split("退回")[0])
    assert await theatre.run(story, toggles=(("a_ticket.judge", "false"),)) == ()
    assert [str(each) for each in await theatre.run(story, toggles=None)] == []


# PostgreSQL


async def test_scenarios_are_played_on_postgresql_too(made, tmp_path, postgresql_server):
    async with Theatre.open(made, tmp_path, url=postgresql_server) as theatre:
        for story in read_scenarios(made)[0]:
            for way in scenarios.WAYS:
                assert [str(each) for each in await theatre.run(story, way)] == []
        left = await _schemas(postgresql_server)
        assert len(left) == 1  # the one that is copied for each
    assert await _schemas(postgresql_server) == []


async def _schemas(url):
    from ordinance.storage import Database

    async with Database(url, size=1) as database:
        rows = await database.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE ?", "ordinance_trial_%")
    return [row["nspname"] for row in rows]


# The command


def test_the_command_plays_everything_and_tells_the_coverage(made, capsys):
    assert main(["test", "--site", str(made), "--toggles", "--coverage", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["plays"], report["under_toggles"], report["left_out"]) == (True, 16, 12, 0)
    assert report["coverage"]["roles"]["seen"] == 2
    assert main(["test", "--site", str(made), "--acts", "-k", "退*", "--coverage", "--locale", "zh"]) == 0
    out = capsys.readouterr().out
    assert "播放 1 次，失败 0 次" in out
    assert "退回的环节: 1/" in out


def test_the_command_points_at_the_line_that_failed(made, tmp_path, capsys):
    file = tmp_path / "wrong.yaml"
    file.write_text("schema: 1\nwrong:\n  - {as: clerk, create: a_ticket, expect: {waits_at: [mend]}}\n", "utf-8")
    assert main(["test", str(file), "--site", str(made), "--http", "--locale", "en"]) == 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert first == f"{file}:3:5: wrong [http]"
    assert second == "    waits_at: expected mend, got judge"
    assert last.startswith("1 plays, 1 failed")


def test_the_command_knows_wrong_usage(made, tmp_path, capsys):
    assert main(["test", "--site", str(tmp_path)]) == 2
    assert main(["test", "--site", str(made), "-k", "no such scenario"]) == 2
    assert main(["test", "--site", str(made), str(tmp_path / "gone.yaml")]) == 2
    (tmp_path / "bad.yaml").write_text("schema: 1\ns:\n  - {as: clerk, stepp: judge}\n", "utf-8")
    assert main(["test", "--site", str(made), str(tmp_path / "bad.yaml")]) == 1
    assert "[unknown_key]" in capsys.readouterr().err
