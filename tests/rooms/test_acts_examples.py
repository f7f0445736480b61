"""The examples of the language run as they are written; only their departments are stand-ins.

Source: language.md §7.
"""

from __future__ import annotations

import pytest
from rooms.acts_kit import Company, company, no, ok

pytestmark = [pytest.mark.anyio]

STAND_IN = """
schema: 1
id: stand_in
label: {zh: 替身, en: Stand-in}
about: {zh: 代替各部门, en: In place of departments}
requires: [base, sales, counting]
actions:
  charge_tax:      {label: {zh: 征税, en: Charge tax}, undo: give_back, emits: tax_charged}
  add_statistics:  {label: {zh: 统计, en: Statistics}, undo: take_out}
  open_shipment:   {label: {zh: 发运, en: Ship}, undo: call_back}
  open_receivable: {label: {zh: 应收, en: Receivable}, needs: [total], undo: reverse}
checks:
  filed: {label: {zh: 已备案, en: Filed}}
"""

HOOKS = '''
"""Every action writes one row."""

from ordinance import hookimpl

WAYS = {"charge_tax": "give_back", "add_statistics": "take_out", "open_shipment": "call_back", "open_receivable": "reverse"}


def counted(action, change):
    async def act(context):
        await context.insert("effect_count", {"action": action, "document": str(context.document), "change": change})

    return act


async def filed(context, _parameters):
    if any(line.get("filing") is None for line in context.record["lines"]):
        return context.reason("filed", "未备案", "not filed")
    return None


@hookimpl
def ordinance_actions():
    return {a: counted(a, 1) for a in WAYS} | {b: counted(a, -1) for a, b in WAYS.items()}


@hookimpl
def ordinance_checks():
    return {"filed": filed}
'''

ENTITIES = """
import_parcel:
  label: {zh: 跨境包裹, en: Import parcel}
  key: order_no
  fields:
    order_no:    {type: text, required: true, unique: true, label: {zh: 订单号, en: Order number}}
    merchant:    {type: ref, to: partner, label: {zh: 商家, en: Merchant}}
    mode:        {type: choice, options: {direct: {zh: 直购, en: Direct}}, label: {zh: 模式, en: Mode}}
    paid:        {type: money, label: {zh: 实付, en: Paid}}
    voucher:     {type: text, label: {zh: 凭证, en: Voucher}}
    house_bill:  {type: text, label: {zh: 分运单, en: House bill}}
    weight:      {type: quantity, label: {zh: 重量, en: Weight}}
    tax_receipt: {type: text, label: {zh: 税单, en: Tax receipt}}
    order_total: {type: money, formula: lines.sum(amount), label: {zh: 订单金额, en: Ordered}}
    lines:
      type: lines
      label: {zh: 明细, en: Lines}
      fields:
        product:  {type: ref, to: product, label: {zh: 商品, en: Product}}
        quantity: {type: quantity, label: {zh: 数量, en: Quantity}}
        price:    {type: money, label: {zh: 单价, en: Price}}
        amount:   {type: money, formula: "round(price * quantity, 2)", label: {zh: 金额, en: Amount}}
        filing:   {type: ref, to: goods_filing, label: {zh: 备案, en: Filing}}
sales_order:
  fields:
    kind:         {options: {project: {zh: 项目订单, en: Project order}}}
    project_name: {type: text, label: {zh: 项目名称, en: Project}}
    agreed_total: {type: money, label: {zh: 合同金额, en: Agreed amount}}
    total:        {formula: lines.sum(amount) if lines.count() > 0 else agreed_total}
    cost:         {type: money, label: {zh: 预算成本, en: Cost}}
    goals:        {type: long_text, label: {zh: 目标, en: Goals}}
    tasks:        {type: lines, label: {zh: 任务, en: Tasks}, fields: {title: {type: text, label: {zh: 任务, en: Title}}}}
    risks:        {type: text, label: {zh: 风险, en: Risks}}
    progress:     {type: percent, label: {zh: 进度, en: Progress}}
    change_confirmation: {type: evidence, accepts: [written, signed], label: {zh: 变更书面确认, en: Written confirmation}}
    change_agreement:    {type: evidence, accepts: [signed], label: {zh: 变更协议, en: Change agreement}}
    acceptance:   {type: text, label: {zh: 验收, en: Acceptance}}
    outcome:      {type: long_text, label: {zh: 完成情况, en: Outcome}}
project_task:
  label: {zh: 项目任务, en: Project task}
  fields:
    order: {type: ref, to: sales_order, back: project_tasks, label: {zh: 订单, en: Order}}
    title: {type: text, label: {zh: 任务, en: Title}}
"""

