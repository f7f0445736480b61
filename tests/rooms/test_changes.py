"""Plan and apply: what a change does is known before, happens once and whole, and can be taken back."""

from dataclasses import replace

import pytest
from rooms.acts_kit import no, ok
from rooms.changes_kit import move, shop, site_at

from ordinance import changes
from ordinance.changes import Applied

pytestmark = pytest.mark.anyio


@pytest.fixture
async def company(tmp_path, database_url):
    async with shop(site_at(tmp_path), database_url) as opened:
        yield opened


@pytest.mark.requirement("B-14")
async def test_the_toggle_story(company):
    at_review = [await company.order() for _ in range(3)]
    at_finance = [await company.order("finance_review", quantity) for quantity in ("1", "2", "3", "4")]
    at_ship = [await company.order("ship") for _ in range(2)]
    before = {done.id: await company.state(done) for done in (*at_review, *at_finance, *at_ship)}
    base = company.house.blueprint.revision

    plan = await company.plan(company.switched("finance_review", reason="too slow"))

    assert plan.is_complete
    assert not plan.is_safe
    assert [(each.kind, each.path[1:]) for each in plan.differences] == [
        ("step_off", ("sales_order", "steps", "finance_review", "enabled"))
    ]
    moved = move(plan, "finance_review")
    assert (moved.to, moved.count, moved.value, moved.is_touched) == (("outbound_review",), 4, "100.00", True)
    assert [(each.id, each.verb) for each in moved.effects] == [("counting.open_receivable", "do")]
    assert not move(plan, "order_review").is_touched
    assert not move(plan, "ship").is_touched
    assert plan.touched == 4
    loads = {each.step: (each.before, each.after) for each in plan.steps}
    assert loads["finance_review"] == (4, 0)
    assert loads["outbound_review"] == (0, 4)
    assert {(each.role, each.before, each.after) for each in plan.inboxes} == {
        ("finance_reviewer", 4, 0), ("warehouse_keeper", 0, 4),
    }  # fmt: skip
    assert any("Finance review" in each.what.en for each in plan.guards)

    outcome = await changes.apply(company.house, plan, company.boss)

    assert isinstance(outcome, Applied)
    assert (outcome.parent, outcome.moved, outcome.is_new, outcome.is_written) == (base, 4, True, True)
    assert company.house.blueprint.revision == outcome.revision == plan.revision
    for done in at_finance:
        assert await company.waits(done) == ["outbound_review"]
        assert await company.effects(done) == ["+reserve", "+open_receivable"]
        event = (await company.events(done))[-1]
        assert (event["name"], event["revision"], event["reason"]) == ("sales_order.migrate", plan.revision, "too slow")
    for done in (*at_review, *at_ship):
        assert await company.state(done) == before[done.id]
    passed = ok(await company.step("order_reviewer", at_review[0], "order_review"))
    assert list(passed.waits) == ["outbound_review"]
    assert await company.effects(at_review[0]) == ["+reserve", "+open_receivable"]

    back = await changes.revert(company.house, company.boss, why="we were wrong")

    assert isinstance(back, Applied)
    assert company.house.blueprint.revision == base
    for done in at_finance:
        state = await company.state(done)
        assert state.waits == ("finance_review",)
        assert state.settled == before[done.id].settled
        assert state.arrived == before[done.id].arrived
        assert await company.effects(done) == ["+reserve", "+open_receivable", "-open_receivable"]
    assert await company.waits(at_review[0]) == ["outbound_review"]
    for done in at_finance:
        ok(await company.step("finance_reviewer", done, "finance_review"))
        assert (await company.effects(done)).count("+open_receivable") == 2


async def test_applying_twice_does_nothing(company):
    done = await company.order("finance_review")
    change = company.switched("finance_review")
    first = await company.applied(change)
    events = len(await company.events(done))
    again = await company.applied(change)
    assert (first.is_new, again.is_new, again.revision) == (True, False, first.revision)
    assert len(await company.events(done)) == events
    assert len(await changes.history(company.house)) == 2


async def test_a_plan_made_on_another_base_is_stale(company):
    plan = await company.plan(company.switched("finance_review"))
    await company.applied(company.switched("ship"))
    no(await changes.apply(company.house, plan, company.boss), "base_moved")


