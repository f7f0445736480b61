"""The steps of each process: switched, put in order, named anew; every edit becomes a draft with its impact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from ordinance import acts
from ordinance.acts import Figure, Filter, Page, Query
from ordinance.blueprint import Blueprint
from ordinance.changes import EditError, edited, placed, toggled
from ordinance.problems import Text, reason
from ordinance.process import Workflow
from ordinance.process.model import Step
from ordinance.web.ui.pages.drafts import Workbench, cannot_edit, demand, keep, workbench
from ordinance.web.ui.pages.halt import PageHalt
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.listing import Tab
from ordinance.web.ui.views.navigation import OF_THE_HOUSE
from ordinance.web.ui.views.record import Fault
from ordinance.web.ui.views.settings import condition_of, flow_of

LANGUAGES = ("zh", "en")
_PLACES_MAX = 200
"""Places at which documents of one entity may stand, counted at once."""


@get("/settings/workflow/{entity:str}", name="ui.steps", include_in_schema=False)
async def show_steps(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[str]:
    """Show the steps of an entity's processes: which are on, who acts, how many wait, and the drawing."""
    seat = ui.seat(request)
    return await _page(seat, entity, await workbench(seat, request.query_params.get("draft", "")))


async def _page(
    seat: Seat, entity: str, bench: Workbench, faults: tuple[Fault, ...] = (), status: int = 200
) -> Response[str]:
    workflows = bench.blueprint.variants(entity)
    if not workflows:
        raise PageHalt("not_found", (reason("no_such_path"),))
    waiting = await _waiting(seat, entity)
    flows = [
        flow_of(seat.force, seat.speech, each, waiting.get(each.id, {}), edits=bench.may_edit) for each in workflows
    ]
    moved = sorted(
        {each.entity: None for each in bench.blueprint.workflows.values()}, key=lambda id: id in OF_THE_HOUSE
    )
    tabs = [
        Tab(seat.of(bench.blueprint.entities[id].label), f"/settings/workflow/{id}{bench.query}", current=id == entity)
        for id in moved
    ]
    action = f"/settings/workflow/{entity}"
    return await seat.page(
        "steps.html", status, here=action, tabs=tabs, flows=flows, bench=bench, action=action, faults_=faults
    )


async def _waiting(seat: Seat, entity: str) -> dict[str, dict[str, int]]:
    """Return how many documents that the reader may see wait where, by workflow and step: asked in one go."""
    query = Query(
        filter=(Filter(("phase",), "in", ("draft", "running")),), group=(("workflow",), ("waits_at",)),
        figures=(Figure("count", ()),), limit=_PLACES_MAX,
    )  # fmt: skip
    page = await acts.aggregate(seat.house, seat.call(), entity, query)
    found: dict[str, dict[str, int]] = {}
    for each in page.items if isinstance(page, Page) else ():
        counts = found.setdefault(each["group"]["workflow"], {})
        # Of neighbours that are open together a document waits at several.
        for step in (each["group"]["waits_at"] or "").split():
            counts[step] = counts.get(step, 0) + each["count"]["*"]
    return found


@post("/settings/workflow/{entity:str}", name="ui.change_steps", status_code=200, include_in_schema=False)
async def change_steps(request: AnyRequest, ui: NamedDependency[Ui], entity: FromPath[str]) -> Response[Any]:
    """Take what was switched, moved or named anew into a draft, and show what it would do."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    bench = await workbench(seat, posted.get("draft"))
    demand(seat, bench.may_edit)
    workflow = bench.blueprint.workflows.get(posted.get("workflow"))
    if workflow is None or workflow.entity != entity:
        raise PageHalt("not_found", (reason("no_such_path"),))
    try:
        files = _edited(bench.blueprint, bench.files, workflow, posted)
    except (EditError, KeyError) as fault:
        return await _page(seat, entity, bench, cannot_edit(seat, fault), 422)
    return await keep(seat, bench, files)


def _edited(blueprint: Blueprint, files: Mapping[str, str], workflow: Workflow, posted: Posted) -> Mapping[str, str]:
    """Return the files with everything the form changes."""
    for step in workflow.steps:
        wanted = _switch(step, posted)
        if wanted != _present(step):
            files = toggled(files, workflow.id, step.id, wanted)
        files = named(files, ("workflows", workflow.id, "steps", step.id), _texts(step), posted, step.id)
    act, _, id = posted.get("do").partition(":")
    order = [step.id for step in workflow.steps]
    if act in ("up", "down") and id in order:
        files = placed(files, workflow.id, order, id, up=act == "up")
    return files


def _present(step: Step) -> bool | str:
    return condition_of(step) or step.enabled is not False


def _switch(step: Step, posted: Posted) -> bool | str:
    if step.locked or f"when.{step.id}" not in posted.texts:
        return _present(step)
    return posted.get(f"when.{step.id}").strip() or f"on.{step.id}" in posted.texts


def _texts(step: Step) -> Mapping[str, Text]:
    return {"label": step.label, "waiting": step.waiting}


def named(
    files: Mapping[str, str], path: tuple[str, ...], words: Mapping[str, Text], posted: Posted, name: str
) -> Mapping[str, str]:
    """Return the files with the words of one thing as a form has them; what was left as it is stays out of the files.

    Args:
        files: The company's files.
        path: Where the thing stands.
        words: Its words by key, as they are.
        posted: The form, with `label.zh.<name>` and so on.
        name: What the thing is called in the form.
    """
    for key, text in words.items():
        for language in LANGUAGES:
            said = posted.get(f"{key}.{language}.{name}").strip()
            if said and said != text.in_(language):
                files = edited(files, (*path, key, language), said)
    return files


HANDLERS = [show_steps, change_steps]
"""Every handler of this module."""
