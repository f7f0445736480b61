"""The keyboard map in words, made of the very table that the handlers in the browser go by. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ordinance.web.ui.assets import Assets
from ordinance.web.ui.views.frame import NavGroup
from ordinance.web.ui.views.speech import Speech

MAP = "js/keymap.js"

_GROUPS = {
    "global": "keys_global",
    "list": "keys_list",
    "form": "keys_form",
    "grid": "keys_grid",
    "type": "keys_type",
}
_DOES = {
    "palette": "key_palette",
    "filter": "key_filter",
    "new": "key_new",
    "help": "key_help",
    "escape": "key_escape",
    "move": "key_move",
    "pick": "key_pick",
    "range": "key_range",
    "open": "key_open",
    "act": "key_act",
    "export": "key_export",
    "save": "key_save",
    "save_step": "key_save_step",
    "neighbour": "key_neighbour",
    "comment": "key_comment",
    "cell": "key_cell",
    "next_row": "key_next_row",
    "previous_row": "key_previous_row",
    "rows": "key_rows",
    "copy_above": "key_copy_above",
    "cut": "key_cut",
    "more": "key_more",
    "paste": "key_paste",
    "restore": "key_restore",
    "take": "key_take",
    "show_all": "key_show_all",
}
_SHOWN = {
    "ArrowUp": "↑", "ArrowDown": "↓", "ArrowLeft": "←", "ArrowRight": "→", "Escape": "Esc", "Backspace": "⌫",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyRow:
    """Some keys that do one thing."""

    keys: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """The keys of one kind of screen."""

    title: str
    rows: tuple[KeyRow, ...]


def read_keys(assets: Assets) -> dict[str, list[list[str]]]:
    """Return the table as the browser has it: by place, what is done and the strokes that do it."""
    text = assets.files[MAP].decode("utf-8")
    start = text.index("{")
    table: dict[str, list[list[str]]] = json.loads(text[start : text.index("};", start) + 1])
    return table


def key_map(assets: Assets, speech: Speech, places: Iterable[NavGroup]) -> tuple[KeyGroup, ...]:
    """Return the whole map in words.

    Args:
        assets: The static files.
        speech: The language.
        places: The departments of the navigation, each with its letter.
    """
    made = []
    for name, table in read_keys(assets).items():
        rows = [row for does, *keys in table for row in _rows(speech, does, keys, places)]
        made.append(KeyGroup(speech.say(_GROUPS[name]), tuple(rows)))
    return tuple(made)


def _rows(speech: Speech, does: str, keys: list[str], places: Iterable[NavGroup]) -> list[KeyRow]:
    if does == "go":
        return [
            KeyRow((f"{keys[0]} {each.key.upper()}",), speech.say("key_go", name=each.label))
            for each in places
            if each.key
        ]
    return [KeyRow(tuple(_shown(each) for each in keys), speech.say(_DOES[does]))]


def _shown(keys: str) -> str:
    return " ".join(_SHOWN.get(each, each) for each in keys.split(" "))
