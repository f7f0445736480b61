"""Play a page of documentation from top to bottom in an empty folder, and put in what really came out.

What a page may hold, in fenced blocks:

- `yaml file=PATH`: the whole of a file; it is written. `yaml append=PATH`: what comes at the end of a file.
- `diff file=PATH`: lines of a file with `-` before what goes, `+` before what comes, a blank before what stays.
- `console`: lines after `$ ` are typed into a shell; what follows is their output. `ordinance serve` goes on running,
  and so does `ordinance simulate`.
- `http`: a request, and after it the answer of the server that the page has started (`http head`: without its body).
- a comment `<!-- $ command -->` is typed as well, and shows nothing.

Ids, keys, dates and durations differ from day to day: they get stand-ins, so that a page stays as it is.
"""

import http.client
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "core/docs/guide/*.md", "core/docs/reference/api.md")
START_S = 60
WIDE = 100
DAY = "2026-11-24"
BLANK = "\n\n"
ANSWER = "HTTP/1.1 "
HEADERS = ("ETag", "Location", "Idempotency-Replayed", "Content-Type")

_BLOCK = re.compile(
    r"^```(console|http|yaml|diff)( head)?(?: (?:file|(append))=(\S+))?\n(.*?)^```$"
    r"|^<!-- \$ (.+?) -->$",
    re.M | re.S,
)
_SECONDS = re.compile(r"\b\d+\.\d+ s\b")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_LONG = re.compile(
    r"\b\d{18,19}\b|\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b|\b[0-9a-f]{16}\b|\b(?=\d*[a-f])[0-9a-f]{12}\b"
    r"|\bord_[A-Za-z0-9_-]{20,}|(?<=\"next\": \")[^\"]+"
)
_TYPED = re.compile(r"^```console$", re.M)


def walkthroughs() -> list[str]:
    """Return the pages that can be played, as paths from the root."""
    found = (path for pattern in PAGES for path in sorted(ROOT.glob(pattern)))
    return [path.relative_to(ROOT).as_posix() for path in found if _TYPED.search(path.read_text("utf-8"))]


def played(page: Path) -> str:
    """Return the text of a page with its output as it comes out now."""
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        try:
            return _BLOCK.sub(lambda found: _play(stage, found), text)
        finally:
            stage.close()


def _play(stage: "Stage", found: re.Match[str]) -> str:
    kind, head, append, file, body, silent = found.groups()
    if silent:
        stage.type(silent)
    elif kind == "yaml" and file:
        stage.write(file, body, append=bool(append))
    elif kind == "diff" and file:
        stage.change(file, body)
    elif kind == "console":
        return _fenced(found, "".join(_typed(stage, body)))
    elif kind == "http":
        return _fenced(found, _asked(stage, body, head=bool(head)))
    return found[0]


def _fenced(found: re.Match[str], now: str) -> str:
    """The block with its new text, or as it was when only durations differ."""
    before = found[5]
    same = _SECONDS.sub("0 s", before) == _SECONDS.sub("0 s", now)
    return found[0] if same else found[0].replace(before, now)


def _typed(stage: "Stage", body: str) -> Iterator[str]:
    for line in body.splitlines(keepends=True):
        if line.startswith("$ "):
            yield line
            out = stage.type(line[2:].strip())
            yield out if not out or out.endswith("\n") else f"{out}\n"


def _asked(stage: "Stage", body: str, *, head: bool) -> str:
    question = body.partition(f"\n{ANSWER}")[0].rstrip("\n")
    answer = stage.ask(question)
    return f"{question}\n\n{answer.partition(BLANK)[0] if head else answer}\n"


