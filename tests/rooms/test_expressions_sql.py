"""A condition as SQL selects exactly the rows for which it evaluates to yes, on both databases.

Rows and conditions are made at random. SQLite runs in memory; PostgreSQL where ORDINANCE_TEST_POSTGRES names a server.
"""

import asyncio
import json
import os
import sqlite3
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from ordinance.expressions import (
    BOOLEAN,
    DATE,
    DATETIME,
    NUMBER,
    TEXT,
    Catalogue,
    Choice,
    Column,
    Env,
    ExpressionError,
    Many,
    Record,
    Scope,
    compile_expression,
)

KINDS = ("a", "b", "c")
ENTITIES = {
    "order": {
        "amount": NUMBER.optional(),
        "paid": NUMBER.optional(),
        "pieces": NUMBER.optional(),
        "title": TEXT.optional(),
        "note": TEXT.optional(),
        "kind": Choice(KINDS, nullable=True),
        "stage": Choice(KINDS, nullable=True),
        "urgent": BOOLEAN.optional(),
        "checked": BOOLEAN.optional(),
        "due_on": DATE.optional(),
        "made_at": DATETIME.optional(),
        "customer": Record("customer", nullable=True),
        "payer": Record("customer", nullable=True),
        "traits": Many(Choice(KINDS)),
        "lines": Many(Record("order.lines")),
    },
    "order.lines": {
        "price": NUMBER.optional(),
        "quantity": NUMBER.optional(),
        "spec": TEXT.optional(),
        "kind": Choice(KINDS, nullable=True),
        "ready": BOOLEAN.optional(),
        "maker": Record("customer", nullable=True),
    },
    "customer": {
        "name": TEXT.optional(),
        "tier": Choice(KINDS, nullable=True),
        "credit": NUMBER.optional(),
        "since": DATE.optional(),
        "head": Record("customer", nullable=True),
        "visits": Many(Record("visit")),
    },
    "visit": {"points": NUMBER.optional(), "happy": BOOLEAN.optional()},
}
SCALES = {"amount": 2, "paid": 2, "pieces": 0, "price": 4, "quantity": 3, "credit": 2, "points": 0}
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
SCOPE = Scope(Catalogue(ENTITIES), "order", user="staff")
LISTS = {("order", "lines"): '"parent"', ("customer", "visits"): '"customer"'}


class Database:
    """The two databases, seen as lowering and this test see them."""

    def __init__(self, dialect, user=None):
        self.dialect = dialect
        self.alias = "o"
        self.env = Env({}, user=user or {}, now=NOW, zone=ZONE)

    def table(self, entity):
        return '"e_' + entity.replace(".", "__") + '"'

    def column(self, entity, name):
        type_ = ENTITIES[entity].get(name)
        if type_ is None:
            return None
        if type_.kind == "number" and self.dialect == "sqlite":
            return Column(f'"{name}"', scale=SCALES[name], bound=10**8)
        return Column(f'"{name}"', listed=type_.kind == "many")

    def link(self, entity, name):
        return LISTS.get((entity, name))

    def argument(self, value, type_):
        if self.dialect == "sqlite" and isinstance(value, date):
            return value.isoformat()
        return value

    def create(self):
        for entity, fields in ENTITIES.items():
            columns = ['"id" BIGINT PRIMARY KEY']
            columns += [f'"{name}" {self.sql_type(name, type_)}' for name, type_ in fields.items() if self.kept(entity, name)]
            columns += [f"{link} BIGINT" for (owner, name), link in LISTS.items() if fields_of(owner, name) == entity]
            yield f"CREATE TABLE {self.table(entity)} ({', '.join(columns)})"

    def kept(self, entity, name):
        return (entity, name) not in LISTS

    def sql_type(self, name, type_):
        if type_.kind == "number":
            return f"SCALEDINT{SCALES[name]}" if self.dialect == "sqlite" else f"NUMERIC(18, {SCALES[name]})"
        names = {"boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMPTZ", "record": "BIGINT", "many": "TEXT"}
        return names.get(type_.kind, "TEXT")

    def encode(self, name, value):
        if isinstance(value, tuple):
            return json.dumps(value) if value else None
        if isinstance(value, Decimal) and self.dialect == "sqlite":
            return int(value.scaleb(SCALES[name]))
        return self.argument(value, None)

    def inserts(self, world):
        for entity, rows in world.items():
            for row in rows:
                names = [name for name in row if (entity, name) not in LISTS]
                marks = ", ".join("?" * len(names))
                listed = ", ".join(f'"{name}"' for name in names)
                yield (
                    f"INSERT INTO {self.table(entity)} ({listed}) VALUES ({marks})",
                    tuple(self.encode(name, row[name]) for name in names),
                )


def fields_of(owner, name):
    return ENTITIES[owner][name].item.entity


