"""Words about import and export."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {
    "no_parent": entry("没有主记录“{got}”", "there is no record “{got}” for this line"),
}
