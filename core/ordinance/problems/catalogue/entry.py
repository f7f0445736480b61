"""One entry of the catalogue of problems."""

from __future__ import annotations

from dataclasses import dataclass

from ordinance.problems.values import Severity, Text


@dataclass(frozen=True, slots=True)
class Entry:
    """The words of one code. Templates take `{names}`; `about` is the sentence of its page in the reference."""

    message: Text
    remedy: Text | None = None
    severity: Severity = "error"
    about: Text | None = None


def entry(zh: str, en: str, *, remedy: tuple[str, str] | None = None, severity: Severity = "error") -> Entry:
    """Return an entry from its words in Chinese and English."""
    return Entry(Text(zh, en), Text(*remedy) if remedy else None, severity)