ROLES = """
roles:
  merchant:            {label: {zh: 商家, en: Merchant}, may: {import_parcel: [read]}}
  payment_institution: {label: {zh: 支付机构, en: Payment}, may: {import_parcel: [read]}}
  carrier:             {label: {zh: 承运, en: Carrier}, may: {import_parcel: [read]}}
  customs_agent:       {label: {zh: 报关行, en: Agent}, may: {import_parcel: [read]}}
  customs_officer:     {label: {zh: 关员, en: Officer}, may: {import_parcel: [read]}}
  project_manager:     {label: {zh: 项目经理, en: Project manager}, may: {sales_order: [read, create], project_task: [read, create]}}
  sales_clerk:         {label: {zh: 销售内勤, en: Sales clerk}, may: {sales_order: [read, create]}}
  department_lead:     {label: {zh: 部门负责人, en: Lead}, may: {sales_order: [read]}}
"""

WORKFLOWS = """
import_parcel:
  label: {zh: 跨境进口, en: Cross-border import}
  opens: {via: [api, portal]}                  # order_no is the entity's key: whoever comes second joins
  steps:
    e_order: {together: declarations, label: {zh: 电子订单, en: E-order}, by: [merchant], asks: [merchant, mode, lines.product, lines.quantity, lines.price], offers: [lines.filing], checks: [stand_in.filed], basis: {zh: 第4、5项}}
    payment: {together: declarations, label: {zh: 支付凭证, en: Payment voucher}, by: [payment_institution], asks: [paid, voucher]}
    waybill: {together: declarations, label: {zh: 电子运单, en: E-waybill}, by: [carrier], asks: [house_bill, weight]}
    compare: {label: {zh: 三单对碰, en: Compare the three}, by: [customs_agent], by_itself: [{when: "true", pass: true}], checks: [{must: paid == order_total, say: {zh: 支付金额与订单不符, en: Paid differs from ordered}}], back_to: e_order}
    price_review: {label: {zh: 人工审价, en: Manual price review}, when: "lines.any(filing.low is empty or price < filing.low or price > filing.high)", by: [customs_officer], back_to: e_order}
    pay_tax: {label: {zh: 缴税, en: Pay tax}, enabled: always, by: [customs_agent], asks: [tax_receipt], does: [stand_in.charge_tax]}
    release: {label: {zh: 放行, en: Release}, enabled: always, by: [customs_officer], does: [stand_in.add_statistics, stand_in.open_shipment]}
project_order:
  of: sales_order
  when: kind == 'project'
  number: {at: confirm, pattern: "PJ{yyyy}-{n:03}"}
  steps:
    submit:  {by: [project_manager, sales_clerk], checks: {sales.complete: {remove: true}}, asks: {address: {remove: true}, lines.product: {remove: true}, lines.quantity: {remove: true}, project_name: {}, customer: {}, contact: {}, agreed_total: {}, deliver_by: {}}}
    confirm: {label: {zh: 客户确认, en: Customer confirms}, by: [sales_clerk], asks: [customer_confirmation], back_to: submit, does: {sales.lock_terms: {remove: true}}}
    plan:    {label: {zh: 项目计划, en: Plan}, by: [project_manager], asks: [goals, tasks, cost], does: [{base.raise: {workflow: project_task, each: tasks}}], tells: [department_lead]}
    execute: {label: {zh: 执行与跟踪, en: Execute}, by: [project_manager], offers: [progress, risks], due: deliver_by, by_itself: [{when: project_tasks.all(done), pass: true}]}
    accept:  {label: {zh: 项目验收, en: Acceptance}, by: [sales_clerk], asks: [acceptance, satisfaction], back_to: execute}
    record:  {label: {zh: 记录归档, en: Record and file}, by: [sales_clerk], asks: [outcome], does: [stand_in.open_receivable, base.archive]}
  lanes:
    change:
      label: {zh: 订单变更, en: Change}
      by: [sales_clerk]
      at: [plan, execute]
      changes: [agreed_total, deliver_by, cost]
      steps:
        written:   {label: {zh: 客户书面确认, en: Written confirmation}, by: [sales_clerk], asks: [change_confirmation], tells: [project_manager]}
        agreement: {label: {zh: 变更协议, en: Change agreement}, by: [sales_clerk], when: new.cost > cost or new.deliver_by > deliver_by, asks: [change_agreement]}
      back_to: plan
project_task:
  opens: {from: order}
  steps:
    do: {label: {zh: 执行, en: Do it}, by: [project_manager]}
"""

