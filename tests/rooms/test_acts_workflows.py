"""Every key of a workflow and of a lane, carried out: numbers, stages, lanes, events, openings, switches, likeness.

Source: language.md §3. One story for each key, on both databases.
"""

from __future__ import annotations

import pytest
from rooms.acts_kit import Company, company, no, ok, wrong

pytestmark = [pytest.mark.anyio]

ENTITIES = """
deal:
  label: {zh: 单据, en: Deal}
  title: subject
  fields:
    subject:  {type: text, label: {zh: 主题, en: Subject}}
    branch:   {type: ref, to: department, label: {zh: 分部, en: Branch}}
    ticket:   {type: text, label: {zh: 票号, en: Ticket}}
    agreed:   {type: money, label: {zh: 约定金额, en: Agreed}}
    cost:     {type: money, label: {zh: 成本, en: Cost}}
    margin:   {type: money, formula: agreed - cost, label: {zh: 毛利, en: Margin}}
    by_day:   {type: date, label: {zh: 交期, en: By}}
    partner:  {type: ref, to: partner, label: {zh: 单位, en: Partner}}
    word:     {type: text, label: {zh: 确认, en: Word}}
    reason:   {type: text, label: {zh: 原因, en: Reason}}
    total:    {type: money, label: {zh: 合计, en: Total}}
    source:   {type: ref, to: deal, back: follow_ups, label: {zh: 来源, en: Source}}
    lines:
      type: lines
      label: {zh: 明细, en: Lines}
      fields:
        what:     {type: text, label: {zh: 内容, en: What}}
        quantity: {type: quantity, label: {zh: 数量, en: Quantity}}
check_up:
  label: {zh: 检查, en: Check-up}
  fields:
    place: {type: ref, to: warehouse, label: {zh: 仓库, en: Place}}
    deal:  {type: ref, to: deal, back: check_ups, label: {zh: 单据, en: Deal}}
    note:  {type: text, label: {zh: 说明, en: Note}}
parcel:
  label: {zh: 包裹, en: Parcel}
  key: code
  fields:
    code:   {type: text, required: true, label: {zh: 编号, en: Code}}
    paid:   {type: money, label: {zh: 已付, en: Paid}}
    weight: {type: quantity, label: {zh: 重量, en: Weight}}
"""

ROLES = """
roles:
  clerk: {label: {zh: 文员, en: Clerk}, may: {deal: [read, create], check_up: [read], warehouse: [read, create]}}
  boss:  {label: {zh: 主管, en: Boss}, may: {deal: [read]}}
  bank:  {label: {zh: 银行, en: Bank}, may: {parcel: [read]}}
  carrier: {label: {zh: 承运, en: Carrier}, may: {parcel: [read]}}
"""

