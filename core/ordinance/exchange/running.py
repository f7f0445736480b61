"""Work on batches in the background: check, write, take back. A chunk of rows is one transaction, so others get on.

Whoever works on a batch holds a lease on it, renewed with every chunk; where a process ends in the middle another goes
on behind the last chunk, with nothing done twice. Leaving the page stops nothing.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping as MappingOf
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ordinance.acts import Call, House
from ordinance.blueprint import Entity
from ordinance.exchange.batches import BUSY, Batch, batch_of, log, mapping_of, mended, plain_bad, tables_in
from ordinance.exchange.mapping import Mapping, completed, keys_of
from ordinance.exchange.rows import Bad, Raw, Reader, Row, faults_of_files, unfolded
from ordinance.exchange.taking import Outcome, Seen, Taker, Undo
from ordinance.exchange.undoing import take_back
from ordinance.storage import ImportRow, Superseded, Work

CHUNK = 25
"""Records that are tried or written in one transaction."""

WHOLE_MAX = 300
"""Up to so many records, all or nothing is one transaction. Beyond that others would wait too long: what was written
is taken back if a row turns out bad."""

LEASE_S = 60
_LOG = logging.getLogger("ordinance.imports")
_REVISIONS_MAX = 5
_TO_TRY = frozenset({"bad", "skipped", "waiting"})


class Runner:
    """The batches that this process works on. One for a process."""

    def __init__(self) -> None:
        self._owner = secrets.token_hex(8)
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def start(self, house: House, call: Call, id: int) -> None:
        """Work on a batch until it rests, unless this process does already."""
        known = self._tasks.get(id)
        if known is None or known.done():
            self._tasks[id] = asyncio.create_task(self._watched(house, replace(call, channel="import", key=None), id))

    async def wait(self, id: int, seconds: float) -> None:
        """Wait for a batch to rest, but not for long."""
        task = self._tasks.get(id)
        if task is not None:
            await asyncio.wait({task}, timeout=seconds)

    async def close(self) -> None:
        """Stop working; what is left goes on when somebody looks at it again."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    async def _watched(self, house: House, call: Call, id: int) -> None:
        try:
            await work_on(house, call, id, self._owner)
        except Exception:
            _LOG.exception("the import %s could not be done", id)
            async with house.database.work() as work:
                await house.force.store.imports.move(work, id, BUSY, state="broken", owner=None, ended_at=call.now)
        finally:
            if self._tasks.get(id) is asyncio.current_task():
                del self._tasks[id]


async def work_on(house: House, call: Call, id: int, owner: str) -> None:
    """Do what a batch asks for until it rests, or another process has it.

    Args:
        house: The site.
        call: Who asked for it.
        id: The batch.
        owner: Names this process.
    """
    began = time.monotonic()

    def now() -> datetime:
        return call.now + timedelta(seconds=time.monotonic() - began)

    while True:
        async with house.database.work() as work:
            if not await house.force.store.imports.claim(work, id, owner, now(), now() + timedelta(seconds=LEASE_S)):
                return
            row = await house.force.store.imports.get(work, id)
            counts = await house.force.store.imports.counts(work, id)
        if row is None or row["state"] not in BUSY:
            await _let_go(house, id)
            return
        batch = batch_of(row, counts)
        job = await _job(house, call, batch, owner, now)
        if job is not None:
            await {"checking": job.check, "running": job.run}.get(batch.state, job.undo)()


async def _let_go(house: House, id: int) -> None:
    async with house.database.work() as work:
        await house.force.store.imports.change(work, id, owner=None, lease_until=None)


async def _job(house: House, call: Call, batch: Batch, owner: str, now: Any) -> _Job | None:
    """Return the work on a batch; None, and the batch rests, if its files are wrong as a whole."""
    entity = house.blueprint.entities.get(batch.entity)
    imports = house.force.store.imports
    if entity is None:
        async with house.database.work() as work:
            await imports.change(work, batch.id, state="broken", owner=None)
        return None
    tables = mended(await tables_in(house, batch), batch.edits)
    mapping = mapping_of(batch.mapping or {})
    sheet, lines = unfolded(tables.main, mapping, tables.lines)
    mapping = completed(mapping, entity, sheet, lines)
    lines = {name: each for name, each in lines.items() if name in mapping.lines}
    names = {each.name: field for field, each in tables.all.items()}
    faults = list(dict.fromkeys(faults_of_files(entity, mapping, sheet, lines)))
    if faults and batch.state in ("checking", "running"):
        async with house.database.work() as work:
            await imports.change(
                work, batch.id, state="checked", faults=[plain_bad(each, names) for each in faults], ended_at=now()
            )
            await imports.forget_rows(work, batch.id)
        return None
    plan = await asyncio.to_thread(lambda: list(Reader(house, entity, mapping, call.locale).plan(sheet, lines)))
    return _Job(house, call, batch, owner, now, entity, mapping, plan, names)


