"""A condition as SQL selects exactly the rows for which it evaluates to yes, on both databases.

Rows and conditions are made at random; SQLite runs in memory, PostgreSQL is the server of the suite.
"""

import asyncio
import sqlite3
from contextlib import contextmanager
from decimal import Decimal

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rooms.expressions_kit import ENTITIES, NOW, SCOPE, ZONE, Database, Dice, loaded
from sizes import size

from ordinance.expressions import BOOLEAN, Catalogue, Env, ExpressionError, Scope, compile_expression


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
RANDOM = settings(
    deadline=None,
    max_examples=size("expressions") // CONDITIONS,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


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
def connected(url):
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


def test_postgresql_selects_what_evaluates_to_yes(postgresql_server):
    with connected(postgresql_server) as ask:
        for statement in Database("postgresql").create():
            ask(statement)

        @RANDOM
        @given(st.integers(0, 2**63))
        def run(seed):
            for entity in ENTITIES:
                ask(f"DELETE FROM {Database('postgresql').table(entity)}")
            trial(seed, "postgresql", ask)

        run()


def sql_of(source, dialect="sqlite", user=None):
    return compile_expression(source, SCOPE, BOOLEAN).lower(Database(dialect, user))


@pytest.mark.parametrize(
    ("source", "dialect", "text", "args"),
    [
        ("amount > 50000", "sqlite", '(o."amount" > ?)', (5_000_000,)),
        ("amount > 0.005", "sqlite", '(o."amount" > ?)', (0,)),
        ("amount <= 0.005", "sqlite", '(o."amount" <= ?)', (0,)),
        ("amount > 50000", "postgresql", '(o."amount" > CAST(? AS numeric))', (Decimal(50000),)),
        ("title > 'a'", "postgresql", '(o."title" COLLATE "C" > CAST(? AS text))', ("a",)),
        ("customer == user.of", "sqlite", '(o."customer" = ?)', (7,)),
        ("due_on - 2d <= today()", "sqlite", '(o."due_on" <= ?)', ("2026-11-27",)),
        (
            "due_on is set and due_on < today()",
            "sqlite",
            '((o."due_on" IS NOT NULL) AND (o."due_on" < ?))',
            ("2026-11-25",),
        ),
        ("user.admin", "sqlite", "TRUE", ()),
    ],
)
def test_a_column_is_asked_as_it_is_kept_so_that_an_index_can_answer(source, dialect, text, args):
    assert sql_of(source, dialect, {"of": {"id": 7}, "admin": True}) == (text, args)


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("amount / paid > 1", "amount / paid"),
        ("amount / 3 > 1", "amount / 3"),
        ("amount * paid * pieces > 1", "amount * paid * pieces"),
        ("due_on + 1mo > today()", "due_on + 1mo"),
        ("passed(ship)", "passed(ship)"),
        ("warned(x)", "warned(x)"),
        ("new.amount > 1", "new.amount"),
        ("short", "short"),
    ],
)
def test_what_a_database_cannot_say_exactly_is_refused_at_its_column(source, part):
    types = Catalogue(ENTITIES, computed={"order": {"short": BOOLEAN}})
    made = compile_expression(source, Scope(types, "order", new=True), BOOLEAN)
    with pytest.raises(ExpressionError) as caught:
        made.lower(Database("sqlite"))
    (found,) = caught.value.faults
    assert (found.code, source[found.column - 1 :][: found.length]) == ("not_in_query", part)


VALUES = [f"round({number}, {places}) + amount * 0" for number in ("2.5", "-2.5", "0.05", "-0.15") for places in (0, 1)]
VALUES += [
    "round(amount, 0)",
    "round(amount, 1)",
    "round(-amount, 1)",
    "round(amount, -1)",
    "amount / 8",
    "abs(amount)",
]
VALUES += [
    "lines.sum(price)",
    "lines.count()",
    "length(title)",
    "min(amount, 3)",
    "max(amount, paid)",
    "amount if urgent else 0.5",
]


@pytest.mark.parametrize("source", VALUES)
def test_a_number_comes_back_as_it_evaluates(source):
    made = compile_expression(source, SCOPE)
    connection = sqlite3.connect(":memory:")
    database = Database("sqlite")
    for statement in database.create():
        connection.execute(statement)
    lowered = made.lower_value(database)
    for amount in ("0.05", "-0.05", "2.5", "-2.5", "2.45", "14.99", "15", "1.25"):
        order = {
            **dict.fromkeys(ENTITIES["order"]),
            "amount": Decimal(amount),
            "title": "中文",
            "urgent": True,
            "id": 1,
        }
        connection.execute('DELETE FROM "e_order"')
        for statement, values in database.inserts({"order": [order]}):
            connection.execute(statement, values)
        (found,) = connection.execute(f'SELECT {lowered.text} FROM "e_order" AS o', lowered.args).fetchone()
        assert Decimal(found).scaleb(-lowered.scale) == made.evaluate(Env({**order, "lines": []})), amount
    connection.close()
