"""Bad input by the hundred thousand, in process, as four roles.

Every case has at least one fault by construction, so each must get a documented 4xx with problem details, and nothing
may have been written when all is done. The cases come from one seed: a failure prints its number, which repeats it.
"""

import random
import re

import msgspec
import pytest
from rooms.web_kit import NOW, served
from sizes import size

from ordinance.web.api.openapi import describe

pytestmark = pytest.mark.anyio
ROLES = ("system_administrator", "order_reviewer", "shipper", "C-1")
SEED = 20261124
NOWHERE = "4611686018427387904"

BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b'"x"',
    b"NaN",
    b"\xff\xfe",
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b'{"a": -1e999}',
    b'{"a": 9223372036854775808}',
    b'{"a": ' + b"9" * 4000 + b"}",
    b'{"a": 1, "a": 2}',
    b'{"a": "\\ud800"}',
    b'{"a": "\\u0000"}',
    b'{"\\u0000": 1}',
    b"[" * 10_000,
    b'{"a":' * 10_000,
    b'{"a": [' + b"{}," * 3000 + b"{}]}",
    b"{'a': 1}",
    b'{"a": 1} x',
    b'\xef\xbb\xbf{"a": 01}',
)
WRONG = (
    {"zz": 1},
    [[]],
    [1, "2", None],
    {"id": "x"},
    {"id": NOWHERE},
    {"entity": "x", "id": 0},
    -(2**63),
    2**63 - 1,
    "\ufeff\u202e" * 50,
    "x" * 70_000,
    "1e5",
    "--1",
    "2026-02-30",
    "'; DROP TABLE e_customer; --",
    True,
    {"a": {"b": {"c": []}}},
)
QUERIES = (
    "zz=1",
    "limit=1&limit=1",
    "limit=0",
    "limit=1e3",
    "limit=%31%30%30%30",
    "cursor=%00",
    "cursor=zz",
    "count=yes",
    "filter[zz]=1",
    "aggregate[median]=id",
    "aggregate[sum]=zz",
    "aggregate[sum]=",
    "aggregate[count]=*&sort=id",
    "aggregate[count]=*&groupBy=zz",
    "groupBy=id",
    "filter=",
    "filter=%7B%7D",
    "filter=%7B%22or%22%3A%5B%5D%7D",
    "filter=%7B%22not%22%3A%7B%22zz%22%3A1%7D%7D",
    "filter=%7B%22zz%22%3A1e999%7D",
    "filter=" + "%5B" * 400,
    "filter[id][zz]=1",
    "filter[]=1",
    "filter[name][eq]=1&filter[name][eq]=2",
    "filter%5Bzz%5D=1",
    "sort=zz",
    "sort=-",
    "fields=zz,,",
    "search=%ff",
    "validate=maybe",
    "upsert=1",
    "a=%",
    "&&&=",
    "validate=true&validate=true",
)
TAGS = ("", '"0"', '"999999"', 'W/"1"', "1", '"x"', '"1", "2"', '"' + "9" * 40 + '"')
KEYS = ("", " ", "a b", "\u00e9", "x" * 256, "\x7f")
IDS = (NOWHERE, "0", "-1", "x", "9" * 30, "1.0", "%00", "..", "%2e%2e%2f", "1%20OR%201=1", "null")
NAMES = ("zz", "sales_orders", "account'", "e_account", "login", "token", "%00", "__class__", "SALES_ORDER")


