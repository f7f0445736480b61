"""A change made step by step in pages: a draft binds nobody, only its author works on it, and it ends in one act."""

from datetime import timedelta

import pytest
from rooms.acts_kit import NOW
from rooms.changes_kit import shop, site_at

from ordinance import changes
from ordinance.acts import Refused
from ordinance.blueprint import load, own_files
from ordinance.changes import Applied, Change, EditError, Proposal

pytestmark = pytest.mark.anyio


@pytest.fixture
async def company(tmp_path, database_url):
    async with shop(site_at(tmp_path), database_url) as opened:
        await opened.person("boss", "system_administrator")
        await opened.person("deputy", "system_administrator")
        yield opened


async def drafted(company, files=None, name="boss", **more):
    wanted = files or changes.toggled(company.files, "sales_order", "finance_review", False)
    made = await changes.sketch(company.house, await company.call(name), Change(wanted, **more))
    assert isinstance(made, Proposal), made
    return made


async def test_a_draft_binds_nobody_until_it_is_carried_out(company):
    order = await company.order("finance_review")
    before = company.house.blueprint.revision
    draft = await drafted(company, reason="less paper")
    assert (draft.state, draft.author, draft.base) == ("draft", str((await company.call("boss")).actor.id), before)
    assert await changes.apply_due(company.house, NOW + timedelta(days=1)) == 0
    assert company.house.blueprint.revision == before
    done = await changes.carry_out(company.house, await company.call("boss"), draft.id)
    assert isinstance(done, Applied)
    assert done.moved == 1
    assert company.house.blueprint.revision == done.revision != before
    found = await changes.proposal(company.house, draft.id)
    assert (found.state, found.revision) == ("applied", done.revision)
    assert (await company.waits(order)) == ["outbound_review"]
    again = await changes.carry_out(company.house, await company.call("boss"), draft.id)
    assert isinstance(again, Refused)
    assert again.kind == "conflict"


async def test_a_draft_may_have_errors_and_is_amended_by_its_author_alone(company):
    files = dict(company.files)
    files["workflows.yaml"] += "\n  nonsense: {steps: 7}\n"
    draft = await drafted(company, files)
    refused = await changes.carry_out(company.house, await company.call("boss"), draft.id)
    assert isinstance(refused, Refused)
    better = Change(changes.toggled(company.files, "sales_order", "finance_review", False), reason="so")
    no = await changes.amend(company.house, await company.call("deputy"), draft.id, better)
    assert isinstance(no, Refused)
    assert no.kind == "not_allowed"
    amended = await changes.amend(company.house, await company.call("boss"), draft.id, better)
    assert isinstance(amended, Proposal)
    assert (amended.change.reason, amended.base) == ("so", draft.base)
    gone = await changes.withdraw(company.house, await company.call("boss"), draft.id)
    assert gone.state == "withdrawn"


async def test_nobody_sketches_without_the_right(company):
    made = await changes.sketch(company.house, await company.call("shipper"), Change(company.files))
    assert isinstance(made, Refused)
    assert made.kind == "not_allowed"


async def test_a_draft_for_a_later_day_waits_for_it(company):
    draft = await drafted(company, starts=NOW + timedelta(days=2))
    waiting = await changes.carry_out(company.house, await company.call("boss"), draft.id)
    assert isinstance(waiting, Proposal)
    assert (waiting.state, waiting.id == draft.id) == ("approved", False)
    assert await changes.apply_due(company.house, NOW + timedelta(days=1)) == 0
    assert await changes.apply_due(company.house, NOW + timedelta(days=3)) == 1


async def test_a_draft_is_put_forward_for_others(company):
    draft = await drafted(company)
    forward = await changes.put_forward(company.house, await company.call("boss"), draft.id)
    assert isinstance(forward, Proposal)
    assert forward.state == "open"
    assert (await changes.proposal(company.house, draft.id)).state == "withdrawn"
    mine = await changes.approve(company.house, await company.call("boss"), forward.id)
    assert isinstance(mine, Refused)
    theirs = await changes.approve(company.house, await company.call("deputy"), forward.id)
    assert theirs.state == "applied"


def test_steps_change_places_and_roles_their_permissions(tmp_path):
    site = site_at(tmp_path)
    files = own_files(site)
    order = [step.id for step in load(site).blueprint.workflows["sales_order"].steps]
    up = changes.placed(files, "sales_order", order, order[-1], up=True)
    down = changes.placed(files, "sales_order", order, order[-2], up=False)
    assert up == down
    swapped = [step.id for step in load(site, files=up).blueprint.workflows["sales_order"].steps]
    assert swapped == [*order[:-2], order[-1], order[-2]]
    for id, above in ((order[0], True), (order[-1], False)):
        with pytest.raises(EditError):
            changes.placed(files, "sales_order", order, id, up=above)


def test_a_permission_is_given_and_taken_by_one_word(tmp_path):
    files = {"roles.yaml": "schema: 1\nroles:\n  a: {may: [x, y]}  # two\n  b:\n    may: {e: [read]}\n"}
    given = changes.granted(files, "a", "z", held=True)
    assert given["roles.yaml"] == files["roles.yaml"].replace("[x, y]", "[x, y, z]")
    assert changes.granted(given, "a", "z", held=False) == files
    other = changes.granted(files, "b", "z", held=True)["roles.yaml"]
    assert "may: {e: [read], z: {remove: false}}" in other
    unknown = changes.granted(files, "c", "z", held=False)["roles.yaml"]
    assert unknown.endswith("  c: {may: {z: {remove: true}}}\n")
