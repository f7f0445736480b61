"""Every key of an entity and of a field, carried out on save through every door, and what a customer sees and may write.

Source: language.md §4. One story for each key, on both databases.
"""

from __future__ import annotations

import pytest
from rooms.acts_kit import COUNTING, Company, company, no, ok

from ordinance import acts
from ordinance.acts import Evaluation, Filter, Query, Refused

pytestmark = [pytest.mark.anyio]

ENTITIES = """
thing:
  label: {zh: 物品, en: Thing}
  key: code
  title: name
  fields:
    code:    {type: text, required: true, unique: true, label: {zh: 编码, en: Code}}
    name:    {type: text, search: true, label: {zh: 名称, en: Name}}
    locked:  {type: boolean, default: "false", label: {zh: 锁定, en: Locked}}
    price:   {type: money, default: "1.00", readonly_when: locked, label: {zh: 价格, en: Price}}
    gift:    {type: boolean, label: {zh: 赠品, en: Gift}}
    giver:   {type: text, visible_when: gift, required_when: gift, label: {zh: 赠送人, en: Giver}}
    size:    {type: choice, options: {small: Small, large: Large, huge: Huge}, options_when: {huge: price > 100}, label: {zh: 大小, en: Size}}
    home:    {type: ref, to: warehouse, options_when: active, label: {zh: 仓库, en: Home}}
    town:    {type: address, from: home.address, label: {zh: 地点, en: Town}}
    double:  {type: money, formula: price * 2, label: {zh: 双倍, en: Double}}
    word:    {type: confirmation, label: {zh: 确认, en: Word}}
entry:
  label: {zh: 流水, en: Entry}
  append_only: true
  fields: {note: {type: text, label: {zh: 说明, en: Note}}}
kept:
  label: {zh: 档案, en: Kept}
  delete: never
  fields: {note: {type: text, label: {zh: 说明, en: Note}}}
soft:
  label: {zh: 软删, en: Soft}
  delete: soft
  fields: {note: {type: text, search: true, label: {zh: 说明, en: Note}}}
draftish:
  label: {zh: 草稿, en: Draftish}
  fields:
    note:  {type: text, label: {zh: 说明, en: Note}}
    other: {type: text, label: {zh: 其他, en: Other}}
    must:  {type: text, required: true, label: {zh: 必填, en: Must}}
    cost:  {type: money, label: {zh: 成本, en: Cost}}
    thing: {type: ref, to: thing, label: {zh: 物品, en: Thing}}
strict:
  label: {zh: 严格, en: Strict}
  fields: {name: {type: text, required: true, label: {zh: 名称, en: Name}}}
policy:
  label: {zh: 制度, en: Policy}
  key: code
  title: title
  versioned: true
  fields:
    code:  {type: text, required: true, label: {zh: 编号, en: Code}}
    title: {type: text, search: true, label: {zh: 标题, en: Title}}
    limit: {type: money, label: {zh: 限额, en: Limit}}
    rules:
      type: lines
      label: {zh: 条款, en: Rules}
      fields: {text: {type: text, label: {zh: 内容, en: Text}}}
claim:
  label: {zh: 报销, en: Claim}
  fields:
    policy: {type: ref, to: policy, label: {zh: 制度, en: Policy}}
    limit:  {type: money, from: policy.limit, label: {zh: 限额, en: Limit}}
"""

ROLES = """
roles:
  clerk:
    label: {zh: 文员, en: Clerk}
    may: {thing: [read, create, update, import], warehouse: [read], entry: [read, create, update, delete], kept: [read, create, update, delete], soft: [read, create, delete], draftish: [read, create, delete], policy: [read, create, update], claim: [read, create]}
  helper: {label: {zh: 帮手, en: Helper}, may: {draftish: [read]}}
  boss:   {label: {zh: 主管, en: Boss}, may: {policy: [read], draftish: [read, delete]}}
"""

WORKFLOWS = """
draftish:
  steps:
    write: {label: Write, by: [clerk], asks: [note]}
    fill:  {label: Fill, by: [helper], asks: [other], offers: [cost]}
    file:  {label: File, by: [boss], offers: [must]}
strict:
  steps:
    write: {label: Write, by: [clerk]}
policy:
  steps:
    write: {label: Write, by: [clerk], asks: [code, title]}
    pass:  {label: Pass, by: [boss], back_to: write}
  lanes:
    drop: {label: Drop, by: [boss], ends: dropped}
"""


