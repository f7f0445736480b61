"""A small load generator: HTTP/1.1 over asyncio streams, one kept connection for each client."""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
STEPS = (
    ("order_review", "order_reviewer"),
    ("finance_review", "finance_reviewer"),
    ("outbound_review", "warehouse_keeper"),
    ("ship", "shipper"),
    ("receive", "customer"),
)
"""The steps after the order is sent in, and whose token passes each."""

ORDER = {"address": "1 Main Road", "lines": [{"product": f"P-{number}", "quantity": "3"} for number in range(5)]}


@dataclass
class Sample:
    """What some work took: how long each piece took, and how long all of it."""

    each_s: list[float] = field(default_factory=list)
    whole_s: float = 0.0
    cpu_s: float = 0.0

    def add(self, other):
        self.each_s += other.each_s
        self.whole_s += other.whole_s
        self.cpu_s += other.cpu_s


class Client:
    """One connection to one server."""

    def __init__(self, url):
        parts = urlsplit(url)
        self._address = parts.hostname, parts.port
        self._host = parts.netloc
        self._reader = self._writer = None

    async def __aenter__(self):
        self._reader, self._writer = await asyncio.open_connection(*self._address, limit=2**22)
        return self

    async def __aexit__(self, *_):
        self._writer.close()

    async def ask(self, method, path, token, body=None, *, expects=200):
        """Send a request and return the body of its answer; any other status ends the run."""
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nhost: {self._host}\r\nauthorization: Bearer {token}\r\n"
            f"accept-language: en\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
        )
        self._writer.write(head.encode() + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        content = await self._reader.readexactly(int(_LENGTH.search(answer)[1]))
        status = int(answer.split(b" ", 2)[1])
        if status != expects:
            raise RuntimeError(f"{method} {path}: {status} {content.decode(errors='replace')[:500]}")
        return content


async def live(client, tokens):
    """Carry one order through its whole life."""
    made = await client.ask("POST", "/api/sales_order", tokens["customer"], ORDER, expects=201)
    id = json.loads(made)["id"]
    for step, role in STEPS:
        done = await client.ask("POST", f"/api/sales_order/{id}/steps/{step}", tokens[role], {"decision": "pass"})
    if json.loads(done)["phase"] != "complete":
        raise RuntimeError(f"order {id} did not come to its end: {done.decode()[:500]}")


async def measure(count, workers):
    """Do `count` pieces of work, shared by the workers; each worker is an async function of no arguments."""
    sample, left = Sample(), iter(range(count))

    async def keep_on(work):
        for _ in left:
            began = time.perf_counter()
            await work()
            sample.each_s.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(keep_on(work) for work in workers))
    sample.whole_s = time.perf_counter() - began
    return sample
