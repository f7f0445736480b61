"""Two kinds of people and one sign-in: the user name decides, the sample company has both, roles come and go by text.

Source: requirements A-03, B-06, B-07, B-24.
"""

import re
import shutil
from decimal import Decimal

import httpx
import pytest
from rooms.web_kit import NOW, SITE, order, shared_url, site

from ordinance.access import Actor, Rights
from ordinance.app import open_house
from ordinance.app.serving import application
from ordinance.blueprint import load
from ordinance.scaffold import demo

pytestmark = pytest.mark.anyio
__all__ = ["shared_url", "site"]


@pytest.mark.requirement("B-06")
@pytest.mark.requirement("B-07")
async def test_one_browser_tries_both_identities_and_the_user_name_decides_which_screens_open(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "ORDERS", 4)
    async with open_house(SITE, NOW, url=f"sqlite:///{tmp_path / 'demo.sqlite'}") as opened:
        filled = await demo.Filler(opened, NOW, "en", lambda *_: None).fill()
        app = application(opened, clock=lambda: NOW, worker=False)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://house", headers={"accept": "text/html"}) as one:
            for role, is_portal in (("business_manager", False), ("customer", True), ("business_manager", False)):
                form = {"name": filled.sign_ins[role], "password": demo.PASSWORD}
                assert (await one.post("/sign-in", data=form)).status_code == 303
                page = await one.get("/", follow_redirects=True)
                assert page.status_code == 200
                assert ('class="portal"' in page.text) is is_portal
                assert ("/o/customer" in page.text) is not is_portal
                token = re.search(r'name="_csrf" value="([^"]+)"', page.text)[1]
                assert (await one.post("/sign-out", data={"_csrf": token})).status_code == 303


@pytest.mark.requirement("A-03")
def test_roles_are_added_and_taken_away_by_text_alone(tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(SITE / "config", folder / "config")
    for name in ("workflows.yaml", "roles.yaml"):
        shutil.copyfile(SITE / name, folder / name)
    text = (folder / "roles.yaml").read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("  shipper:")]
    added = "  dispatcher: {label: {zh: 调度员, en: Dispatcher}, may: [order_view, ship_confirm]}"
    at = kept.index("duties:")
    (folder / "roles.yaml").write_text("\n".join([*kept[:at], added, *kept[at:]]), "utf-8")
    loaded = load(folder)
    assert loaded.blueprint is not None and "shipper" not in loaded.blueprint.roles
    rights = Rights(loaded.blueprint)
    assert rights.may(Actor(1, "a", ("dispatcher",)), "ship", "sales_order")
    assert not rights.may(Actor(2, "b", ("shipper",)), "ship", "sales_order")
    assert "dispatcher" in loaded.blueprint.entities["account"].fields["roles"].options


@pytest.mark.requirement("B-24")
async def test_what_was_ordered_is_added_up_by_customer_and_product_for_who_views_reports(site):
    totals = {"C-1": [], "C-2": []}
    for who in ("C-1", "C-1", "C-2"):
        totals[who].append(Decimal((await order(site, who)).json()["total"]))
    asked = {"groupBy": "customer", "aggregate[sum]": "total", "aggregate[count]": "*", "filter[phase]": "running"}
    answer = await site["finance_reviewer"].get("/api/sales_order", params=asked)
    assert answer.status_code == 200, answer.text
    found = {each["group"]["customer"]["key"]: each for each in answer.json()["items"]}
    for who, amounts in totals.items():
        assert Decimal(found[who]["sum"]["total"]) == sum(amounts)
        assert found[who]["count"]["*"] == len(amounts)
    mine = (await site["C-2"].get("/api/sales_order", params={"aggregate[count]": "*"})).json()["items"]
    assert mine == [{"count": {"*": 1}}]
