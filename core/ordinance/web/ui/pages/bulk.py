"""One step for many documents: the small form for all of them, and a page that says what became of each.

Every document is a transaction of its own. The form carries one key: sent twice it does nothing twice, and a script may
send it in parts to show how far it has come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Filter, Query, Refused
from ordinance.acts.bulk import BULK_MAX, Deed, each_of
from ordinance.acts.paging import all_of
from ordinance.blueprint import Entity
from ordinance.problems import reason
from ordinance.web.ui.pages.browse import entity_of, list_query
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go, local, new_key
from ordinance.web.ui.views.address import is_id, pairs_of, read_address
from ordinance.web.ui.views.bulk import (
    VALUE,
    BulkView,
    Chosen,
    Result,
    chosen_of,
    form_of,
    result_of,
    summary_of,
    targets_of,
)
from ordinance.web.ui.views.entry import Entered, Posted, Reader, read_posted
from ordinance.web.ui.views.process import my_steps
from ordinance.web.ui.views.table import name_of

AT_ONCE = 50
"""Documents that are done without a question, where nothing is asked; more are shown as a number first."""

_TITLES = 200
_EXPORTED = "export"


@get("/o/{entity:str}/bulk", name="ui.bulk_form", include_in_schema=False)
async def show_form(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Show the small form of a deed: how the board asks before a card moves."""
    seat = ui.seat(request)
    query = request.query_params
    texts = {name: (query[name],) for name in ("do", "back", "to") if name in query}
    ids = tuple(query.getall("pick", []))
    work = await _work(seat, entity_of(seat, entity), Posted({**texts, "pick": ids}))
    return await seat.page("bulk.html", view=work.form())


