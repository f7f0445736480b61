"""Fresh databases with the tables of the site, its accounts, customers and products; and very many orders by SQL."""

import asyncio
import contextlib
import shutil
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from databases import Server, create_database

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, create
from ordinance.app import open_house

SITE = Path(__file__).parents[1] / "sites" / "counting"
ROLES = ("customer", "order_reviewer", "finance_reviewer", "warehouse_keeper", "shipper")
CUSTOMERS, PRODUCTS = 20, 5
PATTERN = {"sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})",
           "postgresql": "WITH n(i) AS (SELECT generate_series(1, {count}))"}  # fmt: skip
ORDERED_ON = {"sqlite": "date('2026-01-01', '+' || (n.i % 300) || ' days')",
              "postgresql": "date '2026-01-01' + (n.i % 300)::int"}  # fmt: skip
TOTAL = {"sqlite": "n.i * 7919 % 1000003", "postgresql": "(n.i * 7919::bigint % 1000003) / 100.0"}


class Place:
    """A temporary folder with a copy of the site, and a PostgreSQL server if one is wanted."""

    def __init__(self, dialects):
        self._folder = Path(tempfile.mkdtemp(prefix="ordinance-bench-"))
        self._server = Server() if "postgresql" in dialects else None
        self._made = 0
        self.site = self._folder / "site"
        shutil.copytree(SITE, self.site)

    def __enter__(self):
        if self._server:
            self._server.start()
        return self

    def __exit__(self, *_):
        if self._server:
            self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def database(self, dialect):
        """Return the URL of an empty database."""
        if dialect == "postgresql":
            return await asyncio.to_thread(create_database, self._server.url)
        self._made += 1
        return str(self._folder / f"{self._made}.sqlite3")


async def furnish(site, url):
    """Make the tables of a site and what its orders need; return the token of each role."""
    now, tokens = datetime.now(UTC), {}
    async with open_house(site, now, url=url) as opened:

        async def make(entity, **values):
            done = await create(opened.house, Call(ENGINE, now, "en", "system"), entity, values)
            if not isinstance(done, Done):
                raise TypeError(f"{entity} {values}: {done.reasons}")
            return str(done.id)

        customers = [await make("customer", code=f"C-{n}", name=f"Customer {n}") for n in range(CUSTOMERS)]
        for number in range(PRODUCTS):
            await make("product", code=f"P-{number}", name=f"Product {number}", price="12.50")
        for role in ROLES:
            of = {"of": {"entity": "customer", "id": customers[0]}} if role == "customer" else {}
            account = await make("account", name=role, roles=[role], **of)
            tokens[role] = await opened.accounts.issue_token(int(account), now)
    return tokens


async def multiply(url, count):
    """Copy the one order that is there, with two of its lines, `count` times; ids the product made are far larger."""
    dialect = "postgresql" if url.startswith("postgresql://") else "sqlite"
    async with _raw(url, dialect) as run:
        columns = [name for name in await run(_columns("e_sales_order", dialect)) if name != "id"]
        lines = [name for name in await run(_columns("e_sales_order__lines", dialect)) if name not in ("id", "parent")]
        changed = {
            "number": "'N-' || n.i", "search": "'n-' || n.i", "total": TOTAL[dialect],
            "ordered_on": ORDERED_ON[dialect],
            "region": "CASE n.i % 4 WHEN 0 THEN 'north' WHEN 1 THEN 'east' WHEN 2 THEN 'south' ELSE 'west' END",
            "customer": f"(SELECT id FROM e_customer WHERE code = 'C-' || (n.i % {CUSTOMERS}))",
        }  # fmt: skip
        values = ", ".join(changed.get(name, f't."{name}"') for name in columns)
        pattern = PATTERN[dialect].format(count=count)
        names = ", ".join(f'"{name}"' for name in columns)
        await run(f"INSERT INTO e_sales_order (id, {names}) {pattern} SELECT n.i, {values} "
                  "FROM (SELECT * FROM e_sales_order ORDER BY id LIMIT 1) t, n")  # fmt: skip
        names = ", ".join(f'"{name}"' for name in lines)
        values = ", ".join(f't."{name}"' for name in lines)
        await run(f"INSERT INTO e_sales_order__lines (id, parent, {names}) {pattern} "
                  f"SELECT 2 * n.i + t.position, n.i, {values} "
                  f"FROM (SELECT * FROM e_sales_order__lines ORDER BY position LIMIT 2) t, n")  # fmt: skip
        await run("ANALYZE")


def _columns(table, dialect):
    if dialect == "sqlite":
        return f"SELECT name FROM pragma_table_info('{table}')"
    return ("SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
            f"AND table_name = '{table}' ORDER BY ordinal_position")  # fmt: skip


@contextlib.asynccontextmanager
async def _raw(url, dialect):
    """A function that runs SQL and returns the first column."""
    if dialect == "sqlite":
        with contextlib.closing(sqlite3.connect(url)) as raw, raw:

            async def in_sqlite(sql):
                return [row[0] for row in raw.execute(sql).fetchall()]

            yield in_sqlite
        return
    connection = await asyncpg.connect(url)

    async def in_postgresql(sql):
        return [row[0] for row in await connection.fetch(sql)]

    try:
        yield in_postgresql
    finally:
        await connection.close()