@dataclass(slots=True)
class _Job:
    """The work on one batch in one state."""

    house: House
    call: Call
    batch: Batch
    owner: str
    now: Any
    entity: Entity
    mapping: Mapping
    plan: list[Raw]
    names: MappingOf[str, str]

    @property
    def imports(self) -> Any:
        return self.house.force.store.imports

    # Check

    async def check(self) -> None:
        """Try every row and write nothing. Of rows that were tried already only the bad ones are tried again."""
        skipped = set(self.batch.edits.get("skip") or ())
        async with self.house.database.work() as work:
            known = {row.position: row for row in await self.imports.rows(work, self.batch.id)}
            if len(known) != len(self.plan):
                known = {}
                await self.imports.forget_rows(work, self.batch.id)
            await self.imports.change(work, self.batch.id, total=len(self.plan), faults=None)
        again = [at for at in range(len(self.plan)) if at not in known or known[at].outcome in _TO_TRY]
        seen = await self._seen(set(range(len(self.plan))) - set(again))
        done = len(self.plan) - len(again)
        for begin in range(0, len(again), CHUNK):
            chunk = again[begin : begin + CHUNK]
            tried = [at for at in chunk if self.plan[at].number not in skipped or self.plan[at].cells is None]
            rows = await self._tried(tried, seen)
            rows += [ImportRow(at, self.plan[at].number, "skipped") for at in chunk if at not in tried]
            done += len(chunk)
            if not await self._progress(rows, done):
                return
            if await self._is_cancelled():
                await self._rest("new")
                return
        await self._rest("checked")

    async def _seen(self, others: set[int]) -> Seen:
        """Return what rows said that are not tried again."""
        seen = Seen()
        for count, at in enumerate(sorted(others)):
            taker = self._taker(seen)
            if self.plan[at].cells is not None:
                taker.note(self._reader().row(self.plan[at]))
            if count % CHUNK == 0:
                await asyncio.sleep(0)
        return seen

    async def _tried(self, positions: list[int], seen: Seen) -> list[ImportRow]:
        found: list[ImportRow] = []

        async def chunk(_work: Work) -> None:
            found[:] = [row for row, _ in await self._taken(positions, seen)]
            raise Undo

        with suppress(Undo):
            await self._under_the_revision(chunk)
        return [replace(row, record=None, version=None, before=None) for row in found]

    # Run

    async def run(self) -> None:
        """Write the rows: the good ones, or all of them or none."""
        everything = self.batch.mode == "all"
        size = max(len(self.plan), 1) if everything and len(self.plan) <= WHOLE_MAX else CHUNK
        skipped = set(self.batch.edits.get("skip") or ())
        seen = Seen()
        if not self.batch.position:
            async with self.house.database.work() as work:
                await self.imports.await_rows(work, self.batch.id)
        for begin in range(self.batch.position, len(self.plan), size):
            chunk = [
                at for at in range(begin, min(begin + size, len(self.plan))) if self.plan[at].number not in skipped
            ]
            bad = await self._written(chunk, min(begin + size, len(self.plan)), seen, everything=everything)
            if bad is None:
                return
            if bad:
                async with self.house.database.work() as work:
                    await self.imports.keep_rows(work, self.batch.id, bad)
                await self._give_up(begin)
                return
            if await self._is_cancelled():
                await (self._give_up(begin + size) if everything else self._rest("cancelled"))
                return
            await asyncio.sleep(0)
        await self._rest("done")
        await self._log("import")

    async def _give_up(self, done: int) -> None:
        """All or nothing came to nothing: what earlier chunks wrote is taken back."""
        state = "retracting" if done else ("cancelled" if await self._is_cancelled() else "refused")
        async with self.house.database.work() as work:
            await self.imports.change(work, self.batch.id, state=state, position=0, ended_at=self.now())

    async def _written(
        self, positions: list[int], done: int, seen: Seen, *, everything: bool
    ) -> list[ImportRow] | None:
        """Write a chunk and how far that is, in one transaction; return what is bad if that stops it.

        None: another process has the batch.
        """
        bad: list[ImportRow] = []
        lost = False

        async def chunk(work: Work) -> None:
            nonlocal lost
            if not await self._keep_lease(work):
                lost = True
                return
            rows = [row for row, _ in await self._taken(positions, seen)]
            bad[:] = [row for row in rows if row.outcome == "bad"] if everything else []
            if bad:
                raise Undo
            await self.imports.keep_rows(work, self.batch.id, rows)
            await self.imports.change(work, self.batch.id, position=done)

        with suppress(Undo):
            await self._under_the_revision(chunk)
        return None if lost else bad

    # Take back

    async def undo(self) -> None:
        """Take back what was written, the last row first."""
        done = self.batch.position
        while True:
            async with self.house.database.work() as work:
                if not await self._keep_lease(work):
                    return
                rows = await self.imports.rows(
                    work, self.batch.id, ("created", "updated"), limit=CHUNK, written=True, to_undo=True,
                    last_first=True,
                )  # fmt: skip
                for row in rows:
                    why = await take_back(self.house, replace(self.call, now=self.now()), self.entity, row)
                    await self.imports.set_undone(work, self.batch.id, row.position, why)
                done += len(rows)
                await self.imports.change(work, self.batch.id, position=done)
            if not rows:
                break
            await asyncio.sleep(0)
        if self.batch.state == "retracting":
            await self._rest("cancelled" if self.batch.cancelled else "refused")
            return
        await self._rest("undone")
        await self._log("import_undone")

    # Shared

    async def _taken(self, positions: list[int], seen: Seen) -> list[tuple[ImportRow, Outcome]]:
        """Take some rows in the transaction at hand."""
        taker, reader = self._taker(seen), self._reader()
        found = []
        for at in positions:
            row = reader.row(self.plan[at])
            outcome = await taker.one(row)
            found.append((self._kept(at, row, outcome), outcome))
        return found

    def _taker(self, seen: Seen) -> Taker:
        call = replace(self.call, now=self.now())
        return Taker(
            self.house, call, self.entity, self.mapping, seen=seen, coming=self._coming(), remembers=True
        )

    def _reader(self) -> Reader:
        return Reader(self.house, self.entity, self.mapping, self.call.locale)

    def _coming(self) -> frozenset[str]:
        """Return the keys of the records in the file."""
        names = next(iter(keys_of(self.entity, self.mapping)), ())
        source = self.mapping.fields.get(names[0]) if len(names) == 1 else None
        if source is None or self.batch.state != "checking":
            return frozenset()
        return frozenset(raw.cells.get(source.column, "").strip() for raw in self.plan if raw.cells is not None)

    def _kept(self, at: int, row: Row, outcome: Outcome) -> ImportRow:
        faults = [plain_bad(each, self.names) for each in _in_order(self.plan[at], row.faults)]
        return ImportRow(at, row.number, outcome.kind, faults, outcome.record, outcome.version, outcome.before)

    async def _under_the_revision(self, chunk: Any) -> None:
        """Run a chunk under the revision in force; again if that has changed."""
        for _ in range(_REVISIONS_MAX):
            try:
                await self.house.database.run(chunk, revision=self.house.version)
            except Superseded:
                if self.house.renew is None:
                    raise
                await self.house.renew()
            else:
                return
        raise Superseded

    async def _keep_lease(self, work: Work) -> bool:
        now = self.now()
        kept: bool = await self.imports.claim(work, self.batch.id, self.owner, now, now + timedelta(seconds=LEASE_S))
        return kept

    async def _progress(self, rows: list[ImportRow], done: int) -> bool:
        async with self.house.database.work() as work:
            if not await self._keep_lease(work):
                return False
            await self.imports.keep_rows(work, self.batch.id, rows)
            await self.imports.change(work, self.batch.id, position=done)
        return True

    async def _is_cancelled(self) -> bool:
        async with self.house.database.work(write=False) as work:
            row = await self.imports.get(work, self.batch.id)
        return row is None or bool(row["cancelled"])

    async def _rest(self, state: str) -> None:
        async with self.house.database.work() as work:
            await self.imports.change(work, self.batch.id, state=state, ended_at=self.now())

    async def _log(self, what: str) -> None:
        async with self.house.database.work(write=False) as work:
            counts = await self.imports.counts(work, self.batch.id)
        await log(self.house, replace(self.call, now=self.now()), self.batch, what, counts)


def _in_order(raw: Raw, faults: list[Bad]) -> list[Bad]:
    """Return faults in the order in which their cells stand in the file, those of the record first."""
    cells = [*(raw.cells or {}), *(name for _, rows in raw.lines.values() for _, line in rows[:1] for name in line)]
    place = {name: at for at, name in reversed(list(enumerate(cells)))}
    return sorted(faults, key=lambda each: (each.file != raw.file, each.row, place.get(each.column, -1)))
