"""The stage a scenario is played on: its people, the records it speaks of, and the time.

Whoever is named only by a role gets an account of that role; whatever is referred to and not given is made up from the
fields' examples. Everything is made by the ordinary acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ordinance.access import ACCOUNT, ENGINE, Actor
from ordinance.acts import Call, Done, House, Refused, create
from ordinance.blueprint import Entity, Field
from ordinance.fields import Reasons
from ordinance.problems import Text, did_you_mean
from ordinance.process.model import Step, Workflow
from ordinance.testing.doors import Door, Subject, door
from ordinance.testing.seats import Seats
from ordinance.web.answers import Asgi

_TRIES = ("示例", "1", "true", "2026-11-24", "2026-11-24T09:00:00Z", "021-5550 0100", "name@company.example")
"""What an example is if the field has none: the first of these that its type takes."""


class StageError(Exception):
    """A scenario asks for something that cannot be put on the stage; `words` say what, `remedy` what was meant."""

    def __init__(self, zh: str, en: str, remedy: Text | None = None) -> None:
        self.words = Text(zh, en)
        self.remedy = remedy
        super().__init__(en)


class SuspendedError(StageError):
    """Somebody is named whose account is suspended."""


@dataclass(slots=True)
class Stage:
    """One scenario in progress.

    Attributes:
        house: The house, on a database of the scenario's own.
        accounts: Its accounts, where nobody needs a password.
        now: What the clock says.
        app: The application, if acts go over HTTP.
        lenient: Whether steps may be off that the scenario counts on: a document then waits where it can.
        named: The records by the names the scenario gives them.
        last: The document it spoke of last.
        tokens: The bearer token of each account.
        acted: The roles of whoever did something that went through.
    """

    house: House
    accounts: Seats
    now: datetime
    app: Asgi | None = None
    lenient: bool = False
    named: dict[str, Subject] = field(default_factory=dict)
    last: Subject | None = None
    tokens: dict[int, str] = field(default_factory=dict)
    acted: set[str] = field(default_factory=set)

    def call(self, actor: Actor = ENGINE, via: str | None = None) -> Call:
        """Return a call by somebody, through the door he usually takes unless `via` names another."""
        usual = "system" if actor is ENGINE else "portal" if actor.portal else "office"
        return Call(actor, self.now, channel=via or usual)  # type: ignore[arg-type]

    def door(self, actor: Actor, via: str | None = None) -> Door:
        """Return the way in for what somebody does: the acts, or HTTP."""
        return door(self.app, self.house, self.accounts, self.call(actor, via), self.tokens.get(actor.id))

    async def actor(self, name: str) -> Actor:
        """Return the account of that name, or the first one with the role of that name, made if there is none."""
        account = await self.accounts.find(name)
        if account is None:
            holders = [each for each in await self.accounts.every() if name in each.roles]
            account = min(holders, key=lambda each: each.id, default=None)
        return await self.acting(account.id if account else await self._account(name))

    async def acting(self, account: int) -> Actor:
        """Return who an account is at this moment."""
        if account not in self.tokens:
            self.tokens[account] = await self.accounts.issue_token(account, self.now)
        signed_in = await self.accounts.by_token(self.tokens[account], self.now)
        if signed_in is None:
            raise SuspendedError("账号已停用", "the account is suspended")
        return signed_in.actor

    async def _account(self, role: str) -> int:
        declared = self.house.blueprint.roles.get(role)
        if declared is None and role != "everyone":
            known = (*self.house.blueprint.roles, *(each.name for each in await self.accounts.every()))
            words = (f"没有叫“{role}”的人，也没有这个角色", f"nobody is called {role}, and there is no such role")
            raise StageError(*words, did_you_mean(role, known))
        values: dict[str, Any] = {"name": role, "roles": [] if role == "everyone" else [role]}
        if declared is not None and declared.of:
            values["of"] = {"entity": declared.of, "id": str(await self.first(declared.of))}
        return (await self.make(ACCOUNT, values)).id

    def entity(self, id: str) -> Entity:
        """Return the entity of that id.

        Raises:
            StageError: there is none.
        """
        declared = self.house.blueprint.entities.get(id)
        if declared is None:
            remedy = did_you_mean(id, self.house.blueprint.entities)
            raise StageError(f"没有实体“{id}”", f"there is no entity {id}", remedy)
        return declared

    async def first(self, entity: str) -> int:
        """Return the oldest record of an entity, made up if there is none."""
        async with self.house.database.work(write=False) as work:
            found = await self.house.force.store.find(work, entity, {}, limit=1)
        return int(found[0]["id"]) if found else (await self.example(entity)).id

    async def make(self, target: str, values: Mapping[str, Any]) -> Subject:
        """Create a record as the house itself."""
        outcome = await create(self.house, self.call(), target, values, draft=True)
        if isinstance(outcome, Refused):
            zh = "；".join(f"{each.where or ''} {each.message.zh}" for each in outcome.reasons)
            en = "; ".join(f"{each.where or ''} {each.message.en}" for each in outcome.reasons)
            raise StageError(f"不能预置 {target}：{zh}", f"{target} cannot be given: {en}")
        return self._subject(outcome, values)

    def _subject(self, done: Done, values: Mapping[str, Any]) -> Subject:
        subject = Subject(done.entity, done.id)
        key = self.house.blueprint.entities[done.entity].key
        if key is not None and isinstance(values.get(key), str):
            self.named[values[key]] = subject
        return subject

    async def example(self, entity: str, key: str | None = None, given: Mapping[str, Any] | None = None) -> Subject:
        """Create a record from what is given and the examples of its fields."""
        declared = self.entity(entity)
        values = await self.typed(declared.fields, given or {})
        if declared.key is not None:
            values.setdefault(declared.key, key or f"{entity[0].upper()}-1")
        for each in declared.fields.values():
            needed = each.required and each.default is None
            if each.id not in values and (needed or each.example is not None) and each.formula is None:
                values[each.id] = await self.value_of(each)
        return await self.make(entity, values)

    async def value_of(self, field: Field) -> Any:
        """Return an example of a field as JSON carries it."""
        if field.to is not None:
            return str(await self.first(field.to))
        if field.fields:
            asked = [each for each in field.fields.values() if each.required and not each.copy_from]
            return [{each.id: await self.value_of(each) for each in asked}]
        if field.accepts:
            return {"kind": field.accepts[0], "note": "示例"}
        tries = (str(field.example), *_TRIES) if field.example is not None else (*field.options, *_TRIES)
        for text in tries:
            value = self._read(field, text)
            if not isinstance(value, Reasons):
                return value
        raise StageError(f"字段 {field.id} 没有示例值", f"no example for the field {field.id}")

    def _read(self, field: Field, text: str) -> Any:
        kind = self.house.force.types.of(field)
        found = kind.parse_text(text, field, "zh", self.house.zone)
        return found if isinstance(found, Reasons) else kind.to_json(found, field)

    async def typed(self, fields: Mapping[str, Field], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as an act takes them: texts read by their fields, references found by name or made up."""
        values: dict[str, Any] = {}
        for name, value in given.items():
            found = fields.get(name)
            if found is None or value is None:
                values[name] = value
            elif found.fields:
                values[name] = [await self.typed(found.fields, row) for row in value]
            elif isinstance(value, str) and name == "of":
                values[name] = await self._belongs(value, given.get("roles") or ())
            elif isinstance(value, str) and found.to is not None:
                values[name] = await self.reference(found.to, value)
            elif isinstance(value, str):
                read = self._read(found, value)
                values[name] = await self._anywhere(value) if isinstance(read, Reasons) else read
            else:
                values[name] = value
        return values

    async def _belongs(self, name: str, roles: Sequence[str]) -> Any:
        """Return the record that an account belongs to: of the kind that its role asks for, else of that name."""
        declared = [self.house.blueprint.roles.get(each) for each in roles]
        entity = next((each.of for each in declared if each is not None and each.of), None)
        if entity is not None:
            return {"entity": entity, "id": await self.reference(entity, name)}
        subject = self.named.get(name)
        return {"entity": subject.entity, "id": str(subject.id)} if subject is not None else name

    async def _anywhere(self, text: str) -> str:
        """Return a text as it is, or `entity/id` of `entity/key` where a record of any entity may stand."""
        entity, _, key = text.partition("/")
        known = key and entity in self.house.blueprint.entities
        return f"{entity}/{await self.reference(entity, key)}" if known else text

    async def reference(self, entity: str, name: str) -> str:
        """Return the id of a record by the name it has here or its key; one that is not there is made up."""
        subject = self.named.get(name)
        if subject is not None and subject.entity == entity:
            return str(subject.id)
        declared = self.house.blueprint.entities.get(entity)
        if declared is None or declared.key is None or not name:
            return name
        async with self.house.database.work(write=False) as work:
            found = (await self.house.force.store.ids_by_key(work, entity, {name})).get(name, ())
        return str(found[0] if found else (await self.example(entity, name)).id)

    async def filled(self, entity: Entity, step: Step | None, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return values with examples for what the step asks and the record needs, where nothing else will fill it."""
        values = await self.typed(entity.fields, given)
        wanted = [path for path in (step.asks if step else ()) if entity.at(path) is not None]
        wanted += [(each.id,) for each in entity.fields.values() if each.required and each.default is None]
        for path in wanted:
            top = entity.fields[path[0]]
            if len(path) == 1 and path[0] not in values and not await self._copied(top, values):
                values[path[0]] = await self.value_of(top)
            elif len(path) > 1:
                rows = values.setdefault(path[0], [{}]) or [{}]
                inner = top.fields[path[1]]
                for row in rows:
                    if path[1] not in row and not await self._copied(inner, row):
                        row[path[1]] = await self.value_of(inner)
        return values

    async def _copied(self, field: Field, values: Mapping[str, Any]) -> bool:
        """Return whether a field gets its value from a reference that is set and has one."""
        if field.copy_from is None or len(field.copy_from) != 2 or field.copy_from[0] not in values:
            return False
        source = next((each for each in self.named.values() if str(each.id) == str(values[field.copy_from[0]])), None)
        if source is None:
            return True
        async with self.house.database.work(write=False) as work:
            record = (await self.house.force.store.get_many(work, source.entity, [source.id])).get(source.id) or {}
        return record.get(field.copy_from[1]) is not None

    async def able(self, workflow: Workflow, step: Step, subject: Subject | None) -> Actor:
        """Return somebody who may do a step: the person it is for, or the first role that may."""
        if subject is not None and step.person is not None:
            async with self.house.database.work(write=False) as work:
                record = (await self.house.force.store.get_many(work, subject.entity, [subject.id]))[subject.id]
            return await self.acting(int(record[step.person[0]]))
        rights = self.house.force.rights
        for role in step.by or self.house.blueprint.roles:
            # Whoever may not is not even made: he would take a place that an account of the scenario needs.
            declared = self.house.blueprint.roles.get(role)
            bound = (declared.of, 0) if declared is not None and declared.of else None
            alone = Actor(id=-1, name=role, roles=(role,), of=bound)
            if step.by or step.id in rights.acts(alone, workflow.entity, workflow.id):
                return await self.actor(role)
        raise StageError(f"没有人可以办理 {workflow.id}.{step.id}", f"nobody may do {workflow.id}.{step.id}")