@dataclass
class Stage:
    """An empty folder, a shell in it, perhaps a server, and the stand-ins for what differs from day to day."""

    folder: Path
    server: subprocess.Popen[str] | None = None
    port: int = 0
    names: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def write(self, file: str, text: str, *, append: bool = False) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if append else ""
        path.write_text(before + text, "utf-8")

    def change(self, file: str, text: str) -> None:
        lines = text.splitlines()
        old = "\n".join(line[1:] for line in lines if line[:1] in (" ", "-"))
        new = "\n".join(line[1:] for line in lines if line[:1] in (" ", "+"))
        path = self.folder / file
        before = path.read_text("utf-8")
        assert before.count(old) == 1, f"{file} has {before.count(old)} times:\n{old}"
        path.write_text(before.replace(old, new), "utf-8")

    def type(self, command: str) -> str:
        if command.startswith(("ordinance serve", "ordinance simulate")):
            return self.serve(command)
        ran = subprocess.run(
            ["bash", "-c", self._real(command)], cwd=self.folder, env=self._environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False,
        )  # fmt: skip
        if "Traceback (most recent call last)" in ran.stdout:
            raise RuntimeError(f"{command}\n{ran.stdout}")
        return self._shown(ran.stdout)

    def serve(self, command: str) -> str:
        self.close()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        words = [*shlex.split(command)[1:], "--port", str(self.port)]
        self.server = subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), *words], cwd=self.folder, env=self._environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.server.stdout is not None
        said = self.server.stdout.readline()
        until = time.monotonic() + START_S
        while time.monotonic() < until and self.server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return said.replace(str(self.port), "8000")
            time.sleep(0.05)
        raise RuntimeError(f"{command}: it does not listen")

    def ask(self, question: str) -> str:
        head, _, body = self._real(question).partition("\n\n")
        first, *rest = head.splitlines()
        method, path, *_ = first.split()
        headers = dict(line.split(": ", 1) for line in rest)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        if body:
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body=body.encode() or None, headers=headers)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        lines = [f"{ANSWER}{answer.status} {answer.reason}"]
        lines += [f"{name}: {answer.headers[name]}" for name in HEADERS if name in answer.headers]
        return self._shown("\n".join([*lines, "", _spread(said)]).rstrip())

    def close(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(30)
            self.server = None

    def _environment(self) -> dict[str, str]:
        here = self.folder / ".bin"
        if not here.exists():
            here.mkdir()
            (here / "ordinance").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n')
            (here / "ordinance").chmod(0o755)
        path = f"{here}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}

    def _real(self, text: str) -> str:
        for real, name in self.names.items():
            text = text.replace(name, real)
        return text

    def _shown(self, text: str) -> str:
        text = _LONG.sub(lambda found: self._name(found[0]), text)
        text = _INSTANT.sub(f"{DAY}T02:00:00Z", text)
        now = datetime.now(UTC)
        for day in {now.date(), (now + timedelta(hours=8)).date()}:
            text = text.replace(day.isoformat(), DAY).replace(f"{day:%Y%m%d}", DAY.replace("-", ""))
        return text.replace(f"{self.folder}/", "")

    def _name(self, real: str) -> str:
        """A stand-in, the same on every day: numbered by who came first among those of its kind."""
        if real not in self.names:
            kind = "token" if real.startswith("ord_") else "id" if real.isdigit() else f"0{len(real)}"
            count = self.counts[kind] = self.counts.get(kind, 0) + 1
            hexadecimal = re.fullmatch("[0-9a-f]+", real)
            self.names[real] = (
                f"ord_example_{count}" if kind == "token"
                else f"{7411820906283012096 + 4096 * count}" if kind == "id"
                else f"{count:{kind}}" if hexadecimal
                else f"cursor-{count}"
            )  # fmt: skip
        return self.names[real]


def _spread(said: str) -> str:
    """A JSON body over as many lines as it needs, short members side by side; anything else as it is."""
    try:
        value = json.loads(said)
    except ValueError:
        return said
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict) or len(flat) <= WIDE:
        return flat
    return "{\n" + "\n".join(_filled([f"{json.dumps(name)}: {_member(each)}" for name, each in value.items()])) + "\n}"


def _filled(members: list[str]) -> Iterator[str]:
    line = " "
    for number, member in enumerate(members):
        text = member + ("," if number < len(members) - 1 else "")
        if line.strip() and ("\n" in text or len(line) + len(text) >= WIDE):
            yield line
            line = " "
        line += f" {text}"
    yield line


def _member(value: object) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if isinstance(value, list) and len(flat) > WIDE:
        return "[\n" + ",\n".join(f"    {json.dumps(each, ensure_ascii=False)}" for each in value) + "\n  ]"
    return flat
