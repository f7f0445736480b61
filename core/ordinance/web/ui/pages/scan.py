"""The scan page of the warehouse: a document's number opens it, codes count its lines, and the step is done.

It works one scan for each request without JavaScript; the module counts on the spot and keeps what could not be sent.
What is counted stands in the address until the step is done. Source: ui.md §4 (scan).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Done, Filter, Page, Query, Refused
from ordinance.blueprint import Scan
from ordinance.problems import Reason, reason
from ordinance.web.problem_details import STATUS
from ordinance.web.ui.pages.browse import entity_of
from ordinance.web.ui.pages.desk import view_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, id_of
from ordinance.web.ui.pages.sheet import Sheet, open_sheet
from ordinance.web.ui.views.controls import Control, Grid
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.scan import (
    Result,
    ScanLine,
    Waiting,
    as_query,
    left,
    plain,
    record_in,
    scanned,
    scans_of,
    short,
    with_counts,
)

_WAITING = 30
_CODE_MAX = 200


@get("/scan", name="ui.scan", include_in_schema=False)
async def show_start(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the field for the number of a document, and what waits to be counted."""
    seat = ui.seat(request)
    done = request.query_params.get("done", "")[:60]
    return await _start(seat, Result("all", seat.say("scan_done", number=done)) if done else None)


async def _start(seat: Seat, result: Result | None, status: int = 200) -> Response[str]:
    scans = _mine(seat)
    waiting = [each for scan in scans for each in await _waiting(seat, scan)]
    return await seat.page("scan_start.html", status, here="/scan", waiting=waiting, result=result)


def _mine(seat: Seat) -> tuple[Scan, ...]:
    """Return what the reader counts.

    Raises:
        PageHalt: nothing.
    """
    scans = scans_of(seat.force, seat.actor)
    if not scans:
        raise PageHalt("not_allowed", (reason("not_allowed", what=seat.request.scope["path"]),))
    return scans


async def _waiting(seat: Seat, scan: Scan) -> list[Waiting]:
    page = await acts.inbox(seat.house, seat.call(), limit=_WAITING, entity=scan.entity, step=scan.step)
    if isinstance(page, Refused):
        raise PageHalt(page.kind, page.reasons)
    kind = seat.of(seat.force.blueprint.entities[scan.entity].label)
    return [
        Waiting(f"/scan/{scan.entity}/{each.id}", each.number or str(each.id), kind, seat.of(each.label),
                each.title if each.title != each.number else "")
        for each in page.items
    ]  # fmt: skip