class Cases:
    """Makes bad requests for one site."""

    def __init__(self, site, known, chance):
        self.blueprint = site.house.blueprint
        self.entities = list(self.blueprint.entities.values())
        self.known = known
        self.chance = chance
        self.kinds = (
            self.bad_body,
            self.wrong_field,
            self.bad_query,
            self.no_record,
            self.no_entity,
            self.bad_tag,
            self.bad_key,
            self.bad_step,
            self.bad_step_body,
            self.bad_batch,
            self.wrong_method,
            self.wrong_media,
        )

    def make(self):
        """Return (kind, method, path, query, headers, body)."""
        kind = self.chance.choice(self.kinds)
        method, path, query, headers, body = kind()
        return kind.__name__, method, path, query, headers, body

    def entity(self):
        return self.chance.choice(self.entities)

    def record(self):
        return self.chance.choice(self.known)

    def json(self, value):
        return [("content-type", "application/json")], msgspec.json.encode(value)

    def bad_body(self):
        entity, id_ = self.record()
        method, path = self.chance.choice(
            [
                ("POST", f"/api/{entity}"),
                ("PATCH", f"/api/{entity}/{id_}"),
                ("POST", f"/api/{entity}/batch"),
                ("POST", f"/api/{entity}/evaluate"),
            ]
        )
        head = [("content-type", "application/json"), ("if-match", "*")]
        return method, path, "", head, self.chance.choice(BODIES)

    def wrong_field(self):
        entity = self.entity()
        fields = self.chance.sample(list(entity.fields), min(3, len(entity.fields)))
        body = {name: self.chance.choice(WRONG) for name in fields} | {"zz_unknown": 1}
        for name in fields:
            inner = entity.fields[name].fields
            if inner and self.chance.random() < 0.7:
                body[name] = [{self.chance.choice(list(inner)): self.chance.choice(WRONG)}, self.chance.choice(WRONG)]
        head, raw = self.json(body)
        query = self.chance.choice(("", "validate=true", "upsert=true", "draft=true"))
        mine = [id_ for name, id_ in self.known if name == entity.id]
        if mine and self.chance.random() < 0.5:
            return "PATCH", f"/api/{entity.id}/{mine[0]}", "", [*head, ("if-match", "*")], raw
        return "POST", f"/api/{entity.id}", query, head, raw

    def bad_query(self):
        entity = self.entity().id
        entity_, id_ = self.record()
        query = self.chance.choice(QUERIES)
        if self.chance.random() < 0.3:
            query += "&" + self.chance.choice(QUERIES)
        method, path = self.chance.choice(
            [
                ("GET", f"/api/{entity}"),
                ("GET", f"/api/{entity_}/{id_}"),
                ("GET", f"/api/{entity_}/{id_}/explain"),
                ("GET", f"/api/{entity}/explain"),
                ("GET", f"/api/{entity}/lookup"),
                ("GET", "/api/inbox"),
                ("GET", "/api/me"),
                ("POST", f"/api/{entity}"),
            ]
        )
        if "fields=" in query or query == "limit=1":
            query += "&zz=1"
        head, raw = self.json({"zz_unknown": 1})
        return method, path, query, head, raw if method == "POST" else b""

    def no_record(self):
        entity, id_ = self.entity().id, self.chance.choice(IDS)
        method, path = self.chance.choice(
            [
                ("GET", f"/api/{entity}/{id_}"),
                ("PATCH", f"/api/{entity}/{id_}"),
                ("DELETE", f"/api/{entity}/{id_}"),
                ("GET", f"/api/{entity}/{id_}/steps"),
                ("GET", f"/api/{entity}/{id_}/timeline"),
                ("GET", f"/api/{entity}/{id_}/explain"),
                ("POST", f"/api/{entity}/{id_}/take"),
                ("POST", f"/api/{entity}/{id_}/reassign"),
                ("POST", f"/api/{entity}/{id_}/set-aside"),
                ("POST", f"/api/{entity}/{id_}/resume"),
                ("POST", f"/api/{entity}/{id_}/steps/submit"),
                ("POST", f"/api/{entity}/{id_}/lanes/cancel"),
            ]
        )
        head, raw = self.json({})
        return method, path, "", [*head, ("if-match", '"1"')], raw

    def no_entity(self):
        name = self.chance.choice(NAMES)
        method, path = self.chance.choice(
            [
                ("GET", f"/api/{name}"),
                ("POST", f"/api/{name}"),
                ("GET", f"/api/{name}/{NOWHERE}"),
                ("PATCH", f"/api/{name}/{NOWHERE}"),
                ("DELETE", f"/api/{name}/{NOWHERE}"),
                ("POST", f"/api/{name}/batch"),
                ("GET", f"/api/{name}/lookup"),
                ("GET", f"/api/{name}/explain"),
                ("POST", f"/api/{name}/evaluate"),
            ]
        )
        head, raw = self.json({"items": [{"values": {}}]} if path.endswith("batch") else {})
        if path.endswith("batch"):
            raw = b'{"items": [1]}'
        return method, path, "", [*head, ("if-match", '"1"')], raw

    def bad_tag(self):
        entity, id_ = self.record()
        tag = self.chance.choice(TAGS)
        head, raw = self.json({})
        return self.chance.choice(["PATCH", "DELETE"]), f"/api/{entity}/{id_}", "", [*head, ("if-match", tag)], raw

    def bad_key(self):
        head, raw = self.json({"zz_unknown": 1})
        return "POST", f"/api/{self.entity().id}", "", [*head, ("idempotency-key", self.chance.choice(KEYS))], raw

    def bad_step(self):
        """A step that is not open, not there, or another's: the order waits at its review, no caller may pass that."""
        orders = [id_ for name, id_ in self.known if name == "sales_order"]
        step = self.chance.choice(("zz", "finance_review", "outbound_review", "ship", "receive", "refund", "draft"))
        head, raw = self.json({"decision": self.chance.choice(("pass", "send_back", "close")), "reason": "r"})
        kind = self.chance.choice(("steps", "steps", "lanes"))
        return "POST", f"/api/sales_order/{self.chance.choice(orders)}/{kind}/{step}", "", head, raw

    def bad_step_body(self):
        orders = [id_ for name, id_ in self.known if name == "sales_order"]
        body = {self.chance.choice(("decision", "to", "reason", "input")): self.chance.choice(WRONG[:3]), "zz": 1}
        head, raw = self.json(body)
        path = self.chance.choice(("steps/order_review", "lanes/cancel", "take", "reassign", "set-aside", "resume"))
        return "POST", f"/api/sales_order/{self.chance.choice(orders)}/{path}", "", head, raw

    def bad_batch(self):
        items = self.chance.choice(
            (
                None,
                1,
                [1],
                [{}] * 201,
                [{"zz": 1}],
                [{"id": NOWHERE, "values": {}}],
                [{"values": []}],
                [{"decision": "x", "values": {}}],
                {"values": {}},
            )
        )
        head, raw = self.json({"items": items, "zz": 1})
        return "POST", f"/api/{self.entity().id}/batch", self.chance.choice(("", "atomic=true")), head, raw

    def wrong_method(self):
        entity, id_ = self.record()
        path = self.chance.choice((f"/api/{entity}", f"/api/{entity}/{id_}", "/api/me", "/health", "/openapi.json"))
        return "PUT", path, "", *self.json({})

    def wrong_media(self):
        media = self.chance.choice(
            ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json")
        )
        return "POST", f"/api/{self.entity().id}", "", [("content-type", media)], b'{"zz_unknown": 1}'


