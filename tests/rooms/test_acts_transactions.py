"""One act, one transaction: replays, races, deputies, duties, messages, and what departments answer in the middle of it.

Source: design.md §3 rule 7, language.md §4 (absence, duties), engine.md R4, R17, R19.
"""

from __future__ import annotations

import asyncio

import pytest
from rooms.acts_kit import Company, company, no, ok

from ordinance.acts import Done, Refused, codec
from ordinance.process import fold

pytestmark = [pytest.mark.anyio]

ENTITIES = """
note:
  label: {zh: 便笺, en: Note}
  title: subject
  fields:
    subject:  {type: text, label: {zh: 主题, en: Subject}}
    amount:   {type: money, label: {zh: 金额, en: Amount}}
    address:  {type: address, label: {zh: 地址, en: Address}}
    portion:  {type: quantity, label: {zh: 本次, en: Portion}}
    issued:   {type: quantity, label: {zh: 已发, en: Issued}}
    left:     {type: quantity, formula: 10 - issued, label: {zh: 剩余, en: Left}}
    partner:  {type: ref, to: partner, label: {zh: 单位, en: Partner}}
    owner:    {type: ref, to: account, label: {zh: 负责人, en: Owner}}
task:
  label: {zh: 任务, en: Task}
  fields:
    note:    {type: ref, to: note, back: tasks, label: {zh: 便笺, en: Note}}
    title:   {type: text, label: {zh: 任务, en: Title}}
    settled: {type: boolean, default: "false", label: {zh: 完成, en: Settled}}
sales_order:
  fields:
    kind: {options: {counted: {zh: 计数, en: Counted}}}
"""

ROLES = """
roles:
  clerk:
    label: {zh: 文员, en: Clerk}
    may: {note: [read, create, update], task: [read, create, update], sales_order: [read, create], absence: [read, create]}
  boss:   {label: {zh: 主管, en: Boss}, may: {note: [read], sales_order: [read]}}
  second: {label: {zh: 副手, en: Second}, may: {task: [read]}}
  narrow: {label: {zh: 片区, en: Narrow}, may: {note: [read]}, where: {note: amount < 10}}
duties:
  apart: {apart: [plain.write, plain.check], label: {zh: 录入与审核分离, en: Entry and check apart}}
"""

WORKFLOWS = """
plain:
  of: note
  steps:
    write:   {label: Write, by: [clerk, boss], asks: [subject], offers: [amount, owner]}
    check:   {label: Check, by: [boss, clerk], does: [counting.announce], tells: {boss: seen, owner: {field: owner, message: seen}}}
    changed: {label: Changed, by: [boss]}
    file:    {label: File, by: [boss]}
  lanes:
    stop: {label: Stop, by: [boss], ends: stopped}
  events:
    plain.changed: {tells: [boss]}
row_rules:
  of: note
  steps:
    write: {label: Write, by: [clerk], asks: [subject, amount]}
    look:  {label: Look, by: [narrow, boss]}
filling:
  of: note
  steps:
    write: {label: Write, by: [clerk], asks: [subject], offers: [portion]}
    fill:  {label: Fill, by: [boss], asks: [portion], does: [gate.fill]}
    more:  {label: More, by: [boss], when: issued < 5, back_to: fill}
    end:   {label: End, by: [boss], when: left > 2}
waiting:
  of: note
  steps:
    write: {label: Write, by: [clerk], asks: [subject]}
    wait:  {label: Wait, by: [boss], by_itself: [{when: tasks.any(settled), pass: true}]}
    end:   {label: End, by: [boss]}
raising:
  of: note
  steps:
    write: {label: Write, by: [clerk], asks: [subject]}
    raise: {label: Raise, by: [boss], does: [{base.raise: {workflow: waiting, with.subject: "'child'"}}]}
    after: {label: After, by: [boss], back_to: raise}
counted:
  of: sales_order
  when: kind == 'counted'
  steps:
    enter:  {label: Enter, by: [clerk], asks: [customer]}
    two:    {label: Two, by: [boss], does: [counting.open_shipment, counting.close_shipment]}
    gated:  {label: Gated, by: [boss], when: effects >= 2}
    never:  {label: Never, by: [boss], when: effects > 5}
    last:   {label: Last, by: [boss]}
"""

MESSAGES = """
seen: {text: {zh: "便笺 {subject} 现为：{status}", en: "The note stands at: {status}"}}
"""

