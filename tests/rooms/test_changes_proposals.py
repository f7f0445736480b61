"""Changes that others approve or that wait for their day: never past the company's procedure, never half, never silent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from rooms.acts_kit import NOW, no, ok
from rooms.changes_kit import shop, site_at

from ordinance import acts, changes
from ordinance.acts import Refused
from ordinance.acts.past import Past
from ordinance.blueprint import own_files
from ordinance.changes import Proposal
from ordinance.changes.merging import rebased
from ordinance.storage import Database

pytestmark = pytest.mark.anyio

PROCEDURE = """
revision:
  steps:
    head_review: {after: propose, label: {zh: 部门负责人审核, en: Head reviews}, by: [business_manager], back_to: propose}
    approve:     {after: head_review, label: {zh: 批准, en: Approve}, by: [finance_reviewer], differs_from: [propose]}
    apply:       {by_itself: [{when: "true", pass: true}]}
  lanes: {reject: {label: {zh: 不予批准, en: Decline}, by: [finance_reviewer], at: [approve], ends: declined}}
  ends: {declined: {zh: 未批准, en: Declined}}
"""


@pytest.fixture
async def company(tmp_path, database_url):
    async with shop(site_at(tmp_path), database_url) as opened:
        await opened.person("boss", "system_administrator")
        await opened.person("deputy", "system_administrator")
        yield opened


@pytest.fixture
async def governed(tmp_path, database_url):
    """The company with a procedure for changes of its configuration."""
    site = site_at(tmp_path)
    path = site / "workflows.yaml"
    path.write_text(path.read_text("utf-8") + PROCEDURE, "utf-8")
    roles = site / "roles.yaml"
    text = roles.read_text("utf-8")
    text = text.replace(
        "may: {sales_order: [read, finance_review]", "may: {revision: [read], sales_order: [read, finance_review]"
    )
    text = text.replace(
        "may: {sales_order: [read, create, update, submit, cancel]",
        "may: {revision: [read], sales_order: [read, create, update, submit, cancel]",
    )
    roles.write_text(text, "utf-8")
    async with shop(site, database_url) as opened:
        await opened.person("boss", "system_administrator")
        yield opened


async def proposed(company, change, name="boss", **more):
    found = await changes.propose(company.house, await company.call(name), change, **more)
    assert isinstance(found, Proposal), found
    return found


async def due(company):
    return await changes.apply_due(company.house, company.now)


@pytest.mark.requirement("X-24")
async def test_a_proposal_is_approved_by_somebody_else(company):
    done = await company.order("finance_review")
    made = await proposed(company, company.switched("finance_review", reason="quicker"))
    assert (made.state, made.change.reason) == ("open", "quicker")
    assert await due(company) == 0
    no(await changes.approve(company.house, await company.call("boss"), made.id), "own_change")
    no(await changes.approve(company.house, await company.call("business_manager"), made.id), "not_allowed")
    found = await changes.approve(company.house, await company.call("deputy"), made.id)
    assert found.state == "applied"
    assert found.revision == company.house.blueprint.revision
    assert await company.waits(done) == ["outbound_review"]
    (latest, _) = await changes.history(company.house)
    assert (latest.author, latest.reason) == (str((await company.actor("deputy")).id), "quicker")
    no(await changes.approve(company.house, await company.call("deputy"), made.id), "proposal_closed")


async def test_a_proposal_may_be_taken_back(company):
    made = await proposed(company, company.switched("finance_review"))
    found = await changes.withdraw(company.house, await company.call("boss"), made.id)
    assert found.state == "withdrawn"
    no(await changes.approve(company.house, await company.call("deputy"), made.id), "proposal_closed")
    assert [each.state for each in await changes.proposals(company.house)] == ["withdrawn"]
    assert await changes.proposals(company.house, waiting=True) == []
    no(await changes.approve(company.house, await company.call("deputy"), 5), "no_such_proposal")


async def test_files_with_errors_cannot_be_proposed(company):
    bad = company.with_text("workflows.yaml", "counting.reserve", "counting.reserv")
    found = await changes.propose(company.house, await company.call("boss"), bad)
    assert isinstance(found, Refused)
    assert (found.kind, found.reasons[0].place.line) == ("invalid", 7)


@pytest.mark.requirement("X-22")
async def test_a_change_takes_effect_on_its_day_on_what_is_in_force_then(company):
    done = await company.order("finance_review")
    day = NOW + timedelta(days=5)
    change = company.switched("finance_review", starts=day)
    no(await company.apply(change, "boss"), "starts_later")
    made = await proposed(company, change, approved=True)
    assert made.state == "approved"
    await company.applied(
        company.with_text("workflows.yaml", "zh: 发货确认, en: Confirm shipping", "zh: 发货, en: Ship it")
    )
    company.stage.now = day - timedelta(minutes=1)
    assert await due(company) == 0
    assert await company.waits(done) == ["finance_review"]
    company.stage.now = day
    assert await due(company) == 1
    assert await company.waits(done) == ["outbound_review"]
    assert company.house.blueprint.workflows["sales_order"].step("ship").label.en == "Ship it"
    assert await due(company) == 0


async def test_a_change_that_does_not_fit_any_more_is_not_applied_and_its_author_is_told(company):
    day = NOW + timedelta(days=5)
    made = await proposed(company, company.switched("ship", starts=day), approved=True)
    await company.applied(company.with_text("workflows.yaml", "en: Confirm shipping", "en: Ship it"))
    company.stage.now = day
    base = company.house.blueprint.revision
    assert await due(company) == 0
    found = await changes.proposal(company.house, made.id)
    assert found.state == "refused"
    assert company.house.blueprint.revision == base
    (notice,) = await company.notices("boss")
    assert "was not applied" in notice["text"]


async def test_a_change_that_is_not_complete_on_its_day_is_not_applied(company):
    day = NOW + timedelta(days=5)
    made = await proposed(company, company.switched("outbound_review", starts=day), approved=True)
    done = await company.order("outbound_review")
    company.stage.now = day
    assert await due(company) == 0
    assert (await changes.proposal(company.house, made.id)).state == "refused"
    assert await company.waits(done) == ["outbound_review"]
    assert len(await company.notices("boss")) == 1


@pytest.mark.requirement("X-24")
async def test_where_there_is_a_procedure_nothing_is_applied_past_it(governed):
    done = await governed.order("finance_review")
    change = governed.switched("finance_review", reason="quicker")
    assert changes.procedure(governed.house.force) is not None
    no(await governed.apply(change), "needs_approval")
    no(await governed.apply(change, "boss"), "needs_approval")
    no(await changes.propose(governed.house, await governed.call("boss"), change, approved=True), "needs_approval")
    made = await proposed(governed, change)
    view = await acts.read(governed.house, await governed.call(None), "revision", made.document)
    assert view.waits == ("head_review",)
    assert "switched off" in view.record["change"]
    refused = await changes.approve(governed.house, await governed.call("finance_reviewer"), made.id)
    assert isinstance(refused, Refused)
    half = await changes.approve(governed.house, await governed.call("business_manager"), made.id)
    assert half.state == "open"
    assert await governed.waits(done) == ["finance_review"]
    found = await changes.approve(governed.house, await governed.call("finance_reviewer"), made.id)
    assert found.state == "applied"
    assert found.decided_by == str((await governed.actor("finance_reviewer")).id)
    assert await governed.waits(done) == ["outbound_review"]


async def test_files_do_not_slip_past_the_procedure_at_start(governed, database_url):
    site, base = governed.house.site, governed.house.blueprint.revision
    path = site / "workflows.yaml"
    path.write_text(path.read_text("utf-8").replace("en: Confirm shipping", "en: Ship it"), "utf-8")
    async with shop(site, database_url) as again:
        assert again.house.blueprint.revision == base
        assert again.opened.waiting is not None


async def test_what_the_procedure_declines_is_declined(governed):
    made = await proposed(governed, governed.switched("finance_review"))
    await changes.approve(governed.house, await governed.call("business_manager"), made.id)
    document = await governed.find("revision", made.document)
    ok(await governed.lane("finance_reviewer", document, "reject"))
    assert await due(governed) == 0
    assert (await changes.proposal(governed.house, made.id)).state == "declined"


async def test_a_document_of_the_procedure_written_by_hand_does_the_same(governed):
    done = await governed.order("finance_review")
    made = ok(
        await governed.create("boss", "revision", {"title": "quicker", "change": "sales_order.finance_review: false"})
    )
    ok(await governed.step("business_manager", made, "head_review"))
    ok(await governed.step("finance_reviewer", made, "approve"))
    assert await due(governed) == 1
    assert await governed.waits(done) == ["outbound_review"]
    (found,) = await changes.proposals(governed.house)
    assert (found.state, found.document, found.change.reason) == ("applied", made.id, "quicker")
    bad = ok(await governed.create("boss", "revision", {"title": "?", "change": "sales_order.nothing: {a: [}"}))
    ok(await governed.step("business_manager", bad, "head_review"))
    ok(await governed.step("finance_reviewer", bad, "approve"))
    assert await due(governed) == 0
    assert (await changes.proposals(governed.house))[0].state == "refused"
    assert len(await governed.notices("boss")) >= 1


async def test_the_worker_applies_what_is_due(company):
    """The same loop that ticks; nobody has to ask for it."""
    import asyncio

    from ordinance.jobs import work_through

    await proposed(company, company.switched("ship", starts=NOW - timedelta(minutes=1)), approved=True)
    working = asyncio.create_task(work_through(company.house, lambda: company.now, pause_s=0.05))
    try:
        async with asyncio.timeout(30):
            while len(await changes.history(company.house)) < 2:
                await asyncio.sleep(0.05)
    finally:
        working.cancel()


BASE = {"a": "1\n2\n3\n4\n5\n", "b": "x\n"}


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ({"a": "1\n2\n3\n4\nfive\n"}, {"a": "one\n2\n3\n4\n5\n"}, {"a": "one\n2\n3\n4\nfive\n", "b": "x\n"}),
        ({"a": "1\n2\nthree\n4\n5\n"}, {"a": "1\n2\nTHREE\n4\n5\n"}, None),
        ({"a": "1\n2\nthree\n4\n5\n"}, {"a": "1\n2\n3\nFOUR\n5\n"}, None),
        ({"a": "1\n2\nthree\n4\n5\n"}, {"a": "1\n2\nthree\n4\n5\n"}, {"a": "1\n2\nthree\n4\n5\n", "b": "x\n"}),
        ({"b": None}, {"a": "1\n"}, {"a": "1\n"}),
        ({"b": None}, {"b": "y\n"}, None),
        ({"c": "new\n"}, {"b": "y\n"}, {"a": BASE["a"], "b": "y\n", "c": "new\n"}),
        ({"a": "0\n1\n2\n3\n4\n5\n"}, {"a": "1\n2\n3\n4\n5\n6\n"}, {"a": "0\n1\n2\n3\n4\n5\n6\n", "b": "x\n"}),
    ],
)
async def test_a_change_is_put_on_top_of_another_where_they_do_not_touch(mine, theirs, merged):
    def files(changed):
        return {name: text for name, text in {**BASE, **changed}.items() if text is not None}

    assert rebased(BASE, files(mine), files(theirs)) == merged


def test_a_change_comes_back_from_its_text():
    change = changes.Change(
        {"a": "b: 'c'\r\n# 注释\n"},
        "why",
        "h",
        {"*": "hold"},
        frozenset({"x"}),
        {"o": {"f": "1"}},
        {"o": "s"},
        frozenset({"d"}),
        NOW,
        "r",
    )
    assert changes.Change.of_text(change.text()) == change
    assert replace(change).text() == change.text()


@pytest.mark.parametrize(
    ("steps", "duties", "decides"),
    [
        ("", "", False),
        ("    look: {after: propose, label: {zh: 看, en: Look}, by: [finance_reviewer]}\n", "", True),
        ("    look: {after: propose, label: {zh: 看, en: Look}, by: [finance_reviewer], enabled: false}\n", "", False),
        ("    apply: {count: 2}\n", "", True),
        ("    apply: {differs_from: [propose]}\n", "", True),
        ("", "duties: {two: {apart: [revision.propose, revision.apply], label: {zh: 分离, en: Apart}}}\n", True),
        ("", "duties: {two: {apart: [revision.propose, revision.apply], enabled: false}}\n", False),
    ],
)
def test_a_procedure_asks_more_than_one_person(tmp_path, steps, duties, decides):
    site = site_at(tmp_path)
    if steps:
        path = site / "workflows.yaml"
        path.write_text(f"{path.read_text('utf-8')}revision:\n  steps:\n{steps}", "utf-8")
    path = site / "roles.yaml"
    path.write_text(path.read_text("utf-8") + duties, "utf-8")
    made = changes.from_files(site, own_files(site))
    force = changes.force_of(site, Database(str(tmp_path / "none.sqlite3")), made, Past(site))
    assert (changes.procedure(force) is not None) is decides