async def ask(app, key, method, path, query, headers, body):
    """Send one request straight into the application; return (status, headers, body)."""
    head = [(name.encode(), value.encode("utf-8", "replace")) for name, value in headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": re.sub("%([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"house"), (b"authorization", b"Bearer " + key.encode()), *head],
        "client": ("127.0.0.1", 1),
        "server": ("house", 80),
        "state": {},
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    status = sent[0]["status"]
    return status, dict(sent[0]["headers"]), b"".join(each.get("body", b"") for each in sent[1:])


def documented(described):
    """Return a list of (pattern, method, statuses) of the description."""
    found = []
    for path, item in described["paths"].items():
        pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
        found += [(pattern, method.upper(), set(each["responses"])) for method, each in item.items()]
    return found


async def written(site):
    """Return how many rows each table has, and the sum of all versions."""
    counts = {}
    store = site.house.force.store
    async with site.house.database.work(write=False) as work:
        for records in store.records.values():
            table = records.shape.name
            row = await work.fetch_one(f'SELECT count(*) AS n, coalesce(sum(version), 0) AS v FROM "{table}"')
            counts[table] = (row["n"], row["v"])
        for table in ("event", "ledger", "wait", "outbox", "notice", "idempotency"):
            row = await work.fetch_one(f'SELECT count(*) AS n FROM "{table}"')
            counts[table] = (row["n"], 0)
    return counts


async def test_bad_input_gets_its_documented_answer_and_writes_nothing(tmp_path):
    async with served(f"sqlite:///{tmp_path / 'fuzz.sqlite'}") as site:
        order = {"address": "1 Main Road", "lines": [{"product": "P-1", "quantity": "1"}]}
        known = []
        for customer in ("C-1", "C-2"):
            made = await site[customer].post("/api/sales_order", json=order)
            assert made.status_code == 201, made.text
            known.append(("sales_order", made.json()["id"]))
        known += [("customer", str(site.ids["C-1 record"])), ("account", str(site.ids["C-2"]))]
        keys = {name: await site.accounts.issue_token(site.ids[name], NOW) for name in ROLES}
        described = documented(describe(site.house.force))
        chance = random.Random(SEED)
        cases = Cases(site, known, chance)
        before = await written(site)
        tally = {}
        for number in range(size("api_cases")):
            role = chance.choice(ROLES)
            kind, method, path, query, headers, body = cases.make()
            status, head, answer = await ask(site.app, keys[role], method, path, query, headers, body)
            case = f"case {number} {kind} as {role}: {method} {path}?{query} {headers} {body[:200]!r} -> {status}"
            assert 400 <= status < 500, f"{case} {answer[:300]!r}"
            assert head[b"content-type"] == b"application/problem+json", case
            problem = msgspec.json.decode(answer)
            assert problem["status"] == status, case
            assert problem["reasons"], case
            assert all(each["code"] and each["message"] for each in problem["reasons"]), case
            statuses = next((s for pattern, verb, s in described if verb == method and pattern.fullmatch(path)), None)
            assert (statuses is None and status in (404, 405, 401)) or str(status) in (statuses or ()), case
            tally[kind, status] = tally.get((kind, status), 0) + 1
        assert await written(site) == before
        assert {status for _, status in tally} >= {400, 403, 404, 405, 409, 412, 415, 422}, tally
