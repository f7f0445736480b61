"""The default site with a few customers and orders, served for browser tests: `python company.py PORT FOLDER [ORDERS [REVIEWS]]`.

A folder with a `workflows.yaml` is served as the site itself. With -1 orders what is there is served as it is. One account for each role, named by the role's id; all have the same password.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, House, create, step
from ordinance.app import Opened, open_house
from ordinance.app.serving import application

SITE = Path(__file__).parents[2]
PASSWORD = "Schwarzer Tee um vier"
CUSTOMERS = (
    ("KH-001", "杭州恒诚食品有限公司", "杭州市一号路 1 号"),
    ("KH-002", "上海瑞禾餐饮管理有限公司", "上海市二号路 2 号"),
    ("KH-003", "成都博远贸易有限公司", "成都市三号路 3 号"),
)
PRODUCTS = (
    ("SP-001", "瓶装饮用水", "24 瓶 × 550 毫升", "36.50"),
    ("SP-002", "乌龙茶", "12 瓶 × 500 毫升", "48.00"),
    ("SP-003", "燕麦饼干", "20 盒", "120.00"),
    ("SP-004", "橙汁", "6 瓶 × 1 升", "66.80"),
    ("SP-005", "黑巧克力 70%", "40 块", "380.00"),
)


class Filler:
    """Fills a fresh site through the acts, as its own people would."""

    def __init__(self, opened: Opened) -> None:
        self.house: House = opened.house
        self.accounts = opened.accounts
        self.now = datetime.now(UTC)

    async def add(self, entity: str, values: dict[str, Any], call: Call | None = None, **more: Any) -> Done:
        outcome = await create(self.house, call or Call(ENGINE, self.now, channel="system"), entity, values, **more)
        assert isinstance(outcome, Done), (entity, outcome)
        return outcome

    async def person(self, name: str, shown: str, roles: list[str], of: str | None = None) -> None:
        values: dict[str, Any] = {"name": name, "display_name": shown, "roles": roles}
        if of is not None:
            values["of"] = {"entity": "customer", "id": of}
        await self.add("account", values)
        account = await self.accounts.find(name)
        assert account is not None
        assert await self.accounts.set_password(account, PASSWORD, self.now) == ()
        await self.accounts.put_away_guide(account.id, self.now)

    async def as_(self, name: str) -> Call:
        signed = await self.accounts.sign_in(name, PASSWORD, self.now)
        return Call(signed.actor, self.now, channel="portal" if signed.actor.of else "office")  # type: ignore[union-attr]

    async def fill(self, orders: int, carried: int = 0) -> None:
        """Fill the site; if `carried` is 1, orders are carried through one review, every other one through two."""
        people = {
            "system_administrator": "周安",
            "business_manager": "孙立",
            "order_reviewer": "李倩",
            "finance_reviewer": "张伟",
            "warehouse_keeper": "何强",
            "shipper": "吴敏",
        }
        for role, shown in people.items():
            await self.person(role, shown, [role])
        await self.person("newcomer", "新同事", ["order_reviewer"])
        customers = [
            (
                await self.add(
                    "customer", {"code": code, "name": name, "address": address, "contact": "陈雨", "region": "华东"}
                )
            ).id
            for code, name, address in CUSTOMERS
        ]
        for code, name, spec, price in PRODUCTS:
            await self.add("product", {"code": code, "name": name, "spec": spec, "price": price})
        await self.person("customer", "瑞禾采购", ["customer"], str(customers[1]))
        by = await self.as_("order_reviewer")
        reviewers = [by, await self.as_("finance_reviewer")] if carried else []
        for at in range(orders):
            lines = [{"product": PRODUCTS[(at + n) % 5][0], "quantity": str(at % 7 + n + 1)} for n in range(at % 4 + 1)]
            due = (self.now.date() + timedelta(days=at % 9)).isoformat()
            values = {"customer": CUSTOMERS[at % 3][0], "lines": lines, "deliver_by": due}
            made = await self.add("sales_order", values, by)
            for reviewer in reviewers[: carried + at % 2]:
                (place,) = made.waits
                passed = await step(self.house, reviewer, "sales_order", made.id, place)
                assert isinstance(passed, Done), passed
                made = passed


async def main(port: int, folder: Path, orders: int, carried: int) -> None:
    site = folder if (folder / "workflows.yaml").exists() else SITE
    async with open_house(site, datetime.now(UTC), url=str(folder / "live.sqlite3")) as opened:
        if orders >= 0:
            await Filler(opened).fill(orders, carried)
        config = uvicorn.Config(
            application(opened, worker=False, leaving=lambda: server.should_exit),
            host="127.0.0.1", port=port, log_level="warning", access_log=False,
        )  # fmt: skip
        server = uvicorn.Server(config)
        await server.serve()


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[3:]]
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), *(numbers or [24]), *([0] if len(numbers) < 2 else [])))