@pytest.fixture
async def firm(tmp_path, database_url):
    opened = company(
        tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES, people="clerk helper boss"
    )
    async with opened as made:
        for code, active in (("W1", True), ("W2", False)):
            ok(await made.create(None, "warehouse", {"code": code, "name": code, "active": active, "address": "here"}))
        yield made


async def thing(firm: Company, **values):
    return ok(await firm.create("clerk", "thing", {"code": "T", **values}))


def wheres(refused: Refused) -> dict[str | None, str]:
    return {each.where: each.code for each in refused.reasons}


async def test_defaults_copies_and_formulas_come_by_themselves(firm):
    made = await thing(firm, home="W1")
    record = await firm.now_of(made)
    assert (record["price"], record["double"], record["locked"], record["town"]) == ("1.00", "2.00", False, "here")
    ok(await firm.update("clerk", made, {"price": "4", "town": "there"}))
    record = await firm.now_of(made)
    assert (record["double"], record["town"]) == ("8.00", "there")


@pytest.mark.parametrize("via", ["office", "api", "import"])
async def test_conditions_of_fields_hold_through_every_door(firm, via):
    async def create(**values):
        return await firm.create("clerk", "thing", {"code": "T", **values}, via=via)

    assert wheres(no(await create(gift=True), "required")) == {"/giver": "required"}
    assert wheres(no(await create(locked=True, price="3"), "read_only")) == {"/price": "read_only"}
    assert wheres(no(await create(size="huge"), "not_an_option")) == {"/size": "not_an_option"}
    assert wheres(no(await create(home="W2"), "not_an_option")) == {"/home": "not_an_option"}
    assert wheres(no(await create(double="3"), "read_only")) == {"/double": "read_only"}
    assert wheres(no(await create(code=None), "required")) == {"/code": "required"}
    assert wheres(no(await create(nonsense=1, price="x"), "unknown_field", "wrong_type")) == {
        "/nonsense": "unknown_field", "/price": "wrong_type",
    }  # fmt: skip
    ok(await create(gift=True, giver="g", size="huge", price="200", home="W1"))
    no(await create(name="again"), "not_unique")


async def test_a_form_shows_what_saving_enforces(firm):
    call = await firm.call("clerk")
    found = await acts.evaluate(firm.house, call, "thing", {"gift": True, "price": "50", "locked": True})
    assert isinstance(found, Evaluation)
    assert (found.show["/giver"], found.required["/giver"], found.readonly["/price"]) == (True, True, True)
    assert found.options["/size"] == ("small", "large")
    assert found.text["/double"] == "100.00"
    assert {each.where for each in found.errors} == {"/code", "/giver", "/price"}


async def test_an_unchanged_read_only_value_may_be_sent_back(firm):
    made = await thing(firm, price="3")
    ok(await firm.update("clerk", made, {"locked": True}))
    ok(await firm.update("clerk", made, {"price": "3.00", "name": "n"}))
    no(await firm.update("clerk", made, {"price": "4"}), "read_only")


async def test_a_confirmation_that_is_sent_back_keeps_who_gave_it(firm):
    made = await thing(firm, word=True)
    first = (await firm.now_of(made))["word"]
    firm.later("1d")
    ok(await firm.update(None, made, {"word": first, "name": "n"}))
    assert (await firm.now_of(made))["word"] == first


async def test_what_is_appended_is_never_changed_nor_taken_away(firm):
    made = ok(await firm.create("clerk", "entry", {"note": "n"}))
    no(await firm.update("clerk", made, {"note": "m"}), "append_only")
    no(await firm.delete("clerk", made), "append_only")


async def test_delete_never_means_never_and_soft_hides(firm):
    kept = ok(await firm.create("clerk", "kept", {"note": "n"}))
    no(await firm.delete("clerk", kept), "not_deletable")
    soft = ok(await firm.create("clerk", "soft", {"note": "needle"}))
    ok(await firm.delete("clerk", soft))
    assert await firm.every("soft") == []
    assert isinstance(await firm.read("clerk", soft), Refused)
    assert await firm.lookup("clerk", "soft", "needle") == []


async def test_only_the_draft_of_a_document_may_be_deleted_and_nothing_that_is_referred_to(firm):
    draft = ok(await firm.create("clerk", "draftish", {}))
    no(await firm.delete("helper", draft), "not_allowed")
    ok(await firm.delete("clerk", draft))
    made = await thing(firm)
    going = ok(await firm.create("clerk", "draftish", {"note": "n", "thing": str(made.id)}))
    no(await firm.delete("clerk", going), "not_deletable")
    no(await firm.delete(None, made), "in_use")