WORKFLOWS = """
numbered:
  of: deal
  number: {at: stamp, pattern: "N{yyyy}-{branch}-{n:03}", gapless: true, unique_within: branch}
  steps:
    write: {label: Write, by: [clerk], asks: [subject, branch]}
    stamp: {label: Stamp, by: [boss], enabled: false}
    check: {label: Check, by: [boss], back_to: write}
ticketed:
  of: deal
  number: {at: write, from: ticket, unique_within: branch}
  stages: {request: {from: write, label: Request, counts: false}, order: {from: check, label: {zh: 订单, en: Order}}}
  steps:
    write: {label: Write, by: [clerk], asks: [subject, ticket, branch]}
    check: {label: Check, by: [boss]}
laned:
  of: deal
  steps:
    write:  {label: Write, by: [clerk], asks: [subject, agreed, cost], offers: [by_day, lines.what, lines.quantity]}
    agree:  {label: Agree, by: [boss], needs: [margin], does: [{counting.open_receivable: {total: margin}}]}
    work:   {label: Work, by: [clerk], due: 2d}
    last:   {label: Last, by: [boss]}
  lanes:
    cancel: {label: Cancel, by: [clerk], before: last, asks: [reason], ends: cancelled}
    change:
      label: Change
      by: [clerk]
      at: [work, last]
      changes: [agreed, by_day]
      tells: [boss]
      steps:
        word:  {label: Word, by: [clerk], asks: [word], back_to: word}
        extra: {label: Extra, by: [boss], when: new.agreed > agreed or new.margin > 1000}
    hold: {label: Hold, by: [boss], at: [work], steps: {wait: {label: Wait, by: [boss]}}}
    redo: {label: Redo, by: [boss], at: [last], back_to: agree}
reacting:
  of: deal
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [agreed]}
    wait:  {label: Wait, by: [boss]}
  lanes:
    stop: {label: Stop, by: [boss], asks: [reason], ends: stopped}
  events:
    gate.arrived: {when: "event.amount > 5", does: [counting.announce], tells: [boss]}
    gate.gone: {lane: stop, with: {reason: event.text}}
spawning:
  of: deal
  opens: {via: [office], draft: false}
  steps:
    write: {label: Write, by: [clerk], asks: [subject]}
    go:    {label: Go, by: [boss]}
check_up:
  opens:
    - {event: spawning.go, with: {note: "'after the deal'"}}
    - {every: 1mo, each: warehouse, when: active}
  steps:
    look: {label: Look, by: [clerk], offers: [note]}
follow_up:
  of: deal
  opens: {via: [office, api], from: source, when: source.done, copy: [partner, lines]}
  steps:
    write: {label: Write, by: [clerk], asks: [source]}
    check: {label: Check, by: [boss]}
like_it:
  of: deal
  like: laned
  steps:
    extra_look: {label: Look again, by: [boss], after: agree}
tied:
  of: deal
  switches: {pair: {if: one, then: two}, either: {not_both: [two, three]}}
  steps:
    write: {label: Write, by: [clerk], asks: [subject]}
    one:   {label: One, by: [boss]}
    two:   {label: Two, by: [boss]}
    three: {label: Three, by: [boss], enabled: false}
parcel:
  opens: {via: [api]}
  steps:
    pay:   {label: Pay, together: both, by: [bank], asks: [paid]}
    weigh: {label: Weigh, together: both, by: [carrier], asks: [weight]}
    end:   {label: End, by: [boss]}
"""

PARTS = {"entities": ENTITIES, "workflows": WORKFLOWS, "roles": ROLES, "people": "clerk boss bank carrier"}


@pytest.fixture
async def firm(tmp_path, database_url):
    async with company(tmp_path, database_url, **PARTS) as made:
        for code in ("A", "B"):
            ok(await made.create(None, "department", {"code": code, "name": code}))
        yield made


async def begun(firm: Company, workflow: str, **values):
    return ok(await firm.create("clerk", workflow, {"subject": "x", **values}))


async def test_a_number_is_taken_at_its_step_even_when_that_is_off_counts_within_and_stays_when_sent_back(firm):
    first = await begun(firm, "numbered", branch="A")
    assert first.record["number"] == "N2026-A-001"
    other, second = await begun(firm, "numbered", branch="B"), await begun(firm, "numbered", branch="A")
    assert (other.record["number"], second.record["number"]) == ("N2026-B-001", "N2026-A-002")
    ok(await firm.back("boss", first, "check"))
    assert (await firm.now_of(first))["number"] == "N2026-A-001"
    ok(await firm.step("clerk", first, "write"))
    assert (await firm.now_of(first))["number"] == "N2026-A-001"


async def test_a_gapless_number_is_not_used_up_by_an_act_that_is_refused_or_only_tried(firm):
    ok(await firm.create("clerk", "numbered", {"subject": "x", "branch": "A"}, dry=True))
    assert (await begun(firm, "numbered", branch="A")).record["number"] == "N2026-A-001"


async def test_a_number_may_come_from_a_field_and_is_then_taken_once_within_its_bounds(firm):
    first = await begun(firm, "ticketed", branch="A", ticket="T-9")
    assert first.record["number"] == "T-9"
    no(await firm.create("clerk", "ticketed", {"subject": "x", "branch": "A", "ticket": "T-9"}), "number_taken")
    assert (await begun(firm, "ticketed", branch="B", ticket="T-9")).record["number"] == "T-9"


async def test_stages_group_steps_and_say_what_counts(firm):
    deal = await begun(firm, "ticketed", branch="A", ticket="T-1")
    assert (await firm.now_of(deal))["stage"] == "order"
    draft = ok(await firm.create("clerk", "ticketed", {"subject": "x"}))
    assert ((await firm.now_of(draft))["stage"], (await firm.now_of(draft))["stage_label"]) == ("request", "Request")


