"""Made for the tests of expressions: entities, rows and conditions at random, and the two databases they go to."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

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
    Many,
    Record,
    Scope,
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
STAFF = {
    "of": Record("customer", nullable=True),
    "name": TEXT.optional(),
    "since": DATE.optional(),
    "kinds": Many(Choice(KINDS)),
    "admin": BOOLEAN.optional(),
}
SCALES = {"amount": 2, "paid": 2, "pieces": 0, "price": 4, "quantity": 3, "credit": 2, "points": 0}
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
SCOPE = Scope(Catalogue({**ENTITIES, "staff": STAFF}), "order", user="staff")
LISTS = {("order", "lines"): '"parent"', ("customer", "visits"): '"customer"'}


class Database:
    """The two databases, seen as lowering and this test see them."""

    def __init__(self, dialect, user=None):
        self.dialect = dialect
        self.alias, self.above = "o", ()
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
            columns += [
                f'"{name}" {self.sql_type(name, type_)}' for name, type_ in fields.items() if self.kept(entity, name)
            ]
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


NAMES = "note | customer.name | 'a' | user.name | 'B'"
OPTIONS = ("'a'", "'b'", "kind")
NUMBERS = {
    "order": "amount | paid | pieces | customer.credit | payer.head.credit | -2.5 | 0.001 | 0 | 15"
    " | 123456789012345678",
    "line": "price | quantity | parent.amount | maker.credit | 1.5 | 0.00001 | parent.customer.credit",
    "visit": "points | parent.amount | 2",
}
WORDS = {
    "order": "title | note | kind | customer.name | 'a' | '' | title + note | user.name"
    " | default(title, note) | min(title, note)",
    "line": "spec | kind | parent.title | maker.name | 'a' | ''",
    "visit": "parent.title | 'a'",
}
TEXTS = ("", "a", "ab", "B", "é", "中", "a'b", '"', "%", "z", "ä", "_")
DAYS = tuple(date(2026, 11, day) for day in (23, 24, 25, 26))
MOMENTS = tuple(NOW + timedelta(hours=hours) for hours in (-27, -26, -3, -2, 0, 1, 21, 22))


class Dice(random.Random):
    """Makes rows and the text of conditions; a seed gives the same ones again."""

    def value(self, name, type_):
        if type_.kind == "many":
            return tuple(self.sample(KINDS, self.randint(0, 3)))
        if self.random() < 0.2:
            return None
        if type_.kind == "number":
            whole = (
                self.randint(-(10**8), 10**8)
                if self.random() < 0.4
                else self.choice((0, 5, 10, 15, 20, 25, -5, -25, 100))
            )
            return Decimal(whole).scaleb(-min(SCALES[name], self.choice((1, 2, 4))))
        kinds = {
            "text": TEXTS,
            "choice": KINDS,
            "boolean": (True, False),
            "date": DAYS,
            "datetime": MOMENTS,
            "record": (1, 2, 3),
        }
        return self.choice(kinds[type_.kind])

    def rows(self, entity, count, **more):
        kept = {name: type_ for name, type_ in ENTITIES[entity].items() if (entity, name) not in LISTS}
        for number in range(1, count + 1):
            fields = {name: self.value(name, type_) for name, type_ in kept.items()}
            yield {**fields, **{name: self.choice(values) for name, values in more.items()}, "id": number}

    def world(self):
        return {
            "customer": list(self.rows("customer", 3)),
            "visit": list(self.rows("visit", 4, customer=(1, 2))),
            "order": list(self.rows("order", 6)),
            "order.lines": list(self.rows("order.lines", 9, parent=(1, 2, 3, 4))),
        }

    def user(self):
        return {
            "id": 9,
            "of": self.choice((None, {"id": 1}, {"id": 2})),
            "name": self.choice((None, "a", "")),
            "since": self.choice((None, date(2026, 11, 24))),
            "kinds": tuple(self.sample(KINDS, self.randint(0, 2))),
            "admin": self.choice((None, True, False)),
        }

    def words(self, text):
        return self.choice(text.split(" | "))

    def number(self, where, depth):
        if depth <= 0 or self.random() < 0.3:
            return self.words(NUMBERS[where])
        form = self.choice(("op", "over", "minus", "round", "abs", "pick", "if", "length", "rows", "rows", "rows"))
        one, two = self.number(where, depth - 1), self.number(where, depth - 1)
        forms = {
            "op": f"({one} {self.choice('+-*')} {two})",
            "over": f"({one} / {self.words('100 | 4 | -8 | 3')})",
            "minus": f"-{one}",
            "round": f"round({one}, {self.words('-1 | 0 | 1 | 2 | 3')})",
            "abs": f"abs({one})",
            "pick": f"{self.words('min | max | default')}({one}, {two})",
            "if": f"({one} if {self.condition(where, depth - 1)} else {self.choice((two, 'null'))})",
            "length": f"length({self.text(where)})",
        }
        if form != "rows":
            return forms[form]
        if where != "order":
            return one
        return self.choice(
            (
                f"lines.{self.words('sum | sum | min | max')}({self.number('line', depth - 1)})",
                "lines.count()",
                f"lines.count({self.condition('line', depth - 1)})",
                f"customer.visits.sum({self.number('visit', depth - 1)})",
            )
        )

    def text(self, where):
        return self.words(WORDS[where])

    def simple(self, where, depth=1):
        order = self.words("== | != | < | <= | > | >=")
        equal = self.words("== | !=")
        forms = [
            f"{self.number(where, depth)} {order} {self.number(where, depth)}",
            f"{self.number(where, 0)} {self.words('in | not in')} [{self.number(where, 0)}, {self.words('1 | null')}]",
            f"{self.text(where)} {equal} {self.text(where)}",
            f"{self.text(where)} is {self.words('set | empty | not set | not empty')}",
            f"{self.number(where, depth)} is {self.words('set | empty')}",
            f"{self.words('contains | starts_with')}({self.text(where)}, {self.text(where)})",
        ]
        return self.choice([*forms, *getattr(self, f"simple_{where}")(order, equal)])

    def simple_order(self, order, equal):
        days = (
            "due_on | day(made_at) | today() | customer.since | due_on + 1d | due_on - 2d | user.since | '2026-11-25'"
        )
        moments = "made_at | now() | made_at + 1h | now() - 3h | day_end(today()) | made_at - 30min"
        people = "customer | payer | user.of | customer.head | payer.head"
        return [
            f"{self.words(days)} {order} {self.words(days)}",
            f"{self.words(moments)} {order} {self.words(moments)}",
            f"{self.words('kind | stage | customer.tier')} {equal} {self.choice(OPTIONS[:2])}",
            f"kind {equal} stage",
            f"title {order} {self.words(NAMES)}",
            f"{self.words(people)} {equal} {self.words(people)}",
            f"{self.words(people)} is {self.words('set | empty')}",
            f"{self.words('traits | lines | customer.visits | urgent | due_on')} is {self.words('set | empty')}",
            self.words(
                "urgent | checked | urgent == checked | urgent != checked | urgent == true | user.admin"
                " | customer.id == user.of | default(urgent, checked)"
            ),
            self.words("kind in user.kinds | kind not in user.kinds | 'a' in user.kinds | kind in ['a', 'b']"),
            f"{self.choice(OPTIONS)} {self.words('in | not in')} traits",
        ]

    def simple_line(self, _, equal):
        return [
            self.words("ready | parent.urgent | 'a' in parent.traits"),
            f"kind {equal} parent.kind",
            f"maker {equal} parent.customer",
        ]

    def simple_visit(self, _, equal):
        return [self.words("happy | parent.urgent"), f"happy {equal} parent.checked"]

    def condition(self, where="order", depth=2):
        if depth <= 0 or self.random() < 0.4:
            return self.simple(where, min(depth, 1))
        one, two = self.condition(where, depth - 1), self.condition(where, depth - 1)
        forms = [
            f"not ({one})",
            f"({one}) {self.words('and | or')} ({two})",
            f"(({one}) if ({two}) else ({self.simple(where, 0)}))",
            f"({one}) == ({two})",
        ]
        if where == "order":
            many = self.words("any | all | none")
            forms += [
                f"lines.{many}({self.condition('line', depth - 1)})",
                f"customer.visits.{many}({self.condition('visit', depth - 1)})",
            ]
        return self.choice(forms)


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
