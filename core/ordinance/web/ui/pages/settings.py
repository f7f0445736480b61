"""Settings of the company: name, language, zone, currency, calendar, departments and packs; each change by a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from litestar import Response, get, post
from litestar.di import NamedDependency

from ordinance.blueprint import Blueprint
from ordinance.changes import EditError, edited, listed, taken_out, written
from ordinance.departments import find_departments
from ordinance.web.ui.pages.drafts import Workbench, cannot_edit, demand, keep, workbench
from ordinance.web.ui.pages.seat import AnyRequest, Seat, Ui
from ordinance.web.ui.pages.steps import named
from ordinance.web.ui.views.company import DAYS, company_view, hours_said, named_days
from ordinance.web.ui.views.entry import Posted, read_posted
from ordinance.web.ui.views.record import Fault

COMPANY = "/settings/company"
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_CURRENCY = re.compile(r"[A-Z]{3}")


@get(COMPANY, name="ui.company", include_in_schema=False)
async def show_company(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[str]:
    """Show who the company is, when it works, and which departments it uses."""
    seat = ui.seat(request)
    return await _page(seat, await workbench(seat, request.query_params.get("draft", "")))


async def _page(seat: Seat, bench: Workbench, faults: tuple[Fault, ...] = (), status: int = 200) -> Response[str]:
    installed = find_departments(seat.house.site).departments
    return await seat.page(
        "settings/company.html", status, here=COMPANY, bench=bench, action=COMPANY, faults_=faults,
        view=company_view(bench.blueprint, seat.speech, installed),
    )  # fmt: skip


@post(COMPANY, name="ui.change_company", status_code=200, include_in_schema=False)
async def change_company(request: AnyRequest, ui: NamedDependency[Ui]) -> Response[Any]:
    """Take what was changed into a draft, and show what it would do."""
    seat = ui.seat(request)
    posted = read_posted(seat.visit.body)
    bench = await workbench(seat, posted.get("draft"))
    demand(seat, bench.may_edit)
    faults = _faults(seat, posted)
    if faults:
        return await _page(seat, bench, faults, 422)
    try:
        match posted.get("part"):
            case "company":
                files = _with_company(bench.blueprint, bench.files, posted)
            case "calendar":
                files = _with_calendar(bench.blueprint, bench.files, posted)
            case _:
                files = _with_parts(bench.blueprint, bench.files, posted)
    except (EditError, KeyError) as fault:
        return await _page(seat, bench, cannot_edit(seat, fault), 422)
    return await keep(seat, bench, files)


def _faults(seat: Seat, posted: Posted) -> tuple[Fault, ...]:
    """Return what cannot be read of the form, each with the input it is about."""
    made = []
    if posted.get("zone") and posted.get("zone") not in available_timezones():
        made.append(Fault(seat.say("zone_unknown", zone=posted.get("zone")), "zone"))
    if posted.get("currency") and not _CURRENCY.fullmatch(posted.get("currency").strip().upper()):
        made.append(Fault(seat.say("currency_unknown"), "currency"))
    if any(not _HOURS.fullmatch(each) for each in _hours(posted)):
        made.append(Fault(seat.say("hours_unreadable"), "hours"))
    for kind in ("holidays", "extra_workdays"):
        days = [each.strip() for each in posted.texts.get(f"{kind}.date", ())]
        made += [Fault(seat.say("day_unreadable", day=each), kind) for each in days if each and not _is_day(each)]
    return tuple(made)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _with_company(blueprint: Blueprint, files: Mapping[str, str], posted: Posted) -> Mapping[str, str]:
    company = blueprint.company
    words = {"label": company.label, **({"about": company.about} if company.about is not None else {})}
    files = named(files, ("company",), words, posted, "company")
    for key, present in (("locale", company.locale), ("zone", company.zone), ("currency", company.currency)):
        wanted = posted.get(key).strip()
        wanted = wanted.upper() if key == "currency" else wanted
        if wanted and wanted != present:
            files = edited(files, ("company", key), wanted)
    return files


def _with_calendar(blueprint: Blueprint, files: Mapping[str, str], posted: Posted) -> Mapping[str, str]:
    present = [each for at, each in enumerate(DAYS) if at in blueprint.company.calendar.workdays]
    wanted = [each for each in DAYS if each in posted.texts.get("workdays", ())]
    if wanted and wanted != present:
        files = written(files, ("company", "calendar", "workdays"), wanted)
    hours = _hours(posted)
    if hours and ", ".join(hours) != hours_said(blueprint):
        files = written(files, ("company", "calendar", "hours"), hours)
    for kind, known in named_days(blueprint).items():
        days, names = posted.texts.get(f"{kind}.date", ()), posted.texts.get(f"{kind}.name", ())
        pairs = [(day.strip(), name.strip()) for day, name in zip(days, names, strict=False)]
        given = {day: name or day for day, name in pairs if day}
        for day in known.keys() - given.keys():
            files = taken_out(files, ("company", "calendar", kind, day))
        for day, name in sorted(given.items()):
            if known.get(day) != name:
                files = written(files, ("company", "calendar", kind, day), name)
    return files


def _hours(posted: Posted) -> list[str]:
    return [each.strip() for each in re.split(r"[,，、;；\s]+", posted.get("hours")) if each.strip()]


def _with_parts(blueprint: Blueprint, files: Mapping[str, str], posted: Posted) -> Mapping[str, str]:
    """Return the files with the departments and packs that were switched."""
    shown = posted.texts.get("departments", ())
    for each in blueprint.departments.values():
        wanted = f"department.{each.id}" in posted.texts
        if each.id in shown and wanted != each.enabled:
            files = edited(files, ("company", "departments", each.id, "enabled"), wanted)
    for id in posted.texts.get("packs", ()):
        wanted = f"pack.{id}" in posted.texts
        if wanted and id not in blueprint.company.packs:
            files = listed(files, ("company", "packs"), id)
        elif not wanted and id in blueprint.company.packs:
            files = written(files, ("company", "packs"), [each for each in blueprint.company.packs if each != id])
    return files


HANDLERS = [show_company, change_company]
"""Every handler of this module."""
