"""Event logs: what happened is told whole and in order, to whom it may be told, in the form of the standards.

The schemas in `golden/schemas` are ours, written from the text of the standards; the XML ones are used where lxml is
there. `rules_of_xes` and `rules_of_ocel` check the same and more without it.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from rooms.acts_kit import NOW, company, ok
from rooms.drawing_kit import ENTITIES, GOLDEN, ROLES, WORKFLOWS

from ordinance.acts import Refused
from ordinance.commands import main
from ordinance.exchange.eventlog import Period, Scope, Written, write_log
from ordinance.exchange.eventlog import stories as reading
from ordinance.exchange.eventlog.values import legal, value_of

pytestmark = [pytest.mark.anyio]

XES = "{http://www.xes-standard.org/}"
PEOPLE = "clerk boss worker"


@pytest.fixture
async def firm(tmp_path, database_url):
    async with company(
        tmp_path, database_url, entities=ENTITIES, roles=ROLES, workflows=WORKFLOWS, people=PEOPLE
    ) as opened:
        opened.folder = tmp_path
        yield opened


async def told(firm, who="boss", form="xes", name=None, locale="en", **scope):
    """Write a log as somebody, and return what it holds and its file."""
    target = firm.folder / (name or f"log.{'xes' if form == 'xes' else 'json'}")
    call = await firm.call(who, locale=locale)
    return await write_log(firm.house, call, target, form, Scope(**scope)), target


async def lived(firm):
    """Three jobs: one released, one called off, one that waits."""
    for code in ("P-1", "P-2"):
        ok(await firm.create(None, "product", {"code": code, "name": "Tea", "price": "3"}))
    parts = [{"product": code, "pieces": "2"} for code in ("P-1", "P-2", "P-1")]
    made = []
    for at in range(3):
        values = {"subject": f"job {at} <&>", "amount": "12.50", "urgent": True, "kind": "plain", "secret_note": "hush"}
        values["parts"] = parts
        made.append(ok(await firm.create("clerk", "job", values)))
        firm.later("1h")
    first, second, _ = made
    ok(await firm.step("worker", first, "pack"))
    ok(await firm.step("clerk", first, "book"))
    firm.later("1d")
    ok(await firm.step("boss", first, "release"))
    ok(await firm.lane("clerk", second, "stop", {"remark": "gone"}))
    return made


def traces(path):
    root = ElementTree.parse(path).getroot()
    return {value(each, "concept:name"): each for each in root.findall(f"{XES}trace")}


def value(element, key):
    found = [each.get("value") for each in element if each.get("key") == key]
    return found[0] if found else None


def activities(trace):
    return [value(each, "concept:name") for each in trace.findall(f"{XES}event")]


async def test_xes_tells_each_document_as_a_trace_in_order(firm):
    await lived(firm)
    written, path = await told(firm, entities=("job",))
    assert isinstance(written, Written)
    found = traces(path)
    assert list(found) == ["J001", "J002", "J003"]
    assert activities(found["J001"]) == ["created", "Write", "First look", "Approve", "Pack", "Book a lorry", "Release"]
    assert activities(found["J002"])[-1].startswith("Call off")
    outcomes = [
        (value(each, "outcome"), value(each, "lifecycle:transition")) for each in found["J001"].findall(f"{XES}event")
    ]
    assert outcomes[1:4] == [("passed", "complete"), ("off", "autoskip"), ("n/a", "autoskip")]
    assert written == Written(3, sum(len(activities(each)) for each in found.values()), 3)
    rules_of_xes(path)


async def test_ocel_tells_documents_and_what_they_refer_to(firm):
    made = await lived(firm)
    written, path = await told(firm, form="ocel", entities=("job",))
    log = json.loads(path.read_text("utf-8"))
    rules_of_ocel(log)
    job = next(each for each in log["objects"] if each["id"] == f"job:{made[0].id}")
    assert {"name": "amount", "time": job["attributes"][0]["time"], "value": 12.5} in job["attributes"]
    assert [each["qualifier"] for each in job["relationships"]] == ["parts.product", "parts.product"]
    assert written.objects == len(log["objects"]) == 5
    created = next(each for each in log["events"] if each["type"] == "created")
    assert [each["qualifier"] for each in created["relationships"]] == ["document", "parts.product", "parts.product"]
    stamped = next(each for each in log["events"] if each["type"] == "Write")
    assert "counting.stamp" in {each["name"]: each["value"] for each in stamped["attributes"]}["effects"]


async def test_the_xml_form_of_ocel_says_the_same(firm):
    await lived(firm)
    _, as_json = await told(firm, form="ocel", entities=("job",))
    _, as_xml = await told(firm, form="ocel", name="log.xml", entities=("job",))
    log, root = json.loads(as_json.read_text("utf-8")), ElementTree.parse(as_xml).getroot()
    assert [each.tag for each in root] == ["object-types", "event-types", "objects", "events"]
    assert [each.get("id") for each in root.iter("event")] == [each["id"] for each in log["events"]]
    assert [each.get("id") for each in root.iter("object")] == [each["id"] for each in log["objects"]]
    links = [(each.get("object-id"), each.get("qualifier")) for each in root.iter("relationship")]
    assert len(links) == sum(len(each.get("relationships", ())) for each in (*log["objects"], *log["events"]))


async def test_the_schemas_hold(firm):
    etree = pytest.importorskip("lxml.etree")
    await lived(firm)
    for form, name, schema in (("xes", "log.xes", "xes.xsd"), ("ocel", "log.xml", "ocel2.xsd")):
        _, path = await told(firm, form=form, name=name)
        rules = etree.XMLSchema(etree.parse(str(GOLDEN / "schemas" / schema)))
        assert rules.validate(etree.parse(str(path))), rules.error_log


def rules_of_xes(path: Path) -> None:
    """What IEEE 1849-2016 demands: order, keys once in each element, values of their types, declared prefixes."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{XES}log" and root.get("xes.version") == "1849.2016"
    order = ["extension", "global", "classifier", "string", "trace"]
    tags = [order.index(each.tag.removeprefix(XES)) for each in root]
    assert tags == sorted(tags)
    prefixes = {each.get("prefix") for each in root.findall(f"{XES}extension")}
    globally = {each.get("scope"): {one.get("key") for one in each} for each in root.findall(f"{XES}global")}
    for classifier in root.findall(f"{XES}classifier"):
        assert set(classifier.get("keys").split()) <= globally["event"]
    for element in (root, *root.iter(f"{XES}trace"), *root.iter(f"{XES}event")):
        attributes = [each for each in element if each.get("key")]
        keys = [each.get("key") for each in attributes]
        assert len(keys) == len(set(keys))
        assert {key.split(":")[0] for key in keys if ":" in key} <= prefixes
        for each in attributes:
            has_its_type(each.tag.removeprefix(XES), each.get("value"))
    for event in root.iter(f"{XES}event"):
        assert globally["event"] <= {each.get("key") for each in event}
    for trace in root.iter(f"{XES}trace"):
        times = [value(each, "time:timestamp") for each in trace.findall(f"{XES}event")]
        assert times == sorted(times)


