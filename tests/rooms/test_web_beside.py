"""Notes, files and notices over HTTP: what the API answers, what a browser is told about a file, who sees what."""

from __future__ import annotations

import pytest
from rooms.beside_kit import PDF, PNG
from rooms.web_kit import codes, order, shared_url, site  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def placed(site):
    return f"/api/sales_order/{(await order(site)).json()['id']}"


def part(name, content, kind="application/octet-stream"):
    return {"files": {"file": (name, content, kind)}}


async def test_a_note_is_written_changed_and_taken_back(site, placed):
    boss = site["order_reviewer"]
    made = await boss.post(f"{placed}/notes", json={"text": "@finance_reviewer please look"})
    assert made.status_code == 201
    note = made.json()
    assert (note["visibility"], [each["name"] for each in note["mentions"]]) == ("internal", ["finance_reviewer"])
    told = (await site["finance_reviewer"].get("/api/notifications")).json()
    assert told["unread"] == 1 and "please look" in told["items"][0]["text"]
    assert (await site["finance_reviewer"].post("/api/notifications/read")).status_code == 204
    assert (await site["finance_reviewer"].get("/api/notifications")).json()["unread"] == 0
    changed = await boss.patch(f"{placed}/notes/{note['id']}", json={"text": "done"})
    assert (changed.json()["text"], changed.json()["edited"]) == ("done", True)
    assert (await site["C-1"].get(f"{placed}/notes")).json()["items"] == []
    assert codes(await site["finance_reviewer"].delete(f"{placed}/notes/{note['id']}")) == ["not_yours"]
    assert (await boss.delete(f"{placed}/notes/{note['id']}")).status_code == 204
    (kept,) = (await boss.get(f"{placed}/notes")).json()["items"]
    assert (kept["removed"], kept["text"]) == (True, "")


async def test_bad_notes_are_refused_as_everything_else(site, placed):
    boss = site["order_reviewer"]
    assert codes(await boss.post(f"{placed}/notes", json={"text": " "})) == ["note_empty"]
    assert codes(await boss.post(f"{placed}/notes", json={"text": "x", "colour": "red"})) == ["unknown_field"]
    assert codes(await site["C-2"].post(f"{placed}/notes", json={"text": "x"})) == ["not_found"]
    assert codes(await boss.get(f"{placed}/timeline?only=weather")) == ["unknown_parameter"]
    key = {"idempotency-key": "note-1"}
    first = await boss.post(f"{placed}/notes", json={"text": "once"}, headers=key)
    again = await boss.post(f"{placed}/notes", json={"text": "once"}, headers=key)
    assert first.json()["id"] == again.json()["id"]
    assert codes(await boss.post(f"{placed}/notes", json={"text": "two"}, headers=key)) == ["idempotency_mismatch"]


async def test_a_file_goes_in_and_comes_out_harmless(site, placed):
    boss = site["order_reviewer"]
    made = await boss.post(f"{placed}/files", **part('..\\x\\"合同".pdf', PDF, "text/html"))
    assert made.status_code == 201, made.text
    file = made.json()
    assert (file["name"], file["media_type"], file["size"]) == ("合同.pdf", "application/pdf", len(PDF))
    out = await boss.get(file["href"])
    assert out.content == PDF
    assert out.headers["content-disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''%E5%90%88%E5%90%8C.pdf" in out.headers["content-disposition"]
    assert out.headers["x-content-type-options"] == "nosniff"
    assert out.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert out.headers["content-length"] == str(len(PDF))
    picture = (await boss.post(f"{placed}/files", **part("p.png", PNG))).json()
    shown = await boss.get(picture["href"])
    assert (shown.headers["content-type"], shown.headers["content-disposition"][:6]) == ("image/png", "inline")
    saved = await boss.get(f"{picture['href']}?save=true")
    assert saved.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("page.html", b"<script>alert(1)</script>", "file_type"), ("x.svg", b"<svg onload=alert(1)>", "file_type"),
        ("photo.png", b"<svg onload=alert(1)>", "file_content"), ("empty.pdf", b"", "file_empty"),
    ],
)  # fmt: skip
async def test_what_a_browser_might_run_is_not_taken(site, placed, name, content, code):
    assert codes(await site["order_reviewer"].post(f"{placed}/files", **part(name, content))) == [code]


