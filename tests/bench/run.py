"""Measure the product beside the same work done by hand, and print one table of ratios. It never fails on a time.

`python tests/bench/run.py [--quick] [--lives N] [--orders N] [--only life|list|check|start]`; see the README beside it.
"""

import argparse
import asyncio
import contextlib
import functools
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "core"), str(ROOT / "tests")]

import by_hand  # noqa: E402
import load  # noqa: E402
import pages  # noqa: E402
import prepare  # noqa: E402
import servers  # noqa: E402
import table  # noqa: E402
from engines import engine_of  # noqa: E402

DIALECTS = ("sqlite", "postgresql")
LIFE = ((1, 1), (8, 1), (8, 2))
"""Clients and processes; one client cannot use two processes."""
ROUNDS = 4
"""All sides take turns, so that whatever else the machine does falls on each of them."""
WARM = 5


async def over_http(processes, clients, count, work):
    """Measure `work(client)`, done `count` times by so many clients, spread over the processes."""
    async with contextlib.AsyncExitStack() as stack:
        urls = [processes[number % len(processes)].url for number in range(clients)]
        open_ = [await stack.enter_async_context(load.Client(url)) for url in urls]
        before = sum(each.cpu_s() for each in processes)
        sample = await load.measure(count, [functools.partial(work, client) for client in open_])
        sample.cpu_s = sum(each.cpu_s() for each in processes) - before
        return sample


async def without_http(db, token_of, clients, count):
    """Measure whole lives as SQL alone, from this process."""

    async def life():
        async def signed_in(role):
            return await db.run(by_hand.sign_in(db, token_of[role]), write=False)

        made = await db.run(by_hand.create(db, await signed_in("customer"), load.ORDER), write=True)
        id = int(by_hand.msgspec.json.decode(made)["id"])
        for step, role in load.STEPS:
            await db.run(by_hand.step(db, await signed_in(role), id, step), write=True)

    before = time.process_time()
    sample = await load.measure(count, [life] * clients)
    sample.cpu_s = time.process_time() - before
    return sample


async def in_turns(count, sides):
    """Let every side do its part of the work in each round; a few pieces beforehand warm it up."""
    samples = {name: load.Sample() for name in sides}
    for measure in sides.values():
        await measure(WARM)
    for _ in range(ROUNDS):
        for name, measure in sides.items():
            samples[name].add(await measure(max(count // ROUNDS, 1)))
    return samples


async def lives(place, dialect, count):
    """Measure the life of an order: the product, the bare handlers, and the SQL alone."""
    urls = {side: await place.database(dialect) for side in ("product", "bare", "raw")}
    tokens = {side: await prepare.furnish(place.site, url) for side, url in urls.items()}

    def served(side, processes, clients):
        return lambda n: over_http(processes, clients, n, lambda client: load.live(client, tokens[side]))

    db = engine_of(urls["raw"])
    await db.open()
    for clients, number in LIFE:
        with (
            servers.running(lambda: servers.product(place.site, urls["product"]), number) as product,
            servers.running(lambda: servers.bare(urls["bare"]), number) as bare,
        ):
            sides = {"product": served("product", product, clients), "bare": served("bare", bare, clients)}
            if number == 1:
                sides["raw"] = functools.partial(without_http, db, tokens["raw"], clients)
            samples = await in_turns(count, sides)
        for row in table.rows_of("life of an order", dialect, clients, number, samples):
            yield row
    await db.close()


async def lists(place, dialect, count, orders):
    """Measure a page of fifty among very many orders; it only reads, so that both sides share the database."""
    url = await place.database(dialect)
    tokens = await prepare.furnish(place.site, url)
    with servers.running(lambda: servers.product(place.site, url), 1) as product:
        await over_http(product, 1, 1, lambda client: load.live(client, tokens))
        await prepare.multiply(url, orders)
        with servers.running(lambda: servers.bare(url), 1) as bare:
            for name, path in pages.PATHS.items():

                def ask(client, path=path):
                    return client.ask("GET", path, tokens["order_reviewer"])

                sides = {
                    side: functools.partial(_page, processes, ask)
                    for side, processes in (("product", product), ("bare", bare))
                }
                samples = await in_turns(count, sides)
                for row in table.rows_of(f"page of 50 in {orders:,}: {name}", dialect, 1, 1, samples):
                    yield row


async def _page(processes, ask, count):
    return await over_http(processes, 1, count, ask)


async def checks(count):
    """Measure `ordinance check` of the default site, as a command."""
    sample = load.Sample()
    for _ in range(count):
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "cli.py", "check"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, _, used = os.wait4(process.pid, 0)
        sample.each_s.append(time.perf_counter() - began)
        sample.cpu_s += used.ru_utime + used.ru_stime
        process.returncode = 0
    sample.whole_s = sum(sample.each_s)
    for row in table.rows_of("check of the default site", "", 0, 1, {"product": sample}):
        yield row


async def starts(place, dialect, count):
    """Measure from the command to the first answer of /ready: on an empty database, and on one that is there."""
    samples = {"first start": load.Sample(), "next start": load.Sample()}
    for _ in range(count):
        url = await place.database(dialect)
        for sample in samples.values():
            process = servers.product(place.site, url)
            sample.each_s.append(process.started_s)
            sample.whole_s += process.started_s
            sample.cpu_s += process.cpu_s()
            process.stop()
    for name, sample in samples.items():
        for row in table.rows_of(name, dialect, 0, 1, {"product": sample}):
            yield row


async def rows(given, place):
    """Measure what was asked for, one table row after the other."""
    few = 3 if given.quick else 7
    if given.only in (None, "check"):
        async for row in checks(few):
            yield row
    for dialect in given.database or DIALECTS:
        measured = {
            "start": lambda dialect=dialect: starts(place, dialect, few),
            "life": lambda dialect=dialect: lives(place, dialect, given.lives),
            "list": lambda dialect=dialect: lists(place, dialect, given.lives, given.orders),
        }
        for name, measure in measured.items():
            if given.only in (None, name):
                async for row in measure():
                    yield row


async def collected(given, place):
    found = []
    async for row in rows(given, place):
        found.append(row)
        sys.stderr.write(f"{' '.join(each for each in row if each)}\n")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes: 40 lives, 10,000 orders")
    parser.add_argument("--lives", type=int, help="orders carried through in each measurement (200)")
    parser.add_argument("--orders", type=int, help="orders in the database of the list page (100,000)")
    parser.add_argument("--only", choices=("life", "list", "check", "start"), help="one measurement")
    parser.add_argument("--database", choices=DIALECTS, action="append", help="one database; may be repeated")
    given = parser.parse_args()
    given.lives = given.lives or (40 if given.quick else 200)
    given.orders = given.orders or (10_000 if given.quick else 100_000)
    with prepare.Place(given.database or DIALECTS if given.only != "check" else ()) as place:
        found = asyncio.run(collected(given, place))
    table.write(found)


if __name__ == "__main__":
    main()
