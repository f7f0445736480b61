"""Requests made from the API's own description: no 5xx, no status and no body that the description does not name.

The site is served on loopback in a thread of its own, as a client would meet it.
"""

import asyncio
import random
import socket
import threading

import hypothesis
import pytest
import schemathesis
import uvicorn
from rooms.web_kit import NOW, served
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sizes import size

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
CASES_EACH = 10
ROLES = ("system_administrator", "business_manager", "order_reviewer", "C-1")
SEED = 20261124


class Serving:
    """The default company on a free port, with a key for each role."""

    def __init__(self, url):
        self.url, self.keys, self.port = url, {}, None
        self.ready, self.over, self.fault = threading.Event(), None, None
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self):
        try:
            asyncio.run(self.run())
        except BaseException as fault:
            self.fault = fault
            self.ready.set()

    async def run(self):
        self.over = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        async with served(self.url) as site:
            order = {"address": "1 Main Road", "lines": [{"product": "P-1", "quantity": "1"}]}
            for customer in ("C-1", "C-2"):
                assert (await site[customer].post("/api/sales_order", json=order)).status_code == 201
            self.keys = {name: await site.accounts.issue_token(site.ids[name], NOW) for name in ROLES}
            with socket.socket() as door:
                door.bind(("127.0.0.1", 0))
                self.port = door.getsockname()[1]
                server = uvicorn.Server(uvicorn.Config(site.app, log_level="critical", lifespan="off"))
                task = asyncio.create_task(server.serve(sockets=[door]))
                while not server.started:
                    await asyncio.sleep(0.01)
                self.ready.set()
                await self.over.wait()
                server.should_exit = True
                await task

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(60)
        if self.fault is not None:
            raise self.fault
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(30)


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    with Serving(f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'fuzz.sqlite'}") as found:
        yield found


def test_every_answer_is_one_that_the_description_names(serving):
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{serving.port}/openapi.json")
    operations = [each.ok() for each in schema.get_all_operations()]
    chance = random.Random(SEED)
    chosen = operations
    if size("schemathesis_cases") // CASES_EACH < len(operations):
        chosen = chance.sample(operations, size("schemathesis_cases") // CASES_EACH)
    statuses = {}
    while sum(statuses.values()) < size("schemathesis_cases"):
        for operation in chosen:
            head = {"authorization": f"Bearer {serving.keys[chance.choice(ROLES)]}"}
            for status in walk(operation, head, CASES_EACH, chance.randrange(10**9)):
                statuses[status] = statuses.get(status, 0) + 1
    assert not any(status >= 500 for status in statuses), statuses


def walk(operation, head, many, seed):
    """Make so many requests of one operation and return the statuses."""
    seen = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=many,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def one(case):
        answer = case.call(headers=head)
        seen.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    one()
    return seen