@post("/scan", name="ui.scan_number", status_code=200, include_in_schema=False)
async def find(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Open the document whose number, or whose square code, was scanned."""
    seat = ui.seat(request)
    scans = _mine(seat)
    code = read_posted(seat.visit.body).get("_code").strip()[:_CODE_MAX]
    found = await _found(seat, scans, code) if code else None
    if found is None:
        return await _start(seat, Result("unknown", seat.say("scan_no_document", code=code)), 404)
    entity, record = found
    if any(each.entity == entity and each.step in record["waits_at"] for each in scans):
        return go(f"/scan/{entity}/{record['id']}")
    text = seat.say("scan_not_here", code=record.get("number") or code, status=record.get("status") or "")
    return await _start(seat, Result("over", text), 409)


async def _found(seat: Seat, scans: Sequence[Scan], code: str) -> tuple[str, Mapping[str, Any]] | None:
    entities = tuple(dict.fromkeys(each.entity for each in scans))
    address = record_in(code)
    if address is not None and address[0] in entities:
        view = await acts.read(seat.house, seat.call(), address[0], id_of(address[1]))
        return None if isinstance(view, Refused) else (address[0], view.record)
    number = unicodedata.normalize("NFKC", code).strip()
    for entity in entities:
        query = Query(filter=(Filter(("number",), "in", (number, number.upper())),), limit=1, fields=("created_at",))
        page = await acts.listing(seat.house, seat.call(), entity, query)
        if isinstance(page, Page) and page.items:
            return entity, page.items[0]
    return None


@get("/scan/{entity:str}/{id:str}", name="ui.scan_document", include_in_schema=False)
async def show_card(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> Response[Any]:
    """Show the lines of a document that waits to be counted."""
    card = await _Card.of(ui.seat(request), entity, id)
    query = request.query_params
    lines = with_counts(card.lines, dict(query.items()))
    return await card.page(lines, card.said(lines, query.get("last", ""), query.get("code", "")[:_CODE_MAX]))


@post("/scan/{entity:str}/{id:str}", name="ui.scan_count", status_code=200, include_in_schema=False)
async def count(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> Response[Any]:
    """Count one scan, or do the step when all is counted."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    card = await _Card.of(seat, entity, id)
    lines = with_counts(card.lines, {name: posted.get(name) for name in posted.texts})
    if posted.get("do") == "finish":
        return await card.finish(lines, posted)
    code = posted.get("_code").strip()[:_CODE_MAX]
    if not code:
        return go(card.address(lines))
    lines, what = scanned(lines, code)
    return go(card.address(lines, last=what.id if isinstance(what, ScanLine) else "", code=code))


class _Card:
    """A document that is being counted at one of its steps."""

    def __init__(self, seat: Seat, sheet: Sheet, scan: Scan, lines: tuple[ScanLine, ...]) -> None:
        self.seat, self.sheet, self.scan, self.lines = seat, sheet, scan, lines

    @classmethod
    async def of(cls, seat: Seat, entity: str, id: str) -> _Card:
        """Return the card.

        Raises:
            PageHalt: there is no such document, or the reader has nothing to count of it now.
        """
        scans = [each for each in _mine(seat) if each.entity == entity]
        if not scans:
            raise PageHalt("not_found", (reason("no_such_path"),))
        sheet = await open_sheet(seat, entity_of(seat, entity), id)
        open_ = {each.id for each in sheet.buttons if each.kind == "step" and each.allowed}
        scan = next((each for each in scans if each.step in open_), None)
        if scan is None:
            status = str(sheet.record.get("status") or "")
            number = str(sheet.record.get("number") or id)
            raise PageHalt("conflict", (reason("scan_elsewhere", None, got=number, status=status),))
        return cls(seat, sheet, scan, await _lines(seat, scan, sheet.record))

    @property
    def href(self) -> str:
        """Where it is."""
        assert self.sheet.found is not None
        return f"/scan/{self.scan.entity}/{self.sheet.found.id}"

    @property
    def number(self) -> str:
        """What it is called."""
        return str(self.sheet.record.get("number") or (self.sheet.found.id if self.sheet.found else ""))

    def address(self, lines: Sequence[ScanLine], **more: str) -> str:
        """Return where it is, with what was counted and what the last scan was."""
        query = {**as_query(lines), **{name: each for name, each in more.items() if each}}
        return f"{self.href}?{urlencode(query)}" if query else self.href

    def said(self, lines: Sequence[ScanLine], last: str, code: str) -> Result | None:
        """Return what became of the last scan, in words."""
        line = next((each for each in lines if each.id == last), None)
        if line is not None:
            rest = left(lines)
            tone = "ok" if rest else "all"
            text = f"{line.name}  {short(line.counted)} / {short(line.wanted)}"
            return Result(tone, text if rest else f"{text} · {self.seat.say('scan_all')}")
        if not code:
            return None
        _, what = scanned(lines, code)
        if isinstance(what, Reason):
            tone = "unknown" if what.code == "scan_not_in_it" else "over"
            return Result(tone, self.seat.of(what.message))
        return None

    async def page(
        self, lines: Sequence[ScanLine], result: Result | None, wrong: Sequence[Reason] = (), status: int = 200
    ) -> Response[str]:
        """Return the page."""
        seat, record = self.seat, self.sheet.record
        step = self.sheet.workflow.step(self.scan.step) if self.sheet.workflow is not None else None
        view = await view_of(self.sheet)
        return await seat.page(
            "scan.html", status, here="/scan", number=self.number, href=self.href, lines=lines, result=result,
            left=short(left(lines)), status_words=str(record.get("status") or ""), short=short,
            step=seat.of(step.label) if step is not None else self.scan.step, key=view.key, version=view.version,
            keeps=bool(self.scan.counts), controls=self._controls(view.parts), help=view.standing,
            faults=[seat.of(each.message) for each in wrong], generated=self.sheet.href,
            whom=next((text for name, text, _ in view.keyline if name in self.sheet.entity.fields), ""),
        )  # fmt: skip

    def _controls(self, parts: Sequence[Any]) -> list[Control]:
        step = self.sheet.workflow.step(self.scan.step) if self.sheet.workflow is not None else None
        names = {path[0] for path in (*step.asks, *step.offers) if len(path) == 1} if step is not None else set()
        every = [each for part in parts if not isinstance(part, Grid) for each in part.controls]
        return [each for each in every if each.writable and each.name in names]

    async def finish(self, lines: tuple[ScanLine, ...], posted: Posted) -> Response[Any]:
        """Do the step, if all is counted or the difference may be kept."""
        outcome = await self._finished(lines, posted)
        seat = self.seat
        if isinstance(outcome, Done):
            address = f"/scan?{urlencode({'done': self.number})}"
            return Response({"location": address}) if seat.wants_json() else go(address)
        if seat.wants_json():
            said = [seat.of(each.message) for each in outcome.reasons]
            return Response({"faults": said}, status_code=STATUS[outcome.kind])
        return await self.page(lines, None, outcome.reasons, STATUS[outcome.kind])

    async def _finished(self, lines: tuple[ScanLine, ...], posted: Posted) -> Done | Refused:
        rest = left(lines)
        if rest and not (self.scan.counts and posted.get("_short")):
            return Refused("invalid", (reason("scan_not_all", None, left=short(rest)),))
        entered = await self.sheet.settled(self.sheet.entered(posted))
        if entered.faults:
            return Refused("invalid", tuple(entered.faults))
        values = {name: each for name, each in entered.values.items() if name != self.scan.lines.field}
        if self.scan.counts:
            values[self.scan.lines.field] = [{"id": each.id, self.scan.counts: short(each.counted)} for each in lines]
        assert self.sheet.found is not None
        version = int(text) if (text := posted.get("_version")).isdigit() else None
        call = self.seat.call(posted.get("_key"))
        found = self.sheet.found
        return await acts.step(
            self.seat.house, call, self.scan.entity, found.id, self.scan.step, values=values, version=version
        )


async def _lines(seat: Seat, scan: Scan, record: Mapping[str, Any]) -> tuple[ScanLine, ...]:
    """Return the lines of a document with the codes of what they name."""
    rows = [each for each in record.get(scan.lines.field) or () if each.get(scan.lines.item)]
    codes = await _codes(seat, scan, [str(row[scan.lines.item]["id"]) for row in rows])
    made = []
    for row in rows:
        item = row[scan.lines.item]
        known = codes.get(str(item["id"]), {})
        key = str(known.get(scan.codes[0]) if scan.codes and known.get(scan.codes[0]) else item.get("key") or "")
        every = {plain(str(each)) for each in (*known.values(), item.get("key"), item["id"]) if each}
        wanted = Decimal(str(row.get(scan.lines.quantity) or 0))
        made.append(ScanLine(str(row["id"]), str(item.get("title") or key), key, tuple(sorted(every)), wanted))
    return tuple(made)


async def _codes(seat: Seat, scan: Scan, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the codes of what is to be counted, as far as the reader may read them."""
    seen = seat.force.rights.projection(seat.actor, scan.lines.target)
    fields = tuple(each for each in scan.codes if seen.reads(each))
    found: dict[str, dict[str, Any]] = {}
    wanted = tuple(dict.fromkeys(ids))
    for start in range(0, len(wanted) if fields else 0, _CODE_MAX):
        query = Query(
            filter=(Filter(("id",), "in", wanted[start : start + _CODE_MAX]),), fields=fields, limit=_CODE_MAX
        )
        page = await acts.listing(seat.house, seat.call(), scan.lines.target, query)
        for each in page.items if isinstance(page, Page) else ():
            found[str(each["id"])] = {name: each.get(name) for name in fields}
    return found


HANDLERS = [show_start, find, show_card, count]
"""Every handler of this module."""