async def test_a_lane_that_ends_undoes_everything_and_ends_the_document(firm):
    deal = await begun(firm, "laned", agreed="100", cost="40")
    ok(await firm.step("boss", deal, "agree"))
    no(await firm.lane("boss", deal, "cancel", {"reason": "r"}), "not_allowed")
    no(await firm.lane("clerk", deal, "cancel"), "missing")
    done = ok(await firm.lane("clerk", deal, "cancel", {"reason": "r"}))
    assert (done.record["phase"], done.record["ended"]) == ("cancelled", "cancelled")
    assert await firm.effects(deal) == ["+open_receivable", "-open_receivable"]
    assert await firm.inbox("clerk") == []


async def test_a_lane_is_closed_where_it_may_not_be_entered(firm):
    deal = await begun(firm, "laned", agreed="100", cost="40")
    no(await firm.lane("clerk", deal, "change", {"agreed": "90"}), "lane_closed")
    for who, step in (("boss", "agree"), ("clerk", "work"), ("boss", "last")):
        ok(await firm.step(who, deal, step))
    no(await firm.lane("clerk", deal, "cancel", {"reason": "r"}), "ended")


async def test_a_change_is_proposed_beside_what_stands_and_applied_when_its_lane_ends(firm):
    deal = await begun(firm, "laned", agreed="100", cost="40")
    ok(await firm.step("boss", deal, "agree"))
    ok(await firm.lane("clerk", deal, "change", {"agreed": "150", "by_day": "2026-12-24"}))
    record = await firm.now_of(deal)
    assert (record["agreed"], record["by_day"], record["waits_at"]) == ("100.00", None, ["word"])
    no(await firm.step("clerk", deal, "work"), "in_lane")
    assert await firm.inbox("clerk") == [(str(deal.id), "word")]
    assert (await firm.buttons("clerk", deal))["step word"] == []
    ok(await firm.step("clerk", deal, "word", {"word": "yes"}))
    assert await firm.waits(deal) == ["extra"]
    ok(await firm.step("boss", deal, "extra"))
    record = await firm.now_of(deal)
    assert (record["agreed"], record["margin"], record["by_day"]) == ("150.00", "110.00", "2026-12-24")


async def test_what_was_judged_on_the_old_values_is_judged_again_and_its_consequences_done_again(firm):
    deal = await begun(firm, "laned", agreed="100", cost="40")
    ok(await firm.step("boss", deal, "agree"))
    ok(await firm.lane("clerk", deal, "change", {"agreed": "90"}))
    ok(await firm.step("clerk", deal, "word", {"word": "yes"}))
    assert await firm.waits(deal) == ["agree"]
    assert await firm.effects(deal) == ["+open_receivable"]
    ok(await firm.step("boss", deal, "agree"))
    assert await firm.effects(deal) == ["+open_receivable", "-open_receivable", "+open_receivable"]


async def test_a_change_that_nothing_settled_has_read_returns_where_it_stood(firm):
    deal = await begun(firm, "laned", agreed="100", cost="40")
    ok(await firm.step("boss", deal, "agree"))
    ok(await firm.lane("clerk", deal, "change", {"by_day": "2026-12-24"}))
    ok(await firm.step("clerk", deal, "word", {"word": "yes"}))
    assert (await firm.now_of(deal))["waits_at"] in (["work"], ["write"])


async def test_a_lane_with_neither_end_nor_way_back_returns_where_it_stood_and_stops_the_clock(firm):
    deal = await begun(firm, "laned", agreed="100", cost="40")
    ok(await firm.step("boss", deal, "agree"))
    ok(await firm.lane("boss", deal, "hold"))
    firm.later("5d")
    await firm.tick()
    ok(await firm.step("boss", deal, "wait"))
    assert await firm.waits(deal) == ["work"]
    tasks = await firm.tasks("clerk")
    assert tasks[0].due > firm.now


async def test_a_lane_may_lead_back_to_a_step_without_undoing(firm):
    deal = await begun(firm, "laned", agreed="100", cost="40")
    ok(await firm.step("boss", deal, "agree"))
    ok(await firm.step("clerk", deal, "work"))
    ok(await firm.lane("boss", deal, "redo"))
    assert await firm.waits(deal) == ["agree"]
    assert await firm.effects(deal) == ["+open_receivable"]


