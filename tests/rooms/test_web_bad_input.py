"""What is wrong gets its proper answer: every fault named, nothing written."""

import pytest
from rooms.web_kit import (
    NOWHERE,
    ORDER,
    at,
    codes,
    order,
    pointers,
    shared_url,  # noqa: F401
    site,  # noqa: F401
    step,
)

pytestmark = pytest.mark.anyio


async def test_nobody_is_told_to_sign_in(site):
    async with site.client() as nobody:
        for path in ("/api/me", "/api/sales_order", f"/api/sales_order/{NOWHERE}", "/api/inbox"):
            answer = await nobody.get(path)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        assert (await nobody.get("/health")).json() == {"status": "alive"}
        assert (await nobody.get("/ready")).json()["revision"] == site.house.blueprint.revision


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


async def test_methods_and_paths_that_are_none(site):
    manager = site["business_manager"]
    wrong = await manager.put("/api/customer", json={})
    assert (wrong.status_code, codes(wrong)) == (405, ["method_not_allowed"])
    assert wrong.headers["allow"]
    for path in ("/api", "/api/nothing", "/api/customer/1/2/3", "/other", "/api/me/x/y/z"):
        answer = await manager.get(path)
        assert answer.status_code == 404, path
        codes(answer)
