"""The rows of a batch that something is wrong with, as a file that can be mended and sent again."""

from __future__ import annotations

from ordinance.acts import House
from ordinance.blueprint import Entity
from ordinance.exchange.batches import Batch, bad_rows, mapping_of, mended, tables_in

_MOST = 100_000


async def faulty_rows(
    house: House, entity: Entity, batch: Batch, locale: str, heading: str
) -> dict[str, list[list[str]]]:
    """Return the bad rows of each table with what is wrong with them in a last column, and all lines of their records.

    Args:
        house: The site.
        entity: What the rows are.
        batch: The batch.
        locale: Language of the faults.
        heading: What the last column is called.
    """
    tables = mended(await tables_in(house, batch), batch.edits)
    rows = await bad_rows(house, batch, _MOST)
    said: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        for fault in row.faults or ():
            words = fault["zh"] if locale.startswith("zh") else fault["en"]
            text = f"{fault['column']}: {words}" if fault["column"] else words
            said.setdefault((fault["sheet"], fault["row"]), []).append(text)
    wanted = {row.line for row in rows}
    parents = mapping_of(batch.mapping or {}).lines
    made = {entity.id: [[*tables.main.headings, heading]]}
    known: dict[str, set[str]] = {name: set() for name in tables.lines}
    for number, cells in tables.main.rows:
        if number not in wanted:
            continue
        made[entity.id].append([*_padded(cells, len(tables.main.headings)), "; ".join(said.get(("", number), ()))])
        for name in known:
            known[name].add(_cell(tables.main.headings, cells, parents[name][0]) if name in parents else "")
    for name, sheet in tables.lines.items():
        made[name] = [[*sheet.headings, heading]]
        for number, cells in sheet.rows:
            faults = said.get((name, number), ())
            parent = _cell(sheet.headings, cells, parents[name][0]) if name in parents else ""
            if faults or (parent and parent in known[name]):
                made[name].append([*_padded(cells, len(sheet.headings)), "; ".join(faults)])
    return made


def _padded(cells: tuple[str, ...], width: int) -> list[str]:
    return [*cells[:width], *([""] * (width - len(cells)))]


def _cell(headings: tuple[str, ...], cells: tuple[str, ...], name: str) -> str:
    at = headings.index(name) if name in headings else len(cells)
    return cells[at].strip() if at < len(cells) else ""
