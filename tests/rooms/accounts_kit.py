"""A database with accounts in it, and the roles of a small company."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ordinance.access import Rights
from ordinance.accounts import TABLES, Account, Accounts, Ground, SessionPolicy, end_sessions, hold_roles
from ordinance.accounts.passwords import Passwords
from ordinance.blueprint.values import Entity, Field, Permission, Role
from ordinance.expressions import ANYWHERE, BOOLEAN, compile_expression
from ordinance.problems import Text
from ordinance.storage import Database, Store

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def a_field(id_, type_, **more):
    return Field(id=id_, type=type_, label=Text.of(id_), path=(id_,), **more)


def an_entity(id_, *fields, **more):
    return Entity(id=id_, label=Text.of(id_), fields={each.id: each for each in fields}, **more)


ENTITIES = {
    each.id: each
    for each in (
        an_entity(
            "account",
            a_field("name", "text", required=True, unique=True),
            a_field("display_name", "text"),
            a_field("roles", "multi_choice"),
            a_field("role", "text"),
            a_field("regions", "multi_choice"),
            a_field("of", "any_ref"),
            a_field("active", "boolean"),
            key="name",
        ),
        an_entity("customer", a_field("code", "text"), key="code"),
        an_entity(
            "absence",
            a_field("person", "ref", to="account"),
            a_field("deputy", "ref", to="account"),
            a_field("from", "date"),
            a_field("until", "date"),
        ),
    )
}

ONLY_CUSTOMERS = compile_expression("role == 'customer'", ANYWHERE, BOOLEAN)
PERMISSIONS = {
    "manage": Permission(
        "manage", Text.of("manage"), tuple(("account", verb) for verb in ("create", "update", "delete"))
    ),
    "open": Permission("open", Text.of("open"), (("account", "create"),), where={"account": ONLY_CUSTOMERS}),
}
ROLES = {
    each.id: each
    for each in (
        Role("administrator", Text("管理员", "administrator"), permissions=("manage",)),
        Role("seller", Text("销售", "seller"), permissions=("open",), may={"customer": ("read",)}),
        Role("head", Text("负责人", "head"), accounts=1),
        Role("customer", Text("客户", "customer"), of="customer", accounts=1),
        Role("reader", Text("查阅", "reader"), of="customer", accounts=2),
        Role("gateway", Text("网关", "gateway"), kind="system"),
    )
}


@dataclass(frozen=True)
class Source:
    entities: dict = field(default_factory=lambda: ENTITIES)
    workflows: dict = field(default_factory=dict)
    roles: dict = field(default_factory=lambda: ROLES)
    permissions: dict = field(default_factory=lambda: PERMISSIONS)
    duties: dict = field(default_factory=dict)


RIGHTS = Rights(Source())
GROUND = Ground(RIGHTS, ROLES, ZoneInfo("Asia/Shanghai"), absences=True)


class Company:
    """A database, its accounts room, and short ways to fill it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.store = Store(database, ENTITIES)
        self.accounts = Accounts(database, lambda: GROUND, SessionPolicy(), Passwords())

    async def prepared(self):
        await self.store.prepare(TABLES)
        return self

    async def add(self, name, *roles, of=None, active=True, password=None, **more):
        """Write an account as the acts do: its record and its places in one transaction; return it, or the reasons."""
        account = Account(self.database.new_id(NOW), name, name.title(), roles, of, active, values=more)
        record = {**account.record(), "display_name": account.display_name, **more}
        del record["department"]

        async def write(work):
            reasons = await hold_roles(work, RIGHTS, ROLES, account)
            return reasons or await self.store.insert(work, "account", record, NOW, "0")

        written = await self.database.run(write)
        if isinstance(written, tuple):
            return written
        if password is not None:
            assert await self.accounts.set_password(account, password, NOW) == ()
        return account

    async def suspend(self, account):
        """Suspend an account as the acts do; return the reasons if it may not be."""

        async def write(work):
            reasons = await hold_roles(work, RIGHTS, ROLES, replace(account, active=False))
            if reasons:
                return reasons
            await work.execute("UPDATE e_account SET active = ? WHERE id = ?", False, account.id)
            await end_sessions(work, account.id)
            return ()

        return await self.database.run(write)

    async def away(self, person, deputy, first, last):
        record = {"person": person.id, "deputy": deputy.id, "from": first, "until": last}
        async with self.database.work(write=True) as work:
            await self.store.insert(work, "absence", {"id": work.new_id(NOW), **record}, NOW, "0")

    async def warm(self, many):
        """Have that many connections open, so that acts started together really meet; SQLite has one writer anyway."""
        if self.database.dialect != "postgresql":
            return
        all_here = asyncio.Barrier(many)

        async def one():
            async with self.database.work(write=False) as work:
                await work.fetch("SELECT 1 AS one")
                await all_here.wait()

        await asyncio.gather(*(one() for _ in range(many)))
