"""The address of a list, a board or a calendar: all of a view is in it, so that it can be kept and sent. Pure.

Source: ui.md §3 (filters live in the address only, are always visible, survive from list to board to export).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ordinance.acts import Filter
from ordinance.process.model import Path

_PARAMETER = re.compile(r"filter\[([a-z0-9_.]+)\]\[([a-z_]+)\]")
_SEVERAL = ("in", "nin")
_PAIRS_MAX = 200
_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_AT_MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class Address:
    """What the address of a list says.

    Attributes:
        entity: The kind of record.
        screen: What shows it: empty for the list, `board`, `calendar`, `export`, `figures`.
        view: The declared list of the entity that is open.
        saved: The id of the kept view it came from; it narrows nothing, it says which tab one is at.
        filters: The filters in force; the operator `on` takes a word such as `this_week`.
        sort: Fields, with whether they go down.
        columns: The columns chosen, if any were.
        search: The free text.
        step: Only documents that wait there.
        cursor: Where the page begins.
        skip: How many rows came before it, as far as one has paged.
        more: What belongs to a board or a calendar alone: the process, the month.
    """

    entity: str
    view: str = ""
    filters: tuple[Filter, ...] = ()
    sort: tuple[tuple[Path, bool], ...] = ()
    columns: tuple[str, ...] = ()
    search: str = ""
    step: str = ""
    cursor: str = ""
    saved: str = ""
    skip: int = 0
    screen: str = ""
    more: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The address without its query."""
        return f"/o/{self.entity}/{self.screen}" if self.screen else f"/o/{self.entity}"

    @property
    def narrows(self) -> bool:
        """Whether it shows less than the declared list does."""
        return bool(self.filters or self.search or self.step)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query in one order, without what is empty."""
        made = [("view", self.view), ("saved", self.saved), ("step", self.step), ("search", self.search)]
        made += [(name_of_filter(each), joined(each.value)) for each in self.filters]
        made.append(("sort", ",".join(f"{'-' if down else ''}{'.'.join(path)}" for path, down in self.sort)))
        made += [("columns", each) for each in self.columns]
        made += self.more
        paged = [("cursor", self.cursor), ("skip", str(self.skip or ""))] if self.cursor else []
        return [pair for pair in (*made, *paged) if pair[1]]

    @property
    def query(self) -> str:
        """The query."""
        return urlencode(self.pairs())

    def href(self, **change: Any) -> str:
        """Return the address with some of it changed; the page is the first again unless a cursor is given."""
        made = replace(self, **{"cursor": "", "skip": 0, **change})
        return f"{made.path}?{made.query}" if made.pairs() else made.path

    def on(self, screen: str, *more: tuple[str, str]) -> Address:
        """Return the same view on another screen."""
        return replace(self, screen=screen, more=more, cursor="", skip=0)

    def said(self, name: str, op: str) -> str:
        """Return the value of a filter in force, or nothing."""
        found = next((each for each in self.filters if each.path == (name,) and each.op == op), None)
        return joined(found.value) if found is not None else ""


def is_id(text: str) -> bool:
    """Return whether a text can be the id of a record."""
    return _ID.fullmatch(text) is not None and int(text) < 2**63


def name_of_filter(each: Filter) -> str:
    """Return what a filter is called in an address."""
    return f"filter[{'.'.join(each.path)}][{each.op}]"


def joined(value: str | tuple[str, ...]) -> str:
    """Return the value of a filter as one text."""
    return value if isinstance(value, str) else ",".join(value)


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Return the pairs of a query; no more of them than a person's view has."""
    return parse_qsl(query, keep_blank_values=True)[:_PAIRS_MAX]


def read_address(entity: str, pairs: Iterable[tuple[str, str]], screen: str = "") -> Address:
    """Return what a query says; a filter's typeahead sends its id beside the words."""
    said: dict[str, list[str]] = {}
    for name, value in pairs:
        said.setdefault(name, []).append(value.replace("\x00", "").strip())

    def last(name: str) -> str:
        return said.get(name, [""])[-1]

    sort, skip = last("sort"), last("skip")
    return Address(
        entity,
        view=last("view"),
        saved=last("saved") if is_id(last("saved")) else "",
        filters=tuple(each for each in (_filter(name, values, said) for name, values in said.items()) if each),
        sort=tuple(
            (tuple(each.lstrip("-").split(".")), each.startswith("-")) for each in sort.split(",") if each.strip("-")
        ),
        columns=tuple(dict.fromkeys(each for each in said.get("columns", []) if each)),
        search=last("search"),
        step=last("step"),
        cursor=last("cursor"),
        skip=min(int(skip), _AT_MOST) if skip.isascii() and skip.isdigit() else 0,
        screen=screen,
    )


def _filter(name: str, values: list[str], said: dict[str, list[str]]) -> Filter | None:
    match = _PARAMETER.fullmatch(name)
    if match is None:
        return None
    path = tuple(match[1].split("."))
    if match[2] in _SEVERAL:
        several = tuple(part for value in values for part in value.split(",") if part)
        return Filter(path, match[2], several) if several else None
    value = values[-1]
    id_, _, label = said.get(f"{name}~was", [""])[-1].partition(" ")
    value = id_ if id_ and label == value else value
    return Filter(path, match[2], value) if value else None
