"""Every key of a step, carried out by people: who may, what is asked, what refuses, what follows, where it goes back to.

Source: language.md §2. One story for each key, on both databases.
"""

from __future__ import annotations

import pytest
from rooms.acts_kit import Company, company, no, ok

from ordinance import acts

pytestmark = [pytest.mark.anyio]

ENTITIES = """
paper:
  label: {zh: 文件, en: Paper}
  title: subject
  fields:
    subject:  {type: text, required: true, label: {zh: 主题, en: Subject}}
    amount:   {type: money, label: {zh: 金额, en: Amount}}
    urgent:   {type: boolean, label: {zh: 加急, en: Urgent}}
    owner:    {type: ref, to: account, label: {zh: 负责人, en: Owner}}
    customer: {type: ref, to: customer, label: {zh: 客户, en: Customer}}
    address:  {type: address, label: {zh: 地址, en: Address}}
    total:    {type: money, formula: amount * 2, label: {zh: 合计, en: Total}}
    remark:   {type: text, label: {zh: 说明, en: Remark}}
    verdict:  {type: text, label: {zh: 结论, en: Verdict}}
    lines:
      type: lines
      label: {zh: 明细, en: Rows}
      fields:
        picked:  {type: quantity, label: {zh: 拣, en: Picked}}
        checked: {type: quantity, label: {zh: 核, en: Checked}}
"""

ROLES = """
roles:
  clerk:   {label: {zh: 文员, en: Clerk}, may: {paper: [read, create], customer: [read], effect_count: [read]}}
  boss:    {label: {zh: 主管, en: Boss}, may: {paper: [read, agree]}}
  keeper:  {label: {zh: 保管, en: Keeper}, may: {paper: [read], customer: [read, update]}}
  novice:  {label: {zh: 新手, en: Novice}, may: {paper: [read], customer: [read]}}
  partner: {label: {zh: 合伙人, en: Partner}, may: {paper: [read]}}
"""

PEOPLE = "clerk boss keeper partner novice"

WORKFLOWS = """
by_roles:
  of: paper
  steps:
    write:  {label: Write, by: [clerk], asks: [subject]}
    review: {by: [boss, keeper], label: {zh: 复核, en: Review}}
    agree:  {label: {zh: 同意, en: Agree}}
    own:    {by: {field: owner}, label: {zh: 本人确认, en: The owner's word}}
conditions:
  of: paper
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [amount, urgent]}
    large: {label: Large, by: [boss], when: amount > 1000, does: [counting.announce], tells: [keeper]}
    off:   {label: Off, by: [boss], enabled: false, assume: true, checks: [{must: "false", say: {zh: 不行, en: never}}], does: [counting.close_shipment], tells: [keeper]}
    some:  {label: Some, by: [boss], enabled: "not urgent", does: [counting.open_shipment]}
    end:   {label: End, by: [clerk], enabled: always, offers: [amount, urgent], back_to: large}
together:
  of: paper
  steps:
    write: {label: Write, by: [clerk], asks: [subject]}
    one:   {label: One, by: [boss], together: both}
    two:   {label: Two, by: [keeper], together: both}
    last:  {label: Last, by: [clerk]}
forms:
  of: paper
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [customer, amount, lines.picked]}
    fill:  {label: Fill, by: [keeper, novice], asks: [remark, lines.checked, customer.credit_limit], offers: [address], needs: [amount]}
checking:
  of: paper
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [amount, lines.picked, lines.checked]}
    judge:
      label: Judge
      by: [boss]
      checks:
        counting.few: {most: "1"}
        same: {must: "lines.all(checked == picked)", say: {zh: 数量不符, en: Not as picked}}
        large: {must: amount <= 1000, say: {zh: 金额大, en: A large sum}, warn: true}
    extra: {label: Extra, by: [partner], when: warned(large)}
consequences:
  of: paper
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [address, urgent]}
    pack:
      label: Pack
      by: [boss]
      arriving: {does: [counting.close_shipment], tells: [keeper]}
      does:
        counting.open_shipment: {when: urgent}
        second: {uses: counting.open_shipment, address: "'elsewhere'"}
      tells: {partner: {when: urgent}, mine: {field: owner}}
    last: {label: Last, by: [clerk], back_to: pack}
several:
  of: paper
  steps:
    write: {label: Write, by: [clerk, boss], asks: [subject]}
    agree: {label: Agree, by: [boss], count: 2, differs_from: [write], does: [counting.stamp], opinion: always}
    file:  {label: File, by: [boss], opinion: never, back_to: write}
back:
  of: paper
  steps:
    write:  {label: Write, by: [clerk], asks: [subject]}
    a:      {label: A, by: [boss], does: [counting.close_shipment]}
    b:      {label: B, by: [boss], does: [counting.open_shipment], back_to: [write, a]}
    final:  {label: Final, by: [boss], does: [counting.hand_over], back_to: b}
ending:
  of: paper
  steps:
    write:  {label: Write, by: [clerk], asks: [subject]}
    decide: {label: Decide, by: [boss], asks: [verdict]}
    refuse: {label: Refuse, by: [boss], when: "verdict == 'no'", ends: refused}
    agree:  {label: Agree, by: [boss]}
  ends: {refused: {zh: 未同意, en: Not agreed}}
"""


