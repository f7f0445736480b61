"""Compile the expressions of a configuration where they stand, and say what is wrong at the right column.

`Scope` is what an expression may name; `Compiler` turns text into expressions. An expression that reads a value or a
function of a department that is switched off is left out with a note: the rule it belongs to cannot be decided.
Source: language.md §1 and §5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ordinance import expressions
from ordinance.blueprint.bench import Bench, Node, Path
from ordinance.blueprint.declarations import Declarations
from ordinance.blueprint.engine_names import OF_EVERY_DOCUMENT, OF_EVERY_RECORD
from ordinance.blueprint.values import EventSpec
from ordinance.expressions import (
    BOOLEAN,
    Env,
    Expression,
    ExpressionError,
    Many,
    Record,
    Type,
    UnknownValue,
    compile_expression,
)
from ordinance.problems import Text, did_you_mean

_COLUMNS = {*OF_EVERY_RECORD, *OF_EVERY_DOCUMENT} - {"done", "status", "waits_at"}
"""The engine's names that are stored as such; the others follow from a document's state."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: the entity of its record, and what else it may name there."""

    inner: expressions.Scope

    @property
    def entity(self) -> str:
        """Return the entity of the record."""
        return self.inner.entity

    def type_of(self, path: Path) -> Type | None:
        """Return the type at the end of a path, through references and lists; None if a name on the way is unknown."""
        entity, found = self.inner.entity, None
        for part in path:
            names = self._names(entity) if entity else {}
            found = names.get(part)
            if found is None:
                return None
            item = found.item if isinstance(found, Many) else found
            entity = item.entity if isinstance(item, Record) else ""
        return found

    def rows_in(self, path: Path) -> int:
        """Return how many names of a path lead to its first list of records; 0 if there is none on the way."""
        for length in range(1, len(path) + 1):
            found = self.type_of(path[:length])
            if isinstance(found, Many) and isinstance(found.item, Record):
                return length
        return 0

    def knows(self, path: Path) -> bool:
        """Return whether a path means something here."""
        return bool(path) and (self.type_of(path) is not None or path[0] in ("user", "event", "parent"))

    def same_name(self, name: str) -> str | None:
        """Return where an input finds its value: the field of its name, else that of the only lines that have it."""
        if self.type_of(tuple(name.split("."))) is not None:
            return name
        found = [path for path in self.paths() if path.partition(".")[2] == name]
        return found[0] if len(found) == 1 else None

    def near(self, name: str) -> Text | None:
        """Return the closest path of this entity to a name nobody knows."""
        return did_you_mean(name, self.paths())

    def paths(self) -> list[str]:
        """Return the names of the entity, and those of its lines."""
        found = []
        for name, each in self._names(self.inner.entity).items():
            found.append(name)
            if isinstance(each, Many) and isinstance(each.item, Record) and each.item.entity == f"{self.entity}.{name}":
                found += [f"{name}.{below}" for below in self._names(each.item.entity)]
        return found

    def with_event(self, spec: EventSpec | None) -> Scope:
        """Return the scope with what an event carries; every name may stand if that is not declared."""
        return Scope(replace(self.inner, event=dict(spec.fields) if spec else {}))

    def with_new(self) -> Scope:
        """Return the scope inside a lane that proposes new values."""
        return Scope(replace(self.inner, new=True))

    def _names(self, entity: str) -> Mapping[str, Type]:
        return {**(self.inner.types.fields(entity) or {}), **self.inner.types.values(entity)}


