"""Figures of a list and conditions within conditions, over HTTP, on both databases.

Source: design.md §3 rule 6, §9; peers.md §4.
"""

import json
from decimal import Decimal

import httpx
import pytest
from rooms.acts_kit import company, ok

from ordinance.app.serving import application

pytestmark = pytest.mark.anyio

ENTITIES = """
shop:
  label: {zh: 门店, en: Shop}
  key: code
  title: name
  fields:
    code:   {type: text, required: true, unique: true, label: {zh: 编码, en: Code}}
    name:   {type: text, label: {zh: 名称, en: Name}}
    region: {type: text, label: {zh: 地区, en: Region}}
sale:
  label: {zh: 销售, en: Sale}
  fields:
    shop:    {type: ref, to: shop, label: {zh: 门店, en: Shop}}
    kind:    {type: choice, options: {cash: {zh: 现金, en: Cash}, card: {zh: 刷卡, en: Card}}, label: {zh: 方式, en: Kind}}
    amount:  {type: money, label: {zh: 金额, en: Amount}}
    pieces:  {type: integer, label: {zh: 件数, en: Pieces}}
    day:     {type: date, label: {zh: 日期, en: Day}}
    cost:    {type: money, label: {zh: 成本, en: Cost}}
    note:    {type: long_text, label: {zh: 备注, en: Note}}
    lines:
      type: lines
      label: {zh: 明细, en: Lines}
      fields: {what: {type: text, label: {zh: 品名, en: What}}, price: {type: money, label: {zh: 价格, en: Price}}}
"""

ROLES = """
roles:
  boss:    {label: {zh: 主管, en: Boss}, may: {sale: [read, create], shop: [read]}}
  seller:  {label: {zh: 店员, en: Seller}, may: {sale: [read]}, where: {sale: kind == 'cash'}, fields: {sale: {cost: hidden}}}
  auditor: {label: {zh: 审计, en: Auditor}, may: {sale: [read]}, fields: {sale: {amount: masked}}}
  cashier: {label: {zh: 收银, en: Cashier}, may: {sale: [read]}, where: {sale: kind == 'card'}}
  nobody:  {label: {zh: 无关, en: Nobody}, may: {shop: [read]}}
"""

SALES = (
    ("E-1", "cash", "10.05", 1, "2026-11-01", "5.00"),
    ("E-1", "card", "20.10", 2, "2026-11-02", "6.00"),
    ("W-1", "cash", "0.01", None, "2026-11-03", "7.00"),
    ("W-1", "cash", "5.00", 4, "2026-11-04", "8.00"),
    (None, "card", None, 5, None, "9.00"),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request, tmp_path_factory):
    from databases import create_database, drop_database

    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('totals') / 'test.sqlite'}"
        return
    server = request.getfixturevalue("postgresql_server")
    made = create_database(server)
    yield made
    drop_database(server, made)


@pytest.fixture(scope="module")
async def site(url, tmp_path_factory):
    opened = company(
        tmp_path_factory.mktemp("site"), url, entities=ENTITIES, roles=ROLES, people="boss seller auditor nobody cashier"
    )
    async with opened as firm:
        await firm.person("both", "seller", "cashier")
        for code, region in (("E-1", "east"), ("W-1", "west")):
            ok(await firm.create(None, "shop", {"code": code, "name": f"Shop {code}", "region": region}))
        for shop, kind, amount, pieces, day, cost in SALES:
            values = {"shop": shop, "kind": kind, "amount": amount, "pieces": pieces, "day": day, "cost": cost}
            lines = [{"what": "tea", "price": "1.00"}] if kind == "card" else []
            ok(await firm.create("boss", "sale", {**values, "lines": lines}))
        yield Site(firm)


