"""A workflow under other names: the same process after fields, entities or options have been renamed.

Documents that finish under an earlier revision go by its steps and conditions; the fields these speak of are the
present ones, whatever they were called then. Source: engine M1, M7 (a pin is the process only).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from ordinance.blueprint.compiling import values_of
from ordinance.blueprint.renames import Renames
from ordinance.blueprint.values import Entity
from ordinance.expressions import Expression, renamed
from ordinance.expressions.evaluation import build
from ordinance.expressions.plan import Field as Spot
from ordinance.process.model import (
    Assign,
    Check,
    Effect,
    Lane,
    Numbering,
    Opening,
    Path,
    Queue,
    Reaction,
    Step,
    Tell,
    Trigger,
    Workflow,
)

_PATHS = frozenset({"asks", "offers", "needs", "changes", "writes"})
"""Keys whose value is a list of fields, where they stand on a step, a lane or an effect."""

_PATH = frozenset({"person", "to", "source", "unique_within"})
"""Keys whose value is one field."""

_PARTS = (Step, Lane, Effect, Tell, Check, Trigger, Queue, Assign, Numbering, Opening, Reaction)


def retold(workflow: Workflow, names: Renames, entities: Mapping[str, Entity]) -> Workflow:
    """Return a workflow under other names; the same one if none of them is another.

    Args:
        workflow: The workflow.
        names: What entities, fields and options are called.
        entities: The entities under the names that the workflow has now.
    """
    if not names:
        return workflow
    teller = _Teller(workflow.entity, names, entities)
    labels = {".".join(teller.path(tuple(name.split(".")))): label for name, label in workflow.labels.items()}
    made = {each.name: teller.tell(getattr(workflow, each.name)) for each in fields(Workflow) if each.init}
    return Workflow(**{**made, "entity": names.owner(workflow.entity), "labels": labels})


def told_path(entity: str, path: Path, names: Renames, entities: Mapping[str, Entity]) -> Path:
    """Return a path that begins at an entity as it is called under other names.

    Args:
        entity: The entity, by the name it has now.
        path: Names of fields, through references and lists.
        names: What entities and fields are called.
        entities: The entities under the names they have now.
    """
    return _Teller(entity, names, entities).path(path)


class _Teller:
    def __init__(self, entity: str, names: Renames, entities: Mapping[str, Entity]) -> None:
        self._entity, self._names, self._entities = entity, names, entities

    def tell(self, value: Any) -> Any:
        """Return a part of a workflow under the new names."""
        if isinstance(value, Expression):
            return self.expression(value)
        if isinstance(value, tuple):
            return tuple(self.tell(each) for each in value)
        if isinstance(value, Mapping):
            return {key: self.tell(each) for key, each in value.items()}
        return self._part(value) if isinstance(value, _PARTS) else value

    def _part(self, part: Any) -> Any:
        told = {each.name: self._key(part, each.name, getattr(part, each.name)) for each in fields(part)}
        return replace(part, **told)

    def _key(self, part: Any, key: str, value: Any) -> Any:
        if key in _PATHS and not (isinstance(part, Effect) and key == "needs"):
            return tuple(self.path(each) for each in value)
        if key in _PATH and value is not None:
            return self.path(value)
        match part, key:
            case Queue(), "order":
                return tuple((self.path(path), descending) for path, descending in value)
            case Assign(), "match":
                return tuple(".".join(self.path(tuple(each.split(".")))) for each in value)
            case Assign(), "prefer":
                return value and ".".join(self.path(tuple(value.split("."))))
            case Tell(kind="field"), "target":
                return ".".join(self.path(tuple(value.split("."))))
            case Opening(), "copy":
                return tuple(".".join(self.path(tuple(each.split(".")))) for each in value)
            case (Trigger() | Reaction() | Opening()), "values":
                return {".".join(self.path((name,))): self.expression(each, name) for name, each in value.items()}
        return self.tell(value)

    def path(self, path: Path) -> Path:
        """Return a path as it is called, through references, lists of lines and lists of those who refer here."""
        owner, told = self._entity, []
        for name in path:
            told.append(self._names.field(owner, name))
            owner = self._below(owner, name)
        return tuple(told)

    def _below(self, owner: str, name: str) -> str:
        entity, _, lines = owner.partition(".")
        declared = self._entities.get(entity)
        if declared is None:
            return ""
        if not lines and name in declared.backs:
            return declared.backs[name].entity
        field = declared.at((lines, name) if lines else (name,))
        if field is None:
            return ""
        return f"{owner}.{name}" if field.fields else field.to or ""

    def expression(self, told: Expression, given: str = "") -> Expression:
        """Return an expression under the new names; `given` is the field that is given its value, if there is one."""
        path = tuple(told.source.split("."))
        if isinstance(told.plan, Spot) and told.reads == {path} and len(told.plan.names) < len(path):
            # The values of a field of all rows: the plan leads to the rows alone.
            rows = len(told.plan.names)
            lines = renamed(replace(told, source=".".join(path[:rows])), self._names)
            now = self.path(path)
            run = values_of(build(lines.plan, lines.source), now[rows:])
            return replace(lines, source=".".join(now), reads=frozenset({now}), type=told.type, run=run)
        return renamed(told, self._names, (self._entity, given) if given else None)
