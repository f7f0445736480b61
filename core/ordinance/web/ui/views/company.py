"""The company's own settings as a form: who it is, when it works, which departments and packs it uses. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from ordinance.blueprint import Blueprint
from ordinance.departments import Department
from ordinance.problems import Text
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.speech import Speech

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_WORDS = {
    "mon": "day_mon", "tue": "day_tue", "wed": "day_wed", "thu": "day_thu", "fri": "day_fri", "sat": "day_sat",
    "sun": "day_sun",
}  # fmt: skip
_BLANK = 3


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day off, or a day worked although it is none, and why."""

    date: str
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """A department or a pack with its switch.

    `locked` says that others need it; `bare` that it is no more than its words yet, so it cannot be switched on.
    """

    id: str
    label: str
    about: str
    needs: str
    enabled: bool
    locked: bool = False
    bare: bool = False


@dataclass(frozen=True, slots=True)
class CompanyView:
    """The whole form."""

    label: Text
    about: Text
    locales: tuple[Option, ...]
    zone: str
    zones: tuple[str, ...]
    currency: str
    days: tuple[Option, ...]
    hours: str
    holidays: tuple[NamedDay, ...]
    extra: tuple[NamedDay, ...]
    departments: tuple[Part, ...]
    packs: tuple[Part, ...]


def company_view(blueprint: Blueprint, speech: Speech, installed: Mapping[str, Department]) -> CompanyView:
    """Return the settings of the company.

    Args:
        blueprint: The configuration that is shown.
        speech: The language.
        installed: Every department and pack that could be used.
    """
    company = blueprint.company
    said = named_days(blueprint)
    return CompanyView(
        label=company.label,
        about=company.about or Text(),
        locales=(
            Option("zh-CN", "中文", company.locale.startswith("zh")),
            Option("en", "English", company.locale.startswith("en")),
        ),
        zone=company.zone,
        zones=tuple(sorted(available_timezones())),
        currency=company.currency,
        days=tuple(
            Option(each, speech.say(_DAY_WORDS[each]), at in company.calendar.workdays) for at, each in enumerate(DAYS)
        ),
        hours=hours_said(blueprint),
        holidays=(*_days(said["holidays"]), *[NamedDay("", "")] * _BLANK),
        extra=(*_days(said["extra_workdays"]), NamedDay("", "")),
        departments=tuple(_departments(blueprint, installed, speech)),
        packs=tuple(_packs(blueprint, installed, speech)),
    )


def hours_said(blueprint: Blueprint) -> str:
    """Return the working hours as they are typed: `09:00-12:00, 13:30-18:00`."""
    return ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in blueprint.company.calendar.daily)


def named_days(blueprint: Blueprint) -> dict[str, dict[str, str]]:
    """Return the days of the calendar with their names, by list."""
    calendar: Any = json.loads(blueprint.text).get("company", {}).get("calendar") or {}
    return {
        kind: {day: _word(body) for day, body in (calendar.get(kind) or {}).items()}
        for kind in ("holidays", "extra_workdays")
    }


def _word(body: Any) -> str:
    label = body.get("label") if isinstance(body, Mapping) else body
    if isinstance(label, Mapping):
        return str(label.get("zh") or label.get("en") or "")
    return str(label or "")


def _days(said: Mapping[str, str]) -> Iterable[NamedDay]:
    return [NamedDay(day, name) for day, name in sorted(said.items())]


def _departments(blueprint: Blueprint, installed: Mapping[str, Department], speech: Speech) -> Iterable[Part]:
    needed = {id for each in blueprint.departments.values() if each.enabled for id in each.requires}
    for each in blueprint.departments.values():
        if each.id in blueprint.company.packs:
            continue
        needs = [speech.of(blueprint.departments[id].label) for id in each.requires if id in blueprint.departments]
        between = "、" if speech.locale == "zh" else ", "
        found = installed.get(each.id)
        yield Part(
            each.id,
            speech.of(each.label),
            speech.of(each.about),
            between.join(needs),
            each.enabled,
            locked=each.enabled and each.id in needed,
            bare=not each.enabled and found is not None and found.is_catalogue_alone,
        )


def _packs(blueprint: Blueprint, installed: Mapping[str, Department], speech: Speech) -> Iterable[Part]:
    for each in installed.values():
        if each.source != "pack" and each.id not in blueprint.company.packs:
            continue
        data = each.manifest.data
        label, about = _text(data.get("label"), each.id), _text(data.get("about"), "")
        yield Part(each.id, speech.of(label), speech.of(about), "", each.id in blueprint.company.packs)


def _text(node: Any, otherwise: str) -> Text:
    if isinstance(node, Mapping):
        return Text(str(node.get("zh") or ""), str(node.get("en") or ""))
    return Text.of(str(node or otherwise))
