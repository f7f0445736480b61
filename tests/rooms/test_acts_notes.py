"""Notes on records: who writes them, who sees them, who is told; the timeline tells them with everything else."""

from __future__ import annotations

import pytest
from rooms.acts_kit import company, no, ok
from rooms.beside_kit import ENTITIES, PDF, ROLES, WORKFLOWS, pieces

from ordinance import acts
from ordinance.acts import NoteView, Refused

pytestmark = [pytest.mark.anyio]


@pytest.fixture
async def firm(tmp_path, database_url):
    opened = company(
        tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES,
        people="clerk boss reader asker other",
    )  # fmt: skip
    async with opened as made:
        client = ok(await made.create(None, "client", {"code": "K-1", "name": "瑞禾"}))
        await made.person("ma", "clerk", display_name="马")
        await made.person("mali", "clerk", display_name="马丽")
        await made.person("buyer", "buyer", display_name="采购", of={"entity": "client", "id": str(client.id)})
        made.deal = ok(await made.create("clerk", "deal", {"subject": "tea", "client": "K-1"}))
        yield made


async def note(firm, who, text, **more):
    deal = firm.deal
    return await acts.add_note(firm.house, await firm.call(who), "deal", deal.id, text, **more)


async def told(firm, who):
    return [each["text"] for each in await firm.notices(who)]


async def test_who_acts_may_write_and_who_only_reads_needs_the_verb(firm):
    assert isinstance(await note(firm, "boss", "fine"), NoteView)
    assert isinstance(await note(firm, "asker", "why?"), NoteView)
    no(await note(firm, "reader", "me too"), "not_allowed")
    no(await note(firm, "other", "hello"), "not_found")
    no(await note(firm, "boss", "  \n "), "note_empty")
    no(await note(firm, "boss", "x" * 4001), "too_long")


async def test_what_is_internal_is_not_for_the_partner(firm):
    await note(firm, "clerk", "inside")
    await note(firm, "clerk", "for all", internal=False)
    theirs = await note(firm, "buyer", "thanks", internal=True)
    assert not theirs.internal
    seen = await acts.notes(firm.house, await firm.call("buyer"), "deal", firm.deal.id)
    assert [each.text for each in seen] == ["thanks", "for all"]
    seen = await acts.notes(firm.house, await firm.call("boss"), "deal", firm.deal.id)
    assert [each.text for each in seen] == ["thanks", "for all", "inside"]


async def test_the_longest_name_is_meant_and_only_who_may_read_is_told(firm):
    made = await note(firm, "clerk", "@马丽请看，@other 也看看，@boss")
    assert [name for _, name in made.mentions] == ["马丽", "boss"]
    assert await told(firm, "mali") == ["clerk mentioned you on Deal HT-001: @马丽请看，@other 也看看，@boss"]
    assert await told(firm, "ma") == []
    assert await told(firm, "other") == []
    assert len(await told(firm, "boss")) == 1
    assert await acts.unread(firm.house, await firm.call("boss")) == 1
    await acts.mark_read(firm.house, await firm.call("boss"))
    assert await acts.unread(firm.house, await firm.call("boss")) == 0


async def test_a_partner_is_not_named_inside_and_names_none_but_those_it_knows(firm):
    assert (await note(firm, "clerk", "@采购 ?")).mentions == ()
    assert [name for _, name in (await note(firm, "clerk", "@采购 ?", internal=False)).mentions] == ["采购"]
    assert (await note(firm, "buyer", "@boss")).mentions == ()
    assert [name for _, name in (await note(firm, "buyer", "@clerk")).mentions] == ["clerk"]
    found = await acts.people(firm.house, await firm.call("buyer"), "deal", firm.deal.id, "")
    assert [each.label for each in found] == ["clerk"]


async def test_suggestions_are_people_who_may_read_the_record(firm):
    call = await firm.call("clerk")
    found = await acts.people(firm.house, call, "deal", firm.deal.id, "ml")
    assert [each.label for each in found] == ["马丽"]
    everybody = {each.label for each in await acts.people(firm.house, call, "deal", firm.deal.id, "")}
    assert "boss" in everybody and "other" not in everybody and "clerk" not in everybody
    no(await acts.people(firm.house, await firm.call("reader"), "deal", firm.deal.id, ""), "not_allowed")


