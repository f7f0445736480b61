"""Build the steps of a workflow or of a lane.

Source: language.md §2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from ordinance.blueprint.bench import Bench, Node, Path, made_words
from ordinance.blueprint.bindings import Bindings
from ordinance.blueprint.compiling import Compiler, Scope
from ordinance.expressions import BOOLEAN, DATE, DATETIME, SPAN, Expression, Span
from ordinance.problems import Text, did_you_mean
from ordinance.process.model import Assign, Queue, Step

OPINIONS = frozenset({"always", "on_refusal", "never"})
RESERVED = frozenset({"draft", "complete"})


@dataclass(slots=True)
class StepBuilder:
    """Builds steps that stand in one scope; `bindings` builds what is bound to them."""

    compiler: Compiler
    bindings: Bindings

    @property
    def bench(self) -> Bench:
        """Return the workbench."""
        return self.compiler.bench

    def steps(self, node: Node, scope: Scope) -> tuple[Step, ...]:
        """Return the steps of a map, in order; one whose `when` cannot be decided is left out."""
        found = (self._step(id, each, scope) for id, each in node.items())
        return tuple(each for each in found if each is not None)

    def _step(self, id: str, node: Node, scope: Scope) -> Step | None:
        when = node.at("when")
        condition = self.compiler.condition(when, scope)
        if when.data and condition is None:
            return None
        label = node.words("label") or made_words(id)
        roles, person = self.by(node.at("by"), scope)
        enabled = node.text("enabled") or "true"
        arriving = node.at("arriving")
        return Step(
            id=id,
            label=label,
            waiting=node.words("waiting") or Text(f"待{label.zh}", f"Awaiting: {label.en}"),
            taken=node.words("taken") or Text(f"{label.zh}中", f"In hand: {label.en}"),
            help=node.words("help"),
            basis=node.words("basis"),
            by=roles,
            person=person,
            when=condition,
            enabled=self.bindings.flag(node.at("enabled"), scope),
            locked=enabled == "always",
            assume=node.flag("assume"),
            together=node.text("together") or None,
            asks=self.filled(node.at("asks"), scope),
            offers=self.filled(node.at("offers"), scope),
            needs=self.paths(node.at("needs"), scope),
            checks=self.bindings.checks(node.at("checks"), scope),
            arriving_does=self.bindings.effects(arriving.at("does"), scope),
            arriving_tells=self.bindings.tells(arriving.at("tells"), scope),
            does=self.bindings.effects(node.at("does"), scope),
            tells=self.bindings.tells(node.at("tells"), scope),
            count=node.number("count") or 1,
            differs_from=node.at("differs_from").names(),
            opinion=opinion(node, "on_refusal"),
            back_to=node.at("back_to").names(),
            due=self._due(node.at("due"), scope),
            by_itself=self.bindings.triggers(node.at("by_itself"), scope),
            until=self.compiler.expression(node.at("until"), scope, BOOLEAN),
            queue=self._queue(node.at("queue"), scope),
            assign=self._assign(node.at("assign"), scope),
            ends=node.text("ends") or None,
            was=node.text("was") or None,
            place=node.place,
        )

    def by(self, node: Node, scope: Scope) -> tuple[tuple[str, ...], Path | None]:
        """Return the roles of a `by`, or the person in a field."""
        roles: list[str] = []
        person: Path | None = None
        for name, each in node.items():
            field = each.text("field")
            if field:
                person = self.path(field, each, scope)
            elif name in self.bindings.roles or name == "everyone":
                roles.append(name)
            else:
                remedy = did_you_mean(name, self.bindings.roles)
                self.bench.report("unknown_role", each.path, name=name, remedy=remedy)
        return tuple(roles), person

    def paths(self, node: Node, scope: Scope) -> tuple[Path, ...]:
        """Return fields by path; a name that is no field is a problem."""
        found = (self.path(name, each, scope) for name, each in node.items())
        return tuple(each for each in found if each is not None)

    def filled(self, node: Node, scope: Scope) -> tuple[Path, ...]:
        """Return fields that somebody fills in: no name of the house, no value of a department, no formula."""
        found = []
        for name, each in node.items():
            path = self.path(name, each, scope)
            if path is None:
                continue
            if self.compiler.is_computed(path, scope):
                self.bench.report("asks_computed", each.path, name=name)
            else:
                found.append(path)
        return tuple(found)

    def path(self, name: str, node: Node, scope: Scope) -> Path | None:
        """Return one field by path, or None with a problem."""
        path = tuple(name.split("."))
        if scope.type_of(path) is not None:
            return path
        self.bench.report("unknown_path", node.path, name=name, entity=scope.entity, remedy=scope.near(name))
        return None

    def stored(self, name: str, node: Node, scope: Scope) -> Path | None:
        """Return one field by path by which the database can order."""
        path = self.path(name, node, scope)
        if path is None or self.compiler.is_stored(path, scope):
            return path
        self.bench.report("unknown_path", node.path, name=name, entity=scope.entity, remedy=None)
        return None

    def _due(self, node: Node, scope: Scope) -> Span | Expression | None:
        if not node.data:
            return None
        try:
            return Span.parse(str(node.data))
        except ValueError:
            found = self.compiler.expression(node, scope)
        if found is not None and found.type.kind not in (DATE.kind, DATETIME.kind, SPAN.kind, "any"):
            self.bench.report("due_is_no_time", node.path, got=found.type.words)
            return None
        return found

    def _queue(self, node: Node, scope: Scope) -> Queue | None:
        if not node.data:
            return None
        order = []
        for name, each in node.at("order").items():
            path = self.stored(name.removeprefix("-"), each, scope)
            if path is not None:
                order.append((path, name.startswith("-")))
        return Queue(tuple(order), node.flag("strict"))

    def _assign(self, node: Node, scope: Scope) -> Assign | None:
        if not node.data:
            return None
        to = node.text("to")
        prefer = node.text("prefer")
        if prefer:
            self.stored(prefer, node.at("prefer"), scope)
        return Assign(
            to=self.path(to, node.at("to"), scope) if to else None,
            match=tuple(".".join(path) for path in self.paths(node.at("match"), scope)),
            prefer=prefer or None,
            pick=node.text("pick") or "least_loaded",
        )


def opinion(node: Node, default: str) -> Literal["always", "on_refusal", "never"]:
    """Return when a written reason is wanted."""
    found = node.text("opinion") or default
    return cast(Literal["always", "on_refusal", "never"], found if found in OPINIONS else default)
