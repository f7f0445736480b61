"""Codes that a company's own rule makes: master data and documents, given codes kept, none twice. On both databases.

Source: requirement A-13.
"""

from __future__ import annotations

import asyncio

import pytest
from rooms.acts_kit import Company, company, no, ok, wrong
from rooms.exchange_kit import Desk

from ordinance import acts

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("A-13")]

ENTITIES = """
group:
  label: {zh: 类别, en: Group}
  key: code
  fields:
    code: {type: text, required: true, unique: true, label: {zh: 编码, en: Code}}
article:
  label: {zh: 物品, en: Article}
  key: code
  delete: soft
  fields:
    code:  {type: text, required: true, unique: true, default: "{group}-{n:03}", max: "12", label: {zh: 编码, en: Code}}
    group: {type: ref, to: group, label: {zh: 类别, en: Group}}
    name:  {type: text, label: {zh: 名称, en: Name}}
card:
  label: {zh: 卡片, en: Card}
  key: code
  fields:
    code: {type: text, required: true, unique: true, default: "K{yyyy}{mm}-{n}", label: {zh: 编码, en: Code}}
    name: {type: text, label: {zh: 名称, en: Name}}
job:
  label: {zh: 任务, en: Job}
  key: code
  fields:
    code: {type: text, required: true, unique: true, default: "J{n:04}", label: {zh: 编码, en: Code}}
    kind: {type: choice, options: {a: {zh: 甲, en: A}}, label: {zh: 类, en: Kind}}
"""

ROLES = """
roles:
  clerk: {label: {zh: 文员, en: Clerk}, may: {group: [read, create], article: [read, create, update, delete], card: [read, create, update], job: [read, create]}}
"""

WORKFLOWS = """
job:
  steps:
    write: {label: Write, by: [clerk], asks: [code, kind]}
    check: {label: Check, by: [clerk]}
"""


@pytest.fixture
async def firm(tmp_path, database_url):
    opened = company(tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES, people="clerk")
    async with opened as made:
        for code in ("TEA", "CUP"):
            ok(await made.create("clerk", "group", {"code": code}))
        yield made


async def code_of(firm: Company, entity: str, **values) -> str:
    return ok(await firm.create("clerk", entity, values)).record["code"]


async def test_a_record_without_a_code_gets_the_next_one_of_its_class(firm):
    codes = [await code_of(firm, "article", group=group) for group in ("TEA", "TEA", "CUP", "TEA")]
    assert codes == ["TEA-001", "TEA-002", "CUP-001", "TEA-003"]
    assert await code_of(firm, "card") == "K202611-1"


async def test_a_given_code_is_kept_and_passed_over_later(firm):
    assert await code_of(firm, "article", group="TEA", code="TEA-002") == "TEA-002"
    assert await code_of(firm, "article", group="TEA", code="OWN") == "OWN"
    assert [await code_of(firm, "article", group="TEA") for _ in range(2)] == ["TEA-001", "TEA-003"]


async def test_many_codes_that_came_from_elsewhere_are_passed_over_and_a_deleted_one_stays_used(firm):
    async with firm.house.database.work() as work:
        for number in range(1, 601):
            await firm.house.force.store.insert(work, "card", {"code": f"K202611-{number}"}, firm.now, "0")
    assert await code_of(firm, "card") == "K202611-601"
    made = ok(await firm.create("clerk", "article", {"group": "TEA"}))
    ok(await firm.delete("clerk", made))
    async with firm.house.database.work() as work:
        await work.execute("UPDATE numbering SET taken = 0 WHERE series LIKE ?", "code/%")
    assert await code_of(firm, "article", group="TEA") == "TEA-002"


async def test_a_code_is_made_once_though_many_arrive_at_the_same_moment(firm):
    codes = await asyncio.gather(*(code_of(firm, "card", name=str(number)) for number in range(8)))
    assert sorted(codes) == [f"K202611-{number}" for number in range(1, 9)]


async def test_a_code_of_what_is_not_written_is_still_to_be_had(firm):
    ok(await firm.create("clerk", "card", {}, dry=True))
    assert await code_of(firm, "card") == "K202611-1"


async def test_what_the_rule_needs_is_asked_for(firm):
    refused = no(await firm.create("clerk", "article", {"name": "x"}), "required")
    assert [each.where for each in refused.reasons] == ["/group"]


async def test_a_code_that_does_not_fit_its_field_is_refused(firm):
    ok(await firm.create("clerk", "group", {"code": "VERY-LONG-ONE"}))
    no(await firm.create("clerk", "article", {"group": "VERY-LONG-ONE"}), "too_long")


async def test_a_code_once_there_cannot_be_emptied(firm):
    card = ok(await firm.create("clerk", "card", {}))
    no(await firm.update("clerk", card, {"code": None}), "required")


async def test_a_document_gets_its_code_when_it_begins(firm):
    job = ok(await firm.create("clerk", "job", {"kind": "a"}))
    assert (job.record["code"], job.waits) == ("J0001", ("check",))
    draft = ok(await firm.create("clerk", "job", {}, draft=True))
    assert draft.record["code"] == "J0002"


async def test_a_form_does_not_demand_a_code_and_does_not_show_the_rule(firm):
    found = await acts.evaluate(firm.house, await firm.call("clerk"), "card", {"name": "x"})
    assert not found.required["/code"] and found.errors == () and found.values.get("code") is None


async def test_records_that_come_by_import_get_codes_too(firm, tmp_path):
    report = await Desk(firm.house, tmp_path).bring("card", "code,name\n,One\nK202611-2,Two\n,Three\n")
    assert report.bad == [], report.bad
    assert sorted(each["code"] for each in await firm.every("card")) == ["K202611-1", "K202611-2", "K202611-3"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("default: 'A{x}-{n}'", "number_part"), ("default: 'A{n}{n}'", "number_counter"),
        ("default: '{dd}-{n}'", "number_period"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_work_is_a_problem(tmp_path, text, code):
    parts = {"entities": f"card:\n  key: code\n  fields:\n    code: {{type: text, {text}, label: Code}}\n", "roles": ROLES}
    with pytest.raises(AssertionError, match=code):
        wrong(tmp_path, {"entities": parts["entities"]}, {})


def test_a_rule_has_no_place_in_lines_nor_in_a_number(tmp_path):
    for body in ("lines: {type: lines, fields: {code: {type: text, default: 'A{n}'}}}", "size: {type: integer, default: 'A{n}'}"):
        with pytest.raises(AssertionError, match="bad_default"):
            wrong(tmp_path / body[:4], {"entities": f"card:\n  fields:\n    {body}\n"}, {})
