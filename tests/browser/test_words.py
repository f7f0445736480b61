"""Both languages are whole on every page that can be reached, and no page is wider than its window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from browser.company import CUSTOMERS, PASSWORD, PRODUCTS, SITE
from browser.own import live_url  # noqa: F401 - a fixture
from sizes import is_full

from ordinance.blueprint import load
from ordinance.web.ui.messages import WORDS
from ordinance.yamlfile import read

PEOPLE = ("system_administrator", "order_reviewer", "customer")
WIDTHS = (390, 760, 1180, 1440, 2560)
CHINESE = re.compile("[\u3400-\u9fff]+")
PAGES_MOST = 400 if is_full() else 90
NAMES = ("周安", "孙立", "李倩", "张伟", "何强", "吴敏", "新同事", "瑞禾采购", "陈雨", "华东", "中文", "语言")
LEFT_OUT = re.compile(r"^/(static|files|sign-out)|/export|[?&]sort=|/print\b.*pdf|\.pdf|[?&]as=|/template")


class Page(HTMLParser):
    """The texts a reader meets on a page, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._quiet = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._quiet += tag in ("script", "style", "code", "datalist", "pre")
        names = ("placeholder", "aria-label", "title", "alt")
        if not self._quiet:
            self.texts += [given[each] for each in names if given.get(each)]
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in ("script", "style", "code", "datalist", "pre")

    def handle_data(self, data: str) -> None:
        if not self._quiet and data.strip():
            self.texts.append(data.strip())


def crawled(request: Any, url: str) -> Iterator[tuple[str, Page]]:
    """Yield the pages one comes to by links from the first one: of each kind of address one."""
    waiting, seen = ["/", "/me", "/keys", "/guide", "/handbook", "/notices", "/search?q=0001"], set[str]()
    count = 0
    headers = {"accept": "text/html"}
    while waiting and count < PAGES_MOST:
        address = waiting.pop(0).partition("#")[0]
        kind = re.sub(r"\d{6,}", "1", re.sub(r"=[^&]*", "=", address))
        kind = re.sub(r"/settings/revisions/\w+", "/settings/revisions/1", kind)
        if kind in seen or LEFT_OUT.search(address):
            continue
        seen.add(kind)
        answer = request.get(url + address, headers=headers)
        assert answer.status in (200, 403, 404), f"{address} answers {answer.status}"
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        count += 1
        page = Page(answer.text())
        waiting += page.links
        yield address, page


def own_data() -> str:
    """Every Chinese text that a record of the demonstration has: in no language but its own."""
    found = [*NAMES, *(part for each in (*CUSTOMERS, *PRODUCTS) for part in each)]
    paths = (*SITE.glob("config/data/*.yaml"), *SITE.glob("plugins/*/data/*.yaml"))
    found += [path.read_text("utf-8") for path in paths]
    return "\n".join(found)


@pytest.fixture(scope="module")
def signed_in(browser: Any, live_url: str) -> Iterator[dict[str, Any]]:
    contexts = {name: browser.new_context(base_url=live_url) for name in PEOPLE}
    for name, context in contexts.items():
        page = context.new_page()
        page.goto("/sign-in")
        page.locator("#name").fill(name)
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "/sign-in" not in address)
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("name", PEOPLE)
def test_no_chinese_is_left_on_an_english_page(signed_in: dict[str, Any], live_url: str, name: str) -> None:
    context = signed_in[name]
    context.add_cookies([{"name": "ordinance_locale", "value": "en", "url": live_url}])
    allowed = own_data()
    found = []
    for address, page in crawled(context.request, live_url):
        found += [
            f"{address}: {text[:60]}" for text in page.texts for run in CHINESE.findall(text) if run not in allowed
        ]
    assert sorted(set(found)) == []


@pytest.mark.parametrize("name", PEOPLE)
def test_no_english_label_is_left_on_a_chinese_page(signed_in: dict[str, Any], live_url: str, name: str) -> None:
    context = signed_in[name]
    context.add_cookies([{"name": "ordinance_locale", "value": "zh", "url": live_url}])
    labels = english_labels()
    found = []
    for address, page in crawled(context.request, live_url):
        found += [f"{address}: {text[:60]}" for text in page.texts if text in labels]
    assert sorted(set(found)) == []


def english_labels() -> frozenset[str]:
    """Every English label and word that is said otherwise in Chinese; what both say alike is no sign of anything."""
    pairs = [*WORDS.values()]
    blueprint = load(SITE).blueprint
    assert blueprint is not None
    texts = [each.label for each in (*blueprint.entities.values(), *blueprint.roles.values())]
    texts += [field.label for entity in blueprint.entities.values() for field in entity.fields.values()]
    texts += [step.label for flow in blueprint.workflows.values() for step in flow.steps]
    texts += [each.label for each in blueprint.permissions.values()]
    pairs += [(each.zh, each.en) for each in texts]
    chinese = {zh for zh, _ in pairs}
    english = {en for zh, en in pairs if en != zh and len(en) > 3 and "{" not in en}
    return frozenset(english - chinese - {"English", "Excel", "Chinese"})


def shipped() -> list[Path]:
    """Every YAML file that says what things are called."""
    places = ("plugins/*/*.yaml", "plugins/*/print/*.yaml", "config/*.yaml", "*.yaml")
    return sorted(path for place in places for path in SITE.glob(place))


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.relative_to(SITE).as_posix())
def test_every_shipped_label_is_said_in_both_languages(path: Path) -> None:
    found = []

    def walk(node: Any, where: tuple[str, ...]) -> None:
        if isinstance(node, dict):
            if node and node.keys() <= {"zh", "en"}:
                if not (node.get("zh") and node.get("en")):
                    found.append(".".join(where))
                return
            for key, each in node.items():
                spoken = key in ("label", "waiting", "taken", "help", "say", "about", "text", "subject", "title")
                if spoken and isinstance(each, str) and CHINESE.search(each):
                    found.append(".".join((*where, key)))
                walk(each, (*where, key))
        elif isinstance(node, list):
            for at, each in enumerate(node):
                walk(each, (*where, str(at)))

    walk(read(path, path.name).data, ())
    assert found == []


@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_is_wider_than_its_window(signed_in: dict[str, Any], live_url: str, name: str) -> None:
    context = signed_in[name]
    kinds = crawled(context.request, live_url)
    addresses = [address for address, _ in kinds if "?" not in address][: (60 if is_full() else 14)]
    context.add_cookies([{"name": "ordinance_locale", "value": "en", "url": live_url}])
    page = context.new_page()
    found = []
    for address in addresses:
        page.goto(live_url + address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                found.append(f"{address} at {width}: {over} too wide")
    page.close()
    assert found == []