PARTS = {"entities": ENTITIES, "workflows": WORKFLOWS, "roles": ROLES, "config__messages": MESSAGES}


@pytest.fixture
async def firm(tmp_path, database_url):
    async with company(tmp_path, database_url, **PARTS, people="clerk boss narrow second") as made:
        yield made


async def begun(firm: Company, workflow: str = "plain", who: str = "clerk", **values):
    return ok(await firm.create(who, workflow, {"subject": "x", **values}))


async def test_the_same_key_does_a_thing_once_and_gives_the_same_answer(firm):
    first = ok(await firm.create("clerk", "plain", {"subject": "x"}, key="k1", fingerprint="f"))
    again = ok(await firm.create("clerk", "plain", {"subject": "x"}, key="k1", fingerprint="f"))
    assert (again.id, again.version, again.record, again.replayed) == (first.id, first.version, first.record, True)
    assert len(await firm.every("note")) == 1
    no(await firm.create("clerk", "plain", {"subject": "y"}, key="k1", fingerprint="g"), "idempotency_mismatch")
    ok(await firm.create("boss", "plain", {"subject": "y"}, key="k1", fingerprint="g"))


async def test_a_refused_act_may_be_tried_again_with_its_key(firm):
    note = await begun(firm)
    no(await firm.step("second", note, "check", key="k2"), "not_found")
    ok(await firm.step("boss", note, "check", key="k2"))
    assert ok(await firm.step("boss", note, "check", key="k2")).replayed
    assert await firm.effects(note) == ["+announce"]


async def test_who_saw_an_older_version_is_told_so(firm):
    note = await begun(firm)
    ok(await firm.update("clerk", note, {"amount": "3"}, version=note.version))
    for stale in (
        await firm.update("clerk", note, {"amount": "4"}, version=note.version),
        await firm.step("boss", note, "check", version=note.version),
        await firm.lane("boss", note, "stop", version=note.version),
    ):
        assert no(stale, "stale").kind == "stale"


async def test_a_trial_writes_nothing(firm):
    note = await begun(firm)
    tried = ok(await firm.step("boss", note, "check", dry=True))
    assert tried.waits == ("changed",)
    assert await firm.waits(note) == ["check"]
    assert await firm.effects(note) == []
    assert await firm.told("boss") == 0
    assert [each.kind for each in await firm.story(None, note)] == ["pass", "create"]


async def test_of_two_who_pass_a_step_at_once_one_wins(firm):
    note = await begun(firm)
    await firm.person("b2", "boss")
    both = await asyncio.gather(firm.step("boss", note, "check"), firm.step("b2", note, "check"))
    won = [each for each in both if isinstance(each, Done)]
    lost = [each for each in both if isinstance(each, Refused)]
    assert len(won) == len(lost) == 1
    assert await firm.effects(note) == ["+announce"]


async def test_a_deputy_has_the_inbox_and_the_rights_and_every_event_says_for_whom(firm):
    note = await begun(firm, who="clerk")
    boss, second = [str((await firm.actor(name)).id) for name in ("boss", "second")]
    assert await firm.inbox("second") == []
    absence = {"person": boss, "from": "2026-11-24", "until": "2026-11-25", "deputy": second}
    ok(await firm.create("boss", "absence", absence))
    assert await firm.inbox("second") == [(str(note.id), "check")]
    ok(await firm.step("second", note, "check"))
    entry = (await firm.story("boss", note))[0]
    assert (entry.who, entry.on_behalf_of) == ("second", "boss")
    firm.later("3d")
    assert await firm.inbox("second") == []
    assert isinstance(await firm.step("second", note, "changed"), Refused)


async def test_duties_hold_on_each_document(firm):
    note = await begun(firm, who="clerk")
    refused = no(await firm.step("clerk", note, "check"), "duty")
    assert refused.kind == "not_allowed"
    assert (await firm.buttons("clerk", note))["step check"] == ["duty"]
    ok(await firm.step("boss", note, "check"))


async def test_a_message_speaks_in_the_readers_language_once_the_act_is_through(firm):
    note = await begun(firm)
    ok(await firm.step("boss", note, "check"))
    assert await firm.notices("boss") == []
    await firm.tick()
    (notice,) = await firm.notices("boss")
    assert notice["text"] == "The note stands at: Awaiting: Changed"
    ok(await firm.step("boss", note, "changed"))
    assert await firm.told("boss") == 2
    assert (await firm.notices("boss"))[0]["text"] == "Note Awaiting: File"


