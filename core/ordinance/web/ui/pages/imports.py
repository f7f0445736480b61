"""Import records from a file: choose it, match its columns, check every row, mend cells in place, write, take back.

One page for all of it. Checking and writing go on in the background, so the page only looks how far they are.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from ordinance import acts, exchange
from ordinance.acts import Refused
from ordinance.blueprint import Entity
from ordinance.exchange import Batch, Runner, Sent, SheetError
from ordinance.problems import reason
from ordinance.web.ui.pages.browse import entity_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, id_of, new_key
from ordinance.web.ui.views import imports as views
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.imports import MAIN, ImportView
from ordinance.web.ui.views.table import name_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_BAD_MAX = 50
_RECORDS_MAX = 20
_STAYS_MAX = 50
_SHORT_WAIT_S = 0.4
"""What is done within this is seen on the very page that asked for it."""


@get("/o/{entity:str}/import", name="ui.import", include_in_schema=False)
async def show_import(
    request: AnyRequest, ui: NamedDependency[Ui], runner: NamedDependency[Runner], entity: FromPath[str]
) -> Response[str]:
    """Show the import page: with `batch`, where that import stands."""
    seat = ui.seat(request)
    declared = _declared(seat, entity)
    asked = request.query_params.get("batch", "")
    if not asked:
        return await _page(seat, await _first(seat, declared))
    batch = await _batch(seat, declared, asked)
    _go_on(seat, runner, batch)
    return await _page(seat, await _view(seat, declared, batch))


@get("/o/{entity:str}/import/progress", name="ui.import_progress", include_in_schema=False)
async def show_progress(
    request: AnyRequest, ui: NamedDependency[Ui], runner: NamedDependency[Runner], entity: FromPath[str]
) -> dict[str, Any]:
    """Answer how far an import is."""
    seat = ui.seat(request)
    batch = await _batch(seat, _declared(seat, entity), request.query_params.get("batch", ""))
    _go_on(seat, runner, batch)
    return {"state": batch.state, "busy": batch.is_busy, "done": batch.position, "total": _total(batch)}


@get("/o/{entity:str}/import/template", name="ui.import_template", include_in_schema=False)
async def send_template(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[bytes]:
    """Answer an empty workbook to fill in, or a text file of the records alone."""
    seat = ui.seat(request)
    declared = _declared(seat, entity)
    sheets = exchange.template(seat.house, declared, seat.visit.locale, marked=True)
    if request.query_params.get("format") == "csv":
        out = io.StringIO()
        exchange.write_csv(sheets[declared.id], out)
        return _file(out.getvalue().encode("utf-8-sig"), f"{seat.of(declared.label)}.csv", CSV)
    return _file(exchange.xlsx_of(sheets, declared.id), f"{seat.of(declared.label)}.xlsx", XLSX)


@get("/o/{entity:str}/import/bad", name="ui.import_bad", include_in_schema=False)
async def send_bad(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[bytes]:
    """Answer the rows of an import that something is wrong with, as a workbook to mend."""
    seat = ui.seat(request)
    declared = _declared(seat, entity)
    batch = _own(seat, await _batch(seat, declared, request.query_params.get("batch", "")))
    heading = seat.say("imp_fault_column")
    sheets = await exchange.faulty_rows(seat.house, declared, batch, seat.visit.locale, heading)
    name = f"{seat.of(declared.label)} {seat.say('imp_bad_rows')}.xlsx"
    return _file(exchange.xlsx_of(sheets, declared.id), name, XLSX)


@post("/o/{entity:str}/import/files", name="ui.import_files", status_code=200, include_in_schema=False)
async def take_files(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Take the files of an import and read them."""
    seat = ui.seat(request)
    declared = _declared(seat, entity)
    sent = await _sent(request, declared)
    if not sent:
        return await _page(seat, await _first(seat, declared, seat.say("imp_no_file")), 422)
    try:
        opened = await exchange.open_batch(seat.house, seat.call(), declared, sent)
    except SheetError as error:
        words = reason("unreadable_file", None, detail=error.detail)
        fault = seat.say("imp_unreadable", name=error.file, why=seat.of(words.message))
        return await _page(seat, await _first(seat, declared, fault), 422)
    if isinstance(opened, Refused):
        raise PageHalt(opened.kind, opened.reasons)
    return go(_address(declared, opened))


