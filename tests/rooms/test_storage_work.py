"""Units of work on both databases: savepoints, failing commits, cancellation, ownership, many writers at once."""

from __future__ import annotations

import asyncio
import contextvars
import fcntl
import random
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rooms.storage_kit import NOW, add, prepared

from ordinance.storage import BadReference, Busy, Collision, Column, Database, NotUnique, Statement, Table
from ordinance.storage.engines import postgresql
from ordinance.storage.engines.gate import Gate

ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = [pytest.mark.anyio, pytest.mark.requirement("C-05")]
NOTE = Table("jotting", (Column("id", "id", required=True), Column("text", "text")))


async def noted(database: Database) -> list[str]:
    return [row["text"] for row in await database.fetch("SELECT text FROM jotting ORDER BY id")]


@pytest.fixture
async def notes(database):
    await prepared(database, {}, (NOTE,))
    return database


async def write(work, number, text):
    await work.execute("INSERT INTO jotting (id, text) VALUES (?, ?)", number, text)


async def test_an_inner_failure_undoes_only_what_was_inside(notes):
    async with notes.work() as work:
        await write(work, 1, "outer")
        with pytest.raises(ValueError, match="inner"):
            async with notes.work() as inner:
                assert inner is work
                await write(inner, 2, "inner")
                raise ValueError("inner")
        async with work.savepoint():
            await write(work, 3, "kept")
    assert await noted(notes) == ["outer", "kept"]


async def test_what_was_put_off_inside_a_savepoint_goes_with_it(notes):
    async with notes.work() as work:
        await work.later(Statement("INSERT INTO jotting (id, text) VALUES (?, ?)", (1, "outer"), "jotting"))
        with pytest.raises(ValueError, match="inner"):
            async with work.savepoint():
                await work.later(Statement("INSERT INTO jotting (id, text) VALUES (?, ?)", (2, "inner"), "jotting"))
                raise ValueError("inner")
    assert await noted(notes) == ["outer"]


async def test_a_failing_commit_leaves_nothing_behind(notes, database_url):
    deferred = (
        "CREATE TABLE child (id BIGINT PRIMARY KEY, note BIGINT REFERENCES jotting (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    async with notes.work() as work:
        await work.execute(deferred)
    async with Database(database_url, size=1) as narrow:
        for number in range(3):
            with pytest.raises(BadReference):
                async with narrow.work() as work:
                    await write(work, 10 + number, "lost")
                    await work.execute("INSERT INTO child (id, note) VALUES (?, ?)", number + 1, 999)
        async with narrow.work() as work:
            await write(work, 1, "afterwards")
        assert await noted(narrow) == ["afterwards"]


async def test_a_cancelled_task_rolls_back_and_frees_the_writer(notes):
    inside = asyncio.Event()

    async def endless():
        async with notes.work() as work:
            await write(work, 1, "never")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(endless())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), notes.work() as work:
        await write(work, 2, "after")
    assert await noted(notes) == ["after"]


async def test_a_child_task_may_not_use_the_transaction(notes):
    async def child(work):
        with pytest.raises(RuntimeError, match="belongs to the task"):
            await work.fetch("SELECT 1 AS one")
        with pytest.raises(RuntimeError, match="belongs to the task"):
            async with notes.work():
                pass

    async with notes.work() as work:
        await asyncio.create_task(child(work))
        await write(work, 1, "fine")
    assert await noted(notes) == ["fine"]


async def test_a_background_task_started_inside_works_once_the_transaction_is_over(notes):
    go = asyncio.Event()

    async def later():
        await go.wait()
        async with notes.work() as work:
            await write(work, 2, "later")

    async with notes.work() as work:
        task = asyncio.create_task(later())
        await write(work, 1, "first")
    go.set()
    await task
    assert await noted(notes) == ["first", "later"]


async def test_a_finished_unit_of_work_is_refused(notes):
    async with notes.work() as work:
        pass
    with pytest.raises(RuntimeError, match="has ended"):
        await work.fetch("SELECT 1 AS one")


async def test_a_reader_cannot_hold_a_writer(notes):
    async with notes.work(write=False):
        with pytest.raises(RuntimeError, match="only reads"):
            async with notes.work(write=True):
                pass


async def test_a_snapshot_does_not_move(notes):
    async with notes.work(write=False, snapshot=True) as still:
        assert await still.fetch("SELECT * FROM jotting") == []
        await asyncio.create_task(_write_elsewhere(notes), context=contextvars.Context())
        assert await still.fetch("SELECT * FROM jotting") == []
    assert await noted(notes) == ["elsewhere"]


