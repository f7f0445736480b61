"""What narrows a list, in words and as controls: chips of the filters in force, the panel, an editor for each. Pure.

A filter whose field or option is there no more is no fault of the person who kept it: it is said, and does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ordinance.acts import Filter
from ordinance.acts.narrowing import DUE
from ordinance.blueprint import Entity, Field
from ordinance.fields import Reasons
from ordinance.web.ui.views.address import Address, is_id, joined, name_of_filter
from ordinance.web.ui.views.controls import Control, Option
from ordinance.web.ui.views.listing import Condition, Editor, FilterChip
from ordinance.web.ui.views.relative import NAMED, ON, OVERDUE, is_dated, is_instant
from ordinance.web.ui.views.speech import Speech
from ordinance.web.ui.views.table import Table, view_label

_CONDITIONS_MAX = 9
_PHASES = {
    "draft": "phase_draft", "running": "phase_running", "complete": "phase_complete", "cancelled": "phase_cancelled",
}  # fmt: skip
_PHRASES = {
    "gte": "at_least", "gt": "more_than", "lte": "at_most", "lt": "less_than", "contains": "contains",
    "starts_with": "starts_with", "neq": "is_not", "nin": "is_not",
}  # fmt: skip
_STEP, _PHASE, _WORKFLOW, _CREATED = "step", "phase", "workflow", "created_at"


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel of conditions.

    Attributes:
        conditions: The questions that are asked most often.
        others: The fields whose questions are one step further: (label, address of the editor).
        kept: What the panel must send along: every filter that it does not show itself.
    """

    conditions: tuple[Condition, ...]
    others: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of one list."""

    table: Table

    @property
    def address(self) -> Address:
        """What the address says."""
        return self.table.address

    @property
    def speech(self) -> Speech:
        """The language."""
        return self.table.speech

    @property
    def entity(self) -> Entity:
        """The kind of record."""
        return self.table.entity

    # What holds

    def fault(self, each: Filter) -> str:
        """Return why a filter can do nothing, in words; empty if it can."""
        name = ".".join(each.path)
        if len(each.path) == 1 and each.path[0] in self._own():
            return "" if each.op == ON or self._fits(each) else self._unfit(each)
        field = self.entity.at(each.path)
        if field is None:
            # Further paths lead through references; acts judge them.
            known = len(each.path) > 1 and each.path[0] in self.table.readable
            return "" if known else self.speech.say("field_gone", name=name)
        if each.path[0] not in self.table.readable:
            return self.speech.say("field_gone", name=self.speech.of(field.label) or name)
        if each.op == ON:
            return "" if is_dated(self.table.force, self.entity, name) and each.value in NAMED else self._unfit(each)
        kind = self.table.force.types.of(field)
        if each.op not in kind.operators:
            return self._unfit(each)
        if each.op in ("empty", "exists"):
            return "" if each.value in ("true", "false") else self._unfit(each)
        texts = (each.value,) if isinstance(each.value, str) else each.value
        plain = each.op in ("contains", "starts_with")
        wrong = [text for text in texts if not plain and isinstance(kind.parse_text(text, field), Reasons)]
        if not wrong:
            return ""
        label = self.speech.of(field.label) or name
        return self.speech.say("option_gone", name=label, value=wrong[0]) if field.options else self._unfit(each)

    def _own(self) -> tuple[str, ...]:
        """The names beside the fields by which one may filter."""
        due = DUE if self.table.has_due else ()
        return ("id", _CREATED, *(("number", _PHASE, _WORKFLOW, *due) if self.entity.workflows else ()))

    def _fits(self, each: Filter) -> bool:
        if each.op in ("empty", "exists"):
            return each.value in ("true", "false")
        ordered = ("lt", "lte", "gt", "gte")
        if each.path[0] in (_CREATED, *DUE):
            return each.op in ordered
        return each.op in ("eq", "neq", "in", "nin", "contains", "starts_with")

    def _unfit(self, each: Filter) -> str:
        return self.speech.say("filter_unfit", name=".".join(each.path), value=joined(each.value))

    def sound(self) -> tuple[Filter, ...]:
        """Return the filters that can do something."""
        return tuple(each for each in self.address.filters if not self.fault(each))

    # In words

    def chips(self) -> tuple[FilterChip, ...]:
        """Return everything that narrows the list, each with the address without it."""
        made = []
        lists, open_ = self.table.lists(), self.table.open
        if self.address.view and self.address.view not in lists:
            made.append(FilterChip(self.address.view, self.address.href(view=""), fault=self.speech.say("view_gone")))
        elif open_ and lists[open_].get("when"):
            text = self.speech.say("of_the_list", name=view_label(self.speech, open_, lists[open_]))
            made.append(FilterChip(text, self.address.href(view="")))
        if self.address.step:
            label = self.steps().get(self.address.step)
            text = f"{self.speech.say('step')}: {label or self.address.step}"
            fault = "" if label else self.speech.say("step_gone")
            made.append(FilterChip(text, self.address.href(step=""), fault=fault))
        for name in self.table.gone():
            rest = tuple(each for each in self.address.columns if each != name)
            made.append(FilterChip(name, self.address.href(columns=rest), fault=self.speech.say("column_gone")))
        for path, down in self.table.address.sort:
            if not self.table.sorts_by(path):
                rest_ = tuple(each for each in self.address.sort if each != (path, down))
                text = f"{self.speech.say('sorting')}: {'.'.join(path)}"
                made.append(FilterChip(text, self.address.href(sort=rest_), fault=self.speech.say("column_gone")))
        return (*made, *(self._chip(each) for each in self.address.filters))

    def _chip(self, each: Filter) -> FilterChip:
        rest = tuple(other for other in self.address.filters if other is not each)
        fault = self.fault(each)
        edit = self.edit_href(each.path[0]) if not fault and len(each.path) == 1 and each.path != ("id",) else ""
        return FilterChip(self.said(each), self.address.href(filters=rest), edit, fault)

    def said(self, each: Filter) -> str:
        """Return a filter in words."""
        found = self.entity.at(each.path)
        label = self.speech.of(found.label) if found is not None else self._label(each.path)
        if each.op in ("empty", "exists"):
            filled = (each.op == "exists") == (each.value == "true")
            return f"{label}: {self.speech.say('filled' if filled else 'not_filled')}"
        texts = (each.value,) if isinstance(each.value, str) else each.value
        if each.op == ON:
            named = isinstance(each.value, str) and each.value in NAMED
            return f"{label}: {self.speech.say(joined(each.value)) if named else joined(each.value)}"
        if each.path == ("id",):
            return self.speech.say("chosen_records", n=len(texts))
        value = ", ".join(self._value(found, each.path, text) for text in texts)
        phrase = _PHRASES.get(each.op)
        return f"{label}: {self.speech.say(phrase, value=value) if phrase else value}"

    def _label(self, path: tuple[str, ...]) -> str:
        name = ".".join(path)
        return self.speech.say(name) if name in self._own() and name != "id" else name

    def _value(self, found: Field | None, path: tuple[str, ...], text: str) -> str:
        if found is None:
            if path == (_PHASE,) and text in _PHASES:
                return self.speech.say(_PHASES[text])
            workflow = self.table.force.blueprint.workflows.get(text) if path == (_WORKFLOW,) else None
            return self.speech.of(workflow.label) if workflow is not None else text
        if self.speech.is_reference(found):
            return self.table.labels.get(text, text)
        if text in found.options:
            return self.speech.of(found.options[text])
        if self.table.force.types.of(found).widget == "checkbox":
            return self.speech.say("yes" if text == "true" else "no")
        return text

    def steps(self) -> dict[str, str]:
        """Return the steps at which documents of this kind may wait, with what is said while they do."""
        return {
            step.id: self.speech.of(step.waiting) or self.speech.of(step.label) or step.id
            for workflow in self.table.force.blueprint.variants(self.entity.id)
            for step in (*workflow.steps, *(each for lane in workflow.lanes.values() for each in lane.steps))
        }

    # As controls

    def kept(self, *without: str) -> tuple[tuple[str, str], ...]:
        """Return what a form of the list must send along: everything but the page, and what the form says itself."""
        left = {"cursor", "skip", *without}
        return tuple((name, value) for name, value in self.address.pairs() if name not in left)

    def fields(self) -> Iterator[str]:
        """Yield every name one may filter by: the columns first, then documents' own, then all other fields."""
        columns = [name for name in self.table.columns() if self._can(name)]
        own = [name for name in self._own() if self._can(name)]
        step = [_STEP] if self.entity.workflows else []
        yield from dict.fromkeys((*columns, *step, *own, *(name for name in self.entity.fields if self._can(name))))

    def _can(self, name: str) -> bool:
        if name in ("id", "number", "status"):
            return False
        if name == _WORKFLOW:
            return len(self.table.force.blueprint.variants(self.entity.id)) > 1
        field = self.entity.fields.get(name)
        if field is None:
            return name in self._own()
        return name in self.table.readable and not field.fields and bool(self.table.force.types.of(field).operators)

    def panel(self) -> Panel:
        """Return the panel: the first names of `fields` with what one asks of them most often, then the others."""
        first: dict[str, Condition] = {}
        others: list[str] = []
        for name in self.fields():
            more = len(first) < _CONDITIONS_MAX and name not in (_PHASE, _WORKFLOW)
            made = self._quick(name) if more else None
            if made is not None and made.controls:
                first[name] = made
            else:
                others.append(name)
        asked = (control.name for each in first.values() for control in each.controls)
        further = tuple((self._called(name), self.edit_href(name)) for name in others)
        return Panel(tuple(first.values()), further, self.kept(*asked))

    def _called(self, name: str) -> str:
        return self.speech.say(_STEP) if name == _STEP else self.table.label(name)

    def edit_href(self, name: str) -> str:
        """Return the address at which the editor of a field is open."""
        href = self.address.href()
        return f"{href}{'&' if '?' in href else '?'}edit={name}"

    def editor(self, name: str) -> Editor | None:
        """Return the editor of a field; None if there is none of that name, or it cannot be filtered by."""
        if name not in self.fields():
            return None
        conditions = (self._quick(name), *self._further(name))
        made = tuple(each for each in conditions if each.controls)
        asked = {control.name for each in made for control in each.controls}
        # What the editor does not ask of the same field (another operator from an older address) is replaced as well.
        same = {name_of_filter(each) for each in self.address.filters if each.path == (name,)}
        own = tuple(Condition(each.label, tuple(replace(one, prefix="e") for one in each.controls)) for each in made)
        return Editor(self._called(name), own, self.kept(*asked, *same), self.address.href())

    def _quick(self, name: str) -> Condition:
        label = self._called(name)
        field = self.entity.fields.get(name)
        if name == _STEP:
            return Condition(label, (Control(_STEP, label, "select", options=self._select(_STEP, self.steps())),))
        if field is None and name in (_PHASE, _WORKFLOW):
            options = self._phases() if name == _PHASE else self._workflows()
            shown = f"filter[{name}][eq]"
            return Condition(label, (Control(shown, label, "select", options=self._select(shown, options)),))
        if is_dated(self.table.force, self.entity, name):
            return Condition(label, self._dated(name, label))
        return Condition(label, self._plain(field)) if field is not None else Condition(label, ())

    def _phases(self) -> dict[str, str]:
        return {each: self.speech.say(word) for each, word in _PHASES.items()}

    def _workflows(self) -> dict[str, str]:
        variants = self.table.force.blueprint.variants(self.entity.id)
        return {each.id: self.speech.of(each.label) for each in variants}

    def _dated(self, name: str, label: str) -> tuple[Control, ...]:
        """A name of days, or a first and a last day."""
        named = {each: self.speech.say(each) for each in NAMED if each != OVERDUE or self._lapses(name)}
        shown = f"filter[{name}][{ON}]"
        select = Control(shown, label, "select", options=self._select(shown, named))
        return (select, *(self._input(name, label, op, "date") for op in ("gte", "lte")))

    def _lapses(self, name: str) -> bool:
        return name != _CREATED and (bool(self.entity.workflows) or not is_instant(self.table.force, self.entity, name))

    def _plain(self, field: Field) -> tuple[Control, ...]:
        kind = self.table.force.types.of(field)
        label = self.speech.of(field.label) or field.id
        if kind.widget == "lookup" and isinstance(field.to, str):
            value = self.address.said(field.id, "eq")
            named = self.table.labels.get(value, value)
            shown = f"filter[{field.id}][eq]"
            return (Control(shown, label, "ref", value=named, reference=value, source=field.to),)
        if field.options or kind.widget == "checkbox":
            op = "contains" if kind.widget == "checkboxes" else "eq"
            if op not in kind.operators:
                return ()
            shown = f"filter[{field.id}][{op}]"
            return (Control(shown, label, "select", options=self._select(shown, self._offered(field))),)
        if "gte" in kind.operators:
            return tuple(self._input(field.id, label, op, "text") for op in ("gte", "lte"))
        if "contains" in kind.operators and kind.widget != "checkboxes":
            return (self._input(field.id, label, "contains", "text"),)
        return ()

    def _offered(self, field: Field) -> dict[str, str]:
        yes_no = {"true": self.speech.say("yes"), "false": self.speech.say("no")}
        return {id: self.speech.of(label) for id, label in field.options.items()} or yes_no

    def _further(self, name: str) -> tuple[Condition, ...]:
        """Return what else the editor of a field asks: several options at once, beginnings, whether it is filled in."""
        field = self.entity.fields.get(name)
        made = []
        if field is not None:
            kind = self.table.force.types.of(field)
            label = self.speech.of(field.label) or field.id
            if len(field.options) > 2 and kind.widget == "select":
                shown = f"filter[{name}][in]"
                chosen = set(self.address.said(name, "in").split(","))
                options = tuple(Option(id, text, id in chosen) for id, text in self._offered(field).items())
                made.append(Condition(self.speech.say("one_of"), (Control(shown, label, "many", options=options),)))
            if "starts_with" in kind.operators and not field.options:
                made.append(Condition(self.speech.say("begins"), (self._input(name, label, "starts_with", "text"),)))
        if (field is not None and not field.required) or (name,) == DUE:
            shown = f"filter[{name}][empty]"
            options_ = {"true": self.speech.say("not_filled"), "false": self.speech.say("filled")}
            control = Control(shown, self._called(name), "select", options=self._select(shown, options_))
            made.append(Condition(self.speech.say("filled_in"), (control,)))
        return tuple(made)

    def _input(self, name: str, label: str, op: str, widget: str) -> Control:
        return Control(f"filter[{name}][{op}]", label, widget, value=self.address.said(name, op))

    def _select(self, shown: str, options: dict[str, str]) -> tuple[Option, ...]:
        now = dict(self.address.pairs()).get(shown, "")
        some = (Option(id, label, id == now) for id, label in options.items())
        return (Option("", self.speech.say("any"), not now), *some)


def references_in(filters: tuple[Filter, ...], entity: Entity, speech: Speech) -> list[tuple[str, str]]:
    """Return the records that filters name: (entity, id), to be looked up for their names."""
    found = []
    for each in filters:
        at = entity.at(each.path)
        if at is not None and speech.is_reference(at) and isinstance(at.to, str):
            texts = (each.value,) if isinstance(each.value, str) else each.value
            found += [(at.to, text) for text in texts if is_id(text)]
    return found
