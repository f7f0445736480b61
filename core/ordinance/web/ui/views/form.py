"""From a record, what `evaluate` says of it and what was typed: the cards and line grids of a form. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ordinance.acts import Evaluation, Force
from ordinance.blueprint import Entity, Field
from ordinance.process import Workflow
from ordinance.process.model import Path
from ordinance.web.ui.views.controls import Attached, Column, Control, Grid, Group, Option, Row, Total
from ordinance.web.ui.views.entry import KIND, PICKED
from ordinance.web.ui.views.layout import (
    Section,
    Writable,
    heading,
    is_column,
    named_paths,
    sections,
    stands_on_form,
)
from ordinance.web.ui.views.speech import Speech, id_of

_WIDGETS = {
    "textarea": "area",
    "address": "area",
    "evidence": "evidence",
    "select": "select",
    "checkbox": "check",
    "confirmation": "check",
    "checkboxes": "many",
    "checklist": "many",
    "lookup": "ref",
    "any_lookup": "read",
    "date": "date",
    "datetime": "date",
    "file": "file",
    "image": "file",
}
"""The control of each widget a field type asks for; whatever is not here is an input of one line."""

_LONG = ("area", "many", "evidence")
_IN_CELLS = {"area": "text", "evidence": "text"}
"""The control of a widget in a cell, where there is one line."""

_COLUMNS_MAX = 10


@dataclass(frozen=True, slots=True)
class Form:
    """Everything the controls are made from.

    Attributes:
        force: The configuration.
        speech: The language.
        entity: Whose form it is.
        workflow: The workflow of the document, if it is one.
        record: The record as it stands or would be, JSON-ready.
        evaluation: What `evaluate` says of it.
        writable: Which paths can be written.
        typed: What was typed, by form name: it stands in the inputs whether it is right or wrong.
        ticked: What was ticked where several may be, by form name.
        order: The indexes of the rows in the form, by field of lines; else they count from nought.
        errors: Messages by form name.
        readable: Entities the reader may open, for links.
        bound: Whether the reader is a customer or another partner, who sees no more than the steps ask.
        step: The step whose form it is.
        roles: The reader's roles: a form may be meant for some.
        creatable: Entities of which the reader may make new records.
        files: The files of the record that may be put into its fields.
    """

    force: Force
    speech: Speech
    entity: Entity
    workflow: Workflow | None
    record: Mapping[str, Any]
    evaluation: Evaluation | None
    writable: Writable
    typed: Mapping[str, str] = field(default_factory=dict)
    ticked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    readable: frozenset[str] = frozenset()
    bound: bool = False
    step: str | None = None
    roles: tuple[str, ...] = ()
    creatable: frozenset[str] = frozenset()
    files: tuple[Attached, ...] = ()

    def parts(self) -> tuple[Group | Grid, ...]:
        """Return the cards of fields and the line grids, in the order of the entity's form."""
        made: list[Group | Grid] = []
        for section in sections(self.entity, self.step, self.roles):
            group = self._group(section)
            made += [group] if group.controls else []
            made += [self._grid(self.entity.fields[id]) for id in section.fields if self._is_grid(id)]
        others = self._others() if self.writable.free and not self.bound else ()
        return (*made, Group(self.speech.say("more_fields"), others, folded=True)) if others else tuple(made)

    def _others(self) -> tuple[Control, ...]:
        """What no step names: folded away, for those who may write it all the same."""
        if self.workflow is None:
            return ()
        paths, sums = self._paths(), self.evaluation.totals if self.evaluation else {}
        made = [
            self.control(each, id, self.record.get(id), f"/{id}")
            for id, each in self.entity.fields.items()
            if not each.fields
            and id not in sums
            and not stands_on_form(each, self.workflow, paths, self.record.get(id))
        ]
        return tuple(each for each in made if each.writable)

    def _is_grid(self, id: str) -> bool:
        return bool(self.entity.fields[id].fields) and id in self.writable.levels

    def _group(self, section: Section) -> Group:
        """The sums that stand under a grid are not repeated."""
        paths = self._paths()
        sums = self.evaluation.totals if self.evaluation else {}
        fields = [self.entity.fields[id] for id in section.fields if id not in sums]
        shown = [
            self.control(each, each.id, self.record.get(each.id), f"/{each.id}")
            for each in fields
            if not each.fields
            and each.id in self.writable.levels
            and stands_on_form(each, self.workflow, paths, self.record.get(each.id))
        ]
        kept = [each for each in shown if each.writable or each.text or self.workflow is None]
        parts = self.evaluation.parts if self.evaluation is not None else {}
        conditional = (section.form, section.id) in self.entity.parts
        return Group(
            heading(section, self.speech),
            tuple(kept),
            name=f"part:{section.id}" if conditional else "",
            shown=parts.get((section.form, section.id), True),
            columns=section.columns,
            help=self.speech.of(section.help),
        )

    def _paths(self) -> frozenset[Path]:
        return named_paths(self.workflow, self.record.get("waits_at") or ()) if self.workflow else frozenset()

    def control(self, each: Field, name: str, value: Any, pointer: str, *, inside: bool = False) -> Control:
        """Return one control.

        Args:
            each: The field.
            name: Its form name.
            value: Its JSON value.
            pointer: Its JSON pointer, by which `evaluate` speaks of it.
            inside: Whether it is a cell of a grid.
        """
        kind, speech = self.force.types.of(each), self.speech
        widget = _WIDGETS.get(kind.widget, "text")
        text = speech.text(each, {**value, "files": []} if widget == "evidence" and value else value)
        if self.writable.levels.get(".".join(each.path or (each.id,))) == "masked":
            text = str(value or "")
        writes = self.writable.allows(each.path or (each.id,)) and each.formula is None and widget != "read"
        if self._says("readonly", pointer):
            writes = False
        return Control(
            name=name,
            label=speech.of(each.label) or each.id,
            widget=_IN_CELLS.get(widget, widget) if inside else widget,
            value=self.typed.get(name, speech.entry(each, value) if widget != "ref" else text),
            text=text,
            writable=writes,
            required=self._says("required", pointer, otherwise=each.required),
            shown=self._says("show", pointer, otherwise=True),
            span="wide" if widget in _LONG or (each.to and each.required) else "",
            numeric=kind.align == "end",
            help=speech.of(each.help) or (speech.say("suggestion") if widget == "ref" else "") if not inside else "",
            error=self.errors.get(name, ""),
            suffix=self._suffix(each, kind.widget) if not inside else "",
            options=self._options(each, widget, value, pointer, name) if writes else (),
            source=each.to or "" if widget == "ref" and isinstance(each.to, str) else "",
            source_label=self._creatable(each) if widget == "ref" else "",
            reference=id_of(value) if widget == "ref" and name not in self.typed else "",
            href=self._href(each, value) if not writes else "",
            longest=int(each.max)
            if each.max and each.max.isdigit() and kind.widget in ("text", "email", "tel")
            else None,
            kind=kind.widget if kind.widget in ("email", "tel", "datetime") else "text",
            of=f"{self.entity.id}.{'.'.join(each.path or (each.id,))}" if widget == "ref" else "",
            attached=self._attached(each, name, value),
            several=widget == "evidence",
            kinds=self._kinds(each, name, value) if widget == "evidence" and writes else (),
        )

    def _attached(self, each: Field, name: str, value: Any) -> tuple[Attached, ...]:
        """Return the files of a field as the form has them: those it holds, and after a refused form those picked."""
        kind = self.force.types.of(each)
        if not kind.holds_files:
            return ()
        held = {str(file["id"]): str(file.get("name") or file["id"]) for file in held_in(value)}
        known = {file.id: file for file in self.files}
        made = [
            known.get(id) or Attached(id, name, f"/files/{id}", picture=kind.pictures_only) for id, name in held.items()
        ]
        picked = self.ticked.get(name + PICKED if kind.widget == "evidence" else name)
        if picked is None:
            return tuple(made)
        return tuple(each for each in (*made, *known.values()) if each.id in picked)

    def _kinds(self, each: Field, name: str, value: Any) -> tuple[Option, ...]:
        if len(each.accepts) < 2:
            return ()
        chosen = self.typed.get(name + KIND, str((value or {}).get("kind") or ""))
        none = Option("", self.speech.say("no_choice"), not chosen)
        return (none, *(Option(id, self.speech.evidence(id), id == chosen) for id in each.accepts))

    def _says(self, face: str, pointer: str, *, otherwise: bool = False) -> bool:
        if self.evaluation is None:
            return otherwise
        said: Mapping[str, bool] = getattr(self.evaluation, face)
        return said.get(pointer, otherwise)

    def _suffix(self, each: Field, widget: str) -> str:
        if widget == "percent":
            return "%"
        if widget == "money":
            return each.currency or self.speech.currency
        return each.unit if each.unit and each.unit not in self.entity.fields else ""

    def _options(self, each: Field, widget: str, value: Any, pointer: str, name: str) -> tuple[Option, ...]:
        if widget not in ("select", "many"):
            return ()
        offered = self.evaluation.options.get(pointer) if self.evaluation else None
        chosen = set(self.ticked[name]) if name in self.ticked else _chosen(value)
        made = [
            Option(id, self.speech.of(label) or id, id in chosen)
            for id, label in each.options.items()
            if offered is None or id in offered or id in chosen
        ]
        none = Option("", self.speech.say("no_choice"), not any(option.chosen for option in made))
        return (none, *made) if widget == "select" else tuple(made)

    def _creatable(self, each: Field) -> str:
        """Return what a new record is called that may be made on the way, if the reader may make one."""
        target = self.force.blueprint.entities.get(each.to or "")
        return self.speech.of(target.label) if target is not None and target.id in self.creatable else ""

    def _href(self, each: Field, value: Any) -> str:
        return f"/o/{each.to}/{id_of(value)}" if each.to in self.readable and id_of(value) else ""

    def _grid(self, lines: Field) -> Grid:
        speech = self.speech
        paths = self._paths()
        fields = [each for each in lines.fields.values() if ".".join(each.path) in self.writable.levels]
        columns = [each for each in fields if is_column(each, self.workflow, paths)][:_COLUMNS_MAX]
        more = [each for each in fields if each not in columns]
        rows = self.record.get(lines.id) or ()
        indexes = self.order.get(lines.id) or tuple(map(str, range(len(rows))))
        writes = self.writable.allows((lines.id,)) and any(self.writable.allows(each.path) for each in columns)
        addable = writes and self._adds(lines)
        blank = replace(self, typed={}, errors={}, evaluation=None)
        return Grid(
            name=lines.id,
            label=speech.of(lines.label) or lines.id,
            columns=tuple(self._column(each, place) for place, each in enumerate(columns)),
            rows=tuple(
                self._row(lines, columns, more, row, index, position)
                for position, (row, index) in enumerate(zip(rows, indexes, strict=False))
            ),
            blank=blank._row(lines, columns, more, {}, "#", -1),
            writable=writes,
            addable=addable,
            totals=self._totals(lines),
            error=self.errors.get(lines.id, ""),
            has_more=bool(more) and writes,
        )

    def _adds(self, lines: Field) -> bool:
        """Rows are added where every column that a new one must have can be written."""
        return all(
            self.writable.allows(each.path)
            for each in lines.fields.values()
            if each.required and each.default is None and each.copy_from is None
        )

    def _column(self, each: Field, place: int) -> Column:
        kind = self.force.types.of(each)
        numeric = kind.align == "end"
        role = "lead" if place == 0 else "sum" if each.formula is not None and numeric else "" if numeric else "whole"
        label = self.speech.of(each.label) or each.id
        return Column(each.id, label, each.required, numeric, role, self.speech.of(each.help))

    def _row(
        self, lines: Field, columns: list[Field], more: list[Field], row: Mapping[str, Any], index: str, position: int
    ) -> Row:
        def cell(each: Field, *, inside: bool) -> Control:
            pointer = f"/{lines.id}/{position}/{each.id}"
            return self.control(each, f"{lines.id}.{index}.{each.id}", row.get(each.id), pointer, inside=inside)

        cells = tuple(cell(each, inside=True) for each in columns)
        return Row(index, str(row.get("id") or ""), cells, tuple(cell(each, inside=False) for each in more))

    def _totals(self, lines: Field) -> tuple[Total, ...]:
        """The sums that stand under the grid: of those `evaluate` names the last money is the grand one."""
        sums = [
            self.entity.fields[id]
            for id in (self.evaluation.totals if self.evaluation else {})
            if id in self.writable.levels
        ]
        made = [Total(each.id, self.speech.of(each.label), self.total_text(each)) for each in sums]
        return (*made[:-1], replace(made[-1], grand=True)) if made else ()

    def total_text(self, each: Field) -> str:
        """Return a sum as it is shown: money with its sign."""
        text = self.speech.text(each, self.record.get(each.id))
        return self.speech.money(each, text) if self.force.types.of(each).widget == "money" else text


def held_in(value: Any) -> tuple[Mapping[str, Any], ...]:
    """Return the files that the JSON value of a field holds."""
    if not isinstance(value, Mapping):
        return ()
    files = value.get("files") if "files" in value else [value.get("image")] if "image" in value else [value]
    return tuple(each for each in files or () if isinstance(each, Mapping) and each.get("id"))


def _chosen(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return {str(key) for key, ticked in value.items() if ticked is True}
    return {str(each) for each in value} if isinstance(value, list | tuple) else {str(value)}
