"""What a form is told: rows that are new have their defaults at once, parts come and go, only what fits is suggested."""

from __future__ import annotations

import pytest
from rooms.acts_kit import company, ok

from ordinance import acts
from ordinance.web.ui.views.layout import sections

pytestmark = [pytest.mark.anyio]

ENTITIES = """
part:
  label: {zh: 零件, en: Part}
  key: code
  title: name
  fields:
    code:   {type: text, unique: true, search: true, label: {zh: 编码, en: Code}}
    name:   {type: text, search: true, label: {zh: 名称, en: Name}}
    price:  {type: money, label: {zh: 价格, en: Price}}
    active: {type: boolean, default: "true", label: {zh: 启用, en: Active}}
offer:
  label: {zh: 报价, en: Offer}
  fields:
    kind: {type: choice, default: plain, label: {zh: 类型, en: Kind}, options: {plain: Plain, special: Special}}
    main: {type: ref, to: part, options_when: active, label: {zh: 主件, en: Main}}
    why:  {type: text, label: {zh: 原因, en: Why}}
    lines:
      type: lines
      label: {zh: 明细, en: Lines}
      fields:
        part:     {type: ref, to: part, label: {zh: 零件, en: Part}}
        quantity: {type: quantity, default: "1", label: {zh: 数量, en: Quantity}}
        price:    {type: money, from: part.price, label: {zh: 单价, en: Price}}
        amount:   {type: money, formula: price * quantity, label: {zh: 金额, en: Amount}}
    total: {type: money, formula: lines.sum(amount), label: {zh: 合计, en: Total}}
  forms:
    short: {by: [guest], sections: {all: {label: Short, fields: [kind]}}}
    main:
      sections:
        what: {label: What, fields: [kind, main, lines], columns: "3", help: {zh: 填这里, en: Fill this in}}
        more: {label: More, when: kind == 'special', fields: [why]}
"""

ROLES = """
roles:
  clerk: {label: {zh: 文员, en: Clerk}, may: {offer: [read, create, update], part: [read]}}
  guest: {label: {zh: 客人, en: Guest}, may: {offer: [read]}}
"""


@pytest.fixture
async def firm(tmp_path, database_url):
    async with company(tmp_path, database_url, entities=ENTITIES, roles=ROLES, people="clerk guest") as made:
        for code, name, price, active in (
            ("A-1", "轴承", "5.00", True), ("A-2", "轴套", "7.00", False), ("B-1", "螺母", "0.50", True),
        ):  # fmt: skip
            ok(await made.create(None, "part", {"code": code, "name": name, "price": price, "active": active}))
        yield made


async def evaluated(firm, values, **more):
    found = await acts.evaluate(firm.house, await firm.call("clerk"), "offer", values, **more)
    assert not isinstance(found, acts.Refused), found
    return found


async def test_a_row_added_to_a_stored_record_counts_at_once(firm):
    made = ok(await firm.create("clerk", "offer", {"lines": [{"part": "A-1"}]}))
    row = (await firm.now_of(made))["lines"][0]
    found = await evaluated(firm, {"lines": [{"id": row["id"]}, {"part": "B-1"}]}, id=made.id)
    assert found.values["lines"][1]["quantity"] == "1.0000"
    assert found.totals == {"total": "5.50"}


async def test_a_part_of_the_form_comes_and_goes(firm):
    assert (await evaluated(firm, {})).parts == {("main", "more"): False}
    assert (await evaluated(firm, {"kind": "special"})).parts == {("main", "more"): True}


async def test_the_form_is_the_first_that_is_meant_for_the_role(firm):
    entity = firm.house.blueprint.entities["offer"]
    what, more, rest = sections(entity, None, ["clerk"])
    assert (what.columns, what.help.en, more.id, rest.fields) == (3, "Fill this in", "more", ("total",))
    assert sections(entity, None, ["guest"])[0].form == "short"


async def test_only_what_a_field_may_hold_is_suggested(firm):
    call = await firm.call("clerk")

    async def suggested(text, of=None):
        return [each.label for each in await acts.lookup(firm.house, call, "part", text, of=of)]

    assert await suggested("轴") == ["轴承", "轴套"]
    assert await suggested("轴", ("offer", ("main",))) == ["轴承"]
    assert await suggested("轴", ("offer", ("lines", "part"))) == ["轴承", "轴套"]
    assert await suggested("轴", ("offer", ("nothing",))) == ["轴承", "轴套"]


async def test_what_one_used_lately_is_suggested_first(firm):
    call = await firm.call("clerk")
    for code in ("B-1", "A-2"):
        ok(await firm.create("clerk", "offer", {"lines": [{"part": code}]}))

    async def first(who, path):
        found = await acts.lookup(firm.house, await firm.call(who), "part", "", of=("offer", path))
        return [each.label for each in found]

    assert await first("clerk", ("lines", "part")) == ["轴套", "螺母", "轴承"]
    assert await first("clerk", ("main",)) == ["轴承", "螺母"]
    assert await acts.lookup(firm.house, await firm.call("guest"), "part", "") == []
    assert [each.hint for each in await acts.lookup(firm.house, call, "part", "A-1")] == ["A-1 · Price 5.00"]


async def test_many_are_found_by_code_or_name_and_what_stands_for_two_is_left_out(firm):
    ok(await firm.create(None, "part", {"code": "C-1", "name": "螺母"}))
    call = await firm.call("clerk")
    found = await acts.named(firm.house, call, "part", ["a-1", "轴套", "螺母", "nothing", ""])
    assert {text: each.label for text, each in found.items()} == {"a-1": "轴承", "轴套": "轴套"}