@dataclass(slots=True)
class Compiler:
    """Compiles the expressions of one load; `step_events` are the events that steps themselves emit."""

    bench: Bench
    types: expressions.TypeScope
    declared: Declarations
    entities: frozenset[str] = frozenset()
    step_events: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    formulas: frozenset[tuple[str, str]] = frozenset()
    notes: set[tuple[Path, str]] = field(default_factory=set)

    def is_computed(self, path: Path, scope: Scope) -> bool:
        """Return whether nobody can fill in what stands at a path: it is no field, or a formula."""
        entity, name = list(self._steps_of(path, scope))[-1]
        return name not in (self.types.fields(entity) or {}) or (entity, name) in self.formulas

    def is_stored(self, path: Path, scope: Scope) -> bool:
        """Return whether what stands at a path is one value in a column: no list, no department's value, no status."""
        entity, name = list(self._steps_of(path, scope))[-1]
        return not scope.rows_in(path) and (name in (self.types.fields(entity) or {}) or name in _COLUMNS)

    def record(self, entity: str, *, parent: str | None = None) -> Scope:
        """Return the scope of a record of an entity (rows of lines: `entity.field`, with its parent)."""
        return Scope(expressions.Scope(types=self.types, entity=entity, parent=parent, event=None, new=False))

    def document(self, entity: str, steps: Iterable[str], warnings: Iterable[str]) -> Scope:
        """Return the scope of a document in one workflow: its steps and its checks are known by name."""
        base = self.record(entity).inner
        return Scope(replace(base, steps=frozenset(steps), warnings=frozenset(warnings)))

    def house(self) -> Scope:
        """Return the scope of the guide: all records of an entity, under its name."""
        return Scope(replace(self.record("").inner, types=_Nothing(self.types), entities=self.entities))

    def expression(self, node: Node, scope: Scope, expects: Type | None = None) -> Expression | None:
        """Return the compiled expression that stands at a node; None with a problem or a note if it cannot be used."""
        if node.data is None or node.data == "":
            return None
        return self._compile(str(node.data), node, scope, expects, exact=True)

    def condition(self, node: Node, scope: Scope) -> Expression | None:
        """Return a compiled yes-or-no."""
        return self.expression(node, scope, BOOLEAN)

    def field(self, name: str, node: Node, scope: Scope) -> Expression | None:
        """Return the expression of a field by its path; of a field of lines it gives the values of all rows."""
        path = tuple(name.split("."))
        rows = scope.rows_in(path)
        if not rows or rows == len(path):
            return self._compile(name, node, scope, None, exact=False)
        lines = self._compile(".".join(path[:rows]), node, scope, None, exact=False)
        item = scope.type_of(path)
        if lines is None or item is None:
            return None
        run = values_of(lines.run, path[rows:])
        return replace(lines, source=name, type=Many(item), reads=frozenset({path}), run=run)

    def literal(self, node: Node) -> Expression | None:
        """Return the expression that stands for a text itself."""
        escaped = str(node.data).replace("\\", "\\\\").replace("'", "\\'")
        return self._compile(f"'{escaped}'", node, self.record(""), None, exact=False)

    def _compile(
        self, source: str, node: Node, scope: Scope, expects: Type | None, *, exact: bool
    ) -> Expression | None:
        place = node.place
        try:
            found = compile_expression(source, scope.inner, expects)
        except ExpressionError as error:
            quoted = exact and place is not None and place.length == len(source) + 2
            self.bench.problems += error.problems(place, quoted=quoted)
            return None
        if not exact or self._can_be_known(found, node, scope):
            return found
        return None

    def _can_be_known(self, found: Expression, node: Node, scope: Scope) -> bool:
        """Return whether everything an expression reads is there; a name of a department that is off is told once."""
        for path in sorted(found.reads):
            for entity, name in self._steps_of(path, scope):
                if name in OF_EVERY_DOCUMENT and self._is_no_document(entity, name):
                    self.bench.report("not_a_document", node.path, entity=entity, name=name)
                    return False
                spec = self.declared.values.get((entity, name))
                if spec is not None and self.declared.is_off(spec.department):
                    self._left_out(node, name, spec.department)
                    return False
        for name in sorted(found.functions):
            function = self.declared.functions.get(name)
            if function is not None and self.declared.is_off(function.department):
                self._left_out(node, name, function.department)
                return False
        return True

    def _is_no_document(self, entity: str, name: str) -> bool:
        own = self.types.fields(entity) or {}
        return "." not in entity and entity not in self.documents and name not in own

    def _left_out(self, node: Node, name: str, department: str) -> None:
        if (node.path, name) not in self.notes:
            self.notes.add((node.path, name))
            self.bench.report("left_out", node.path, name=name, department=department)

    def _steps_of(self, path: Path, scope: Scope) -> Iterator[tuple[str, str]]:
        """Yield (entity, name) for each name of a path, as far as the entities on the way are known."""
        entity = scope.entity
        for name in path:
            if not entity:
                return
            yield entity, name
            found = self.record(entity).type_of((name,))
            item = found.item if isinstance(found, Many) else found
            entity = item.entity if isinstance(item, Record) else ""


def values_of(rows: Callable[..., Any], names: Path) -> Any:
    """Return how the values of a field of lines are read: one for each row, in order."""

    def run(env: Env, record: Mapping[str, Any], outer: Any) -> tuple[Any, ...]:
        return tuple(_at(row, names) for row in rows(env, record, outer) or ())

    return run


def _at(row: Any, names: Path) -> Any:
    for position, name in enumerate(names):
        if row is None:
            return None
        if not isinstance(row, Mapping) or name not in row:
            raise UnknownValue(names[: position + 1])
        row = row[name]
    return row


@dataclass(frozen=True, slots=True)
class _Nothing:
    """The names of all entities, seen from where no record stands: only entities themselves may be named."""

    types: expressions.TypeScope

    def fields(self, entity: str) -> Mapping[str, Type] | None:
        return self.types.fields(entity) if entity else {}

    def values(self, entity: str) -> Mapping[str, Type]:
        return self.types.values(entity) if entity else {}

    def functions(self) -> Mapping[str, Any]:
        return self.types.functions()

    def steps(self, entity: str) -> Any:
        return self.types.steps(entity)
