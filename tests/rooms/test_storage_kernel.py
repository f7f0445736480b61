"""The kernel's own tables on both databases: ledger, waits, numbers, idempotency, outbox, revisions, attachments."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from rooms.storage_kit import NOW, add, prepared

from ordinance.storage import Message, NewEvent, NewWait, NotUnique
from ordinance.storage.attachments import Attachments
from ordinance.storage.numbers import filled
from ordinance.storage.outbox import ATTEMPTS_MAX

pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C-05")]


@pytest.fixture
async def store(database):
    return await prepared(database)


def row(seq, state="done", effect="reserve", **more):
    return {
        "seq": seq, "effect": effect, "round": 0, "state": state, "step": "review", "revision": "r", "inputs_hash": "h",
        "undo": "release", "action": "inventory.reserve", "inputs": {"quantity": "3"}, "outcome": {}, "why": "", **more,
    }  # fmt: skip


async def record(store, document, ledger=(), waits=(), *, fresh=False, seq=1):
    async with store.database.work() as work:
        event = NewEvent(seq, "order.review", "7", revision="r", channel="office", body='{"b": 1,  "a":2}')
        await store.record(work, "order", document, ledger=ledger, waits=waits, events=[event], at=NOW, fresh=fresh)


async def test_the_database_itself_takes_no_effect_twice(store):
    await record(store, 1, [row(1)], fresh=True)
    with pytest.raises(NotUnique):
        await record(store, 1, [row(2)])
    with pytest.raises(NotUnique):
        await record(store, 1, [row(2, "waived")])
    async with store.database.work(write=False) as work:
        assert [each["seq"] for each in await store.ledger(work, 1)] == [1]
        assert len(await store.events.read(work, 1)) == 1


async def test_an_effect_is_undone_and_done_again_in_one_act(store):
    await record(store, 1, [row(1)], fresh=True)
    await record(store, 1, [row(2, inputs={"quantity": "5"}), row(1, "undone")])
    async with store.database.work(write=False) as work:
        rows = await store.ledger(work, 1)
    assert [(each["seq"], each["state"], each["inputs"]) for each in rows] == [
        (1, "undone", {"quantity": "3"}),
        (2, "done", {"quantity": "5"}),
    ]
    assert rows[0] == row(1, "undone")


async def test_an_event_keeps_its_body_byte_for_byte(store):
    await record(store, 1, fresh=True)
    async with store.database.work(write=False) as work:
        (event,) = await store.events.read(work, 1)
        assert await store.events.all(work) == [event]
    assert event["body"] == '{"b": 1,  "a":2}'
    assert (event["at"], event["actor"], event["entity"]) == (NOW, "7", "order")


async def test_a_document_waits_exactly_where_it_was_put(store):
    document = await add(store, "order", number="DH-1")
    await record(store, document, waits=[NewWait("order", "a", NOW), NewWait("order", "b", NOW)], fresh=True)
    await record(store, document, waits=[NewWait("order", "b", NOW, taken="7"), NewWait("order", "c", NOW)])
    async with store.database.work(write=False) as work:
        waits = await store.waits.of(work, document)
        assert {(each["step"], each["taken"], each["set_aside"]) for each in waits} == {
            ("b", "7", False),
            ("c", None, False),
        }
        counts = await store.waits.counts(work, [("order", "b"), ("order", "a"), ("customer", "b")])
        assert counts == {("order", "b"): 1}
        assert await store.waits.counts(work, []) == {}
    await record(store, document, waits=[])
    async with store.database.work(write=False) as work:
        assert await store.waits.of(work, document) == []


async def test_the_inbox_shows_what_is_mine_or_nobodys_page_by_page(store):
    for n in range(5):
        person = {1: "7", 2: "8"}.get(n)
        wait = NewWait("order", "review", NOW + timedelta(minutes=n), assigned=person, set_aside=n == 3)
        await record(store, await add(store, "order", note=str(n)), waits=[wait], fresh=True)
    async with store.database.work(write=False) as work:
        first = await store.waits.inbox(work, [("order", "review")], person="7", limit=2)
        rest = await store.waits.inbox(
            work, [("order", "review")], person="7", after=(first[-1]["since"], first[-1]["id"])
        )
        assert [each["since"].minute for each in (*first, *rest)] == [0, 1, 4]
        assert [each["assigned"] for each in await store.waits.inbox(work, [], person="8")] == ["8"]
        assert await store.loads(work, [7, 8, 9]) == {7: 1, 8: 1}
        assert await store.loads(work, []) == {}


async def test_the_queue_before_a_step_is_in_the_order_asked(store):
    waits = {}
    for note, urgent in (("b", False), ("a", False), ("c", True)):
        document = await add(store, "order", note=note, urgent=urgent, number=f"N{note}")
        waits[note] = document
        await record(store, document, waits=[NewWait("order", "pack", NOW)], fresh=True)
    async with store.database.work() as work:
        order = ((("urgent",), True), (("note",), False))
        assert [number for _, number in await store.queued(work, "order", "order", "pack", order)] == ["Nc", "Na", "Nb"]
        await work.execute('UPDATE "wait" SET taken = ? WHERE document = ?', "7", waits["c"])
        assert (await store.queued(work, "order", "order", "pack", order))[0] == (waits["a"], "Na")


async def test_the_due_worker_gets_what_is_due_oldest_first(store):
    for n, minutes in enumerate((5, -5, -10, None)):
        timer = None if minutes is None else NOW + timedelta(minutes=minutes)
        await record(store, n + 1, waits=[NewWait("order", "review", NOW, timer_at=timer)], fresh=True)
    async with store.database.work(write=False) as work:
        assert [each["document"] for each in await store.waits.due(work, NOW)] == [3, 2]


@pytest.mark.requirement("B-02")
async def test_numbers_have_no_gap_though_one_act_in_ten_is_rolled_back(store):
    """A sequence leaves gaps, `max + 1` collides; a counter row taken last does neither."""
    chance, taken = random.Random(3), []

    async def one():
        for _ in range(25):
            try:
                async with store.database.work() as work:
                    await work.execute(
                        "INSERT INTO notice (id, recipient, message, at) VALUES (?, ?, ?, ?)",
                        work.new_id(NOW),
                        "1",
                        "",
                        NOW,
                    )
                    number = await store.numbers.take(work, "order", "DH{yyyy}{mm}{dd}-{n:04}", date(2026, 11, 24))
                    if chance.random() < 0.1:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue
            taken.append(number)

    await asyncio.gather(*(one() for _ in range(8)))
    assert sorted(taken) == [f"DH20261124-{n:04}" for n in range(1, len(taken) + 1)]
    assert 100 < len(taken) < 200


async def test_counters_begin_anew_each_period_and_for_each_branch(store):
    day, zone = datetime(2026, 12, 31, 17, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai")
    async with store.database.work() as work:

        async def take(pattern, now=day, within=None, **values):
            return await store.take_number(work, "order", pattern, values, now, zone, within=within)

        assert await take("PJ{yyyy}-{n:03}") == "PJ2027-001"
        assert await take("PJ{yyyy}-{n:03}") == "PJ2027-002"
        assert await take("PJ{yyyy}-{n:03}", day - timedelta(days=1)) == "PJ2026-001"
        assert await take("{region}{yy}{n}", region="N") == "N271"
        assert await take("{region}{yy}{n}", region="S") == "S271"
        assert await take("X{n}", within=("customer", 1)) == "X1"
        assert await take("X{n}", within=("customer", 2)) == "X1"
    assert filled("DH", date(2026, 1, 2), {}) == ("DH{n}", 0)


async def test_a_number_is_known_to_be_taken(store):
    customer = await add(store, "customer", code="C-1")
    order = await add(store, "order", number="A-1", customer=customer)
    async with store.database.work() as work:
        other = await store.insert(work, "order", {"customer": customer}, NOW, "1")
        assert await store.set_number(work, "order", order, "A-1")
        assert not await store.set_number(work, "order", other, "A-1")
        assert not await store.set_number(work, "order", other, "A-1", ("customer", customer))
        assert (await store.get_many(work, "order", [other]))[other]["number"] is None
        assert await store.set_number(work, "order", other, "A-1", ("customer", customer + 1))


async def test_a_request_sent_eight_times_is_carried_out_once(store):
    """Looking the key up and then inserting lets duplicates through; claiming it first does not."""
    made = []

    async def caller():
        async def act(work):
            earlier = await store.claim(work, "7", "key-1", "print", NOW)
            if earlier is not None:
                return earlier.answer(dict)
            await store.insert(work, "order", {"note": "once"}, NOW, "7")
            answer = {"id": "1", "replayed": False}
            await store.answered(work, "7", "key-1", answer, NOW)
            return answer

        made.append(await store.database.run(act))

    await asyncio.gather(*(caller() for _ in range(8)))
    assert sorted(each["replayed"] for each in made) == [False] + [True] * 7
    assert len(await store.database.fetch("SELECT id FROM e_order")) == 1


async def test_a_failed_act_leaves_its_key_free_and_another_body_is_told_apart(store):
    with pytest.raises(ZeroDivisionError):
        async with store.database.work() as work:
            assert await store.claim(work, "7", "key", "one", NOW) is None
            raise ZeroDivisionError
    async with store.database.work() as work:
        assert await store.claim(work, "7", "key", "one", NOW) is None
        await store.answered(work, "7", "key", {"a": 1}, NOW)
    later = NOW + timedelta(hours=1)
    async with store.database.work() as work:
        assert (await store.claim(work, "7", "key", "two", later)).fingerprint == "one"
        assert await store.claim(work, "8", "key", "one", later) is None
    # The replay wrote: that is what makes it as durable as the first answer.
    (seen,) = await store.database.fetch("SELECT seen_at FROM idempotency WHERE scope = ?", "7")
    assert seen["seen_at"] == later
    async with store.database.work() as work:
        assert await store.idempotency.purge(work, NOW + timedelta(minutes=1)) == 1


async def test_every_message_is_claimed_by_one_worker(store):
    async with store.database.work() as work:
        await store.outbox.add(work, [Message("mail", {"n": n}) for n in range(100)], NOW)
    claimed = []

    async def worker(name):
        while True:
            async with store.database.work() as work:
                found = await store.outbox.claim(work, name, NOW, limit=7)
            if not found:
                return
            claimed.extend(each.payload["n"] for each in found)
            async with store.database.work() as work:
                assert await store.outbox.done(work, name, [each.id for each in found], NOW) == len(found)

    await asyncio.gather(*(worker(f"w{n}") for n in range(4)))
    assert sorted(claimed) == list(range(100))


async def test_messages_of_one_ordering_go_one_after_the_other(store):
    async with store.database.work() as work:
        await store.outbox.add(work, [Message("hook", n, ordering="order-1") for n in range(3)], NOW)
        await store.outbox.add(work, [Message("hook", "other", ordering="order-2")], NOW)
    seen = []
    for _ in range(3):
        async with store.database.work() as work:
            found = await store.outbox.claim(work, "w", NOW)
            seen.append([each.payload for each in found])
            await store.outbox.done(work, "w", [each.id for each in found], NOW)
    assert seen == [[0, "other"], [1], [2]]


async def test_a_message_whose_worker_died_is_taken_by_another(store):
    async with store.database.work() as work:
        await store.outbox.add(work, [Message("mail", 1)], NOW)
    async with store.database.work() as work:
        (message,) = await store.outbox.claim(work, "dead", NOW, lease=timedelta(minutes=1))
    async with store.database.work() as work:
        assert await store.outbox.claim(work, "w", NOW + timedelta(seconds=30)) == []
        (again,) = await store.outbox.claim(work, "w", NOW + timedelta(seconds=61))
        assert (again.id, again.attempts) == (message.id, 2)
        assert await store.outbox.done(work, "dead", [again.id], NOW) == 0
        assert await store.outbox.done(work, "w", [again.id], NOW) == 1
        assert await store.outbox.done(work, "w", [], NOW) == 0


async def test_a_message_that_always_fails_is_tried_later_and_later_and_then_dead(store):
    async with store.database.work() as work:
        await store.outbox.add(work, [Message("mail", 1)], NOW)
    now, pauses = NOW, []
    for _ in range(ATTEMPTS_MAX):
        async with store.database.work() as work:
            (message,) = await store.outbox.claim(work, "w", now)
            await store.outbox.fail(work, message, "w", "no answer", now)
            row_ = await work.fetch_one("SELECT run_at FROM outbox")
            pauses.append(row_["run_at"] - now)
            now = row_["run_at"]
    assert pauses[0] < timedelta(seconds=6)
    assert timedelta(minutes=29) < pauses[-1] < timedelta(minutes=61)
    async with store.database.work() as work:
        assert await store.outbox.claim(work, "w", now + timedelta(days=1)) == []
        (dead,) = await store.outbox.dead(work)
        assert dead["error"] == "no answer"
        assert await store.outbox.revive(work, dead["id"], now)
        assert not await store.outbox.revive(work, dead["id"], now)
        assert len(await store.outbox.claim(work, "w", now)) == 1


async def test_a_message_with_a_key_is_written_once(store):
    async with store.database.work() as work:
        await store.outbox.add(work, [Message("mail", 1, unique_key="a"), Message("mail", 2)], NOW)
        await store.outbox.add(work, [Message("mail", 3, unique_key="a")], NOW)
    assert len(await store.database.fetch("SELECT id FROM outbox")) == 2


async def test_people_are_told_and_read_it(store):
    async with store.database.work() as work:
        await store.tell(work, [{"recipient": "7", "message": "m", "body": {"n": "1"}}, {"recipient": "8"}], NOW)
        await store.tell(work, [], NOW)
    async with store.database.work() as work:
        (mine,) = await store.notices.of(work, "7", unread=True)
        assert mine["body"] == {"n": "1"}
        assert await store.notices.mark_read(work, "7", NOW, []) == 0
        assert await store.notices.mark_read(work, "7", NOW, [mine["id"]]) == 1
        assert await store.notices.of(work, "7", unread=True) == []
        assert await store.notices.mark_read(work, "8", NOW) == 1


async def test_the_active_revision_is_the_last_one_applied(store):
    async with store.database.work() as work:
        assert await store.revisions.active(work, lock="share") is None
        await store.revisions.add(work, "h1", "text 1", parent=None, author="7", reason="first", now=NOW)
        await store.revisions.add(work, "h2", "text 2", parent="h1", author="7", reason="second", now=NOW)
        assert await store.revisions.active(work, lock="update") == "h2"
        assert (await store.revisions.get(work, "h1")).text == "text 1"
        assert [each.hash for each in await store.revisions.history(work)] == ["h2", "h1"]


async def test_the_same_content_is_kept_once(store, tmp_path):
    files = Attachments(tmp_path / "kept")
    first, second = await files.keep(b"content"), await files.keep(b"content")
    assert first == second
    assert await files.read(first) == b"content"
    assert len([path for path in (tmp_path / "kept").rglob("*") if path.is_file()]) == 1
    with pytest.raises(ValueError, match="SHA-256"):
        await files.read("../../etc/passwd")
    async with store.database.work() as work:
        id_ = await files.add(work, first, name="发票.pdf", media_type="application/pdf", size=7, by="7", now=NOW)
        await files.attach(work, [id_], "order", 5)
        await files.attach(work, [id_], "order", 6)
        found = await files.get_many(work, [id_])
        assert (found[id_]["name"], found[id_]["document"]) == ("发票.pdf", 5)
        assert await files.get_many(work, []) == {}
