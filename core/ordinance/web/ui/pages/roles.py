"""The permission table: who may do what, and the boxes that change it; an edit becomes a draft as any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from ordinance.access import Rights, permission_table
from ordinance.blueprint import Blueprint
from ordinance.changes import EditError, granted, may_change
from ordinance.web.ui.pages.drafts import Workbench, cannot_edit, demand, files_in_force, keep, workbench
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.navigation import may_see_process, may_see_roles
from ordinance.web.ui.views.record import Fault
from ordinance.web.ui.views.settings import permissions


@get("/settings/roles", name="ui.roles", include_in_schema=False)
async def show_roles(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show who may do what, made from the configuration. Source: requirement B-20."""
    seat = ui.seat(request)
    demand(seat, may_see_roles(seat.force, seat.actor))
    if may_see_process(seat.force, seat.actor):
        bench = await workbench(seat, request.query_params.get("draft", ""))
    else:
        bench = Workbench(seat.force.blueprint, await files_in_force(seat), None, may_edit=False)
    return await _page(seat, bench)


async def _page(seat: Seat, bench: Workbench, faults: tuple[Fault, ...] = (), status: int = 200) -> Response[str]:
    roles, groups = permissions(seat.force, bench.blueprint, seat.speech)
    may_edit = bench.may_edit and may_change(seat.force, seat.actor)
    return await seat.page(
        "roles.html", status, here="/settings/roles", roles=roles, groups=groups, bench=bench, may_edit=may_edit,
        action="/settings/roles", faults_=faults,
    )  # fmt: skip


@post("/settings/roles", name="ui.change_roles", status_code=200, include_in_schema=False)
async def change_roles(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Take the ticks that differ into a draft, and show what it would do."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    bench = await workbench(seat, posted.get("draft"))
    demand(seat, bench.may_edit)
    try:
        files = _ticked(bench.blueprint, bench.files, posted)
    except (EditError, KeyError) as fault:
        return await _page(seat, bench, cannot_edit(seat, fault), 422)
    return await keep(seat, bench, files)


def _ticked(blueprint: Blueprint, files: Mapping[str, str], posted: Posted) -> Mapping[str, str]:
    """Return the files with every permission that was given or taken."""
    table = permission_table(blueprint, Rights(blueprint))
    ticked = frozenset(posted.texts.get("has", ()))
    shown = frozenset(posted.texts.get("shown", ()))
    for row in table.permissions:
        for (role, _), held in zip(table.roles, row.held, strict=True):
            name = f"{role}.{row.id}"
            if name in shown and (name in ticked) != held:
                files = granted(files, role, row.id, held=not held)
    return files


HANDLERS = [show_roles, change_roles]
"""Every handler of this module."""