@post("/o/{entity:str}/import", name="ui.import_do", status_code=200, include_in_schema=False)
async def do(
    request: AnyRequest, ui: NamedDependency[Ui], runner: NamedDependency[Runner], entity: FromPath[str]
) -> Response[Any]:
    """Match, mend, check, write, stop or take back, and lead back to the page."""
    seat = ui.seat(request)
    declared = _declared(seat, entity)
    posted = read_posted(seat.visit.body)
    batch = await _batch(seat, declared, posted.get("batch"))
    wish = posted.get("do")
    if wish == "undo":
        done = await exchange.request(seat.house, seat.call(), batch, "undo")
    else:
        done = await _done(seat, declared, _own(seat, batch), posted, wish)
    if not done:
        raise PageHalt("conflict", (reason("import_begun"),))
    if wish in ("check", "again", "all", "rows", "undo"):
        runner.start(seat.house, seat.call(), batch.id)
        await runner.wait(batch.id, _SHORT_WAIT_S)
    return go(_address(declared, batch.id))


async def _done(seat: Seat, entity: Entity, batch: Batch, posted: Posted, wish: str) -> bool:
    """Do what a form asks for; return False if it is too late for that."""
    house, call = seat.house, seat.call()
    if wish == "use":
        kept = (await exchange.saved_mappings(house, entity)).get(posted.get("mapping"), {})
        return await exchange.keep_mapping(house, call, batch, await _fitting(seat, batch, kept))
    if wish in ("check", "map"):
        plain = await _mapping(seat, entity, batch, posted) if wish == "check" else dict(batch.mapping or {})
        name = posted.get("keep").strip()[:80]
        kept = await exchange.keep_mapping(house, call, batch, plain, name)
        return kept and (wish == "map" or await exchange.request(house, call, batch, "check"))
    if wish == "again":
        cells, skip = await _mended(seat, batch, posted)
        kept = await exchange.mend(house, batch, cells, skip)
        return kept and await exchange.request(house, call, batch, "check")
    if wish in ("all", "rows"):
        return await exchange.request(house, call, batch, "run", mode=wish)
    return wish == "stop" and await exchange.request(house, call, batch, "stop")


async def _mapping(seat: Seat, entity: Entity, batch: Batch, posted: Posted) -> dict[str, Any]:
    """Return what the selects of the page say; of two columns for one field the first counts."""
    tables = await exchange.tables_in(seat.house, batch)
    lines: dict[str, Any] = {}
    for name, sheet in tables.lines.items():
        parent = posted.get(f"p.{name}")
        found = _chosen(posted, name, sheet.headings)
        if found and parent in sheet.headings:
            lines[name] = {"parent": parent, "fields": found}
    return {
        "fields": _chosen(posted, MAIN, tables.main.headings),
        "lines": lines,
        "dates": posted.get("dates") if posted.get("dates") in views.DATES else "",
        "decimal": "," if posted.get("decimal") == "," else ".",
        "key": list((batch.mapping or {}).get("key") or ()),
    }


