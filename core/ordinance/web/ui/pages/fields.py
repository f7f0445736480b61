"""The fields of each kind of record: named, ordered, demanded, hidden, added and removed; an edit becomes a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance.blueprint import Entity, Field
from ordinance.changes import EditError, edited, listed, without_field, written
from ordinance.problems import Text, reason
from ordinance.web.ui.messages import WORDS
from ordinance.web.ui.pages.drafts import Workbench, cannot_edit, demand, keep, workbench
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui, go
from ordinance.web.ui.pages.steps import named
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.fields import NEVER, NEW_TYPES, field_parts, new_types, placed
from ordinance.web.ui.views.listing import Tab
from ordinance.web.ui.views.navigation import department_of
from ordinance.web.ui.views.record import Fault
from ordinance.web.ui.views.roles import free_id

LIST = "/settings/fields"


@get(LIST, name="ui.choose_fields", include_in_schema=False)
async def choose_fields(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Go to the fields of the kind of record that was chosen."""
    seat = ui.seat(request)
    _ = seat.actor
    wanted, draft = request.query_params.get("to", ""), request.query_params.get("draft", "")
    if wanted not in seat.force.blueprint.entities:
        raise PageHalt("not_found", (reason("no_such_path"),))
    return go(f"{LIST}/{wanted}{f'?draft={draft}' if draft.isdigit() else ''}")


