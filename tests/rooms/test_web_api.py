"""The API of the default company: reading, writing, doing steps, trying, retrying."""

import asyncio
import re

import pytest
from rooms.web_kit import (
    NOWHERE,
    ORDER,
    at,
    codes,
    customer,
    order,
    pointers,
    shared_url,  # noqa: F401
    site,  # noqa: F401
    step,
)

pytestmark = pytest.mark.anyio


@pytest.mark.requirement("B-08")
@pytest.mark.requirement("B-13")
async def test_an_order_goes_through(site):
    made = await order(site)
    record, where = made.json(), at(made)
    assert record["waits_at"] == ["order_review"]
    assert record["status"] == "Awaiting order review"
    assert re.fullmatch("DH20261124-[0-9]{4}", record["number"])
    for who, name, waits in (
        ("order_reviewer", "order_review", ["finance_review"]),
        ("finance_reviewer", "finance_review", ["outbound_review"]),
        ("warehouse_keeper", "outbound_review", ["ship"]),
        ("shipper", "ship", ["receive"]),
        ("C-1", "receive", []),
    ):
        waiting = await site[who].get("/api/inbox")
        assert record["id"] in [each["id"] for each in waiting.json()["items"]]
        assert (await step(site, who, where, name)).json()["waits_at"] == waits
        assert record["id"] not in (await site[who].get("/api/inbox")).text
    done = (await site["C-1"].get(where)).json()
    assert (done["phase"], done["status"]) == ("complete", "Completed")
    again = await step(site, "C-1", where, "receive")
    assert again.status_code == 409


async def test_reading_carries_the_version_and_writing_needs_it(site):
    made = await customer(site)
    where = at(made)
    manager = site["business_manager"]
    assert made.headers["etag"] == (await manager.get(where)).headers["etag"] == '"1"'
    assert codes(await manager.patch(where, json={"name": "X"})) == ["if_match_required"]
    assert (await manager.patch(where, json={"name": "X"})).status_code == 428
    for wrong in ('"2"', 'W/"1"', "1", '"x"', '"99999999999999999999"'):
        answer = await manager.patch(where, json={"name": "X"}, headers={"if-match": wrong})
        assert answer.status_code == 412, wrong
    changed = await manager.patch(where, json={"name": "X"}, headers={"if-match": '"1"'})
    assert changed.status_code == 200
    assert (changed.headers["etag"], changed.json()["name"]) == ('"2"', "X")
    assert (await manager.patch(where, json={"name": "Y"}, headers={"if-match": '"1"'})).status_code == 412
    assert (await manager.patch(where, json={"name": "Y"}, headers={"if-match": "*"})).json()["name"] == "Y"


async def test_of_two_writers_one_is_told(site):
    where = at(await customer(site))
    answers = await asyncio.gather(
        *(site["business_manager"].patch(where, json={"name": f"N{n}"}, headers={"if-match": '"1"'}) for n in range(8))
    )
    assert sorted(each.status_code for each in answers) == [200] + [412] * 7


async def test_lists(site):
    manager = site["business_manager"]
    for n, (tier, city) in enumerate([("a", "Oslo"), ("b", "Oslo"), ("a", "Rome"), ("c", "Bern")]):
        await customer(
            site, code=f"K-{n}", name=f"Name {n}", city=city, country=tier, credit_limit=str(n * 10), region="lists"
        )

    async def found(query):
        answer = await manager.get(f"/api/customer?filter[region]=lists&{query}")
        assert answer.status_code == 200, answer.text
        return [each["code"] for each in answer.json()["items"]]

    assert await found("filter[city]=Oslo&sort=code") == ["K-0", "K-1"]
    assert await found("filter[city]=Oslo,Bern&sort=-code") == ["K-3", "K-1", "K-0"]
    assert await found("filter[credit_limit]=10..20&sort=code") == ["K-1", "K-2"]
    assert await found("filter[credit_limit]=..10&sort=code") == ["K-0", "K-1"]
    assert await found("filter[credit_limit][gt]=10&sort=code") == ["K-2", "K-3"]
    assert await found("filter[country]=a&filter[city][neq]=Rome") == ["K-0"]
    assert await found("filter[city][in]=Rome&fields=code") == ["K-2"]
    assert await found("search=Name%202") == ["K-2"]
    assert await found("filter[name][contains]=ame&filter[name][starts_with]=Name&sort=code&limit=2") == ["K-0", "K-1"]
    assert await found("filter[phone][empty]=true&filter[code]=K-0") == ["K-0"]