def has_its_type(tag: str, text: str) -> None:
    if tag == "date":
        assert datetime.fromisoformat(text).tzinfo is not None
    elif tag == "float":
        float(text)
    elif tag == "boolean":
        assert text in ("true", "false")
    else:
        assert tag == "string"


def rules_of_ocel(log: dict) -> None:
    """The schema, and what it cannot say: ids once, declared types and attributes, relations that lead somewhere."""
    schema = json.loads((GOLDEN / "schemas" / "ocel2.schema.json").read_text("utf-8"))
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [each.message for each in checker.iter_errors(log)] == []
    for types, things in (("objectTypes", "objects"), ("eventTypes", "events")):
        declared = {each["name"]: {one["name"]: one["type"] for one in each["attributes"]} for each in log[types]}
        ids = [each["id"] for each in log[things]]
        assert len(ids) == len(set(ids))
        for each in log[things]:
            for one in each["attributes"]:
                kind = declared[each["type"]][one["name"]]
                assert isinstance(one["value"], {"string": str, "time": str, "float": float, "boolean": bool}[kind])
    objects = {each["id"] for each in log["objects"]}
    related = [one["objectId"] for each in (*log["objects"], *log["events"]) for one in each.get("relationships", ())]
    assert set(related) <= objects


async def test_everything_that_is_a_document_is_told_when_nothing_is_named(firm):
    await lived(firm)
    written, path = await told(firm, who=None, form="ocel")
    log = json.loads(path.read_text("utf-8"))
    rules_of_ocel(log)
    assert {"job", "product"} <= {each["type"] for each in log["objects"]}
    assert written.documents == 5


@pytest.mark.requirement("X-24")
async def test_who_may_not_export_gets_nothing(firm):
    await lived(firm)
    refused, path = await told(firm, who="worker", entities=("job",))
    assert isinstance(refused, Refused) and refused.kind == "not_allowed"
    assert not path.exists()
    nothing, path = await told(firm, who="worker")
    assert nothing == Written(0, 0, 0)
    rules_of_xes(path)


