"""The default company served in process: its API, accounts with keys, and clients for them."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import pytest
from databases import create_database, drop_database
from litestar import Litestar

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, create
from ordinance.app import open_house
from ordinance.web.api import api_routes, failures
from ordinance.web.stack import stack

SITE = Path(__file__).parents[2]
ORDER = {"address": "1 Main Road", "lines": [{"product": "P-1", "quantity": "3"}, {"product": "P-2", "quantity": "1"}]}
NOWHERE = "4611686018427387904"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
STAFF = (
    "system_administrator",
    "business_manager",
    "order_reviewer",
    "finance_reviewer",
    "warehouse_keeper",
    "shipper",
)


class Served:
    """A site with its API, and one client for each account."""

    def __init__(self, opened, app):
        self.house, self.accounts, self.app = opened.house, opened.accounts, app
        self.ids = {}
        self.clients = {}

    def client(self, key=None):
        headers = {"authorization": f"Bearer {key}", "accept-language": "en"} if key else {"accept-language": "en"}
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://house", headers=headers)

    async def make(self, entity, **values):
        done = await create(self.house, Call(ENGINE, NOW, "en", "system"), entity, values)
        assert isinstance(done, Done), done
        return done.id

    async def person(self, name, *roles, **values):
        account = await self.make("account", name=name, roles=list(roles), **values)
        self.ids[name] = account
        self.clients[name] = self.client(await self.accounts.issue_token(account, NOW))

    def __getitem__(self, name):
        return self.clients[name]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_url(request, tmp_path_factory):
    """The URL of an empty database that the tests of one module share."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('shared') / 'test.sqlite'}"
        return
    server = request.getfixturevalue("postgresql_server")
    url = create_database(server)
    yield url
    drop_database(server, url)


@pytest.fixture(scope="module")
async def site(shared_url):
    """The default company, served once for the tests of one module."""
    async with served(shared_url) as found:
        yield found


@asynccontextmanager
async def served(database_url, site=SITE):
    """Open the default company with its staff, two customers, an address each, and two products."""
    async with open_house(site, NOW, url=database_url) as opened:
        inner = Litestar(
            route_handlers=api_routes(lambda: opened.house),
            exception_handlers=failures(),
            openapi_config=None,
            logging_config=None,
        )
        app = stack(inner, opened.accounts, lambda: NOW, revision=lambda: opened.house.blueprint.revision)
        found = Served(opened, app)
        for role in STAFF:
            await found.person(role, role)
        for code, price in (("P-1", "10.00"), ("P-2", "0.99")):
            await found.make("product", code=code, name=f"Product {code}", price=price, sale_state="on_sale")
        for code in ("C-1", "C-2"):
            customer = await found.make("customer", code=code, name=f"Customer {code}")
            await found.person(code, "customer", of={"entity": "customer", "id": str(customer)})
            found.ids[f"{code} record"] = customer
        yield found
        for client in found.clients.values():
            await client.aclose()


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