def _chosen(posted: Posted, table: str, headings: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for at, heading in enumerate(headings):
        field = posted.get(f"m.{table}.{at}")
        if field and heading:
            found.setdefault(field, heading)
    return found


async def _fitting(seat: Seat, batch: Batch, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return a kept mapping as far as this file has its columns; the rest is as the headings say."""
    tables = await exchange.tables_in(seat.house, batch)
    plain = dict(batch.mapping or {})
    there = {field: heading for field, heading in (kept.get("fields") or {}).items() if heading in tables.main.headings}
    taken = set(there.values())
    own = {field: heading for field, heading in (plain.get("fields") or {}).items() if heading not in taken}
    lines = dict(plain.get("lines") or {})
    for name, each in (kept.get("lines") or {}).items():
        sheet = tables.lines.get(name)
        if sheet is not None and each["parent"] in sheet.headings:
            fields = {field: heading for field, heading in each["fields"].items() if heading in sheet.headings}
            lines[name] = {"parent": each["parent"], "fields": fields}
    return {**plain, "fields": {**own, **there}, "lines": lines,
            "dates": kept.get("dates") or "", "decimal": kept.get("decimal") or "."}  # fmt: skip


async def _mended(seat: Seat, batch: Batch, posted: Posted) -> tuple[dict[str, Any], list[int]]:
    """Return the cells that were changed on the page, by table, row and heading, and the rows to leave out."""
    tables = exchange.mended(await exchange.tables_in(seat.house, batch), batch.edits)
    cells: dict[str, Any] = {}
    skip: list[int] = []
    for name, texts in posted.texts.items():
        kind, _, rest = name.partition(".")
        parts = rest.split(".")
        if kind == "s" and rest.isdigit():
            skip.append(int(rest))
        elif kind == "c" and len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit():
            field = "" if parts[0] == MAIN else parts[0]
            sheet = tables.all.get(field)
            if sheet is not None and int(parts[2]) < len(sheet.headings):
                cells.setdefault(field, {}).setdefault(parts[1], {})[sheet.headings[int(parts[2])]] = texts[-1]
    return cells, skip


async def _sent(request: AnyRequest, entity: Entity) -> list[Sent]:
    """Return the files of a form: that of the records first, and those of lines."""
    try:
        form = await request.form()
    except HTTPException:
        return []
    found: list[Sent] = []
    parts = [(f"file.{each.id}", each.id) for each in entity.fields.values() if each.fields]
    for name, field in (("file", ""), *parts):
        file = form.get(name)
        if isinstance(file, UploadFile) and file.filename:
            found.append(Sent(file.filename.replace("\\", "/").rpartition("/")[2][:200], await file.read(), field))
    return found if found and not found[0].field else []


def _go_on(seat: Seat, runner: Runner, batch: Batch) -> None:
    """Go on with an import that another process left in the middle, if it is the reader's own."""
    left = batch.lease_until is None or batch.lease_until < seat.visit.now
    if batch.is_busy and left and batch.maker == str(seat.actor.id):
        runner.start(seat.house, seat.call(), batch.id)


def _declared(seat: Seat, entity: str) -> Entity:
    """Return an entity whose records the reader may import.

    Raises:
        PageHalt: there is none of that name, or it may not.
    """
    declared = entity_of(seat, entity)
    refused = exchange.may_import(seat.house, seat.call(), declared)
    if refused is not None:
        raise PageHalt(refused.kind, refused.reasons)
    return declared


async def _batch(seat: Seat, entity: Entity, id: str) -> Batch:
    found = await exchange.find_batch(seat.house, seat.call(), entity, id_of(id))
    if isinstance(found, Refused):
        raise PageHalt(found.kind, found.reasons)
    return found


def _own(seat: Seat, batch: Batch) -> Batch:
    """Return a batch that the reader sent: what is in a file only its sender sees.

    Raises:
        PageHalt: somebody else did.
    """
    if batch.maker != str(seat.actor.id):
        raise PageHalt("not_allowed", (reason("not_allowed", what=seat.force.blueprint.entities[batch.entity].label),))
    return batch


def _address(entity: Entity, batch: int) -> str:
    return f"/o/{entity.id}/import?batch={batch}"


def _total(batch: Batch) -> int:
    if batch.state in ("undoing", "retracting"):
        return batch.counts.get("created", 0) + batch.counts.get("updated", 0)
    return batch.total


async def _page(seat: Seat, view: ImportView, status: int = 200) -> Response[str]:
    return await seat.page("import.html", status, here=view.list_href, view=view)


def _empty(seat: Seat, entity: Entity, state: str) -> ImportView:
    label = seat.of(entity.label)
    return ImportView(
        entity=entity.id, title=seat.say("import_of", name=label), list_href=f"/o/{entity.id}", list_label=label,
        href=f"/o/{entity.id}/import", state=state, marks=views.marks_of(seat.speech, state), key=new_key(),
    )  # fmt: skip


async def _first(seat: Seat, entity: Entity, fault: str = "") -> ImportView:
    """Return the page before there is a file."""
    speech = seat.speech
    past = await exchange.batches_of(seat.house, seat.call(), entity)
    return replace(
        _empty(seat, entity, ""),
        faults=(fault,) if fault else (),
        parts=tuple((each.id, seat.of(each.label)) for each in entity.fields.values() if each.fields),
        past=tuple(
            views.Past(
                _address(entity, each.id), _files(each), each.maker_name, speech.moment(each.made_at, seat.visit.now),
                views.chip_of(speech, each.state), views.result_of(speech, each),
            )
            for each in past
        ),
    )  # fmt: skip


def _files(batch: Batch) -> str:
    return ", ".join(str(each["name"]) for each in batch.files)


async def _view(seat: Seat, entity: Entity, batch: Batch) -> ImportView:
    """Return the page of an import as it stands."""
    mine = batch.maker == str(seat.actor.id)
    view = replace(
        _empty(seat, entity, batch.state), batch=str(batch.id), files=_files(batch), mine=mine, maker=batch.maker_name,
        done=batch.position, total=_total(batch), figures=views.figures_of(seat.speech, batch),
        bad=batch.counts.get("bad", 0), undone_by=batch.undone_by,
        good=sum(batch.counts.get(each, 0) for each in ("created", "updated", "unchanged")),
    )  # fmt: skip
    if batch.state == "new":
        return await _mapping_view(seat, entity, batch, view) if mine else view
    if batch.state in ("checked", "refused"):
        return await _checked_view(seat, entity, batch, view) if mine else view
    if batch.is_busy:
        return view
    return await _written_view(seat, entity, batch, view)


async def _mapping_view(seat: Seat, entity: Entity, batch: Batch, view: ImportView) -> ImportView:
    tables = exchange.mended(await exchange.tables_in(seat.house, batch), batch.edits)
    plain = batch.mapping or {}
    return replace(
        view,
        tables=views.tables_view(seat.speech, entity, tables, plain),
        missing=views.missing_of(seat.speech, entity, tables, plain),
        dates=views.dates_of(seat.speech, plain.get("dates") or ""),
        decimals=tuple(views.Choice(each, f"1{each}5", each == (plain.get("decimal") or ".")) for each in (".", ",")),
        kept=tuple(await exchange.saved_mappings(seat.house, entity)),
    )


async def _checked_view(seat: Seat, entity: Entity, batch: Batch, view: ImportView) -> ImportView:
    tables = exchange.mended(await exchange.tables_in(seat.house, batch), batch.edits)
    rows = await exchange.bad_rows(seat.house, batch, _BAD_MAX)
    stays = await _stays(seat, batch) if batch.state == "refused" else ()
    return replace(
        view,
        cells=views.cells_of(seat.speech, entity, tables, batch.mapping or {}, rows),
        shown=len(rows),
        file_faults=tuple(
            ": ".join(part for part in (each.file, each.column, seat.of(each.message)) if part) for each in batch.faults
        ),
        stays=stays,
    )


async def _written_view(seat: Seat, entity: Entity, batch: Batch, view: ImportView) -> ImportView:
    rows = await exchange.written_rows(seat.house, batch, _RECORDS_MAX)
    records = [await _named(seat, entity, each.record) for each in rows if each.record is not None]
    count = batch.counts.get("created", 0) + batch.counts.get("updated", 0)
    return replace(
        view,
        records=tuple(each for each in records if each is not None) if batch.state != "undone" else (),
        more=max(count - len(rows), 0),
        stays=await _stays(seat, batch),
    )


async def _stays(seat: Seat, batch: Batch) -> tuple[tuple[str, str], ...]:
    """Return the rows that could not be taken back, each with why."""
    rows = await exchange.kept_rows(seat.house, batch, _STAYS_MAX)
    return tuple(
        (seat.say("imp_row", row=each.line), str((each.undone or {}).get(seat.visit.locale, ""))) for each in rows
    )


async def _named(seat: Seat, entity: Entity, id: int) -> tuple[str, str] | None:
    found = await acts.read(seat.house, seat.call(), entity.id, id)
    if isinstance(found, Refused):
        return None
    name = str(found.record.get("number") or name_of(found.record, entity, seat.speech))
    return name, f"/o/{entity.id}/{id}"


def _file(content: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type=media_type, headers=headers)


HANDLERS = [show_import, show_progress, send_template, send_bad, take_files, do]
"""Every handler of this module."""