async def _write_elsewhere(notes):
    async with notes.work() as work:
        await write(work, 1, "elsewhere")


async def test_after_commit_is_called_once_and_only_if_it_is_durable(notes):
    heard = []
    with pytest.raises(ValueError, match="no"):
        async with notes.work() as work:
            work.after_commit(lambda: heard.append("lost"))
            raise ValueError("no")
    async with notes.work() as work:
        work.after_commit(lambda: heard.append("kept"))
        assert heard == []
    assert heard == ["kept"]


async def test_what_is_put_off_is_written_in_order_before_any_query(notes):
    async with notes.work() as work:
        await work.later(Statement("INSERT INTO jotting (id, text) VALUES (?, ?)", (1, "one"), "jotting", 1))
        await work.later(Statement("UPDATE jotting SET text = ? WHERE id = ?", ("two", 1), "jotting", 1))
        assert (await work.fetch_one("SELECT text FROM jotting"))["text"] == "two"


async def test_a_batch_counts_what_each_statement_wrote(notes):
    async with notes.work() as work:
        await write(work, 1, "a")
        counts = await work.batch(
            Statement("INSERT INTO jotting (id, text) VALUES (?, ?), (?, ?)", (2, "b", 3, "c")),
            Statement("UPDATE jotting SET text = ? WHERE id = ?", ("A", 1)),
            Statement("DELETE FROM jotting WHERE id = ?", (99,)),
        )
        assert counts == (2, 1, 0)


async def test_eight_writers_lose_no_update(notes):
    """Read-modify-write under a lock: deferred transactions would fail with "database is locked"."""
    async with notes.work() as work:
        await write(work, 1, "0")
    lock = " FOR UPDATE" if notes.dialect == "postgresql" else ""

    async def one():
        for _ in range(15):
            async with notes.work() as work:
                row = await work.fetch_one(f"SELECT text FROM jotting WHERE id = 1{lock}")
                await work.execute("UPDATE jotting SET text = ? WHERE id = 1", str(int(row["text"]) + 1))

    await asyncio.gather(*(one() for _ in range(8)))
    assert await noted(notes) == ["120"]


async def test_many_rows_are_written_whatever_the_limit_of_arguments(notes):
    async with notes.work() as work:
        await work.execute_many("INSERT INTO jotting (id, text) VALUES (?, ?)", [(n, str(n)) for n in range(1, 40_001)])
        statements = [Statement("UPDATE jotting SET text = ? WHERE id = ?", ("x", n), "jotting") for n in range(1, 501)]
        assert sum(await work.batch(*statements)) == 500
    assert (await notes.fetch("SELECT count(*) AS n FROM jotting"))[0]["n"] == 40_000


async def test_the_retry_helper_runs_the_whole_act_again(notes):
    tries = []

    async def act(work):
        tries.append(1)
        await write(work, len(tries), f"try {len(tries)}")
        if len(tries) < 3:
            raise Collision("jotting")
        return "through"

    assert await notes.run(act) == "through"
    assert await noted(notes) == ["try 3"]


async def test_the_retry_helper_gives_up_and_does_not_retry_what_is_no_race(notes):
    tries = []

    async def busy(work):
        tries.append(1)
        raise Busy("still")

    with pytest.raises(Busy):
        await notes.run(busy, tries=3)
    assert len(tries) == 3

    async def wrong(work):
        tries.append(1)
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        await notes.run(wrong)
    assert len(tries) == 4


async def test_an_id_drawn_twice_is_told_from_a_value_that_must_be_unique(database):
    store = await prepared(database)
    first = await add(store, "customer", code="C-1")
    with pytest.raises(Collision):
        await add(store, "customer", code="C-2", id=first)
    with pytest.raises(NotUnique) as taken:
        await add(store, "customer", code="C-1")
    assert taken.value.table == "e_customer"
    assert taken.value.columns == ("code",)