@post("/o/{entity:str}/bulk", name="ui.bulk", status_code=200, include_in_schema=False)
async def do_bulk(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Do one thing to the documents that were ticked, or to all that match; ask first where there is something to."""
    seat = ui.seat(request)
    declared = entity_of(seat, entity)
    posted = read_posted(seat.visit.body)
    if posted.get("do").startswith(_EXPORTED):
        return go(_export(declared, posted))
    work = await _work(seat, declared, posted)
    if posted.get("go") != "1" and (work.chosen.asks or len(work.ids) > AT_ONCE or not work.ids):
        return await seat.page("bulk.html", view=work.form())
    entered = await work.entered()
    if entered.faults:
        faults = tuple(seat.of(each.message) for each in entered.faults)
        if seat.wants_json():
            return Response({"faults": faults}, status_code=422)
        return await seat.page("bulk.html", 422, view=replace(work.form(), faults=faults))
    results = await work.done(entered)
    if seat.wants_json():
        return Response({"results": [_json(each) for each in results]})
    return await seat.page("bulk.html", view=work.result(results))


def _export(entity: Entity, posted: Posted) -> str:
    """Return the address of the export of what was ticked, with the columns and the order of the list."""
    address = read_address(entity.id, pairs_of(posted.get("query")))
    if not posted.get("all"):
        picked = tuple(each for each in posted.texts.get("pick", ()) if is_id(each))
        address = replace(address, filters=(Filter(("id",), "in", picked[:_TITLES]),), search="", step="", view="")
    kind = "csv" if posted.get("do") == "export:csv" else "xlsx"
    return address.on("export", ("format", kind)).href()


def _json(each: Result) -> dict[str, Any]:
    return {"id": each.id, "href": each.href, "title": each.title, "ok": each.ok, "text": each.text}


async def _work(seat: Seat, entity: Entity, posted: Posted) -> _Work:
    """Return what was asked for.

    Raises:
        PageHalt: there is no such deed for the reader, or too many documents at once.
    """
    chosen = chosen_of(seat.force, entity, my_steps(seat.force, seat.actor, entity), posted.get("do"))
    if chosen is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    return _Work(seat, entity, posted, chosen, await _ids(seat, entity, posted))


async def _ids(seat: Seat, entity: Entity, posted: Posted) -> tuple[int, ...]:
    """Return the documents that were ticked, or all that match the list."""
    if posted.get("all") and posted.get("go") != "1":
        query = replace(await list_query(seat, entity, pairs_of(posted.get("query"))), cursor=None)
        found = await all_of(seat.house, seat.call(), entity.id, replace(query, fields=query.fields[:1]), BULK_MAX)
        if isinstance(found, Refused):
            raise PageHalt(found.kind, found.reasons)
        return tuple(int(each["id"]) for each in found)
    texts = [*posted.texts.get("pick", ()), *posted.get("ids").split(",")]
    ids = dict.fromkeys(int(each) for each in texts if is_id(each))
    if len(ids) > BULK_MAX:
        raise PageHalt("invalid", (reason("too_large", None, most=BULK_MAX),))
    return tuple(ids)


@dataclass(frozen=True, slots=True)
class _Work:
    """A deed on some documents."""

    seat: Seat
    entity: Entity
    posted: Posted
    chosen: Chosen
    ids: tuple[int, ...]

    @property
    def back(self) -> str:
        """Where one came from."""
        return local(self.posted.get("back"), f"/o/{self.entity.id}")

    def form(self) -> BulkView:
        """Return the page that asks."""
        seat, chosen = self.seat, self.chosen
        texts = self.posted.texts.items()
        typed = {name.removeprefix(VALUE): each[-1] for name, each in texts if name.startswith(VALUE)}
        label = seat.of(chosen.source.label) or chosen.source.id
        to = targets_of(seat.speech, chosen)
        wanted = self.posted.get("to")
        return BulkView(
            entity_label=seat.of(self.entity.label),
            back=self.back,
            action=f"/o/{self.entity.id}/bulk",
            do=f"{chosen.kind}:{chosen.source.id}",
            label=seat.say("send_back_from", step=label) if chosen.kind == "back" else label,
            count=len(self.ids),
            tone="back" if chosen.kind == "back" else "first",
            ids=",".join(map(str, self.ids)),
            key=self.posted.get("_key") or new_key(),
            controls=form_of(seat.force, seat.speech, self.entity, chosen, typed),
            reason=chosen.reason,
            to=tuple(replace(each, chosen=each.value == wanted) for each in to) if wanted else to,
        )

    async def entered(self) -> Entered:
        """Return what the small form holds: only what was filled in."""
        seat, asked = self.seat, {path[0] for path in self.chosen.paths}
        texts = {name.removeprefix(VALUE): each for name, each in self.posted.texts.items() if name.startswith(VALUE)}
        given = {name for name, each in texts.items() if name in asked and any(each)}
        own = {name: each for name, each in texts.items() if name.partition("~")[0] in given}
        entered = Reader(seat.speech, self.entity, seat.today).read(Posted(own), None)
        if self.chosen.reason == "must" and not self.posted.get("_reason").strip():
            entered.faults.append(reason("required", "/_reason", label=seat.say("reason")))
        return entered

    async def done(self, entered: Entered) -> tuple[Result, ...]:
        """Do it to each and return what became of it."""
        seat, chosen = self.seat, self.chosen
        deed = Deed(
            chosen.kind,  # type: ignore[arg-type]
            chosen.source.id,
            self.posted.get("_reason").strip(),
            entered.values,
            self.posted.get("to") or None,
        )
        titles = await _titles(seat, self.entity, self.ids)
        results = []
        async for id, outcome in each_of(seat.house, self._call(deed), self.entity.id, self.ids, deed):
            results.append(result_of(seat.speech, self.entity.id, id, titles.get(id, ""), outcome))
        return tuple(results)

    def _call(self, deed: Deed) -> acts.Call:
        """The call of each: the same for the same deed, in however many parts the documents are sent."""
        told = repr((deed.kind, deed.id, deed.reason, sorted((deed.values or {}).items()), deed.to))
        print_ = hashlib.sha256(told.encode()).hexdigest()
        return replace(self.seat.call(self.posted.get("_key") or new_key()), fingerprint=print_)

    def result(self, results: Sequence[Result]) -> BulkView:
        """Return the page that says how it went."""
        found = sorted(results, key=lambda each: each.ok)
        return replace(self.form(), results=tuple(found), summary=summary_of(self.seat.speech, results))


async def _titles(seat: Seat, entity: Entity, ids: Sequence[int]) -> dict[int, str]:
    """Return what documents are called, before anything happens to them."""
    seen = seat.force.rights.projection(seat.actor, entity.id)
    plain = [name for name, each in entity.fields.items() if not each.fields and seen.reads(name)]
    named = [name for name in (entity.title, entity.key) if name in plain] or plain[:1]
    titles = {}
    for start in range(0, len(ids), _TITLES):
        part = tuple(map(str, ids[start : start + _TITLES]))
        query = Query(filter=(Filter(("id",), "in", part),), fields=tuple(dict.fromkeys(named)), limit=len(part))
        page = await acts.listing(seat.house, seat.call(), entity.id, query)
        for record in page.items if not isinstance(page, Refused) else ():
            number = record.get("number")
            titles[int(record["id"])] = str(number or name_of(record, entity, seat.speech))
    return titles


HANDLERS = [show_form, do_bulk]
"""Every handler of this module."""
