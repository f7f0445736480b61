"""What the form is told while one types: only names of the form, only what may have changed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ordinance.acts import Evaluation
from ordinance.blueprint import Entity, Field
from ordinance.web.ui.views.entry import Entered, Posted
from ordinance.web.ui.views.speech import Speech, id_of, label_of


def answer_of(
    speech: Speech, entity: Entity, posted: Posted, entered: Entered, evaluation: Evaluation
) -> dict[str, Any]:
    """Return the answer to a preview, JSON-ready.

    `text` is what is read, `entry` what the server made of what was typed, `fill` what it puts into inputs nobody has
    touched, `show`, `required` and `options` the faces that depend on other fields, `errors` the messages.
    """
    values = evaluation.values
    text, fill, entry = {}, {}, dict[str, Any](entered.tidy)
    loose = {each.name for each in entered.loose}
    for field, name, pointer, value in _cells(entity, posted, values):
        said = posted.get(name)
        if field.formula is not None or name not in posted.texts:
            named = speech.is_reference(field)
            text[name] = speech.text(field, value) if named else evaluation.text.get(pointer, "")
        if name in loose and id_of(value):
            entry[name] = {"id": id_of(value), "label": label_of(value)}
        elif not said.strip() and value is not None and field.formula is None:
            fill[name] = (
                {"id": id_of(value), "label": label_of(value)}
                if speech.is_reference(field)
                else speech.entry(field, value)
            )
    for id_, total in evaluation.totals.items():
        field = entity.fields[id_]
        text[id_] = speech.money(field, total) if speech.types.of(field).widget == "money" else total
    for field in entity.fields.values():
        if field.fields:
            text[f"{field.id}.count"] = speech.say("rows_count", n=len(values.get(field.id) or ()))
    errors: dict[str, str] = {}
    for each in (*entered.faults, *evaluation.errors):
        if each.where and each.where.startswith("/"):
            errors.setdefault(posted.pointer_name(each.where), speech.of(each.message))
    return {
        "text": text,
        "entry": entry,
        "fill": fill,
        "show": _named(posted, evaluation.show) | {f"part:{id}": shown for (_, id), shown in evaluation.parts.items()},
        "required": _of_record(evaluation.required),
        "options": _options(speech, entity, posted, evaluation.options),
        "errors": errors,
        "said": _said(speech, entity, evaluation),
    }


def _cells(entity: Entity, posted: Posted, values: Mapping[str, Any]) -> Iterator[tuple[Field, str, str, Any]]:
    """Yield every field with its form name, its JSON pointer and its value; of lines, the rows the form has."""
    for field in entity.fields.values():
        if not field.fields:
            yield field, field.id, f"/{field.id}", values.get(field.id)
            continue
        rows = values.get(field.id) or ()
        for position, (index, row) in enumerate(zip(posted.order.get(field.id, ()), rows, strict=False)):
            for each in field.fields.values():
                where = f"/{field.id}/{position}/{each.id}"
                yield each, f"{field.id}.{index}.{each.id}", where, row.get(each.id)


def _named(posted: Posted, faces: Mapping[str, bool]) -> dict[str, bool]:
    return {posted.pointer_name(pointer): said for pointer, said in faces.items()}


def _of_record(faces: Mapping[str, bool]) -> dict[str, bool]:
    return {pointer[1:]: said for pointer, said in faces.items() if "/" not in pointer[1:]}


def _options(speech: Speech, entity: Entity, posted: Posted, options: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    made = {}
    for pointer, ids in options.items():
        path = tuple(each for each in pointer.strip("/").split("/") if not each.isdigit())
        field = entity.at(path)
        if field is not None:
            offered = [[id, speech.of(field.options.get(id)) or id] for id in ids]
            made[posted.pointer_name(pointer)] = [["", speech.say("no_choice")], *offered]
    return made


def _said(speech: Speech, entity: Entity, evaluation: Evaluation) -> str:
    """The grand total in words, for the one live region."""
    last = next(reversed([*evaluation.totals]), None)
    return f"{speech.of(entity.fields[last].label)} {evaluation.totals[last]}" if last is not None else ""