async def test_a_field_that_must_be_filled_must_be_there_when_its_last_form_is_left(firm):
    made = ok(await firm.create("clerk", "draftish", {"note": "n"}))
    ok(await firm.step("helper", made, "fill", {"other": "o"}))
    assert wheres(no(await firm.step("boss", made, "file"), "required")) == {"/must": "required"}
    ok(await firm.step("boss", made, "file", {"must": "m"}))


async def test_a_new_document_that_lacks_what_it_requires_is_refused_unless_it_is_to_stay_a_draft(firm):
    assert wheres(no(await firm.create("clerk", "strict", {}), "required")) == {"/name": "required"}
    made = ok(await firm.create("clerk", "strict", {}, draft=True))
    assert (made.waits, made.record["phase"]) == (("write",), "draft")
    assert wheres(no(await firm.step("clerk", made, "write"), "required")) == {"/name": "required"}
    assert ok(await firm.create("clerk", "strict", {"name": "n"})).record["phase"] == "complete"


async def test_who_stands_at_an_open_step_may_change_the_fields_of_its_form_and_no_others(firm):
    made = ok(await firm.create("clerk", "draftish", {"note": "n"}))
    ok(await firm.update("helper", made, {"cost": "5"}))
    no(await firm.update("helper", made, {"note": "other"}), "not_editable")
    no(await firm.update("boss", made, {"cost": "6"}), "not_editable")


async def test_the_story_tells_old_and_new_and_who_newest_first(firm):
    made = ok(await firm.create("clerk", "draftish", {"note": "n"}))
    ok(await firm.update("helper", made, {"cost": "5"}))
    ok(await firm.update("helper", made, {"cost": "7"}))
    newest = (await firm.story("clerk", made))[0]
    assert [(each.label.en, each.old, each.new) for each in newest.changes] == [("Cost", "5.00", "7.00")]
    assert (newest.who, newest.kind) == ("helper", "edit")
    assert [each.kind for each in await firm.story("clerk", made)] == ["edit", "edit", "pass", "create"]
    short = await acts.timeline(firm.house, await firm.call("clerk"), made.entity, made.id, limit=2)
    assert [each.changes[0].new for each in short] == ["7.00", "5.00"]


async def test_a_plain_record_has_a_story_too(firm):
    made = await thing(firm, price="3")
    ok(await firm.update("clerk", made, {"price": "4"}))
    newest = (await firm.story("clerk", made))[0]
    assert ("Price", "3.00", "4.00") in [(each.label.en, each.old, each.new) for each in newest.changes]


async def policy(firm: Company, **values):
    made = ok(await firm.create("clerk", "policy", {"code": "P", "title": "old", "limit": "10", **values}))
    return ok(await firm.step("boss", made, "pass"))


async def test_a_done_record_changes_only_through_a_new_version_that_passes_its_workflow(firm):
    old = await policy(firm, rules=[{"text": "one"}])
    claim = ok(await firm.create("clerk", "claim", {"policy": "P"}))
    new = ok(await firm.update("clerk", old, {"title": "new", "limit": "20"}))
    assert new.id != old.id and new.created and new.waits == ("pass",)
    assert [row["text"] for row in new.record["rules"]] == ["one"]
    no(await firm.update("clerk", old, {"title": "other"}), "version_pending")
    assert [each["title"] for each in await firm.every("policy", "clerk")] == ["old"]
    assert [each.label for each in await firm.lookup("clerk", "policy", "P")] == ["old"]
    assert ok(await firm.create("clerk", "claim", {"policy": "P"})).record["limit"] == "10.00"
    ok(await firm.step("boss", new, "pass"))
    assert [each["title"] for each in await firm.every("policy", "clerk")] == ["new"]
    assert [each.id for each in await firm.lookup("clerk", "policy", "P")] == [new.id]
    assert ok(await firm.create("clerk", "claim", {"policy": "P"})).record["limit"] == "20.00"
    assert (await firm.now_of(claim))["policy"]["title"] == "old"
    assert (await firm.now_of(old))["ended"] == "superseded"
    no(await firm.update("clerk", old, {"title": "other"}), "ended")


