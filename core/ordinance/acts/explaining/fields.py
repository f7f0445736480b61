"""Why a field is hidden, read-only or demanded, for somebody and a record as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ordinance.access.projection import Level
from ordinance.acts.desk import Desk, refuse
from ordinance.acts.explaining import rules
from ordinance.acts.explaining.about import About
from ordinance.acts.explaining.answers import Explanation, Line
from ordinance.acts.explaining.documents import asked
from ordinance.acts.explaining.naming import word
from ordinance.acts.explaining.telling import Teller
from ordinance.acts.running import derive_needs
from ordinance.acts.seeing import projection_of
from ordinance.blueprint import Field
from ordinance.expressions import Env, Expression
from ordinance.expressions.explaining import explain
from ordinance.problems import Text, reason
from ordinance.process import Workflow
from ordinance.process.explaining import explain_edit
from ordinance.process.points import Point, values
from ordinance.process.supposing import Remedies, Remedy, together

_MOST: Level = "write"


async def explain_field(about: About, dotted: str) -> Explanation:
    """Return why somebody can or cannot change a field, or does not see it.

    Raises:
        RefusedSignal: there is no such field, which is also said of one that the asker does not see.
    """
    path = tuple(dotted.split("."))
    field = about.entity.at(path)
    hidden = about.seen is None or about.seen.level(path) == "hidden"
    sight = (await about.teller(())).sight
    if field is None or (hidden and not sight.places):
        raise refuse("not_found", reason("unknown_field", None, name=dotted[:100]))
    points = [*await _level(about, field), *await _conditions(about, field)]
    points += await _editing(about, field)
    workflow = _workflow(about)
    teller = await about.teller(points, workflow)
    counted = [each for each in points if each.counts]
    allowed = all(each.holds is not False for each in counted)
    remedies = together(each.remedies for each in counted if each.holds is False)
    lines = tuple(_line(teller, each, field) for each in points)
    return about.explanation(teller, field.label, lines, allowed=allowed, remedies=remedies, place=field.place)


def _workflow(about: About) -> Workflow | None:
    return about.theirs.force.blueprint.workflows.get((about.record or {}).get("workflow") or "")


# Roles


async def _level(about: About, field: Field) -> list[Point]:
    """What the person's roles make of the field."""
    desk = about.theirs
    assert about.record is not None
    seen = await projection_of(desk, about.entity, dict(about.record))
    level: Level = seen.level(field.path) if seen is not None else "hidden"
    if desk.call.actor.kind == "engine":
        level = _MOST
    if level == _MOST:
        return [Point("level", holds=True, facts={"level": level}, place=field.place)]
    roles = _writing(desk, about, field)
    dotted = ".".join(field.path)
    said = [
        each for each in desk.force.blueprint.roles.values()
        if each.id in desk.call.actor.roles and {dotted, field.path[0]} & set(each.fields.get(about.entity.id, {}))
    ]  # fmt: skip
    place = said[0].place if said else None
    remedies: Remedies = (Remedy("role", roles=roles),) if roles else None
    facts = {"level": level, "roles": tuple(each.id for each in said) or desk.call.actor.roles}
    return [Point("level", holds=False, facts=facts, place=place, remedies=remedies)]


def _writing(desk: Desk, about: About, field: Field) -> tuple[str, ...]:
    """Return the company's roles that may write the field of every record."""
    rights, found = desk.force.rights, []
    for role in rules.who_else(about, "read"):
        someone = replace(desk.call.actor, id=-1, roles=(role,), of=None, deputy_for=(), kind="person")
        if rights.projection(someone, about.entity.id).writes(field.path):
            found.append(role)
    return tuple(found)


# Conditions


async def _conditions(about: About, field: Field) -> list[Point]:
    """The conditions of the field itself, on this record or on the rows of its lines."""
    desk = about.theirs
    assert about.record is not None
    if _workflow(about) is not None:
        record: Mapping[str, Any] = (await asked(about))[1].fields
    else:
        (record,) = await desk.loader.load(about.entity, [dict(about.record)], derive_needs(desk, about.entity))
    env = desk.call.env(desk.force, record)
    points = []
    if field.visible_when is not None:
        points += list(_each_row(field, field.visible_when, env, record, "shown", wanted=True))
    if field.formula is not None:
        points.append(Point("computed", holds=False, remedies=None, place=field.place))
    if field.readonly_when is not None:
        points += list(_each_row(field, field.readonly_when, env, record, "locked", wanted=False))
    if field.required:
        points.append(Point("required", holds=True, counts=False, place=field.place))
    elif field.required_when is not None:
        points += [
            replace(each, counts=False, remedies=())
            for each in _each_row(field, field.required_when, env, record, "required_when", wanted=True)
        ]
    return points


