"""Orders put together from a pasted list and from an earlier order: what each line is, costs, and lacks."""

import pytest
from rooms.web_kit import NOW, SITE, shared_url

from ordinance.access import ENGINE
from ordinance.acts import Call, Done, Refused, create, update
from ordinance.acts.ordering import checked, from_document, from_picks, from_text, values_of, with_prices
from ordinance.acts.pasting import ROWS_MAX, pasted_rows
from ordinance.acts.told import told
from ordinance.app import open_house

__all__ = ["shared_url"]

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("line", "code", "quantity"),
    [
        ("SP-001 3", "SP-001", "3"),
        ("SP-001\t3", "SP-001", "3"),
        ("SP-001,3", "SP-001", "3"),
        ("SP-001;3", "SP-001", "3"),
        ("SP-001 × 3", "SP-001", "3"),
        ("SP-001x3", "SP-001", "3"),
        ("3 × 乌龙茶", "乌龙茶", "3"),
        ("ＳＰ－００１　３", "SP-001", "3"),
        ("SP-001 3箱", "SP-001", "3"),
        ("SP-001\t3 瓶", "SP-001", "3"),
        ("SP-001 1,200", "SP-001", "1200"),
        ("SP-001 2.5", "SP-001", "2.5"),
        ("黑巧克力 70% 2", "黑巧克力 70%", "2"),
        ("SP-001\t瓶装水\t24 瓶\t3", "SP-001", "3"),
        ("SP-001 -3", "SP-001", "-3"),
        ("SP-001", "SP-001", ""),
        ("SP-001\tmany", "SP-001", "many"),
    ],
)
def test_a_row_is_read_however_it_was_written(line, code, quantity):
    (row,) = pasted_rows(line)
    assert (row.code, row.quantity) == (code, quantity)


def test_headings_say_which_column_is_which():
    rows = pasted_rows("名称\t单价\t数量\t商品编码\n水\t36.50\t２\tSP-001\n茶\t48.00\t1\tSP-002")
    assert [(each.code, each.quantity, each.number) for each in rows] == [("SP-001", "2", 2), ("SP-002", "1", 3)]
    assert [each.code for each in pasted_rows("code qty\nA-1 3")] == ["A-1"]
    assert pasted_rows("\r\n  \n") == []


class Shop:
    def __init__(self, house):
        self.house, self.portal, self.ids = house, house.blueprint.portals["customer"], {}

    async def make(self, entity, call=None, **values):
        done = await create(self.house, call or Call(ENGINE, NOW, "en", "system"), entity, values)
        assert isinstance(done, Done), done
        return done

    async def change(self, entity, id, **values):
        done = await update(self.house, Call(ENGINE, NOW, "en", "system"), entity, id, values, version=None)
        assert isinstance(done, Done), done


@pytest.fixture(scope="module")
async def shop(shared_url):
    async with open_house(SITE, NOW, url=shared_url) as opened:
        made = Shop(opened.house)
        mine = (await made.make("customer", code="C-1", name="Mine", address="1 Road")).id
        other = (await made.make("customer", code="C-2", name="Other", address="2 Road")).id
        for number, (name, price) in enumerate([("瓶装水", "10.00"), ("乌龙茶", "20.00"), ("橙汁", "30.00")], start=1):
            code = f"SP-00{number}"
            made.ids[code] = (await made.make("product", code=code, name=name, price=price)).id
        await made.change("product", made.ids["SP-003"], sale_state="off_sale")
        await made.make("price", product="SP-001", customer=str(mine), price="7.50")
        await made.make("price", product="SP-002", customer=str(other), price="1.00")
        for name, customer in (("mine", mine), ("other", other)):
            await made.make("account", name=name, roles=["customer"], of={"entity": "customer", "id": str(customer)})
            account = await opened.accounts.find(name)
            made.__dict__[name] = Call(account.actor(made.house.blueprint.roles), NOW, "en", "portal")
        yield made


async def priced(shop, text, call=None):
    call = call or shop.mine
    return await with_prices(shop.house, call, shop.portal, await from_text(shop.house, call, shop.portal, text))


