"""A change of the configuration as a value: the files as they shall be, and what was decided about it.

Source: design.md §7, engine M6 and M8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import msgspec

Choice = Literal["move", "hold", "finish"]
"""What becomes of documents in flight: they move on, stay until they leave the gate they wait at, or end as begun."""

CHOICES: tuple[Choice, ...] = ("move", "hold", "finish")
EVERY = "*"
"""Stands for all workflows in `choices`."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants the configuration to be.

    Attributes:
        files: All files of the company itself, name to text, as they shall be.
        reason: Why; it is kept with the revision and with every document that moves.
        base: The revision it was made on; None for the one in force when it is planned.
        choices: Per workflow (`*` for all) what becomes of its documents in flight.
        consents: What was consented to, by the names the plan gives.
        supplied: Per workflow, field to value for documents that lack it, JSON-like.
        landings: Per workflow the step at which documents land whose place is gone, if not the nearest.
        anyway: Changes of tables that may lose what they lose, by the names the plan gives.
        starts: The moment from which it shall be in force; None for at once.
        reverts: The revision it takes back; its documents are put back as they were (engine M9).
    """

    files: Mapping[str, str]
    reason: str = ""
    base: str | None = None
    choices: Mapping[str, Choice] = field(default_factory=dict)
    consents: frozenset[str] = frozenset()
    supplied: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    landings: Mapping[str, str] = field(default_factory=dict)
    anyway: frozenset[str] = frozenset()
    starts: datetime | None = None
    reverts: str | None = None

    def choice(self, workflow: str) -> Choice:
        """Return what becomes of the documents of a workflow."""
        return self.choices.get(workflow, self.choices.get(EVERY, "move"))

    def values(self, workflow: str) -> Mapping[str, Any]:
        """Return the values supplied for documents of a workflow that lack them."""
        return self.supplied.get(workflow, _NOTHING)

    def text(self) -> str:
        """Return the change as JSON text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def of_text(cls, text: str) -> Change:
        """Return the change of a JSON text."""
        return _decoder.decode(text)


_decoder = msgspec.json.Decoder(Change)