def _each_row(
    field: Field, condition: Expression, env: Env, record: Mapping[str, Any], code: str, *, wanted: bool
) -> Iterator[Point]:
    """Yield the condition on the record; for a field of lines on each row, those in whose way it stands first."""
    if len(field.path) == 1:
        yield _conditional(field, condition, replace(env, record=record), code, wanted=wanted)
        return
    made = []
    for at, row in enumerate(record.get(field.path[0]) or ()):
        inner = replace(env, record=row, parent=record)
        found = _conditional(field, condition, inner, code, wanted=wanted)
        here = None if found.remedies is None else tuple(_in_row(each, field.path[0], at) for each in found.remedies)
        made.append(replace(found, facts={"row": at}, remedies=here))
    against = [each for each in made if each.holds is not True]
    yield from against[:3] or made[:1]


def _conditional(field: Field, condition: Expression, env: Env, code: str, *, wanted: bool) -> Point:
    tree = explain(condition, env, wanted=wanted)
    holds = False if tree.holds is None and wanted else tree.holds is wanted or tree.holds is None
    return Point(code, holds, tree=tree, place=field.place, remedies=() if holds else values(tree.changes))


def _in_row(remedy: Remedy, lines: str, at: int) -> Remedy:
    """Return the change of a row's own value with the place of the row in the record."""
    change = remedy.change
    if change is None or not change.address or change.address[0] not in ("row", "parent"):
        return remedy
    begin = ("row", lines, at) if change.address[0] == "row" else ("row",)
    return replace(remedy, change=replace(change, address=(*begin, *change.address[1:])))


# Editing


async def _editing(about: About, field: Field) -> list[Point]:
    """Whether the record may be changed at this field now."""
    if field.formula is not None:
        return []
    desk = about.theirs
    if _workflow(about) is not None:
        held, document, request = await asked(about)
        calendar = desk.force.blueprint.company.calendar
        return list(explain_edit(held.workflow, document, request, field.path, desk.call.now, calendar))
    if about.entity.append_only:
        return [Point("append_only", holds=False, remedies=None, place=about.entity.place)]
    looked = await rules.look(about, "update")
    holds = any(each.holds for each in looked) or desk.call.actor.kind == "engine"
    roles = rules.who_else(about, "update")
    remedies: Remedies = () if holds else rules.remedies(looked) or rules.by_role(roles)
    return [Point("updates", holds, facts={"roles": roles}, remedies=remedies, parts=rules.as_points(looked))]


# Words

_WORDS = {
    "shown": "why_shown",
    "computed": "why_computed",
    "locked": "why_locked",
    "required": "why_required",
    "required_when": "why_required_when",
    "append_only": "why_append_only",
    "not_ended": "why_not_ended",
    "editable": "why_editable",
    "draft": "why_draft",
    "on_form": "why_on_form",
    "updates": "why_updates",
    "unread": "why_unread",
    "rule": "why_rule_condition",
}


def _line(teller: Teller, point: Point, field: Field) -> Line:
    parts = [_line(teller, each, field) for each in point.parts]
    if point.tree is not None:
        parts.insert(0, teller.aloud.line(point.tree))
    text = word(_WORDS[point.code]) if point.code in _WORDS else _of_level(teller, point)
    if "row" in point.facts:
        text = word("why_row", row=point.facts["row"] + 1, what=text)
    note = word("why_right", roles=teller.names.roles(point.facts["roles"])) if _names_roles(point) else Text()
    if point.facts.get("steps"):
        note = teller.steps(point.facts["steps"])
    return Line(point.code, text, point.holds, point.counts, note, teller.place(point.place), tuple(parts))


def _names_roles(point: Point) -> bool:
    return point.code == "updates" and point.holds is False and bool(point.facts.get("roles"))


def _of_level(teller: Teller, point: Point) -> Any:
    level, roles = point.facts.get("level"), point.facts.get("roles", ())
    if level in ("hidden", "masked"):
        return word(f"why_{level}_role", roles=teller.names.roles(roles))
    return word(f"why_level_{level}")


