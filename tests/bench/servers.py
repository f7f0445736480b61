"""Servers as real processes: the product and the bare one, on loopback ports, with the CPU time they take."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
_START_S = 60
_TICKS_PER_S = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Process:
    """One server; `url` is where it listens, `started_s` how long it took to be ready."""

    def __init__(self, words):
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        began = time.perf_counter()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `stop`
        self._process = subprocess.Popen(
            [sys.executable, *words, "--port", str(self.port)], stdout=self._log, stderr=self._log, cwd=ROOT
        )
        self._wait(began + _START_S)
        self.started_s = time.perf_counter() - began

    def _wait(self, deadline):
        while time.perf_counter() < deadline and self._process.poll() is None:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"{self.url}/ready").close()
                return
            time.sleep(0.01)
        self._log.seek(0)
        words = self._log.read().decode(errors="replace")
        self.stop()
        raise RuntimeError(f"the server did not start: {words[-3000:]}")

    def cpu_s(self):
        """Return the CPU time of the process so far; 0 where the system does not tell."""
        stat = Path(f"/proc/{self._process.pid}/stat")
        if not stat.exists():
            return 0.0
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def product(site, url):
    return Process(["cli.py", "serve", "--site", str(site), "--database", url])


def bare(url):
    return Process(["tests/bench/bare.py", "--database", url])


@contextlib.contextmanager
def running(start, count):
    """Run so many servers while the block lasts; the first makes the tables, so the others wait for it."""
    found = []
    try:
        for _ in range(count):
            found.append(start())  # noqa: PERF401 - those that did start are to be stopped
        yield found
    finally:
        for each in found:
            each.stop()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