async def test_each_line_has_what_it_names_and_what_this_customer_pays(shop):
    found = await priced(shop, "SP-001 3\nsp-002\t２\n乌龙茶 1")
    assert [(each.name, each.quantity, each.price, each.amount) for each in found.wishes] == [
        ("瓶装水", "3", "7.50", "22.50"), ("乌龙茶", "2", "20.00", "40.00"), ("乌龙茶", "1", "20.00", "20.00"),
    ]  # fmt: skip
    assert found.totals["total"] == "82.50"
    theirs = await priced(shop, "SP-001 3\nSP-002 2", shop.other)
    assert [each.price for each in theirs.wishes] == ["10.00", "1.00"]


async def test_what_is_shown_is_what_the_order_is_charged(shop):
    found = await priced(shop, "SP-001 3")
    values = {"lines": values_of(shop.portal.lines, found.sound)}
    done = await create(shop.house, shop.mine, "sales_order", values)
    assert done.record["total"] == found.totals["total"] == "22.50"


async def test_each_line_says_what_is_wrong_with_it(shop):
    found = await priced(shop, "SP-001\nSP-003 1\nSP-999 2\nSP-001 abc\nSP-001 0")
    codes = [[reason.code for reason in each.reasons] for each in found.wishes]
    assert codes == [["no_quantity"], ["not_offered"], ["no_such_item"], ["no_quantity"], ["too_small"]]
    assert found.sound == ()


async def test_what_may_have_been_meant_is_suggested(shop):
    (wish,) = (await priced(shop, "wlc 2")).wishes
    assert [each.label for each in wish.near] == ["乌龙茶"]
    assert wish.item is None


async def test_no_more_than_so_many_rows_at_a_time(shop):
    wishes = await from_text(shop.house, shop.mine, shop.portal, "\n".join(["SP-001 1"] * (ROWS_MAX + 3)))
    assert len(wishes) == ROWS_MAX + 1
    assert wishes[-1].reasons[0].code == "too_many_rows"


async def test_several_lines_of_one_thing_are_one_line_of_the_order(shop):
    found = await priced(shop, "SP-001 3\nSP-001 2")
    (line,) = values_of(shop.portal.lines, found.wishes)
    assert line["quantity"] == "5"


async def test_what_is_picked_is_looked_at_too(shop):
    picks = from_picks({shop.ids["SP-001"]: "２", shop.ids["SP-003"]: "1", 4611686018427387904: "1"})
    wishes = await checked(shop.house, shop.mine, shop.portal, picks)
    assert [[reason.code for reason in each.reasons] for each in wishes] == [[], ["not_offered"], ["not_offered"]]
    assert wishes[0].quantity == "2"


async def test_an_earlier_order_says_what_is_gone_and_what_costs_something_else(shop):
    product = await shop.make("product", code="SP-100", name="饼干", price="5.00")
    gone = await shop.make("product", code="SP-101", name="糖", price="5.00")
    lines = [{"product": code, "quantity": "2"} for code in ("SP-100", "SP-101", "SP-002")]
    order = await shop.make("sales_order", shop.mine, lines=lines)
    await shop.change("product", product.id, price="6.00")
    await shop.change("product", gone.id, sale_state="off_sale")
    wishes = await from_document(shop.house, shop.mine, shop.portal, order.id)
    assert [each.message.en for each in wishes[0].notes] == ["the price was 5.00 and is 6.00 now"]
    assert [each.code for each in wishes[1].reasons] == ["not_offered"]
    assert (wishes[2].notes, wishes[2].reasons, wishes[2].quantity) == ((), (), "2")


@pytest.mark.requirement("B-27")
async def test_nobody_orders_again_what_another_ordered(shop):
    order = await shop.make("sales_order", shop.mine, lines=[{"product": "SP-001", "quantity": "1"}])
    outcome = await from_document(shop.house, shop.other, shop.portal, order.id)
    assert isinstance(outcome, Refused)
    assert outcome.kind == "not_found"


@pytest.mark.requirement("B-27")
async def test_departments_tell_only_of_what_one_sees(shop):
    order = await shop.make("sales_order", shop.mine, lines=[{"product": "SP-001", "quantity": "1"}])
    assert await told(shop.house, shop.mine, "sales_order", [order.id], ["legal", "nothing"]) == {
        order.id: {"legal": True}
    }
    assert await told(shop.house, shop.other, "sales_order", [order.id], ["legal"]) == {}
    prices = await told(shop.house, shop.mine, "product", [shop.ids["SP-001"]], ["own_price"])
    assert prices == {shop.ids["SP-001"]: {"own_price": "7.50"}}
