"""Which fields stand on a form, where, and which of them can be written. Pure, from the blueprint.

Source: language.md §2 (`asks`, `offers`, `needs`: a field no step names is not on the form), engine R6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ordinance.access import Actor
from ordinance.acts import Force
from ordinance.blueprint import Entity, Field
from ordinance.problems import Text
from ordinance.process import Workflow
from ordinance.process.model import Path, Step
from ordinance.web.ui.views.speech import Speech


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form.

    Attributes:
        label: Its heading.
        fields: The ids of its fields.
        form: The form it is of, and with `id` its place there.
        id: Its id in the form.
        columns: In how many columns its fields stand; as many as there is room for when nought.
        help: What stands under its heading.
    """

    label: Text | None
    fields: tuple[str, ...]
    form: str = ""
    id: str = ""
    columns: int = 0
    help: Text | None = None


def names(node: Any) -> tuple[str, ...]:
    """Return the ids of a list that may be written as a list or as a map."""
    return tuple(str(each) for each in node or ())


def words(node: Any) -> Text | None:
    """Return a label as it stands in `lists` and `forms`: words of both languages, or of either."""
    if isinstance(node, Mapping):
        return Text(str(node.get("zh") or ""), str(node.get("en") or ""))
    return Text.of(str(node)) if node else None


def sections(entity: Entity, step: str | None = None, roles: Iterable[str] = ()) -> tuple[Section, ...]:
    """Return the sections of a form of the entity; fields that none of them names follow in a last one.

    Args:
        entity: The kind of record.
        step: The step whose form it is.
        roles: The roles of whoever fills it in; of several forms the first that is meant for step and roles counts.
    """
    id, form = _form_for(entity, step, frozenset(roles))
    made = [_section(entity, id, name, each) for name, each in (form.get("sections") or {}).items()]
    placed = {id for each in made for id in each.fields}
    rest = tuple(id for id in entity.fields if id not in placed)
    return (*made, Section(None, rest)) if rest else tuple(made)


def _form_for(entity: Entity, step: str | None, roles: frozenset[str]) -> tuple[str, Mapping[str, Any]]:
    for id, form in entity.forms.items():
        steps, by = names(form.get("steps")), names(form.get("by"))
        if (not steps or step in steps) and (not by or roles & set(by)):
            return id, form
    return "", {}


def _section(entity: Entity, form: str, id: str, node: Mapping[str, Any]) -> Section:
    columns = str(node.get("columns") or "")
    return Section(
        label=words(node.get("label")),
        fields=tuple(each for each in names(node.get("fields")) if each in entity.fields),
        form=form,
        id=id,
        columns=int(columns) if columns.isdigit() else 0,
        help=words(node.get("help")),
    )


def named_paths(workflow: Workflow, waits: Iterable[str] = ()) -> frozenset[Path]:
    """Return every field that the steps up to the open ones ask and offer, and what later ones need from elsewhere.

    Args:
        workflow: The process.
        waits: The open steps, those of lanes too; none for a document that begins or has ended.
    """
    open_ = set(waits)
    last = max((at for at, step in enumerate(workflow.steps) if step.id in open_), default=0)
    inside = [step for lane in workflow.lanes.values() for step in lane.steps if step.id in open_]
    found: set[Path] = {path for step in (*workflow.steps[: last + 1], *inside) for path in (*step.asks, *step.offers)}
    asked_later = {path for step in workflow.steps[last + 1 :] for path in (*step.asks, *step.offers)}
    return frozenset(found | ({path for step in workflow.steps for path in step.needs} - asked_later))


def stands_on_form(field: Field, workflow: Workflow | None, paths: frozenset[Path], value: Any) -> bool:
    """Return whether a field is on the form: a plain record shows all, a document what its steps name, compute or hold.

    A value that is no more than the field's default is not worth a place.
    """
    if workflow is None or field.required or field.formula is not None or field.fields or field.path in paths:
        return True
    return not _blank(value) and str(value).lower() != str(field.default).lower()


def is_column(field: Field, workflow: Workflow | None, paths: frozenset[Path]) -> bool:
    """Return whether a field of lines is a column of the grid; the others open below the row."""
    return stands_on_form(field, workflow, paths, None) or field.copy_from is not None


def open_paths(workflow: Workflow, steps: Iterable[str]) -> frozenset[Path]:
    """Return what the forms of these steps ask and offer."""
    declared = [each for each in (_step(workflow, id) for id in steps) if each is not None]
    return frozenset(path for each in declared for path in (*each.asks, *each.offers))


def _step(workflow: Workflow, id: str) -> Step | None:
    inside = (each for lane in workflow.lanes.values() for each in lane.steps if each.id == id)
    return workflow.step(id) or next(inside, None)


@dataclass(frozen=True, slots=True)
class Writable:
    """Which paths of a form can be written.

    Args:
        levels: What the actor sees of each path: write, read, masked.
        free: Everything the actor may write at all, because the record is new, a draft, or theirs to change.
        forms: Else: what the open steps ask and offer.
    """

    levels: Mapping[str, str]
    free: bool
    forms: frozenset[Path] = frozenset()

    def allows(self, path: Path) -> bool:
        """Return whether the field at this path can be written."""
        if self.levels.get(".".join(path)) != "write":
            return False
        return self.free or any(each == path[: len(each)] or path == each[: len(path)] for each in self.forms)


def levels_of(force: Force, actor: Actor, entity: Entity) -> dict[str, str]:
    """Return what the actor sees of the fields of a new record."""
    seen = force.rights.projection(actor, entity.id)
    inner = [f"{field.id}.{name}" for field in entity.fields.values() for name in field.fields]
    return {path: seen.level(path) for path in (*entity.fields, *inner) if seen.level(path) != "hidden"}


def heading(section: Section, speech: Speech) -> str:
    """Return the words above a section."""
    return speech.of(section.label) or speech.say("details")


def _blank(value: Any) -> bool:
    return value is None or value is False or value in ("", [], (), {})
