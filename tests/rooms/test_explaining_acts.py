"""Why, asked through the acts: in words, to each only what it may see, never other than what the acts then do."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rooms.acts_kit import Company, company, ok

from ordinance import acts
from ordinance.acts import Done, Refused
from ordinance.acts.explaining import SUBJECTS, Explanation, explain
from ordinance.acts.explaining.answers import as_json
from ordinance.commands.explain import printed

pytestmark = [pytest.mark.anyio]

GOLDEN = Path(__file__).parents[1] / "golden" / "explaining"
CANARY = "777"

ENTITIES = """
order:
  label: {zh: 订单, en: Order}
  title: title
  fields:
    title:  {type: text, label: {zh: 标题, en: Title}}
    kind:   {type: choice, options: {normal: {zh: 普通, en: Normal}, urgent: {zh: 加急, en: Urgent}}, label: {zh: 类别, en: Kind}}
    total:  {type: money, label: {zh: 金额, en: Total}}
    cost:   {type: money, label: {zh: 成本, en: Cost}}
    limit:  {type: money, label: {zh: 限额, en: Limit}, readonly_when: "total >= 100 and kind != 'urgent'"}
    note:   {type: text, label: {zh: 说明, en: Note}, visible_when: kind == 'urgent'}
    keeper: {type: ref, to: account, label: {zh: 保管人, en: Keeper}}
    items:
      type: lines
      label: {zh: 明细, en: Items}
      fields:
        name: {type: text, label: {zh: 名称, en: Name}}
        quantity: {type: quantity, label: {zh: 数量, en: Quantity}}
"""
WORKFLOWS = """
order:
  label: {zh: 订单, en: Order}
  steps:
    enter:  {label: {zh: 录入, en: Enter}, by: [clerk], asks: [title], offers: [total, cost, kind, limit, items.name, items.quantity, keeper]}
    review:
      label: {zh: 复核, en: Review}
      needs: [keeper]
      checks:
        - {must: total >= 1000 or kind == 'urgent', say: {zh: 金额太小, en: Too small}}
        - {must: cost < 555}
      back_to: enter
    pay: {label: {zh: 付款, en: Pay}, by: [clerk], when: total >= 5000}
    file: {label: {zh: 归档, en: File}, by: [boss], offers: [note]}
  lanes:
    cancel: {label: {zh: 作废, en: Cancel}, by: [boss], before: pay, when: kind == 'urgent', ends: cancelled}
  ends: {cancelled: {zh: 已作废, en: Cancelled}}
"""
ROLES = """
roles:
  clerk: {label: {zh: 文员, en: Clerk}, may: {order: [read, create]}, fields: {order: {cost: hidden}}}
  boss: {label: {zh: 主管, en: Boss}, may: {order: [read, review]}, where: {order: total >= 1000}}
  manager: {label: {zh: 管理员, en: Manager}, may: {order: [read, update, reassign], account: [read, update], revision: [create]}}
  auditor: {label: {zh: 审计, en: Auditor}, may: {order: [read]}, where: {order: cost > 0 or cost is empty}, fields: {order: {cost: masked}}}
  helper: {label: {zh: 助理, en: Helper}, may: {order: [read], account: [update]}, fields: {order: {cost: hidden}}}
