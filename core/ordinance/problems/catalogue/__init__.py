"""Every code there is, with its words: one module for each family, put together here."""

from __future__ import annotations

from ordinance.problems.catalogue import (
    accounts,
    beside,
    changes,
    configuration,
    crosscheck,
    departments,
    exchange,
    explaining,
    expressions,
    migration,
    ordering,
    printing,
    records,
    refusals,
    reports,
    schema,
    verify,
)
from ordinance.problems.catalogue.entry import Entry

_FAMILIES = (
    accounts,
    beside,
    changes,
    configuration,
    crosscheck,
    departments,
    exchange,
    explaining,
    expressions,
    migration,
    ordering,
    printing,
    records,
    refusals,
    reports,
    schema,
    verify,
)

CATALOGUE: dict[str, Entry] = {code: entry for family in _FAMILIES for code, entry in family.ENTRIES.items()}
"""Code to entry. A code is never reused; a test finds a code of two families."""
