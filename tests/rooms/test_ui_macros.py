"""The macros of the screens, held against golden HTML, and what every template must keep to.

`ORDINANCE_GOLDEN=update pytest tests/rooms/test_ui_macros.py` writes the golden files anew; review the difference.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import samples

from ordinance.web.ui.assets import FOLDER as STATIC
from ordinance.web.ui.assets import OWN, STYLES, read_assets
from ordinance.web.ui.environment import FOLDER as TEMPLATES
from ordinance.web.ui.environment import Pages
from ordinance.web.ui.messages import BROWSER_WORDS, FILES, WORDS, words
from ordinance.web.ui.views.controls import Control, Group, Option
from ordinance.web.ui.views.record import Act, Ask, Chip

GOLDEN = Path(__file__).parent.parent / "golden" / "ui"
ASSETS = read_assets()
PAGES = Pages(ASSETS)
ALL_TEMPLATES = sorted(TEMPLATES.rglob("*.html"))


def macro(source: str, locale: str = "zh", **values: object) -> str:
    return PAGES.environment(locale).from_string(source).render(**values)


CASES = {
    "chip": ('{% from "parts/chip.html" import chip %}{{ chip(it) }}', lambda _: Chip("待财务审核", "mine")),
    "fields": (
        '{% from "parts/field.html" import fields %}{{ fields(it) }}',
        lambda locale: samples.details(locale, wrong=True),
    ),
    "grid": (
        '{% from "parts/grid.html" import grid %}{{ grid(it) }}',
        lambda locale: samples.lines(locale, wrong=True, rows=3),
    ),
    "steps": ('{% from "parts/steps.html" import steps %}{{ steps(it) }}', lambda locale: samples.record(locale).marks),
    "timeline": (
        '{% from "parts/timeline.html" import timeline %}{{ timeline(it) }}',
        lambda locale: samples.record(locale).entries,
    ),
    "faults": (
        '{% from "parts/faults.html" import faults %}{{ faults(it) }}',
        lambda locale: samples.record(locale, wrong=True).faults,
    ),
    "conflict": (
        '{% from "parts/faults.html" import conflict %}{{ conflict(it) }}',
        lambda locale: samples.record(locale, stale=True),
    ),
    "actions": (
        (
            '{% from "parts/actions.html" import button, refused %}'
            "{% for act in it.secondary %}{{ button(act, 'record') }}\n{% endfor %}"
            "{{ button(it.primary, 'record') }}\n{{ refused(it.refused) }}"
        ),
        lambda locale: samples.record(locale),
    ),
    "ask": (
        '{% from "parts/actions.html" import ask_dialog %}{{ ask_dialog(it.asks[0], it, "token") }}',
        lambda locale: samples.record(locale),
    ),
    "drawing": (
        '{% from "parts/drawing.html" import drawing %}{{ drawing(it) }}',
        lambda locale: samples.flows(locale)[0].drawing,
    ),
}


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("name", CASES)
def test_a_macro_makes_the_html_it_always_made(name: str, locale: str) -> None:
    source, build = CASES[name]
    made = (
        "\n".join(line.rstrip() for line in macro(source, locale, it=build(locale)).splitlines() if line.strip()) + "\n"
    )
    path = GOLDEN / f"{name}.{locale}.html"
    if os.environ.get("ORDINANCE_GOLDEN") == "update":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")


def test_markup_in_a_value_stays_text() -> None:
    hostile = '<script>alert("x")</script>"><img src=x onerror=alert(1)>'
    group = Group(
        "t",
        (
            Control("a", hostile, value=hostile, help=hostile, error=hostile),
            Control("b", "b", text=hostile, writable=False),
        ),
    )
    html = macro('{% from "parts/field.html" import fields %}{{ fields(it) }}', it=group)
    assert "<script" not in html
    assert "<img" not in html
    ask = Ask(Act("lane:x", hostile), controls=(Control("c", "c", "select", options=(Option(hostile, hostile),)),))
    view = samples.record("zh")
    html = macro('{% from "parts/actions.html" import ask_form %}{{ ask_form(it, view, "t") }}', it=ask, view=view)
    assert "<script" not in html
    assert "<img" not in html


class Texts(HTMLParser):
    """Collects what a person would read: text between tags and in the attributes that are read out."""

    READ = frozenset({"aria-label", "title", "placeholder", "alt"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in self.READ and value]


SAID_THE_SAME = {"Enter", "Alt", "Ctrl", "K", "S", "N", "E", "YYYY-MM-DD", "HH:MM", "中文", "English", "broad"}
"""Names of keys, of languages in themselves, the shape of a date, and a class that a block gives."""


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_comes_from_the_catalogue(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    source = re.sub(r"{#.*?#}", "", source, flags=re.S)
    bare = re.sub(r"{%.*?%}|{{.*?}}", " ", source, flags=re.S)
    bare = re.sub(r'[a-z-]+="\s*"', " ", bare)
    bare = re.sub(r'(?<![\w-])(?!aria-label|title|placeholder|alt)[a-z-]+="[^"]*"', " ", bare)
    reader = Texts()
    reader.feed(bare)
    left = [word for text in reader.found for word in re.findall(r"[A-Za-z\u4e00-\u9fff][\w:\u4e00-\u9fff-]*", text)]
    assert [word for word in left if word not in SAID_THE_SAME] == []


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    root = TEMPLATES.parent
    sources = {
        path: path.read_text(encoding="utf-8") for path in [*ALL_TEMPLATES, *root.rglob("*.py"), *STATIC.rglob("*.js")]
    }
    said = {key for text in sources.values() for key in re.findall(r'\b(?:t|say)\(\s*"([a-z_0-9]+)"', text)}
    said |= {key for text in sources.values() for key in re.findall(r"\bt\('([a-z_0-9]+)'", text)}
    assert sorted(said - WORDS.keys()) == []
    elsewhere = "\n".join(text for path, text in sources.items() if path.parent.name != "messages")
    unused = [
        key for key in WORDS if not re.search(rf"""["']{key}["']""", elsewhere) and not re.match(r"(error|guide)_", key)
    ]
    assert unused == []


