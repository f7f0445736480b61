"""How long the list page takes on very many orders: `python tests/bench/lists.py [--orders N] [--database KIND]`.

A million orders by default, made by `prepare.multiply`, on `tests/sites/counting`; the pages come from the application in
this process, signed in as a person, so a time is that of the whole page. Each address is asked three times and the
quickest is printed. Paging is walked forth for a thousand pages by the cursors of the API and back from there. Prints,
never fails.
"""

# ruff: noqa: T201

import argparse
import asyncio
import logging
import re
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "core"), str(ROOT / "tests"), str(Path(__file__).parent)]

import httpx  # noqa: E402
from prepare import Place, furnish, multiply  # noqa: E402

from ordinance.access import ENGINE  # noqa: E402
from ordinance.acts import Call, create  # noqa: E402
from ordinance.app import open_house  # noqa: E402
from ordinance.app.serving import application  # noqa: E402

LIST = "/o/sales_order"
ORDER = {"customer": "C-1", "address": "1 Main Road",
         "lines": [{"product": "P-1", "quantity": "3"}, {"product": "P-2", "quantity": "1"}]}  # fmt: skip
PAGES = {
    "first page, newest first": "",
    "sorted by an indexed amount": "?sort=-total",
    "sorted by a day without index": "?sort=ordered_on",
    "sorted by the name of the customer": "?sort=customer",
    "one region (indexed), by amount": "?filter[region][eq]=north&sort=-total",
    "one customer": "?filter[customer][eq]={customer}",
    "a range of amounts": "?filter[total][gte]=9990",
    "a day without index": "?filter[ordered_on][eq]=2026-03-03",
    "relative days, none match": "?filter[deliver_by][on]=today",
    "free text, one hit": "?search=n-777777",
    "free text, no hit": "?search=nowhere",
    "a declared list, none match": "?view=urgent",
}
BESIDE = {
    "figures of the plain list": f"{LIST}/figures",
    "figures of one region": f"{LIST}/figures?filter[region][eq]=north",
    "counted and added up on purpose": f"{LIST}?figures=1",
    "board": f"{LIST}/board",
    "calendar": f"{LIST}/calendar?by=ordered_on&month=2026-03",
    "record with its neighbours": LIST + "/{record}?from=sort%3D-total&at=0",
}
PASSWORD = "A long walk at dawn"


async def main(place, arguments):
    url = await place.database(arguments.database)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    roles = place.site / "roles.yaml"
    role = "  lister: {label: Lister, may: {sales_order: [read, export], customer: [read]}}\n"
    roles.write_text(roles.read_text("utf-8").replace("\nroles:\n", f"\nroles:\n{role}"), "utf-8")
    await furnish(place.site, url)
    now = datetime.now(UTC)
    async with open_house(place.site, now, url=url) as opened:
        call = Call(ENGINE, now, "en", "system")
        await create(opened.house, call, "sales_order", ORDER)
        began = time.monotonic()
        await multiply(url, arguments.orders)
        print(f"{arguments.orders:,} orders on {arguments.database} in {time.monotonic() - began:.0f} s\n")
        await create(opened.house, call, "account", {"name": "lister", "roles": ["lister"]})
        account = await opened.accounts.find("lister")
        await opened.accounts.set_password(account, PASSWORD, now)
        await opened.accounts.put_away_guide(account.id, now)
        app = application(opened, worker=False)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://house", timeout=600) as browser:
            await browser.post("/sign-in", data={"name": "lister", "password": PASSWORD})
            await measure(browser)


async def measure(browser):
    page = await asked(browser, "first page", LIST)
    record = re.search(rf"{LIST}/(\d+)\?", page.text)[1]
    customer = (await browser.get("/lookup/customer?q=C-3")).json()["items"][0]["id"]
    for name, query in PAGES.items():
        await asked(browser, name, LIST + query.format(customer=customer))
    for name, address in BESIDE.items():
        await asked(browser, name, address.format(record=record))
    await walk(browser)
    await export(browser)


async def asked(browser, name, address, times=3):
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = await browser.get(address, headers={"accept": "text/html"})
        took.append(time.perf_counter() - began)
    print(f"{name:36} {min(took) * 1000:8.0f} ms   {answer.status_code}  {len(answer.content) // 1024:4} KB")
    return answer


async def walk(browser):
    """Page forth a hundred times, then back, by the links of the page itself."""
    address = f"{LIST}?sort=-total"
    took = {"next": [], "prev": []}
    for way in ("next", "prev"):
        for _ in range(100):
            began = time.perf_counter()
            page = await browser.get(address)
            took[way].append(time.perf_counter() - began)
            link = re.search(rf'href="([^"]+)" rel="{way}"', page.text)
            if link is None:
                break
            address = link[1].replace("&amp;", "&")
        print(f"{len(took[way]):3} pages {'forth' if way == 'next' else 'back ':5}"
              f"{'':22} {max(took[way]) * 1000:8.0f} ms at most, {min(took[way]) * 1000:.0f} ms at least")  # fmt: skip


async def export(browser):
    for kind in ("csv", "xlsx"):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began, size = time.perf_counter(), 0
        query = f"{LIST}/export?format={kind}&filter[total][gte]=9000"
        async with browser.stream("GET", query) as answer:
            async for piece in answer.aiter_bytes():
                size += len(piece)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        print(f"export of a tenth as {kind:15} {time.perf_counter() - began:8.1f} s    {size // 1024:,} KB, "
              f"{grown} MB more memory")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with Place((given.database,)) as made:
        asyncio.run(main(made, given))
