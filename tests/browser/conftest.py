"""Browser tests: Debian's Chromium driven by Playwright, against the gallery of sample screens. Own pytest process."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
DEMANDED = os.environ.get("ORDINANCE_DEMAND_BROWSER") == "1"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None and not DEMANDED:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: the screens were not tested"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS.split()}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1440, "height": 900}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not listen")


@contextmanager
def served(program: str, *arguments: str) -> Iterator[str]:
    port = free_port()
    path = os.pathsep.join([str(HERE.parents[1] / "core"), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, str(HERE / program), str(port), *arguments]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """The gallery: every screen with sample data."""
    with served("gallery.py") as address:
        yield address


@pytest.fixture(scope="session")
def live_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The default site itself, with a few customers, products and orders."""
    with served("company.py", str(tmp_path_factory.mktemp("site"))) as address:
        yield address


class Watch:
    """What a page complained of: script errors and breaches of the content policy."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def on(self, page: Any) -> None:
        page.on("pageerror", lambda fault: self.complaints.append(f"{page.url}: {fault}"))
        page.on("console", lambda said: self._console(page, said))

    def _console(self, page: Any, said: Any) -> None:
        if "Content Security Policy" in said.text or (said.type == "error" and "status of" not in said.text):
            self.complaints.append(f"{page.url}: {said.text}")


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def open_window(browser: Any, browser_context_args: dict[str, Any], watch: Watch) -> Iterator[Callable[[int], Any]]:
    """Open a page in a window of a width; up to 500 pixels it is a phone with a touch screen."""
    contexts = []

    def opened(width: int) -> Any:
        size = {"viewport": {"width": width, "height": 844}, "has_touch": width < 500}
        contexts.append(browser.new_context(**{**browser_context_args, **size}))
        page = contexts[-1].new_page()
        watch.on(page)
        return page

    yield opened
    for each in contexts:
        each.close()


@pytest.fixture(autouse=True)
def nothing_to_complain_of(request: pytest.FixtureRequest, watch: Watch) -> Iterator[None]:
    """Every test fails on a script error and on a breach of the content policy."""
    if "page" in request.fixturenames:
        watch.on(request.getfixturevalue("page"))
    yield
    assert watch.complaints == []
