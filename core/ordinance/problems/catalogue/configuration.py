"""Words about YAML files, layers, workflows, roles and their cross-checks."""

from __future__ import annotations

from ordinance.problems.catalogue.entry import Entry, entry

ENTRIES: dict[str, Entry] = {}
