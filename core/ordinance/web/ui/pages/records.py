"""One record: its form, its preview while one types, saving it, its steps, and the small forms before an act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Done, Refused
from ordinance.problems import Reason, reason
from ordinance.web.problem_details import STATUS
from ordinance.web.ui.pages.browse import entity_of
from ordinance.web.ui.pages.desk import Reply, faults_of, view_of
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.neighbours import came_from, with_neighbours
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, local, new_key
from ordinance.web.ui.pages.sheet import Sheet, new_sheet, open_sheet
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.merging import Merging, unpacked
from ordinance.web.ui.views.preview import answer_of
from ordinance.web.ui.views.short import shortened
from ordinance.web.ui.views.table import name_of


@get("/o/{entity:str}/new", name="ui.new", include_in_schema=False)
async def show_new(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[str]:
    """Show the form of a new record."""
    seat = ui.seat(request)
    sheet = new_sheet(seat, entity_of(seat, entity))
    view = await view_of(sheet)
    if "short" in request.query_params:
        return await seat.page("short.html", view=shortened(view, request.query_params.get("called", "")))
    return await seat.page("record.html", view=view)


@get("/o/{entity:str}/{id:str}", name="ui.record", include_in_schema=False)
async def show_record(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]
) -> Response[str]:
    """Show a record."""
    seat = ui.seat(request)
    sheet = await open_sheet(seat, entity_of(seat, entity), id)
    view = await with_neighbours(seat, sheet.entity, await view_of(sheet))
    return await seat.page("record.html", view=view)


@get("/o/{entity:str}/{id:str}/act/{act:str}", name="ui.ask", include_in_schema=False)
async def show_ask(
    request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str], act: FromPath[str]
) -> Response[str]:
    """Show the small form before an act as a page of its own, for a browser without JavaScript."""
    seat = ui.seat(request)
    sheet = await open_sheet(seat, entity_of(seat, entity), id)
    view = await view_of(sheet)
    found = next((each for each in view.asks if each.act.value == act), None)
    if found is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    return await seat.page("ask.html", view=view, ask=found)


@post("/o/{entity:str}/preview", name="ui.preview", status_code=200, include_in_schema=False)
async def preview(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> dict[str, Any]:
    """Answer what the form comes to with what is typed so far; nothing is written."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body).picked()
    sheet = await _sheet(seat, entity, posted.get("_id"))
    entered = await sheet.settled(sheet.entered(posted))
    evaluation = await sheet.evaluated(entered.values)
    return answer_of(seat.speech, sheet.entity, posted, entered, evaluation)


