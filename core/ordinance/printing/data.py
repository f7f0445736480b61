"""What a template is given: the record as its reader sees it, in words, with the labels of its fields.

A field that is hidden from the reader is not among the labels and the texts; a masked one is masked.
Source: design.md §3 rule 6 (one projection for every channel).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ordinance.acts import Call, House, Refused, View, read
from ordinance.blueprint import Entity, Field, PrintFormat
from ordinance.fields import Reasons
from ordinance.printing.capitals import capitals
from ordinance.printing.code import qr_code

SIGNS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "KRW": "₩", "INR": "₹"}
_ABOUT_MAX = 8
_YUAN = "CNY"


@dataclass(frozen=True, slots=True)
class Words:
    """Values as people read them, in one language."""

    house: House
    locale: str

    def text(self, field: Field, value: Any) -> str:
        """Return a JSON value as people read it."""
        if value is None:
            return ""
        if isinstance(value, Mapping) and ("title" in value or "key" in value):
            return str(value.get("title") or value.get("key") or "")
        kind = self.house.force.types.of(field)
        parsed = value if isinstance(value, Mapping) else kind.parse(value, field, self.locale)
        if isinstance(parsed, Reasons):
            return str(value)
        return kind.to_text(parsed, field, self.locale, self.house.zone)

    def texts(self, fields: Mapping[str, Field], record: Mapping[str, Any]) -> dict[str, str]:
        """Return the text of each field that is there."""
        return {
            name: self.text(field, record[name])
            for name, field in fields.items()
            if name in record and not field.fields
        }


async def data_of(house: House, call: Call, view: View, form: PrintFormat, address: str = "") -> dict[str, Any]:
    """Return what a template is given about a record.

    Args:
        house: The site.
        call: Who prints, in which language.
        view: The record as it sees it.
        form: The print format.
        address: Where the site is; the code leads there. Without it the code holds the number.
    """
    entity = house.blueprint.entities[form.of]
    words = Words(house, call.locale)
    company = house.blueprint.company
    record = view.record
    number = str(record.get("number") or "")
    link = f"{address}/o/{entity.id}/{view.id}" if address else number or str(view.id)
    return {
        "locale": call.locale,
        "format": {"id": form.id, "label": form.label.in_(call.locale)},
        "company": {"name": company.label.in_(call.locale)},
        "entity": {"id": entity.id, "label": entity.label.in_(call.locale)},
        "number": number,
        "status": view.status.in_(call.locale) if view.status else "",
        "today": call.now.astimezone(house.zone).date().isoformat(),
        "made_on": _day(house, record.get("created_at")),
        "link": link,
        "qr": qr_code(link),
        "sign": SIGNS.get(company.currency, company.currency),
        "labels": _labels(entity, view.access, call.locale),
        "text": words.texts(entity.fields, record),
        "value": {name: value for name, value in record.items() if not _is_lines(entity, name)},
        "rows": {
            name: [words.texts(field.fields, line) for line in record[name]]
            for name, field in entity.fields.items()
            if field.fields and name in record
        },
        "keys": {
            name: [_keys(line) for line in record[name]]
            for name, field in entity.fields.items()
            if field.fields and name in record
        },
        "about": await _about(house, call, words, entity, record),
        "capitals": _capitals(house, entity, record) if call.locale.startswith("zh") else {},
    }  # fmt: skip


def _is_lines(entity: Entity, name: str) -> bool:
    field = entity.fields.get(name)
    return field is not None and bool(field.fields)


def _labels(entity: Entity, seen: Mapping[str, str], locale: str) -> dict[str, str]:
    found = {}
    for path in seen:
        field = entity.at(tuple(path.split(".")))
        if field is not None:
            found[path] = field.label.in_(locale)
    return found


def _keys(line: Mapping[str, Any]) -> dict[str, str]:
    """Return the code of what each reference of a line means."""
    return {name: str(value.get("key") or "") for name, value in line.items() if isinstance(value, Mapping)}


async def _about(
    house: House, call: Call, words: Words, entity: Entity, record: Mapping[str, Any]
) -> dict[str, dict[str, str]]:
    """Return the texts of the records that the record refers to, those the reader may see."""
    found: dict[str, dict[str, str]] = {}
    for name, field in entity.fields.items():
        value = record.get(name)
        target = house.blueprint.entities.get(field.to or "")
        if target is None or not isinstance(value, Mapping) or len(found) >= _ABOUT_MAX:
            continue
        view = await read(house, call, target.id, int(value["id"]))
        if not isinstance(view, Refused):
            number = {"number": str(view.record["number"])} if view.record.get("number") else {}
            found[name] = {**number, **words.texts(target.fields, view.record)}
    return found


def _capitals(house: House, entity: Entity, record: Mapping[str, Any]) -> dict[str, str]:
    """Return each amount of yuan in capitals."""
    usual = house.blueprint.company.currency
    found = {}
    for name, field in entity.fields.items():
        if house.force.types.of(field).widget == "money" and (field.currency or usual) == _YUAN:
            text = record.get(name)
            if isinstance(text, str) and text.lstrip("-").replace(".", "", 1).isdigit():
                found[name] = capitals(Decimal(text))
    return found


def _day(house: House, moment: Any) -> str:
    from datetime import datetime

    return datetime.fromisoformat(moment).astimezone(house.zone).date().isoformat() if moment else ""
