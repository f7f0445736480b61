"""Lists and forms show fields that exist."""

from __future__ import annotations

from ordinance.blueprint.bench import Node, Path
from ordinance.blueprint.compiling import Scope
from ordinance.blueprint.draft import Draft
from ordinance.blueprint.engine_names import OF_EVERY_DOCUMENT
from ordinance.expressions import BOOLEAN

_COLUMNS = ("columns", "sort", "filters", "totals")


def check(draft: Draft) -> None:
    """Report columns, filters and form fields that are none."""
    for id in draft.entities:
        scope = draft.compiler.record(id)
        node = draft.bench.node("entities", id)
        title = node.text("title")
        if title:
            _name(draft, title, scope, (*node.path, "title"))
        for view in _below(node.at("lists")):
            for key in _COLUMNS:
                _names(draft, view.at(key), scope)
            for key in ("group", "due"):
                name = view.text(key)
                if name:
                    _name(draft, name, scope, (*view.path, key))
        for form in _below(node.at("forms")):
            for section in _below(form.at("sections")):
                _names(draft, section.at("fields"), scope)
                draft.compiler.expression(section.at("when"), scope, BOOLEAN)


def _below(node: Node) -> list[Node]:
    return [each for _, each in node.items()]


def _names(draft: Draft, node: Node, scope: Scope) -> None:
    for name, each in node.items():
        _name(draft, name.removeprefix("-"), scope, each.path)


def _name(draft: Draft, name: str, scope: Scope, path: Path) -> None:
    if scope.type_of(tuple(name.split("."))) is None and name not in OF_EVERY_DOCUMENT:
        draft.report("unknown_path", path, name=name, entity=scope.entity, remedy=scope.near(name))
