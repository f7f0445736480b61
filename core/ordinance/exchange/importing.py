"""Import: rows of a file become records through the ordinary acts, so every rule holds; all faults are told first.

Source: peers.md §4 (validate, then import; re-import updates; an empty cell clears, an absent column leaves alone).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ordinance.acts import Call, House
from ordinance.acts.seeing import not_allowed
from ordinance.acts.transaction import under_one_revision
from ordinance.blueprint import Entity
from ordinance.exchange.mapping import Ignored, Mapping, completed
from ordinance.exchange.rows import Bad, Reader, Row, faults_of_files, unfolded
from ordinance.exchange.sheets import Sheet
from ordinance.exchange.taking import Taker, Undo

Progress = Callable[[int, int], None]

@dataclass(slots=True)
class Report:
    """What an import did, or would do: rows read, records created and updated, columns passed over, every fault."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    ignored: tuple[Ignored, ...] = ()
    bad: list[Bad] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every row could be taken."""
        return not self.bad


@under_one_revision
async def bring(
    house: House, call: Call, entity: Entity, sheet: Sheet, mapping: Mapping, *,
    lines: dict[str, Sheet] | None = None, dry: bool = False, all_or_nothing: bool = True,
    progress: Progress = lambda _done, _total: None,
) -> Report:  # fmt: skip
    """Import a file, with a second file for each field of lines.

    Args:
        house: The site.
        call: Who imports; it takes the right `import` or `create`, and for each row what creating or changing it takes.
        entity: What the rows are.
        sheet: The rows.
        mapping: Which column is which field.
        lines: Field of lines to the file with them.
        dry: Do everything, then undo it, and tell every bad row and cell.
        all_or_nothing: Write nothing if any row is bad; else take the good rows.
        progress: Called with how many records are done, of how many.

    Returns:
        The report, its faults in the order of files, rows and columns.
    """
    sheet, given = unfolded(sheet, mapping, lines or {})
    report = Report(rows=len(sheet.rows), ignored=mapping.ignored)
    if not any(house.force.rights.may(call.actor, verb, entity.id) for verb in ("import", "create")):
        said = not_allowed(entity, "import")
        report.bad.append(Bad(sheet.name, 0, "", said.code, said.message))
        return report
    mapping = completed(mapping, entity, sheet, given)
    report.bad += dict.fromkeys(faults_of_files(entity, mapping, sheet, given))
    files_are_bad = bool(report.bad)
    taker = Taker(house, replace(call, channel="import", key=None), entity, mapping)
    rows = list(Reader(house, entity, mapping, call.locale).rows(sheet, given))
    if all_or_nothing or dry or files_are_bad:
        await _together(taker, rows, report, progress, dry=dry)
    else:
        await _each(taker, rows, report, progress)
    if not dry and files_are_bad:
        report.created = report.updated = 0
    _sort(report, (sheet, *given.values()))
    return report


def _sort(report: Report, sheets: tuple[Sheet, ...]) -> None:
    files = {sheet.name: position for position, sheet in enumerate(sheets)}
    columns = {(sheet.name, name): at for sheet in sheets for at, name in enumerate(sheet.headings)}
    report.bad.sort(key=lambda bad: (files.get(bad.file, 0), bad.row, columns.get((bad.file, bad.column), -1)))


async def _each(taker: Taker, rows: list[Row], report: Report, progress: Progress) -> None:
    """Take the good rows, one by one."""
    for number, row in enumerate(rows, start=1):
        outcome = await taker.one(row)
        report.created += outcome.kind == "created"
        report.updated += outcome.kind in ("updated", "unchanged")
        report.bad += row.faults
        progress(number, len(rows))


async def _together(taker: Taker, rows: list[Row], report: Report, progress: Progress, *, dry: bool) -> None:
    """Take all rows, or none if one of them is bad or nothing is to be written."""
    try:
        async with taker.house.database.work(revision=taker.house.version):
            await _each(taker, rows, report, progress)
            if dry or report.bad:
                raise Undo
    except Undo:
        if not dry:
            report.created = report.updated = 0
