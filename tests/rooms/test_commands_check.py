"""The commands `check` and `resolve`, and the command line around them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rooms.shop_kit import Shop

from ordinance.commands import main
from ordinance.commands.registry import COMMANDS
from ordinance.departments import mount_name, unmount

ROOT = Path(__file__).parents[2]
HEAVY = ("litestar", "piccolo", "jinja2", "asyncpg", "jsonschema")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr("ordinance.departments.find.builtin_plugins", lambda: tmp_path / "none")
    shop = Shop(tmp_path)
    yield shop
    unmount(mount_name(shop.folder))


def run(capsys, *words) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_clean_site_gives_0_and_one_line_for_what_other_switches_would_do(shop, capsys):
    code, out, _ = run(capsys, "check", "--site", shop.folder, "--locale", "en")
    assert code == 0
    note, *_, remedy, summary = out.splitlines()
    assert note == "workflows.yaml:2:1: note: “Order”: 3 finding(s) under other switches [other_switches]"
    assert remedy == "   = ordinance verify order tells them"
    assert summary.startswith("8 files, 0 problems, 0 warnings, 1 notes")


def test_a_problem_gives_1_and_is_shown_with_its_line(shop, capsys):
    shop.change("workflows.yaml", "back_to: submit", "back_to: submitt")
    code, out, _ = run(capsys, "check", "--site", shop.folder, "--locale", "en")
    assert code == 1
    assert "workflows.yaml:23:7: this workflow has no step “submitt” [unknown_step]" in out
    assert "23 |       back_to: submitt" in out
    assert "did you mean “submit”?" in out


def test_messages_speak_chinese_too(shop, capsys):
    shop.change("workflows.yaml", "back_to: submit", "back_to: submitt")
    _, out, _ = run(capsys, "check", "--site", shop.folder, "--locale", "zh")
    assert "此流程没有环节“submitt”" in out
    assert "个文件" in out


def test_warnings_and_notes_do_not_fail(shop, capsys):
    shop.change("roles.yaml", "cashier:  {label: {zh: 出纳, en: Cashier}", "cashier:  {label: {zh: 出纳}")
    assert run(capsys, "check", "--site", shop.folder)[0] == 0


def test_json_has_every_part_of_a_problem(shop, capsys):
    shop.change("workflows.yaml", "back_to: submit", "back_to: submitt")
    code, out, _ = run(capsys, "check", "--site", shop.folder, "--json")
    report = json.loads(out)
    assert (code, report["ok"], report["revision"]) == (1, False, None)
    assert report["problems"][0].keys() >= {"file", "line", "column", "code", "message", "remedy", "severity"}
    assert report["problems"][0]["code"] == "unknown_step"


def test_json_of_a_clean_site_names_its_revision(shop, capsys):
    report = json.loads(run(capsys, "check", "--site", shop.folder, "--json")[1])
    assert (report["ok"], len(report["revision"])) == (True, 64)


def test_github_gets_annotations(shop, capsys):
    shop.change("workflows.yaml", "back_to: submit", "back_to: submitt")
    _, out, _ = run(capsys, "check", "--site", shop.folder, "--format", "github")
    assert out.startswith("::error file=workflows.yaml,line=23,col=7,title=unknown_step::")


def test_the_code_of_departments_is_looked_at(shop, capsys):
    hooks = "plugins/money/hooks.py"
    shop.change(hooks, '"receive": receive, ', "")
    code, out, _ = run(capsys, "check", "--site", shop.folder, "--locale", "en")
    assert code == 1
    assert "[action_without_code]" in out


def test_a_folder_that_is_no_site_is_wrong_usage(tmp_path, capsys):
    code, out, err = run(capsys, "check", "--site", tmp_path)
    assert (code, out) == (2, "")
    assert "not a site" in err


@pytest.mark.parametrize("words", [[], ["chek"], ["check", "--colour"], ["resolve"]])
def test_wrong_words_give_2(words, capsys):
    assert run(capsys, *words)[0] == 2


def test_help_gives_0_and_names_every_command(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name, capsys):
    code, out, _ = run(capsys, name, "--help")
    assert (code, out.startswith(f"usage: ordinance {name}")) == (0, True)


def test_resolve_shows_the_value_and_who_wrote_it(shop, capsys):
    code, out, _ = run(capsys, "resolve", "workflows.order.steps.review.due", "--site", shop.folder)
    assert code == 0
    assert out.splitlines() == [
        "workflows.order.steps.review.due: 2wd",
        "  company      workflows.yaml:24:12  due: 2wd",
    ]


def test_resolve_shows_every_writer_lowest_first(shop, capsys):
    shop.write("plugins/money/roles.yaml", "schema: 1\nroles: {cashier: {second_factor: false}}\n")
    shop.change("roles.yaml", "fields: {order: {lines.price: masked}}", "second_factor: true")
    _, out, _ = run(capsys, "resolve", "roles.cashier.second_factor", "--site", shop.folder, "--json")
    report = json.loads(out)
    assert report["value"] == "true"
    assert [(each["layer"], each["file"]) for each in report["writers"]] == [
        ("money", "plugins/money/roles.yaml"),
        ("company", "roles.yaml"),
    ]


def test_resolve_finds_keys_with_points_in_them(shop, capsys):
    path = "workflows.order.steps.submit.asks.lines.product"
    assert run(capsys, "resolve", path, "--site", shop.folder)[0] == 0


def test_resolve_of_nothing_suggests_the_next_name(shop, capsys):
    code, _, err = run(capsys, "resolve", "workflows.order.steps.reveiw", "--site", shop.folder, "--locale", "en")
    assert code == 2
    assert "did you mean “review”?" in err


def test_checking_loads_no_web_and_no_database():
    script = (
        "import sys; sys.path.insert(0, 'core'); from ordinance.commands import main; main(['check', '--site', '.']); "
    )
    script += f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"


def test_importing_ordinance_costs_nothing():
    script = "import sys; sys.path.insert(0, 'core'); import ordinance; "
    script += "print([name for name in sys.modules if name.startswith('ordinance')])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['ordinance']"


def test_the_trace_tells_the_time_of_each_part(shop, capsys, monkeypatch):
    monkeypatch.setenv("ORDINANCE_TRACE", "1")
    err = run(capsys, "check", "--site", shop.folder)[2]
    assert [line.split("ms")[1].strip() for line in err.splitlines()] == [
        "imports",
        "files",
        "layers",
        "entities",
        "workflows",
        "cross-checks",
        "code of departments",
    ]
