"""Load the code of the enabled departments, register it with pluggy, and hold it against what they declare.

Only departments that are switched on and have a `hooks.py` are imported, and only when this is called. A fault in one
department never stops the others: each becomes a problem that names the department, the file and the line.
Source: facts.md F, style.md §4.3 and §6.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from ordinance.departments.declared import check_declared
from ordinance.departments.department import CODE, Department, qualified
from ordinance.departments.mount import import_code, mount_name
from ordinance.hooks import NAMESPACE, specs
from ordinance.problems import Place, Problem, did_you_mean, problem

_PREFIX = "ordinance_"


@dataclass(frozen=True, slots=True)
class Code:
    """What the departments of one site answered, by id; a value by (entity or entity.lines, name)."""

    actions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    checks: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    values: Mapping[tuple[str, str], Callable[..., Any]] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    field_types: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Answers:
    """What one department answered, hook by hook."""

    by_hook: dict[str, dict[Any, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def of(self, hook: str) -> dict[Any, Any]:
        return self.by_hook.get(hook, {})


def load_code(site: Path, departments: Iterable[Department]) -> Code:
    """Return the code of the enabled departments of a site, with every problem found in it.

    Args:
        site: The company's folder; its code is mounted under a name of its own.
        departments: The departments in order; those switched off and those without code are passed over.
    """
    mount = mount_name(site)
    code: dict[str, dict[Any, Any]] = {name: {} for name in ("actions", "checks", "values", "functions", "field_types")}
    problems: list[Problem] = []
    for department in departments:
        if not department.enabled:
            continue
        answers = _ask(mount, department) if department.has_code else _Answers()
        problems += answers.problems
        if answers.problems and not answers.by_hook:
            continue
        problems += check_declared(department, answers.by_hook)
        for name, target in code.items():
            target.update(_with_ids(department, name, answers.of(_PREFIX + name)))
    return Code(**code, problems=tuple(problems))


def _with_ids(department: Department, name: str, answers: dict[Any, Any]) -> dict[Any, Any]:
    if name in ("actions", "checks"):
        return {qualified(department.id, str(id)): each for id, each in answers.items()}
    return answers


def _ask(mount: str, department: Department) -> _Answers:
    answers = _Answers()
    try:
        module = import_code(mount, department.id, department.folder)
    except Exception as error:
        answers.problems.append(_failed(department, error))
        return answers
    answers.problems += _unmarked(department, module)
    manager = pluggy.PluginManager(NAMESPACE)
    manager.add_hookspecs(specs)
    try:
        manager.register(module, name=department.id)
    except pluggy.PluginValidationError as error:
        answers.problems.append(_arguments(department, module, manager, error))
        return answers
    for caller in manager.get_hookcallers(module) or ():
        if not caller.has_spec():
            place = _place(department, getattr(module, caller.name))
            remedy = did_you_mean(caller.name, _hooks())
            answers.problems.append(
                problem("hook_unknown", place, remedy=remedy, department=department.id, hook=caller.name)
            )
            continue
        _answer(department, caller, answers)
    return answers


def _answer(department: Department, caller: pluggy.HookCaller, answers: _Answers) -> None:
    function = caller.get_hookimpls()[0].function
    try:
        found: Any = function()
    except Exception as error:
        answers.problems.append(_failed(department, error))
        return
    if isinstance(found, Mapping):
        answers.by_hook[caller.name] = dict(found)
        return
    place = _place(department, function)
    got = type(found).__name__
    answers.problems.append(problem("hook_answer", place, department=department.id, hook=caller.name, got=got))


def _hooks() -> list[str]:
    return sorted(name for name in vars(specs) if name.startswith(_PREFIX))


def _unmarked(department: Department, module: ModuleType) -> list[Problem]:
    problems = []
    for name in _hooks():
        function = getattr(module, name, None)
        if function is not None and not hasattr(function, f"{NAMESPACE}_impl"):
            place = _place(department, function)
            problems.append(problem("hook_unmarked", place, department=department.id, hook=name))
    return problems


def _arguments(
    department: Department, module: ModuleType, manager: pluggy.PluginManager, error: pluggy.PluginValidationError
) -> Problem:
    for name in _hooks():
        function = getattr(module, name, None)
        options = manager.parse_hookimpl_opts(module, name) if function is not None else None
        taken = _taken(function) if options is not None else ()
        if taken:
            place = _place(department, function)
            got = ", ".join(taken)
            return problem("hook_arguments", place, department=department.id, hook=name, arguments=got, wanted="")
    return _failed(department, error)


def _taken(function: Any) -> tuple[str, ...]:
    code = function.__code__
    return tuple(code.co_varnames[: code.co_argcount])


def _place(department: Department, function: Any) -> Place:
    code = getattr(function, "__code__", None)
    return Place(f"{department.name}/{CODE}", code.co_firstlineno if code else 1, 1)


def _failed(department: Department, error: BaseException) -> Problem:
    """Return the problem of an exception, at the deepest line that belongs to the department."""
    place = Place(f"{department.name}/{CODE}", 1, 1)
    root = department.folder.resolve()
    for frame in traceback.extract_tb(error.__traceback__):
        place = _inside(department, root, frame.filename, frame.lineno) or place
    if isinstance(error, SyntaxError) and error.filename:
        place = _inside(department, root, error.filename, error.lineno) or place
    detail = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
    return problem("hooks_failed", place, department=department.id, detail=detail)


def _inside(department: Department, root: Path, file: str, line: int | None) -> Place | None:
    try:
        name = Path(file).resolve().relative_to(root).as_posix()
    except ValueError:
        return None
    return Place(f"{department.name}/{name}", line or 1, 1)
