"""The blueprint as a value: everything the layers say, cross-checked and frozen.

Plain dataclasses that nobody changes. A workflow is the value of the process room; the rest is here.
Source: design.md §2, language.md §3 and §4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from ordinance.blueprint.company import Company
from ordinance.blueprint.ordering import Portal, Scan
from ordinance.blueprint.reporting import Dashboard, Report
from ordinance.expressions import Expression, Type
from ordinance.problems import Place, Problem, Text
from ordinance.process.model import Path as FieldPath
from ordinance.process.model import Undo, Workflow

T = TypeVar("T")

_COUNTER = re.compile(r"\{n(:0?[1-9][0-9]?)?\}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field, declared once; every face of it is made from this.

    `path` is where the field stands in its entity: ("total",) or ("lines", "price"). `default` is text as written, read
    by the field's type. `copy_from` is the path behind `from`. The four conditions and `formula` are compiled. `was` is
    the id it had before, `options_were` that of each option that had another.
    """

    id: str
    type: str
    label: Text
    path: FieldPath = ()
    help: Text | None = None
    to: str | None = None
    accepts: tuple[str, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    required: bool = False
    unique: bool = False
    default: Any = None
    copy_from: FieldPath | None = None
    formula: Expression | None = None
    options: Mapping[str, Text] = field(default_factory=dict)
    visible_when: Expression | None = None
    required_when: Expression | None = None
    readonly_when: Expression | None = None
    options_when: Mapping[str, Expression] = field(default_factory=dict)
    min: str | None = None
    max: str | None = None
    pattern: str | None = None
    scale: int | None = None
    unit: str | None = None
    currency: str | None = None
    rounding: str | None = None
    pii: bool = False
    secret: bool = False
    example: Any = None
    back: str | None = None
    index: bool = False
    search: bool = False
    was: str | None = None
    options_were: Mapping[str, str] = field(default_factory=dict)
    department: str = ""
    place: Place | None = None

    @property
    def series(self) -> str | None:
        """The rule by which a new record gets its code, if the default is one: a pattern with a counter, `P-{n:04}`."""
        return self.default if isinstance(self.default, str) and _COUNTER.search(self.default) else None


@dataclass(frozen=True, slots=True)
class Back:
    """A list that a reference gives the other side: `returns` of an order are the return orders whose `order` it is."""

    id: str
    entity: str
    field: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of record. `workflows` says whether one moves it, so that its records are documents.

    `key` is the field people know a record by; `keys` has all of them where it takes several. `shows` has, of `lists`,
    the conditions of those that do not show every record; `parts` has, by form and section, when a part of a form is
    shown, of those that are not always. `memo` keeps what others work out from the entity once for
    every record there will be.
    """

    id: str
    label: Text
    department: str = ""
    key: str | None = None
    keys: FieldPath = ()
    title: str | None = None
    versioned: bool = False
    append_only: bool = False
    delete: Literal["never", "draft", "soft"] = "draft"
    fields: Mapping[str, Field] = field(default_factory=dict)
    backs: Mapping[str, Back] = field(default_factory=dict)
    lists: Mapping[str, Any] = field(default_factory=dict)
    shows: Mapping[str, Expression] = field(default_factory=dict)
    forms: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[tuple[str, str], Expression] = field(default_factory=dict)
    workflows: bool = False
    help: Text | None = None
    basis: Text | None = None
    was: str | None = None
    place: Place | None = None
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return what `make` gives, made the first time the key is asked for."""
        if key not in self.memo:
            self.memo[key] = make()
        made: T = self.memo[key]
        return made

    def at(self, path: FieldPath) -> Field | None:
        """Return the field at a path inside this entity (`("lines", "price")`), or None."""
        found = self.fields.get(path[0]) if path else None
        for part in path[1:]:
            found = found.fields.get(part) if found else None
        return found


@dataclass(frozen=True, slots=True)
class Permission:
    """A named permission: what it gives, as (entity or workflow, verb, step or lane)."""

    id: str
    label: Text
    gives: tuple[tuple[str, str], ...] = ()
    only: tuple[str, ...] = ()
    where: Mapping[str, Expression] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role: named permissions, direct grants, row rules, fields it sees less of, and what kind of account it is."""

    id: str
    label: Text
    permissions: tuple[str, ...] = ()
    may: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    where: Mapping[str, Expression] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    of: str | None = None
    accounts: int | None = None
    kind: str = "person"
    second_factor: bool = False
    basis: Text | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """Steps (`workflow.step`) or permissions that one person may not both have."""

    id: str
    label: Text
    apart: tuple[str, ...] = ()
    enabled: bool = True
    basis: Text | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What a department declares about an action; `undo` is an action, `keep`, `forget` or `never`."""

    id: str
    department: str
    label: Text
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    undo: Undo = "forget"
    undoes: str | None = None
    witness: bool = False
    emits: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """What a department declares about a check: its parameters by name, as written."""

    id: str
    department: str
    label: Text
    parameters: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class EventSpec:
    """An event that a department tells; `fields` name what it carries, `entity` what it happens to."""

    id: str
    department: str
    label: Text
    fields: Mapping[str, Type] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ValueSpec:
    """A read-only name of an entity (`lines` None) or of its lines."""

    id: str
    department: str
    entity: str
    lines: str | None
    type: Type
    label: Text
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A typed function for expressions."""

    id: str
    department: str
    parameters: tuple[Type, ...]
    returns: Type
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class DepartmentSpec:
    """A department or pack in use: where it came from, and whether it is switched on.

    `owners` are the codes of the company's departments that look after it.
    """

    id: str
    label: Text
    about: Text
    folder: Path
    name: str
    requires: tuple[str, ...] = ()
    enabled: bool = True
    basis: Text | None = None
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One line of the guide at a first login: what to open (`customer.create`), when it is done, how it is done."""

    id: str
    label: Text
    open: tuple[str, str] | None = None
    done: Expression | None = None
    by: tuple[str, ...] = ()
    about: Text | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class PrintFormat:
    """A paper that is made of a record of an entity: `file` is its template in a `print/` folder.

    `when` says of which records, `by` for which roles; empty for whoever may print the record.
    """

    id: str
    label: Text
    of: str
    file: str
    when: Expression | None = None
    by: tuple[str, ...] = ()
    help: Text | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One frozen value for one configuration. `revision` names it: the hash of `text`, its canonical form."""

    revision: str
    text: str
    company: Company
    departments: Mapping[str, DepartmentSpec] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    workflows: Mapping[str, Workflow] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    permissions: Mapping[str, Permission] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    actions: Mapping[str, ActionSpec] = field(default_factory=dict)
    checks: Mapping[str, CheckSpec] = field(default_factory=dict)
    events: Mapping[str, EventSpec] = field(default_factory=dict)
    values: Mapping[tuple[str, str], ValueSpec] = field(default_factory=dict)
    functions: Mapping[str, FunctionSpec] = field(default_factory=dict)
    messages: Mapping[str, Text] = field(default_factory=dict)
    guide: tuple[GuideStep, ...] = ()
    data: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    dashboards: Mapping[str, Dashboard] = field(default_factory=dict)
    prints: Mapping[str, PrintFormat] = field(default_factory=dict)
    portals: Mapping[str, Portal] = field(default_factory=dict)
    scans: tuple[Scan, ...] = ()
    problems: tuple[Problem, ...] = ()
    places: Callable[[FieldPath], Place | None] = field(default=lambda _path: None, repr=False, compare=False)

    def variants(self, entity: str) -> tuple[Workflow, ...]:
        """Return the workflows of an entity in the order in which a new document looks for its own."""
        return tuple(each for each in self.workflows.values() if each.entity == entity)

    def origin(self, path: str | FieldPath) -> Place | None:
        """Return where the value at a path of the merged text was written last (`workflows.sales_order.label`)."""
        return self.places(tuple(path.split(".")) if isinstance(path, str) else path)
