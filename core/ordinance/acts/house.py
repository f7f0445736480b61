"""One site in one process: its database, and the configuration in force as one value that is swapped whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from ordinance.access import Actor, Rights
from ordinance.blueprint import Blueprint, Entity
from ordinance.departments import Code
from ordinance.expressions import Env
from ordinance.fields import Types
from ordinance.storage import Database, Store

T = TypeVar("T")
Channel = Literal["office", "portal", "api", "import", "system"]


@dataclass(frozen=True, slots=True)
class Force:
    """The configuration in force: everything compiled from one blueprint. A call takes it once and keeps it.

    Attributes:
        blueprint: The frozen blueprint.
        rights: Who may do what under it.
        types: The field types, those of departments included.
        store: Statements for its entities.
        code: What departments' hooks answered.
        memo: What follows from all this and is worked out once, by whoever needs it first.
    """

    blueprint: Blueprint
    rights: Rights
    types: Types
    store: Store
    code: Code
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """Return what `make` gives, made the first time the key is asked for."""
        if key not in self.memo:
            self.memo[key] = make()
        made: T = self.memo[key]
        return made

    def entity(self, id: str) -> Entity | None:
        """Return the entity of that id, or None."""
        return self.blueprint.entities.get(id)


class House:
    """One site. `force` is replaced as a whole when a revision becomes active; nothing else here changes."""

    def __init__(self, site: Path, database: Database, force: Force) -> None:
        self.site = site
        self.database = database
        self.force = force

    @property
    def blueprint(self) -> Blueprint:
        """The blueprint in force now; take it once per call."""
        return self.force.blueprint

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone, to which business days belong."""
        return ZoneInfo(self.force.blueprint.company.zone)


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, when, in which language, and through which door. `key` is the idempotency key of the caller, if any."""

    actor: Actor
    now: datetime
    locale: str = "zh"
    channel: Channel = "office"
    key: str | None = None
    cause: str = ""
    fingerprint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def env(self, force: Force, record: Mapping[str, Any], **more: Any) -> Env:
        """Return what expressions see for this call and record."""
        return Env(
            record=record,
            user=self.actor.user(),
            now=self.now,
            zone=ZoneInfo(force.blueprint.company.zone),
            calendar=force.blueprint.company.calendar,
            functions=force.code.functions,
            **more,
        )
