"""Which rule of which role lets somebody reach a record, or does not: row rules in words, with their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ordinance.access import EVERYONE
from ordinance.access.grants import Grant
from ordinance.access.rows import Rule
from ordinance.acts.explaining.about import About
from ordinance.acts.explaining.answers import Line
from ordinance.acts.explaining.naming import listed, quoted, word
from ordinance.acts.explaining.telling import Teller
from ordinance.acts.needs import tree as tree_of
from ordinance.expressions import Env, UnknownValue
from ordinance.expressions.explaining import Tree, explain
from ordinance.expressions.explaining_changes import Changes, cheapest, union
from ordinance.problems import Place
from ordinance.process.points import Point, values
from ordinance.process.supposing import Remedies, Remedy


@dataclass(frozen=True, slots=True)
class Looked:
    """A rule of a role held against a record: whether it reaches it, and each thing it demands.

    `demands` says for the workflow, the record an account is bound to and the person in a field whether they are right.
    """

    grant: Grant
    rule: Rule
    holds: bool
    trees: tuple[Tree, ...]
    demands: Mapping[str, bool]


async def look(about: About, act: str) -> tuple[Looked, ...]:
    """Return every rule by which somebody may do an act on some records of the kind, held against this one."""
    desk = about.theirs
    found = desk.force.rights.rules(desk.call.actor, about.entity.id, act)
    assert about.record is not None
    needed = tree_of(path for _, rule in found for path in rule.reads)
    (record,) = await desk.loader.load(about.entity, [dict(about.record)], needed)
    env = desk.call.env(desk.force, record)
    made = []
    for grant, rule in _distinct(found):
        trees = tuple(explain(each, env, wanted=True) for each in rule.where)
        made.append(Looked(grant, rule, _admits(rule, record, env), trees, _demanded(rule, record, env)))
    return tuple(made)


def _distinct(found: Iterable[tuple[Grant, Rule]]) -> list[tuple[Grant, Rule]]:
    """Return the rules without those that another one of the same role says already."""
    whole = {grant.role for grant, rule in found if rule.always}
    wide = {(grant.role, grant.where, grant.person) for grant, _ in found if grant.workflow is None}
    kept: dict[Any, tuple[Grant, Rule]] = {}
    for grant, rule in found:
        key = (grant.role, grant.where, grant.person)
        if rule.always or (grant.role not in whole and (grant.workflow is None or key not in wide)):
            kept.setdefault((*key, None if rule.always else grant.workflow), (grant, rule))
    return list(kept.values())


def _admits(rule: Rule, record: Mapping[str, Any], env: Env) -> bool:
    try:
        return rule.always or rule.admits(record, env)
    except UnknownValue:
        return False


def _demanded(rule: Rule, record: Mapping[str, Any], env: Env) -> dict[str, bool]:
    """Return whether each thing a rule demands beside its conditions is so, by asking a rule that is only that."""
    bare = replace(rule, where=(), workflow=None, refers=None, person=None)
    parts = {
        "workflow": replace(bare, workflow=rule.workflow),
        "bound": replace(bare, refers=rule.refers),
        "person": replace(bare, person=rule.person),
    }
    return {name: _admits(each, record, env) for name, each in parts.items()}


def as_points(looked: tuple[Looked, ...]) -> tuple[Point, ...]:
    """Return the conditions of rules as points, so that their values are looked at like all others."""
    return tuple(Point("rule", each.holds, tree=tree) for each in looked for tree in each.trees)


def lines(teller: Teller, looked: tuple[Looked, ...], *, reading: bool) -> Iterator[Line]:
    """Yield a line for each rule with what it demands."""
    for each in looked:
        grant, rule = each.grant, each.rule
        role = word("says_everyone") if grant.role == EVERYONE else teller.names.force.rights.label(grant.role)
        if rule.always:
            yield Line("rule", word("why_rule_all", role=role), holds=True, place=teller.place(_place(teller, grant)))
            continue
        head = word("why_rule" if reading else "why_rule_act", role=role)
        parts = tuple(_demands(teller, each))
        yield Line("rule", head, each.holds, place=teller.place(_place(teller, grant)), parts=parts)


def _demands(teller: Teller, looked: Looked) -> Iterator[Line]:
    names, rule, so = teller.names, looked.rule, looked.demands
    if rule.workflow is not None:
        workflow = names.force.blueprint.workflows[rule.workflow]
        yield Line("workflow", word("why_rule_workflow", workflow=workflow.label), so["workflow"])
    if rule.refers is not None:
        fields = listed(quoted(names.label(names.entity, each)) for each in rule.refers)
        yield Line("bound", word("why_rule_bound", fields=fields), so["bound"])
    if rule.person is not None:
        yield Line("person", word("why_rule_person", field=names.path(rule.person)), so["person"])
    yield from (teller.aloud.line(each) for each in looked.trees)


def remedies(looked: tuple[Looked, ...]) -> Remedies:
    """Return the least change of the record by which some rule would reach it; None if no rule is about its values."""
    several: list[Changes] = [
        union(tree.changes for tree in each.trees)
        for each in looked
        if each.trees and each.rule.refers is None and each.rule.person is None
    ]
    return values(cheapest(several))


def who_else(about: About, act: str, *, always: bool = True) -> tuple[str, ...]:
    """Return the roles that may do an act on every record of the kind."""
    grants = about.theirs.force.rights.grants
    found = [
        each.role for each in grants
        if (each.entity, each.act) == (about.entity.id, act) and not (always and (each.where or each.person))
    ]  # fmt: skip
    roles = about.theirs.force.blueprint.roles
    return tuple(dict.fromkeys(each for each in found if each in roles and roles[each].of is None))


def by_role(roles: tuple[str, ...]) -> Remedies:
    """Return that somebody with one of these roles is needed."""
    return (Remedy("role", roles=roles),)


def _place(teller: Teller, grant: Grant) -> Place | None:
    blueprint = teller.names.force.blueprint
    permission = blueprint.permissions.get(grant.permission or "")
    role = blueprint.roles.get(grant.role)
    return permission.place if permission is not None else role.place if role is not None else None
