"""One look a second at what has happened, for everybody who listens in this process.

It looks only while somebody listens, holds a connection of the database for no longer than the query, and tells each
listener through a queue of its own. Another process is heard as this one is: both read the same table of events.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from ordinance.acts import House
from ordinance.acts.feed import MOST, OVERLAP_S, News, floor, newest, since

PAUSE_S = 1.0
"""Seconds between two looks."""

_WAITING_MOST = 100
_EACH_MOST = 20
_LOG = logging.getLogger("ordinance.feed")


@dataclass(frozen=True, slots=True)
class Batch:
    """What one look found. `everything` says that it was more than one look takes, or that other rules hold now."""

    news: tuple[News, ...] = ()
    everything: bool = False


Queue = asyncio.Queue[Batch | None]


class Hub:
    """Listens to the events of one site, for any number of listeners.

    Args:
        house: Gives the site.
        leaving: Says whether the server is about to stop.
        pause_s: Seconds between two looks.
    """

    def __init__(
        self, house: Callable[[], House], leaving: Callable[[], bool] = lambda: False, pause_s: float = PAUSE_S
    ) -> None:
        self._house = house
        self._leaving = leaving
        self._pause_s = pause_s
        self._queues: dict[Queue, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._known: set[int] = set()
        self.last = 0
        """The newest event that was heard."""

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._queues)

    def is_full_of(self, actor: int) -> bool:
        """Return whether somebody listens in so many browsers already that one more is not taken."""
        return Counter(self._queues.values())[actor] >= _EACH_MOST

    @contextmanager
    def listen(self, actor: int) -> Iterator[Queue]:
        """Give a queue with what happens from now on; None in it says that the server is about to stop."""
        queue: Queue = asyncio.Queue(_WAITING_MOST)
        self._queues[queue] = actor
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield queue
        finally:
            self._queues.pop(queue, None)
            if not self._queues and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _watch(self) -> None:
        rules = self._house().force.blueprint.revision
        await self._begin()
        while not self._leaving():
            await asyncio.sleep(self._pause_s)
            try:
                fresh = await self._look()
            except Exception:
                _LOG.warning("the events could not be read; they are looked for again", exc_info=True)
                continue
            now = self._house().force.blueprint.revision
            if fresh or now != rules:
                self._tell(Batch(tuple(fresh), everything=now != rules or len(fresh) >= MOST))
                rules = now
        for queue in self._queues:
            with suppress(asyncio.QueueFull):
                queue.put_nowait(None)

    async def _begin(self) -> None:
        """Know what there is already, so that only what comes later is told."""
        while True:
            try:
                self.last = await newest(self._house())
                self._known = {each.id for each in await since(self._house(), self.last, overlap_s=OVERLAP_S)}
                return
            except Exception:
                _LOG.warning("the events could not be read; they are looked for again", exc_info=True)
                await asyncio.sleep(self._pause_s)

    async def _look(self) -> list[News]:
        found = await since(self._house(), self.last, overlap_s=OVERLAP_S)
        fresh = [each for each in found if each.id not in self._known]
        self.last = max([self.last, *(each.id for each in fresh)])
        if fresh:
            least = floor(self.last)
            self._known = {id for id in self._known if id > least} | {each.id for each in fresh}
        return fresh

    def _tell(self, batch: Batch) -> None:
        for queue in self._queues:
            if queue.full():
                # Nobody takes anything out of it: the oldest goes, and the rest is worth nothing without it.
                queue.get_nowait()
                queue.put_nowait(replace(batch, everything=True))
            else:
                queue.put_nowait(batch)
