"""Lists as people work with them: one deed on many, kept views, declared lists, what is due, neighbours, export.

On both databases. Source: ui.md §3, §4 Screens 1; language.md §4 (lists), §2 (`due`).
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from rooms.acts_kit import company, ok

from ordinance import acts
from ordinance.acts import Done, Figure, Filter, Query, Refused
from ordinance.acts.bulk import Deed, each_of
from ordinance.acts.counting import Counted, glance
from ordinance.acts.paging import all_of
from ordinance.exchange.listed import Column, Listed, csv_of, permitted, records_of, xlsx_of

pytestmark = pytest.mark.anyio

ENTITIES = """
job:
  label: {zh: 任务, en: Job}
  title: subject
  fields:
    subject: {type: text, label: {zh: 主题, en: Subject}}
    amount:  {type: money, label: {zh: 金额, en: Amount}}
    limit:   {type: money, label: {zh: 额度, en: Limit}}
    urgent:  {type: boolean, label: {zh: 加急, en: Urgent}}
    owner:   {type: ref, to: account, label: {zh: 负责人, en: Owner}}
    secret:  {type: text, label: {zh: 机密, en: Secret}}
    note:    {type: text, label: {zh: 备注, en: Note}}
  lists:
    all:    {label: {zh: 全部, en: All}, columns: [subject, amount]}
    urgent: {label: {zh: 加急, en: Urgent}, when: urgent}
    mine:   {label: {zh: 我的, en: Mine}, when: owner == user}
    hot:    {label: {zh: 机密, en: Secret}, when: secret == 'x'}
    done:   {label: {zh: 完成, en: Done}, when: status is set}
"""

ROLES = """
roles:
  clerk:  {label: {zh: 文员, en: Clerk}, may: {job: [read, create, update, export]}, fields: {job: {secret: hidden}}}
  chief:  {label: {zh: 主管, en: Chief}, may: {job: [read], revision: [create]}}
  worker: {label: {zh: 员工, en: Worker}, may: {job: [read]}, where: {job: urgent}}
"""

WORKFLOWS = """
job:
  steps:
    write: {label: Write, by: [clerk], asks: [subject]}
    check:
      label: Check
      by: [clerk]
      offers: [note]
      due: 2d
      back_to: write
      checks: [{must: amount <= limit or limit is empty, say: {zh: 超额度, en: over the limit}}]
    end: {label: End, by: [clerk]}
  lanes:
    cancel: {label: Cancel, by: [clerk], asks: [note], ends: cancelled}
  ends: {done: Done, cancelled: Cancelled}
