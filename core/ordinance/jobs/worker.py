"""Look for what is due once a second: timers, reminders, documents of the calendar, messages, changes for today."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from ordinance.acts import House, tick
from ordinance.changes import apply_due
from ordinance.storage import StorageError

PAUSE_S = 1.0
"""Seconds between two looks when nothing was due."""

_LOG = logging.getLogger("ordinance.worker")


async def work_through(house: House, clock: Callable[[], datetime], *, pause_s: float = PAUSE_S) -> None:
    """Do what is due until cancelled. Several processes may run this: rows are claimed under locks.

    Args:
        house: The site.
        clock: Gives the present instant.
        pause_s: Seconds to wait when nothing was due.
    """
    while True:
        try:
            done = await tick(house, clock()) + await apply_due(house, clock())
        except StorageError:
            _LOG.warning("the database could not be had; the worker looks again", exc_info=True)
            done = 0
        except Exception:
            _LOG.exception("something due could not be done; the worker goes on")
            done = 0
        await asyncio.sleep(0 if done else pause_s)
