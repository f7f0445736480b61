"""One writer at a time over all processes that share a SQLite file, first come, first served.

SQLite's own busy handler sleeps and tries again, so that one of eight writers may wait past any time-out. Here everyone
queues at a lock file before BEGIN. Two locks make it fair: who holds the first is next in line for the second, so a
process that has just finished cannot step in front again.

Source: measured, eight writers: worst wait 6 s with the busy handler, a fraction of a second with a lock before BEGIN.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - a system without flock has SQLite's own lock only
    fcntl = None  # type: ignore[assignment]


class Gate:
    """The two lock files beside a database. Blocking: to be used in the thread of the writer alone."""

    def __init__(self, database: Path) -> None:
        self._paths = [database.with_name(f"{database.name}-{part}") for part in ("queue", "turn")]
        self._files: list[int] = []
        self.held = False

    def open(self) -> None:
        """Open the lock files, making them if need be."""
        self._files = [os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths]

    def enter(self) -> None:
        """Wait for our turn."""
        if fcntl is None or self.held:
            return
        queue, turn = self._files
        fcntl.flock(queue, fcntl.LOCK_EX)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
            self.held = True
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)

    def try_enter(self) -> bool:
        """Enter if nobody is in and nobody waits; return whether that was so."""
        if fcntl is None or self.held:
            return True
        queue, turn = self._files
        try:
            fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.held = True
        except OSError:
            return False
        finally:
            fcntl.flock(queue, fcntl.LOCK_UN)
        return True

    def leave(self) -> None:
        """Let the next one in; nothing happens if it is not our turn."""
        if fcntl is not None and self.held:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)
            self.held = False

    def close(self) -> None:
        """Close the lock files, which also gives back a lock that is held."""
        for file in self._files:
            with contextlib.suppress(OSError):
                os.close(file)
        self._files = []
        self.held = False
