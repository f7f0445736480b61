"""Notices as their page shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ordinance.web.ui.views.speech import Speech, iso


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing the reader was told: its words, when, where it leads, whether it is new to them."""

    id: str
    text: str
    when: str
    at: str
    href: str
    fresh: bool


def notices_of(speech: Speech, found: Iterable[Mapping[str, Any]], now: datetime) -> tuple[Notice, ...]:
    """Return notices for their page, newest first."""
    return tuple(
        Notice(
            str(each["id"]),
            each["text"] or speech.say("notice_plain"),
            speech.moment(each["at"], now),
            iso(each["at"]),
            f"/o/{each['entity']}/{each['document']}" if each["entity"] and each["document"] else "",
            each["read_at"] is None,
        )
        for each in found
    )