@pytest.fixture
async def firm(tmp_path, database_url):
    async with company(
        tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES, people=PEOPLE
    ) as opened:
        yield opened


async def begun(firm: Company, workflow: str, **values):
    return ok(await firm.create("clerk", workflow, {"subject": "x", **values}))


async def test_a_step_is_for_its_roles_or_else_for_whoever_was_granted_it_or_for_the_person_in_a_field(firm):
    owner = await firm.person("ann", "partner")
    paper = await begun(firm, "by_roles", owner=owner)
    assert await firm.waits(paper) == ["review"]
    no(await firm.step("partner", paper, "review"), "not_allowed")
    ok(await firm.step("keeper", paper, "review"))
    no(await firm.step("keeper", paper, "agree"), "not_allowed")
    assert await firm.buttons("keeper", paper) == {"step agree": ["not_allowed"], "take agree": ["not_allowed"]}
    ok(await firm.step("boss", paper, "agree"))
    assert await firm.inbox("ann") == [(str(paper.id), "own")]
    assert await firm.inbox("boss") == []
    no(await firm.step("boss", paper, "own"), "not_allowed")
    assert ok(await firm.step("ann", paper, "own")).waits == ()


async def test_a_step_whose_when_is_false_has_no_gate_and_no_consequences_and_the_answer_is_kept_until_it_comes_back(
    firm,
):
    small = await begun(firm, "conditions", amount="10", urgent=True)
    assert await firm.waits(small) == ["end"]
    assert await firm.effects(small) == ["+close_shipment", "+open_shipment"]
    ok(await firm.update("clerk", small, {"amount": "5000"}))
    assert await firm.waits(small) == ["end"]
    ok(await firm.back("clerk", small, "end"))
    assert await firm.waits(small) == ["large"]
    ok(await firm.step("boss", small, "large"))
    assert "+announce" in await firm.effects(small)


async def test_a_step_that_is_off_stops_nobody_checks_nothing_and_still_has_its_consequences_once(firm):
    paper = await begun(firm, "conditions", amount="10", urgent=False)
    assert await firm.waits(paper) == ["some"]
    assert await firm.effects(paper) == ["+close_shipment"]
    assert await firm.told("keeper") == 1
    ok(await firm.step("boss", paper, "some"))
    assert await firm.effects(paper) == ["+close_shipment", "+open_shipment"]
    assert ok(await firm.step("clerk", paper, "end")).record["phase"] == "complete"


