"""Notes and files in both databases and in the folder: what is kept, in which order, and the trace it leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rooms.storage_kit import NOW, add, entity, field, prepared

from ordinance.storage import Fragment
from ordinance.storage.attachments import Attachments, TooBigError
from ordinance.storage.ids import Ids, last_of
from ordinance.storage.notes import Notes

pytestmark = [pytest.mark.anyio]


@pytest.fixture
async def store(database):
    return await prepared(database)


async def pieces(*parts):
    for each in parts:
        yield each


async def test_notes_come_newest_first_page_by_page_and_internal_ones_apart(store):
    notes = Notes()
    async with store.database.work() as work:
        made = [
            await notes.add(
                work, "order", 5, author="7", text=f"n{at}", internal=bool(at % 2), mentions=["8"], now=NOW
            )
            for at in range(4)
        ]  # fmt: skip
        await notes.add(work, "customer", 5, author="7", text="elsewhere", internal=False, mentions=[], now=NOW)
        assert [each["text"] for each in await notes.of(work, "order", 5)] == ["n3", "n2", "n1", "n0"]
        assert [each["text"] for each in await notes.of(work, "order", 5, before=made[2], limit=1)] == ["n1"]
        assert [each["text"] for each in await notes.of(work, "order", 5, inside=False)] == ["n2", "n0"]
        assert await notes.get(work, 1) is None


async def test_a_note_keeps_what_it_said_before(store):
    notes, later = Notes(), NOW + timedelta(minutes=1)
    async with store.database.work() as work:
        id_ = await notes.add(work, "order", 5, author="7", text="first", internal=True, mentions=["8"], now=NOW)
        await notes.change(work, await notes.get(work, id_), "second", ["9"], later)
        await notes.remove(work, await notes.get(work, id_), later)
        found = await notes.get(work, id_)
    assert (found["text"], found["removed_at"], found["mentions"]) == ("", later, ["9"])
    assert [each["text"] for each in found["earlier"]] == ["first", "second"]
    assert [each["at"] for each in found["earlier"]] == [NOW.isoformat(), later.isoformat()]


async def test_content_is_kept_as_it_comes_and_too_much_leaves_nothing(tmp_path):
    files = Attachments(tmp_path / "kept")
    kept = await files.keep_stream(pieces(b"abc", b"def"), 6)
    assert (kept.size, kept.head, await files.read(kept.digest)) == (6, b"abc", b"abcdef")
    assert b"".join([each async for each in files.stream(kept.digest)]) == b"abcdef"
    with pytest.raises(TooBigError):
        await files.keep_stream(pieces(b"abc", b"defg"), 6)

    async def broken():
        yield b"abc"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.keep_stream(broken(), 6)
    assert [each.name for each in (tmp_path / "kept").rglob("*") if each.is_file()] == [kept.digest]


async def test_a_removed_file_stays_known_and_a_field_is_remembered(store, tmp_path):
    files = Attachments(tmp_path / "kept")
    digest = await files.keep(b"content")
    async with store.database.work() as work:
        loose = await files.add(work, digest, name="a.pdf", media_type="application/pdf", size=7, by="7", now=NOW)
        beside = await files.add(
            work, digest, name="b.pdf", media_type="application/pdf", size=7, by="7", now=NOW, of=("order", 5),
            internal=True,
        )  # fmt: skip
        await files.attach(work, [loose], "order", 5, {loose: "contract"})
        await files.attach(work, [beside], "order", 6, {beside: "contract"})
        assert await files.remove(work, beside, "8", NOW)
        assert not await files.remove(work, beside, "8", NOW)
        found = await files.of(work, "order", 5)
    assert [(each["name"], each["field"], each["internal"], each["removed_by"]) for each in found] == [
        ("a.pdf", "contract", False, None), ("b.pdf", None, True, "8"),
    ]  # fmt: skip


def test_what_has_no_id_stands_after_everything_of_its_moment():
    ids = Ids()
    at_once = [ids.new(NOW) for _ in range(100)]
    assert max(at_once) <= last_of(NOW) < ids.new(NOW + timedelta(milliseconds=1))


# Typeahead


CLIENT = entity(
    "client", field("code", unique=True, search=True), field("name", search=True), field("phone", search=True),
    field("active", "boolean"), key="code", title="name",
)  # fmt: skip
BOOKING = entity("booking", field("client", "ref", to="client"), field("note"))


@pytest.fixture
async def clients(database):
    store = await prepared(database, {"client": CLIENT, "booking": BOOKING})
    rows = (
        ("KH-001", "上海瑞禾餐饮管理有限公司", "13800000001"), ("KH-002", "瑞禾（杭州）食品", "13800000002"),
        ("KH-003", "Ａlpha 贸易", "13900000003"), ("RH-9", "成都博远", "13700000004"),
        ("KH-0010", "Beta Ltd", "021-5000"),
    )  # fmt: skip
    store.ids_of = {}
    for code, name, phone in rows:
        store.ids_of[code] = await add(store, "client", code=code, name=name, phone=phone, active=code != "KH-002")
    return store


async def typed(store, text, **more):
    async with store.database.work(write=False) as work:
        return [each["code"] for each in await store.records["client"].lookup(work, text, **more)]


@pytest.mark.requirement("C-05")
async def test_a_record_is_found_by_code_name_part_of_it_initials_case_and_width(clients):
    assert await typed(clients, "kh-001") == ["KH-001", "KH-0010"]
    assert await typed(clients, "ＫＨ－００２") == ["KH-002"]
    assert set(await typed(clients, "瑞禾")) == {"KH-001", "KH-002"}
    assert (await typed(clients, "瑞禾"))[0] == "KH-002"
    assert await typed(clients, "alpha") == ["KH-003"]
    assert await typed(clients, "Ａｌｐｈａ") == ["KH-003"]
    assert await typed(clients, "rh") == ["RH-9", "KH-002", "KH-001"]
    assert await typed(clients, "shrh") == ["KH-001"]
    assert await typed(clients, "139") == ["KH-003"]
    assert await typed(clients, "瑞禾 杭州") == ["KH-002"]
    assert await typed(clients, "瑞禾(杭州)") == ["KH-002"]
    assert await typed(clients, "nothing") == []
    assert await typed(clients, "100%") == await typed(clients, "_") == []


async def test_what_may_not_be_chosen_is_not_suggested(clients):
    active = Fragment("t.active = ?", (True,))
    assert await typed(clients, "瑞禾", where=(active,)) == ["KH-001"]


async def test_lately_used_comes_first_and_by_whom_counts(clients):
    used = ("KH-003", "RH-9", "KH-003", "KH-001")
    for code in used:
        await add(clients, "booking", client=clients.ids_of[code])
    async with clients.database.work(write=False) as work:
        records, shape = clients.records["client"], clients.records["booking"].shape
        mine = await records.lately_used(work, shape, ("client",), "1", among=500, limit=8)
        assert mine == [clients.ids_of[code] for code in ("KH-001", "KH-003", "RH-9")]
        assert await records.lately_used(work, shape, ("client",), "2", among=500, limit=8) == []
        assert len(await records.lately_used(work, shape, ("client",), "1", among=2, limit=8)) == 2
        kept = await records.admitted(work, mine, any_of=(Fragment("t.code <> ?", ("KH-003",)),))
        assert [each["code"] for each in kept] == ["KH-001", "RH-9"]


async def test_many_are_found_by_what_they_are_called(clients):
    async with clients.database.work(write=False) as work:
        records = clients.records["client"]
        found = await records.called(work, "code", ["kh-001", "ＲＨ－９", "none"], any_of=None)
        assert {each["code"] for each in found} == {"KH-001", "RH-9"}
        assert await records.called(work, "code", ["KH-001"], any_of=()) == []