async def test_a_version_that_is_dropped_leaves_the_done_one_in_force(firm):
    old = await policy(firm)
    new = ok(await firm.update("clerk", old, {"title": "new"}))
    ok(await firm.lane("boss", new, "drop"))
    assert [
        each["title"] for each in await firm.every("policy", "clerk", filter=(Filter(("phase",), "eq", "complete"),))
    ] == ["old"]
    ok(await firm.update("clerk", old, {"title": "newer"}))


async def test_a_key_of_a_versioned_record_is_still_given_once(firm):
    await policy(firm)
    no(await firm.create("clerk", "policy", {"code": "P", "title": "again"}), "not_unique")


SHOP = {
    "workflows": (COUNTING / "workflows.yaml").read_text(encoding="utf-8"),
    "roles": (COUNTING / "roles.yaml").read_text(encoding="utf-8"),
}


@pytest.fixture
async def shop(tmp_path, database_url):
    async with company(tmp_path, database_url, **SHOP, people="order_reviewer business_manager") as made:
        for code in ("C-1", "C-2"):
            customer = ok(await made.create(None, "customer", {"code": code, "name": code, "address": "here"}))
            await made.person(code, "customer", of={"entity": "customer", "id": str(customer.id)})
        ok(await made.create(None, "product", {"code": "P", "name": "Tea", "price": "10"}))
        yield made


ORDER = {"lines": [{"product": "P", "quantity": "2"}]}


async def test_a_customer_writes_no_price_and_no_discount(shop):
    for name, value in (("price", "1"), ("discount", "50"), ("tax_rate", "1")):
        lines = [{**ORDER["lines"][0], name: value}]
        refused = no(await shop.create("C-1", "sales_order", {"lines": lines}), "read_only")
        assert wheres(refused) == {f"/lines/0/{name}": "read_only"}
    no(await shop.create("C-1", "sales_order", {**ORDER, "freight": "-1"}), "too_small")
    no(await shop.create("C-1", "sales_order", {**ORDER, "freight": "3"}), "read_only")
    order = ok(await shop.create("C-1", "sales_order", ORDER))
    assert (order.record["total"], order.record["lines"][0]["price"]) == ("20.00", "10.00")


async def test_a_customer_sees_only_what_is_its_own_wherever_it_looks(shop):
    own = ok(await shop.create("C-1", "sales_order", ORDER))
    for found in (
        await shop.read("C-2", own),
        await acts.timeline(shop.house, await shop.call("C-2"), own.entity, own.id),
        await acts.steps(shop.house, await shop.call("C-2"), own.entity, own.id),
        await shop.step("C-2", own, "receive"),
        await shop.lane("C-2", own, "cancel", {"cancel_reason": "r"}),
        await shop.take("C-2", own),
        await shop.update("C-2", own, {"note": "n"}),
    ):
        assert isinstance(found, Refused) and found.kind == "not_found", found
    page = await acts.listing(shop.house, await shop.call("C-2"), "sales_order", Query(count=True))
    assert (page.items, page.count) == ((), 0)
    assert await shop.lookup("C-2", "sales_order", own.record["number"]) == []
    assert await shop.lookup("C-1", "sales_order", own.record["number"]) != []
    for who, step in (
        ("order_reviewer", "order_review"),
        (None, "finance_review"),
        (None, "outbound_review"),
        (None, "ship"),
    ):
        ok(await shop.step(who, own, step))
    assert (await shop.inbox("C-1"), await shop.inbox("C-2")) == ([(own.record["number"], "receive")], [])
    assert await shop.told("C-1") == 1 and await shop.told("C-2") == 0


async def test_a_customer_cannot_order_for_another_nor_point_at_what_it_does_not_see(shop):
    other = (await shop.every("customer", None, search="C-2"))[0]["id"]
    no(await shop.create("C-1", "sales_order", {**ORDER, "customer": other}), "bad_reference")
    own = ok(await shop.create("C-1", "sales_order", ORDER))
    for who, step in (
        (None, "order_review"),
        (None, "finance_review"),
        (None, "outbound_review"),
        (None, "ship"),
        ("C-1", "receive"),
    ):
        ok(await shop.step(who, own, step))
    back = {"order": str(own.id), "reason": "damage", "lines": [{"product": "P", "quantity": "1"}]}
    no(await shop.create("C-2", "return_order", back), "bad_reference")
    no(await shop.create("C-2", "return_order", {**back, "order": own.record["number"]}), "bad_reference")
    assert ok(await shop.create("C-1", "return_order", back)).waits == ("return_review",)