"""


@pytest.fixture
async def firm(tmp_path, database_url):
    opened = company(
        tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES, people="clerk chief worker"
    )
    async with opened as made:
        yield made


async def jobs(firm, count, **values):
    return [ok(await firm.create("clerk", "job", {"subject": f"J{at}", "amount": str(at), **values})) for at in range(count)]


async def done(firm, ids, deed, key=None, print_=""):
    call = replace(await firm.call("clerk", key=key), fingerprint=print_)
    return [(id, each) async for id, each in each_of(firm.house, call, "job", ids, deed)]


CHECK = Deed("step", "check")


# One deed on many


async def test_each_document_has_an_answer_of_its_own_and_what_is_refused_keeps_nobody(firm):
    made = await jobs(firm, 4)
    over = ok(await firm.create("clerk", "job", {"subject": "big", "amount": "9", "limit": "1"}))
    answers = await done(firm, [*(each.id for each in made[:2]), over.id, *(each.id for each in made[2:])], CHECK)
    assert [isinstance(each, Done) for _, each in answers] == [True, True, False, True, True]
    refused = answers[2][1]
    assert isinstance(refused, Refused)
    assert [each.message.en for each in refused.reasons] == ["over the limit"]
    assert [await firm.waits(each) for each in (*made, over)] == [["end"]] * 4 + [["check"]]


async def test_sent_twice_it_is_not_done_twice_in_whatever_parts(firm):
    made = await jobs(firm, 3)
    ids = [each.id for each in made]
    await done(firm, ids, CHECK, key="k", print_="p")
    again = [*(await done(firm, ids[:1], CHECK, key="k", print_="p")), *(await done(firm, ids[1:], CHECK, key="k", print_="p"))]
    assert all(isinstance(each, Done) and each.replayed for _, each in again)
    assert [await firm.waits(each) for each in made] == [["end"]] * 3
    other = await done(firm, ids, CHECK, key="k2", print_="p")
    assert all(isinstance(each, Refused) for _, each in other)


async def test_a_document_that_is_named_twice_is_done_once(firm):
    (made,) = await jobs(firm, 1)
    answers = await done(firm, [made.id, made.id], CHECK)
    assert [id for id, _ in answers] == [made.id]


async def test_what_the_form_leaves_empty_each_document_keeps(firm):
    first, second = await jobs(firm, 2, note="own")
    await done(firm, [first.id], CHECK)
    await done(firm, [second.id], Deed("step", "check", values={"note": "for all"}))
    assert [(await firm.now_of(each))["note"] for each in (first, second)] == ["own", "for all"]


async def test_side_flows_and_sending_back_go_for_many_too(firm):
    first, second = await jobs(firm, 2)
    (back,) = await done(firm, [first.id], Deed("back", "check", reason="no", to="write"))
    (lane,) = await done(firm, [second.id], Deed("lane", "cancel", values={"note": "gone"}))
    assert isinstance(back[1], Done) and isinstance(lane[1], Done), (back, lane)
    assert await firm.waits(first) == ["write"]
    assert (await firm.now_of(second))["phase"] == "cancelled"


async def test_all_that_match_are_found_up_to_a_number(firm):
    await jobs(firm, 7)
    query = Query(filter=(Filter(("amount",), "gte", "2"),), fields=("subject",), limit=2)
    call = await firm.call("clerk")
    found = await all_of(firm.house, call, "job", query, 100)
    assert len(found) == 5
    assert len(await all_of(firm.house, call, "job", query, 3)) == 3
    wrong = await all_of(firm.house, call, "job", replace(query, fields=("secret",)), 3)
    assert isinstance(wrong, Refused)


# Declared lists and what is due


async def of_view(firm, name, view):
    page = await acts.listing(firm.house, await firm.call(name), "job", Query(view=view))
    return page if isinstance(page, Refused) else sorted(each["subject"] for each in page.items)


async def test_a_declared_list_shows_what_it_says(firm):
    me = str((await firm.actor("clerk")).id)
    await jobs(firm, 1)
    ok(await firm.create("clerk", "job", {"subject": "fast", "urgent": True}))
    ok(await firm.create("clerk", "job", {"subject": "own", "owner": {"id": me}}))
    assert await of_view(firm, "clerk", "all") == ["J0", "fast", "own"]
    assert await of_view(firm, "clerk", "urgent") == ["fast"]
    assert await of_view(firm, "clerk", "mine") == ["own"]
    assert await of_view(firm, "chief", "mine") == []
    assert await of_view(firm, "worker", "all") == ["fast"]


async def test_a_list_by_a_value_one_may_not_read_and_one_there_is_not_are_refused(firm):
    await jobs(firm, 1)
    for view in ("hot", "nope", "done"):
        answer = await of_view(firm, "clerk", view)
        assert isinstance(answer, Refused), view
        assert answer.reasons[0].message.en == f"there is no parameter “view={view}”"
    assert await of_view(firm, "chief", "hot") == []


async def test_totals_and_counts_are_those_of_the_declared_list(firm):
    await jobs(firm, 3)
    await jobs(firm, 2, urgent=True)
    call = await firm.call("clerk")
    figures = (Figure("count"), Figure("sum", ("amount",)))
    page = await acts.aggregate(firm.house, call, "job", Query(view="urgent", figures=figures))
    assert page.items[0] == {"count": {"*": 2}, "sum": {"amount": "1.00"}}
    assert await acts.count(firm.house, call, "job", Query(view="urgent")) == 2
    assert await acts.count(firm.house, call, "job", Query(), 4) == 4
    assert await acts.count(firm.house, await firm.call("worker"), "job", Query()) == 2
    assert await glance(firm.house, call, "job", Query(view="urgent")) == Counted(2, more=False)
    assert await glance(firm.house, call, "job", Query(), 3) == Counted(3, more=True)
    assert isinstance(await glance(firm.house, call, "job", Query(view="nope")), Refused)
    assert isinstance(await acts.count(firm.house, call, "job", Query(view="nope")), Refused)
    assert isinstance(await acts.count(firm.house, call, "nothing", Query()), Refused)


async def due(firm, op, value):
    page = await acts.listing(firm.house, await firm.call("clerk"), "job", Query(filter=(Filter(("due_at",), op, value),)))
    return page if isinstance(page, Refused) else sorted(each["subject"] for each in page.items)


async def test_documents_are_found_by_when_their_step_is_due(firm):
    first, second = await jobs(firm, 2)
    await done(firm, [second.id], CHECK)
    now, later = firm.now.isoformat(), (firm.now.replace(day=28)).isoformat()
    assert await due(firm, "lt", now) == []
    assert await due(firm, "lt", later) == ["J0"]
    assert await due(firm, "gte", now) == ["J0"]
    assert await due(firm, "empty", "true") == ["J1"]
    assert await due(firm, "exists", "true") == ["J0"]
    for op, value in (("lt", "soon"), ("lt", "2026-11-24T00:00:00"), ("eq", now), ("empty", "perhaps")):
        assert isinstance(await due(firm, op, value), Refused), (op, value)
    found = await acts.waiting(firm.house, [first.id, second.id])
    assert [each.step for each in found[first.id]] == ["check"]
    assert found[first.id][0].due is not None and found[second.id][0].due is None


# Paging back, and neighbours


async def test_the_page_before_is_the_one_that_was_before(firm):
    await jobs(firm, 7)
    call, query = await firm.call("clerk"), Query(fields=("subject",), limit=2, sort=((("amount",), True),))
    cursors, pages = [None], []
    while len(pages) < len(cursors):
        page = await acts.listing(firm.house, call, "job", replace(query, cursor=cursors[-1]))
        pages.append([each["id"] for each in page.items])
        cursors += [page.next] if page.next else []
    assert len(pages) == 4
    assert await acts.page_before(firm.house, call, "job", query) is None
    assert await acts.page_before(firm.house, call, "job", replace(query, cursor=cursors[1])) == ""
    for at in (2, 3):
        assert await acts.page_before(firm.house, call, "job", replace(query, cursor=cursors[at])) == cursors[at - 1]


async def test_neighbours_are_those_of_the_list_over_the_edges_of_its_pages(firm):
    made = await jobs(firm, 5)
    call, query = await firm.call("clerk"), Query(fields=("subject",), limit=2, sort=((("amount",), False),))
    order = [each.id for each in made]
    walked, spots = [order[0]], (order[0], "", 0)
    while True:
        id, cursor, at = spots
        _, after = await acts.around(firm.house, call, "job", replace(query, cursor=cursor or None), id, at)
        if after is None:
            break
        spots = (int(after.id), after.cursor, after.at)
        walked.append(spots[0])
    assert walked == order
    back = [spots[0]]
    while True:
        id, cursor, at = spots
        before, _ = await acts.around(firm.house, call, "job", replace(query, cursor=cursor or None), id, at)
        if before is None:
            break
        spots = (int(before.id), before.cursor, before.at)
        back.append(spots[0])
    assert back == order[::-1]


async def test_a_record_that_has_left_the_list_still_has_neighbours(firm):
    made = await jobs(firm, 3)
    query = Query(fields=("subject",), step="check", sort=((("amount",), False),))
    await done(firm, [made[1].id], CHECK)
    before, after = await acts.around(firm.house, await firm.call("clerk"), "job", query, made[1].id, 1)
    assert (before.id, after.id) == (str(made[0].id), str(made[2].id))


# Export of what a list shows

COLUMNS = (Column("subject", "主题"), Column("amount", "金额", "number", 2))


async def rows(firm, name, query):
    entity = firm.house.blueprint.entities["job"]
    async for each in records_of(firm.house, await firm.call(name), entity, query, limit=2):
        yield str(each["subject"]), str(each["amount"])


async def test_a_list_is_exported_as_it_is_shown_page_by_page(firm):
    await jobs(firm, 5)
    ok(await firm.create("clerk", "job", {"subject": "=1+1", "amount": "9"}))
    query = Query(filter=(Filter(("amount",), "gte", "2"),), sort=((("amount",), True),), fields=("subject", "amount"))
    pieces = [piece async for piece in csv_of(Listed(COLUMNS, rows(firm, "clerk", query)))]
    table = list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"))))
    assert table == [["主题", "金额"], ["'=1+1", "9.00"], ["J4", "4.00"], ["J3", "3.00"], ["J2", "2.00"]]


async def test_a_workbook_has_numbers_and_runs_nothing(firm, tmp_path):
    ok(await firm.create("clerk", "job", {"subject": "=1+1", "amount": "1234.50"}))
    target = Path(tmp_path) / "list.xlsx"
    query = Query(fields=("subject", "amount"))
    assert await xlsx_of(Listed(COLUMNS, rows(firm, "clerk", query)), target) == 1
    with ZipFile(target) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>1234.5</v>" in sheet
    assert "<f>" not in sheet and "=1+1" in sheet


async def test_to_export_takes_the_right_and_is_written_down(firm):
    await jobs(firm, 1)
    entity = firm.house.blueprint.entities["job"]
    refused = await permitted(firm.house, await firm.call("chief"), entity, Query(), ["subject"])
    assert refused is not None and refused.kind == "not_allowed"
    wrong = await permitted(firm.house, await firm.call("clerk"), entity, Query(fields=("secret",)), [])
    assert wrong is not None and wrong.kind == "bad_request"
    assert await permitted(firm.house, await firm.call("clerk"), entity, Query(search="J"), ["subject"]) is None
    async with firm.house.database.work(write=False) as work:
        found = await work.fetch("SELECT actor, body FROM event WHERE name = 'job.export'")
    assert len(found) == 1
    assert '"search":"J"' in found[0]["body"]


# Free text


async def found(firm, name, text):
    page = await acts.listing(firm.house, await firm.call(name), "task", Query(search=text))
    return sorted(each["what"] for each in page.items)


async def test_a_document_is_found_by_the_words_of_what_it_is_about(tmp_path, database_url):
    roles = """
