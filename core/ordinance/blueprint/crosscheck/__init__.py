"""What no single file can show: names that lead nowhere, orders that cannot be, inputs that nobody gives.

One module for each concern; each has a `check(draft)` that reports what it finds.
Source: engine.md §6.1, language.md §2 to §4.
"""

from __future__ import annotations

from ordinance.blueprint.crosscheck import (
    duties,
    formulas,
    grants,
    identities,
    labels,
    messages,
    numbering,
    portals,
    prints,
    processes,
    references,
    reports,
    staffing,
    views,
)
from ordinance.blueprint.draft import Draft

CONCERNS = (
    identities,
    references,
    processes,
    staffing,
    grants,
    duties,
    numbering,
    messages,
    formulas,
    views,
    reports,
    prints,
    portals,
    labels,
)

__all__ = ["CONCERNS", "check_all"]


def check_all(draft: Draft) -> None:
    """Look at everything; what is wrong is reported on the draft's workbench."""
    for concern in CONCERNS:
        concern.check(draft)