@get(f"{LIST}/{{entity:str}}", name="ui.fields", include_in_schema=False)
async def show_fields(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[str]:
    """Show the fields of an entity: what they are called, what kind they are, what is demanded."""
    seat = ui.seat(request)
    return await _page(seat, entity, await workbench(seat, request.query_params.get("draft", "")))


async def _page(
    seat: Seat, entity: str, bench: Workbench, faults: tuple[Fault, ...] = (), status: int = 200,
    posted: Posted | None = None,
) -> Response[str]:  # fmt: skip
    declared = _declared(bench, entity)
    given = posted or Posted({})
    return await seat.page(
        "fields.html", status, here=f"{LIST}/{entity}", title=seat.of(declared.label), bench=bench,
        parts=field_parts(seat.speech, declared, bench.blueprint), choices=_choices(seat, bench, entity),
        types=new_types(seat.speech, given.get("new.type")), targets=_targets(seat, bench, given.get("new.to")),
        steps=_steps(seat, bench, entity, given.get("new.step")), given=given, action=f"{LIST}/{entity}",
        faults_=faults,
    )  # fmt: skip


def _declared(bench: Workbench, entity: str) -> Entity:
    declared = bench.blueprint.entities.get(entity)
    if declared is None:
        raise PageHalt("not_found", (reason("no_such_path"),))
    return declared


def _choices(seat: Seat, bench: Workbench, entity: str) -> list[Tab]:
    off = {each.id for each in bench.blueprint.departments.values() if not each.enabled}
    return [
        Tab(seat.of(each.label), f"{LIST}/{each.id}", current=each.id == entity, key=each.id)
        for each in bench.blueprint.entities.values()
        if each.id == entity or ((each.lists or each.workflows) and department_of(seat.force, each) not in off)
    ]


def _targets(seat: Seat, bench: Workbench, chosen: str) -> list[Option]:
    return [
        Option(each.id, seat.of(each.label), each.id == chosen)
        for each in bench.blueprint.entities.values()
        if each.lists or each.workflows
    ]


def _steps(seat: Seat, bench: Workbench, entity: str, chosen: str) -> list[Option]:
    """Where a field of a document may be filled in: a field that no step names is on no form."""
    named = {
        f"{flow.id}.{step.id}": f"{seat.of(flow.label)} · {seat.of(step.label)}"
        for flow in bench.blueprint.variants(entity)
        for step in flow.steps
    }
    return [Option(id, words, id == chosen) for id, words in named.items()]


@post(f"{LIST}/{{entity:str}}", name="ui.change_fields", status_code=200, include_in_schema=False)
async def change_fields(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Take into a draft what was named anew, moved, demanded, hidden, added or removed, and show what it would do."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    bench = await workbench(seat, posted.get("draft"))
    demand(seat, bench.may_edit)
    declared = _declared(bench, entity)
    act, _, name = posted.get("do").partition(":")
    try:
        if act == "add":
            fault, files = _with_new(seat, bench.files, declared, posted)
            if fault is not None:
                return await _page(seat, entity, bench, (fault,), 422, posted)
        elif act == "remove":
            files = without_field(bench.files, bench.blueprint, entity, name, seat.house.site)
        else:
            files = _edited(bench.files, declared, posted)
            if act in ("up", "down"):
                files = _moved(files, declared, name, up=act == "up")
    except (EditError, KeyError) as fault_:
        return await _page(seat, entity, bench, cannot_edit(seat, fault_), 422, posted)
    return await keep(seat, bench, files)


def _edited(files: Mapping[str, str], entity: Entity, posted: Posted) -> Mapping[str, str]:
    for path, field in _all_fields(entity):
        name, whole = ".".join(path[1::2]), ("entities", entity.id, *path)
        files = named(files, whole, {"label": field.label, "help": field.help or Text()}, posted, name)
        if f"shown.{name}" not in posted.texts:
            continue
        required = f"required.{name}" in posted.texts
        if required != field.required:
            files = edited(files, (*whole, "required"), required)
        condition = field.visible_when.source if field.visible_when is not None else ""
        hidden = f"hidden.{name}" in posted.texts
        if condition in ("", NEVER) and hidden != (condition == NEVER):
            files = edited(files, (*whole, "visible_when"), NEVER if hidden else "true")
    return files


def _moved(files: Mapping[str, str], entity: Entity, name: str, *, up: bool) -> Mapping[str, str]:
    """Return the files with a field changing places with its neighbour on the form."""
    found = placed(entity, name, up=up)
    if found is None:
        raise EditError(name)
    section, order = found
    if section.id:
        return written(files, ("entities", entity.id, "forms", section.form, "sections", section.id, "fields"), order)
    zh, en = WORDS["details"]
    form = {"sections": {"main": {"label": {"zh": zh, "en": en}, "fields": order}}}
    return written(files, ("entities", entity.id, "forms", "main"), form)


def _with_new(
    seat: Seat, files: Mapping[str, str], entity: Entity, posted: Posted
) -> tuple[Fault | None, Mapping[str, str]]:
    """Return the files with a field more, or what is missing to make one."""
    label = Text(posted.get("new.zh").strip(), posted.get("new.en").strip())
    id = free_id(label, posted.get("new.id"), entity.fields)
    type = posted.get("new.type")
    if not id or not (label.zh or label.en) or type not in NEW_TYPES:
        return Fault(seat.say("id_needed"), "new-id"), files
    body: dict[str, Any] = {"type": type, "label": {"zh": label.zh or label.en, "en": label.en or label.zh}}
    if posted.get("new.required"):
        body["required"] = True
    if type == "ref":
        body["to"] = posted.get("new.to")
    if type in ("choice", "multi_choice"):
        options = _options(posted.get("new.options"))
        if not options:
            return Fault(seat.say("options_needed"), "new-options"), files
        body["options"] = options
    made = edited(files, ("entities", entity.id, "fields", id), body)
    flow, _, step = posted.get("new.step").partition(".")
    if step:
        made = listed(made, ("workflows", flow, "steps", step, "offers"), id)
    return None, made


def _options(text: str) -> dict[str, dict[str, str]]:
    """Read one option a line: `红色 / Red`, or one word for both languages."""
    found: dict[str, dict[str, str]] = {}
    for at, line in enumerate([each.strip() for each in text.splitlines() if each.strip()], 1):
        zh, _, en = (each.strip() for each in line.replace("／", "/").partition("/"))
        words = Text(zh or en, en or zh)
        id = free_id(words, "", found) or f"option_{at}"
        found[id] = {"zh": words.zh, "en": words.en}
    return found


def _all_fields(entity: Entity) -> Iterator[tuple[tuple[str, ...], Field]]:
    """Yield every field with its path in the configuration, those of lines below theirs."""
    for field in entity.fields.values():
        yield ("fields", field.id), field
        for inner in field.fields.values():
            yield ("fields", field.id, "fields", inner.id), inner


HANDLERS = [choose_fields, show_fields, change_fields]
"""Every handler of this module."""