async def test_pages_follow_each_other_without_gap_or_repetition(site):
    for n in range(7):
        await customer(site, code=f"Q-{n}", city="Oslo" if n % 2 else "Rome", region="pages")
    manager, seen, cursor = site["business_manager"], [], ""
    first = (await manager.get("/api/customer?filter[region]=pages&count=true&limit=3&sort=-city,code")).json()
    assert first["count"] == 7
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = (await manager.get(f"/api/customer?filter[region]=pages&limit=3&sort=-city,code{more}")).json()
        assert "count" not in page
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 7


async def test_the_steps_of_a_document_say_why_not(site):
    where = at(await order(site))
    found = (await site["shipper"].get(f"{where}/steps")).json()["items"]
    review = next(each for each in found if (each["kind"], each["id"]) == ("step", "order_review"))
    assert not review["allowed"]
    assert [each["code"] for each in review["reasons"]] == ["not_allowed"]
    found = (await site["order_reviewer"].get(f"{where}/steps")).json()["items"]
    assert any(each["kind"] == "step" and each["allowed"] for each in found)


@pytest.mark.requirement("B-28")
async def test_sending_back_and_cancelling(site):
    where = at(await order(site))
    back = await step(site, "order_reviewer", where, "order_review", decision="send_back", to="submit", reason="wrong")
    assert back.json()["waits_at"] == ["submit"]
    assert (await step(site, "C-1", where, "submit")).json()["waits_at"] == ["order_review"]
    missing = await site["business_manager"].post(f"{where}/lanes/cancel", json={})
    assert (missing.status_code, pointers(missing)) == (422, {"/input/cancel_reason": "missing"})
    gone = await site["business_manager"].post(f"{where}/lanes/cancel", json={"input": {"cancel_reason": "no"}})
    assert (gone.status_code, gone.json()["status"]) == (200, "Cancelled")


async def test_the_version_of_a_step_may_be_named(site):
    made = await order(site)
    reviewer = site["order_reviewer"]
    stale = await reviewer.post(f"{at(made)}/steps/order_review", json={}, headers={"if-match": '"99"'})
    assert stale.status_code == 412
    fresh = await reviewer.post(f"{at(made)}/steps/order_review", json={}, headers={"if-match": made.headers["etag"]})
    assert fresh.status_code == 200


async def test_a_dry_run_says_the_same_and_writes_nothing(site):
    manager = site["business_manager"]
    tried = await manager.post("/api/customer?validate=true", json={"code": "C-dry", "name": "Nine"})
    assert (tried.status_code, tried.json()["code"]) == (200, "C-dry")
    assert "location" not in tried.headers
    assert (await manager.get("/api/customer?filter[code]=C-dry")).json()["items"] == []
    refused = await manager.post("/api/customer?validate=true", json={"code": "C-dry", "nothing": 1})
    assert refused.status_code == 422
    where = at(await order(site))
    assert (await site["order_reviewer"].post(f"{where}/steps/order_review?validate=true", json={})).status_code == 200
    assert (await site["C-1"].get(where)).json()["waits_at"] == ["order_review"]