PEOPLE = (
    "merchant payment_institution carrier customs_agent customs_officer project_manager sales_clerk department_lead"
)
MORE = {"plugins__stand_in__plugin": STAND_IN}


@pytest.fixture
async def firm(tmp_path, database_url):
    opened = company(
        tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES, people=PEOPLE, **MORE,
        files={"plugins/stand_in/hooks.py": HOOKS, "plugins/stand_in/README.md": "# Stand-in\n\nFor tests.\n"},
    )  # fmt: skip
    async with opened as made:
        ok(await made.create(None, "product", {"code": "P", "name": "Tea", "price": "10"}))
        ok(await made.create(None, "goods_filing", {"product": "P", "low": "8", "high": "12"}))
        ok(await made.create(None, "partner", {"code": "M", "name": "M", "kind": "merchant"}))
        ok(await made.create(None, "customer", {"code": "C", "name": "C", "contact": "Rui", "address": "here"}))
        yield made


async def declared(firm: Company, *, price: str = "10", paid: str = "20"):
    filing = (await firm.every("goods_filing"))[0]["id"]
    lines = [{"product": "P", "quantity": "2", "price": price, "filing": filing}]
    parcel = ok(
        await firm.create("carrier", "import_parcel", {"order_no": "K", "house_bill": "H", "weight": "1"}, via="api")
    )
    assert parcel.waits == ("e_order", "payment")
    order = {"order_no": "K", "merchant": "M", "mode": "direct", "lines": lines}
    assert ok(await firm.create("merchant", "import_parcel", order, via="api")).id == parcel.id
    ok(
        await firm.create(
            "payment_institution", "import_parcel", {"order_no": "K", "paid": paid, "voucher": "V"}, via="api"
        )
    )
    return parcel


async def test_three_parties_declare_in_any_order_and_the_parcel_is_compared_by_itself(firm):
    parcel = await declared(firm)
    assert await firm.waits(parcel) == ["pay_tax"]
    ok(await firm.step("customs_agent", parcel, "pay_tax", {"tax_receipt": "T"}))
    done = ok(await firm.step("customs_officer", parcel, "release"))
    assert done.record["ended"] == "done"
    assert await firm.effects(parcel) == ["+charge_tax", "+add_statistics", "+open_shipment"]


