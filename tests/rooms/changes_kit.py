"""A company whose configuration is changed: its own copy of `tests/sites/counting`, orders on their way, a boss."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rooms.acts_kit import COUNTING, NOW, Company, ok

from ordinance import acts, changes
from ordinance.access import ENGINE
from ordinance.acts import Call, Done
from ordinance.app import open_house
from ordinance.changes import Applied, Change, Plan

STEPS = {
    "order_review": "order_reviewer",
    "finance_review": "finance_reviewer",
    "outbound_review": "warehouse_keeper",
    "ship": "shipper",
}
"""The gates of an order and who passes each, in their order."""

BOSS = "    may: {account: [read, create, update, delete], revision: [read, create], sales_order: [read]}"


def site_at(folder: Path) -> Path:
    """Return a fresh copy of the site, with a role that may change it."""
    site = folder / "site"
    shutil.copytree(COUNTING, site, ignore=shutil.ignore_patterns("__pycache__"))
    change(
        site,
        "roles.yaml",
        "{account: [read, create, update, delete], sales",
        "{account: [read, create, update, delete], revision: [read, create], sales",
    )
    return site


def change(site: Path, name: str, old: str, new: str) -> None:
    """Change a text that a file has."""
    path = site / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
    path.write_text(text.replace(old, new), "utf-8")


@asynccontextmanager
async def shop(site: Path, url: str) -> AsyncIterator[Shop]:
    """Open a copy of the site; the first time, with a customer and two products."""
    async with open_house(site, NOW, url=url) as opened:
        company = Shop(opened)
        if not await company.every("product"):
            for code, price in (("P-1", "10.00"), ("P-2", "2.50")):
                ok(
                    await company.create(
                        None, "product", {"code": code, "name": code, "price": price, "sale_state": "on_sale"}
                    )
                )
            ok(await company.create(None, "customer", {"code": "C-1", "name": "One", "address": "1 Main Road"}))
        yield company


class Shop(Company):
    """The company with words for what changes do to it."""

    async def order(self, at: str = "order_review", quantity: str = "3", customer: str = "C-1") -> Done:
        """Enter an order and carry it to a gate."""
        lines = [{"product": "P-1", "quantity": quantity}]
        done = ok(
            await self.create(
                "business_manager", "sales_order", {"customer": customer, "address": "1 Main Road", "lines": lines}
            )
        )
        for step, who in STEPS.items():
            if step == at:
                break
            done = ok(await self.step(who, done, step))
        assert list(done.waits) == [at], done.waits
        return done

    @property
    def files(self) -> dict[str, str]:
        """The files of the company as they are in the folder."""
        from ordinance.blueprint import own_files

        return own_files(self.house.site)

    def switched(self, step: str, value: bool | str = False, workflow: str = "sales_order", **more: Any) -> Change:
        """Return the change that switches a step."""
        return Change(changes.toggled(self.files, workflow, step, value), **more)

    def with_text(self, name: str, old: str, new: str, **more: Any) -> Change:
        """Return the change that replaces a text of a file."""
        assert self.files[name].count(old) == 1, f"{name} has {old!r} {self.files[name].count(old)} times"
        return Change({**self.files, name: self.files[name].replace(old, new)}, **more)

    async def plan(self, change: Change) -> Plan:
        return await changes.plan(self.house, change, self.now)

    async def apply(self, change: Change, name: str | None = None) -> Any:
        call = await self.call(name) if name else self.boss
        return await changes.apply(self.house, await self.plan(change), call)

    async def applied(self, change: Change) -> Applied:
        outcome = await self.apply(change)
        assert isinstance(outcome, Applied), outcome
        return outcome

    @property
    def boss(self) -> Call:
        return Call(ENGINE, self.now, "en", "system")

    async def record(self, done: Done) -> dict[str, Any]:
        async with self.house.database.work(write=False) as work:
            return dict((await self.house.force.store.get_many(work, done.entity, [done.id]))[done.id])

    async def state(self, done: Done) -> Any:
        from ordinance.acts import codec

        return codec.state_of((await self.record(done))["state"])

    async def events(self, done: Done) -> list[dict[str, Any]]:
        async with self.house.database.work(write=False) as work:
            return await self.house.force.store.events.read(work, done.id)

    async def ledger(self, done: Done) -> list[tuple[str, str]]:
        async with self.house.database.work(write=False) as work:
            return [(row["effect"], row["state"]) for row in await self.house.force.store.ledger(work, done.id)]


def move(plan: Plan, at: str) -> Any:
    """Return what becomes of the documents that wait at a step."""
    (found,) = [each for each in plan.moves if each.at == (at,)]
    return found


__all__ = ["NOW", "STEPS", "Shop", "acts", "change", "move", "replace", "shop", "site_at"]
