"""What a page may weigh, and that a warm one is a single request. Source: ui.md §10."""

from __future__ import annotations

from typing import Any


def test_pages_stay_within_their_weight(page: Any, base_url: str) -> None:
    for address, most in (("/o/sales_order/1", 30), ("/o/sales_order", 60), ("/", 30)):
        for lang in ("zh", "en"):
            size = len(page.request.get(f"{base_url}{address}?lang={lang}").body())
            print(f"{address} {lang}: {size} bytes")  # noqa: T201
            assert size <= most * 1024, address


def test_a_warm_page_is_one_request(page: Any, base_url: str) -> None:
    # The stream of what changes is never idle, so the first look at a page gets a moment to fetch what it wants.
    page.goto(base_url + "/o/sales_order/1")
    page.wait_for_timeout(1500)
    page.goto(base_url + "/o/sales_order/1")
    page.wait_for_timeout(500)
    asked = page.evaluate("performance.getEntriesByType('resource').filter(e => e.transferSize > 0).map(e => e.name)")
    assert asked == []


def test_what_is_static_is_kept_for_ever(page: Any, base_url: str) -> None:
    page.goto(base_url + "/")
    answer = page.request.get(base_url + page.locator("link[rel=stylesheet]").first.get_attribute("href"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert page.request.get(f"{base_url}/static/0123456789ab/js/main.js").status == 404
