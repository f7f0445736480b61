"""`ordinance import`: read records from a CSV or XLSX file, check every cell, then write all of them or none."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ordinance.commands.site import add_actor, add_database, add_site, caller, locale_of, on_site

if TYPE_CHECKING:
    from ordinance.app import Opened
    from ordinance.blueprint import Entity
    from ordinance.exchange import Report

_WRONG_USAGE = 2


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("import", help=__doc__, description=__doc__)
    parser.add_argument("entity", metavar="ENTITY", help="what the rows are, such as customer")
    parser.add_argument("file", type=Path, metavar="FILE", help="a .csv or .xlsx file")
    parser.add_argument(
        "--lines", action="append", default=[], metavar="FIELD=FILE", help="a file with the lines of a field"
    )
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="which column is which field (YAML)")
    parser.add_argument("--dry-run", action="store_true", help="check everything and write nothing")
    parser.add_argument("--row-by-row", action="store_true", help="take the good rows even if others are bad")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    add_actor(parser)
    add_site(parser)
    add_database(parser)


def run(arguments: argparse.Namespace) -> int:
    """Import; return 1 if a row was bad, 2 for wrong usage."""
    return on_site(arguments, _run)


async def _run(arguments: argparse.Namespace) -> int:
    from ordinance.app import open_house
    from ordinance.app.serving import utc_now
    from ordinance.exchange import Bad, Report, SheetError
    from ordinance.problems import reason

    async with open_house(arguments.site, utc_now(), url=arguments.database) as opened:
        try:
            report = await _bring(opened, arguments)
        except SheetError as error:
            said = reason("unreadable_file", None, detail=error.detail)
            report = Report(bad=[Bad(error.file, 0, "", said.code, said.message)])
        except LookupError as error:
            sys.stderr.write(f"{error.args[0]}\n")
            return _WRONG_USAGE
    _print(report, arguments)
    return 0 if report.is_clean else 1


async def _bring(opened: Opened, arguments: argparse.Namespace) -> Report:
    from tqdm import tqdm

    from ordinance.app.serving import utc_now
    from ordinance.exchange import bring, mapping_by_headings, read_mapping, read_tables

    entity = opened.house.blueprint.entities.get(arguments.entity)
    if entity is None:
        raise LookupError(f"there is no entity {arguments.entity}")
    files = _files(entity, arguments)
    call = await caller(opened, arguments, utc_now())
    given = read_mapping(arguments.mapping) if arguments.mapping else None
    sheet, lines = read_tables(entity, arguments.file, files, given)
    mapping = given or mapping_by_headings(entity, sheet, lines)
    with tqdm(total=len(sheet.rows), unit="row", disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return await bring(
            opened.house, call, entity, sheet, mapping, lines=lines, dry=arguments.dry_run,
            all_or_nothing=not arguments.row_by_row, progress=progress,
        )  # fmt: skip


def _files(entity: Entity, arguments: argparse.Namespace) -> dict[str, Path]:
    """Return the file of each field of lines that was named.

    Raises:
        LookupError: a field or a file is not there.
    """
    files = {}
    for each in arguments.lines:
        field, _, name = each.partition("=")
        if field not in entity.fields or not entity.fields[field].fields or not name:
            raise LookupError(f"--lines {each}: write FIELD=FILE with a field of lines of {entity.id}")
        files[field] = Path(name)
    for path in (arguments.file, *files.values(), *([arguments.mapping] if arguments.mapping else [])):
        if not path.is_file():
            raise LookupError(f"{path}: there is no such file")
    return files


def _print(report: Report, arguments: argparse.Namespace) -> None:
    locale = locale_of(arguments)
    if arguments.json:
        sys.stdout.write(json.dumps(_as_json(report, locale), ensure_ascii=False, indent=2) + "\n")
        return
    for file, column, message in _ignored(report, locale):
        sys.stdout.write(f"{file}:1: {column}: {message}\n")
    for each in report.bad:
        got = f" ({each.got})" if each.got else ""
        where = f"{each.file}:{each.row}: {each.column or '-'}"
        sys.stdout.write(f"{where}: {each.message.in_(locale)}{got} [{each.code}]\n")
    words = "{} rows: {} created, {} updated, {} faults" if locale == "en" else "{} 行:新建 {},更新 {},错误 {}"
    sys.stdout.write(words.format(report.rows, report.created, report.updated, len(report.bad)) + "\n")


def _ignored(report: Report, locale: str) -> Iterator[tuple[str, str, str]]:
    for each in report.ignored:
        words = [text.in_(locale) for text in (each.message, each.remedy) if text is not None]
        yield each.file, each.column, "; ".join(words)


def _as_json(report: Report, locale: str) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "ignored": [
            {"file": file, "column": column, "message": message} for file, column, message in _ignored(report, locale)
        ],
        "bad": [
            {"file": each.file, "row": each.row, "column": each.column, "code": each.code,
             "message": each.message.in_(locale), "got": each.got}
            for each in report.bad
        ],
    }  # fmt: skip
