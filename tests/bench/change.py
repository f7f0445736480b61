"""Switch a step of 100,000 orders under way and print how long planning, applying and going back take.

`python tests/bench/change.py [--orders N] [--database sqlite|postgresql] [--all] [--effects]`. Orders wait evenly at the
five gates of `tests/sites/counting`, with `--all` at the one that is switched; without `--effects` that step does
nothing, so the documents of a class are moved together.
"""

import argparse
import asyncio
import contextlib
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "core"), str(ROOT / "tests")]

import prepare  # noqa: E402

from ordinance import changes  # noqa: E402
from ordinance.access import ENGINE  # noqa: E402
from ordinance.acts import Call, Done, create, step  # noqa: E402
from ordinance.app import open_house  # noqa: E402
from ordinance.blueprint import own_files  # noqa: E402

GATES = ("order_review", "finance_review", "outbound_review", "ship", "receive")
SWITCHED = "finance_review"


async def main(place, arguments):
    url = await place.database(arguments.database)
    if not arguments.effects:
        flows = place.site / "workflows.yaml"
        flows.write_text(flows.read_text("utf-8").replace("does: [counting.open_receivable], ", ""), "utf-8")
    await prepare.furnish(place.site, url)
    async with open_house(place.site, datetime.now(UTC), url=url) as opened:
        await fill(opened.house, url, arguments.orders, (SWITCHED,) if arguments.all else GATES)
        await measure(opened.house, place.site, arguments)


async def fill(house, url, count, gates):
    """Make one order for each gate by the acts, and very many like it by SQL."""
    now = datetime.now(UTC)
    call = Call(ENGINE, now, "en", "system")
    patterns = []
    for gate in gates:
        values = {"customer": "C-1", "address": "1 Main Road", "lines": [{"product": "P-1", "quantity": "3"}]}
        done = await create(house, call, "sales_order", values)
        for each in GATES[: GATES.index(gate)]:
            done = await step(house, call, "sales_order", done.id, each)
        assert isinstance(done, Done), done
        patterns.append(done.id)
    await copy(url, patterns, count // len(gates))


async def copy(url, patterns, count):
    """Copy each of these orders so many times, with its lines, its events, its ledger and where it waits."""
    dialect = "postgresql" if url.startswith("postgresql://") else "sqlite"
    async with prepare._raw(url, dialect) as run:
        for at, pattern in enumerate(patterns):
            series = prepare.PATTERN[dialect].format(count=count)
            base = 1_000_000 * (at + 1)
            for table, own, document in (
                ("e_sales_order", "id", "id"), ("e_sales_order__lines", "id", "parent"), ("event", "id", "document"),
                ("ledger", "id", "document"), ("wait", "id", "document"),
            ):  # fmt: skip
                columns = [name for name in await run(prepare._columns(table, dialect)) if name not in (own, document)]
                fresh = {"number": "'N-' || n.i || '-' || " + str(at)}
                values = ", ".join(fresh.get(name, f't."{name}"') for name in columns)
                names = ", ".join(f'"{name}"' for name in columns)
                keys = (f"{base} + n.i",) if own == document else (f"100 * ({base} + n.i) + t.nth", f"{base} + n.i")
                ids = f'"{own}"' if own == document else f'"{own}", "{document}"'
                await run(
                    f'INSERT INTO "{table}" ({ids}, {names}) {series} SELECT {", ".join(keys)}, {values} FROM '
                    f'(SELECT *, row_number() OVER (ORDER BY "{own}") AS nth FROM "{table}" '
                    f'WHERE "{document}" = {pattern}) t, n'
                )
        await run("ANALYZE")


async def measure(house, site, arguments):
    files = own_files(site)
    now = datetime.now(UTC) + timedelta(minutes=1)
    call = Call(ENGINE, now, "en", "system")
    change = changes.Change(changes.toggled(files, "sales_order", SWITCHED, value=False), reason="too slow")
    rows = []

    async def timed(what, work):
        before, cpu = time.perf_counter(), time.process_time()
        found = await work
        rows.append((what, time.perf_counter() - before, time.process_time() - cpu))
        return found

    plan = await timed("plan", changes.plan(house, change, now))
    sys.stdout.write(changes.render(plan, "en"))
    outcome = await timed("apply", changes.apply(house, plan, call, progress=bar()))
    assert isinstance(outcome, changes.Applied), outcome
    back = await changes.way_back(house)
    plan = await timed("plan the way back", changes.plan(house, back, now))
    outcome = await timed("go back", changes.apply(house, plan, call, progress=bar()))
    assert isinstance(outcome, changes.Applied), outcome
    sys.stdout.write(f"\n{arguments.orders:,} orders under way, {arguments.database}, {outcome.moved:,} moved\n")
    for what, seconds, cpu in rows:
        sys.stdout.write(f"{what:20} {seconds:8.2f} s  {cpu:8.2f} s cpu\n")


def bar():
    with contextlib.suppress(ImportError):
        from tqdm import tqdm

        shown = tqdm(unit="order", leave=False, disable=not sys.stderr.isatty())

        def progress(done, total):
            shown.total = total
            shown.update(done - shown.n)

        return progress
    return lambda _done, _total: None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--all", action="store_true", help="let all orders wait at the step that is switched")
    parser.add_argument("--effects", action="store_true", help="leave the step its effect, which runs for each order")
    given = parser.parse_args()
    with prepare.Place({given.database}) as made:
        asyncio.run(main(made, given))