def value_of(name, type_):
    if type_.kind == "number":
        scale = SCALES[name]
        return st.integers(-(10**8), 10**8).map(lambda n: Decimal(n).scaleb(-scale)) | st.sampled_from(
            [Decimal(n).scaleb(-min(scale, 1)) for n in (0, 5, 10, 15, 20, -5, 25)]
        )
    return {
        "text": st.sampled_from(["", "a", "ab", "B", "é", "中", "a'b", '"', "%", "z"]),
        "choice": st.sampled_from(KINDS),
        "boolean": st.booleans(),
        "date": st.sampled_from([date(2026, 11, day) for day in (23, 24, 25, 26)]),
        "datetime": st.sampled_from([NOW + timedelta(hours=h) for h in (-25, -19, -2, 0, 1, 21, 22)]),
        "record": st.sampled_from([1, 2]),
        "many": st.lists(st.sampled_from(KINDS), unique=True).map(tuple),
    }[type_.kind]


def row_of(entity, **more):
    kept = {name: type_ for name, type_ in ENTITIES[entity].items() if (entity, name) not in LISTS}
    fields = {
        name: value_of(name, type_) if type_.kind == "many" else st.none() | value_of(name, type_)
        for name, type_ in kept.items()
    }
    return st.fixed_dictionaries({**fields, **more})


@st.composite
def worlds(draw):
    parents = st.sampled_from([1, 2, 3])
    world = {
        "customer": draw(st.lists(row_of("customer"), min_size=2, max_size=2)),
        "visit": draw(st.lists(row_of("visit", customer=st.sampled_from([1, 2])), max_size=3)),
        "order": draw(st.lists(row_of("order"), min_size=1, max_size=3)),
        "order.lines": draw(st.lists(row_of("order.lines", parent=parents), max_size=4)),
    }
    for rows in world.values():
        for number, row in enumerate(rows, 1):
            row["id"] = number
    return world


def loaded(world):
    """Return the orders as an environment wants them: references are maps, lists are sequences of maps."""
    customers = {row["id"]: dict(row) for row in world["customer"]}
    for each in customers.values():
        each["visits"] = [row for row in world["visit"] if row["customer"] == each["id"]]
    for each in customers.values():
        each["head"] = customers.get(each["head"])
    for row in world["order"]:
        lines = [dict(line) for line in world["order.lines"] if line["parent"] == row["id"]]
        for line in lines:
            line["maker"] = customers.get(line["maker"])
        people = {name: customers.get(row[name]) for name in ("customer", "payer")}
        yield {**row, **people, "lines": lines}


@st.composite
def numbers(draw, where, depth):
    here = {
        "order": ["amount", "paid", "pieces", "customer.credit", "payer.head.credit", "-2.5", "0.001", "0", "15", "123456789012345678"],
        "line": ["price", "quantity", "parent.amount", "maker.credit", "1.5", "0", "parent.customer.credit"],
        "visit": ["points", "parent.amount", "2"],
    }[where]
    if depth == 0:
        return draw(st.sampled_from(here))
    below = numbers(where, depth - 1)
    forms = [
        st.sampled_from(here),
        st.builds("({} {} {})".format, below, st.sampled_from("+-*"), below),
        st.builds("({} / {})".format, below, st.sampled_from(["100", "4", "-8", "3"])),
        st.builds("-{}".format, below),
        st.builds("round({}, {})".format, below, st.sampled_from([-1, 0, 1, 2, 3])),
        st.builds("abs({})".format, below),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "default"]), below, below),
        st.builds("({} if {} else {})".format, below, conditions(where, depth - 1), below | st.just("null")),
        st.builds("length({})".format, texts(where)),
    ]
    if where == "order":
        inner = numbers("line", depth - 1)
        forms += [
            st.builds("lines.{}({})".format, st.sampled_from(["sum", "min", "max"]), inner),
            st.just("lines.count()"),
            st.builds("lines.count({})".format, conditions("line", depth - 1)),
            st.builds("customer.visits.sum({})".format, numbers("visit", depth - 1)),
        ]
    return draw(st.one_of(forms))


@st.composite
def texts(draw, where):
    here = {
        "order": ["title", "note", "kind", "customer.name", "'a'", "''", "'中'", "title + note", "user.name", "default(title, note)", "min(title, note)"],
        "line": ["spec", "kind", "parent.title", "maker.name", "'ab'", "''"],
        "visit": ["parent.title", "'a'"],
    }[where]
    return draw(st.sampled_from(here))


