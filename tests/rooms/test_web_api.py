"""The API of the default company: reading, writing, doing steps, and every proper refusal."""

import asyncio
import re
from itertools import count

import pytest
from rooms.web_kit import shared_url, site  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio
ORDER = {"address": "1 Main Road", "lines": [{"product": "P-1", "quantity": "3"}, {"product": "P-2", "quantity": "1"}]}
NOWHERE = "4611686018427387904"


def codes(answer):
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    return [each["code"] for each in body["reasons"]]


def pointers(answer):
    return {each["pointer"]: each["code"] for each in answer.json()["reasons"] if "pointer" in each}


async def order(site, who="C-1", **more):
    answer = await site[who].post("/api/sales_order", json={**ORDER, **more})
    assert answer.status_code == 201, answer.text
    return answer


def at(answer):
    return answer.headers["location"]


async def step(site, who, where, name, **body):
    return await site[who].post(f"{where}/steps/{name}", json=body)


FRESH = count(100)


async def customer(site, **more):
    values = {"code": f"C-{next(FRESH)}", "name": "Nine", **more}
    answer = await site["business_manager"].post("/api/customer", json=values)
    assert answer.status_code == 201, answer.text
    return answer


async def test_nobody_is_told_to_sign_in(site):
    async with site.client() as nobody:
        for path in ("/api/me", "/api/sales_order", f"/api/sales_order/{NOWHERE}", "/api/inbox"):
            answer = await nobody.get(path)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        assert (await nobody.get("/health")).json() == {"status": "alive"}
        assert (await nobody.get("/ready")).json()["revision"] == site.house.blueprint.revision


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


async def test_every_fault_of_a_body_is_named_with_its_place(site):
    body = {
        "nothing": 1,
        "address": 5,
        "freight": "-1x",
        "lines": [{"product": "P-404", "quantity": "many"}, {"quantity": None, "colour": "red"}, 7],
    }
    before = (await site["business_manager"].get("/api/sales_order?count=true")).json()["count"]
    answer = await site["business_manager"].post("/api/sales_order", json=body)
    assert answer.status_code == 422
    assert (await site["business_manager"].get("/api/sales_order?count=true")).json()["count"] == before
    found = pointers(answer)
    assert found["/nothing"] == "unknown_field"
    assert {"/address", "/freight"} <= set(found)
    assert any(each.startswith("/lines") for each in found)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b"\xff", 400, "bad_json"),
        (b"[" * 10_000, 400, "too_deep"),
        (b"[]", 422, "json_object"),
        (b"null", 422, "json_object"),
        (b'{"credit_limit": NaN}', 422, "json_number"),
        (b'{"credit_limit": 1e999}', 422, "json_number"),
        (b'{"credit_limit": 9223372036854775808}', 422, "json_number"),
        (b'{"name": "a", "name": "b"}', 422, "json_duplicate"),
        (b'{"code": {"a": 1}}', 422, "wrong_type"),
        (b'{"code": "\\ud800"}', 422, "bad_json"),
    ],
)
async def test_bodies_that_are_none(site, body, status, code):
    answer = await site["business_manager"].post(
        "/api/customer", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == status
    assert code in codes(answer)


async def test_other_kinds_of_body_are_not_taken(site):
    manager = site["business_manager"]
    assert (await manager.post("/api/customer", data={"code": "C"})).status_code == 415
    assert (
        await manager.post("/api/customer", content=b"{}", headers={"content-type": "text/plain"})
    ).status_code == 415
    assert (await manager.post("/api/customer", content=b"x" * 3_000_000)).status_code == 413


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("colour=1", ["unknown_parameter"]),
        ("limit=1&limit=2", ["duplicate_parameter"]),
        ("limit=0", ["bad_parameter"]),
        ("limit=201", ["bad_parameter"]),
        ("limit=x&count=maybe", ["bad_parameter", "bad_parameter"]),
        ("limit=-1", ["bad_parameter"]),
        ("filter[nothing]=1", ["unknown_parameter"]),
        ("filter[name][like]=1", ["unknown_parameter"]),
        ("filter[name", ["unknown_parameter"]),
        ("filter[name]=1&filter[name]=2", ["duplicate_parameter"]),
        ("sort=nothing", ["unknown_parameter"]),
        ("fields=nothing", ["unknown_parameter"]),
        ("cursor=nonsense", ["bad_parameter"]),
        ("search=%ff", ["bad_parameter"]),
        ("search=%00", ["bad_parameter"]),
        ("filter[credit_limit]=abc", None),
        ("page=2&offset=3", ["unknown_parameter", "unknown_parameter"]),
    ],
)
async def test_wrong_parameters_are_named(site, query, wrong):
    answer = await site["business_manager"].get(f"/api/customer?{query}")
    assert answer.status_code == 400
    assert wrong is None or codes(answer) == wrong


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


