"""Ids: 63 bits, ordered by time, made by the application so that a record has its id before it is written."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime

_EPOCH_MS = int(datetime(2010, 1, 1, tzinfo=UTC).timestamp() * 1000)
_LOW_BITS = 22
_LARGEST = 2**63 - 1


def last_of(moment: datetime) -> int:
    """Return the largest id that a thing of this moment can have: what has no id of its own is put in order by it."""
    return ((max(int(moment.timestamp() * 1000) - _EPOCH_MS, 1) + 1) << _LOW_BITS) - 1


def earlier(id: int, seconds: float) -> int:
    """Return an id below every id made later than so many seconds before this one."""
    return max(id - (int(seconds * 1000) << _LOW_BITS), 0)


class Ids:
    """Makes ids for one process: 41 bits of milliseconds, then 22 bits that begin at random and count up.

    Two processes may draw the same id within one millisecond, though very rarely; the primary key refuses it and the
    act runs again (`Collision`).
    """

    def __init__(self, random_bits: Callable[[int], int] | None = None) -> None:
        # They keep processes apart and are no secret: a generator of our own, seeded by the system, asks it only once.
        self._random_bits = random_bits or random.Random().getrandbits  # noqa: S311
        self._last = 0
        self._lock = threading.Lock()

    def new(self, now: datetime) -> int:
        """Return an id larger than every id this object made before.

        Args:
            now: An aware moment from 2010 to 2079; it is the upper part of the id.
        """
        moment = max(int(now.timestamp() * 1000) - _EPOCH_MS, 1)
        with self._lock:
            fresh = (moment << _LOW_BITS) | self._random_bits(_LOW_BITS - 1)
            self._last = fresh if fresh > self._last else self._last + 1
            if self._last > _LARGEST:
                raise OverflowError("no ids are left after the year 2079")
            return self._last
