"""The fields of one kind of record as the settings show them, in the order of its form. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ordinance.blueprint import Blueprint, Entity, Field
from ordinance.problems import Text
from ordinance.web.ui.views.controls import Option
from ordinance.web.ui.views.layout import Section, sections
from ordinance.web.ui.views.speech import Speech

NEW_TYPES = (
    "text", "long_text", "integer", "decimal", "money", "percent", "date", "datetime", "boolean", "choice",
    "multi_choice", "ref", "phone", "email", "address", "file", "image",
)  # fmt: skip
"""The types somebody may give a field in the page; every other takes a line in a file."""

NEVER = "false"


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field.

    Attributes:
        name: Its name in the form: the id, or `lines.id`.
        title: What it is called in the reader's language.
        kind: Its type in words.
        label: What it is called, by language.
        help: What is said beside it, by language.
        required: Whether it may not be empty.
        hidden: Whether nobody sees it.
        condition: When it is shown, as it is written, where that is a condition.
        own: Whether the company added it.
        inner: Whether it is a field of lines.
        up, down: Whether it can change places with its neighbour.
    """

    name: str
    title: str
    kind: str
    label: Text
    help: Text
    required: bool = False
    hidden: bool = False
    condition: str = ""
    own: bool = False
    inner: bool = False
    up: bool = False
    down: bool = False


@dataclass(frozen=True, slots=True)
class FieldPart:
    """A part of the form with its fields."""

    title: str
    rows: tuple[FieldRow, ...]


def field_parts(speech: Speech, entity: Entity, blueprint: Blueprint) -> list[FieldPart]:
    """Return the fields of an entity in the order of its form, those of lines below theirs."""
    made = []
    for section in sections(entity):
        order = list(section.fields)
        movable = bool(section.id) or not entity.forms
        rows: list[FieldRow] = []
        for at, id in enumerate(order):
            field = entity.fields[id]
            rows.append(
                _row(speech, field, id, blueprint, up=movable and at > 0, down=movable and at + 1 < len(order))
            )
            rows += [
                _row(speech, inner, f"{id}.{inner.id}", blueprint, inner=True) for inner in field.fields.values()
            ]
        title = speech.of(section.label) or (speech.say("fields_elsewhere") if entity.forms else speech.say("details"))
        made.append(FieldPart(title, tuple(rows)))
    return made


def _row(
    speech: Speech, field: Field, name: str, blueprint: Blueprint, *, inner: bool = False, up: bool = False,
    down: bool = False,
) -> FieldRow:  # fmt: skip
    condition = field.visible_when.source if field.visible_when is not None else ""
    return FieldRow(
        name,
        speech.of(field.label) or field.id,
        _kind(speech, field, blueprint),
        field.label,
        field.help or Text(),
        field.required,
        condition == NEVER,
        condition if condition != NEVER else "",
        field.place is not None and not field.place.file.startswith("plugins/"),
        inner,
        up,
        down,
    )


def _kind(speech: Speech, field: Field, blueprint: Blueprint) -> str:
    words = type_words(speech, field.type)
    target = blueprint.entities.get(field.to or "")
    if target is not None:
        return f"{words} → {speech.of(target.label)}"
    if field.formula is not None:
        return f"{words} = {field.formula.source}"
    return words


def type_words(speech: Speech, type: str) -> str:
    """Return what a type is called; one that a department brings has its own name."""
    return speech.say(_TYPES[type]) if type in _TYPES else type


_TYPES: Mapping[str, str] = {
    "text": "type_text",
    "long_text": "type_long_text",
    "integer": "type_integer",
    "decimal": "type_decimal",
    "quantity": "type_quantity",
    "money": "type_money",
    "percent": "type_percent",
    "date": "type_date",
    "datetime": "type_datetime",
    "duration": "type_duration",
    "boolean": "type_boolean",
    "choice": "type_choice",
    "multi_choice": "type_multi_choice",
    "ref": "type_ref",
    "any_ref": "type_ref",
    "lines": "type_lines",
    "file": "type_file",
    "image": "type_image",
    "email": "type_email",
    "phone": "type_phone",
    "address": "type_address",
    "evidence": "type_evidence",
    "confirmation": "type_confirmation",
    "checklist": "type_checklist",
    "signature": "type_signature",
}


def new_types(speech: Speech, chosen: str) -> list[Option]:
    """Return the types a new field may have."""
    return [Option(each, type_words(speech, each), each == (chosen or "text")) for each in NEW_TYPES]


def placed(entity: Entity, field: str, *, up: bool) -> tuple[Section, list[str]] | None:
    """Return the part of the form a field stands in, and its fields with this one moved; None if there is no place."""
    for section in sections(entity):
        if field not in section.fields:
            continue
        order = list(section.fields)
        at = order.index(field)
        other = at - 1 if up else at + 1
        if not 0 <= other < len(order):
            return None
        order[at], order[other] = order[other], order[at]
        return section, order
    return None
