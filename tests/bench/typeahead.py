"""How long suggestions take among 100,000 customers: `python tests/bench/typeahead.py [--rows N] [--database …]`.

Prints, for what people type, the best and the middle of some tries in milliseconds, on SQLite and on PostgreSQL (aim:
30 ms); it never fails on a time. `miss` finds nothing, which is the longest way there is.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "core")]

from databases import Server, create_database  # noqa: E402
from rooms.storage_kit import entity, field  # noqa: E402

from ordinance.storage import Database, Store  # noqa: E402

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CITIES = ("上海", "杭州", "成都", "广州", "北京", "苏州", "武汉", "南京", "青岛", "厦门")
WORDS = "瑞禾恒诚博远华信金泰盛德永兴宏达海川云峰嘉业新源东方天和"
TRADES = ("机械", "食品", "贸易", "电子", "建材", "餐饮管理", "供应链", "物流")
CLIENT = entity(
    "client", field("code", unique=True, search=True), field("name", search=True), field("phone", search=True),
    key="code", title="name",
)  # fmt: skip
TYPED = {
    "nothing": "", "a code": "KH042100", "part of a code": "KH0421", "a common name": "瑞禾", "a start": "上海瑞禾",
    "a rare name": "云峰物流有限公司96", "initials": "shrh", "rare initials": "qdyxdz", "two words": "xm tz",
    "a telephone": "13812", "another width": "ＫＨ０４２１", "miss": "龘龘", "a longer miss": "zzzz",
}  # fmt: skip


async def filled(database: Database, rows: int) -> Store:
    store, chance = Store(database, {"client": CLIENT}), random.Random(1)
    await store.prepare()
    made = [
        {
            "code": f"KH{at:06}",
            "name": f"{chance.choice(CITIES)}{chance.choice(WORDS)}{chance.choice(WORDS)}{chance.choice(TRADES)}有限公司{at % 97}",
            "phone": f"138{chance.randrange(10**8):08}",
        }
        for at in range(rows)
    ]  # fmt: skip
    for at in range(0, rows, 5000):
        async with database.work() as work:
            await store.records["client"].insert_many(work, made[at : at + 5000], now=NOW, by="1")
    return store


async def timed(url: str, rows: int, tries: int) -> dict[str, tuple[float, float, int]]:
    async with Database(url) as database:
        store, found = await filled(database, rows), {}
        if database.dialect == "postgresql":
            async with database.work() as work:
                await work.execute("ANALYZE")
        for name, text in TYPED.items():
            took, items = [], []
            for _ in range(tries):
                async with database.work(write=False) as work:
                    start = time.perf_counter()
                    items = await store.records["client"].lookup(work, text)
                    took.append((time.perf_counter() - start) * 1000)
            found[name] = min(took), statistics.median(took), len(items)
        return found


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--tries", type=int, default=7)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    for kind in (given.database,) if given.database else ("sqlite", "postgresql"):
        server = Server() if kind == "postgresql" else None
        with tempfile.TemporaryDirectory() as folder:
            try:
                if server is not None:
                    server.start()
                url = create_database(server.url) if server is not None else f"sqlite:///{folder}/bench.sqlite"
                found = asyncio.run(timed(url, given.rows, given.tries))
            finally:
                if server is not None:
                    server.stop()
        say(f"\n{kind}, {given.rows:,} customers: best and middle of {given.tries}, ms")
        for name, (best, middle, count) in found.items():
            say(f"  {name:16} {TYPED[name]:20} {best:6.1f} {middle:6.1f}   {count} found")


if __name__ == "__main__":
    main()
