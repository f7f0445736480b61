"""Words for people in both languages: what is labelled in one language only is told, as a note."""

from __future__ import annotations

from collections.abc import Iterator

from ordinance.blueprint.bench import Node, Path
from ordinance.blueprint.draft import Draft

_WORDS = frozenset({"label", "waiting", "taken", "help", "say", "basis", "about", "subject", "text"})
_SECTIONS = (
    "company", "entities", "workflows", "permissions", "roles", "duties", "reports", "dashboards", "prints", "portals",
    "scans", "messages", "guide",
)  # fmt: skip
_LANGUAGES = frozenset({"zh", "en"})


def check(draft: Draft) -> None:
    """Report words that are there in one language and not in the other."""
    for section in _SECTIONS:
        for path, words in _found(draft.bench.node(section)):
            missing = sorted(name for name in _LANGUAGES if not words.get(name))
            if missing:
                present = next((str(each) for each in words.values() if each), "")
                draft.report("words_missing", path, language=missing[0], words=present)


def _found(node: Node) -> Iterator[tuple[Path, dict[str, str]]]:
    if not isinstance(node.data, dict):
        return
    for key, each in node.items():
        if key in _WORDS and isinstance(each.data, dict) and each.data and each.data.keys() <= _LANGUAGES:
            yield each.path, each.data
        else:
            yield from _found(each)
