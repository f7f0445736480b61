"""Who and what is given before a recorded story begins: its people, and the records it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from ordinance.access import ENGINE, EVERYONE
from ordinance.accounts import Account, Accounts
from ordinance.acts import House
from ordinance.blueprint import Entity, Field
from ordinance.problems import Text
from ordinance.process.model import Workflow
from ordinance.storage import Work
from ordinance.testing.coverage import steps_of
from ordinance.testing.recording.masking import Mask

Row = dict[str, Any]
_DEEP_MOST = 4


@dataclass(slots=True)
class Cast:
    """Collects what a story needs, in the order in which it can be given.

    Attributes:
        house: The house it happened in.
        accounts: Its accounts.
        work: A unit of work that reads.
        mask: The stand-ins.
        given: Entity to rows by id, dependencies first.
        people: The accounts by id.
        names: What a record is called in the story, by entity and id.
        notes: What could not be told.
    """

    house: House
    accounts: Accounts
    work: Work
    mask: Mask
    given: dict[str, dict[int, Row]] = field(default_factory=dict)
    people: dict[str, Row] = field(default_factory=dict)
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    _known: dict[str, Account] = field(default_factory=dict)

    async def person(self, id: str) -> str | None:
        """Return what somebody is called in the story; None for the house itself."""
        if id == str(ENGINE.id) or not id.isdigit():
            return None
        account = await self._account(id)
        if account is None:
            return None
        if id not in self.people:
            roles = [each for each in account.roles if each != EVERYONE]
            row: Row = {"name": self.mask.person(account.name, roles[0] if roles else "person"), "roles": roles}
            if account.of is not None:
                row["of"] = await self.record(*account.of)
            self.people[id] = row
        return str(self.people[id]["name"])

    async def _account(self, id: str) -> Account | None:
        if not self._known:
            self._known.update({str(each.id): each for each in await self.accounts.every()})
        return self._known.get(id)

    async def record(self, entity: str, id: int, deep: int = 0) -> str | None:
        """Return what a record is called in the story, and see that it is given with what it refers to."""
        if (entity, id) in self.names:
            return self.names[entity, id]
        declared = self.house.blueprint.entities.get(entity)
        if declared is None or deep > _DEEP_MOST:
            return None
        if entity == "account":
            return await self.person(str(id))
        found = (await self.house.force.store.get_many(self.work, entity, [id])).get(id)
        if found is not None and declared.key and found.get(declared.key) in self.house.blueprint.data.get(entity, {}):
            return str(found[declared.key])  # it is there from the start
        called = self._called(declared, found) if found is not None else None
        if found is None or called is None:
            self.notes.append(Text(f"{entity} 没有编码，不能预置", f"{entity} has no key and cannot be given"))
            return None
        self.names[entity, id] = called
        row = await self.row(declared, found, deep + 1)
        if declared.workflows and declared.key is None and "number" not in declared.fields:
            row = {"number": called, **row}
        if declared.workflows and found.get("phase") == "complete":
            row["done"] = "true"
        # Reading the row has given what it refers to, so it comes behind that.
        self.given.setdefault(entity, {})[id] = row
        return called

    def _called(self, entity: Entity, record: Mapping[str, Any]) -> str | None:
        if entity.key is not None and record.get(entity.key) is not None:
            value = record[entity.key]
            return self.mask.key(entity, str(value)) if isinstance(value, str) else None
        number = record.get("number")
        return self.mask.key(entity, str(number)) if number else None

    async def row(self, entity: Entity, record: Mapping[str, Any], deep: int = 0) -> Row:
        """Return what is typed of a record: no formulas, no secrets; what has an example and is empty is said empty."""
        row: Row = {}
        flows = self.house.blueprint.variants(entity.id)
        for each in entity.fields.values():
            if each.formula is not None or each.secret or each.id in written(flows):
                continue
            value = await self.value(each, record.get(each.id), deep)
            if value is not None and self.is_default(each, value):
                continue
            if each.id == entity.key and isinstance(value, str):
                value = self.names.get((entity.id, int(record["id"])), value)
            if value not in (None, "", []):
                row[each.id] = value
            elif each.example is not None and not each.required:
                row[each.id] = ""
        return row

    async def value(self, field: Field, value: Any, deep: int = 0) -> Any:
        """Return a stored value as a scenario has it: references by name, lines as rows of what is typed."""
        if value is None:
            return None
        if field.fields:
            inner = [each for each in field.fields.values() if each.formula is None and not each.secret]
            rows = [{each.id: await self.value(each, row.get(each.id), deep) for each in inner} for row in value]
            return [{name: found for name, found in row.items() if found is not None} for row in rows]
        if field.to is not None:
            return await self.record(field.to, int(value["id"] if isinstance(value, Mapping) else value), deep)
        return self.mask.value(field, self.plain(field, value))

    def plain(self, field: Field, value: Any) -> Any:
        """Return a value as JSON has it, and as a text where it is a number or a truth."""
        shown = self.house.force.types.of(field).to_json(value, field)
        if isinstance(shown, bool):
            return str(shown).lower()
        if isinstance(value, Decimal) and isinstance(shown, str) and "." in shown:
            whole, _, rest = shown.partition(".")
            return f"{whole}.{rest.rstrip('0'):0<2}" if rest.strip("0") else whole
        return str(shown) if isinstance(shown, int | float) else shown

    def is_default(self, field: Field, said: Any) -> bool:
        """Return whether a value, as a scenario has it, is what the field has anyway."""
        return field.default is not None and same(said, field.default)

    def acts(self) -> Iterable[Row]:
        """Yield the acts that give all this: people as soon as what they belong to is there, then everything else."""
        roles = self.house.blueprint.roles
        behind = {roles[role].of for row in self.people.values() for role in row["roles"] if role in roles} - {None}
        waiting = bool(self.people)
        for entity, rows in [*self.given.items(), ("", {})]:
            if waiting and not behind:
                yield {"given": {"account": list(self.people.values())}}
                waiting = False
            if rows:
                yield {"given": {entity: list(rows.values())}}
            behind.discard(entity)


def written(flows: Iterable[Workflow]) -> frozenset[str]:
    """Return the fields that actions of workflows write; nobody types them."""
    steps = [step for flow in flows for step in steps_of(flow)]
    effects = [each for step in steps for each in (*step.arriving_does, *step.does)]
    return frozenset(path[0] for each in effects for path in each.writes)


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same as texts, or as numbers."""
    if str(one) == str(other):
        return True
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False