@pytest.mark.requirement("B-27")
async def test_another_customers_order_is_not_there(site):
    mine, other = at(await order(site, "C-1")), at(await order(site, "C-2"))
    customer_ = site["C-1"]
    assert (await customer_.get(mine)).status_code == 200
    for path in (other, f"{other}/steps", f"{other}/timeline", f"/api/sales_order/{NOWHERE}", "/api/sales_order/x"):
        assert (await customer_.get(path)).status_code == 404, path
    assert (await step(site, "C-1", other, "receive")).status_code == 404
    assert (await customer_.patch(other, json={"note": "x"}, headers={"if-match": "*"})).status_code == 404
    listed = (await customer_.get("/api/sales_order?count=true&limit=200")).json()
    assert mine.rpartition("/")[2] in [each["id"] for each in listed["items"]]
    assert {each["customer"]["key"] for each in listed["items"]} == {"C-1"}
    assert listed["count"] == len(listed["items"])
    assert (await customer_.get(f"/api/sales_order?filter[customer]={site.ids['C-2 record']}")).json()["items"] == []


async def test_an_order_for_another_customer_becomes_ones_own_or_is_refused(site):
    answer = await site["C-1"].post("/api/sales_order", json={**ORDER, "customer": str(site.ids["C-2 record"])})
    if answer.status_code == 201:
        assert answer.json()["customer"]["key"] == "C-1"
    else:
        assert answer.status_code in (403, 422)
    if answer.status_code == 201:
        assert (await site["C-2"].get(at(answer))).status_code == 404


@pytest.mark.requirement("B-20")
@pytest.mark.requirement("D-20")
async def test_a_step_by_the_wrong_role_and_a_step_that_is_not_open(site):
    where = at(await order(site))
    wrong = await step(site, "shipper", where, "order_review")
    assert (wrong.status_code, codes(wrong)[0]) == (403, "not_allowed")
    assert wrong.json()["reasons"][0]["place"]["file"] == "workflows.yaml"
    closed = await step(site, "finance_reviewer", where, "finance_review")
    assert (closed.status_code, codes(closed)) == (409, ["not_here"])
    unknown = await step(site, "order_reviewer", where, "nothing")
    assert unknown.status_code == 404
    lane = await site["order_reviewer"].post(f"{where}/lanes/nothing", json={})
    assert lane.status_code == 404
    assert (await site["C-1"].get(where)).json()["waits_at"] == ["order_review"]


async def test_the_steps_of_a_document_say_why_not(site):
    where = at(await order(site))
    found = (await site["shipper"].get(f"{where}/steps")).json()["items"]
    review = next(each for each in found if (each["kind"], each["id"]) == ("step", "order_review"))
    assert not review["allowed"]
    assert [each["code"] for each in review["reasons"]] == ["not_allowed"]
    found = (await site["order_reviewer"].get(f"{where}/steps")).json()["items"]
    assert any(each["kind"] == "step" and each["allowed"] for each in found)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"decision": "maybe"}, {"/decision": "not_an_option"}),
        (
            {"decision": 1, "to": 2, "reason": []},
            {"/decision": "wrong_type", "/to": "wrong_type", "/reason": "wrong_type"},
        ),
        ({"input": "x"}, {"/input": "wrong_type"}),
        ({"extra": 1, "a/b": 2}, {"/extra": "unknown_field", "/a~1b": "unknown_field"}),
        ({"input": {"nothing": 1}}, {"/input/nothing": "unknown_field"}),
        ({"decision": "send_back", "to": "submit"}, {"/reason": "opinion_missing"}),
    ],
)
async def test_what_a_step_is_sent_is_checked(site, body, expected):
    where = at(await order(site))
    answer = await site["order_reviewer"].post(f"{where}/steps/order_review", json=body)
    assert (answer.status_code, pointers(answer)) == (422, expected)


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
    assert set(me["may"]["sales_order"]) == {"read", "create", "submit", "receive"}
    assert me["roles"][0]["id"] == "customer"


async def test_methods_and_paths_that_are_none(site):
    manager = site["business_manager"]
    wrong = await manager.put("/api/customer", json={})
    assert (wrong.status_code, codes(wrong)) == (405, ["method_not_allowed"])
    assert wrong.headers["allow"]
    for path in ("/api", "/api/nothing", "/api/customer/1/2/3", "/other", "/api/me/x/y/z"):
        answer = await manager.get(path)
        assert answer.status_code == 404, path
        codes(answer)


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