async def test_an_edit_is_not_taken_for_a_step_of_the_same_name(firm):
    note = await begun(firm)
    ok(await firm.update("clerk", note, {"amount": "3"}))
    assert await firm.told("boss") == 0


async def test_a_rule_about_rows_confines_steps_too(firm):
    small, large = await begun(firm, "row_rules", amount="5"), await begun(firm, "row_rules", amount="50")
    assert await firm.inbox("narrow") == [(str(small.id), "look")]
    no(await firm.step("narrow", large, "look"), "not_found")
    ok(await firm.step("narrow", small, "look"))


async def test_a_wider_right_to_read_does_not_widen_the_right_to_act(firm):
    await firm.person("both", "narrow", "clerk")
    large = await begun(firm, "row_rules", amount="50")
    no(await firm.step("both", large, "look"), "not_allowed")
    assert (await firm.buttons("both", large))["step look"] == ["not_allowed"]
    assert await firm.inbox("both") == []


async def test_what_an_action_writes_is_seen_by_what_follows_and_taken_back_with_it(firm):
    note = await begun(firm, "filling")
    done = ok(await firm.step("boss", note, "fill", {"portion": "4"}))
    assert (done.record["issued"], done.record["left"], done.waits) == ("4.0000", "6.0000", ("more",))
    ok(await firm.back("boss", note, "more"))
    assert ((await firm.now_of(note))["issued"], (await firm.now_of(note))["left"]) == (None, None)
    done = ok(await firm.step("boss", note, "fill", {"portion": "7"}))
    assert (done.waits, done.record["left"]) == (("end",), "3.0000")
    other = await begun(firm, "filling")
    assert ok(await firm.step("boss", other, "fill", {"portion": "9"})).waits == ()


async def test_what_departments_answer_is_asked_again_after_each_effect(firm):
    customer = ok(await firm.create(None, "customer", {"code": "C", "name": "C", "address": "here"}))
    order = ok(await firm.create("clerk", "counted", {"kind": "counted", "customer": str(customer.id)}))
    assert ok(await firm.step("boss", order, "two")).waits == ("gated",)
    assert ok(await firm.step("boss", order, "gated")).waits == ("last",)
    async with firm.house.database.work(write=False) as work:
        rows = await firm.house.force.store.ledger(work, order.id)
    assert all("effects" not in row["outcome"] for row in rows)


async def test_a_document_looks_again_when_a_record_in_its_list_changes(firm):
    note = await begun(firm, "waiting")
    task = ok(await firm.create("clerk", "task", {"note": str(note.id), "title": "t"}))
    assert await firm.waits(note) == ["wait"]
    ok(await firm.update("clerk", task, {"settled": True}))
    assert await firm.waits(note) == ["end"]


async def test_what_an_action_opened_is_taken_back_with_it(firm):
    note = await begun(firm, "raising")
    ok(await firm.step("boss", note, "raise"))
    (child,) = [each for each in await firm.every("note") if each["subject"] == "child"]
    assert child["workflow"] == "waiting"
    ok(await firm.back("boss", note, "after"))
    (child,) = [each for each in await firm.every("note") if each["subject"] == "child"]
    assert (await firm.story(None, ok(await firm.find("note", int(child["id"])))))[0].what.en == "Withdrawn"
    assert (child["phase"], child["ended"], child["status"]) == ("cancelled", "withdrawn", "Cancelled")


async def test_creating_and_submitting_is_one_row_written_once_and_two_events(firm):
    note = await begun(firm)
    assert note.version == 1
    rows = await firm.house.database.fetch("SELECT name FROM event WHERE document = ? ORDER BY id", note.id)
    assert [row["name"] for row in rows] == ["plain.create", "plain.write"]


async def test_events_fold_into_what_is_stored(firm):
    note = await begun(firm)
    ok(await firm.update("clerk", note, {"amount": "3"}))
    ok(await firm.step("boss", note, "check"))
    rows = await firm.house.database.fetch("SELECT body FROM event WHERE document = ? ORDER BY id", note.id)
    state, ledger = fold(firm.house.blueprint.workflows["plain"], [codec.event_of(row["body"]) for row in rows])
    async with firm.house.database.work(write=False) as work:
        record, stored = await firm.house.force.store.hold(work, "note", note.id)
    assert codec.state_text(state) == codec.state_text(codec.state_of(record["state"]))
    assert [row.state for row in ledger] == [row["state"] for row in stored]