@post("/o/{entity:str}/new", name="ui.create", status_code=200, include_in_schema=False)
async def create(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Create a record from the form: as a draft, or going straight through its first step."""
    seat = ui.seat(request)
    sheet = new_sheet(seat, entity_of(seat, entity))
    return await _Submitted(sheet, read_posted(seat.visit.body)).answer()


@post("/o/{entity:str}/{id:str}", name="ui.save", status_code=200, include_in_schema=False)
async def save(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """Save a record, or do something to it: pass a step, send it back, lead it into a side flow, take it, delete it."""
    seat = ui.seat(request)
    sheet = await open_sheet(seat, entity_of(seat, entity), id)
    return await _Submitted(sheet, read_posted(seat.visit.body)).answer()


async def _sheet(seat: Seat, entity: str, id: str) -> Sheet:
    declared = entity_of(seat, entity)
    return await open_sheet(seat, declared, id) if id else new_sheet(seat, declared)


class _Submitted:
    """A form that was sent, and what becomes of it."""

    def __init__(self, sheet: Sheet, posted: Posted) -> None:
        self.sheet, self.seat, self.posted = sheet, sheet.seat, posted.picked()
        self.what, _, self.id = posted.get("do").partition(":")
        self.entered = sheet.entered(self.posted)

    async def answer(self) -> Response[Any]:
        """Do it and say how it went."""
        if self.what in ("add", "cut", "look"):
            return await self._again()
        await self.sheet.settled(self.entered)
        if self.entered.faults:
            return await self._refused(Refused("invalid", tuple(self.entered.faults)))
        outcome = await self._do()
        return await self._refused(outcome) if isinstance(outcome, Refused) else self._done(outcome)

    async def _do(self) -> Done | Refused:
        sheet, values = self.sheet, self.entered.values
        if sheet.found is None:
            return await self._create(values)
        entity, id_ = sheet.entity.id, sheet.found.id
        version = int(text) if (text := self.posted.get("_version")).isdigit() else None
        call, house = self.seat.call(self.posted.get("_key")), self.seat.house
        why = self.posted.get("_reason").strip() or None
        if self.what == "step":
            return await acts.step(house, call, entity, id_, self.id, reason=why, values=values, version=version)
        if self.what == "close":
            return await acts.step(house, call, entity, id_, self.id, decision="close", reason=why, version=version)
        if self.what == "back":
            to = self.posted.get("_to") or None
            return await acts.step(
                house, call, entity, id_, self.id, decision="send_back", to=to, reason=why, version=version
            )
        if self.what == "lane":
            return await acts.lane(house, call, entity, id_, self.id, reason=why, values=values, version=version)
        if self.what == "take":
            return await acts.take(house, call, entity, id_, self.id or None, reason=why or "")
        if self.what == "aside":
            return await acts.set_aside(house, call, entity, id_, reason=why or "", version=version)
        if self.what == "resume":
            return await acts.resume(house, call, entity, id_, version=version)
        if self.what == "delete":
            return await acts.delete(house, call, entity, id_, version=version)
        return await acts.update(house, call, entity, id_, values, version=version)

    async def _create(self, values: Mapping[str, Any]) -> Done | Refused:
        """A form that goes through its first step is looked at whole before anything is stored."""
        through = self.what == "step"
        if through:
            evaluation = await self.sheet.evaluated(values)
            if evaluation.errors:
                return Refused("invalid", evaluation.errors)
        call = self.seat.call(self.posted.get("_key"))
        draft = self.sheet.workflow is not None and not through
        return await acts.create(self.seat.house, call, self.sheet.entity.id, values, draft=draft)

    def _done(self, done: Done) -> Response[Any]:
        base = f"/o/{done.entity}/{done.id}" if done.id else f"/o/{done.entity}"
        said = "gone" if not done.id else "saved"
        back = self.posted.get("_back")
        kept = came_from(self.seat) if done.id else ""
        address = local(back, base) if back else f"{base}?{kept}{'&' if kept else ''}said={said}"
        if not self.seat.wants_json():
            return go(address)
        label = name_of(done.record, self.sheet.entity, self.seat.speech) if done.id else ""
        return Response({"location": address, "id": str(done.id), "label": label})

    async def _refused(self, no: Refused) -> Response[Any]:
        if no.kind == "not_found":
            raise PageHalt(no.kind, no.reasons)
        if no.kind == "stale" and self.sheet.found is not None:
            return await self._stale(no)
        status = STATUS[no.kind]
        if self.seat.wants_json():
            return Response(self._faults(no.reasons), status_code=status)
        view = await view_of(self.sheet, Reply(self.posted, no.reasons, values=self.entered.values))
        return await self.seat.page("record.html", status, view=view)

    def _faults(self, reasons: tuple[Reason, ...]) -> dict[str, Any]:
        faults = faults_of(self.sheet, reasons, self.posted)
        errors: dict[str, str] = {}
        for each in reasons:
            if each.where and each.where.startswith("/"):
                errors.setdefault(self.posted.pointer_name(each.where), self.seat.of(each.message))
        return {
            "errors": errors,
            "faults": [{"text": each.text, "target": each.target} for each in faults],
            "key": new_key(),
        }

    async def _stale(self, no: Refused) -> Response[Any]:
        """Show what both changed, to be chosen field by field; the form now has the new version."""
        sheet = await open_sheet(self.seat, self.sheet.entity, str(self.sheet.found.id if self.sheet.found else 0))
        base = unpacked(self.posted.get("_base"))
        entered = await sheet.settled(sheet.entered(self.posted, base))
        merged = Merging(self.seat.speech, sheet.entity, self.posted, base, sheet.record).of(entered.values)
        reply = Reply(merged.posted, (), tuple(merged.differences), tuple(merged.taken), merged.values)
        view = replace(await view_of(sheet, reply), stale=True)
        return await self.seat.page("record.html", STATUS["stale"], view=view)

    async def _again(self) -> Response[Any]:
        """Show the form again with a row more or less: how a browser without JavaScript adds and deletes rows."""
        name, _, index = self.id.partition(".")
        posted = self.posted.without(name, index) if self.what == "cut" else self.posted
        entered = await self.sheet.settled(self.sheet.entered(posted))
        added = {name: 1} if self.what == "add" else {}
        posted = posted.with_row(name) if added else posted
        view = await view_of(self.sheet, Reply(posted, values=entered.values, rows=added))
        return await self.seat.page("record.html", view=view)


HANDLERS = [show_new, show_record, show_ask, preview, create, save]
"""Every handler of this module."""
