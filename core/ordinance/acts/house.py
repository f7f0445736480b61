"""One site in one process: its database, and the configuration in force as one value that is swapped whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from ordinance.access import Actor, Rights
from ordinance.acts import codec
from ordinance.acts.past import Past
from ordinance.blueprint import Blueprint, Entity
from ordinance.departments import Code
from ordinance.expressions import Env
from ordinance.fields import Types
from ordinance.process import Workflow
from ordinance.storage import Database, Store

T = TypeVar("T")
Channel = Literal["office", "portal", "api", "import", "system"]
_ENDED = frozenset({"complete", "cancelled"})


@dataclass(frozen=True, slots=True)
class Force:
    """The configuration in force: everything compiled from one blueprint. A call takes it once and keeps it.

    Attributes:
        blueprint: The frozen blueprint.
        rights: Who may do what under it.
        types: The field types, those of departments included.
        store: Statements for its entities.
        code: What departments' hooks answered.
        past: The workflows of revisions that are not in force any more, for documents that finish under one.
        memo: What follows from all this and is worked out once, by whoever needs it first.
    """

    blueprint: Blueprint
    rights: Rights
    types: Types
    store: Store
    code: Code
    past: Past = field(default_factory=Past, repr=False, compare=False)
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

    def workflow_of(self, record: Mapping[str, Any]) -> Workflow | None:
        """Return the workflow of a stored document: of its day once it has ended or if it finishes under that one.

        The workflow of another day is known once somebody has asked for it (`Past.recall`); until then it is the
        present one, so a long list costs nothing.
        """
        id = record.get("workflow") or ""
        present = self.blueprint.workflows.get(id)
        if record.get("phase") in _ENDED:
            return self.past.of(record, self.blueprint.revision) or present
        pinned = self.past.pinned.get((id, record.get("revision") or ""))
        return pinned if pinned is not None and codec.state_of(record["state"]).hold else present


class House:
    """One site. `force` is replaced as a whole when a revision becomes active; nothing else here changes.

    Attributes:
        site: The company's folder.
        database: Its database.
        force: The configuration in force, as this process knows it.
        version: How often the revision in force had changed when `force` was taken; acts demand that it still is
            (engine M10). None where nobody else can change it.
        renew: Takes the revision in force from the database; whoever opens a site that others can change sets it.
        applying: How far the change has come that this process is applying, if it is (`changes.Run`).
    """

    def __init__(self, site: Path, database: Database, force: Force, version: int | None = None) -> None:
        self.site = site
        self.database = database
        self.force = force
        self.version = version
        self.renew: Callable[[], Awaitable[None]] | None = None
        self.applying: Any = None

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