async def test_upsert_by_key(site):
    manager = site["business_manager"]
    first = await manager.post("/api/customer?upsert=true", json={"code": "C-up", "name": "Nine"})
    second = await manager.post("/api/customer?upsert=true", json={"code": "C-up", "name": "Neuf"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert (await manager.get(at(first))).json()["name"] == "Neuf"
    assert (await manager.post("/api/customer?upsert=true", json={"name": "Nine"})).status_code == 422


async def test_a_retry_with_the_same_key_is_answered_and_not_done_again(site):
    manager, head = site["business_manager"], {"idempotency-key": "k-1"}
    body = {"code": "C-key", "name": "Nine"}
    first = await manager.post("/api/customer", json=body, headers=head)
    again = await manager.post("/api/customer", json=body, headers=head)
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    other = await manager.post("/api/customer", json={**body, "name": "X"}, headers=head)
    assert (other.status_code, codes(other)) == (422, ["idempotency_mismatch"])
    elsewhere = await site["system_administrator"].post("/api/customer", json={**body, "code": "C-key2"}, headers=head)
    assert elsewhere.status_code == 201
    for wrong in ("", " ", "a" * 256, "a b"):
        assert (await manager.post("/api/customer", json=body, headers={"idempotency-key": wrong})).status_code == 400


async def test_eight_retries_at_once_make_one_record(site):
    answers = await asyncio.gather(
        *(
            site["business_manager"].post(
                "/api/customer", json={"code": "C-eight", "name": "Nine"}, headers={"idempotency-key": "k-8"}
            )
            for _ in range(8)
        )
    )
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1


async def test_several_writes_at_once(site):
    manager = site["business_manager"]
    items = [
        {"values": {"code": "B-1", "name": "One"}},
        {"values": {"code": "B-1", "name": "Twice"}},
        {"values": {"nothing": 1}},
        {"id": at(await customer(site)).rpartition("/")[2], "version": 1, "values": {"name": "Changed"}},
        {"id": NOWHERE, "version": 1, "values": {}},
    ]
    answer = await manager.post("/api/customer/batch", json={"items": items})
    assert answer.status_code == 200
    found = [each["status"] for each in answer.json()["items"]]
    assert (found[0], found[2], found[3], found[4]) == (201, 422, 200, 404)
    assert found[1] in (409, 422)
    together = await manager.post(
        "/api/customer/batch?atomic=true",
        json={"items": [{"values": {"code": "B-2", "name": "T"}}, {"values": {"x": 1}}]},
    )
    assert together.status_code == 422
    assert pointers(together)["/items/1/values/x"] == "unknown_field"
    assert (await manager.get("/api/customer?filter[code]=B-2")).json()["items"] == []
    for wrong in ({}, {"items": 1}, {"items": [1]}, {"items": [{"x": 1}]}, {"items": [{"id": "1"}]}):
        assert (await manager.post("/api/customer/batch", json=wrong)).status_code == 422


async def test_reading_one_field_and_what_may_be_written(site):
    where = at(await order(site))
    found = (await site["C-1"].get(f"{where}?fields=address&access=true")).json()
    assert found["address"] == "1 Main Road"
    assert "lines" not in found
    assert found["_access"]["address"] in ("read", "write")
    assert (await site["C-1"].get(f"{where}?fields=nothing")).status_code == 400


async def test_evaluate_computes_and_writes_nothing(site):
    manager = site["business_manager"]
    body = {"values": {**ORDER, "customer": "C-1"}}
    before = (await manager.get("/api/sales_order?count=true")).json()["count"]
    answer = await manager.post("/api/sales_order/evaluate", json=body)
    assert answer.status_code == 200, answer.text
    assert {"values", "text", "show", "required", "errors"} <= set(answer.json())
    assert (await manager.get("/api/sales_order?count=true")).json()["count"] == before
    assert (await manager.post("/api/sales_order/evaluate", json={"values": 1})).status_code == 422


async def test_lookup(site):
    found = (await site["business_manager"].get("/api/product/lookup?search=P-2")).json()["items"]
    assert [each["label"] for each in found] and len(found) == 1
    assert (await site["business_manager"].get("/api/product/lookup?query=x")).status_code == 400


async def test_deleting(site):
    where = at(await customer(site))
    manager = site["business_manager"]
    assert (await manager.delete(where)).status_code in (403, 428)
    assert (await manager.delete(where, headers={"if-match": '"1"'})).status_code == 403


async def test_who_am_i(site):
    me = (await site["C-1"].get("/api/me")).json()
    assert me["of"] == {"entity": "customer", "id": str(site.ids["C-1 record"])}
    assert set(me["may"]["sales_order"]) == {"read", "create", "submit", "receive", "print"}
    assert me["roles"][0]["id"] == "customer"


@pytest.mark.requirement("B-22")
async def test_accounts_over_the_api(site):
    admin, manager = site["system_administrator"], site["business_manager"]
    made = await admin.post("/api/account", json={"name": "new", "roles": ["order_reviewer", "finance_reviewer"]})
    assert made.status_code == 201, made.text
    refused = await manager.post("/api/account", json={"name": "more", "roles": ["order_reviewer"]})
    assert refused.status_code == 403
    second = await manager.post(
        "/api/account",
        json={"name": "c1b", "roles": ["customer"], "of": {"entity": "customer", "id": str(site.ids["C-1 record"])}},
    )
    assert (second.status_code, codes(second)) == (409, ["accounts"])
    third = await manager.post("/api/customer", json={"code": "C-3", "name": "Three"})
    opened = await manager.post(
        "/api/account",
        json={"name": "c3", "roles": ["customer"], "of": {"entity": "customer", "id": third.json()["id"]}},
    )
    assert opened.status_code == 201, opened.text
    ghost = await admin.post("/api/account", json={"name": "ghost", "roles": ["ghost"]})
    assert ghost.status_code == 422
    mixed = await admin.post("/api/account", json={"name": "mixed", "roles": ["customer", "shipper"]})
    assert (mixed.status_code, codes(mixed)) == (422, ["roles_mixed"])


async def test_the_last_administrator_stays(site):
    admin = site["system_administrator"]
    own = f"/api/account/{site.ids['system_administrator']}"
    answer = await admin.patch(own, json={"active": False}, headers={"if-match": "*"})
    assert (answer.status_code, codes(answer)) == (409, ["last_manager"])
    less = await admin.patch(own, json={"roles": ["shipper"]}, headers={"if-match": "*"})
    assert (less.status_code, codes(less)) == (409, ["last_manager"])
