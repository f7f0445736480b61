"""Find out what the names of an expression mean: fields, paths, rows, steps, checks, functions.

One fault gives one message: a part whose name is unknown goes on as `ANY`, so that nothing else complains about it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ordinance.expressions.faults import Fault, fault
from ordinance.expressions.functions import FUNCTIONS, METHODS, method_type
from ordinance.expressions.kinds import ANY, BOOLEAN, DATETIME, NUMBER, Many, Record, Type
from ordinance.expressions.plan import Checked, Constant, CountAll, Field, Gather, Member, Passage, Warned
from ordinance.expressions.scope import RESERVED, Scope
from ordinance.expressions.tree import Attribute, Call, Name, Tree
from ordinance.problems import Text, did_you_mean

_EVENT = "(event)"
"""What the values of an event are called, where the names of an entity are asked for. No entity has that id."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One record in sight: its entity, and how its path begins as seen from the outermost record."""

    entity: str
    read: tuple[str, ...] | None


class Naming(ABC):
    """The half of the checker that knows names; `rows` holds the records in sight, innermost last."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.faults: list[Fault] = []
        self.rows = [_Row(scope.entity, ())]
        self.known: dict[str, Mapping[str, Type] | None] = {_EVENT: scope.event or None}

    @abstractmethod
    def check(self, tree: Tree) -> Checked:
        """Return the checked form of a part."""

    @abstractmethod
    def condition(self, tree: Tree) -> Checked:
        """Return the checked form of a part that must be a condition."""

    def complain(self, tree: Tree, code: str, *, remedy: Text | None = None, **values: object) -> Checked:
        """Note a fault and go on with a part of which anything may be asked."""
        self.faults.append(fault(tree.at, code, tree.end - tree.at, remedy=remedy, **values))
        return Constant(ANY, None, at=tree.at, end=tree.end)

    def names_of(self, entity: str) -> Mapping[str, Type] | None:
        """Return every name that a record of that entity has, or None if it is not known."""
        if entity not in self.known:
            fields = self.scope.types.fields(entity)
            self.known[entity] = None if fields is None else {**self.scope.types.values(entity), **fields}
        return self.known[entity]

    def name(self, tree: Name) -> Checked:
        """Resolve a bare name: the row's own, or the beginning of a path."""
        row = self.rows[-1]
        if tree.name in RESERVED:
            return self.beginning(tree)
        known = self.names_of(row.entity)
        if tree.name == "id" and row.entity:
            read = None if row.read is None else (*row.read, "id")
            return Field(Record(row.entity), "row", 0, ("id",), (row.entity,), read, at=tree.at, end=tree.end)
        if known is None or tree.name in known:
            type_ = ANY if known is None else known[tree.name]
            read = None if row.read is None else (*row.read, tree.name)
            return Field(type_, "row", 0, (tree.name,), (row.entity,), read, at=tree.at, end=tree.end)
        return self.complain(tree, "unknown_name", name=tree.name, remedy=self.name_remedy(tree.name, known))

    def name_remedy(self, name: str, known: Mapping[str, Type]) -> Text | None:
        """Return where the name can be found instead, else the closest one."""
        if len(self.rows) > 1 and name in (self.names_of(self.rows[-2].entity) or ()):
            return Text(
                f"括号里的名称属于每一行，外层请写 parent.{name}",
                f"here a name belongs to the row: write parent.{name}",
            )
        for field, type_ in known.items():
            if (
                isinstance(type_, Many)
                and isinstance(type_.item, Record)
                and name in (self.names_of(type_.item.entity) or ())
            ):
                return Text(
                    f"它属于 {field} 的每一行：{field}.all({name} …)",
                    f"it belongs to the rows of {field}: {field}.all({name} …)",
                )
        if name in FUNCTIONS or name in self.scope.types.functions() or name in ("passed", "warned"):
            return Text(f"这是函数，请写 {name}(…)", f"that is a function: write {name}(…)")
        return did_you_mean(name, known)

    def beginning(self, tree: Name) -> Checked:
        """Resolve `user`, `new`, `event` and `parent`."""
        name = tree.name
        if name == "parent":
            return self.outward(tree, 1)
        outermost = self.rows[0].entity
        entity = {
            "user": self.scope.user,
            "event": None if self.scope.event is None else _EVENT,
            "new": outermost if self.scope.new else None,
        }[name]
        if entity is None:
            return self.complain(tree, f"no_{name}_here")
        root: Literal["user", "new", "event"] = name  # type: ignore[assignment]
        return Field(Record(entity), root, 0, (), (), (name,), at=tree.at, end=tree.end)

    def outward(self, tree: Tree, hops: int) -> Checked:
        """Resolve `parent` so many times over."""
        index = len(self.rows) - 1 - hops
        if index >= 0:
            row = self.rows[index]
        elif index == -1 and self.scope.parent is not None:
            row = _Row(self.scope.parent, ("parent",))
        else:
            return self.complain(tree, "no_parent_here")
        return Field(Record(row.entity), "row", hops, (), (), row.read, at=tree.at, end=tree.end)

    def attribute(self, tree: Attribute) -> Checked:
        """Resolve `of.name`."""
        of = self.check(tree.of)
        if isinstance(of, Field) and of.root == "row" and of.hops and not of.names and tree.name == "parent":
            return self.outward(tree, of.hops + 1)
        if isinstance(of, Passage) and not of.piece:
            return self.piece(tree, of)
        if isinstance(of, Constant) and of.type.kind == "any":
            return of
        if of.type.kind not in ("record", "any"):
            return self.no_parts(tree, of)
        if tree.name == "id" and of.type.kind == "record":
            return replace(of, end=tree.end)
        entity = of.type.entity if isinstance(of.type, Record) else ""
        known = self.names_of(entity)
        if known is not None and tree.name not in known:
            return self.complain(tree, "unknown_part", name=tree.name, of=entity, remedy=did_you_mean(tree.name, known))
        type_ = ANY if known is None else known[tree.name]
        type_ = type_.optional() if of.type.nullable else type_
        if not isinstance(of, Field):
            return Member(type_, of, tree.name, at=tree.at, end=tree.end)
        read = None if of.read is None else (*of.read, tree.name)
        return replace(
            of, type=type_, names=(*of.names, tree.name), entities=(*of.entities, entity), read=read, end=tree.end
        )

    def no_parts(self, tree: Attribute, of: Checked) -> Checked:
        """Complain about a part of something that has none."""
        remedy = None
        if of.type.kind == "many":
            remedy = Text(
                f"列表请用方法，如 .any({tree.name} …)", f"ask a list with a method, such as .any({tree.name} …)"
            )
        return self.complain(tree, "no_parts", name=tree.name, got=of.type.words, remedy=remedy)

    def piece(self, tree: Attribute, of: Passage) -> Checked:
        """Resolve `passed(step).at` and `.by`."""
        if tree.name == "at":
            return replace(of, piece="at", type=DATETIME.optional(), end=tree.end)
        if tree.name == "by":
            return replace(of, piece="by", type=Record("account", nullable=True), end=tree.end)
        return self.complain(
            tree, "unknown_part", name=tree.name, of="passed()", remedy=did_you_mean(tree.name, ("at", "by"))
        )

    def passed(self, tree: Call) -> Checked:
        """Resolve `passed(step)` of this document and `reference.passed(step)` of another."""
        step = tree.arguments[0] if len(tree.arguments) == 1 else None
        if not isinstance(step, Name):
            return self.complain(tree, "wants_a_step")
        of = None if tree.of is None else self.check(tree.of)
        if of is not None and (not isinstance(of, Field) or of.type.kind not in ("record", "any")):
            return of if of.type == ANY else self.complain(tree, "no_parts", name="passed", got=of.type.words)
        known: Collection[str] | None
        if of is None or (of.root == "row" and not of.names and of.hops == len(self.rows) - 1):
            of, known = None, self.scope.steps
            known = self.scope.types.steps(self.scope.entity) if known is None else known
        else:
            known = self.scope.types.steps(of.type.entity) if isinstance(of.type, Record) else None
        if known is not None and step.name not in known:
            return self.complain(step, "unknown_step_passed", name=step.name, remedy=did_you_mean(step.name, known))
        return Passage(BOOLEAN, of, step.name, "", at=tree.at, end=tree.end)

    def warned(self, tree: Call) -> Checked:
        """Resolve `warned(check)`; the name may have a department before it."""
        name = dotted(tree.arguments[0]) if len(tree.arguments) == 1 else None
        if name is None:
            return self.complain(tree, "wants_a_check")
        known = self.scope.warnings
        if known is not None and name not in known:
            return self.complain(tree.arguments[0], "unknown_check_warned", name=name, remedy=did_you_mean(name, known))
        return Warned(BOOLEAN, name, at=tree.at, end=tree.end)

    def method(self, tree: Call) -> Checked:
        """Resolve `list.method(…)`."""
        assert tree.of is not None
        if counted := self.count_all(tree, tree.of):
            return counted
        if tree.name == "passed":
            return self.passed(tree)
        of = self.check(tree.of)
        if of.type.kind not in ("many", "any"):
            return self.complain(tree, "not_a_list", name=tree.name, got=of.type.words)
        if tree.name not in METHODS:
            return self.complain(tree, "unknown_method", name=tree.name, remedy=did_you_mean(tree.name, METHODS))
        if len(tree.arguments) > 1 or (not tree.arguments and tree.name != "count"):
            return self.complain(tree, "wants_one", name=tree.name)
        item = of.type.item if isinstance(of.type, Many) else ANY
        entity = item.entity if isinstance(item, Record) else ""
        body = None
        if tree.arguments:
            if item.kind not in ("record", "any"):
                return self.complain(
                    tree,
                    "no_rows",
                    name=tree.name,
                    remedy=Text("可用 in 判断是否包含", "ask with in whether it holds a value"),
                )
            body = self.body(tree, of, entity)
        type_ = method_type(tree.name, None if body is None else body.type)
        return Gather(type_, tree.name, of, entity, body, at=tree.at, end=tree.end)

    def body(self, tree: Call, of: Checked, entity: str) -> Checked:
        """Check what is in the brackets of a method, where names belong to the row."""
        self.rows.append(_Row(entity, of.read if isinstance(of, Field) else None))
        argument = tree.arguments[0]
        body = self.condition(argument) if tree.name in ("all", "any", "none", "count") else self.check(argument)
        self.rows.pop()
        wanted = {"sum": ("number", "any"), "min": _LEAST, "max": _LEAST}.get(tree.name)
        if wanted is not None and body.type.kind not in wanted:
            return self.complain(argument, "wrong_argument", name=tree.name, wanted=NUMBER.words, got=body.type.words)
        return body

    def count_all(self, tree: Call, of: Tree) -> Checked | None:
        """Resolve `entity.count()` over all its records, where the place allows it."""
        if tree.name != "count" or tree.arguments or not isinstance(of, Name) or of.name not in self.scope.entities:
            return None
        if of.name in (self.names_of(self.rows[-1].entity) or ()):
            return None
        return CountAll(NUMBER, of.name, at=tree.at, end=tree.end)


_LEAST = ("number", "text", "choice", "date", "datetime", "any")


def dotted(tree: Tree) -> str | None:
    """Return the name that was written with points in it, or None if the part is no name."""
    if isinstance(tree, Name):
        return tree.name
    if isinstance(tree, Attribute):
        before = dotted(tree.of)
        return None if before is None else f"{before}.{tree.name}"
    return None
