"""How documents are shared out: in turn, the preferred ones first; and checks that are for some documents only.

Source: language.md §2 `assign`, `checks`; engine.md R1. One story for each, on both databases.
"""

from __future__ import annotations

import asyncio

import pytest
from rooms.acts_kit import GATE, GATE_HOOKS, Company, company, no, ok, wrong

pytestmark = [pytest.mark.anyio]

ENTITIES = """
job:
  label: {zh: 任务, en: Job}
  title: subject
  fields:
    subject:  {type: text, label: {zh: 主题, en: Subject}}
    region:   {type: text, label: {zh: 地区, en: Region}}
    urgent:   {type: boolean, label: {zh: 加急, en: Urgent}}
    amount:   {type: money, label: {zh: 金额, en: Amount}}
    proof:    {type: text, label: {zh: 凭据, en: Proof}}
    kind:     {type: choice, options: {sale: {zh: 销售, en: Sale}, gift: {zh: 赠送, en: Gift}}, label: {zh: 类别, en: Kind}}
"""

ROLES = """
roles:
  clerk:  {label: {zh: 文员, en: Clerk}, may: {job: [read, create, update]}}
  worker: {label: {zh: 员工, en: Worker}, may: {job: [read]}}
"""

WORKFLOWS = """
turns:
  of: job
  steps:
    write: {label: Write, by: [clerk], asks: [subject]}
    work:  {label: Work, by: [worker], assign: {match: [region], pick: in_turn}}
ahead:
  of: job
  steps:
    write: {label: Write, by: [clerk], asks: [subject]}
    work:  {label: Work, by: [worker], assign: {prefer: urgent, pick: least_loaded}}
checked:
  of: job
  steps:
    write:
      label: Write
      by: [clerk]
      asks: [subject]
      checks:
        - {must: amount <= 100, say: {zh: 过大, en: too much}, when: kind == 'gift'}
        - {must: proof is set, say: {zh: 缺凭据, en: no proof}, warn: true, when: kind == 'sale'}
        - gate.strict: {when: amount > 500}
    work: {label: Work, by: [worker], when: not warned(must_2)}
    end:
      label: End
      by: [worker]
      asks: [kind]
      checks: [{must: amount <= 10, say: {zh: 过大, en: too much}, when: kind == 'gift'}]
"""

WITH_A_CHECK = {
    "plugins/gate/plugin.yaml": f"{GATE}checks: {{strict: {{label: {{zh: 严格, en: Strict}}}}}}\n",
    "plugins/gate/hooks.py": GATE_HOOKS
    + """

async def strict(context, parameters):
    return context.reason("strict", "不行", "no")


@hookimpl
def ordinance_checks():
    return {"strict": strict}
""",
}


@pytest.fixture
async def firm(tmp_path, database_url):
    opened = company(
        tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES, people="clerk worker",
        files=WITH_A_CHECK,
    )  # fmt: skip
    async with opened as made:
        yield made


async def begun(firm: Company, workflow: str, **values):
    return ok(await firm.create("clerk", workflow, {"subject": "x", **values}))


async def shares(firm: Company, *names: str) -> list[int]:
    return [len(await firm.inbox(name)) for name in names]


@pytest.mark.requirement("C-24")
async def test_those_who_match_get_documents_in_turn_each_region_by_itself(firm):
    for name, regions in (("ann", ["east", "west"]), ("ben", ["east"]), ("cas", ["east"]), ("dan", ["west"])):
        await firm.person(name, "worker", regions=regions)
    people = ("ann", "ben", "cas", "dan", "worker")
    got = []
    for region in ("east", "west", "east", "west", "east", "west", "east"):
        before = await shares(firm, *people)
        await begun(firm, "turns", region=region)
        after = await shares(firm, *people)
        got += [name for name, one, two in zip(people, before, after, strict=True) if two > one]
    assert got == ["ann", "ann", "ben", "dan", "cas", "ann", "ann"]


async def test_a_turn_is_taken_once_though_many_arrive_at_the_same_moment(firm):
    for name in ("ann", "ben", "cas"):
        await firm.person(name, "worker", regions=["east"])
    await asyncio.gather(*(begun(firm, "turns", region="east") for _ in range(9)))
    assert await shares(firm, "ann", "ben", "cas") == [3, 3, 3]


async def test_a_turn_that_is_rolled_back_is_still_to_be_had(firm):
    for name in ("ann", "ben"):
        await firm.person(name, "worker", regions=["east"])
    ok(await firm.create("clerk", "turns", {"subject": "x", "region": "east"}, dry=True))
    await begun(firm, "turns", region="east")
    assert await shares(firm, "ann", "ben") == [1, 0]


