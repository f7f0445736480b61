"""What departments declare in `plugin.yaml`: actions, checks, events, values and functions, by full id.

Everything installed is declared here, whether switched on or off, so that a binding can tell "switched off" from
"nobody knows it".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ordinance.blueprint.bench import as_words, made_words
from ordinance.blueprint.values import ActionSpec, CheckSpec, DepartmentSpec, EventSpec, FunctionSpec, ValueSpec
from ordinance.departments import Department, qualified
from ordinance.expressions import Type
from ordinance.problems import Text

WORDS_OF_UNDO = frozenset({"keep", "forget", "never"})

TypeOf = Callable[[str], Type]


@dataclass(slots=True)
class Declarations:
    """Every declared thing of the departments in use, and which departments are switched off."""

    departments: dict[str, DepartmentSpec] = field(default_factory=dict)
    actions: dict[str, ActionSpec] = field(default_factory=dict)
    checks: dict[str, CheckSpec] = field(default_factory=dict)
    events: dict[str, EventSpec] = field(default_factory=dict)
    values: dict[tuple[str, str], ValueSpec] = field(default_factory=dict)
    functions: dict[str, FunctionSpec] = field(default_factory=dict)

    def is_off(self, department: str) -> bool:
        """Return whether a department is installed but switched off."""
        found = self.departments.get(department)
        return found is not None and not found.enabled

    def enabled(self, things: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return what belongs to departments that are switched on."""
        return {id: each for id, each in things.items() if not self.is_off(each.department)}


def read_declarations(departments: Iterable[Department], type_of: TypeOf) -> Declarations:
    """Return what the departments declare; `type_of` gives the type of a name such as `boolean` or `account`."""
    found = Declarations()
    for department in departments:
        _department(department, found)
        _actions(department, found)
        for id, body in _bodies(department, "checks"):
            place = _place(department, "checks", id)
            parameters = _mapping(body.get("parameters"))
            found.checks[id] = CheckSpec(id, department.id, _label(id, body), parameters, place)
        _events(department, found, type_of)
        _values(department, found, type_of)
        for id, body in _bodies(department, "functions"):
            name = id.removeprefix(f"{department.id}.")
            takes = tuple(type_of(str(each)) for each in _names(body.get("takes")))
            gives = type_of(_type_name(body))
            found.functions[name] = FunctionSpec(name, department.id, takes, gives, _place(department, "functions", id))
    return found


def _department(department: Department, found: Declarations) -> None:
    manifest = department.manifest.data
    found.departments[department.id] = DepartmentSpec(
        id=department.id,
        label=as_words(manifest.get("label")) or made_words(department.id),
        about=as_words(manifest.get("about")) or Text(),
        folder=department.folder,
        name=department.name,
        requires=department.requires,
        enabled=department.enabled,
        basis=as_words(manifest.get("basis")),
    )


def _actions(department: Department, found: Declarations) -> None:
    for id, body in _bodies(department, "actions"):
        undo = str(body.get("undo", ""))
        emits = tuple(qualified(department.id, name) for name in _names(body.get("emits")))
        found.actions[id] = ActionSpec(
            id=id,
            department=department.id,
            label=_label(id, body),
            needs=_names(body.get("needs")),
            reads=_names(body.get("reads")),
            writes=_names(body.get("writes")),
            after=tuple(qualified(department.id, name) for name in _names(body.get("after"))),
            undo=undo if undo in WORDS_OF_UNDO or not undo else qualified(department.id, undo),
            witness=str(body.get("witness", "false")).lower() == "true",
            emits=emits,
            place=_place(department, "actions", id),
        )
        for event in emits:
            found.events.setdefault(event, EventSpec(event, department.id, made_words(event.partition(".")[2])))
    for spec in [each for each in found.actions.values() if each.department == department.id]:
        _way_back(spec, found)


def _way_back(spec: ActionSpec, found: Declarations) -> None:
    """Declare the way back of an action where the department does not: it takes the same inputs."""
    if not spec.undo or spec.undo in WORDS_OF_UNDO or spec.undo in found.actions:
        return
    label = Text(f"撤回:{spec.label.zh}", f"Take back: {spec.label.en}")
    found.actions[spec.undo] = ActionSpec(
        id=spec.undo,
        department=spec.department,
        label=label,
        needs=spec.needs,
        reads=spec.reads,
        undo="keep",
        undoes=spec.id,
        place=spec.place,
    )


def _events(department: Department, found: Declarations, type_of: TypeOf) -> None:
    for id, body in _bodies(department, "events"):
        carries = body.get("carries")
        fields = {str(name): type_of(_type_name(each)) for name, each in _pairs(carries)}
        found.events[id] = EventSpec(id, department.id, _label(id, body), fields, _place(department, "events", id))


def _values(department: Department, found: Declarations, type_of: TypeOf) -> None:
    for id, body in _bodies(department, "values"):
        name = id.removeprefix(f"{department.id}.")
        for on in _names(body.get("of")):
            entity, _, lines = on.partition(".")
            found.values[(on, name)] = ValueSpec(
                id=name,
                department=department.id,
                entity=entity,
                lines=lines or None,
                type=type_of(_type_name(body)),
                label=_label(name, body),
                place=_place(department, "values", id),
            )


def _bodies(department: Department, section: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for id, body in department.declared(section).items():
        yield id, body if isinstance(body, dict) else {}


def _place(department: Department, section: str, id: str) -> Any:
    return department.place(section, id.removeprefix(f"{department.id}."))


def _label(id: str, body: Mapping[str, Any]) -> Text:
    return as_words(body.get("label")) or made_words(id.rpartition(".")[2])


def _mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {str(each): {} for each in value} if isinstance(value, list) else {}


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(each) for each in value) if isinstance(value, list | dict) else (str(value),)


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    yield from _mapping(value).items()


def _type_name(body: Any) -> str:
    if isinstance(body, dict):
        return str(body.get("to") or body.get("type") or body.get("gives") or "any")
    return str(body) if body is not None else "any"