async def test_steps_together_are_open_at_once_and_what_follows_waits_for_all(firm):
    paper = await begun(firm, "together")
    assert await firm.waits(paper) == ["one", "two"]
    assert await firm.inbox("boss") == [(str(paper.id), "one")]
    ok(await firm.step("keeper", paper, "two"))
    assert await firm.waits(paper) == ["one"]
    assert ok(await firm.step("boss", paper, "one")).waits == ("last",)


async def test_what_is_asked_must_be_there_and_each_gap_is_pointed_at(firm):
    customer = ok(await firm.create(None, "customer", {"code": "C-1", "name": "Rui"}))
    paper = await begun(firm, "forms", customer=str(customer.id), lines=[{"picked": "1"}, {"picked": "2"}])
    refused = no(await firm.step("keeper", paper, "fill"), "missing")
    assert {each.where for each in refused.reasons} == {
        "/remark", "/lines/0/checked", "/lines/1/checked", "/amount", "/customer/credit_limit"
    }  # fmt: skip
    assert refused.kind == "invalid"


async def test_a_field_of_a_reference_is_asked_written_there_and_told_on_both(firm):
    customer = ok(await firm.create(None, "customer", {"code": "C-1", "name": "Rui"}))
    paper = await begun(firm, "forms", customer=str(customer.id), amount="3", lines=[{"picked": "1"}])
    values = {"remark": "r", "lines": [{"checked": "1"}], "customer": {"credit_limit": "500"}}
    done = ok(await firm.step("keeper", paper, "fill", values))
    assert done.record["phase"] == "complete"
    assert (await firm.now_of(customer))["credit_limit"] == "500.00"
    changes = [change for entry in await firm.story(None, customer) for change in entry.changes]
    assert [(each.label.en, each.new) for each in changes if each.label.en == "Credit limit"] == [
        ("Credit limit", "500.00")
    ]
    assert (await firm.story(None, paper))[0].kind == "pass"


async def test_a_form_counts_what_is_typed_for_a_field_of_a_reference(firm):
    customer = ok(await firm.create(None, "customer", {"code": "C-1", "name": "Rui"}))
    paper = await begun(firm, "forms", customer=str(customer.id), amount="3", lines=[{"picked": "1"}])

    async def wrong(values):
        call = await firm.call("keeper")
        found = await acts.evaluate(firm.house, call, "paper", values, id=paper.id, step="fill")
        return {each.where: each.code for each in found.errors}

    filled = {"remark": "r", "lines": [{"checked": "1"}]}
    assert await wrong(filled) == {"/customer/credit_limit": "missing"}
    assert await wrong({**filled, "customer": {"credit_limit": "x"}}) == {"/customer/credit_limit": "wrong_type"}
    assert await wrong({**filled, "customer": {"credit_limit": "500"}}) == {}


async def test_a_field_of_a_reference_needs_the_right_to_change_that_record(firm):
    customer = ok(await firm.create(None, "customer", {"code": "C-1", "name": "Rui"}))
    paper = await begun(firm, "forms", customer=str(customer.id), amount="3", lines=[{"picked": "1"}])
    values = {"customer": {"credit_limit": "500"}}
    refused = no(await firm.step("novice", paper, "fill", values), "not_allowed")
    assert "Customer" in refused.reasons[0].message.en
    no(await firm.update("clerk", paper, values), "not_editable")


async def test_a_field_that_is_not_on_the_form_is_refused_at_the_step(firm):
    paper = await begun(firm, "forms", amount="3", lines=[{"picked": "1"}])
    no(await firm.step("keeper", paper, "fill", {"remark": "r", "subject": "other", "lines": [{"checked": "1"}]}),
       "not_editable", "missing")  # fmt: skip


async def test_checks_of_departments_and_the_company_all_speak_and_a_warning_routes(firm):
    lines = [{"picked": "1", "checked": "2"}, {"picked": "1", "checked": "1"}]
    paper = await begun(firm, "checking", amount="2000", lines=lines)
    no(await firm.step("boss", paper, "judge"), "few", "same")
    fine = await begun(firm, "checking", amount="2000", lines=lines[1:])
    done = ok(await firm.step("boss", fine, "judge"))
    assert [each.code for each in done.warnings] == ["large"]
    assert done.waits == ("extra",)
    small = await begun(firm, "checking", amount="20", lines=lines[1:])
    assert ok(await firm.step("boss", small, "judge")).waits == ()


