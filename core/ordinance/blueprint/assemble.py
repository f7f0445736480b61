"""Put the parts of a blueprint together, in the order in which they need each other, and cross-check the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ordinance.blueprint.bench import Bench, made_words
from ordinance.blueprint.bindings import Bindings
from ordinance.blueprint.company import build_company
from ordinance.blueprint.compiling import Compiler
from ordinance.blueprint.crosscheck import check_all
from ordinance.blueprint.declarations import Declarations, read_declarations
from ordinance.blueprint.draft import Draft
from ordinance.blueprint.engine_names import PERSON
from ordinance.blueprint.entities import as_documents, compile_entities, computed_fields, read_entities
from ordinance.blueprint.names import catalogue, type_named
from ordinance.blueprint.portals import build_portals, build_scans
from ordinance.blueprint.prints import build_prints
from ordinance.blueprint.reports import build_dashboards, build_reports
from ordinance.blueprint.roles import build_duties, build_permissions, build_roles, split_grant
from ordinance.blueprint.values import Blueprint, DepartmentSpec, Entity, GuideStep, Role
from ordinance.blueprint.workflows import WorkflowBuilder, entity_of, live_workflows, step_ids
from ordinance.departments import Department
from ordinance.expressions import BOOLEAN
from ordinance.fields import BUILT_IN
from ordinance.problems import Text

EVERYONE = "everyone"
"""The role that every account of the company has and nobody is given."""


def assemble(
    bench: Bench, departments: tuple[Department, ...], revision: str, text: str, trace: Callable[[str], None]
) -> Blueprint:
    """Return the blueprint of a merged tree; what is wrong with it is on the bench.

    Args:
        bench: The merged tree.
        departments: The departments in use.
        revision: The name of this configuration.
        text: Its canonical text.
        trace: Called with the name of each part when it is over.
    """
    raw = read_entities(bench, BUILT_IN, _declared_types(departments))
    declared = read_declarations(departments, lambda name: type_named(name, BUILT_IN, raw))
    compiler = _compiler(bench, declared, raw)
    entities = compile_entities(bench, compiler, BUILT_IN, raw)
    entities = as_documents(entities, frozenset(entity_of(id, node) for id, node in live_workflows(bench)))
    trace("entities")
    permissions = build_permissions(bench, compiler)
    roles = build_roles(bench, compiler, permissions)
    bindings = Bindings(compiler, declared, frozenset(roles))
    workflows = WorkflowBuilder(compiler, bindings, entities).workflows()
    trace("workflows")
    messages = _messages(bench)
    prints = build_prints(bench, compiler, entities)
    reports = build_reports(bench, compiler, BUILT_IN, entities)
    dashboards = build_dashboards(bench, reports)
    portals = build_portals(bench, BUILT_IN, entities, workflows, roles)
    draft = Draft(bench, compiler, declared, entities, workflows, permissions, roles, build_duties(bench), messages)
    check_all(draft)
    entities = {id: _with_roles(each, roles) if id == PERSON else each for id, each in entities.items()}
    return Blueprint(
        revision=revision,
        text=text,
        company=build_company(bench.node("company")),
        departments={id: _owned(bench, each) for id, each in declared.departments.items()},
        entities=entities,
        workflows={
            id: replace(each, revision=revision, labels=_labels(entities[each.entity]))
            for id, each in workflows.items()
        },
        roles=roles,
        permissions=permissions,
        duties=draft.duties,
        actions=declared.enabled(declared.actions),
        checks=declared.enabled(declared.checks),
        events=declared.enabled(declared.events),
        values=declared.enabled(declared.values),
        functions=declared.enabled(declared.functions),
        messages=messages,
        guide=_guide(bench, compiler),
        data=_plain(bench.node("data").data),
        reports=reports,
        dashboards=dashboards,
        prints=prints,
        portals=portals,
        scans=build_scans(bench, BUILT_IN, entities, workflows),
        places=bench.places,
    )


def _owned(bench: Bench, department: DepartmentSpec) -> DepartmentSpec:
    """Return a department with those of the company that look after it."""
    said = bench.node("company").at("departments").at(department.id).at("owners")
    return replace(department, owners=said.names())


def _compiler(bench: Bench, declared: Declarations, entities: Mapping[str, Entity]) -> Compiler:
    steps: dict[str, list[str]] = {}
    for id, node in live_workflows(bench):
        steps.setdefault(entity_of(id, node), []).extend(step_ids(node))
    events = frozenset(f"{id}.{step}" for id, node in live_workflows(bench) for step in step_ids(node))
    types = catalogue(entities, BUILT_IN, declared, steps)
    return Compiler(bench, types, declared, frozenset(entities), events, frozenset(steps), computed_fields(bench))


def _declared_types(departments: tuple[Department, ...]) -> frozenset[str]:
    declared = (name for each in departments for name in each.declared("field_types"))
    return frozenset(name.partition(".")[2] for name in declared)


def _with_roles(person: Entity, roles: Mapping[str, Role]) -> Entity:
    """Return the entity of people with the roles of the site as what its field `roles` offers."""
    field = person.fields.get("roles")
    if field is None or field.options:
        return person
    offered = replace(field, options={id: each.label for id, each in roles.items() if id != EVERYONE})
    return replace(person, fields={**person.fields, field.id: offered})


def _labels(entity: Entity) -> dict[str, Text]:
    """Return the words for each field by its dotted path, those of lines with the lines in front."""
    labels = {}
    for name, field in entity.fields.items():
        labels[name] = field.label
        for below, each in field.fields.items():
            labels[f"{name}.{below}"] = each.label
    return labels


def _messages(bench: Bench) -> dict[str, Text]:
    return {id: node.words("text") or made_words(id) for id, node in bench.node("messages").items()}


def _guide(bench: Bench, compiler: Compiler) -> tuple[GuideStep, ...]:
    found = []
    for id, node in bench.node("guide").items():
        open_text = node.text("open")
        found.append(
            GuideStep(
                id=id,
                label=node.words("label") or made_words(id),
                open=split_grant(open_text) if open_text else None,
                done=compiler.expression(node.at("done"), compiler.house(), BOOLEAN),
                by=node.at("by").names(),
                about=node.words("about"),
                place=node.place,
            )
        )
    return tuple(found)


def _plain(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
