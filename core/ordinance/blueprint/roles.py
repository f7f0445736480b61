"""Build permissions, roles and duties from the merged tree. Unknown names are the business of the cross-checks.

Source: language.md §4.
"""

from __future__ import annotations

from ordinance.blueprint.bench import Bench, Node, made_words
from ordinance.blueprint.compiling import Compiler
from ordinance.blueprint.values import Duty, Permission, Role
from ordinance.blueprint.workflows import entity_of
from ordinance.expressions import BOOLEAN, Expression


def build_permissions(bench: Bench, compiler: Compiler) -> dict[str, Permission]:
    """Return the named permissions, by id."""
    found = {}
    for id, node in bench.node("permissions").items():
        found[id] = Permission(
            id=id,
            label=node.words("label") or made_words(id),
            gives=tuple(split_grant(name) for name in node.at("gives").names()),
            only=node.at("only").names(),
            where=_row_rules(node, compiler),
            place=node.place,
        )
    return found


def build_roles(bench: Bench, compiler: Compiler, permissions: dict[str, Permission]) -> dict[str, Role]:
    """Return the roles, by id; what a role may is told apart into named permissions and direct grants."""
    found = {}
    for id, node in bench.node("roles").items():
        named, direct = _may(node.at("may"), permissions)
        found[id] = Role(
            id=id,
            label=node.words("label") or made_words(id),
            permissions=named,
            may=direct,
            where=_row_rules(node, compiler),
            fields={entity: _projection(each) for entity, each in node.at("fields").items()},
            of=node.text("of"),
            accounts=node.number("accounts"),
            kind=node.text("kind") or "person",
            second_factor=node.flag("second_factor"),
            basis=node.words("basis"),
            place=node.place,
        )
    return found


def build_duties(bench: Bench) -> dict[str, Duty]:
    """Return the duties that are kept apart, by id."""
    return {
        id: Duty(
            id=id,
            label=node.words("label") or made_words(id),
            apart=node.at("apart").names(),
            enabled=node.flag("enabled", default=True),
            basis=node.words("basis"),
            place=node.place,
        )
        for id, node in bench.node("duties").items()
    }


def split_grant(name: str) -> tuple[str, str]:
    """Return (entity or workflow, verb, step or lane) of `sales_order.read`."""
    target, _, verb = name.rpartition(".")
    return (target, verb)


def _may(node: Node, permissions: dict[str, Permission]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Tell permissions from entities: a name with verbs below is a direct grant, a bare name a permission."""
    named: list[str] = []
    direct: dict[str, tuple[str, ...]] = {}
    for name, each in node.items():
        verbs = each.at("verbs").names()
        if name in permissions or not verbs:
            named.append(name)
        else:
            direct[name] = verbs
    return tuple(named), direct


def _projection(node: Node) -> dict[str, str]:
    return {path: str(each.data) for path, each in node.items()}


def _row_rules(node: Node, compiler: Compiler) -> dict[str, Expression]:
    rules = {}
    for target, each in node.at("where").items():
        workflow = node.bench.node("workflows", target)
        entity = target if target in compiler.entities or not workflow else entity_of(target, workflow)
        if entity in compiler.entities:
            rule = compiler.expression(each, compiler.record(entity), BOOLEAN)
            if rule is not None:
                rules[target] = rule
    return rules