async def test_arriving_runs_on_arrival_and_is_undone_when_the_document_leaves_backwards(firm):
    owner = await firm.person("ann", "partner")
    paper = await begun(firm, "consequences", address="here", urgent=True, owner=owner)
    assert await firm.effects(paper) == ["+close_shipment"]
    assert await firm.told("keeper") == 1
    ok(await firm.step("boss", paper, "pack"))
    assert await firm.effects(paper) == ["+close_shipment", "+open_shipment", "+open_shipment"]
    assert await firm.told("ann") == 2
    ok(await firm.back("clerk", paper, "last"))
    assert (await firm.effects(paper))[3:5] == ["-open_shipment", "-open_shipment"]


async def test_an_effect_whose_condition_is_false_does_not_run_and_its_neighbour_does(firm):
    paper = await begun(firm, "consequences", address="here", urgent=False)
    ok(await firm.step("boss", paper, "pack"))
    assert await firm.effects(paper) == ["+close_shipment", "+open_shipment"]


async def test_two_different_people_must_agree_neither_of_whom_wrote_it_and_each_with_a_reason(firm):
    for name in ("b1", "b2", "b3"):
        await firm.person(name, "boss")
    paper = ok(await firm.create("b1", "several", {"subject": "x"}))
    no(await firm.step("b1", paper, "agree", reason="I"), "same_person")
    no(await firm.step("b2", paper, "agree"), "opinion_missing")
    ok(await firm.step("b2", paper, "agree", reason="good"))
    assert await firm.waits(paper) == ["agree"]
    assert await firm.effects(paper) == []
    no(await firm.step("b2", paper, "agree", reason="again"), "already_voted")
    assert ok(await firm.step("b3", paper, "agree", reason="yes")).waits == ("file",)
    assert await firm.effects(paper) == ["+stamp"]


async def test_a_reason_is_wanted_for_sending_back_unless_the_step_never_wants_one(firm):
    for name in ("b1", "b2", "b3"):
        await firm.person(name, "boss")
    paper = ok(await firm.create("b1", "several", {"subject": "x"}))
    for name in ("b2", "b3"):
        ok(await firm.step(name, paper, "agree", reason="good"))
    ok(await firm.back("b1", paper, "file", reason=""))
    assert await firm.waits(paper) == ["write"]


async def test_it_goes_back_where_the_step_says_or_the_person_chooses_and_consequences_go_back_with_it(firm):
    paper = await begun(firm, "back")
    ok(await firm.step("boss", paper, "a"))
    no(await firm.back("boss", paper, "b"), "back_to_choice")
    no(await firm.back("boss", paper, "b", "final"), "back_to_choice")
    no(await firm.back("boss", paper, "b", "a", reason=""), "opinion_missing")
    ok(await firm.back("boss", paper, "b", "a"))
    assert await firm.effects(paper) == ["+close_shipment", "-close_shipment"]
    no(await firm.back("boss", paper, "a"), "cannot_send_back")
    ok(await firm.step("boss", paper, "a"))
    ok(await firm.back("boss", paper, "b", "write"))
    assert await firm.waits(paper) == ["write"]


async def test_a_step_that_ends_ends_the_document_with_its_outcome(firm):
    paper = await begun(firm, "ending")
    ok(await firm.step("boss", paper, "decide", {"verdict": "no"}))
    done = ok(await firm.step("boss", paper, "refuse"))
    assert (done.record["phase"], done.record["ended"], done.status.en) == ("complete", "refused", "Not agreed")
    other = await begun(firm, "ending")
    ok(await firm.step("boss", other, "decide", {"verdict": "yes"}))
    assert ok(await firm.step("boss", other, "agree")).record["ended"] == "done"