async def test_an_event_has_its_reaction_in_the_same_transaction(firm):
    deal = await begun(firm, "reacting")
    ok(await firm.event("gate.arrived", deal, amount="3"))
    assert await firm.effects(deal) == []
    ok(await firm.event("gate.arrived", deal, amount="8"))
    assert await firm.effects(deal) == ["+announce"]
    assert await firm.told("boss") == 1
    ok(await firm.event("gate.gone", deal, text="it went"))
    record = await firm.now_of(deal)
    assert (record["ended"], record["reason"]) == ("stopped", "it went")


async def test_an_unknown_event_is_refused(firm):
    no(await firm.event("gate.nonsense"), "no_such_event")


async def test_a_document_starts_only_through_its_doors_and_is_no_draft_where_none_may_be(firm):
    no(await firm.create("clerk", "spawning", {"subject": "x"}, via="api"), "not_opened_here")
    no(await firm.create("clerk", "spawning", {}), "missing")
    assert (await begun(firm, "spawning")).waits == ("go",)


async def test_an_event_opens_a_document_that_refers_to_what_it_came_from(firm):
    deal = await begun(firm, "spawning")
    ok(await firm.step("boss", deal, "go"))
    (opened,) = await firm.every("check_up")
    assert (opened["deal"]["id"], opened["note"], opened["waits_at"]) == (str(deal.id), "after the deal", ["look"])


async def test_the_calendar_opens_a_document_for_each_row_once_in_a_period(firm):
    for code, active in (("W1", True), ("W2", False), ("W3", True)):
        ok(await firm.create(None, "warehouse", {"code": code, "name": code, "active": active}))
    await firm.tick()
    await firm.tick()
    before = len(await firm.every("check_up"))
    firm.later("1mo")
    await firm.tick()
    await firm.tick()
    opened = await firm.every("check_up")
    assert len(opened) - before == sum(each["active"] for each in await firm.every("warehouse"))
    assert all(each["place"] for each in opened)


async def test_a_document_opens_from_another_when_that_is_ready_and_copies_from_it(firm):
    partner = ok(await firm.create(None, "partner", {"code": "P", "name": "P", "kind": "other"}))
    deal = await begun(firm, "ticketed", branch="A", ticket="T-1")
    no(await firm.create("clerk", "follow_up", {"source": str(deal.id)}), "not_opened_here")
    ok(await firm.step("boss", deal, "check"))
    ok(await firm.update_directly(deal, partner=partner.id, lines=[{"what": "w", "quantity": 3}]))
    opened = ok(await firm.create("clerk", "follow_up", {"source": str(deal.id)}))
    assert opened.waits == ("check",)
    assert opened.record["partner"]["id"] == str(partner.id)
    assert [(each["what"], each["quantity"]) for each in opened.record["lines"]] == [("w", "3.0000")]


async def test_a_workflow_like_another_has_its_steps_and_its_own(firm):
    deal = ok(await firm.create("clerk", "like_it", {"subject": "x", "agreed": "100", "cost": "40"}))
    ok(await firm.step("boss", deal, "agree"))
    assert await firm.waits(deal) == ["extra_look"]
    ok(await firm.step("boss", deal, "extra_look"))
    assert ok(await firm.lane("clerk", deal, "cancel", {"reason": "r"})).record["ended"] == "cancelled"


async def test_switches_tie_toggles_together(tmp_path):
    assert wrong(tmp_path, PARTS, {"tied.two": "false"}) == {"switch_needs"}
    assert wrong(tmp_path, PARTS, {"tied.three": "true"}) == {"switch_excludes"}
    assert wrong(tmp_path, PARTS, {"tied.one": "false", "tied.two": "false"}) == set()


async def test_whoever_comes_second_with_a_key_joins_the_open_document(firm):
    parcel = ok(await firm.create("carrier", "parcel", {"code": "K-1", "weight": "2"}, via="api"))
    assert parcel.waits == ("pay",)
    joined = ok(await firm.create("bank", "parcel", {"code": "K-1", "paid": "9"}, via="api"))
    assert (joined.id, joined.waits, joined.created) == (parcel.id, ("end",), False)
    no(await firm.create("bank", "parcel", {"code": "K-1", "paid": "9"}, via="api"), "not_allowed")
    ok(await firm.step("boss", parcel, "end"))
    no(await firm.create("bank", "parcel", {"code": "K-1", "paid": "9"}, via="api"), "not_unique")
