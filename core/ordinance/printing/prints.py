"""Print a record: which formats there are for whom, and the paper itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ordinance.acts import Call, House, Refused, View, read
from ordinance.acts.desk import Desk, RefusedSignal
from ordinance.acts.seeing import demand
from ordinance.blueprint import Entity, PrintFormat
from ordinance.printing.data import data_of
from ordinance.printing.folder import Folder, read_folder
from ordinance.printing.press import Fault, Press, PressError
from ordinance.problems import Problem, SiteError, problem, reason
from ordinance.storage import NewEvent, dump

NO_RECORD = 0
"""Stands for the document of an event that belongs to no document's own story."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: its format, what a file of it is called, and its pages (a PDF is one)."""

    form: PrintFormat
    name: str
    pages: tuple[bytes, ...]


async def prints_of(house: House, call: Call, entity: str, id: int) -> tuple[PrintFormat, ...] | Refused:
    """Return the formats in which somebody may print a record now; none if it may not print it.

    Args:
        house: The site.
        call: Who asks.
        entity: The kind of record.
        id: The record.
    """
    view = await read(house, call, entity, id)
    if isinstance(view, Refused):
        return view
    forms = offered(house, call, entity)
    if not forms:
        return ()
    return tuple([each for each in forms if await _refusal(house, call, view, each) is None])


def offered(house: House, call: Call, entity: str) -> tuple[PrintFormat, ...]:
    """Return the formats of an entity that somebody's roles let it use, whatever the record."""
    if not house.force.rights.may(call.actor, "print", entity):
        return ()
    held = set(call.actor.all_roles())
    engine = call.actor.kind == "engine"
    forms = (each for each in house.blueprint.prints.values() if each.of == entity)
    return tuple(each for each in forms if engine or not each.by or held & set(each.by))


async def print_record(
    house: House, call: Call, press: Press, entity: str, id: int, form: str, *,
    address: str = "", kind: Literal["pdf", "png"] = "pdf", ppi: int = 96,
) -> Paper | Refused:  # fmt: skip
    """Return the paper of a record as somebody sees it; who printed what is written to the events.

    Args:
        house: The site.
        call: Who prints, and in which language.
        press: What sets the pages.
        entity: The kind of record.
        id: The record.
        form: The print format.
        address: Where the site is, for the code.
        kind: `pdf`, or `png` for a picture of each page, which is only a look and no event.
        ppi: Fineness of a picture.

    Raises:
        SiteError: the template is wrong; every problem with its place.
    """
    view = await read(house, call, entity, id)
    if isinstance(view, Refused):
        return view
    declared = house.blueprint.entities[entity]
    chosen = house.blueprint.prints.get(form)
    if chosen is None or chosen.of != entity:
        return Refused("not_found", (reason("no_such_print", None, entity=declared.label, name=form),))
    refused = await _refusal(house, call, view, chosen)
    if refused is not None:
        return refused
    data = await data_of(house, call, view, chosen, address)
    pages = await set_pages(house, press, chosen, data, at=_made(view, call), kind=kind, ppi=ppi)
    if kind == "pdf":
        await _log(house, call, declared, id, chosen)
    return Paper(chosen, _name(view, chosen, call.locale), tuple(pages))


async def set_pages(
    house: House, press: Press, form: PrintFormat, data: object, *, at: datetime,
    kind: Literal["pdf", "png"] = "pdf", ppi: int = 96,
) -> list[bytes]:  # fmt: skip
    """Return the pages of a format with this data.

    Raises:
        SiteError: the template is wrong.
    """
    folder = read_folder(house.site, house.blueprint)
    problems = folder.fetched()
    if form.file not in folder.files:
        problems.append(problem("no_template", form.place, file=form.file))
    if problems:
        raise SiteError(tuple(problems))
    try:
        return await press.pages(folder.written(), form.file, data, at=at, kind=kind, ppi=ppi)
    except PressError as error:
        raise SiteError(tuple(_problem(folder, form, each) for each in error.faults)) from error


def _problem(folder: Folder, form: PrintFormat, fault: Fault) -> Problem:
    if fault.code == "print_no_font":
        return problem(fault.code, None)
    place = folder.place(fault.file or form.file, fault.line, fault.column)
    return problem(fault.code, place, detail=fault.detail, file=form.file, seconds=fault.detail)


async def _refusal(house: House, call: Call, view: View, form: PrintFormat) -> Refused | None:
    """Return why somebody may not print a record in a format; None if it may."""
    entity = house.blueprint.entities[view.entity]
    async with house.database.work(write=False) as work:
        desk = Desk.of(house.force, work, call, {})
        record = (await house.force.store.get_many(work, entity.id, [view.id], lines=True))[view.id]
        try:
            await demand(desk, entity, "print", record)
        except RefusedSignal as no:
            return no.refused
        if form not in offered(house, call, entity.id):
            return Refused("not_allowed", (reason("not_allowed", None, what=form.label),))
        if form.when is not None and not await _holds(desk, entity, record, form):
            return Refused("conflict", (reason("print_not_now", None, name=form.label),))
    return None


async def _holds(desk: Desk, entity: Entity, record: dict[str, object], form: PrintFormat) -> bool:
    assert form.when is not None
    (loaded,) = await desk.loader.for_rules(entity, [record], form.when.reads)
    return bool(form.when.evaluate(desk.call.env(desk.force, loaded)))


async def _log(house: House, call: Call, entity: Entity, id: int, form: PrintFormat) -> None:
    """Write down who printed what; printing changes nothing, so it is no part of the document's own story."""
    event = NewEvent(
        seq=0, name=f"{entity.id}.print", actor=str(call.actor.id), revision=house.blueprint.revision,
        channel=call.channel, body=dump({"id": str(id), "format": form.id}) or "{}",
    )  # fmt: skip
    async with house.database.work() as work:
        await house.force.store.events.append(work, entity.id, NO_RECORD, event, call.now)


def _made(view: View, call: Call) -> datetime:
    """Return the moment that stands in the file: when the record was made, so that a second print is the same."""
    made = view.record.get("created_at")
    return datetime.fromisoformat(str(made)) if made else call.now


def _name(view: View, form: PrintFormat, locale: str) -> str:
    known = str(view.record.get("number") or view.id)
    return f"{known} {form.label.in_(locale)}"