async def test_a_note_is_changed_while_fresh_and_leaves_its_trace(firm):
    made = await note(firm, "clerk", "frist")
    call = await firm.call("clerk")
    changed = await acts.change_note(firm.house, call, made.id, "first, @boss")
    assert (changed.text, changed.edited) == ("first, @boss", True)
    assert len(await told(firm, "boss")) == 1
    no(await acts.change_note(firm.house, await firm.call("boss"), made.id, "mine"), "not_yours")
    firm.later("16min")
    no(await acts.change_note(firm.house, await firm.call("clerk"), made.id, "late"), "note_settled")
    gone = await acts.remove_note(firm.house, await firm.call("clerk"), made.id)
    assert gone.removed and gone.text == ""
    no(await acts.remove_note(firm.house, await firm.call("clerk"), made.id), "no_such_note")
    async with firm.house.database.work(write=False) as work:
        row = await firm.house.force.store.notes.get(work, made.id)
    assert [each["text"] for each in row["earlier"]] == ["frist", "first, @boss"]


async def test_one_key_writes_one_note(firm):
    call = await firm.call("clerk", key="k-1", fingerprint="f")
    first = await acts.add_note(firm.house, call, "deal", firm.deal.id, "once")
    again = await acts.add_note(firm.house, call, "deal", firm.deal.id, "once")
    assert first == again
    assert len(await acts.notes(firm.house, call, "deal", firm.deal.id)) == 1


async def test_the_timeline_tells_all_in_order_and_by_kind(firm):
    await note(firm, "clerk", "a note")
    firm.later("1min")
    await acts.add_file(firm.house, await firm.call("clerk"), ("deal", firm.deal.id), "a.pdf", pieces(PDF))
    firm.later("1min")
    ok(await firm.update("clerk", firm.deal, {"subject": "green tea"}))
    ok(await firm.step("boss", firm.deal, "check"))
    story = await firm.story("boss", firm.deal)
    assert [each.kind for each in story] == ["pass", "edit", "file", "note", "pass", "create"]
    assert story[2].file[1] == "a.pdf" and story[3].reason == "a note"

    async def only(*groups, **more):
        call = await firm.call("boss")
        return [each.kind for each in await acts.timeline(firm.house, call, "deal", firm.deal.id, only=groups, **more)]

    assert await only("note") == ["note"]
    assert await only("file") == ["file"]
    assert await only("change") == ["edit"]
    assert await only("note", "file") == ["file", "note"]
    assert await only(limit=2) == ["pass", "edit"]
    assert await only(before=story[1].id) == ["file", "note", "pass", "create"]
    assert isinstance(await acts.timeline(firm.house, await firm.call("other"), "deal", firm.deal.id), Refused)


async def test_changes_name_references_and_tell_lines_by_row(firm):
    ok(await firm.create(None, "client", {"code": "K-2", "name": "恒诚"}))
    lines = [{"item": "K-1", "quantity": "5"}, {"item": "K-2", "quantity": "1"}]
    ok(await firm.update("clerk", firm.deal, {"client": "K-2", "lines": lines}))
    rows = (await firm.now_of(firm.deal))["lines"]
    ok(await firm.update("clerk", firm.deal, {"lines": [{"id": rows[0]["id"], "quantity": "8"}, {"id": rows[1]["id"]}]}))
    ok(await firm.update("clerk", firm.deal, {"lines": [{"id": rows[1]["id"]}]}))
    told = [
        [(each.label.en, each.old, each.new) for each in entry.changes] for entry in await firm.story("clerk", firm.deal)
    ]
    assert told[0] == [("Lines row 1", "瑞禾 · 8", "")]
    assert told[1] == [("Row 1 Quantity", "5", "8")]
    assert told[2] == [
        ("Client", "瑞禾", "恒诚"), ("Lines row 1", "", "瑞禾 · 5"), ("Lines row 2", "", "恒诚 · 1"),
    ]  # fmt: skip


async def test_related_are_what_it_came_from_and_what_came_of_it(firm):
    child = ok(await firm.create("clerk", "deal", {"subject": "more tea", "part_of": firm.deal.record["number"]}))

    async def related(who, entity, id):
        found = await acts.related(firm.house, await firm.call(who), entity, id)
        return [(each.label.en, each.field, [one.name for one in each.items]) for each in found]

    assert await related("clerk", "deal", firm.deal.id) == [("Deal", "part_of", ["HT-002"])]
    assert await related("clerk", "deal", child.id) == [("Part of", "", ["HT-001"])]
    client = int(firm.deal.record["client"]["id"])
    assert await related("clerk", "client", client) == [("Deal", "client", ["HT-001"])]
    assert await related("other", "client", client) == []
    assert await related("buyer", "deal", firm.deal.id) == []
