"""Patterns of business numbers and of codes: known parts, a counter, and a period that the counter belongs to.

Source: language.md §3 `number`; requirement A-13.
"""

from __future__ import annotations

import re

from ordinance.blueprint.bench import Path
from ordinance.blueprint.draft import Draft
from ordinance.problems import Text
from ordinance.process.model import Numbering, Workflow

_PART = re.compile(r"\{([^{}]*)\}")
_COUNTER = re.compile(r"n(:0?[1-9][0-9]?)?")
_DATES = frozenset({"yyyy", "yy", "mm", "dd"})
_NOT_IN_LINES = Text("明细中的字段不能自动编号", "a field of lines cannot be numbered")


def check(draft: Draft) -> None:
    """Report numbers that could not be made, or could not be told apart."""
    for workflow in draft.workflows.values():
        if workflow.number is not None:
            _number(draft, workflow, workflow.number)
    for entity in draft.entities.values():
        for field in entity.fields.values():
            if field.series is not None:
                _pattern(draft, entity.id, ("entities", entity.id, "fields", field.id, "default"), field.series)
            for below in (each for each in field.fields.values() if each.series is not None):
                path = ("entities", entity.id, "fields", field.id, "fields", below.id, "default")
                draft.report("bad_default", path, text=below.default, why=_NOT_IN_LINES)


def _number(draft: Draft, workflow: Workflow, number: Numbering) -> None:
    path = ("workflows", workflow.id, "number")
    if (number.pattern is None) == (number.source is None):
        draft.report("number_from_where", path)
    if number.pattern is not None:
        _pattern(draft, workflow.entity, (*path, "pattern"), number.pattern)


def _pattern(draft: Draft, entity: str, path: Path, pattern: str) -> None:
    parts = _PART.findall(pattern)
    scope = draft.compiler.record(entity)
    for part in parts:
        is_field = scope.type_of(tuple(part.split("."))) is not None
        if part not in _DATES and not _COUNTER.fullmatch(part) and not is_field:
            draft.report("number_part", path, part=part)
    if sum(bool(_COUNTER.fullmatch(part)) for part in parts) != 1:
        draft.report("number_counter", path, pattern=pattern)
    elif "dd" in parts and "mm" not in parts:
        draft.report("number_period", path, pattern=pattern)