def test_a_word_stands_in_one_file() -> None:
    keys = [key for each in FILES for key in each.WORDS]
    assert sorted(keys) == sorted(set(keys))


def test_both_languages_say_everything_with_the_same_values() -> None:
    for key, (zh, en) in WORDS.items():
        assert zh.strip() and en.strip(), key
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), key
    assert set(BROWSER_WORDS) <= WORDS.keys()
    with pytest.raises(KeyError):
        words("zh")("no_such_word")


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=lambda path: path.name)
def test_a_template_keeps_to_the_content_policy(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<[^>]*\sstyle=", source)
    assert not re.search(r"<[^>]*\son[a-z]+=", source)
    assert "|safe" not in source.replace(" ", "")
    scripts = re.findall(r"<script[^>]*>", source)
    assert all('src="' in each or 'type="application/json"' in each for each in scripts)


def test_the_modules_build_nodes_and_never_markup() -> None:
    for path in STATIC.rglob("*.js"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source), (
            path.name
        )


def weight(paths: list[str]) -> tuple[int, int]:
    content = [ASSETS.files[each] for each in paths]
    return sum(map(len, content)), sum(len(gzip.compress(each, 9)) for each in content)


def test_styles_and_modules_of_every_page_stay_within_their_weight() -> None:
    for suffix, most, most_packed in ((".css", 30, 8), (".js", 60, 18)):
        raw, packed = weight([path for path in ASSETS.files if path.endswith(suffix) and not OWN.match(path)])
        assert raw <= most * 1024 and packed <= most_packed * 1024, (suffix, raw, packed)


@pytest.mark.parametrize("path", sorted(path for path in ASSETS.files if OWN.match(path)))
def test_what_one_page_brings_of_its_own_is_small(path: str) -> None:
    raw, _ = weight([path])
    assert raw <= (6 if path.endswith(".css") else 10) * 1024, raw
    stem, name = f"asset('{path}')", path.rpartition("/")[2]
    named = any(stem in each.read_text(encoding="utf-8") for each in ALL_TEMPLATES)
    fetched = any(f'"./own/{name}"'.encode() in each or f'"./{name}"'.encode() in each for each in ASSETS.files.values())
    assert named or fetched, "no page names it, and no module fetches it"


def test_the_address_of_the_static_files_changes_with_any_byte(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    for name in STYLES:
        (tmp_path / name).write_text("a {}")
    (tmp_path / "js").mkdir()
    (tmp_path / "js/main.js").write_text("1")
    before = read_assets(tmp_path).prefix
    (tmp_path / "js/main.js").write_text("2")
    assert read_assets(tmp_path).prefix != before
    assert len(ASSETS.modules) == len(list((STATIC / "js").glob("*.js"))) - 1


def test_the_words_for_the_browser_cannot_end_their_block() -> None:
    for locale in ("zh", "en"):
        block = PAGES.environment(locale).globals["browser_words"]
        assert "<" not in block
        assert json.loads(block)["undo"] == words(locale)("undo")