async def test_ids_are_ordered_and_never_repeated(database):
    ids = [database.new_id(NOW) for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert all(10**15 < each < 2**63 for each in ids)


async def test_a_lost_sync_standby_confirmation_is_not_acknowledged():
    """PostgreSQL answers a cancelled wait for the standby with success and a warning; that must not count as done."""

    class Raw:
        def add_log_listener(self, heard):
            self.heard = heard

        def remove_log_listener(self, heard):
            pass

        async def execute(self, sql):
            self.heard(self, "WARNING: canceling wait for synchronous replication due to user request")
            return "COMMIT"

    connection = postgresql.PostgreSQLConnection(Raw(), write=True)
    with pytest.raises(postgresql.OutcomeUnknown):
        await connection.commit()


_OTHER_PROCESS = """
import asyncio, sys, time
from ordinance.storage import Database
async def main():
    waits = []
    async with Database(sys.argv[1]) as database:
        end = time.monotonic() + float(sys.argv[2])
        while time.monotonic() < end:
            began = time.monotonic()
            async with database.work() as work:
                waits.append(time.monotonic() - began)
                await work.execute("UPDATE jotting SET text = CAST(CAST(text AS INTEGER) + 1 AS TEXT) WHERE id = 1")
    print(len(waits), max(waits))
asyncio.run(main())
"""


@ONLY_SQLITE
async def test_writers_of_several_processes_take_turns(notes, database_url):
    """SQLite's busy handler lets one of several writers starve; the gate before BEGIN does not."""
    async with notes.work() as work:
        await write(work, 1, "0")
    command = [sys.executable, "-c", _OTHER_PROCESS, database_url, "1.5"]
    core = str(Path(__file__).parents[2] / "core")
    processes = [
        await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, env={"PYTHONPATH": core})
        for _ in range(4)
    ]
    answers = [(await process.communicate())[0].split() for process in processes]
    counts = [int(count) for count, _ in answers]
    assert sum(counts) == int((await noted(notes))[0])
    # A starved writer would have run into the busy time-out of five seconds.
    assert max(float(worst) for _, worst in answers) < 4.0


async def test_who_has_just_been_in_waits_behind_those_already_waiting(tmp_path):
    """Without the queue before the gate, whoever leaves could step in again before the others have woken up."""
    gates = [Gate(tmp_path / "db") for _ in range(2)]
    for gate in gates:
        gate.open()
    turns = ["first"]
    gates[0].enter()

    def second():
        gates[1].enter()
        turns.append("second")
        gates[1].leave()

    waiting = threading.Thread(target=second, daemon=True)
    waiting.start()
    with (tmp_path / "db-queue").open() as queue:
        for _ in range(200):
            try:
                fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                break
            fcntl.flock(queue, fcntl.LOCK_UN)
            await asyncio.sleep(0.01)
        else:
            pytest.fail("nobody queues before the gate")
    gates[0].leave()
    gates[0].enter()
    turns.append("first again")
    gates[0].leave()
    waiting.join()
    for gate in gates:
        gate.close()
    assert turns == ["first", "second", "first again"]


@ONLY_SQLITE
async def test_a_writer_that_cannot_begin_leaves_the_writer_usable(notes, database_url):
    """Somebody holds the lock of the file: BEGIN fails, and everything works again once they let go."""
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with Database(database_url, patience_s=0.3) as hasty:
        for _ in range(3):
            with pytest.raises(Busy):
                async with hasty.work() as work:
                    await write(work, 1, "too early")
        assert await noted(hasty) == []
        other.execute("ROLLBACK")
        other.close()
        async with hasty.work() as work:
            await write(work, 1, "at last")
        assert await noted(hasty) == ["at last"]


@ONLY_SQLITE
async def test_every_sqlite_connection_is_durable_and_checks_references(notes):
    async with notes.work() as work:
        assert (await work.fetch("PRAGMA synchronous"))[0]["synchronous"] == 2
        assert (await work.fetch("PRAGMA foreign_keys"))[0]["foreign_keys"] == 1
        assert (await work.fetch("PRAGMA journal_mode"))[0]["journal_mode"] == "wal"


async def test_locks_taken_in_any_order_never_deadlock(database):
    store = await prepared(database)
    ids = [await add(store, "stock", on_hand=0) for _ in range(6)]
    records = store.records["stock"]
    chance = random.Random(7)

    async def one():
        for _ in range(8):
            wanted = chance.sample(ids, 4)
            async with database.work() as work:
                assert list(await records.lock(work, wanted)) == sorted(wanted)
                for each in wanted:
                    await records.add(work, each, "on_hand", 1)

    async with asyncio.timeout(20):
        await asyncio.gather(*(one() for _ in range(6)))
    async with database.work(write=False) as work:
        found = await records.get_many(work, ids)
    assert sum(each["on_hand"] for each in found.values()) == 6 * 8 * 4
