"""Files of records: kept by their content, told by what they hold, seen by whom their record and field are."""

from __future__ import annotations

import hashlib

import pytest
from rooms.acts_kit import company, no, ok
from rooms.beside_kit import ENTITIES, PDF, PNG, ROLES, WORKFLOWS, pieces

from ordinance import acts
from ordinance.acts import FileView
from ordinance.acts.kinds import size_words, tidy_name

pytestmark = [pytest.mark.anyio]


@pytest.fixture
async def firm(tmp_path, database_url):
    opened = company(
        tmp_path, database_url, entities=ENTITIES, workflows=WORKFLOWS, roles=ROLES,
        people="clerk boss reader other",
    )  # fmt: skip
    async with opened as made:
        client = ok(await made.create(None, "client", {"code": "K-1", "name": "瑞禾"}))
        ok(await made.create(None, "client", {"code": "K-2", "name": "恒诚"}))
        await made.person("buyer", "buyer", of={"entity": "client", "id": str(client.id)})
        made.deal = ok(await made.create("clerk", "deal", {"subject": "tea", "client": "K-1"}))
        yield made


async def beside(firm, who, name="合同.pdf", content=PDF, **more):
    return await acts.add_file(firm.house, await firm.call(who), ("deal", firm.deal.id), name, pieces(content), **more)


async def loose(firm, who, name="paper.pdf", content=PDF):
    made = await acts.add_file(firm.house, await firm.call(who), None, name, pieces(content), entity="deal")
    assert isinstance(made, FileView), made
    return made


async def content(firm, who, id):
    found = await acts.open_file(firm.house, await firm.call(who), id)
    return b"".join([each async for each in found.pieces]) if not isinstance(found, acts.Refused) else found


async def listed(firm, who):
    return [each.name for each in await acts.files(firm.house, await firm.call(who), "deal", firm.deal.id)]


async def test_a_file_comes_back_as_it_came(firm):
    big = b"%PDF-" + bytes(range(256)) * 4000
    made = await acts.add_file(
        firm.house, await firm.call("clerk"), ("deal", firm.deal.id), "大.pdf", pieces(big[:9], big[9:500_000], big[500_000:])
    )
    assert (made.name, made.media_type, made.size) == ("大.pdf", "application/pdf", len(big))
    assert made.sha256 == hashlib.sha256(big).hexdigest()
    assert await content(firm, "boss", made.id) == big
    no(await content(firm, "other", made.id), "not_found")


async def test_what_is_taken_is_told_by_name_and_content(firm):
    no(await beside(firm, "clerk", "run.exe"), "file_type")
    no(await beside(firm, "clerk", "page.html", b"<script>"), "file_type")
    no(await beside(firm, "clerk", "picture.svg", b"<svg>"), "file_type")
    no(await beside(firm, "clerk", "none", b"x"), "file_type")
    no(await beside(firm, "clerk", "photo.png", b"<html><script>"), "file_content")
    no(await beside(firm, "clerk", "empty.pdf", b""), "file_empty")
    no(await beside(firm, "clerk", "long.txt", b"x" * (20 * 1024 * 1024 + 1)), "file_too_large")
    no(await beside(firm, "reader"), "not_allowed")
    assert (await beside(firm, "clerk", "photo.png", PNG)).is_picture


async def test_names_are_made_safe():
    assert tidy_name("../../etc/passwd.txt") == "passwd.txt"
    assert tidy_name("C:\\tmp\\发票 .pdf") == "发票.pdf"
    assert tidy_name('a"b\r\nSet-Cookie: x.pdf') == "a b Set-Cookie x.pdf"
    assert tidy_name("gnp\u202efdp.pdf") == "gnp fdp.pdf"
    assert tidy_name("x" * 300 + ".pdf").endswith("x.pdf") and len(tidy_name("x" * 300 + ".pdf")) == 120
    assert tidy_name("...") == "file"
    assert size_words(20 * 1024 * 1024) == "20 MB"


async def test_the_partner_sees_what_is_not_internal(firm):
    await beside(firm, "clerk", "inside.pdf", internal=True)
    shared = await beside(firm, "clerk", "shared.pdf", PDF + b"2")
    theirs = await beside(firm, "buyer", "theirs.pdf", PDF + b"3", internal=True)
    assert not theirs.internal
    assert await listed(firm, "buyer") == ["shared.pdf", "theirs.pdf"]
    assert await listed(firm, "boss") == ["inside.pdf", "shared.pdf", "theirs.pdf"]
    assert await content(firm, "buyer", shared.id) == PDF + b"2"


