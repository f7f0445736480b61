"""Hold what a department's code answers against what its `plugin.yaml` declares, both ways."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from ordinance.departments.department import Department, qualified
from ordinance.problems import Problem, Text, did_you_mean, problem

_UNDO_WORDS = frozenset({"keep", "forget", "never"})

_KINDS = {
    "actions": ("action", Text("动作", "action")),
    "checks": ("check", Text("检查", "check")),
    "values": ("value", Text("值", "value")),
    "functions": ("function", Text("函数", "function")),
    "field_types": ("field_type", Text("字段类型", "field type")),
}
"""Section of the manifest to the word its codes begin with, and its name in words."""

_ASYNC = frozenset({"actions", "checks", "values"})


def check_declared(department: Department, answers: Mapping[str, Mapping[Any, Any]]) -> list[Problem]:
    """Return what is declared without code, given without declaration, or no function of the wanted kind."""
    problems: list[Problem] = []
    for section, (word, label) in _KINDS.items():
        declared = _declared(department, section)
        given = {_id(department, section, key): each for key, each in answers.get(f"ordinance_{section}", {}).items()}
        problems += [
            problem(f"{word}_without_code", department.place(section, _bare(department, id)), id=id)
            for id in declared
            if id not in given
        ]
        for id, each in given.items():
            place = department.place(section)
            if id not in declared and id not in _ways_back(department):
                remedy = did_you_mean(id, declared)
                problems.append(problem(f"{word}_undeclared", place, remedy=remedy, id=id))
            if section in _ASYNC and not inspect.iscoroutinefunction(each):
                problems.append(problem("hook_not_callable", place, department=department.id, name=id, kind=label))
    return problems


def _declared(department: Department, section: str) -> list[str]:
    """Return the ids a section declares; ways back (`undo`) of declared actions need code as well."""
    if section in ("functions", "field_types", "values"):
        prefix = f"{department.id}."
        names = [id.removeprefix(prefix) for id in department.declared(section)]
        return names if section != "values" else _values(department)
    declared = list(department.declared(section))
    return declared + [id for id in _ways_back(department) if id not in declared] if section == "actions" else declared


def _values(department: Department) -> list[str]:
    """Return declared values as `entity.name`; `on` may name several entities."""
    found = []
    for name, body in department.declared("values").items():
        on = body.get("of") if isinstance(body, dict) else None
        entities = on if isinstance(on, list) else [on]
        found += [f"{entity}.{name.removeprefix(department.id + '.')}" for entity in entities]
    return found


def _ways_back(department: Department) -> list[str]:
    undone = [body.get("undo") for body in department.declared("actions").values() if isinstance(body, dict)]
    return [qualified(department.id, str(undo)) for undo in undone if undo and str(undo) not in _UNDO_WORDS]


def _id(department: Department, section: str, key: Any) -> str:
    if section == "values":
        return ".".join(key) if isinstance(key, tuple) else str(key)
    return qualified(department.id, str(key)) if section in ("actions", "checks") else str(key)


def _bare(department: Department, id: str) -> str:
    return id.removeprefix(f"{department.id}.")
