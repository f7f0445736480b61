"""Reports are about entities that exist, and show values that can be worked out."""

from __future__ import annotations

from ordinance.blueprint.bench import Node, Path
from ordinance.blueprint.compiling import Scope
from ordinance.blueprint.draft import Draft
from ordinance.expressions import BOOLEAN
from ordinance.problems import did_you_mean


def check(draft: Draft) -> None:
    """Report reports of nothing, groups and columns that are no values, and who may see them."""
    for id, node in draft.bench.node("reports").items():
        entity = node.text("of") or id
        if entity not in draft.entities:
            path = (*node.path, "of") if "of" in node else node.path
            draft.report("unknown_entity", path, name=entity, remedy=did_you_mean(entity, draft.entities))
            continue
        _report(draft, node, _rows(draft, node, entity))
        for name, each in node.at("by").items():
            if name not in draft.roles:
                draft.report("unknown_role", each.path, name=name, remedy=did_you_mean(name, draft.roles))


def _rows(draft: Draft, node: Node, entity: str) -> Scope:
    """Return what a row of a report may name: the record, or one of its lines with the record as parent."""
    lines = node.text("lines")
    field = draft.entities[entity].fields.get(lines) if lines else None
    if lines and (field is None or not field.fields):
        scope = draft.compiler.record(entity)
        draft.report("unknown_path", (*node.path, "lines"), name=lines, entity=entity, remedy=scope.near(lines))
    elif lines:
        return draft.compiler.record(f"{entity}.{lines}", parent=entity)
    return draft.compiler.record(entity)


def _report(draft: Draft, node: Node, scope: Scope) -> None:
    draft.compiler.expression(node.at("when"), scope, BOOLEAN)
    groups = node.at("group").names()
    columns = node.at("columns")
    for name, each in node.at("group").items():
        _value(draft, name, scope, each.path)
    for name, each in columns.items():
        if each.text("value"):
            draft.compiler.expression(each.at("value"), scope)
        elif each.text("total") != "count":
            _value(draft, name, scope, each.path)
    known = {*columns.names(), *groups}
    shown = [(name.removeprefix("-"), each.path) for name, each in node.at("sort").items()]
    chart = node.at("chart")
    shown += [(str(chart.text(key)), (*chart.path, key)) for key in ("value", "across") if chart.text(key)]
    for name, path in shown:
        if name not in known:
            draft.report("unknown_column", path, name=name, remedy=did_you_mean(name, known))


def _value(draft: Draft, name: str, scope: Scope, path: Path) -> None:
    if not scope.knows(tuple(name.split("."))):
        draft.report("unknown_path", path, name=name, entity=scope.entity, remedy=scope.near(name))
