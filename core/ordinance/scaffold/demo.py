"""Fill a site with a sample company and let its people carry orders to different points, through the ordinary acts.

Deterministic for a given day: the same seed makes the same company. Nothing here writes past the acts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from ordinance.access import ENGINE, Actor
from ordinance.acts import Call, Done, Refused, View, create, lane, read, step, tick
from ordinance.app import Opened
from ordinance.yamlfile import parse

PASSWORD = "chenlan-2026"  # noqa: S105 - printed on purpose: the demo is for looking at, on loopback
"""The one password of the demo's accounts."""

ORDERS = 240
_DAYS = 30
_SEED = 20261124


@dataclass(slots=True)
class Demo:
    """What the demo made: how many records of each kind, and one sign-in per role (role, name)."""

    made: dict[str, int] = field(default_factory=dict)
    sign_ins: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


class Filler:
    """Fills one site."""

    def __init__(self, opened: Opened, now: datetime, locale: str, progress: Callable[[int, int], None]) -> None:
        self._opened = opened
        self._house = opened.house
        self._now = now
        self._locale = locale
        self._progress = progress
        self._chance = random.Random(_SEED)  # noqa: S311 - sample data
        self._actors: dict[str, Actor] = {}
        self.demo = Demo()
        source = parse((files("ordinance.scaffold") / "demo.yaml").read_text("utf-8"), "demo.yaml")
        self._seed: Mapping[str, Any] = source.data

    async def fill(self) -> Demo:
        """Fill the site, or only say who may sign in when it has been filled before."""
        await self._people()
        if await self._opened.accounts.find("customer1") is None:
            await self._master_data()
            await self._customers()
            await self._orders()
        else:
            await self._known_customers()
        await tick(self._house, self._now)
        return self.demo

    async def _make(self, entity: str, values: Mapping[str, Any], call: Call | None = None) -> int | None:
        known = self._house.blueprint.entities.get(entity)
        if known is None:
            return None
        kept = {name: value for name, value in values.items() if name in known.fields and value not in (None, "")}
        outcome = await create(self._house, call or self._engine(), entity, kept)
        if isinstance(outcome, Refused):
            self.demo.refused += [f"{entity}: {each.where} {each.message.en}" for each in outcome.reasons]
            return None
        self.demo.made[entity] = self.demo.made.get(entity, 0) + 1
        return outcome.id

    def _engine(self) -> Call:
        return Call(ENGINE, self._now, self._locale, "system")

    def _name(self, row: Mapping[str, Any]) -> str:
        return str(row["zh" if self._locale == "zh" else "en"])

    async def _people(self) -> None:
        for row in self._seed["staff"]:
            values = {"name": row["account"], "display_name": self._name(row), "roles": list(row["roles"])}
            await self._account(values)
            for role in row["roles"]:
                if len(row["roles"]) == 1:
                    self.demo.sign_ins.setdefault(role, row["account"])

    async def _account(self, values: Mapping[str, Any]) -> None:
        accounts = self._opened.accounts
        name = str(values["name"])
        account = await accounts.find(name)
        if account is None:
            if await self._make("account", values) is None:
                return
            account = await accounts.find(name)
            assert account is not None
            await accounts.set_password(account, PASSWORD, self._now)
        self._actors[name] = account.actor(self._house.blueprint.roles)

    async def _master_data(self) -> None:
        for code, row in self._seed["categories"].items():
            await self._make("category", {"code": code, "name": self._name(row)})
        for row in self._seed["suppliers"]:
            await self._make("supplier", {**row, "name": self._name(row)})
        for row in self._seed["carriers"]:
            await self._make("carrier", {**row, "name": self._name(row)})
        for row in self._seed["products"]:
            await self._make("product", {**row, "name": self._name(row), "tax_rate": row.get("tax")})
        async with self._house.database.work(write=False) as work:
            found = await self._house.force.store.find(work, "product", {})
        self._products = [each["id"] for each in found]

    async def _customers(self) -> None:
        self._buyers: list[tuple[str, int]] = []
        for number, row in enumerate(self._seed["customers"], start=1):
            values = {**row, "name": self._name(row), "credit_limit": row.get("credit")}
            id = await self._make("customer", values)
            if id is not None:
                name = f"customer{number}"
                await self._account(
                    {"name": name, "display_name": self._name(row), "roles": ["customer"],
                     "of": {"entity": "customer", "id": str(id)}}
                )  # fmt: skip
                self._buyers.append((name, id))
        await self._known_customers()

    async def _known_customers(self) -> None:
        role = self._bound_role()
        if role:
            self.demo.sign_ins[role] = "customer1"

    def _bound_role(self) -> str | None:
        return next((id for id, role in self._house.blueprint.roles.items() if role.of == "customer"), None)

    async def _orders(self) -> None:
        total = ORDERS
        for number in range(total):
            age = _DAYS * (1 - number / total) * self._chance.uniform(0.9, 1.0)
            await self._order(self._now - timedelta(days=age, minutes=self._chance.randrange(600)))
            self._progress(number + 1, total)

    async def _order(self, at: datetime) -> None:
        name, _ = self._chance.choice(self._buyers)
        buyer = self._actors[name]
        chosen = self._chance.sample(self._products, self._chance.randint(1, 6))
        lines = [{"product": str(id), "quantity": str(self._chance.choice((1, 2, 3, 5, 10, 12, 24)))} for id in chosen]
        day = at.astimezone(self._house.zone).date()
        customer = await read(self._house, Call(ENGINE, at), "customer", buyer.of[1] if buyer.of else 0)
        address = customer.record.get("address") if isinstance(customer, View) else None
        values: dict[str, Any] = {
            "address": address or "-",
            "lines": lines,
            "deliver_by": (day + timedelta(days=self._chance.randint(3, 12))).isoformat(),
        }
        if self._chance.random() < 0.25:
            values["note"] = self._phrase("note")
        outcome = await create(self._house, Call(buyer, at, self._locale, "portal"), "sales_order", values)
        if isinstance(outcome, Refused):
            self.demo.refused += [f"order: {each.where} {each.message.en}" for each in outcome.reasons]
            return
        self.demo.made["sales_order"] = self.demo.made.get("sales_order", 0) + 1
        await self._carry(outcome, at)

    async def _carry(self, order: Done, at: datetime) -> None:
        """Carry an order on: old ones mostly to the end, fresh ones a little; a few go back or are cancelled."""
        workflow = self._house.blueprint.workflows[order.record["workflow"]]
        age = (self._now - at).days
        most = len(workflow.steps) if age > 8 and self._chance.random() < 0.9 else self._chance.randint(0, 5)
        for number in range(most):
            if not order.waits or at >= self._now:
                return
            at = min(at + timedelta(hours=self._chance.uniform(0.5, 20)), self._now)
            waiting = order.waits[0]
            outcome: Done | Refused
            if number == 1 and self._chance.random() < 0.05:
                outcome = await step(
                    self._house, self._call(self._doer(order, waiting), at), order.entity, order.id, waiting,
                    decision="send_back", reason=self._phrase("send_back"),
                )  # fmt: skip
                most = number
            elif number == 0 and self._chance.random() < 0.04 and workflow.lanes:
                side = next(iter(workflow.lanes))
                outcome = await lane(
                    self._house, self._call(self._doer(order, side), at), order.entity, order.id, side,
                    values={"cancel_reason": self._phrase("cancel_reason")}, reason=self._phrase("cancel_reason"),
                )  # fmt: skip
            else:
                call = self._call(self._doer(order, waiting), at)
                outcome = await step(self._house, call, order.entity, order.id, waiting)
            if isinstance(outcome, Refused):
                self.demo.refused += [f"{waiting}: {each.message.en}" for each in outcome.reasons]
                return
            order = outcome

    def _doer(self, order: Done, act: str) -> Actor:
        """Return somebody who may do the act on this order: the customer it belongs to, or one of the staff."""
        rights = self._house.force.rights
        able = [
            actor for actor in self._actors.values()
            if rights.may(actor, act, order.entity, order.record["workflow"])
            and (actor.of is None or str(actor.of[1]) == order.record["customer"]["id"])
        ]  # fmt: skip
        return self._chance.choice(able) if able else ENGINE

    def _call(self, actor: Actor, at: datetime) -> Call:
        return Call(actor, at, self._locale, "portal" if actor.portal else "office")

    def _phrase(self, kind: str) -> str:
        return str(self._chance.choice(self._seed["phrases"][kind][self._locale]))
