"""What a department's code is handed: the document, its inputs, and a few doors into the same transaction.

A department reads and writes records only through these; it never sees a connection, another department, or a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ordinance.problems import Reason, Text

if TYPE_CHECKING:
    from ordinance.acts.house import Call, Force
    from ordinance.storage import Work


class ActionRefusedError(Exception):
    """An action says no; the whole act is rolled back and the reason shown."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.code)


@dataclass(slots=True)
class Context:
    """The document at hand and reading doors; given to checks as it is."""

    _force: Force
    _work: Work
    _call: Call
    record: Mapping[str, Any]
    """The document with every name the process uses loaded; references are mappings with an `id`."""

    @property
    def now(self) -> datetime:
        """The moment of the act, UTC."""
        return self._call.now

    @property
    def today(self) -> date:
        """The company's day."""
        return self._call.now.astimezone(ZoneInfo(self._force.blueprint.company.zone)).date()

    @property
    def actor(self) -> Mapping[str, Any]:
        """Who acts: id, name, roles, of, department."""
        return self._call.actor.user()

    @property
    def locale(self) -> str:
        """The language of the caller."""
        return self._call.locale

    async def get(self, entity: str, id: int) -> dict[str, Any] | None:
        """Return one record by id, or None; references in it are ids."""
        found = await self._force.store.get_many(self._work, entity, [id])
        return found.get(id)

    async def find(self, entity: str, *, limit: int = 1000, **equals: Any) -> list[dict[str, Any]]:
        """Return the records whose fields equal the values given, oldest first."""
        return await self._force.store.find(self._work, entity, equals, limit=limit)

    async def count(self, entity: str, **equals: Any) -> int:
        """Return how many records have these values."""
        return await self._force.store.count(self._work, entity, equals)

    def reason(self, code: str, zh: str, en: str, where: str | None = None) -> Reason:
        """Return a reason for a check to refuse with."""
        return Reason(code, Text(zh, en), where)


@dataclass(slots=True)
class ValueContext(Context):
    """For a read-only name: `row` is the line it is asked of, or the record itself."""

    row: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ActionContext(Context):
    """For an action: its inputs, what an undo has to take back, and doors that write."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)
    entity: str = ""
    document: int = 0
    workflow: str = ""
    step: str = ""
    round: int = 0
    _doors: Any = None

    async def insert(self, entity: str, values: Mapping[str, Any]) -> int:
        """Add a record and return its id; the values are typed and not looked at again."""
        id: int = await self._doors.insert(entity, values)
        return id

    async def update(self, entity: str, id: int, values: Mapping[str, Any]) -> None:
        """Change fields of a record that is no document in the middle of its process."""
        await self._doors.update(entity, id, values)

    async def add(self, entity: str, id: int, field: str, amount: Any, *, at_least: Any = None) -> bool:
        """Add to a number in one statement; return False, and change nothing, if it would fall below `at_least`."""
        added: bool = await self._force.store.add(
            self._work, entity, id, field, amount, now=self._call.now, at_least=at_least
        )
        return added

    async def delete(self, entity: str, id: int) -> None:
        """Remove a record that this action made."""
        await self._force.store.delete(self._work, entity, id, now=self._call.now, by=str(self._call.actor.id))

    async def open(self, workflow: str, values: Mapping[str, Any]) -> int:
        """Open a document of a workflow in the same transaction and return its id."""
        id: int = await self._doors.open(workflow, values)
        return id

    async def withdraw(self, workflow: str, id: int) -> None:
        """Take back a document that this action opened, with all its consequences."""
        await self._doors.withdraw(workflow, id)

    def tell(self, who: Any, message: str, **values: Any) -> None:
        """Tell a role, a person or a partner, once the act is through."""
        self._doors.tell(self.entity, self.document, who, message, values)

    def emit(self, event: str, **values: Any) -> None:
        """Say that something happened; whoever listens hears it in the same transaction."""
        self._doors.emit(event, self.entity, self.document, values)

    def refuse(self, code: str, zh: str, en: str, where: str | None = None) -> ActionRefusedError:
        """Return the error to raise when the action cannot be done; the act is rolled back."""
        return ActionRefusedError(Reason(code, Text(zh, en), where))