roles:
  clerk: {label: Clerk, may: {task: [read, create], shop: [read, create]}}
  guest: {label: Guest, may: {task: [read]}}
  local: {label: Local, may: {task: [read], shop: [read]}, where: {shop: "name == 'A'"}}
"""
    entities = """
shop:
  label: Shop
  key: code
  title: name
  fields: {code: {type: text, required: true, label: Code}, name: {type: text, label: Name}}
task:
  label: Task
  title: what
  fields:
    what: {type: text, label: What}
    shop: {type: ref, to: shop, required: true, label: Shop}
"""
    opened = company(tmp_path, database_url, entities=entities, roles=roles, people="clerk guest local")
    async with opened as firm:
        shops = {"A": "上海瑞禾", "B": "杭州恒诚"}
        for code, name in shops.items():
            shop = ok(await firm.create("clerk", "shop", {"code": code, "name": name}))
            ok(await firm.create("clerk", "task", {"what": f"visit {code}", "shop": {"id": str(shop.id)}}))
        assert await found(firm, "clerk", "shrh") == ["visit A"]
        assert await found(firm, "clerk", "visit 恒诚") == ["visit B"]
        assert await found(firm, "clerk", "visit") == ["visit A", "visit B"]
        assert await found(firm, "clerk", "100%") == []
        for name in ("guest", "local"):
            assert await found(firm, name, "shrh") == []
            assert await found(firm, name, "visit b") == ["visit B"]