async def test_free_text_secrets_and_names_stay_out(firm):
    await lived(firm)
    _, path = await told(firm, entities=("job",))
    text = path.read_text("utf-8")
    assert "hush" not in text and "job 0" not in text and "gone" not in text
    by = {value(each, "org:resource") for each in ElementTree.parse(path).getroot().iter(f"{XES}event")}
    assert all(each == "system" or each.isdigit() for each in by)
    _, path = await told(firm, entities=("job",), names=True)
    text = path.read_text("utf-8")
    assert "hush" not in text
    assert "job 0 &lt;&amp;&gt;" in text
    assert 'key="org:resource" value="clerk"' in text
    _, path = await told(firm, who=None, entities=("job",), names=True)
    assert "job 0" in path.read_text("utf-8") and "hush" not in path.read_text("utf-8")
    _, path = await told(firm, who="clerk", entities=("job",), names=True)
    assert 'key="org:resource" value="clerk"' not in path.read_text("utf-8")


async def test_a_period_keeps_what_happened_in_it(firm):
    await lived(firm)
    late = Period(since=NOW + timedelta(hours=20))
    written, path = await told(firm, entities=("job",), period=late)
    found = traces(path)
    assert list(found) == ["J001", "J002"]
    assert activities(found["J001"]) == ["Release"]
    early, path = await told(firm, entities=("job",), period=Period(until=NOW + timedelta(minutes=30)))
    assert list(traces(path)) == ["J001"]
    assert (written.documents, early.documents) == (2, 1)


async def test_a_log_is_read_in_portions_and_says_how_far_it_is(firm, monkeypatch):
    await lived(firm)
    monkeypatch.setattr(reading, "_PORTION", 2)
    seen = []
    target = firm.folder / "log.xes"
    call = await firm.call("boss", locale="zh")
    written = await write_log(
        firm.house, call, target, "xes", Scope(("job",)), lambda done, total: seen.append((done, total))
    )
    assert seen == [(2, 3), (3, 3)]
    assert written.documents == 3
    assert "填写" in activities(traces(target)["J003"])


async def test_who_took_a_log_out_is_written_down(firm):
    await lived(firm)
    written, _ = await told(firm, entities=("job",))
    async with firm.house.database.work(write=False) as work:
        rows = await work.fetch("SELECT actor, body FROM event WHERE name = 'job.export'")
    assert [json.loads(row["body"]) for row in rows] == [{"rows": written.documents, "log": "xes"}]
    assert rows[0]["actor"] == str((await firm.actor("boss")).id)


async def test_what_is_sent_back_and_taken_has_names_of_its_own(firm):
    await lived(firm)
    job = ok(
        await firm.create(
            "clerk",
            "job",
            {"subject": "x", "amount": "2000", "kind": "special", "parts": [{"product": "P-1", "pieces": "1"}]},
        )
    )
    ok(await firm.step("boss", job, "approve", decision="send_back", reason="no"))
    _, path = await told(firm, entities=("job",))
    found = traces(path)["J004"]
    assert activities(found)[-1] == "Approve · sent back"
    assert value(found.findall(f"{XES}event")[-1], "lifecycle:transition") == "ate_abort"
    rules_of_xes(path)


def test_values_are_written_in_their_type():
    assert value_of("float", "12.50") == 12.5
    assert value_of("boolean", True) is True and value_of("boolean", False) is False
    assert value_of("time", "2026-11-24T10:00:00+08:00") == "2026-11-24T02:00:00.000Z"
    assert value_of("string", {"key": "C-1", "id": "9"}) == "C-1"
    assert legal("a\x00b\ufffe") == "ab"


@pytest.mark.parametrize("words", [("--format", "xes"), ("--format", "ocel")])
def test_the_command_writes_a_log(tmp_path, capsys, words):
    site = Path(__file__).parents[2]
    target = tmp_path / "log.out"
    base = [
        "log",
        "--site",
        str(site),
        "--database",
        f"sqlite:///{tmp_path / 'x.sqlite3'}",
        "--locale",
        "en",
        "--out",
        str(target),
    ]
    assert main([*base, *words]) == 0
    assert capsys.readouterr().out == "0 documents, 0 events\n"
    assert target.stat().st_size > 50
    assert main([*base, *words, "--entity", "nothing"]) == 2
    assert main([*base, *words, "--as", "nobody"]) == 2
    assert main([*base, *words, "--from", "2026-01-01", "--until", "2026-02-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "file": str(target),
        "documents": 0,
        "events": 0,
        "objects": 0,
    }


def test_a_period_is_open_where_nothing_is_said():
    assert Period().condition() == ("", [])
    both = Period(NOW, NOW)
    assert both.condition() == (" AND at >= ? AND at < ?", [NOW, NOW])
    assert replace(both, until=None).condition() == (" AND at >= ?", [NOW])
