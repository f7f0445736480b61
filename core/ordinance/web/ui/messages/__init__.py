"""Every word the screens say themselves, once, in Chinese and English; one file for each screen.

Labels of entities, fields, steps and roles are not here: they come from the site. A test finds text in a template that
does not come from this room, and a word that two files give.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from ordinance.problems import Text
from ordinance.web.ui.messages import (
    board,
    calendar,
    changes,
    form,
    frame,
    guide,
    importing,
    inbox,
    keys,
    listing,
    notes,
    people,
    portal,
    printing,
    reports,
    scan,
    settings,
    sign_in,
    steps,
    why,
)

FILES = (
    frame, sign_in, guide, inbox, listing, board, calendar, form, notes, printing,
    importing, reports, why, steps, changes, people, keys, portal, scan, settings,
)  # fmt: skip

WORDS: dict[str, tuple[str, str]] = {key: pair for each in FILES for key, pair in each.WORDS.items()}


@cache
def words(locale: str) -> Callable[..., str]:
    """Return the function `t(key, **values)` that speaks one language.

    Args:
        locale: `zh` or `en`, or longer forms such as `zh-CN`.

    Returns:
        A function that raises `KeyError` for a key this page does not have: an untranslated word must not reach a user.
    """
    spoken = {key: Text(*pair).in_(locale) for key, pair in WORDS.items()}

    def say(key: str, **values: Any) -> str:
        return spoken[key].format(**values) if values else spoken[key]

    return say


#: What the browser's modules need to say, sent with each page as a block of JSON.
BROWSER_WORDS = (
    "unsaved", "saved", "offline", "row_gone", "undo", "no_suggestion", "create_one", "pages",
    "no_results", "errors_count", "pick_date", "keys_off", "draft_found",
    "draft_use", "draft_drop", "picked", "close", "actions", "records", "recent", "results_count", "live_changed",
    "live_show",
    "file_pick", "file_sending",
)  # fmt: skip
