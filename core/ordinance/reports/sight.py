"""What somebody sees of reports: which ones, and of each which columns. A figure of what may not be read gives it away.

Source: design.md §3 rule 6 (one projection for every channel, aggregates included).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ordinance.acts import Call, Force
from ordinance.blueprint import Entity
from ordinance.blueprint.reporting import Column, Path, Report
from ordinance.expressions import Expression

REPORT = "report"
"""The entity that stands for reports in grants: `report.read`."""


def may_see(force: Force, call: Call, report: Report) -> bool:
    """Return whether a report is for the actor: by its roles, or as it may read reports; it must read the records."""
    actor = call.actor
    if not force.rights.may(actor, "read", report.of):
        return False
    if actor.kind == "engine":
        return True
    return bool(set(report.by) & set(actor.all_roles())) if report.by else force.rights.may(actor, "read", REPORT)


def seen_reports(force: Force, call: Call) -> tuple[Report, ...]:
    """Return the reports the actor may open, in the order of the configuration."""
    return tuple(
        each
        for each in force.blueprint.reports.values()
        if may_see(force, call, each) and not hidden_in(force, call, each)
    )


def hidden_in(force: Force, call: Call, report: Report) -> tuple[Path, ...]:
    """Return what the rows or groups of a report are made of and the actor may not read: then there is no report."""
    used = [each.value for each in report.groups if each.value is not None]
    used += [report.where] if report.where is not None else []
    return tuple(path for path in paths_of(used) if not reads(force, call, report, path))


def seen_columns(force: Force, call: Call, report: Report) -> dict[str, Column]:
    """Return the columns that are made of nothing the actor may not read, and of no column that is."""
    shown: dict[str, Column] = {}
    for id, each in report.columns.items():
        made_of = {path[0] for path in each.formula.reads} if each.formula is not None else {each.of} - {""}
        if made_of <= set(shown) and all(reads(force, call, report, path) for path in column_paths(each)):
            shown[id] = each
    return shown


def column_paths(column: Column) -> Iterator[Path]:
    """Yield what a column reads of a row."""
    yield from paths_of(each for each in (column.value, column.when, column.measured) if each is not None)


def paths_of(expressions: Iterable[Expression]) -> Iterator[Path]:
    """Yield what some expressions read of a row, not of who asks."""
    for each in expressions:
        yield from (path for path in sorted(each.reads) if path[0] != "user")


def of_record(report: Report, path: Path) -> Path:
    """Return a path of a row as seen from the record; empty for what is no field of it (the step that was left)."""
    if path[0] == "parent" and (report.lines or report.each):
        return path[1:]
    return () if report.each else (report.lines, *path) if report.lines else path


def reads(force: Force, call: Call, report: Report, path: Path) -> bool:
    """Return whether the actor may read what a path of a row leads to, on some record at least."""
    entity = force.blueprint.entities[report.of]
    seen_from = of_record(report, path)
    if report.each and not seen_from:
        # Who did it is a reference to an account; anything of the account itself is another record's.
        return len(path) == 1 or _reads_all(force, call, force.blueprint.entities.get("account"), path[1:])
    return _reads(force, call, entity, seen_from)


def _reads(force: Force, call: Call, entity: Entity, path: Path) -> bool:
    head = entity.fields.get(path[0]) if path else None
    if head is None:
        back = entity.backs.get(path[0]) if path else None
        return back is None or _reads_all(force, call, force.blueprint.entities.get(back.entity), path[1:])
    here = path[:2] if head.fields else path[:1]
    seen = force.rights.projection(call.actor, entity.id)
    if not (seen.reads(here[:1]) and seen.reads(here)):
        return False
    beyond = path[len(here) :]
    last = head.fields.get(path[1]) if head.fields and len(path) > 1 else head
    if not beyond or last is None:
        return True
    target = force.types.of(last).target(last)
    return _reads_all(force, call, force.blueprint.entities.get(target or ""), beyond)


def _reads_all(force: Force, call: Call, entity: Entity | None, path: Path) -> bool:
    """Return whether a field of records behind a reference is open: only to those who may read every one of them."""
    if entity is None or not force.rights.rows(call.actor, entity.id).all:
        return False
    if not path:
        return True
    return force.rights.projection(call.actor, entity.id).uniform and _reads(force, call, entity, path)


def reading(report: Report, used: Iterable[Path]) -> list[str]:
    """Return the fields of the record that a report reads, for the row rules: every way there, step by step."""
    found: dict[str, None] = {}
    for each in used:
        path = of_record(report, each)
        for length in range(1, len(path) + 1):
            found[".".join(path[:length])] = None
    return list(found)
