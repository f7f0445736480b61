"""Values as people read them and as inputs hold them, made by the field's type from what acts answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ordinance.blueprint import Field
from ordinance.fields import Reasons, Types
from ordinance.problems import Text
from ordinance.web.ui.messages import words

SIGNS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "KRW": "₩", "INR": "₹"}


_EVIDENCE = {
    "signed": "evidence_signed", "written": "evidence_written", "verbal": "evidence_verbal",
    "statement": "evidence_statement", "mail": "evidence_mail", "phone": "evidence_phone", "file": "evidence_file",
    "screenshot": "evidence_screenshot",
}  # fmt: skip
"""What the usual kinds of evidence are called."""


@dataclass(frozen=True, slots=True)
class Speech:
    """One language and one company: its types, its time zone, its currency."""

    types: Types
    locale: str
    zone: ZoneInfo
    currency: str

    def say(self, key: str, **values: Any) -> str:
        """Return a word of the screens."""
        return words(self.locale)(key, **values)

    def of(self, text: Text | None) -> str:
        """Return words of the site, or nothing."""
        return text.in_(self.locale) if text else ""

    def text(self, field: Field, value: Any) -> str:
        """Return a JSON value as people read it."""
        if value is None:
            return ""
        if self.is_reference(field):
            return label_of(value)
        kind = self.types.of(field)
        parsed = value if isinstance(value, Mapping) else kind.parse(value, field, self.locale)
        return str(value) if isinstance(parsed, Reasons) else kind.to_text(parsed, field, self.locale, self.zone)

    def entry(self, field: Field, value: Any) -> str:
        """Return a JSON value as an input holds it: numbers plain, options by id, instants in the company's zone."""
        if value is None:
            return ""
        kind = self.types.of(field)
        if kind.widget in ("select", "checkbox") or (kind.align == "end" and isinstance(value, str | int)):
            return str(value).lower() if isinstance(value, bool) else _short(str(value), kind.widget)
        if kind.widget in ("file", "image"):
            return id_of(value)
        if kind.widget in ("evidence", "signature") and isinstance(value, Mapping):
            return str(value.get("note") or value.get("name") or "")
        return self.text(field, value)

    def evidence(self, kind: str) -> str:
        """Return what a kind of evidence is called; one of the site's own goes by its id."""
        key = _EVIDENCE.get(kind)
        return self.say(key) if key is not None else kind

    def typed(self, field: Field, parsed: Any) -> str:
        """Return a parsed Python value as an input holds it."""
        return self.entry(field, self.types.of(field).to_json(parsed, field))

    def is_reference(self, field: Field) -> bool:
        """Return whether the field names another record."""
        return self.types.of(field).widget in ("lookup", "any_lookup")

    def money(self, field: Field, text: str) -> str:
        """Return an amount with the sign of its currency, where the company has one currency for it."""
        code = field.currency or self.currency
        return f"{SIGNS.get(code, code)} {text}" if text else ""

    def moment(self, at: datetime, now: datetime) -> str:
        """Return an instant as one speaks of it: today and yesterday by name, this year without the year."""
        local, today = at.astimezone(self.zone), now.astimezone(self.zone)
        clock = local.strftime("%H:%M")
        if local.date() == today.date():
            return f"{self.say('today')} {clock}"
        if local.date() == today.date() - timedelta(days=1):
            return f"{self.say('yesterday')} {clock}"
        return local.strftime("%m-%d %H:%M" if local.year == today.year else "%Y-%m-%d %H:%M")

    def instant(self, at: datetime) -> str:
        """Return an instant in the company's zone, to the minute."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


def _short(number: str, widget: str) -> str:
    """A quantity without the noughts its field keeps; money keeps its decimals."""
    return number if widget == "money" or "." not in number else number.rstrip("0").rstrip(".")


def label_of(value: Any) -> str:
    """Return what a reference is called."""
    if not isinstance(value, Mapping):
        return str(value)
    return str(value.get("title") or value.get("key") or value.get("id") or "")


def id_of(value: Any) -> str:
    """Return the id of a reference, or nothing."""
    return str(value.get("id") or "") if isinstance(value, Mapping) else ""


def iso(at: datetime) -> str:
    """Return an instant for the `datetime` attribute of a `time` element."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
