"""The words by which a record is found: its key, its title, what is marked `search`, and the initials of pinyin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ordinance.storage.records.shape import Shape

_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LONGEST = 600
"""Characters of the search column; it is indexed, and PostgreSQL takes no more than 2,700 bytes."""


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """Return the pinyin initials of a Chinese text (`上海` gives `sh`), other characters as they are."""
    if not _CHINESE.search(text):
        return ""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).replace(" ", "").lower()


def typed_words(text: str) -> str:
    """Return what is typed to find something as the search column has it: one width, lower case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def searched(shape: Shape) -> list[str]:
    """Return the fields whose words go into the search column: the key, the title, then those marked `search`."""
    entity = shape.entity
    marked = [name for name, field in entity.fields.items() if getattr(field, "search", False)]
    return [name for name in dict.fromkeys((entity.key, entity.title, *marked)) if name in shape.fields]


def search_words(shape: Shape, record: Mapping[str, Any]) -> str:
    """Return the search column of a record, in lower case."""
    texts = [str(record.get("number") or "")]
    for name in searched(shape):
        field, kind = shape.fields[name]
        value = record.get(name)
        if value is not None:
            texts.append(kind.search_text(value, field) or kind.to_text(value, field))
    words = [typed_words(text) for text in texts if text]
    return " ".join([*words, *filter(None, (initials(word) for word in words))])[:_LONGEST]