async def test_who_has_left_loses_only_their_own_turn(firm):
    for name in ("ann", "ben", "cas"):
        await firm.person(name, "worker", regions=["east"])
    await begun(firm, "turns", region="east")
    ben = await firm.find("account", int((await firm.actor("ben")).id))
    ok(await firm.update(None, ben, {"active": False}))
    await begun(firm, "turns", region="east")
    assert await shares(firm, "ann", "cas") == [1, 1]


@pytest.mark.requirement("C-24")
async def test_a_preferred_document_stands_first_in_the_inbox(firm):
    plain, first = await begun(firm, "ahead"), await begun(firm, "ahead", urgent=True)
    assert await firm.inbox("worker") == [(str(first.id), "work"), (str(plain.id), "work")]


@pytest.mark.requirement("C-24")
async def test_a_preferred_document_goes_to_who_has_the_fewest_of_its_kind_before_it(firm):
    await firm.person("ann", "worker")
    worker = await firm.find("account", int((await firm.actor("worker")).id))
    await begun(firm, "ahead", urgent=True)
    ok(await firm.update(None, worker, {"active": False}))
    for _ in range(3):
        await begun(firm, "ahead")
    ok(await firm.update(None, worker, {"active": True}))
    await begun(firm, "ahead", urgent=True)
    await begun(firm, "ahead")
    assert await shares(firm, "worker", "ann") == [2, 4]


async def test_the_pages_of_an_inbox_go_on_behind_the_preferred_documents(firm):
    from ordinance import acts

    made = [await begun(firm, "ahead", urgent=number % 2 == 0) for number in range(5)]
    seen, cursor = [], None
    while True:
        page = await acts.inbox(firm.house, await firm.call("worker"), limit=2, cursor=cursor)
        seen += [each.id for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [made[at].id for at in (0, 2, 4, 1, 3)]


async def test_the_order_of_an_inbox_follows_the_document_and_not_its_arrival(firm):
    late, early = await begun(firm, "ahead"), await begun(firm, "ahead")
    await firm.update_directly(early, urgent=True)
    assert await firm.inbox("worker") == [(str(early.id), "work"), (str(late.id), "work")]


async def test_a_check_whose_condition_is_false_is_not_looked_at(firm):
    no(await firm.create("clerk", "checked", {"subject": "x", "amount": "200", "kind": "gift"}), "must_1")
    ok(await firm.create("clerk", "checked", {"subject": "x", "amount": "200", "kind": "sale", "proof": "p"}))
    ok(await firm.create("clerk", "checked", {"subject": "x", "amount": "50", "kind": "gift"}))


async def test_a_departments_check_is_asked_only_where_its_condition_holds(firm):
    values = {"subject": "x", "kind": "sale", "proof": "p"}
    no(await firm.create("clerk", "checked", {**values, "amount": "501"}), "strict")
    ok(await firm.create("clerk", "checked", {**values, "amount": "500"}))


async def test_a_warning_is_on_record_only_where_its_condition_holds(firm):
    warned = ok(await firm.create("clerk", "checked", {"subject": "x", "amount": "20", "kind": "sale"}))
    assert [each.code for each in warned.warnings] == ["must_2"]
    assert await firm.waits(warned) == ["end"]
    fine = ok(await firm.create("clerk", "checked", {"subject": "x", "amount": "20", "kind": "gift"}))
    assert (fine.warnings, await firm.waits(fine)) == ((), ["work"])


async def test_a_form_leaves_a_check_for_later_whose_condition_it_has_still_to_ask(firm):
    job = await begun(firm, "checked", amount="50", kind="gift")
    ok(await firm.step("worker", job, "work"))
    assert (await firm.buttons("worker", job))["step end"] == []
    no(await firm.step("worker", job, "end", {"kind": "gift"}), "must_1")
    ok(await firm.step("worker", job, "end", {"kind": "sale"}))


def test_documents_cannot_be_put_in_order_by_what_no_column_holds(tmp_path):
    parts = {"entities": ENTITIES, "roles": ROLES}
    for bad in ("assign: {prefer: waits_at}", "assign: {prefer: done}", "queue: {order: [status]}"):
        flow = f"turns:\n  of: job\n  steps:\n    work: {{label: Work, by: [worker], {bad}}}\n"
        with pytest.raises(AssertionError, match="unknown_path"):
            wrong(tmp_path / bad[-8:-1], {**parts, "workflows": flow}, {})
