"""The permission table and the roles: who may do what, what each sees, what is kept apart; an edit becomes a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance.access import EVERYONE, Rights, permission_table
from ordinance.blueprint import Blueprint
from ordinance.blueprint.values import Role
from ordinance.changes import EditError, edited, granted, may_change, speaks_of, taken_out
from ordinance.problems import Text, reason
from ordinance.web.ui.pages.drafts import Workbench, cannot_edit, demand, files_in_force, keep, workbench
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.pages.steps import named
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.navigation import may_see_process, may_see_roles
from ordinance.web.ui.views.record import Fault
from ordinance.web.ui.views.roles import LEVELS, duties, free_id, heads, levels, seen_entities
from ordinance.web.ui.views.settings import permissions

LIST = "/settings/roles"


@get(LIST, name="ui.roles", include_in_schema=False)
async def show_roles(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show who may do what, made from the configuration. Source: requirement B-20."""
    seat = ui.seat(request)
    return await _table(seat, await _bench(seat, request.query_params.get("draft", "")))


async def _bench(seat: Seat, draft: str) -> Workbench:
    demand(seat, may_see_roles(seat.force, seat.actor))
    if may_see_process(seat.force, seat.actor):
        return await workbench(seat, draft)
    return Workbench(seat.force.blueprint, await files_in_force(seat), None, may_edit=False)


async def _table(seat: Seat, bench: Workbench, faults: tuple[Fault, ...] = (), status: int = 200) -> Response[str]:
    _, groups = permissions(seat.force, bench.blueprint, seat.speech)
    return await seat.page(
        "roles.html", status, here=LIST, roles=heads(bench.blueprint, seat.speech, bench.query), groups=groups,
        duties=duties(bench.blueprint, seat.speech), bench=bench, may_edit=_may_edit(seat, bench), action=LIST,
        faults_=faults,
    )  # fmt: skip


def _may_edit(seat: Seat, bench: Workbench) -> bool:
    return bench.may_edit and may_change(seat.force, seat.actor)


