"""Answer a report: one query for all its figures, confined to what the actor may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ordinance.acts import Call, Filter, Force, House, Refused
from ordinance.acts.rules import fragments
from ordinance.acts.versions import current_only
from ordinance.blueprint.reporting import Column, Report
from ordinance.problems import reason
from ordinance.reports import behind
from ordinance.reports.answer import Answer, Row
from ordinance.reports.asking import Wish, wish_of
from ordinance.reports.figures import OTHERS, Layout, Line, Table, table_of
from ordinance.reports.sight import column_paths, hidden_in, may_see, paths_of, reading, seen_columns
from ordinance.reports.wording import Words, is_span
from ordinance.storage import Work
from ordinance.storage.reporting import Figure, GroupBy, GroupOf, Question

GROUPS_MAX = 10_000
"""Groups of one report at most; beyond, its reader is asked for less."""


async def run(
    house: House, call: Call, id: str, given: Mapping[str, str] | None = None, *, compare: bool = False
) -> Answer | Refused:
    """Return what a report says.

    Args:
        house: The site.
        call: Who asks; rows and fields it may not read do not count.
        id: The report.
        given: Text by parameter, and `sort`.
        compare: Whether the total of the period before is wanted, even if no column shows it.
    """
    force = house.force
    report = force.blueprint.reports.get(id)
    if report is None:
        return Refused("not_found", (reason("no_such_path"),))
    if not may_see(force, call, report):
        return Refused("not_allowed", (reason("not_allowed", what=report.label),))
    hidden = hidden_in(force, call, report)
    columns = seen_columns(force, call, report)
    if hidden or not columns:
        what = ", ".join(".".join(path) for path in hidden) or report.label.in_(call.locale)
        return Refused("not_allowed", (reason("report_hidden", what=what),))
    async with house.database.work(write=False) as work:
        wish, faults = await wish_of(force, call, work, report, given or {}, compare=compare)
        if wish is None:
            return Refused("bad_request", faults)
        groups = await force.store.reporting.ask(work, _question(force, call, report, columns, wish))
        if any(sum(each.era == era for each in groups) > GROUPS_MAX for era in range(len(wish.eras))):
            return Refused("bad_request", (reason("too_many_groups", most=GROUPS_MAX),))
        return await _answer(force, call, work, report, columns, wish, groups)


def _question(force: Force, call: Call, report: Report, columns: Mapping[str, Column], wish: Wish) -> Question:
    entity = force.blueprint.entities[report.of]
    used = [each.value for each in report.groups if each.value is not None]
    used += [report.where] if report.where is not None else []
    paths = [*paths_of(used), *(path for each in columns.values() for path in column_paths(each)), *wish.paths]
    rows = force.rights.rows(call.actor, entity.id, "read", reading=reading(report, dict.fromkeys(paths)))
    return Question(
        entity=entity.id,
        rows=report.rows,
        any_of=current_only(entity, fragments(force, call, entity, rows)),
        where=report.where,
        eras=wish.eras,
        groups=tuple(GroupBy(each.value, each.bucket) for each in report.groups),
        figures=tuple(
            Figure(each.total, each.value, each.when, each.measured)
            for each in columns.values()
            if each.is_measured
        ),
        env=call.env(force, {}),
        zone=force.blueprint.company.calendar.zone,
        most=GROUPS_MAX,
    )


async def _answer(
    force: Force, call: Call, work: Work, report: Report, columns: Mapping[str, Column], wish: Wish,
    groups: Sequence[GroupOf],
) -> Answer:  # fmt: skip
    words = Words(force, call, report)
    named = ((group, value) for each in groups for group, value in zip(report.groups, each.common, strict=True))
    await words.look_up(work, named)
    layout = Layout(
        report,
        tuple(columns.values()),
        {id: _scale(force, each) for id, each in columns.items()},
        tuple(words.order(each) for each in report.groups),
        wish.sort,
        wish.periods,
        frozenset(id for id, each in columns.items() if is_span(each, report)),
    )
    return _made(words, wish, layout, table_of(groups, layout))


def _scale(force: Force, column: Column) -> int | None:
    """Return how many decimals the figures of a column have: those of its field."""
    if column.field is None or column.unit is not None:
        return column.scale
    return force.types.of(column.field).decimals(column.field)


def _made(words: Words, wish: Wish, layout: Layout, table: Table) -> Answer:
    force, report = words.force, words.report
    base = behind.joined([behind.of_condition(report, report.where), wish.filters])
    linked = None if report.each else base
    labels = [each.label.in_(words.call.locale) for id, each in report.columns.items() if each not in layout.columns]

    def row(line: Line) -> Row:
        keys = tuple(words.key(group, value) for group, value in zip(report.groups, line.keys, strict=False))
        filters, step = _behind(force, report, line, linked)
        return Row(keys, line.cells, filters, step)

    return Answer(
        report=report,
        columns=layout.columns,
        rows=tuple(row(each) for each in table.lines),
        total=row(table.total),
        left_out=tuple(labels),
        parameters=wish.chosen,
        subtotals={words.key(report.groups[0], head).value: row(line) for head, line in table.subtotals.items()},
        before=row(table.before) if table.before is not None else None,
        period=wish.periods[0] if wish.periods else None,
        sort=wish.sort,
        at=words.call.now,
    )


def _behind(
    force: Force, report: Report, line: Line, base: tuple[Filter, ...] | None
) -> tuple[tuple[Filter, ...] | None, str]:
    """Return the filters of the list behind a row, and the step, if it is what waits there."""
    if base is None or any(value is OTHERS for value in line.keys):
        return None, ""
    parts: list[tuple[Filter, ...] | None] = [base]
    step = ""
    for group, value in zip(report.groups, line.keys, strict=False):
        filters, at = behind.of_key(force, report, group, value)
        parts.append(filters)
        step = step or at
    return behind.joined(parts), step
