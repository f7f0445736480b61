"""What a waiting step does with time, events, queues and people: due, by_itself, until, queue, assign.

Source: language.md §2. One story for each key, on both databases.
"""

from __future__ import annotations

import pytest
from rooms.acts_kit import Company, company, no, ok

pytestmark = [pytest.mark.anyio]

ENTITIES = """
job:
  label: {zh: 任务, en: Job}
  title: subject
  fields:
    subject:  {type: text, label: {zh: 主题, en: Subject}}
    amount:   {type: money, label: {zh: 金额, en: Amount}}
    urgent:   {type: boolean, label: {zh: 加急, en: Urgent}}
    rank:     {type: integer, label: {zh: 次序, en: Rank}}
    starts:   {type: date, label: {zh: 开始日, en: Starts}}
    region:   {type: text, label: {zh: 地区, en: Region}}
    handler:  {type: ref, to: account, label: {zh: 经办人, en: Handler}}
    quantity: {type: quantity, label: {zh: 数量, en: Quantity}}
    issued:   {type: quantity, default: "0", label: {zh: 已发, en: Issued}}
    portion:  {type: quantity, label: {zh: 本次, en: This time}}
    remark:   {type: text, label: {zh: 说明, en: Remark}}
    order:    {type: ref, to: sales_order, label: {zh: 订单, en: Order}}
"""

ROLES = """
roles:
  clerk:  {label: {zh: 文员, en: Clerk}, may: {job: [read, create, update]}}
  boss:   {label: {zh: 主管, en: Boss}, may: {job: [read, reassign, skip_queue]}}
  worker: {label: {zh: 员工, en: Worker}, may: {job: [read]}}
"""

WORKFLOWS = """
timed:
  of: job
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [starts]}
    work:
      label: Work
      by: [worker]
      due: 2d
      by_itself:
        - {before_due: 1d, tells: [worker]}
        - {after: 3d, adds: [boss]}
        - {event: base.overdue, tells: [boss]}
    begin: {label: Begin, by: [worker], due: starts, by_itself: [{when: today() >= starts, pass: true}]}
alone:
  of: job
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [amount]}
    small: {label: Small, by: [boss], does: [counting.announce], by_itself: [{when: amount < 100, pass: true}]}
    judge: {label: Judge, by: [boss], asks: [remark], by_itself: [{after: 1d, pass: true, with: {remark: by the clock}}], checks: {fine: {must: "amount != 13", say: {zh: 不吉, en: unlucky}}}}
    stock: {label: Stock, by: [boss], by_itself: [{event: counting.announced, pass: true}]}
    late:  {label: Late, by: [boss], by_itself: [{after: 2d, lane: stop}]}
  lanes:
    stop: {label: Stop, by: [boss], ends: stopped}
rounds:
  of: job
  steps:
    write: {label: Write, by: [clerk], asks: [subject, quantity]}
    issue:
      label: Issue
      by: [worker]
      asks: [issued]
      until: issued >= quantity
      does:
        counting.close_shipment: {each: round}
        counting.open_shipment: {}
    after: {label: After, by: [boss]}
line:
  of: job
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [rank]}
    pick:  {label: Pick, by: [worker, boss], taken: Being picked, queue: {order: [-urgent, rank], strict: true}}
given:
  of: job
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [handler, region]}
    own:   {label: Own, by: [worker], when: handler is set, assign: {to: handler}}
    match: {label: Match, by: [worker], when: region is set, assign: {match: [region], pick: least_loaded}}
    end:   {label: End, by: [boss]}
stubborn:
  of: job
  steps:
    write:  {label: Write, by: [clerk], asks: [subject], offers: [amount]}
    refuse: {label: Refuse, by: [boss], does: [gate.refusing], by_itself: [{when: amount is set, pass: true}]}
"""


@pytest.fixture
async def firm(tmp_path, database_url):
    opened = company(
        tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES, people="clerk boss worker"
    )
    async with opened as made:
        yield made


async def begun(firm: Company, workflow: str, **values):
    return ok(await firm.create("clerk", workflow, {"subject": "x", **values}))


async def test_a_step_is_reminded_of_before_it_is_due_and_overdue_is_said_once(firm):
    job = await begun(firm, "timed", starts="2026-12-01")
    assert await firm.told("worker") == 0
    firm.later("1d")
    assert await firm.told("worker") == 1
    firm.later("26h")
    assert await firm.told("boss") == 1
    firm.later("1h")
    assert await firm.told("boss") == 1
    assert await firm.waits(job) == ["work"]
    no(await firm.step("boss", job, "work"), "not_allowed")
    assert await firm.inbox("boss") == []
    firm.later("1d")
    await firm.tick()
    assert await firm.inbox("boss") == [(str(job.id), "work")]
    assert ok(await firm.step("boss", job, "work")).waits == ("begin",)


async def test_a_rule_that_reads_the_day_passes_the_step_when_the_day_comes(firm):
    job = await begun(firm, "timed", starts="2026-12-01")
    ok(await firm.step("worker", job, "work"))
    firm.later("1d")
    await firm.tick()
    assert await firm.waits(job) == ["begin"]
    firm.later("6d")
    await firm.tick()
    assert (await firm.now_of(job))["phase"] == "complete"