@post(LIST, name="ui.change_roles", status_code=200, include_in_schema=False)
async def change_roles(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Take the ticks and switches that differ into a draft, and show what it would do."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    bench = await workbench(seat, posted.get("draft"))
    demand(seat, _may_edit(seat, bench))
    try:
        files = _switched(bench.blueprint, _ticked(bench.blueprint, bench.files, posted), posted)
    except (EditError, KeyError) as fault:
        return await _table(seat, bench, cannot_edit(seat, fault), 422)
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


def _switched(blueprint: Blueprint, files: Mapping[str, str], posted: Posted) -> Mapping[str, str]:
    """Return the files with every duty that was switched."""
    for each in blueprint.duties.values():
        wanted = f"duty.{each.id}" in posted.texts
        if each.id in posted.texts.get("duties", ()) and wanted != each.enabled:
            files = edited(files, ("duties", each.id, "enabled"), wanted)
    return files


@get(f"{LIST}/new", name="ui.new_role", include_in_schema=False)
async def new_role(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show the form for a new role."""
    seat = ui.seat(request)
    bench = await workbench(seat, request.query_params.get("draft", ""))
    demand(seat, _may_edit(seat, bench))
    return await _new(seat, bench, Posted({}))


async def _new(
    seat: Seat, bench: Workbench, posted: Posted, faults: tuple[Fault, ...] = (), status: int = 200
) -> Response[str]:
    like = [
        Option(each.id, seat.of(each.label), posted.get("like") == each.id)
        for each in bench.blueprint.roles.values()
        if each.id != EVERYONE
    ]
    return await seat.page(
        "settings/new_role.html", status, here=LIST, bench=bench, like=like, given=posted, faults_=faults
    )


@post(f"{LIST}/new", name="ui.add_role", status_code=200, include_in_schema=False)
async def add_role(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Put a new role into a draft, with the permissions of another one if it is to be like that."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    bench = await workbench(seat, posted.get("draft"))
    demand(seat, _may_edit(seat, bench))
    label = Text(posted.get("zh").strip(), posted.get("en").strip())
    id = free_id(label, posted.get("id"), bench.blueprint.roles)
    if not id or not (label.zh or label.en):
        return await _new(seat, bench, posted, (Fault(seat.say("id_needed"), "id"),), 422)
    body: dict[str, Any] = {"label": {"zh": label.zh or label.en, "en": label.en or label.zh}}
    like = bench.blueprint.roles.get(posted.get("like"))
    body |= _rights_of(like) if like is not None else {"may": []}
    try:
        files = edited(bench.files, ("roles", id), body)
    except (EditError, KeyError) as fault:
        return await _new(seat, bench, posted, cannot_edit(seat, fault), 422)
    return await keep(seat, bench, files)


def _rights_of(role: Role) -> dict[str, Any]:
    """Return what a role like this one begins with: its permissions, and what it may beside them."""
    may: Any = list(role.permissions)
    if role.may:
        may = {**{each: {} for each in role.permissions}, **{entity: list(acts) for entity, acts in role.may.items()}}
    made: dict[str, Any] = {"may": may}
    if role.of is not None:
        made["of"] = role.of
    if role.where:
        made["where"] = {entity: each.source for entity, each in role.where.items()}
    return made


@get(f"{LIST}/{{role:str}}", name="ui.role", include_in_schema=False)
async def show_role(request: AnyRequest, ui: NamedDependency[Ui], role: FromPath[str]) -> Response[str]:
    """Show one role: what it is called, who has it, what it sees of each kind of record."""
    seat = ui.seat(request)
    return await _role(seat, role, await _bench(seat, request.query_params.get("draft", "")))


async def _role(
    seat: Seat, id: str, bench: Workbench, faults: tuple[Fault, ...] = (), status: int = 200
) -> Response[str]:
    role = _known(bench, id)
    entities = seen_entities(bench.blueprint, id, seat.speech, "")
    wanted = seat.request.query_params.get("entity", "")
    entity = wanted if any(each.value == wanted for each in entities) else _first(role, entities)
    holders = [each for each in await seat.ui.accounts().every() if id in each.roles]
    return await seat.page(
        "settings/role.html",
        status,
        here=LIST,
        bench=bench,
        role=role,
        title=seat.of(role.label),
        entities=[Option(each.value, each.label, each.value == entity) for each in entities],
        entity=entity,
        levels=levels(bench.blueprint, role, entity, seat.speech) if entity else [],
        holders=[each.display_name or each.name for each in holders],
        may_edit=_may_edit(seat, bench),
        action=f"{LIST}/{id}",
        faults_=faults,
    )


def _first(role: Role, entities: list[Option]) -> str:
    """The kind of record that is shown first: one of which the role does not see everything."""
    known = [each.value for each in entities]
    return next((each for each in role.fields if each in known), known[0] if known else "")


def _known(bench: Workbench, id: str) -> Role:
    role = bench.blueprint.roles.get(id)
    if role is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    return role


@post(f"{LIST}/{{role:str}}", name="ui.change_role", status_code=200, include_in_schema=False)
async def change_role(request: AnyRequest, ui: NamedDependency[Ui], role: FromPath[str]) -> Response[Any]:
    """Take into a draft what a role is called anew and what it sees, or that it goes."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    bench = await workbench(seat, posted.get("draft"))
    demand(seat, _may_edit(seat, bench))
    known = _known(bench, role)
    try:
        if posted.get("do") == "remove":
            files: Mapping[str, str] = taken_out(bench.files, ("roles", role), seat.house.site)
        else:
            files = named(bench.files, ("roles", role), {"label": known.label}, posted, role)
            files = _levelled(files, known, posted)
    except (EditError, KeyError) as fault:
        return await _role(seat, role, bench, cannot_edit(seat, fault), 422)
    return await keep(seat, bench, files)


def _levelled(files: Mapping[str, str], role: Role, posted: Posted) -> Mapping[str, str]:
    """Return the files with what the role sees of the fields of one entity."""
    entity = posted.get("entity")
    given = role.fields.get(entity, {})
    for name in posted.texts:
        if not name.startswith("level."):
            continue
        path, wanted = name.removeprefix("level."), posted.get(name)
        if wanted not in LEVELS or wanted == given.get(path, "write"):
            continue
        where = ("roles", role.id, "fields", entity, path)
        if wanted == "write" and speaks_of(files, where):
            files = taken_out(files, where)
        else:
            files = edited(files, where, wanted)
    return files


HANDLERS = [show_roles, change_roles, new_role, add_role, show_role, change_role]
"""Every handler of this module."""
