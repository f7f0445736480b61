"""A condition as SQL selects exactly the rows for which it evaluates to yes, on both databases.

Rows and conditions are made at random. SQLite runs in memory; PostgreSQL where ORDINANCE_TEST_POSTGRES names a server.
"""

import asyncio
import os
import sqlite3
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rooms.expressions_kit import ENTITIES, NOW, SCOPE, ZONE, Database, Dice, loaded

from ordinance.expressions import BOOLEAN, Env, ExpressionError, compile_expression


def trial(seed, dialect, ask):
    """Make one world, ask many conditions of it both ways, and return how many could be asked."""
    dice = Dice(seed)
    world, user = dice.world(), dice.user()
    database = Database(dialect, user)
    rows = list(loaded(world))
    asked = 0
    for statement, values in database.inserts(world):
        ask(statement, *values)
    for _ in range(CONDITIONS):
        source = dice.condition()
        try:
            expression = compile_expression(source, SCOPE, BOOLEAN)
            text, args = expression.lower(database)
        except ExpressionError as error:
            assert {each.code for each in error.faults} <= {"not_in_query", "unknown_option"}, (source, error)
            continue
        found = {row[0] for row in ask(f'SELECT o."id" FROM "e_order" AS o WHERE {text}', *args)}
        assert found == {row["id"] for row in rows if expression.evaluate(Env(row, user=user, now=NOW, zone=ZONE))}, (
            source,
            text,
            args,
        )
        asked += 1
    return asked


CONDITIONS = 30
RANDOM = settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))


@RANDOM
@given(st.integers(0, 2**63))
def test_sqlite_selects_what_evaluates_to_yes(seed):
    connection = sqlite3.connect(":memory:")
    try:
        for statement in Database("sqlite").create():
            connection.execute(statement)
        assert trial(seed, "sqlite", lambda sql, *args: connection.execute(sql, args).fetchall()) > CONDITIONS // 2
    finally:
        connection.close()


@contextmanager
def postgresql():
    asyncpg = pytest.importorskip("asyncpg")
    url = os.environ.get("ORDINANCE_TEST_POSTGRES")
    if not url:
        pytest.skip("ORDINANCE_TEST_POSTGRES names no server")
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url))
        runner.run(connection.execute("CREATE SCHEMA expressions_test; SET search_path TO expressions_test"))
        try:
            yield lambda sql, *args: runner.run(connection.fetch(numbered(sql), *args))
        finally:
            runner.run(connection.execute("DROP SCHEMA expressions_test CASCADE"))
            runner.run(connection.close())


def numbered(sql):
    parts = sql.split("?")
    return parts[0] + "".join(f"${number}{part}" for number, part in enumerate(parts[1:], 1))


def test_postgresql_selects_what_evaluates_to_yes():
    with postgresql() as ask:
        for statement in Database("postgresql").create():
            ask(statement)

        @RANDOM
        @given(st.integers(0, 2**63))
        def run(seed):
            for entity in ENTITIES:
                ask(f"DELETE FROM {Database('postgresql').table(entity)}")
            trial(seed, "postgresql", ask)

        run()