async def test_a_step_passes_by_itself_with_its_consequences_and_with_what_would_have_been_asked(firm):
    job = await begun(firm, "alone", amount="50")
    assert await firm.waits(job) == ["judge"]
    assert await firm.effects(job) == ["+announce"]
    firm.later("1d")
    await firm.tick()
    assert (await firm.now_of(job))["remark"] == "by the clock"


async def test_an_event_that_came_early_counts_when_the_step_opens(firm):
    job = await begun(firm, "alone", amount="50")
    firm.later("1d")
    await firm.tick()
    assert await firm.waits(job) == ["late"]


async def test_an_event_that_comes_later_passes_the_step_then(firm):
    job = await begun(firm, "alone", amount="500")
    assert await firm.waits(job) == ["small"]
    ok(await firm.update("clerk", job, {"amount": "5"}))
    assert await firm.waits(job) == ["judge"]


async def test_a_check_that_refuses_leaves_the_step_to_a_person(firm):
    job = await begun(firm, "alone", amount="13")
    firm.later("1d")
    await firm.tick()
    assert await firm.waits(job) == ["judge"]
    no(await firm.step("boss", job, "judge", {"remark": "r"}), "fine")


async def test_an_action_that_refuses_in_an_automatic_pass_leaves_the_step_to_a_person(firm):
    job = await begun(firm, "stubborn", amount="13")
    assert await firm.waits(job) == ["refuse"]
    no(await firm.step("boss", job, "refuse"), "refusing")
    assert await firm.effects(job) == []


async def test_a_rule_may_lead_into_a_lane(firm):
    job = await begun(firm, "alone", amount="50")
    firm.later("1d")
    await firm.tick()
    firm.later("2d")
    await firm.tick()
    assert (await firm.now_of(job))["ended"] == "stopped"


async def test_a_repeating_step_goes_round_until_its_sum_is_reached(firm):
    job = await begun(firm, "rounds", quantity="5")
    ok(await firm.step("worker", job, "issue", {"issued": "2"}))
    assert await firm.waits(job) == ["issue"]
    no(await firm.step("worker", job, "issue", {"issued": "2"}), "no_change")
    ok(await firm.step("worker", job, "issue", {"issued": "5"}))
    assert await firm.waits(job) == ["after"]
    assert await firm.effects(job) == ["+close_shipment", "+open_shipment", "+close_shipment"]


async def test_a_repeating_step_may_be_closed_short(firm):
    job = await begun(firm, "rounds", quantity="5")
    no(await firm.close("worker", job, "issue"), "no_round")
    ok(await firm.step("worker", job, "issue", {"issued": "2"}))
    assert [each.closes for each in await firm.views("worker", job) if each.kind == "step"] == [True]
    ok(await firm.close("worker", job, "issue"))
    assert await firm.waits(job) == ["after"]
    assert await firm.effects(job) == ["+close_shipment", "+open_shipment"]


async def test_a_strict_queue_gives_the_first_document_first_unless_somebody_may_skip_it_and_says_why(firm):
    second, first = await begun(firm, "line", rank=2), await begun(firm, "line", rank=1)
    urgent = await begun(firm, "line", rank=9, urgent=True)
    no(await firm.take("worker", first, "pick"), "not_next")
    no(await firm.step("worker", second, "pick"), "not_next")
    taken = ok(await firm.take("worker", urgent, "pick"))
    assert taken.status.en == "Being picked"
    ok(await firm.take("worker", first, "pick"))
    no(await firm.take("boss", first, "pick"), "already_taken")
    third = await begun(firm, "line", rank=3)
    no(await firm.take("boss", third, "pick"), "not_next")
    ok(await firm.take("boss", third, "pick", reason="the customer is at the door"))
    assert await firm.inbox("worker") and (str(third.id), "pick") not in await firm.inbox("worker")


async def test_a_document_goes_to_the_person_in_a_field_and_to_nobody_else(firm):
    ann = await firm.person("ann", "worker")
    job = await begun(firm, "given", handler=ann)
    assert await firm.inbox("worker") == []
    assert await firm.inbox("ann") == [(str(job.id), "own")]
    no(await firm.step("worker", job, "own"), "not_assigned")
    ok(await firm.step("ann", job, "own"))


async def test_a_document_goes_to_the_least_loaded_of_those_who_match(firm):
    await firm.person("ann", "worker", regions=["east"])
    await firm.person("ben", "worker", regions=["east"])
    for region in ("east", "east", "east"):
        await begun(firm, "given", region=region)
    shares = sorted([len(await firm.inbox(name)) for name in ("ann", "ben", "worker")])
    assert shares == [0, 1, 2]
    assert await firm.inbox("worker") == []


async def test_only_who_may_reassign_hands_a_step_over_and_only_to_somebody_who_can_do_it(firm):
    ann = await firm.person("ann", "worker")
    job = await begun(firm, "given", handler=ann)
    clerk = int((await firm.actor("clerk")).id)
    worker = int((await firm.actor("worker")).id)
    no(await firm.reassign("worker", job, "own", worker), "not_allowed")
    no(await firm.reassign("boss", job, "own", clerk), "bad_target")
    no(await firm.reassign("boss", job, "own", 12), "bad_target")
    ok(await firm.reassign("boss", job, "own", worker))
    assert await firm.inbox("ann") == []
    ok(await firm.step("worker", job, "own"))