async def test_files_with_errors_are_never_in_force(company):
    base = company.house.blueprint.revision
    plan = await company.plan(
        company.with_text("workflows.yaml", "does: [counting.reserve]", "does: [counting.reserv]")
    )
    assert plan.is_broken
    assert not plan.is_complete
    (error,) = [each for each in plan.problems if each.severity == "error"]
    assert (error.place.file, error.place.line) == ("workflows.yaml", 7)
    no(await changes.apply(company.house, plan, company.boss), "plan_broken")
    assert company.house.blueprint.revision == base
    assert len(await changes.history(company.house)) == 1


async def test_ties_between_switches_hold(company):
    tie = "  lanes:\n    cancel: {label: {zh: 作废, en: Cancel}"
    ties = "  switches: {together: {if: finance_review, then: outbound_review}}\n"
    await company.applied(company.with_text("workflows.yaml", tie, ties + tie))
    plan = await company.plan(company.switched("outbound_review"))
    assert [each.code for each in plan.problems if each.severity == "error"] == ["switch_needs"]
    both = changes.toggled(company.files, "sales_order", "outbound_review", value=False)
    both = changes.toggled(both, "sales_order", "finance_review", value=False)
    assert not (await company.plan(changes.Change(both))).is_broken


async def test_what_nobody_sees_happen_takes_consent(company):
    done = await company.order("outbound_review")
    change = company.switched("outbound_review")
    plan = await company.plan(change)
    (consent,) = plan.consents
    assert (consent.id, consent.count, consent.given) == ("sales_order:counting.issue", 1, False)
    assert "unseen" in consent.what.en
    no(await changes.apply(company.house, plan, company.boss), "plan_consent")
    assert await company.effects(done) == ["+reserve", "+open_receivable"]

    plan = await company.plan(replace(change, consents=frozenset({consent.id})))
    assert plan.is_complete
    assert isinstance(await changes.apply(company.house, plan, company.boss), Applied)
    assert await company.effects(done) == ["+reserve", "+open_receivable", "+issue"]
    assert await company.waits(done) == ["ship"]


async def test_documents_may_stay_until_they_leave_their_gate(company):
    held, early = await company.order("finance_review"), await company.order("order_review")
    change = company.switched("finance_review", choices={"sales_order": "hold"})
    plan = await company.plan(change)
    assert (move(plan, "finance_review").to, move(plan, "finance_review").choice) == (("finance_review",), "hold")
    assert not move(plan, "order_review").is_touched
    await company.applied(change)
    assert (await company.state(held)).hold == "departure"
    assert await company.inbox("finance_reviewer") == [((await company.now_of(held))["number"], "finance_review")]
    passed = ok(await company.step("order_reviewer", early, "order_review"))
    assert list(passed.waits) == ["outbound_review"]
    passed = ok(await company.step("finance_reviewer", held, "finance_review"))
    assert list(passed.waits) == ["outbound_review"]
    state = await company.state(held)
    assert (state.hold, state.revision) == (None, company.house.blueprint.revision)
    assert [each["name"].rpartition(".")[2] for each in await company.events(held)][-2:] == [
        "finance_review",
        "migrate",
    ]
    assert await company.effects(held) == ["+reserve", "+open_receivable"]


async def test_documents_may_end_as_they_began(company):
    old = await company.order("order_review")
    base = company.house.blueprint.revision
    gone = company.files["workflows.yaml"].splitlines()
    text = "".join(f"{line}\n" for line in gone if "    finance_review:" not in line)
    text = text.replace("finance_review", "order_review")
    change = changes.Change({**company.files, "workflows.yaml": text}, choices={"*": "finish"})
    # Whoever does the step must still be able to: a grant that names it would be a mistake in the files.
    roles = company.files["roles.yaml"].replace(", finance_review]", "]")
    change = replace(change, files={**change.files, "roles.yaml": roles})
    await company.applied(change)
    assert company.house.blueprint.workflows["sales_order"].step("finance_review") is None
    fresh = await company.order("order_review")
    assert list(ok(await company.step("order_reviewer", fresh, "order_review")).waits) == ["outbound_review"]
    passed = ok(await company.step("order_reviewer", old, "order_review"))
    assert list(passed.waits) == ["finance_review"]
    assert (passed.status.en, (await company.state(old)).revision) == ("Awaiting finance review", base)
    second = await company.plan(
        company.with_text("workflows.yaml", "zh: 发货确认, en: Confirm shipping", "zh: 发货, en: Ship it")
    )
    assert second.is_safe
    third = await company.plan(company.switched("ship"))
    assert third.pinned == 1