class Site:
    def __init__(self, firm):
        self.firm = firm
        self.app = application(firm.opened, clock=lambda: firm.now, worker=False)

    async def get(self, who, path, **query):
        key = await self.firm.accounts.issue_token(int((await self.firm.actor(who)).id), self.firm.now)
        headers = {"authorization": f"Bearer {key}", "accept-language": "en"}
        client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://house", headers=headers)
        async with client:
            return await client.get(path, params=query)

    async def sums(self, who, **query):
        answer = await self.get(who, "/api/sale", **query)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def amounts(self, condition, who="boss", **query):
        """Return the amounts of the sales that meet a JSON filter, in order."""
        text = condition if isinstance(condition, str) else json.dumps(condition)
        answer = await self.get(who, "/api/sale", filter=text, sort="day", **query)
        assert answer.status_code == 200, answer.text
        return [each["amount"] for each in answer.json()["items"]]


def told(answer):
    assert answer.status_code == 400, answer.text
    return [(each["code"], each.get("where")) for each in answer.json()["reasons"]]


async def test_figures_of_all_records_are_exact(site):
    asked = {"aggregate[sum]": "amount,pieces", "aggregate[count]": "*,pieces", "aggregate[avg]": "amount,pieces"}
    (found,) = await site.sums("boss", **asked, **{"aggregate[min]": "day,amount", "aggregate[max]": "day,pieces"})
    assert found["sum"] == {"amount": "35.16", "pieces": 12}
    assert found["count"] == {"*": 5, "pieces": 4}
    assert {name: Decimal(value) for name, value in found["avg"].items()} == {"amount": Decimal("8.79"), "pieces": 3}
    assert found["min"] == {"day": "2026-11-01", "amount": "0.01"}
    assert found["max"] == {"day": "2026-11-04", "pieces": 5}


async def test_figures_by_group_in_the_order_of_the_groups_with_references_named(site):
    found = await site.sums("boss", groupBy="shop", **{"aggregate[sum]": "amount", "aggregate[count]": "*"})
    shown = [(each["group"]["shop"] and each["group"]["shop"]["title"], each["sum"], each["count"]) for each in found]
    assert shown == [
        (None, {"amount": None}, {"*": 1}),
        ("Shop E-1", {"amount": "30.15"}, {"*": 2}),
        ("Shop W-1", {"amount": "5.01"}, {"*": 2}),
    ]


async def test_groups_may_lie_behind_a_reference_and_be_several(site):
    found = await site.sums("boss", groupBy="shop.region,kind", **{"aggregate[count]": "*"})
    assert [(*each["group"].values(), each["count"]["*"]) for each in found] == [
        (None, "card", 1), ("east", "card", 1), ("east", "cash", 1), ("west", "cash", 2),
    ]  # fmt: skip


