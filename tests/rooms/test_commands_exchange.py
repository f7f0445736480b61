"""`ordinance import` and `ordinance export`: what they print, and how they end."""

import json
import shutil

import pytest
from rooms.web_kit import SITE

from ordinance.commands import main

GOOD = "code,name,price\nP-1,Tea,12.50\nP-2,Rice,8\n"
BAD = "code,name,price,pirce\nP-1,Tea,abc,1\n"


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, folder / name)
    shutil.copytree(SITE / "config", folder / "config")
    return folder


@pytest.fixture
def run(site, tmp_path, capsys, monkeypatch, database_url):
    """Run a command on a copy of the default site; return (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)

    def run(*words, locale="en"):
        code = main([*words, "--site", str(site), "--database", database_url, "--locale", locale])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.mark.requirement("T-05")
def test_an_import_is_told_in_text_and_in_json(run, tmp_path):
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "bad.csv").write_text(BAD)
    code, out, _ = run("import", "product", "good.csv")
    assert (code, out) == (0, "2 rows: 2 created, 0 updated, 0 faults\n")
    code, out, _ = run("import", "product", "bad.csv", "--dry-run")
    assert (code, out.splitlines()) == (
        1,
        [
            "bad.csv:1: pirce: no field answers to the column “pirce”; it is ignored; did you mean “price”?",
            "bad.csv:2: price: wanted an amount of money, got a text (abc) [wrong_type]",
            "1 rows: 0 created, 0 updated, 1 faults",
        ],
    )
    assert "已忽略" in run("import", "product", "bad.csv", locale="zh")[1]
    code, out, _ = run("import", "product", "bad.csv", "--json")
    told = json.loads(out)
    assert (code, list(told)) == (1, ["rows", "created", "updated", "ignored", "bad"])
    assert told["bad"] == [
        {
            "file": "bad.csv",
            "row": 2,
            "column": "price",
            "code": "wrong_type",
            "message": "wanted an amount of money, got a text",
            "got": "abc",
        }
    ]
    assert [each["column"] for each in told["ignored"]] == ["pirce"]


def test_good_rows_are_taken_if_asked(run, tmp_path):
    (tmp_path / "mixed.csv").write_text(GOOD + "P-3,Plum,x\n")
    assert run("import", "product", "mixed.csv")[1].endswith("3 rows: 0 created, 0 updated, 1 faults\n")
    code, out, _ = run("import", "product", "mixed.csv", "--row-by-row")
    assert (code, out.endswith("3 rows: 2 created, 0 updated, 1 faults\n")) == (1, True)


def test_what_cannot_be_read_is_a_fault_of_the_file(run, tmp_path):
    (tmp_path / "gbk.csv").write_bytes("编码,名称\n一,二\n".encode("gb18030"))
    (tmp_path / "open.csv").write_text('code,name\nP-1,"Tea\n')
    (tmp_path / "no.xlsx").write_bytes(b"not a workbook")
    (tmp_path / "empty.csv").write_text("")
    code, out, _ = run("import", "product", "gbk.csv", "--json")
    assert {each["code"] for each in json.loads(out)["bad"]} == {"required"}, "what spreadsheets in China write is read"
    for name in ("open.csv", "no.xlsx", "empty.csv"):
        code, out, _ = run("import", "product", name, "--json")
        (bad,) = json.loads(out)["bad"]
        assert (code, bad["file"], bad["row"], bad["code"]) == (1, name, 0, "unreadable_file")
        assert str(tmp_path) not in bad["message"]
    (tmp_path / "mapping.yaml").write_text(
        "schema: 1\nentity: product\nencoding: gb18030\nfields: {code: 编码, name: 名称}\n"
    )
    code, out, _ = run("import", "product", "gbk.csv", "--mapping", "mapping.yaml")
    assert (code, "[required]" in out) == (1, True)


def test_wrong_usage_is_2_and_a_bad_mapping_is_1(run, tmp_path):
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "mapping.yaml").write_text("schema: 1\nfeilds: {}\n")
    assert run("import", "ghost", "good.csv")[0] == 2
    assert run("import", "product", "missing.csv")[0] == 2
    assert run("import", "product", "good.csv", "--lines", "ghost=good.csv")[0] == 2
    assert run("import", "product", "good.csv", "--as", "nobody")[0] == 2
    assert run("export", "ghost", "out.csv")[0] == 2
    assert run("export", "product", "out.csv", "--lines", "name")[0] == 2
    assert run("export", "product", "out.csv", "--as", "nobody")[0] == 2
    code, _, err = run("import", "product", "good.csv", "--mapping", "mapping.yaml")
    assert (code, "unknown_key" in err) == (1, True)


@pytest.mark.requirement("U-12")
def test_an_export_is_that_of_the_person(run, tmp_path):
    (tmp_path / "good.csv").write_text(GOOD)
    assert run("import", "product", "good.csv")[0] == 0
    assert run("export", "product", "out.csv")[:2] == (0, "2 rows\n")
    assert (tmp_path / "out.csv").read_text("utf-8-sig").startswith("number,status,code,name,")
    assert run("user", "add", "eva", "--role", "shipper")[0] == 0
    code, _, err = run("export", "product", "out2.csv", "--as", "eva")
    assert (code, "not_allowed" in err, (tmp_path / "out2.csv").exists()) == (1, True, False)
    code, out, _ = run("import", "product", "good.csv", "--as", "eva")
    assert (code, "not_allowed" in out) == (1, True)


def test_a_template_is_written(run, tmp_path):
    assert run("export", "customer", "t.xlsx", "--template")[0] == 0
    code, out, _ = run("import", "customer", "t.xlsx", "--dry-run")
    assert (code, out) == (0, "1 rows: 1 created, 0 updated, 0 faults\n")
