"""What verification takes and gives: a finding with its smallest counter-example, and what it must be told to find it.

All are values. The words of a finding come from the catalogue of problems.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ordinance.problems import Place, Problem, Text
from ordinance.problems.values import Severity
from ordinance.process.model import Path


def _nowhere(_path: tuple[str, ...]) -> Place | None:
    return None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that goes wrong in a workflow, with the smallest case in which it does.

    Attributes:
        code: A code of the catalogue.
        severity: `error` if it happens with the switches as they are, `warning` if it happens for some documents only
            or may be meant, `note` if it takes a change of switches.
        workflow: The workflow's id.
        toggles: The smallest change of switches that brings it about; empty if none is needed.
        conditions: What must be true or false of the document, by the text of the condition.
        path: The gates a document passes on its way there, and where it goes wrong, by id.
        message: What is wrong.
        remedy: What to do about it.
        place: Where it stands.
        related: Other places that belong to it.
    """

    code: str
    severity: Severity
    workflow: str
    message: Text
    toggles: Mapping[str, bool] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    remedy: Text | None = None
    place: Place | None = None
    related: tuple[tuple[Place, Text], ...] = ()

    def as_problem(self) -> Problem:
        """Return the finding as a problem of the configuration."""
        return Problem(self.code, self.message, self.place, self.remedy, self.severity, self.related)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a workflow itself does not say and verification has to know.

    Attributes:
        fields: The fields of its entity by path, true if a field has a value without anybody filling it in (a default,
            a formula, `from`). None: nothing is known of the entity, and only fields that some step asks are looked at.
        computed: Those of the fields that nobody writes: formulas.
        given: Fields that are filled in when a document is opened, beyond what the openings say.
        labels: The words for a field, by dotted path.
        actions: The words for an action.
        place: Where a path of the merged configuration was written.
    """

    fields: Mapping[Path, bool] | None = None
    computed: frozenset[Path] = frozenset()
    given: frozenset[Path] = frozenset()
    labels: Mapping[str, Text] = field(default_factory=dict)
    actions: Mapping[str, Text] = field(default_factory=dict)
    place: Callable[[tuple[str, ...]], Place | None] = _nowhere


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who is there: the active people of one company, as far as one workflow asks for them.

    Attributes:
        people: Each person's roles.
        may: By role, the steps and lanes of the workflow that its grants name.
        apart: Sets of steps that one person may not do on the same document, by the words of the duty.
        roles: The words for a role.
    """

    people: Mapping[str, frozenset[str]]
    may: Mapping[str, frozenset[str]] = field(default_factory=dict)
    apart: tuple[tuple[Text, frozenset[str]], ...] = ()
    roles: Mapping[str, Text] = field(default_factory=dict)
