"""Who may do what, on which records, and sees what of them: compiled once from a blueprint, asked on every request.

Rights are the union of grants: of every role, of `everyone`, and of those for whom the actor stands in. There is no
hidden deny, so taking a role away never gives a right.
Source: language.md §4, design.md §3 rule 6.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ordinance.access.actor import ACCOUNT, ENGINE, EVERYONE, Actor
from ordinance.access.duties import Apart, Duties
from ordinance.access.grants import CREATED_BY, Grant, compile_grants
from ordinance.access.projection import Level, Projection, field_paths, highest_of, role_levels
from ordinance.access.rows import Rows, Rule, union
from ordinance.access.source import VERBS, WRITING_VERBS, RightsSource, RoleSource
from ordinance.expressions import Env
from ordinance.problems import Reason, Text

_USER_OF = ("user", "of")


def _is_meant(grant: Grant, face: Actor) -> bool:
    """Return whether a grant is for an account that holds its role.

    What `everyone` gives is for the company's own people; but a step for the person in a field is for whoever stands
    there, a customer's account as well.
    """
    return grant.role != EVERYONE or face.is_staff or (grant.person is not None and grant.workflow is not None)


_ROWS_MAX = 2000
"""Answers about actors that are kept: there are as many as people who sign in, times what they do."""


def _faces(actor: Actor) -> tuple[Any, ...]:
    """Return what of an actor decides what it may do on some record or other, whichever."""
    return tuple((face.roles, face.of and face.of[0]) for face in actor.faces())


class Rights:
    """The rights of one blueprint. Nothing in it changes; ask it from anywhere."""

    def __init__(self, source: RightsSource) -> None:
        self._source = source
        self.grants = compile_grants(source)
        self.duties = Duties(source)
        self._by_act: dict[tuple[str, str], dict[str, list[Grant]]] = defaultdict(lambda: defaultdict(list))
        for grant in self.grants:
            self._by_act[grant.entity, grant.act][grant.role].append(grant)
        self._acts: dict[str, set[str]] = defaultdict(set)
        for entity, act in self._by_act:
            self._acts[entity].add(act)
        self._paths = {name: field_paths(entity) for name, entity in source.entities.items()}
        self._secrets = {
            name: frozenset(path for path, secret in paths.items() if secret) for name, paths in self._paths.items()
        }
        self._levels = {
            (role, entity): self._role_levels(role, entity)
            for role in [*source.roles, EVERYONE]
            for entity in self._paths
        }
        # What is seen at most depends on roles alone, and there are few sets of those.
        self._projections: dict[Any, Projection] = {}
        self._acts_of: dict[Any, frozenset[str]] = {}
        self._rows: dict[Any, Rows] = {}
        self._references = {name: self._bound_fields(name) for name in source.entities}

    def roles_of(self, actor: Actor) -> tuple[RoleSource, ...]:
        """Return the roles of the blueprint that count for the actor itself."""
        roles = self._source.roles
        return tuple(roles[name] for name in actor.roles if name in roles and self._counts(name, actor))

    def may(self, actor: Actor, act: str, entity: str, workflow: str | None = None) -> bool:
        """Return whether the actor may do this at all, on some record.

        Args:
            actor: Who asks.
            act: A verb, or the id of a step or lane.
            entity: The kind of record.
            workflow: The workflow of the document, so that a grant for another one does not count.
        """
        return actor.kind == "engine" or next(self._held(actor, act, entity, workflow), None) is not None

    def acts(self, actor: Actor, entity: str, workflow: str | None = None) -> frozenset[str]:
        """Return every verb, step and lane that the actor may do on some record of the entity."""
        key = (entity, workflow, actor.kind == "engine", _faces(actor))
        if key not in self._acts_of:
            acts = self._acts.get(entity, ())
            self._acts_of[key] = frozenset(act for act in acts if self.may(actor, act, entity, workflow))
        return self._acts_of[key]

    def rows(self, actor: Actor, entity: str, act: str = "read", reading: Iterable[str] = ()) -> Rows:
        """Return the records on which the actor may do the act.

        Args:
            actor: Who asks.
            entity: The kind of record.
            act: A verb, or the id of a step or lane.
            reading: Field paths the caller is going to filter, sort or sum by. Only records of which the actor may read
                all of them count, so that no hidden value shows through a condition.
        """
        if actor.kind == "engine":
            return Rows((Rule(ENGINE),))
        key = (actor, entity, act, tuple(reading))
        if key not in self._rows:
            if len(self._rows) >= _ROWS_MAX:
                self._rows.clear()
            self._rows[key] = self._reached(*key)
        return self._rows[key]

    def _reached(self, actor: Actor, entity: str, act: str, wanted: tuple[str, ...]) -> Rows:
        return union(
            self._rule(grant, face)
            for grant, face in self._held(actor, act, entity)
            if all(Projection(self._levels[grant.role, entity], self._secrets[entity]).reads(path) for path in wanted)
        )

    def rules(self, actor: Actor, entity: str, act: str = "read") -> tuple[tuple[Grant, Rule], ...]:
        """Return each grant that counts for the actor with the records it reaches: what `rows` is the union of."""
        return tuple((grant, self._rule(grant, face)) for grant, face in self._held(actor, act, entity))

    def projection(self, actor: Actor, entity: str, act: str = "read", workflow: str | None = None) -> Projection:
        """Return what the actor sees of the entity at most; `uniform` says whether that holds for every record.

        Args:
            actor: Who asks.
            entity: The kind of record.
            act: `read`; or, to know what may be written, the act that writes: only roles that may do it count.
            workflow: The workflow of the document, for a step or lane.
        """
        key = (entity, act, workflow, actor.kind == "engine", _faces(actor))
        if key not in self._projections:
            self._projections[key] = self._projected(actor, entity, act, workflow)
        return self._projections[key]

    def _projected(self, actor: Actor, entity: str, act: str, workflow: str | None) -> Projection:
        secrets = self._secrets.get(entity, frozenset())
        if actor.kind == "engine":
            return Projection(dict.fromkeys(self._paths.get(entity, {}), "write"))
        held = [(grant, self._rule(grant, face)) for grant, face in self._held(actor, act, entity, workflow)]
        best = highest_of(self._levels[grant.role, entity] for grant, _ in held)
        whole = highest_of(self._levels[grant.role, entity] for grant, rule in held if rule.always)
        alike = len({tuple(self._levels[grant.role, entity].items()) for grant, _ in held}) <= 1
        nothing: dict[str, Level] = dict.fromkeys(self._paths.get(entity, {}), "hidden")
        return Projection(best or nothing, secrets, alike or best == whole)

    def sees(self, actor: Actor, entity: str, record: Mapping[str, Any], env: Env) -> Projection | None:
        """Return what the actor sees of this record, or None if it does not see it at all.

        Args:
            actor: Who asks.
            entity: The kind of record.
            record: The record, with the names of `rows(actor, entity).reads` loaded.
            env: What else expressions see.
        """
        if actor.kind == "engine":
            return self.projection(actor, entity)
        admitting = [
            grant.role
            for grant, face in self._held(actor, "read", entity)
            if self._rule(grant, face).admits(record, env)
        ]
        levels = highest_of(self._levels[role, entity] for role in admitting)
        return Projection(levels, self._secrets[entity]) if admitting else None

    def stands_in(self, actor: Actor, act: str, entity: str, workflow: str | None = None) -> Actor | None:
        """Return for whom the actor would do this: None when it may by its own right, else the absent person."""
        faces = [face for _, face in self._held(actor, act, entity, workflow)]
        return None if not faces or actor in faces else faces[0]

    def assignable(self, actor: Actor, role: str, env: Env, act: str = "create") -> bool:
        """Return whether the actor may create (or change) an account that holds the role."""
        record = {"role": role, "roles": (role,), "kind": self._kind(role), "id": None}
        rules = self.rows(actor, ACCOUNT, act).rules
        return any(not rule.where or rule.admits(record, env) for rule in rules)

    def apart(self, workflow: str, step: str) -> tuple[Apart, ...]:
        """Return the enabled duties that keep a step apart from others of the same document, with those others."""
        found = self._source.workflows.get(workflow)
        return self.duties.of_step(workflow, found.entity if found is not None else workflow, step)

    def conflicts(self, roles: Iterable[str]) -> tuple[Reason, ...]:
        """Return a reason for every enabled duty that these roles break together while none does alone."""
        return self.duties.conflicts(tuple(roles), self.grants)

    def label(self, role: str) -> Text:
        """Return the label of a role."""
        found = self._source.roles.get(role)
        return found.label if found is not None else Text.of(role)

    def _held(self, actor: Actor, act: str, entity: str, workflow: str | None = None) -> Iterator[tuple[Grant, Actor]]:
        by_role = self._by_act.get((entity, act))
        for face in actor.faces() if by_role else ():
            for role in (*face.roles, EVERYONE):
                for grant in by_role.get(role, ()) if by_role and self._counts(role, face) else ():
                    if (workflow is None or grant.workflow in (None, workflow)) and _is_meant(grant, face):
                        yield grant, face

    def _counts(self, role: str, face: Actor) -> bool:
        """A role `of` an entity gives nothing to an account that belongs to no record of it: fail closed."""
        found = self._source.roles.get(role)
        bound_to = found.of if found is not None else None
        return bound_to is None or (face.of is not None and face.of[0] == bound_to)

    def _rule(self, grant: Grant, face: Actor) -> Rule:
        fields, itself = self._references.get(grant.entity, {}).get(face.of[0] if face.of else "", ((), False))
        said = any(path[:2] == _USER_OF for each in grant.where for path in each.reads)
        bound = face.of is not None and (bool(fields) or itself) and not said and grant.person in (None, CREATED_BY)
        creates = grant.act == "create"
        return Rule(
            face,
            grant.where,
            None if creates else grant.workflow,
            fields if bound else None,
            bound and itself,
            None if creates else grant.person,
        )

    def _bound_fields(self, entity: str) -> dict[str, tuple[tuple[str, ...], bool]]:
        """By entity an account may be bound to: the fields that refer to it, and whether it is this entity."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, each in self._source.entities[entity].fields.items():
            if isinstance(each.to, str):
                found[each.to].append(name)
        return {to: (tuple(found[to]), to == entity) for to in {*found, entity}}

    def _role_levels(self, role: str, entity: str) -> dict[str, Level]:
        found = self._source.roles.get(role)
        said = found.fields.get(entity, {}) if found is not None else {}
        writes = any(
            role in roles and (act in WRITING_VERBS or act not in VERBS)
            for (each, act), roles in self._by_act.items()
            if each == entity
        )
        return role_levels(self._paths[entity], said, writes=writes)

    def _kind(self, role: str) -> str:
        found = self._source.roles.get(role)
        return found.kind if found is not None else "person"
