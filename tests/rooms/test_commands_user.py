"""`ordinance user`: accounts from the command line."""

import io
import json
import shutil

import pytest
from rooms.web_kit import SITE

from ordinance.commands import main

PASSWORD = "correct horse battery"


@pytest.fixture
def user(tmp_path, monkeypatch, capsys):
    """Run `ordinance user …` on a copy of the default site; return (exit code, output, errors)."""
    site = tmp_path / "site"
    site.mkdir()
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, site / name)
    shutil.copytree(SITE / "config", site / "config")

    def run(*words, typed=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["user", *words, "--site", str(site), "--locale", "en"])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_accounts_are_added_listed_given_a_key_and_suspended(user):
    assert user("add", "eva", "--role", "system_administrator")[0] == 0
    code, out, _ = user(
        "add", "ann", "--role", "order_reviewer", "--role", "finance_reviewer", "--password-stdin", typed=PASSWORD
    )
    assert (code, out) == (0, "ann: order_reviewer, finance_reviewer\n")
    code, key, _ = user("token", "ann")
    assert code == 0
    assert key.startswith("ord_") and key.count("\n") == 1
    assert user("suspend", "ann")[0] == 0
    rows = json.loads(user("list", "--json")[1])
    assert [(each["name"], each["active"]) for each in rows] == [("ann", False), ("eva", True)]
    assert rows[0]["roles"] == ["order_reviewer", "finance_reviewer"]
    assert "ann  order_reviewer, finance_reviewer  (suspended)" in user("list")[1]
    code, _, err = user("suspend", "eva")
    assert (code, "last_manager" in err) == (1, True)


def test_what_is_wrong_is_said(user):
    code, _, err = user("add", "ann", "--role", "ghost")
    assert (code, "ghost" in err) == (1, True)
    code, _, err = user("add", "ann", "--role", "shipper", "--password-stdin", typed="short\n")
    assert (code, "password_short" in err) == (1, True)
    code, _, err = user("add", "c1", "--role", "customer", "--customer", "NOBODY")
    assert (code, "NOBODY" in err) == (1, True)
    code, _, err = user("add", "c1", "--role", "customer")
    assert (code, "role_of" in err) == (1, True)
    assert user("token", "nobody")[0] == 1
    assert user("list")[1] == ""
    assert user("add", "ann", "--role", "shipper")[0] == 0
    code, _, err = user("add", "Ann", "--role", "shipper")
    assert code == 1, "names differ by more than case"


def test_a_folder_that_is_no_site_is_wrong_usage(tmp_path):
    assert main(["user", "list", "--site", str(tmp_path)]) == 2
