"""What a row of a report may name: the record, one of its lines, or a step its document left; and what that is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ordinance import expressions
from ordinance.blueprint.bench import Node, made_words
from ordinance.blueprint.compiling import Compiler, Scope
from ordinance.blueprint.engine_names import PERSON
from ordinance.blueprint.paper import Paper
from ordinance.blueprint.reporting import STEP_ROWS, Path
from ordinance.blueprint.values import Entity, Field
from ordinance.expressions import BOOLEAN, DATETIME, SPAN, TEXT, Expression, ExpressionError, Function, Record, Type
from ordinance.fields import Types
from ordinance.problems import Text, did_you_mean

_STEP_LEFT: Mapping[str, Type] = {
    "step": TEXT,
    "at": DATETIME,
    "by": Record(PERSON, nullable=True),
    "sent_back": BOOLEAN,
    "first": BOOLEAN,
    "waited": SPAN.optional(),
}
"""What is known of a step that a document left: which, when, by whom, whether backwards, how long it took."""

_LABELS: Mapping[str, Text] = {
    "step": Text("环节", "Step"),
    "at": Text("办理时间", "Done at"),
    "by": Text("办理人", "Done by"),
    "sent_back": Text("退回", "Sent back"),
    "waited": Text("停留时间", "Time at the step"),
    "created_at": Text("创建时间", "Created"),
    "created_by": Text("创建人", "Created by"),
    "updated_at": Text("更新时间", "Updated"),
    "workflow": Text("流程", "Process"),
    "phase": Text("阶段", "Phase"),
    "ended": Text("结果", "Outcome"),
    "number": Text("单号", "Number"),
}


@dataclass(frozen=True, slots=True)
class _WithSteps:
    """The names of all entities, and of the steps that documents left."""

    inner: expressions.TypeScope

    def fields(self, entity: str) -> Mapping[str, Type] | None:
        return _STEP_LEFT if entity.endswith(STEP_ROWS) else self.inner.fields(entity)

    def values(self, entity: str) -> Mapping[str, Type]:
        return self.inner.values(entity)

    def functions(self) -> Mapping[str, Function]:
        return self.inner.functions()

    def steps(self, entity: str) -> Collection[str] | None:
        return self.inner.steps(entity)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one report; `entity` is their name, `of_entity` that of the records they belong to."""

    of_entity: str
    entity: str
    scope: Scope
    compiler: Compiler
    types: Types
    entities: Mapping[str, Entity]

    @classmethod
    def of(
        cls, id: str, node: Node, compiler: Compiler, types: Types, entities: Mapping[str, Entity]
    ) -> Rows | None:
        """Return the rows of a report; None, and a problem, if there are no such."""
        of, lines, each = node.text("of") or id, node.text("lines") or "", node.text("each") or ""
        if of not in entities:
            path = (*node.path, "of") if "of" in node else node.path
            node.bench.report("unknown_entity", path, name=of, remedy=did_you_mean(of, entities))
            return None
        if lines and each:
            node.bench.report("report_rows_twice", (*node.path, "each"))
            return None
        if lines and not (lines in entities[of].fields and entities[of].fields[lines].fields):
            remedy = compiler.record(of).near(lines)
            node.bench.report("unknown_path", (*node.path, "lines"), name=lines, entity=of, remedy=remedy)
            return None
        if each and not entities[of].workflows:
            node.bench.report("not_a_document", (*node.path, "each"), entity=of, name=each)
            return None
        entity = f"{of}.{STEP_ROWS}" if each else f"{of}.{lines}" if lines else of
        scope = compiler.record(entity, parent=of if lines or each else None)
        if each:
            scope = Scope(replace(scope.inner, types=_WithSteps(compiler.types)))
        return cls(of, entity, scope, compiler, types, entities)

    @property
    def is_of_documents(self) -> bool:
        """Whether each row is a document itself."""
        return self.entity == self.of_entity and self.entities[self.of_entity].workflows

    def type_of(self, path: Path) -> Type | None:
        """Return the type of what a row calls so; None if it calls nothing so."""
        if path[0] == "parent" and self.entity != self.of_entity:
            return self.compiler.record(self.of_entity).type_of(path[1:]) if len(path) > 1 else None
        return self.scope.type_of(path)

    def field_at(self, path: Path) -> Field | None:
        """Return the field at a path, through references; None if what is there is no field."""
        if path[0] == "parent" and self.entity != self.of_entity:
            entity, path = self.entities.get(self.of_entity), path[1:]
            fields = entity.fields if entity is not None else {}
        else:
            fields = self._own()
        found = None
        for name in path:
            found = fields.get(name)
            if found is None:
                return None
            kind = self.types.get(found.type)
            target = self.entities.get((kind.target(found) if kind else None) or "")
            fields = found.fields or (target.fields if target is not None else {})
        return found

    def _own(self) -> Mapping[str, Field]:
        fields = self.entities[self.of_entity].fields
        if self.entity == self.of_entity:
            return fields
        lines = fields.get(self.entity.partition(".")[2])
        return lines.fields if lines is not None else {}

    def label(self, path: Path) -> Text:
        """Return what a path is called: its field, or the engine's name for it."""
        found = self.field_at(path)
        return found.label if found is not None else _LABELS.get(path[-1]) or made_words(path[-1])

    def label_of(self, id: str, value: Expression) -> Text:
        """Return what a column of a value is called that has no label: as the field it is."""
        found = self.field_of(value) if value.source.replace(".", "").replace("_", "").isalnum() else None
        return found.label if found is not None else self.label((id,))

    def near(self, name: str) -> Text | None:
        """Return the closest name of these rows to one nobody knows."""
        own = list(_STEP_LEFT) if self.entity.endswith(STEP_ROWS) else self.scope.paths()
        above = [f"parent.{each}" for each in self.compiler.record(self.of_entity).paths()]
        return did_you_mean(name, own if self.entity == self.of_entity else [*own, *above])

    def path(self, path: Path, node: Node) -> Expression | None:
        """Return the compiled expression that a path is."""
        return self.compiler.field(".".join(path), node, self.scope)

    def condition(self, node: Node) -> Expression | None:
        """Return a compiled condition that a database can be asked."""
        return self._asked(node, self.compiler.expression(node, self.scope, BOOLEAN), condition=True)

    def expression(self, node: Node) -> Expression | None:
        """Return a compiled value that a database can be asked."""
        return self._asked(node, self.compiler.expression(node, self.scope), condition=False)

    def _asked(self, node: Node, found: Expression | None, *, condition: bool) -> Expression | None:
        fault = self._paper().fault(found, condition=condition) if found is not None else None
        if fault is None:
            return found
        place = node.place
        quoted = place is not None and place.length == len(str(node.data)) + 2
        node.bench.problems += fault.problems(place, quoted=quoted)
        return None

    def paper_fault(self, value: Expression) -> ExpressionError | None:
        """Return why a database could not be asked a value."""
        return self._paper().fault(value, condition=False)

    def _paper(self) -> Paper:
        above = () if self.entity == self.of_entity else ("t",)
        return Paper(self.entities, self.types, "l" if above else "t", above)

    def field_of(self, value: Expression) -> Field | None:
        """Return the field whose numbers a value has: the one it is, or the amount it is worked out of."""
        found = [each for path in sorted(value.reads) if (each := self.field_at(path)) is not None]
        if len(found) == 1:
            return found[0]
        return next((each for each in found if self.types.of(each).is_amount), None)

    def measure(self, value: Expression, node: Node, id: str) -> tuple[Expression | None, Text | None]:
        """Return in what the numbers of a value are measured: what says so of each row, or fixed words.

        Two currencies that are fixed and not the same are a problem.
        """
        by_row: dict[str, list[Path]] = {"currency": [], "unit": []}
        fixed: dict[str, dict[str, None]] = {"currency": {}, "unit": {}}
        for path in sorted(value.reads):
            field = self.field_at(path)
            kind = self.types.get(field.type) if field is not None else None
            if field is None or kind is None or not kind.measure:
                continue
            said = field.currency if kind.measure == "currency" else field.unit
            sibling = (*path[:-1], said or kind.measure)
            if self.field_at(sibling) is not None:
                by_row[kind.measure].append(sibling)
            elif said:
                fixed[kind.measure][said] = None
        for measure in ("currency", "unit"):
            words = list(fixed[measure])
            if len(words) > 1:
                node.bench.report("mixed_measures", node.path, name=id, one=words[0], other=words[1])
            if by_row[measure]:
                return self.path(by_row[measure][0], node), None
            if words:
                return None, Text.of(words[0])
        return None, None
