"""The one door to the typesetter: a process of its own, started when somebody prints, ended when nobody does.

The event loop never waits for it: requests go through pipes, one at a time. One that takes too long costs the process
its life, and the next request starts another.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ordinance.printing.fonts import FAMILIES, find_fonts

PATIENCE_S = 20.0
"""Seconds one paper may take."""

IDLE_S = 120.0
"""Seconds after which the process ends if nobody prints."""

_HEAD = struct.Struct(">I")
_PROGRAM = Path(__file__).with_name("typesetter.py")
_NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: what a template would fetch from the network does not come."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong: a code of the catalogue, the typesetter's words, and where in which file of the folder."""

    code: str
    detail: str = ""
    file: str = ""
    line: int = 1
    column: int = 1


class PressError(Exception):
    """Nothing was printed; `faults` say why."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{each.code}: {each.detail}" for each in faults))


class Press:
    """Sets pages. One for a process is enough.

    Args:
        fonts: Folders with fonts; those that `find_fonts` gives when left out.
        patience_s: Seconds one paper may take.
    """

    def __init__(self, fonts: tuple[Path, ...] | None = None, *, patience_s: float = PATIENCE_S) -> None:
        self._fonts = fonts
        self.patience_s = patience_s
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    def __del__(self) -> None:
        self._end()

    async def pages(
        self, root: Path, main: str, data: Any, *, at: datetime, kind: Literal["pdf", "png"] = "pdf", ppi: int = 96
    ) -> list[bytes]:
        """Return a PDF as the only item, or a picture of each page.

        Args:
            root: The folder of templates, whose name changes with what is in it.
            main: The template.
            data: What it is given, JSON-ready.
            at: What the file says it was made at; the same input gives the same bytes.
            kind: `pdf` or `png`.
            ppi: Fineness of a picture.

        Raises:
            PressError: the template is wrong or too slow, or there is no font.
        """
        fonts = find_fonts() if self._fonts is None else self._fonts
        if not fonts:
            raise PressError(Fault("print_no_font"))
        asked = {
            "fonts": [str(each) for each in fonts], "families": FAMILIES, "root": str(root), "main": main,
            "data": json.dumps(data, ensure_ascii=False), "format": kind, "ppi": ppi, "timestamp": int(at.timestamp()),
        }  # fmt: skip
        async with self._turn:
            said, pages = await self._in_time(asked, main)
        self._rest()
        if said.get("faults"):
            raise PressError(*(_fault(each) for each in said["faults"]))
        return pages

    async def _in_time(self, asked: dict[str, Any], main: str) -> tuple[dict[str, Any], list[bytes]]:
        """Ask in a thread; whatever keeps the answer from coming whole ends the process, and with it the thread."""
        asking = asyncio.ensure_future(asyncio.to_thread(self._ask, asked))
        try:
            done, _ = await asyncio.wait({asking}, timeout=self.patience_s)
        except asyncio.CancelledError:
            self._end()
            asking.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
            raise
        if not done:
            self._end()
            await asyncio.wait({asking})
            asking.exception()
            raise PressError(Fault("print_slow", f"{self.patience_s:g}", main))
        try:
            return asking.result()
        except (EOFError, OSError) as gone:
            self._end()
            raise PressError(Fault("print_failed", file=main)) from gone

    def _ask(self, asked: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        process = self._running()
        assert process.stdin is not None
        text = json.dumps(asked).encode()
        process.stdin.write(_HEAD.pack(len(text)) + text)
        process.stdin.flush()
        (size,) = _HEAD.unpack(_exactly(process, _HEAD.size))
        said = json.loads(_exactly(process, size))
        return said, [_exactly(process, each) for each in said.get("pages", ())]

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SYSTEMROOT")}
            silent = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), _NOWHERE)
            self._process = subprocess.Popen(  # noqa: S603 - our own program, nothing of the request among its words
                [sys.executable, "-I", str(_PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env={**inherited, **silent},
            )  # fmt: skip
        return self._process

    def _rest(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._retire)

    def _retire(self) -> None:
        if not self._turn.locked():
            self._end()

    def close(self) -> None:
        """End the process, whatever it is doing; the next paper starts another."""
        if self._idle is not None:
            self._idle.cancel()
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _exactly(process: subprocess.Popen[bytes], size: int) -> bytes:
    assert process.stdout is not None
    content = process.stdout.read(size)
    if len(content) != size:
        raise EOFError
    return content


def _fault(said: dict[str, Any]) -> Fault:
    return Fault(
        said["code"], said.get("detail", ""), said.get("file", ""), int(said.get("line", 1)), int(said.get("column", 1))
    )