async def test_a_second_click_makes_no_second_file(firm):
    assert (await beside(firm, "clerk")).id == (await beside(firm, "clerk")).id
    assert len(await listed(firm, "clerk")) == 1


async def test_who_sent_it_or_may_change_the_record_takes_it_away_and_it_stays_in_the_story(firm):
    made = await beside(firm, "buyer")
    no(await acts.remove_file(firm.house, await firm.call("boss"), made.id), "not_yours")
    gone = await acts.remove_file(firm.house, await firm.call("clerk"), made.id)
    assert (gone.removed, gone.removed_by) == (True, "clerk")
    assert await listed(firm, "clerk") == []
    no(await content(firm, "clerk", made.id), "no_such_file")
    story = await firm.story("clerk", firm.deal)
    assert [(each.kind, each.file) for each in story if each.file] == [
        ("file_gone", (0, "合同.pdf")), ("file", (0, "合同.pdf")),
    ]  # fmt: skip


async def test_a_file_in_a_field_belongs_to_the_record_once_it_is_saved(firm):
    made = await loose(firm, "clerk")
    no(await content(firm, "boss", made.id), "no_such_file")
    ok(await firm.update("clerk", firm.deal, {"paper": {"id": str(made.id), "name": "forged.exe"}}))
    record = await firm.now_of(firm.deal)
    assert record["paper"] == {"id": str(made.id), "name": "paper.pdf", "media_type": "application/pdf", "size": len(PDF)}
    assert await content(firm, "boss", made.id) == PDF
    no(await acts.remove_file(firm.house, await firm.call("clerk"), made.id), "file_in_field")
    other = ok(await firm.create("clerk", "deal", {"subject": "other", "client": "K-2"}))
    no(await firm.update("clerk", other, {"paper": str(made.id)}), "no_such_file")


async def test_who_may_not_read_the_field_does_not_see_its_file_even_after_it_was_replaced(firm):
    made = await loose(firm, "clerk", "floor.pdf")
    ok(await firm.update("clerk", firm.deal, {"secret": str(made.id)}))
    no(await content(firm, "buyer", made.id), "no_such_file")
    assert await listed(firm, "buyer") == []
    ok(await firm.update("clerk", firm.deal, {"secret": None}))
    assert await content(firm, "boss", made.id) == PDF
    no(await content(firm, "buyer", made.id), "no_such_file")


async def test_nobody_puts_in_what_another_sent(firm):
    made = await loose(firm, "boss")
    no(await firm.update("clerk", firm.deal, {"paper": str(made.id)}), "no_such_file")
    no(await firm.update("clerk", firm.deal, {"paper": "4611686018427387904"}), "no_such_file")


async def test_a_picture_must_be_one_and_rows_have_files_too(firm):
    paper, photo = await loose(firm, "clerk"), await loose(firm, "clerk", "p.png", PNG)
    no(await firm.update("clerk", firm.deal, {"photo": str(paper.id)}), "not_a_picture")
    line = {"item": "K-1", "quantity": "1", "picture": str(photo.id)}
    ok(await firm.update("clerk", firm.deal, {"lines": [line]}))
    (found,) = await acts.files(firm.house, await firm.call("boss"), "deal", firm.deal.id)
    assert (found.name, found.field) == ("p.png", "lines.picture")


async def test_evidence_carries_its_files_by_name(firm):
    made = await loose(firm, "clerk", "signed.pdf")
    proof = {"kind": "file", "files": [{"id": str(made.id)}]}
    ok(await firm.update("clerk", firm.deal, {"proof": proof}))
    (file,) = (await firm.now_of(firm.deal))["proof"]["files"]
    assert file["name"] == "signed.pdf"
    given = (await firm.now_of(firm.deal))["proof"]["at"]
    firm.later("1h")
    ok(await firm.update("clerk", firm.deal, {"proof": proof}))
    assert (await firm.now_of(firm.deal))["proof"]["at"] == given
    story = await firm.story("clerk", firm.deal)
    assert any("signed.pdf" in change.new for each in story for change in each.changes)
