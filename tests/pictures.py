"""Take the pictures of the documents: the sample company in a folder of its own, seen in Chromium.

`python tests/pictures.py` writes `core/docs/pictures/order.png`: an order at its review, as the reviewer sees it.
"""

# ruff: noqa: T201

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "core" / "docs" / "pictures"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
SIZE = {"width": 1440, "height": 900}
REVIEWER, PASSWORD = "reviewer", "chenlan-2026"
START_S = 60
TRIED, FITTING = 18, 4


def ordinance(*words: str) -> list[str]:
    """Return the command line of the program."""
    return [sys.executable, str(ROOT / "cli.py"), *words]


@contextmanager
def sample_company() -> Iterator[str]:
    """Fill a sample company and serve it; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        site = f"{folder}/company"
        subprocess.run(ordinance("init", site), check=True, stdout=subprocess.DEVNULL)
        subprocess.run(ordinance("demo", "--site", site, "--no-serve", "--locale", "zh"), check=True)
        serve = ordinance("serve", "--site", site, "--port", str(port))
        server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            listening(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def listening(port: int) -> None:
    """Wait until the server listens."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("the server does not listen")


def sign_in(browser: Browser, address: str, name: str) -> Page:
    """Return a page on which somebody has signed in."""
    page = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=SIZE).new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("form.in button")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def order(page: Page, address: str) -> None:
    """Of the orders that wait for the reviewer, show the one with the most lines that still fit."""
    page.goto(f"{address}/o/sales_order?step=order_review")
    links = [each.get_attribute("href") for each in page.locator("main td a[href^='/o/sales_order/']").all()]
    found: dict[int, str] = {}
    for link in links[:TRIED]:
        page.goto(f"{address}{link}")
        found.setdefault(int(page.locator("x-grid [data-rows]").first.inner_text()), page.url)
    page.goto(found[max((lines for lines in found if lines <= FITTING), default=min(found))])
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / "order.png")
    print(f"wrote {(PICTURES / 'order.png').relative_to(ROOT)}")


def main() -> int:
    """Take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sample_company() as address, sync_playwright() as tools:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=flags)
        order(sign_in(browser, address, REVIEWER), address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
