"""How long grouped reports take on very many orders: `python tests/bench/reports.py [--orders N] [--database KIND]`.

The orders are those of `prepare.multiply`, spread over 300 days, 20 customers and 4 regions, each with two lines and, for
the steps, an event for each step. Aim: under a second for 100,000 orders, on both databases. Prints, never fails.
"""

# ruff: noqa: T201

import argparse
import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "core"), str(ROOT / "tests"), str(Path(__file__).parent)]

from prepare import PATTERN, Place, _raw, furnish, multiply  # noqa: E402

from ordinance.access import ENGINE  # noqa: E402
from ordinance.acts import Call, Refused, create  # noqa: E402
from ordinance.app import open_house  # noqa: E402
from ordinance.reports import run  # noqa: E402

REPORTS = """
schema: 1
by_month:
  of: sales_order
  parameters: {ordered_on: {}}
  group: [ordered_on.month]
  columns: {orders: {total: count}, amount: {value: total}, mean: {value: total, total: average}}
by_created_day:
  of: sales_order
  parameters: {created_at: {}}
  group: [created_at.day, region]
  columns: {orders: {total: count}, amount: {value: total}, share: {of: amount, show: share}}
by_customer:
  of: sales_order
  when: phase in ['running', 'complete', 'draft']
  parameters: {ordered_on: this_year}
  group: [customer]
  columns: {orders: {total: count}, amount: {value: total}, change: {of: amount, show: change}}
by_product:
  of: sales_order
  lines: lines
  parameters: {parent.ordered_on: {}}
  group: [product]
  columns: {pieces: {value: quantity}, dearest: {value: price, total: max}}
by_region_of_customer:
  of: sales_order
  group: [customer.code, region]
  columns: {orders: {total: count}, amount: {value: total}}
time_per_step:
  of: sales_order
  each: step
  group: [step]
  columns: {passes: {total: count}, average: {value: waited, total: average}, back: {total: count, when: sent_back}}
time_per_step_90_days:
  of: sales_order
  each: step
  parameters: {at: 90d}
  group: [step]
  columns: {passes: {total: count}, average: {value: waited, total: average}, back: {total: count, when: sent_back}}
"""
STEPS = ("submit", "order_review", "finance_review", "outbound_review", "ship", "receive")
ASKED = 3


async def steps(url, count):
    """Give every order an event for each step, some hours apart."""
    dialect = "postgresql" if url.startswith("postgresql://") else "sqlite"
    at = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f+00:00', '2026-01-01', '+' || (n.i % 300) || ' days', '+{h} hours')",
          "postgresql": "timestamptz '2026-01-01' + (n.i % 300) * interval '1 day' + interval '{h} hours'"}  # fmt: skip
    async with _raw(url, dialect) as run_sql:
        for place, step in enumerate(STEPS):
            await run_sql(
                "INSERT INTO event (id, at, entity, document, seq, name, actor, revision, channel, step, body) "
                f"{PATTERN[dialect].format(count=count)} SELECT n.i * 10 + {place}, {at[dialect].format(h=place * 7)}, "
                f"'sales_order', n.i, {place}, 'sales_order.{step}', '1', '', 'office', '{step}', '{{\"kind\":\"pass\", \"patch\":\"{'x' * 900}\"}}' "
                "FROM n"
            )
        touched = at[dialect].format(h=len(STEPS) * 7)
        await run_sql(f"UPDATE e_sales_order SET updated_at = {touched.replace('n.i', 'id')} WHERE id <= {count}")
        await run_sql("ANALYZE")


async def measure(place, dialect, count):
    """Print one line for each report."""
    url = await place.database(dialect)
    (place.site / "config" / "reports.yaml").write_text(REPORTS, encoding="utf-8")
    await furnish(place.site, url)
    now = datetime.now(UTC)
    async with open_house(place.site, now, url=url) as opened:
        done = await create(
            opened.house, Call(ENGINE, now, "en", "system"), "sales_order",
            {"customer": "C-1", "address": "1 Main Road",
             "lines": [{"product": "P-1", "quantity": "3"}, {"product": "P-2", "quantity": "1"}]}, draft=True,
        )  # fmt: skip
        if isinstance(done, Refused):
            raise TypeError(done.reasons)
    await multiply(url, count)
    await steps(url, count)
    async with open_house(place.site, now, url=url) as opened:
        for id in opened.house.blueprint.reports:
            if id not in REPORTS:
                continue
            times = []
            for _ in range(ASKED):
                before = time.perf_counter()
                answer = await run(opened.house, Call(ENGINE, now, "en", "system"), id)
                times.append(time.perf_counter() - before)
            rows = answer.reasons if isinstance(answer, Refused) else len(answer.rows)
            print(f"{dialect:<11} {id:<22} {rows!s:>6} rows  best {min(times) * 1000:7.0f} ms  worst {max(times) * 1000:7.0f} ms")


def main():
    """Measure on the databases asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    arguments = parser.parse_args()
    dialects = [arguments.database] if arguments.database else ["sqlite", "postgresql"]
    with Place(dialects) as place:
        for dialect in dialects:
            asyncio.run(measure(place, dialect, arguments.orders))


if __name__ == "__main__":
    main()