def simple(where):
    kind = st.sampled_from(["'a'", "'b'", "'c'"])
    signs, equal = st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.sampled_from(["==", "!="])
    forms = [
        st.builds("{} {} {}".format, numbers(where, 1), signs, numbers(where, 1)),
        st.builds("{} {} [{}, {}]".format, numbers(where, 0), st.sampled_from(["in", "not in"]), numbers(where, 0), st.sampled_from(["0.5", "1", "null"])),
        st.builds("{} {} {}".format, texts(where), equal, texts(where)),
        st.builds("{} is {}".format, texts(where) | numbers(where, 1), st.sampled_from(["set", "empty", "not set", "not empty"])),
        st.builds("{}({}, {})".format, st.sampled_from(["contains", "starts_with"]), texts(where), texts(where)),
    ]
    if where == "order":
        days = st.sampled_from(["due_on", "day(made_at)", "today()", "customer.since", "due_on + 1d", "due_on - 2d", "user.since", "'2026-11-25'"])
        moments = st.sampled_from(["made_at", "now()", "made_at + 1h", "now() - 3h", "day_end(today())", "made_at - 30min"])
        people = st.sampled_from(["customer", "payer", "user.of", "customer.head", "payer.head"])
        forms += [
            st.builds("{} {} {}".format, days, signs, days),
            st.builds("{} {} {}".format, moments, signs, moments),
            st.builds("{} {} {}".format, st.sampled_from(["kind", "stage", "customer.tier"]), equal, kind),
            st.builds("{} {} stage".format, st.just("kind"), equal),
            st.builds("{} {} {}".format, people, equal, people),
            st.builds("{} is {}".format, people | st.sampled_from(["traits", "lines", "customer.visits", "urgent", "due_on"]), st.sampled_from(["set", "empty"])),
            st.sampled_from(["urgent", "checked", "urgent == checked", "urgent != checked", "urgent == true", "kind in user.kinds", "kind not in user.kinds", "'a' in user.kinds", "user.admin", "kind in ['a', 'b']", "id == user.of"]),
            st.builds("{} {} traits".format, kind | st.just("kind"), st.sampled_from(["in", "not in"])),
        ]
    if where == "line":
        forms.append(st.sampled_from(["ready", "parent.urgent", "kind == parent.kind", "maker == parent.customer", "'a' in parent.traits"]))
    if where == "visit":
        forms.append(st.sampled_from(["happy", "parent.urgent", "happy == parent.checked"]))
    return st.one_of(forms)


@st.composite
def conditions(draw, where="order", depth=2):
    if depth <= 0:
        return draw(simple(where))
    below = conditions(where, depth - 1)
    forms = [
        simple(where),
        st.builds("not ({})".format, below),
        st.builds("({}) {} ({})".format, below, st.sampled_from(["and", "or"]), below),
        st.builds("(({}) if ({}) else ({}))".format, below, below, below),
        st.builds("({}) == ({})".format, below, below),
    ]
    if where == "order":
        quantifier = st.sampled_from(["any", "all", "none"])
        forms += [
            st.builds("lines.{}({})".format, quantifier, conditions("line", depth - 1)),
            st.builds("customer.visits.{}({})".format, quantifier, conditions("visit", depth - 1)),
        ]
    return draw(st.one_of(forms))


USERS = st.fixed_dictionaries(
    {
        "id": st.just(9),
        "of": st.none() | st.sampled_from([{"id": 1}, {"id": 2}]),
        "name": st.none() | st.sampled_from(["a", ""]),
        "since": st.none() | st.just(date(2026, 11, 24)),
        "kinds": st.lists(st.sampled_from(KINDS), unique=True).map(tuple),
        "admin": st.none() | st.booleans(),
    }
)
RANDOM = settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck), derandomize=True)


def expected(expression, world, user):
    return {
        row["id"]
        for row in loaded(world)
        if expression.evaluate(Env(row, user=user, now=NOW, zone=ZONE))
    }


def lowered(source, database):
    try:
        expression = compile_expression(source, SCOPE, BOOLEAN)
        text, args = expression.lower(database)
    except ExpressionError as error:
        codes = {each.code for each in error.faults}
        assert codes in ({"not_in_query"}, {"unknown_option"})
        event(str(codes))
        assume(False)
    return expression, f'SELECT o."id" FROM "e_order" AS o WHERE {text}', args


@RANDOM
@given(worlds(), conditions(), USERS)
def test_sqlite_selects_what_evaluates_to_yes(world, source, user):
    database = Database("sqlite", user)
    expression, sql, args = lowered(source, database)
    connection = sqlite3.connect(":memory:")
    try:
        for statement in database.create():
            connection.execute(statement)
        for statement, values in database.inserts(world):
            connection.execute(statement, values)
        found = {row[0] for row in connection.execute(sql, args)}
    finally:
        connection.close()
    assert found == expected(expression, world, user), (source, sql, args)


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
        @given(worlds(), conditions(), USERS)
        def run(world, source, user):
            database = Database("postgresql", user)
            expression, sql, args = lowered(source, database)
            for entity in ENTITIES:
                ask(f"DELETE FROM {database.table(entity)}")
            for statement, values in database.inserts(world):
                ask(statement, *values)
            found = {row["id"] for row in ask(sql, *args)}
            assert found == expected(expression, world, user), (source, sql, args)

        run()