"""
PEOPLE = "clerk boss manager auditor clerk2 boss2"
SUBJECTS_OF_ORDER = (
    "step:enter", "step:review", "step:pay", "step:file", "send_back:review", "take:review", "lane:cancel",
    *(f"field:{each}" for each in ("title", "kind", "total", "cost", "limit", "note", "keeper", "items.quantity")),
    "inbox", "record",
)  # fmt: skip


async def staffed(house: Company) -> None:
    for name in ("clerk", "boss", "manager", "auditor"):
        await house.person(name, name)
    await house.person("clerk2", "clerk")
    await house.person("boss2", "boss")


async def order(house: Company, **values: Any) -> Done:
    """An order at its review, with a cost that its clerk does not see."""
    given = {"title": "one", "total": "500", "kind": "normal", "items": [{"name": "a", "quantity": "5"}], **values}
    done = ok(await house.create("clerk", "order", given))
    return await house.update_directly(done, cost=Decimal("777.77"))


@pytest.fixture
async def house(tmp_path, database_url):
    async with company(tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES) as made:
        await staffed(made)
        yield made


async def why(
    house: Company, who: str | None, done: Done | None, subject: str, about: str = "", **more: Any
) -> Explanation | Refused:
    call = await house.call(who, **more)
    return await explain(house.house, call, "order", done.id if done else None, subject, about=about)


async def told(house: Company, who: str | None, done: Done | None, subject: str, about: str = "") -> Explanation:
    found = await why(house, who, done, subject, about)
    assert isinstance(found, Explanation), found
    return found


def flat(explanation: Explanation) -> str:
    """Everything that is told, in both languages."""
    return "".join(msgspec.json.encode(as_json(explanation, each)).decode() for each in ("zh", "en"))


def codes(explanation: Explanation) -> dict[str, bool | None]:
    return {each.code: each.holds for each in explanation.lines}


def changes(explanation: Explanation) -> list[str]:
    return [each.text.en for each in explanation.proposals]


# Words

CASES = (
    ("clerk", "step:review", ""),
    ("clerk", "step:enter", ""),
    ("clerk", "step:pay", ""),
    ("clerk", "lane:cancel", ""),
    ("clerk", "inbox", ""),
    ("clerk", "field:limit", ""),
    ("clerk", "field:note", ""),
    ("clerk", "field:total", ""),
    ("clerk", "record", ""),
    ("clerk", "create", ""),
    ("auditor", "create", ""),
    ("manager", "step:review", "clerk"),
    ("manager", "step:review", "boss"),
    ("manager", "record", "boss"),
    ("manager", "record", "auditor"),
    ("manager", "field:cost", "clerk"),
    ("manager", "field:cost", ""),
    ("manager", "inbox", "boss"),
)


@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_the_words(house, locale):
    """Run with `ORDINANCE_GOLDEN=update` to write the file anew, then read the difference."""
    done = await order(house)
    text = ""
    for who, subject, about in CASES:
        found = await told(house, who, None if subject == "create" else done, subject, about)
        text += f"## {who} {subject}{f' for {about}' if about else ''}\n\n{printed(found, locale)}\n"
    expected = GOLDEN / f"order.{locale}.txt"
    if os.environ.get("ORDINANCE_GOLDEN") == "update":
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


# Never other than the acts


async def states(house: Company) -> list[Done]:
    """Orders at every place: a draft, at the review, behind it, with and without the payment, ended."""
    draft = ok(await house.create("clerk", "order", {"title": "d"}, draft=True))
    review = await order(house)
    urgent = await order(house, kind="urgent", total="2000")
    passed = [await order(house, total=each, keeper=await keeper(house)) for each in ("2000", "9000")]
    for each in passed:
        await house.update_directly(each, cost=Decimal(1))
        ok(await house.step("boss", each, "review"))
    ended = await order(house, kind="urgent", total="2000")
    ok(await house.lane("boss", ended, "cancel"))
    return [draft, review, urgent, *passed, ended]


async def keeper(house: Company) -> dict[str, str]:
    return {"id": str((await house.actor("clerk2")).id)}


async def test_the_verdict_on_a_step_is_that_of_its_button(house):
    for done in await states(house):
        for who in PEOPLE.split():
            buttons = await acts.steps(house.house, await house.call(who), "order", done.id)
            for each in () if isinstance(buttons, Refused) else buttons:
                found = await told(house, who, done, f"{each.kind}:{each.id}")
                assert found.allowed is each.allowed, (who, each)


async def test_the_verdict_on_the_inbox_is_the_inbox(house):
    done = await states(house)
    for who in PEOPLE.split():
        waiting = {each.id for each in await house.tasks(who)}
        for each in done:
            found = await why(house, who, each, "inbox")
            assert (isinstance(found, Explanation) and found.allowed) is (each.id in waiting), (who, each.id)


async def test_the_verdict_on_seeing_is_that_of_reading(house):
    for done in await states(house):
        for who in PEOPLE.split():
            sees = not isinstance(await house.read(who, done), Refused)
            found = await told(house, "manager", done, "record", who)
            assert found.allowed is sees, who
            mine = await why(house, who, done, "record")
            assert isinstance(mine, Explanation) is sees
            if isinstance(mine, Refused):
                assert mine.kind == "not_found"


OTHER = {"title": "x", "kind": "urgent", "total": "1", "cost": "2", "limit": "1", "note": "x", "keeper": None}


async def test_the_verdict_on_a_field_is_that_of_changing_it(house):
    for done in (await states(house))[::2]:
        for who in ("clerk", "boss", "manager", "auditor"):
            now = await house.read(who, done)
            if isinstance(now, Refused):
                continue
            for name, value in OTHER.items():
                found = await why(house, who, done, f"field:{name}")
                value = await keeper(house) if name == "keeper" else value
                if now.record.get(name) == value:
                    value = "normal"
                if name == "keeper" and now.record.get(name):
                    value = None
                tried = await acts.update(
                    house.house, await house.call(who), "order", done.id, {name: value}, version=now.version, dry=True
                )
                can = isinstance(found, Explanation) and found.allowed
                hidden = isinstance(found, Explanation) and codes(found).get("shown") is False
                assert can is isinstance(tried, Done) or hidden, (who, name, found, tried)


async def test_what_was_proved_is_so(house):
    done = await order(house, keeper=await keeper(house))
    await house.update_directly(done, cost=Decimal(1))
    found = await told(house, "manager", done, "step:review", "boss")
    assert changes(found) == ["“Total” at least 1,000.00"], "the role is there, the rule of its records is in the way"
    assert found.proved
    await house.update_directly(done, total=Decimal(1000))
    ok(await house.step("boss", done, "review"))


async def test_roles_that_do_not_reach_the_record_are_no_proof(house):
    done = await order(house)
    found = await told(house, "clerk", done, "lane:cancel")
    assert changes(found)[0] == "somebody with one of these roles: Boss"
    assert found.proved is None, "a boss sees orders from 1,000 on"


# To each only what it may see


async def test_a_value_nobody_showed_them_is_not_told(house):
    """The canary: `cost` is hidden from clerks and masked for auditors, and it is in a check and in a row rule."""
    found = 0
    for done in await states(house):
        await house.update_directly(done, cost=Decimal("777.77"))
        for who in PEOPLE.split():
            for subject in SUBJECTS_OF_ORDER:
                answer = await why(house, who, done, subject)
                if isinstance(answer, Refused):
                    continue
                text = flat(answer)
                if who in ("clerk", "clerk2", "auditor"):
                    assert CANARY not in text, (who, subject)
                    assert "555" not in text, "nor what it is held against"
                found += CANARY in text
    assert found, "those who may are told"


async def test_whoever_asks_for_another_is_told_what_they_themselves_may_see(house):
    done = await order(house)
    text = flat(await told(house, "manager", done, "step:review", "clerk"))
    assert CANARY in text
    await house.person("helper", "helper")
    text = flat(await told(house, "helper", done, "step:review", "manager"))
    assert CANARY not in text
    assert "value you may not see" in text


async def test_lines_of_configuration_are_for_those_who_look_after_it(house):
    done = await order(house)
    assert "workflows.yaml" in flat(await told(house, "manager", done, "step:review"))
    for who in ("clerk", "auditor"):
        assert ".yaml" not in flat(await told(house, who, done, "step:review"))


async def test_a_field_that_is_hidden_is_as_if_it_were_not_there(house):
    done = await order(house)
    for name in ("cost", "nothing"):
        found = await why(house, "clerk", done, f"field:{name}")
        assert isinstance(found, Refused)
        assert (found.kind, found.reasons[0].code) == ("not_found", "unknown_field")
    assert codes(await told(house, "auditor", done, "field:cost"))["level"] is False


async def test_a_record_that_is_not_seen_is_not_found_whoever_it_is_asked_for(house):
    done = await order(house)
    for subject in ("record", "inbox", "step:review", "field:title"):
        found = await why(house, "boss", done, subject)
        assert isinstance(found, Refused)
        assert found.kind == "not_found"
    found = await told(house, "manager", done, "record", "boss")
    assert (found.allowed, changes(found)) == (False, ["“Total” at least 1,000.00"])


async def test_only_who_looks_after_accounts_asks_for_others(house):
    done = await order(house)
    found = await why(house, "clerk", done, "step:review", "boss")
    assert isinstance(found, Refused)
    assert found.kind == "not_allowed"
    found = await why(house, "manager", done, "step:review", "nobody")
    assert isinstance(found, Refused)
    assert found.kind == "bad_request"


async def test_a_role_can_be_asked_for_as_well_as_a_person(house):
    done = await order(house, total="2000", keeper=await keeper(house))
    await house.update_directly(done, cost=Decimal(1))
    assert (await told(house, "manager", done, "step:review", "boss2")).allowed
    assert (await told(house, "manager", done, "step:review", "boss")).allowed
    assert not (await told(house, "manager", done, "step:review", "auditor")).allowed


# What else can be asked


async def test_why_the_inbox_is_empty(house):
    for total in ("2000", "500"):
        await order(house, total=total)
    call = await house.call("boss")
    found = await explain(house.house, call, None, None, "inbox")
    assert isinstance(found, Explanation)
    assert [(each.text.en, each.holds) for each in found.lines] == [
        ("it waits at “Order · Review”", True),
        ("no document is at “Order · File” now", False),
    ]
    call = await house.call("auditor")
    found = await explain(house.house, call, None, None, "inbox")
    assert isinstance(found, Explanation)
    assert [each.text.en for each in found.lines] == ["no step is yours to do"]


async def test_what_others_hold_is_counted_only_as_far_as_it_is_seen(house):
    done = await order(house, total="2000")
    ok(await house.reassign("manager", done, "review", (await house.actor("boss2")).id))
    found = await explain(house.house, await house.call("boss"), None, None, "inbox")
    assert isinstance(found, Explanation)
    assert "1 at “Order · Review”" in found.lines[0].text.en
    mine = await told(house, "boss", done, "inbox")
    assert changes(mine) == ["boss2 does it, or it is reassigned"]


async def test_what_is_asked_must_be_there(house):
    done = await order(house)
    for subject in ("step:zz", "lane:zz", "field:zz", "field:items.zz"):
        found = await why(house, "manager", done, subject)
        assert isinstance(found, Refused)
        assert found.kind == "not_found", subject
    for subject in ("", "step", "step:", "record:x", "zz:zz", "zz"):
        found = await why(house, "manager", done, subject)
        assert isinstance(found, Refused)
        assert found.kind == "bad_request", subject
    assert {"step", "lane", "field", "inbox", "record", "create"} <= set(SUBJECTS)


async def test_a_plain_record_is_explained_too(house):
    id_ = int(await house.person("somebody", "clerk"))
    call = await house.call("manager")
    found = await explain(house.house, call, "account", id_, "field:name")
    assert isinstance(found, Explanation)
    assert found.allowed
    found = await explain(house.house, call, "account", id_, "step:review")
    assert isinstance(found, Refused)
    assert found.kind == "not_found"
