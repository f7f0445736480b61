"""What surrounds every request: ids, safe headers, errors, body limits, foreign sites, conditional GET."""

from datetime import UTC, datetime

import httpx
import pytest

from ordinance.access import Actor
from ordinance.problems import Place, Reason, Text
from ordinance.web.authentication import session_cookie
from ordinance.web.problem_details import STATUS, TITLES, problem_body
from ordinance.web.stack import stack
from ordinance.web.visit import Visit, get_visit

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ANN = Actor(id=5, name="Ann")


class Known:
    """Two secrets that are known; everything else is not."""

    class _Found:
        actor, token, csrf, first_login, must_change = ANN, "good", "form-token", False, False

    async def by_session(self, token, now, *, quiet=False):
        return self._Found if token == "good" else None

    async def by_token(self, token, now):
        return self._Found if token == "key" else None


async def echo(scope, receive, send):
    """An application that says who came, and fails when asked to."""
    if scope["path"] == "/fail":
        raise RuntimeError("the password is hunter2")
    visit = get_visit(scope)
    body = await receive() if scope["method"] != "GET" else {"body": b""}
    tag = [(b"etag", b'"v1"'), (b"cache-control", b"public")] if scope["path"].startswith("/static/") else []
    who = visit.actor.name if visit.actor else "nobody"
    text = f"{who} {visit.by} {visit.locale} {len(body['body'])} {len(visit.body)}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain"), *tag]})
    await send({"type": "http.response.body", "body": text})


@pytest.fixture
async def client():
    app = stack(echo, Known(), lambda: NOW, revision=lambda: "abc", uploads=(("/api/import", 5_000_000),))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house") as found:
        yield found


pytestmark = pytest.mark.anyio


async def test_every_answer_carries_the_safe_headers(client):
    answer = await client.get("/anything")
    head = answer.headers
    assert "object-src 'none'" in head["content-security-policy"]
    assert "unsafe" not in head["content-security-policy"]
    assert head["x-content-type-options"] == "nosniff"
    assert head["cache-control"] == "no-store"
    assert head["ordinance-revision"] == "abc"
    assert len(head["x-request-id"]) == 16
    assert "strict-transport-security" not in head


async def test_an_error_tells_its_reference_and_nothing_else(client, caplog):
    answer = await client.get("/fail")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text
    assert answer.headers["x-request-id"] in answer.json()["detail"] + answer.json()["reasons"][0]["message"]
    assert answer.headers["x-request-id"] in caplog.text


async def test_language(client):
    assert " zh " in (await client.get("/")).text
    assert " en " in (await client.get("/", headers={"accept-language": "fr, en;q=0.8, zh;q=0.5"})).text
    assert " zh " in (await client.get("/", headers={"accept-language": "en", "cookie": "ordinance_locale=zh"})).text


async def test_a_body_within_the_limit_is_read_once_for_everybody(client):
    assert (await client.post("/x", content=b"a" * 1000)).text.endswith("1000 1000")


async def test_a_body_over_the_limit_is_refused_announced_or_not(client):
    big = b"a" * (2 * 1024 * 1024 + 1)

    async def drip():
        for start in range(0, len(big), 65536):
            yield big[start : start + 65536]

    announced = await client.post("/x", content=big)
    streamed = await client.post("/x", content=drip())
    assert announced.status_code == streamed.status_code == 413
    assert announced.json()["code"] == "too_big"
    assert (await client.post("/api/import", content=big)).status_code == 200


async def test_a_wrong_bearer_token_is_401_and_none_is_nobody(client):
    assert (await client.get("/")).text.startswith("nobody None")
    assert (await client.get("/", headers={"authorization": "Bearer key"})).text.startswith("Ann token")
    for wrong in ("Bearer other", "Basic a2V5", "Bearer", ""):
        answer = await client.get("/", headers={"authorization": wrong})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_session_needs_its_form_token_to_write(client):
    client.cookies.set("ordinance", "good")
    assert (await client.get("/")).text.startswith("Ann session")
    assert (await client.post("/x")).status_code == 403
    assert (await client.post("/x", headers={"x-csrf-token": "other"})).json()["code"] == "csrf"
    assert (await client.post("/x", headers={"x-csrf-token": "form-token"})).status_code == 200
    assert (await client.post("/x", data={"_csrf": "form-token"})).status_code == 200
    assert (await client.post("/x", data={"_csrf": "other"})).status_code == 403
    assert (await client.post("/x", data={"_csrf": "form-token"}, files={"f": b"1"})).status_code == 200
    assert (await client.post("/x", data={"_csrf": "no"}, files={"f": b"1"})).status_code == 403


@pytest.mark.parametrize("head", [{"origin": "http://evil"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}])
async def test_another_site_is_refused_even_without_a_session(client, head):
    assert (await client.post("/x", headers=head)).json()["code"] == "cross_site"
    assert (await client.post("/x", headers={**head, "authorization": "Bearer key"})).status_code == 200
    assert (await client.get("/x", headers=head)).status_code == 200


async def test_the_same_site_is_let_in(client):
    for head in ({"origin": "http://house"}, {"sec-fetch-site": "same-origin"}, {}):
        assert (await client.post("/x", headers=head)).status_code == 200


async def test_conditional_get_is_for_static_files_only(client):
    assert (await client.get("/static/a.css", headers={"if-none-match": 'W/"v1"'})).status_code == 304
    fresh = await client.get("/static/a.css", headers={"if-none-match": '"v0"'})
    assert fresh.status_code == 200
    assert fresh.headers["cache-control"] == "public"
    answer = await client.get("/static/a.css", headers={"if-none-match": '"v0", "v1"'})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_tls_is_believed_only_of_a_trusted_proxy():
    for proxy in (False, True):
        app = stack(echo, Known(), lambda: NOW, proxy=proxy)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house") as client:
            head = {"x-forwarded-proto": "https", "cookie": "__Host-ordinance=good"}
            answer = await client.get("/", headers=head)
            assert ("strict-transport-security" in answer.headers) is proxy
            assert answer.text.startswith("Ann" if proxy else "nobody")


def test_the_session_cookie():
    open_, plain = Visit("1", NOW, secure=True), Visit("1", NOW)
    assert session_cookie(open_, "t").startswith("__Host-ordinance=t; Path=/; Max-Age=")
    assert session_cookie(open_, "t").endswith("HttpOnly; SameSite=Lax; Secure")
    assert "Secure" not in session_cookie(plain, "t")
    assert "Max-Age=0" in session_cookie(plain, "")


def test_problem_details_name_every_reason():
    place = Place("workflows.yaml", 3, 4)
    reasons = (
        Reason("required", Text("请填写", "fill in"), "/lines/0/product", place=place, remedy=Text("选", "choose")),
        Reason("not_here", Text("不在", "not here"), "review", wanted=("a", "b"), got=1),
    )
    status, body = problem_body("invalid", reasons, "en", "r1")
    assert status == body["status"] == 422
    assert body["code"] == "required"
    assert body["reasons"][0] == {
        "code": "required",
        "message": "fill in",
        "pointer": "/lines/0/product",
        "remedy": "choose",
        "place": {"file": "workflows.yaml", "line": 3, "column": 4},
    }
    assert body["reasons"][1] == {
        "code": "not_here",
        "message": "not here",
        "where": "review",
        "wanted": ["a", "b"],
        "got": 1,
    }
    assert problem_body("invalid", reasons, "zh-CN")[1]["detail"] == "请填写"


def test_every_status_has_words():
    assert set(STATUS.values()) == set(TITLES)