async def test_a_step_that_is_gone_lands_its_documents_at_the_next(company):
    done = await company.order("finance_review")
    lines = [line for line in company.files["workflows.yaml"].splitlines() if "    finance_review:" not in line]
    roles = company.files["roles.yaml"].replace(", finance_review]", "]")
    change = changes.Change({**company.files, "workflows.yaml": "\n".join(lines) + "\n", "roles.yaml": roles})
    plan = await company.plan(change)
    assert move(plan, "finance_review").is_landing
    assert move(plan, "finance_review").to == ("outbound_review",)
    assert ("step_removed", "finance_review") in {(each.kind, each.path[-1]) for each in plan.differences}
    await company.applied(change)
    assert await company.waits(done) == ["outbound_review"]


async def test_a_renamed_step_keeps_its_documents(company):
    done = await company.order("finance_review")
    text = company.files["workflows.yaml"].replace(
        "    finance_review:  {label", "    money_review: {was: finance_review, label"
    )
    roles = company.files["roles.yaml"].replace("finance_review]", "money_review]")
    plan = await company.plan(changes.Change({**company.files, "workflows.yaml": text, "roles.yaml": roles}))
    assert "step_renamed" in {each.kind for each in plan.differences}
    assert "step_removed" not in {each.kind for each in plan.differences}
    assert not move(plan, "finance_review").is_landing
    await changes.apply(company.house, plan, company.boss)
    assert await company.waits(done) == ["money_review"]
    assert await company.inbox("finance_reviewer") == [((await company.now_of(done))["number"], "money_review")]


async def test_a_switch_for_some_documents_moves_only_those(company):
    ok(
        await company.create(
            None, "customer", {"code": "C-2", "name": "Two", "address": "2 Side Road", "region": "north"}
        )
    )
    here, there = await company.order("finance_review"), await company.order("finance_review", customer="C-2")
    change = company.switched("finance_review", "region != 'north'")
    plan = await company.plan(change)
    assert plan.differences[0].kind == "step_switched"
    assert plan.differences[0].what.en.endswith("is on only where region != 'north'")
    assert sorted((each.count, each.is_touched) for each in plan.moves if each.at == ("finance_review",)) == [
        (1, False), (1, True),
    ]  # fmt: skip
    await company.applied(change)
    assert await company.waits(here) == ["finance_review"]
    assert await company.waits(there) == ["outbound_review"]


async def test_a_guard_that_was_never_to_go_is_told(company):
    await company.applied(
        company.with_text("workflows.yaml", "ship:            {", "ship:            {enabled: always, ")
    )
    plan = await company.plan(
        company.with_text("workflows.yaml", "enabled: always, label: {zh: 发货", "enabled: false, label: {zh: 发货")
    )
    assert any("guard narrowed" in each.what.en for each in plan.guards)
    assert not plan.is_safe


