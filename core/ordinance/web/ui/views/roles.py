"""Roles as the settings show them: their columns, what each sees of a record, what is kept apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ordinance.access import EVERYONE, Rights
from ordinance.blueprint import Blueprint
from ordinance.blueprint.values import Role
from ordinance.problems import Text
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.speech import Speech

LEVELS = ("write", "read", "masked", "hidden")
"""What a role may be given to see of a field, the most first."""

_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class RoleHead:
    """A column of the table: a role, and its own page."""

    id: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One field of an entity, and what the role sees of it."""

    name: str
    label: str
    level: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """Things that are kept apart, in words."""

    id: str
    label: str
    words: str
    enabled: bool


def heads(blueprint: Blueprint, speech: Speech, query: str) -> list[RoleHead]:
    """Return the roles as the columns of the table have them."""
    return [
        RoleHead(each.id, speech.of(each.label), f"/settings/roles/{each.id}{query}")
        for each in blueprint.roles.values()
    ]


def duties(blueprint: Blueprint, speech: Speech) -> list[DutyRow]:
    """Return what one person may not both do, in words: the steps and permissions by their names."""
    between = speech.say("duty_between")
    return [
        DutyRow(
            each.id, speech.of(each.label),
            speech.say("duty_says", what=between.join(_named(blueprint, speech, name) for name in each.apart)),
            each.enabled,
        )
        for each in blueprint.duties.values()
    ]  # fmt: skip


def _named(blueprint: Blueprint, speech: Speech, name: str) -> str:
    permission = blueprint.permissions.get(name)
    if permission is not None:
        return f"“{speech.of(permission.label)}”"
    target, _, act = name.rpartition(".")
    workflow = blueprint.workflows.get(target)
    step = workflow.step(act) if workflow is not None else None
    lane = workflow.lanes.get(act) if workflow is not None else None
    found = step or lane
    return f"“{speech.of(found.label) or act}”" if found is not None else f"“{name}”"


def seen_entities(blueprint: Blueprint, role: str, speech: Speech, chosen: str) -> list[Option]:
    """Return the kinds of record a role has anything to do with."""
    grants = Rights(blueprint).grants
    known = {each.entity for each in grants if each.role in (role, EVERYONE)}
    return [
        Option(each.id, speech.of(each.label) or each.id, each.id == chosen)
        for each in blueprint.entities.values()
        if each.id in known and each.fields
    ]


def levels(blueprint: Blueprint, role: Role, entity: str, speech: Speech) -> list[LevelRow]:
    """Return what a role sees of each field of an entity; those of lines below theirs."""
    declared = blueprint.entities[entity]
    given = role.fields.get(entity, {})
    made = []
    for field in declared.fields.values():
        made.append(_level(field.id, speech.of(field.label) or field.id, given, speech))
        for inner in field.fields.values():
            words = f"{speech.of(field.label)} · {speech.of(inner.label) or inner.id}"
            made.append(_level(f"{field.id}.{inner.id}", words, given, speech))
    return made


def _level(path: str, label: str, given: Mapping[str, str], speech: Speech) -> LevelRow:
    level = given.get(path, "write")
    options = tuple(Option(each, speech.say(_LEVEL_WORDS[each]), each == level) for each in LEVELS)
    return LevelRow(path, label, level, options)


_LEVEL_WORDS = {"write": "level_write", "read": "level_read", "masked": "level_masked", "hidden": "level_hidden"}


def free_id(words: Text, typed: str, taken: Iterable[str]) -> str:
    """Return an id for something new, as typed or made of its English name; empty if neither gives a free one."""
    for each in (typed, words.en):
        made = _SLUG.sub("_", each.strip().lower()).strip("_")
        made = made if made[:1].isalpha() else ""
        if made:
            return made if made not in set(taken) else ""
    return ""
