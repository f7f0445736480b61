"""Documents of one class fare alike: written together they are, to the letter, what each would have become alone."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from rooms.acts_kit import ok
from rooms.changes_kit import change, move, shop, site_at

from ordinance import changes
from ordinance.acts import codec
from ordinance.changes.forming import force_of, from_files
from ordinance.changes.moving import Trial
from ordinance.changes.planning import flows
from ordinance.process import fold

pytestmark = pytest.mark.anyio

QUIET = "does: [counting.open_receivable], "


@pytest.fixture
async def company(tmp_path, database_url):
    """The company, whose finance review does nothing but ask."""
    site = site_at(tmp_path)
    path = site / "workflows.yaml"
    path.write_text(path.read_text("utf-8").replace(QUIET, ""), "utf-8")
    async with shop(site, database_url) as opened:
        yield opened


async def several(company, at, count=4):
    """Return orders that wait at a gate, entered and passed at different moments, one of them twice sent back."""
    made = []
    for number in range(count):
        company.later("7min")
        done = await company.order(at)
        if number == 1 and at == "finance_review":
            for _ in range(2):
                ok(await company.back("finance_reviewer", done, at))
                company.later("1min")
                ok(await company.step("order_reviewer", done, "order_review"))
        made.append(done)
    company.later("3min")
    return made


async def alone(company, change, orders):
    """Return what each document would become if it were moved by itself."""
    made = from_files(company.house.site, change.files)
    new = force_of(company.house.site, company.house.database, made, company.house.force.past)
    (flow,) = [each for each in flows(company.house.blueprint, made.blueprint) if each.old.id == "sales_order"]
    async with company.house.database.work(write=False) as work:
        trial = Trial(work, company.house.force, new, flow, company.boss, change, {})
        return {done.id: await trial.fate(done.id) for done in orders}


CHANGES = {
    "off": ("workflows.yaml", "finance_review:  {", "finance_review:  {enabled: false, "),
    "renamed": None,
    "gone": None,
    "a due time": ("workflows.yaml", "outbound_review: {", "outbound_review: {due: 2d, "),
    "off, and a due time behind it": None,
    "a new step ahead": (
        "workflows.yaml",
        "    ship:            {",
        "    weigh: {label: {zh: 称重, en: Weigh}, by: [shipper]}\n    ship:            {",
    ),
    "a new step behind": (
        "workflows.yaml",
        "    order_review:    {",
        "    greet: {label: {zh: 问候, en: Greet}, by: [shipper]}\n    order_review:    {",
    ),
    "two people": ("workflows.yaml", "finance_review:  {", "finance_review:  {count: 2, "),
}


def change_of(company, name, **more):
    files = company.files
    if CHANGES[name] is not None:
        return company.with_text(*CHANGES[name], **more)
    flow, roles = files["workflows.yaml"], files["roles.yaml"]
    if name == "renamed":
        flow = flow.replace("    finance_review:  {label", "    money: {was: finance_review, label")
        roles = roles.replace("finance_review]", "money]")
    elif name == "gone":
        flow = re.sub(r"    finance_review:.*\n", "", flow)
        roles = roles.replace(", finance_review]", "]")
    else:
        flow = flow.replace("finance_review:  {", "finance_review:  {enabled: false, ").replace(
            "outbound_review: {", "outbound_review: {due: 2d, "
        )
    return changes.Change({**files, "workflows.yaml": flow, "roles.yaml": roles}, **more)


@pytest.mark.parametrize("name", CHANGES)
async def test_moved_together_they_are_what_each_would_be_alone(company, name):
    orders = [*await several(company, "finance_review"), *await several(company, "outbound_review", 3)]
    change = change_of(company, name, reason="why not")
    wanted = await alone(company, change, orders)
    before = {done.id: await company.state(done) for done in orders}
    outcome = await company.applied(change)
    touched = 0
    for done in orders:
        fate, state = wanted[done.id], await company.state(done)
        if not fate.is_touched:
            assert state == before[done.id]
            continue
        touched += 1
        assert state == fate.after
        record = await company.record(done)
        assert (record["waits_at"], record["revision"], record["phase"]) == (
            " ".join(state.waits), state.revision, state.phase,
        )  # fmt: skip
        events = [codec.event_of(each["body"]) for each in await company.events(done)]
        folded, _ = fold(company.house.blueprint.workflows["sales_order"], events)
        assert folded == state
        assert events[-1].before.state.waits == before[done.id].waits
        assert events[-1].reason == "why not"
        async with company.house.database.work(write=False) as work:
            rows = await company.house.force.store.waits.of(work, done.id)
        assert [(row["step"], row["since"], row["due_at"]) for row in rows] == [
            (step, state.arrived[step], state.due.get(step)) for step in state.waits
        ]  # fmt: skip
    assert outcome.moved == touched


async def test_there_and_back_they_are_what_they_were(company):
    orders = await several(company, "finance_review")
    before = {done.id: await company.state(done) for done in orders}
    await company.applied(change_of(company, "off"))
    requests = {(await company.events(done))[-1]["request"].partition("/")[0] for done in orders}
    assert len(requests) == 1
    company.later("1min")
    plan = await company.plan(await changes.way_back(company.house))
    assert (move(plan, "outbound_review").is_back, move(plan, "outbound_review").count) == (True, 4)
    assert isinstance(await changes.apply(company.house, plan, company.boss), changes.Applied)
    for done in orders:
        state = await company.state(done)
        assert replace(state, version=0, seq=0) == replace(before[done.id], version=0, seq=0)
        async with company.house.database.work(write=False) as work:
            (row,) = await company.house.force.store.waits.of(work, done.id)
        assert (row["step"], row["since"]) == ("finance_review", state.arrived["finance_review"])
        folded, _ = fold(
            company.house.blueprint.workflows["sales_order"],
            [codec.event_of(each["body"]) for each in await company.events(done)],
        )
        assert folded == state


async def test_who_has_acted_since_is_not_put_back(company):
    still, gone = await several(company, "finance_review", 2)
    await company.applied(change_of(company, "off"))
    company.later("1min")
    ok(await company.step("warehouse_keeper", gone, "outbound_review"))
    assert isinstance(await changes.revert(company.house, company.boss), changes.Applied)
    assert await company.waits(still) == ["finance_review"]
    assert await company.waits(gone) == ["ship"]


async def test_documents_of_other_conditions_are_classes_of_their_own(company):
    small, large = await company.order("finance_review", "1"), await company.order("finance_review", "99")
    plan = await company.plan(
        company.with_text("workflows.yaml", "finance_review:  {", "finance_review:  {when: total > 100, ")
    )
    found = sorted((each.value, each.is_touched) for each in plan.moves if each.at == ("finance_review",))
    assert found == [("10.00", True), ("990.00", False)]
    assert small.id != large.id


async def test_a_step_renamed_twice_is_found_by_who_stayed_behind(company):
    """A document held under the first revision knows neither name; it goes through both (engine M1)."""
    held = await company.order("finance_review")

    def renamed(old, new):
        flow = re.sub(r"was: \w+, ", "", company.files["workflows.yaml"])
        flow = flow.replace(f"    {old}: {{", f"    {new}: {{was: {old}, ").replace(f"before: {old}", f"before: {new}")
        roles = company.files["roles.yaml"].replace(f"{old}]", f"{new}]")
        return changes.Change({**company.files, "workflows.yaml": flow, "roles.yaml": roles}, choices={"*": "finish"})

    await company.applied(replace(renamed("outbound_review", "stock_check"), choices={"*": "finish"}))
    await company.applied(renamed("stock_check", "goods_out"))
    state = await company.state(held)
    assert state.hold == "end"
    async with company.house.database.work() as work:
        record = (await company.house.force.store.get_many(work, "sales_order", [held.id]))[held.id]
        text = record["state"].replace('"hold":"end"', '"hold":"departure"')
        await company.house.force.store.update(work, "sales_order", held.id, {"state": text}, company.now, "0")
    passed = ok(await company.step("finance_reviewer", held, "finance_review"))
    assert list(passed.waits) == ["goods_out"]


async def test_a_step_that_only_an_earlier_revision_has_is_done_by_whom_that_says(company):
    held = await company.order("finance_review")
    await company.applied(replace(change_of(company, "gone"), choices={"*": "finish"}))
    number = (await company.now_of(held))["number"]
    assert await company.inbox("finance_reviewer") == [(number, "finance_review")]
    assert await company.inbox("shipper") == []
    buttons = await company.buttons("finance_reviewer", held)
    assert buttons["step finance_review"] == []
    passed = ok(await company.step("finance_reviewer", held, "finance_review"))
    assert list(passed.waits) == ["outbound_review"]
    assert (await company.state(held)).hold == "end"


async def test_a_field_that_somebody_still_reads_does_not_go_with_its_column(company):
    slogan = "schema: 1\nsales_order:\n  fields:\n    slogan: {type: text, label: {zh: 口号, en: Slogan}}\n"
    await company.applied(changes.Change({**company.files, "config/entities.yaml": slogan}))
    await company.applied(company.with_text("workflows.yaml", "offers: [note]", "offers: [note, slogan]"))
    held = await company.order("finance_review")
    files = {name: text for name, text in company.files.items() if name != "config/entities.yaml"}
    files["workflows.yaml"] = (
        files["workflows.yaml"].replace(", slogan]", "]").replace("finance_review:  {", "finance_review:  {count: 2, ")
    )
    plan = await company.plan(changes.Change(files, choices={"*": "finish"}))
    assert not plan.questions
    assert [(each.name, each.kept) for each in plan.tables] == [("retire_column e_sales_order.slogan", 1)]
    gone = [each.name for each in (await company.plan(changes.Change(files))).tables]
    assert gone == ["drop_column e_sales_order.slogan"]
    assert held.id


async def test_code_that_may_have_to_take_something_back_does_not_go(company):
    await company.order("finance_review")
    text = company.files["config/company.yaml"].replace(
        "departments:\n", "departments:\n  counting:    {enabled: false}\n"
    )
    plan = await company.plan(changes.Change({**company.files, "config/company.yaml": text}))
    assert "action_gone" in {each.code for question in plan.questions for each in question.why}


async def test_a_new_rule_of_a_waiting_step_is_looked_at_by_the_worker(company):
    done = await company.order("finance_review")
    await company.applied(
        company.with_text(
            "workflows.yaml", "finance_review:  {", "finance_review:  {by_itself: [{after: 1d, pass: true}], "
        )
    )
    await company.tick()
    assert await company.waits(done) == ["finance_review"]
    company.stage.now += timedelta(days=1, minutes=1)
    await company.tick()
    assert await company.waits(done) == ["outbound_review"]


async def test_one_that_cannot_pass_by_itself_after_all_is_left_to_a_person_and_holds_up_nobody(tmp_path, database_url):
    """Its goods cannot be issued: nothing of that try stays, and those moved with it are moved once."""
    site = site_at(tmp_path)
    refusing = "        if action == 'issue' and quantity > 5:\n            raise context.refuse('too_many', '太多', 'too many')\n"
    change(site, "plugins/counting/hooks.py", "        row = {", f"{refusing}        row = {{")
    async with shop(site, database_url) as company:
        orders = [await company.order("finance_review", quantity) for quantity in ("1", "2", "9", "3", "8", "4")]
        by_itself = company.with_text(
            "workflows.yaml", "assume: true, does: [counting.issue]",
            'assume: true, by_itself: [{when: "true", pass: true}], does: [counting.issue]',
        )  # fmt: skip
        wanted = changes.Change(changes.toggled(by_itself.files, "sales_order", "finance_review", value=False))
        given = frozenset(each.id for each in (await company.plan(wanted)).consents)
        seen = []
        plan = await company.plan(replace(wanted, consents=given))
        outcome = await changes.apply(company.house, plan, company.boss, progress=lambda *each: seen.append(each))
        assert isinstance(outcome, changes.Applied), outcome
        assert (outcome.moved, seen[-1]) == (6, (6, 6))
        for order, quantity in zip(orders, (1, 2, 9, 3, 8, 4), strict=True):
            effects = await company.effects(order)
            assert effects == ["+reserve", "+open_receivable", *([] if quantity > 5 else ["+issue"])]
            assert await company.waits(order) == (["outbound_review"] if quantity > 5 else ["ship"])
            moves = [each for each in await company.events(order) if each["name"] == "sales_order.migrate"]
            assert len(moves) == 1