async def test_a_request_without_a_file_is_told_so(site, placed):
    boss = site["order_reviewer"]
    assert codes(await boss.post(f"{placed}/files", json={})) == ["unsupported_media"]
    assert codes(await boss.post(f"{placed}/files", files={"other": (None, "x")})) == ["file_missing"]


async def test_a_long_file_passes_where_a_long_body_does_not(site, placed):
    long = PDF + b"\x00" * (5 * 1024 * 1024)
    made = await site["order_reviewer"].post(f"{placed}/files", **part("long.pdf", long))
    assert made.status_code == 201 and made.json()["size"] == len(long)
    assert (await site["order_reviewer"].get(made.json()["href"])).content == long
    assert (await site["order_reviewer"].post(f"{placed}/notes", content=long)).status_code == 413
    most = b"%PDF-" + b"\x00" * (20 * 1024 * 1024)
    assert codes(await site["order_reviewer"].post(f"{placed}/files", **part("huge.pdf", most))) == ["file_too_large"]


async def test_the_customer_sees_what_is_meant_for_it(site, placed):
    boss, inside = site["order_reviewer"], part("inside.pdf", PDF + b"i")
    hidden = (await boss.post(f"{placed}/files", **inside)).json()
    shared = (await boss.post(f"{placed}/files", **part("open.pdf", PDF + b"o"), data={"visibility": "partner"})).json()
    names = [each["name"] for each in (await site["C-1"].get(f"{placed}/files")).json()["items"]]
    assert names == ["open.pdf"]
    assert (await site["C-1"].get(shared["href"])).status_code == 200
    assert codes(await site["C-1"].get(hidden["href"])) == ["no_such_file"]
    assert codes(await site["C-2"].get(shared["href"])) == ["not_found"]
    told = (await site["C-1"].get(f"{placed}/timeline?only=file")).json()["items"]
    assert [each["file"]["name"] for each in told] == ["open.pdf"]
    assert codes(await site["C-1"].delete(shared["href"])) == ["not_yours"]
    assert (await boss.delete(shared["href"])).status_code == 204
    assert codes(await boss.get(shared["href"])) == ["no_such_file"]


async def test_a_file_for_a_field_is_the_senders_until_the_record_has_it(site, placed):
    boss = site["order_reviewer"]
    loose = (await boss.post("/api/sales_order/files", **part("c.pdf", PDF + b"c"))).json()
    assert codes(await site["business_manager"].get(loose["href"])) == ["no_such_file"]
    proof = {"contract": {"kind": "signed", "note": "ours", "files": [loose["id"]]}}
    done = await boss.patch(placed, json=proof, headers={"if-match": "*"})
    assert done.status_code == 200, done.text
    assert done.json()["contract"]["files"][0]["name"] == "c.pdf"
    assert (await site["business_manager"].get(loose["href"])).content == PDF + b"c"
    assert codes(await boss.delete(loose["href"])) == ["file_in_field"]


async def test_related_records_are_listed_both_ways(site, placed):
    customer = site.ids["C-1 record"]
    found = (await site["order_reviewer"].get(f"/api/customer/{customer}/related")).json()["items"]
    orders = next(each for each in found if each["entity"] == "sales_order")
    assert placed.rpartition("/")[2] in [each["id"] for each in orders["items"]]
    people = (await site["order_reviewer"].get(f"{placed}/people?search=fin")).json()["items"]
    assert [each["label"] for each in people] == ["finance_reviewer"]
