"""Why, over the API and on the command line; the pages are in their own file, the browser in its own folder."""

from __future__ import annotations

import json
import shutil

import pytest
from rooms.web_kit import NOWHERE, SITE, at, codes, order, shared_url, site, step

from ordinance.commands import main

pytestmark = pytest.mark.anyio
__all__ = ["shared_url", "site"]


async def explained(site, who, where, **query):
    return await site[who].get(f"{where}/explain", params=query)


async def test_a_refused_step_over_the_api(site):
    where = at(await order(site))
    answer = (await explained(site, "shipper", where, step="order_review")).json()
    assert (answer["subject"], answer["allowed"], answer["verdict"]) == ("step:order_review", False, "Order review: no")
    assert [(each["code"], each["holds"]) for each in answer["conditions"][:2]] == [("place", True), ("right", False)]
    assert answer["changes"] == [{"kind": "role", "text": "somebody with one of these roles: Order reviewer"}]
    assert answer["proved"] is True
    refused = await step(site, "shipper", where, "order_review")
    assert refused.status_code == 403
    assert (await step(site, "order_reviewer", where, "order_review")).status_code == 200


async def test_lines_of_configuration_over_the_api(site):
    where = at(await order(site))
    answer = (await explained(site, "system_administrator", where, step="order_review")).json()
    assert answer["place"]["file"] == "workflows.yaml"
    assert "yaml" not in (await explained(site, "shipper", where, step="order_review")).text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"step": "order_review", "lane": "cancel"}, 400),
        ({"inbox": "maybe"}, 400),
        ({"inbox": "false"}, 400),
        ({"zz": "1"}, 400),
        ({"step": ""}, 400),
        ({"step": "zz"}, 404),
        ({"lane": "zz"}, 404),
        ({"field": "zz"}, 404),
        ({"step": "order_review", "for": "shipper"}, 403),
        ({"inbox": "true"}, 200),
        ({"record": "true"}, 200),
        ({"field": "customer"}, 200),
        ({"lane": "cancel"}, 200),
    ],
)
async def test_what_is_asked_wrongly_is_answered_as_elsewhere(site, query, status):
    where = at(await order(site))
    answer = await explained(site, "shipper", where, **query)
    assert answer.status_code == status, answer.text
    if status != 200:
        codes(answer)


async def test_a_record_that_is_not_there_or_not_seen_is_not_found(site):
    where = at(await order(site, "C-1"))
    for who, path in (("C-2", where), ("shipper", f"/api/sales_order/{NOWHERE}"), ("shipper", "/api/sales_order/x")):
        answer = await explained(site, who, path, record="true")
        assert (answer.status_code, codes(answer)) == (404, ["not_found"])
    assert (await explained(site, "C-1", where, record="true")).json()["allowed"] is True


async def test_why_another_person_does_not_see_a_record(site):
    where = at(await order(site, "C-1"))
    answer = (await explained(site, "system_administrator", where, record="true", **{"for": "C-2"})).json()
    assert (answer["allowed"], answer["for"]) == (False, "C-2")
    rule = answer["conditions"][0]
    assert rule["text"] == "the role “Customer” sees records for which"
    assert [each["holds"] for each in rule["parts"]] == [False]


async def test_the_whole_inbox_and_a_new_record_over_the_api(site):
    answer = (await site["shipper"].get("/api/inbox/explain")).json()
    assert (answer["subject"], answer["entity"]) == ("inbox", None)
    assert any("Confirm shipping" in each["text"] for each in answer["conditions"])
    answer = (await site["shipper"].get("/api/customer/explain")).json()
    assert (answer["subject"], answer["allowed"]) == ("create", False)
    assert "Business manager" in answer["changes"][0]["text"]
    assert (await site["shipper"].get("/api/zz/explain")).status_code == 404


# The command line


@pytest.fixture
def command(tmp_path, capsys):
    """Run a command on a copy of the default site; return (exit code, output, errors)."""
    folder = tmp_path / "site"
    folder.mkdir()
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copy(SITE / name, folder / name)
    shutil.copytree(SITE / "config", folder / "config")

    def run(*words):
        code = main([*words, "--site", str(folder)])
        out = capsys.readouterr()
        return code, out.out, out.err

    run.folder = folder
    return run


def test_the_command_line(command):
    (command.folder / "customers.csv").write_text("code,name\nC-1,Blue Door\n", encoding="utf-8")
    assert command("import", "customer", str(command.folder / "customers.csv"))[0] == 0
    for name, role in (("ann", "order_reviewer"), ("root", "system_administrator")):
        assert command("user", "add", name, "--role", role)[0] == 0
    code, out, _ = command("explain", "customer", "C-1", "--field", "name", "--as", "ann", "--locale", "en")
    assert code == 0
    assert out.startswith("“Name” cannot be changed now\n")
    assert "somebody with one of these roles: System administrator, Business manager" in out
    assert "yaml" not in out
    code, out, _ = command("explain", "customer", "C-1", "--field", "name", "--for", "ann", "--as", "root", "--json")
    answer = json.loads(out)
    assert (code, answer["allowed"], answer["for"]) == (0, False, "ann")
    assert answer["place"]["file"].endswith("entities.yaml")
    for words in (("--record",), ()):
        code, out, _ = command("explain", "customer", "C-1", *words, "--as", "ann", "--locale", "en")
        assert (code, out.split("\n")[0]) == (0, "the record is visible")
    code, out, _ = command("explain", "customer", "--create", "--as", "ann", "--locale", "zh")
    assert (code, out.split("\n")[0]) == (0, "新建客户:不可以")
    code, out, _ = command("explain", "--as", "ann", "--locale", "en")
    assert (code, out.split("\n")[0]) == (0, "nothing waits")


def test_the_command_line_says_what_is_wrong(command):
    assert command("explain", "zz", "C-1")[0] == 2
    assert command("explain", "customer", "C-9")[0] == 2
    assert command("explain", "customer", "C-9", "--as", "nobody")[0] == 2
    assert command("explain", "customer", "12345")[0] == 1
    assert command("explain", "customer", "12345", "--step", "zz")[0] == 1