async def test_what_cannot_move_is_asked_about(company):
    """An action that moves ahead of where its input is asked is owed by documents that have not been asked yet."""
    order = await company.order("receive")
    ok(await company.step(None, order, "receive"))
    back = {"order": str(order.id), "reason": "damage", "lines": [{"product": "P-1", "quantity": "1"}]}
    late = ok(await company.create(None, "return_order", back))
    for step in ("return_review", "send"):
        late = ok(await company.step(None, late, step))
    assert list(late.waits) == ["goods_back"]
    change = company.with_text("workflows.yaml", ", does: [counting.receive_return]}\n", "}\n")
    text = change.files["workflows.yaml"].replace(
        "offers: [waybill]}", "offers: [waybill, lines.received], does: [counting.receive_return]}"
    )
    change = changes.Change({**change.files, "workflows.yaml": text})
    plan = await company.plan(change)
    assert not plan.is_complete
    (question,) = plan.questions
    assert (question.workflow, question.count) == ("return_order", 1)
    assert "finish" in question.answers
    no(await changes.apply(company.house, plan, company.boss), "plan_asks")
    plan = await company.plan(replace(change, choices={"return_order": "finish"}))
    assert plan.is_complete, plan.questions
    assert isinstance(await changes.apply(company.house, plan, company.boss), Applied)
    received = {"lines": [{"id": row["id"], "received": "1"} for row in (await company.now_of(late))["lines"]]}
    assert list(ok(await company.step(None, late, "goods_back", received)).waits) == ["refund"]
    assert (await company.effects(late)).count("+receive_return") == 1


@pytest.mark.parametrize("consents", [False, True])
async def test_a_column_with_values_goes_only_by_consent_and_takes_nothing_else_along(company, consents):
    done = await company.order("finance_review")
    files = {**company.files, "config/entities.yaml": FIELD}
    await company.applied(changes.Change(files))
    await company.update_directly(done, slogan="buy more")
    gone = changes.Change({name: text for name, text in files.items() if name != "config/entities.yaml"})
    plan = await company.plan(gone)
    (lost,) = [each for each in plan.tables if each.risk != "safe"]
    assert (lost.name, lost.risk, lost.rows, lost.is_blocking) == (
        "drop_column e_sales_order.slogan",
        "destructive",
        1,
        True,
    )
    assert lost.samples == (f"{done.id}: buy more",)
    if not consents:
        no(await changes.apply(company.house, plan, company.boss), "plan_loses")
        assert (await company.record(done))["slogan"] == "buy more"
        return
    plan = await company.plan(replace(gone, anyway=frozenset({lost.name})))
    outcome = await changes.apply(company.house, plan, company.boss)
    assert isinstance(outcome, Applied), outcome
    record = await company.record(done)
    assert "slogan" not in record
    assert len(record["lines"]) == 1
    assert list(ok(await company.step("finance_reviewer", done, "finance_review")).waits) == ["outbound_review"]


FIELD = """schema: 1
sales_order:
  fields:
    slogan: {type: text, max: "40", label: {zh: 口号, en: Slogan}}
"""


async def test_fields_that_take_less_are_told_with_the_rows_that_hold_more(company):
    await company.applied(changes.Change({**company.files, "config/entities.yaml": FIELD}))
    await company.order("order_review")
    plan = await company.plan(
        company.with_text("config/entities.yaml", "{type: text, ", "{type: text, required: true, ")
    )
    (tighter,) = plan.tables
    assert (tighter.name, tighter.risk, tighter.rows, tighter.is_blocking) == (
        "required sales_order.slogan", "lossy", 1, False,
    )  # fmt: skip
    assert not plan.is_safe


async def test_only_who_may_change_the_configuration_applies(company):
    change = company.switched("finance_review")
    no(await company.apply(change, "business_manager"), "not_allowed")
    outcome = await company.apply(change, "system_administrator")
    assert isinstance(outcome, Applied), outcome
    assert (await changes.history(company.house))[0].author == str((await company.actor("system_administrator")).id)


async def test_a_change_made_on_an_earlier_revision_is_planned_on_the_present_one(company):
    base = company.house.blueprint.revision
    mine = replace(company.switched("ship"), base=base)
    clash = replace(
        company.with_text("workflows.yaml", "zh: 财务审核, en: Finance review", "zh: 财务, en: Money"), base=base
    )
    await company.applied(company.switched("finance_review"))
    plan = await company.plan(mine)
    assert [each.kind for each in plan.differences] == ["step_off"]
    assert isinstance(await changes.apply(company.house, plan, company.boss), Applied)
    steps = {step.id: step.enabled for step in company.house.blueprint.workflows["sales_order"].steps}
    assert (steps["ship"], steps["finance_review"]) == (False, False)
    plan = await company.plan(clash)
    assert plan.is_stale
    assert not plan.is_complete
    no(await changes.apply(company.house, plan, company.boss), "base_moved")
