"""What everything is called in one language: steps, roles, fields, actions. Ids stand in where no site is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ordinance.access.grants import Grant, compile_grants, gates
from ordinance.drawing.vocabulary import listed, say
from ordinance.problems import Text
from ordinance.process.model import Lane, Path, Step, Tell, Workflow

if TYPE_CHECKING:
    from ordinance.blueprint import Blueprint, Entity, Field

_ENGINE = "engine_"


@dataclass(frozen=True)
class Names:
    """The names of one site in one language.

    Attributes:
        locale: `zh` or `en`.
        blueprint: The site; without one, ids are shown, and labels where the workflow itself has them.
        given: Its grants, if the caller has them already; worked out from the blueprint otherwise.
    """

    locale: str
    blueprint: Blueprint | None = None
    given: tuple[Grant, ...] | None = field(default=None, repr=False)

    def say(self, key: str, **values: object) -> str:
        """Return words of the drawing's own."""
        return say(self.locale, key, **values)

    def of(self, text: Text | None, otherwise: str = "") -> str:
        """Return words of the site."""
        return text.in_(self.locale) if text else otherwise

    def listed(self, items: Iterable[str]) -> str:
        """Return several things in a row."""
        return listed(self.locale, items)

    @cached_property
    def _doers(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The roles whose grants name a step or lane, by workflow and id."""
        if self.blueprint is None:
            return {}
        found: dict[tuple[str, str], dict[str, None]] = {}
        variants: dict[str, list[str]] = {}
        for each in self.blueprint.workflows.values():
            variants.setdefault(each.entity, []).append(each.id)
        for grant in self.given if self.given is not None else compile_grants(self.blueprint):
            if grant.implied or grant.person is not None:
                continue
            for workflow in [grant.workflow] if grant.workflow else variants.get(grant.entity, ()):
                found.setdefault((workflow, grant.act), {})[grant.role] = None
        return {key: tuple(roles) for key, roles in found.items()}

    def role(self, id: str) -> str:
        """Return the name of a role."""
        found = self.blueprint.roles.get(id) if self.blueprint else None
        if found is None:
            return self.say("everyone") if id == "everyone" else id
        return self.of(found.label, id)

    def roles(self, workflow: Workflow, gate: Step | Lane) -> tuple[str, ...]:
        """Return the ids of the roles that do a step or enter a lane."""
        return gate.by or self._doers.get((workflow.id, gate.id), ())

    def who(self, workflow: Workflow, gate: Step | Lane) -> tuple[str, ...]:
        """Return who does a step or enters a lane: the field the person stands in, or the roles."""
        if gate.person is not None:
            return (self.say("whom_in", field=self.field(workflow, gate.person)),)
        return tuple(self.role(each) for each in self.roles(workflow, gate))

    def step(self, workflow: Workflow, id: str) -> str:
        """Return the name of a step, a step of a lane, or a lane."""
        found = next((each for each in gates(workflow) if each.id == id), None)
        return self.of(found.label, id) if found is not None else id

    def steps(self, workflow: Workflow, ids: Iterable[str]) -> str:
        """Return the names of several steps."""
        return self.listed(self.step(workflow, each) for each in ids)

    def step_of(self, entity: str, id: str) -> str:
        """Return the name of a step in any workflow of an entity."""
        every = self.blueprint.variants(entity) if self.blueprint else ()
        return next((name for each in every if (name := self.step(each, id)) != id), id)

    def field(self, workflow: Workflow, path: Path) -> str:
        """Return the name of a field that a workflow's document has."""
        found = self.path(workflow.entity, path) if self.blueprint else None
        return found or self.of(workflow.labels.get(".".join(path)), ".".join(path))

    def path(self, entity: str, path: Path) -> str | None:
        """Return the name of the field at a path, through lines and references, or None where it leads nowhere."""
        found: list[str] = []
        at = entity
        for name in path:
            if at is None:
                return None
            label, at = self.name_at(at, name)
            found.append(label)
        said = found[0] if found else ""
        for label in found[1:]:
            said = self.say("of", of=said, name=label)
        return said

    def name_at(self, entity: str, name: str) -> tuple[str, str]:
        """Return what a name of an entity is called and the entity it leads to (empty if to none).

        Args:
            entity: An entity, or `entity.lines` for the rows of its lines.
            name: A field, a value that a department or the engine gives, or a list of records that refer to it.
        """
        if self.blueprint is None:
            return name, ""
        base, _, lines = entity.partition(".")
        owner = self.blueprint.entities.get(base)
        declared = _field(owner, lines, name)
        if declared is not None:
            return self.of(declared.label, name), f"{base}.{name}" if declared.fields else declared.to or ""
        back = owner.backs.get(name) if owner is not None and not lines else None
        if back is not None:
            other = self.blueprint.entities.get(back.entity)
            return self.of(other.label if other else None, name), back.entity
        return self._computed(entity, name), ""

    def _computed(self, entity: str, name: str) -> str:
        assert self.blueprint is not None
        spec = self.blueprint.values.get((entity, name))
        if spec is not None:
            return self.of(spec.label, name)
        try:
            return self.say(_ENGINE + name)
        except KeyError:
            return name

    def option(self, entity: str, name: str, value: str) -> str | None:
        """Return what an option of a field is called, or None if the field has no such option."""
        base, _, lines = entity.partition(".")
        owner = self.blueprint.entities.get(base) if self.blueprint else None
        declared = _field(owner, lines, name)
        label = declared.options.get(value) if declared is not None else None
        return self.of(label, value) if label is not None else None

    def fields(self, workflow: Workflow, paths: Iterable[Path]) -> tuple[str, ...]:
        """Return the names of several fields; those of the same lines or reference stand together."""
        groups: dict[str, list[Path]] = {}
        for path in paths:
            groups.setdefault(path[0], []).append(path)
        said = []
        for head, group in groups.items():
            below = [path for path in group if len(path) > 1]
            if len(below) < len(group) or len(below) == 1:
                said += [self.field(workflow, path) for path in group]
                continue
            label, leads_to = self.name_at(workflow.entity, head)
            inner = [self.path(leads_to, path[1:]) or ".".join(path[1:]) for path in below]
            opened, closed = ("（", "）") if self.locale.startswith("zh") else (" (", ")")
            said.append(f"{label}{opened}{self.listed(inner)}{closed}")
        return tuple(said)

    def action(self, id: str) -> str:
        """Return the name of an action."""
        found = self.blueprint.actions.get(id) if self.blueprint else None
        return self.of(found.label, id) if found is not None else id

    def check(self, id: str) -> str:
        """Return the name of a check."""
        found = self.blueprint.checks.get(id) if self.blueprint else None
        return self.of(found.label, id) if found is not None else id

    def event(self, id: str) -> str:
        """Return the name of an event."""
        found = self.blueprint.events.get(id) if self.blueprint else None
        return self.of(found.label, id) if found is not None else id

    def entity(self, id: str) -> str:
        """Return the name of a kind of record."""
        found = self.blueprint.entities.get(id) if self.blueprint else None
        return self.of(found.label, id) if found is not None else id

    def told(self, workflow: Workflow, tell: Tell) -> str:
        """Return who is told, in words."""
        if tell.kind == "everyone":
            return self.say("everyone")
        if tell.kind == "role":
            return self.role(tell.target)
        return self.field(workflow, tuple(tell.target.split(".")))


def _field(owner: Entity | None, lines: str, name: str) -> Field | None:
    fields: Mapping[str, Field] = owner.fields if owner is not None else {}
    if lines:
        fields = fields[lines].fields if lines in fields else {}
    return fields.get(name)
