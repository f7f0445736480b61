"""What fields are called, on every form and list; an edit becomes a draft as any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance.blueprint import Entity, Field
from ordinance.changes import EditError
from ordinance.problems import reason
from ordinance.web.ui.pages.drafts import Workbench, cannot_edit, demand, keep, workbench
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.pages.steps import named
from ordinance.web.ui.views.entry import read_posted
from ordinance.web.ui.views.listing import Tab
from ordinance.web.ui.views.navigation import department_of
from ordinance.web.ui.views.record import Fault
from ordinance.web.ui.views.settings import field_rows


@get("/settings/fields/{entity:str}", name="ui.fields", include_in_schema=False)
async def show_fields(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[str]:
    """Show what the fields of an entity are called, and what kind they are."""
    seat = ui.seat(request)
    return await _page(seat, entity, await workbench(seat, request.query_params.get("draft", "")))


async def _page(
    seat: Seat, entity: str, bench: Workbench, faults: tuple[Fault, ...] = (), status: int = 200
) -> Response[str]:
    declared = bench.blueprint.entities.get(entity)
    if declared is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    off = {each.id for each in bench.blueprint.departments.values() if not each.enabled}
    shown = [
        each for each in bench.blueprint.entities.values()
        if (each.lists or each.workflows) and department_of(seat.force, each) not in off
    ]  # fmt: skip
    tabs = [
        Tab(seat.of(each.label), f"/settings/fields/{each.id}{bench.query}", current=each.id == entity)
        for each in shown
    ]
    action = f"/settings/fields/{entity}"
    rows = field_rows(seat.speech, declared, bench.blueprint)
    return await seat.page(
        "fields.html", status, here=action, tabs=tabs, title=seat.of(declared.label), rows=rows, bench=bench,
        action=action, faults_=faults,
    )  # fmt: skip


@post("/settings/fields/{entity:str}", name="ui.change_fields", status_code=200, include_in_schema=False)
async def change_fields(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Take what was named anew into a draft, and show what it would do."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    bench = await workbench(seat, posted.get("draft"))
    demand(seat, bench.may_edit)
    declared = bench.blueprint.entities.get(entity)
    if declared is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    files: Mapping[str, str] = bench.files
    try:
        for path, field in _all_fields(declared):
            files = named(files, ("entities", entity, *path), {"label": field.label}, posted, ".".join(path[1::2]))
    except (EditError, KeyError) as fault:
        return await _page(seat, entity, bench, cannot_edit(seat, fault), 422)
    return await keep(seat, bench, files)


def _all_fields(entity: Entity) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Yield every field with its path in the configuration, those of lines below theirs."""
    for field in entity.fields.values():
        yield ("fields", field.id), field
        for inner in field.fields.values():
            yield ("fields", field.id, "fields", inner.id), inner


HANDLERS = [show_fields, change_fields]
"""Every handler of this module."""