async def test_groups_come_page_by_page(site):
    seen, cursor = [], {}
    for _ in range(5):
        asked = {"groupBy": "kind,amount", "aggregate[count]": "*", "limit": "2", **cursor}
        page = (await site.get("boss", "/api/sale", **asked)).json()
        seen += [tuple(each["group"].values()) for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == [("card", None), ("card", "20.10"), ("cash", "0.01"), ("cash", "5.00"), ("cash", "10.05")]
    other = await site.get("boss", "/api/sale", groupBy="kind", **{"aggregate[count]": "*", **cursor})
    assert told(other) == [("bad_parameter", "cursor")]


async def test_figures_follow_the_conditions_of_the_list(site):
    asked = {"aggregate[sum]": "amount", "filter[kind]": "cash", "filter[shop.region]": "west"}
    assert await site.sums("boss", **asked) == [{"sum": {"amount": "5.01"}}]


async def test_a_sum_larger_than_a_whole_number_of_the_database_is_exact(site):
    firm = site.firm
    for _ in range(12):
        ok(await firm.create("boss", "sale", {"amount": "9999999999999999.99", "kind": "card", "note": "big"}))
    (found,) = await site.sums("boss", **{"aggregate[sum]": "amount", "aggregate[avg]": "amount", "filter[day][empty]": "true",
                                          "filter[amount][gt]": "1000"})  # fmt: skip
    assert found["sum"]["amount"] == "119999999999999999.88"
    assert Decimal(found["avg"]["amount"]) == Decimal("9999999999999999.99")
    async with firm.house.database.work() as work:
        await work.execute("DELETE FROM e_sale WHERE note = ?", "big")


async def test_figures_count_only_the_rows_a_role_sees(site):
    assert await site.sums("seller", **{"aggregate[sum]": "amount", "aggregate[count]": "*"}) == [
        {"sum": {"amount": "15.06"}, "count": {"*": 3}}
    ]


async def test_where_a_field_is_seen_in_some_rows_only_those_are_added_up(site):
    (every,) = await site.sums("both", **{"aggregate[count]": "*"})
    (some,) = await site.sums("both", **{"aggregate[sum]": "cost", "aggregate[count]": "*"})
    assert (every["count"], some) == ({"*": 5}, {"sum": {"cost": "15.00"}, "count": {"*": 2}})
    grouped = await site.sums("both", groupBy="cost", **{"aggregate[count]": "*"})
    assert [each["group"]["cost"] for each in grouped] == ["6.00", "9.00"]
    text = json.dumps({"not": {"cost": {"gt": "8"}}})
    assert await site.amounts(text, who="both") == ["20.10"]


@pytest.mark.parametrize(
    ("who", "field"), [("seller", "cost"), ("auditor", "amount")], ids=["hidden", "masked"]
)  # fmt: skip
async def test_what_may_not_be_read_is_neither_added_grouped_filtered_nor_sorted(site, who, field):
    for function in ("sum", "avg", "min", "max", "count"):
        answer = await site.get(who, "/api/sale", **{f"aggregate[{function}]": field})
        assert told(answer) == [("unknown_parameter", f"aggregate[{function}]={field}")]
    for asked in (
        {"groupBy": field, "aggregate[count]": "*"},
        {f"filter[{field}][gt]": "1", "aggregate[count]": "*"},
        {"filter": json.dumps({"or": [{field: {"gt": "1"}}, {"kind": "cash"}]})},
        {"filter": json.dumps({"not": {field: {"gt": "1"}}})},
        {f"filter[{field}][gt]": "1"},
        {"sort": field},
    ):
        assert {code for code, _ in told(await site.get(who, "/api/sale", **asked))} == {"unknown_parameter"}


async def test_figures_want_the_right_to_read_and_never_reach_behind_what_may_not_be_read(site):
    assert (await site.get("nobody", "/api/sale", **{"aggregate[count]": "*"})).status_code == 403
    answer = await site.get("auditor", "/api/sale", **{"groupBy": "shop.region", "aggregate[count]": "*"})
    assert told(answer) == [("unknown_parameter", "groupBy=shop.region")]


async def test_everything_wrong_with_figures_is_told_at_once(site):
    asked = {"aggregate[sum]": "kind,zz,lines.price", "aggregate[min]": "note", "groupBy": "lines.what,note,lines"}
    found = told(await site.get("boss", "/api/sale", **asked))
    assert {where for code, where in found if code == "unknown_parameter"} == {
        "groupBy=lines.what", "groupBy=lines", "aggregate[sum]=kind", "aggregate[sum]=zz",
        "aggregate[sum]=lines.price", "aggregate[min]=note",
    }  # fmt: skip
    asked = {"aggregate[median]": "amount", "sort": "day", "count": "true", "fields": "day", "zz": "1", "limit": "0"}
    found = told(await site.get("boss", "/api/sale", groupBy="kind", **asked))
    assert {where for _, where in found} == {"aggregate[median]", "sort", "count", "fields", "zz", "limit"}
    assert told(await site.get("boss", "/api/sale", groupBy="kind")) == [("bad_parameter", "groupBy")]
    assert told(await site.get("boss", "/api/sale", **{"aggregate[sum]": ""})) == [("bad_parameter", "aggregate[sum]")]
    many = ",".join(["kind"] * 5)
    assert told(await site.get("boss", "/api/sale", groupBy=many, **{"aggregate[count]": "*"}))[0][0] == "bad_parameter"


async def test_a_bad_limit_is_told_together_with_unknown_parameters(site):
    for path in ("/api/sale", "/api/inbox"):
        found = told(await site.get("boss", path, limit="many", zz="1"))
        assert set(found) == {("unknown_parameter", "zz"), ("bad_parameter", "limit")}


async def test_conditions_within_conditions(site):
    assert await site.amounts({"or": [{"shop.region": "east"}, {"amount": {"lt": 1}}]}) == ["10.05", "20.10", "0.01"]
    assert await site.amounts({"and": [{"kind": "cash"}, {"or": [{"pieces": 1}, {"pieces": {"gte": 4}}]}]}) == [
        "10.05", "5.00",
    ]  # fmt: skip
    assert await site.amounts({"kind": "cash", "amount": {"gt": "0.5", "lt": "9"}}) == ["5.00"]
    assert await site.amounts({"shop": ["E-1"], "kind": {"in": ["card"]}}) == ["20.10"]
    assert await site.amounts({"lines.what": "tea", "day": {"neq": None}}) == ["20.10"]


async def test_the_opposite_of_a_condition_holds_where_nothing_is_there(site):
    assert await site.amounts({"not": {"amount": {"gt": "1"}}}) == [None, "0.01"]
    assert await site.amounts({"not": {"shop.region": "east"}}) == [None, "0.01", "5.00"]
    assert await site.amounts({"not": {"or": [{"kind": "card"}, {"pieces": None}]}}) == ["10.05", "5.00"]
    assert await site.amounts({"amount": None}) == [None]


async def test_a_nested_filter_goes_with_flat_ones_figures_and_row_rules(site):
    assert await site.amounts({"or": [{"pieces": 2}, {"pieces": 4}]}, **{"filter[kind]": "card"}) == ["20.10"]
    assert await site.amounts({"or": [{"pieces": 2}, {"pieces": 4}]}, who="seller") == ["5.00"]
    asked = {"filter": '{"or": [{"pieces": 2}, {"pieces": 4}]}', "aggregate[sum]": "amount"}
    assert await site.sums("boss", **asked) == [{"sum": {"amount": "25.10"}}]


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "1", "{}", '{"and": []}', '{"or": {}}', '{"not": []}', '{"not": {}}', '{"kind": {}}',
        '{"kind": {"like": "x"}}', '{"KIND": "x"}', '{"amount": {"gt": [1]}}', '{"kind": {"in": "x"}}',
        '{"kind": {"in": []}}', '{"kind": {"in": [null]}}', '{"amount": {"gt": null}}', '{"a": 1, "a": 2}',
        '{"amount": 1e999}', '{"amount": NaN}', '{"kind": {"eq": {"eq": 1}}}',
        '{"not": ' * 9 + '{"kind": "cash"}' + "}" * 9, "[" * 50, json.dumps({"or": [{"kind": "cash"}] * 101}),
    ],
)  # fmt: skip
async def test_a_filter_that_cannot_be_understood_is_told(site, text):
    assert told(await site.get("boss", "/api/sale", filter=text)) == [("bad_parameter", "filter")]


async def test_every_condition_of_a_nested_filter_that_is_wrong_is_told(site):
    text = json.dumps({"or": [{"zz": 1}, {"amount": "lots"}, {"not": {"kind": {"gt": "x"}}}, {"kind": "cheque"}]})
    found = told(await site.get("boss", "/api/sale", filter=text))
    assert {where for _, where in found} >= {"filter[zz][eq]", "filter[amount][eq]", "filter[kind][gt]"}


@pytest.mark.requirement("A-10")
async def test_a_hidden_field_is_not_in_the_data_dictionary_of_who_may_not_see_it(site):
    for who, kept in (("boss", True), ("seller", False), ("auditor", True)):
        items = (await site.get(who, "/api/dictionary")).json()["items"]
        assert (("sale", "cost") in {(each["entity"], each["field"]) for each in items}) is kept