async def test_what_was_paid_must_be_what_was_ordered_or_a_person_looks(firm):
    parcel = await declared(firm, paid="19")
    assert await firm.waits(parcel) == ["compare"]
    refused = await firm.step("customs_agent", parcel, "compare")
    assert [each.message.en for each in refused.reasons] == ["Paid differs from ordered"]
    ok(await firm.back("customs_agent", parcel, "compare"))
    assert await firm.waits(parcel) == ["e_order", "payment", "waybill"]


async def test_a_price_out_of_bounds_is_looked_at_by_an_officer(firm):
    parcel = await declared(firm, price="20", paid="40")
    assert await firm.waits(parcel) == ["price_review"]
    ok(await firm.step("customs_officer", parcel, "price_review"))
    assert await firm.waits(parcel) == ["pay_tax"]


async def test_no_draft_is_begun_by_who_has_no_part_in_it(firm):
    no(await firm.create("customs_agent", "import_parcel", {"order_no": "K"}, via="api"), "not_allowed")
    no(await firm.create("merchant", "import_parcel", {"order_no": "K"}, via="office"), "not_opened_here")


async def planned(firm: Company):
    values = {
        "kind": "project",
        "project_name": "Hall",
        "customer": "C",
        "agreed_total": "1000",
        "deliver_by": "2026-12-24",
    }
    order = ok(await firm.create("project_manager", "sales_order", values))
    assert order.waits == ("confirm",)
    confirmed = ok(
        await firm.step("sales_clerk", order, "confirm", {"customer_confirmation": {"kind": "signed", "note": "n"}})
    )
    assert confirmed.record["number"] == "PJ2026-001"
    plan = {"goals": "g", "tasks": [{"title": "a"}, {"title": "b"}], "cost": "600"}
    assert ok(await firm.step("project_manager", order, "plan", plan)).waits == ("execute",)
    return order


async def test_a_project_raises_its_tasks_and_goes_on_when_all_are_done(firm):
    order = await planned(firm)
    assert await firm.told("department_lead") == 1
    tasks = await firm.every("project_task")
    assert sorted(each["title"] for each in tasks) == ["a", "b"]
    for number, each in enumerate(tasks):
        assert await firm.waits(order) == ["execute"]
        view = ok(await firm.step_on("project_manager", "project_task", int(each["id"]), "do"))
        assert view.record["phase"] == "complete", number
    assert await firm.waits(order) == ["accept"]
    ok(await firm.step("sales_clerk", order, "accept", {"acceptance": "yes", "satisfaction": 5}))
    done = ok(await firm.step("sales_clerk", order, "record", {"outcome": "good"}))
    assert (done.record["ended"], done.record["archived_on"]) == ("done", "2026-11-24")
    assert await firm.effects(order) == ["+open_receivable"]


async def test_a_change_goes_through_its_lane_and_the_plan_is_made_again(firm):
    order = await planned(firm)
    ok(await firm.lane("sales_clerk", order, "change", {"cost": "700", "agreed_total": "1200"}))
    assert (await firm.now_of(order))["total"] == "1000.00"
    ok(await firm.step("sales_clerk", order, "written", {"change_confirmation": {"kind": "written", "note": "n"}}))
    assert await firm.waits(order) == ["agreement"]
    ok(await firm.step("sales_clerk", order, "agreement", {"change_agreement": {"kind": "signed", "note": "n"}}))
    record = await firm.now_of(order)
    assert (record["cost"], record["total"], record["waits_at"]) == ("700.00", "1200.00", ["plan"])
    assert len(await firm.every("project_task")) == 2
    again = ok(await firm.step("project_manager", order, "plan"))
    assert again.waits == ("execute",)
    assert len(await firm.every("project_task")) == 2


async def test_a_smaller_change_needs_no_agreement(firm):
    order = await planned(firm)
    ok(await firm.lane("sales_clerk", order, "change", {"cost": "500"}))
    ok(await firm.step("sales_clerk", order, "written", {"change_confirmation": {"kind": "written", "note": "n"}}))
    assert await firm.waits(order) == ["plan"]
