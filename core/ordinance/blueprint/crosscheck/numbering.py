"""Patterns of business numbers: known parts, a counter, and a period that the counter belongs to.

Source: language.md §3 `number`.
"""

from __future__ import annotations

import re

from ordinance.blueprint.draft import Draft
from ordinance.process.model import Numbering, Workflow

_PART = re.compile(r"\{([^{}]*)\}")
_COUNTER = re.compile(r"n(:0?[1-9][0-9]?)?")
_DATES = frozenset({"yyyy", "yy", "mm", "dd"})


def check(draft: Draft) -> None:
    """Report numbers that could not be made, or could not be told apart."""
    for workflow in draft.workflows.values():
        if workflow.number is not None:
            _number(draft, workflow, workflow.number)


def _number(draft: Draft, workflow: Workflow, number: Numbering) -> None:
    path = ("workflows", workflow.id, "number")
    if (number.pattern is None) == (number.source is None):
        draft.report("number_from_where", path)
    if number.pattern is None:
        return
    parts = _PART.findall(number.pattern)
    for part in parts:
        scope = draft.compiler.record(workflow.entity)
        is_field = scope.type_of(tuple(part.split("."))) is not None
        if part not in _DATES and not _COUNTER.fullmatch(part) and not is_field:
            draft.report("number_part", (*path, "pattern"), part=part)
    if sum(bool(_COUNTER.fullmatch(part)) for part in parts) != 1:
        draft.report("number_counter", (*path, "pattern"), pattern=number.pattern)
    elif "dd" in parts and "mm" not in parts:
        draft.report("number_period", (*path, "pattern"), pattern=number.pattern)
