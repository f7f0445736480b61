"""The documents: everything there is stands in them, nothing in them leads nowhere, and the README is short."""

import re
import subprocess
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import made_pages
import pytest
import walkthrough

from ordinance.commands.registry import COMMANDS
from ordinance.problems import CATALOGUE

ROOT = Path(__file__).parent.parent.parent
REFERENCE = ROOT / "core" / "docs" / "reference"

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.M | re.S)


def pages() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as a web page of it has them."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.M)}


def anchor(heading: str) -> str:
    kept = (each for each in heading.lower() if each in " -_" or unicodedata.category(each)[0] in "LN")
    return "".join(kept).replace(" ", "-")


def lost(page: Path) -> list[str]:
    """Return the links of a page that lead nowhere."""
    found = []
    for link in _LINK.findall(_FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, heading = unquote(link).partition("#")
        target = page.parent / file if file else page
        if not target.exists() or (heading and heading not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    assert lost(page) == []


def test_a_link_that_leads_nowhere_is_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Here\n[a](#here) [b](#there) [c](gone.md) [d](page.md)\n", "utf-8")
    assert lost(page) == ["#there", "gone.md"]


def test_every_command_is_in_the_reference():
    page = (REFERENCE / "cli.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"## ordinance {name}\n" not in page] == []


def test_every_hook_is_in_the_reference():
    page = (REFERENCE / "hooks.md").read_text("utf-8")
    assert [hook.name for hook in made_pages.hooks() if f"## {hook.name}\n" not in page] == []


def test_every_code_is_in_the_reference():
    page = (REFERENCE / "problems.md").read_text("utf-8")
    assert [code for code in CATALOGUE if f"| `{code}`" not in page] == []


def test_the_readme_shows_what_it_promises():
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.count("\n") <= 150
    for promised in ("core/docs/pictures/order.png", "make run", "make test", "HTTP/1.1 201 Created", "[unknown_key]"):
        assert promised in text


@pytest.mark.parametrize("name", ["README.md", "core/docs/guide/ten-minutes.md", "core/docs/guide/change.md", "core/docs/reference/api.md"])
def test_pages_with_commands_are_played(name):
    assert name in walkthrough.walkthroughs()


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_shows_a_fault_of_ours(page):
    text = page.read_text("utf-8")
    assert "Traceback (most recent call last)" not in text
    assert "500 Internal Server Error" not in text
