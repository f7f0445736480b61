"""Stand-ins for what may not leave the company: the same stand-in for the same value, all through a recording."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ordinance.blueprint import Entity, Field
from ordinance.fields import Reasons, Types

_OTHERS = ("021-5550 {n:04}", "name{n}@company.example")
"""What stands in for a text that must look like something: a telephone, an address in the net."""


class Mask:
    """The stand-ins of one recording.

    Args:
        types: The field types, which say what a field takes.
        active: Whether anything is masked at all.
    """

    def __init__(self, types: Types, *, active: bool) -> None:
        self._types = types
        self._active = active
        self._known: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def person(self, name: str, role: str) -> str:
        """Return the name of an account."""
        return self._stand_in("account", name, f"{role}_{{n}}".format) if self._active else name

    def key(self, entity: Entity, value: str) -> str:
        """Return the key of a record."""
        pattern = f"{entity.id}-{{n}}"
        return self._stand_in(f"key {entity.id}", value, pattern.format) if self._active else value

    def words(self, text: str) -> str:
        """Return the words of a person, such as the reason he wrote."""
        return self._stand_in("words", text, "意见 {n}".format) if self._active and text else text

    def value(self, field: Field, value: Any) -> Any:
        """Return the value of a field: what people typed, and what is personal, is masked; choices and numbers stay."""
        if not self._active or value in (None, ""):
            return value
        if isinstance(value, Mapping):
            return {name: each if name == "kind" else "示例" for name, each in value.items()}
        if not isinstance(value, str) or field.options:
            return None if field.pii else value
        pattern = self._pattern(field)
        if pattern is not None:
            return self._stand_in("text", value, pattern.format, counted=pattern)
        return None if field.pii or field.pattern is not None else value

    def _pattern(self, field: Field) -> str | None:
        """Return what stand-ins for a field look like: whatever takes any words is words, a date is none of them."""
        label = (field.label.zh or field.id).replace("{", "").replace("}", "")
        wanted = (f"{label} {{n}}", "示例{n}", *_OTHERS)
        return next((each for each in wanted if self._takes(field, each.format(n=1000))), None)

    def _takes(self, field: Field, text: str) -> bool:
        return not isinstance(self._types.of(field).parse_text(text, field), Reasons)

    def _stand_in(self, kind: str, value: str, made: Callable[..., str], counted: str = "") -> str:
        if (kind, value) not in self._known:
            self._counts[counted or kind] = count = self._counts.get(counted or kind, 0) + 1
            self._known[kind, value] = made(n=count)
        return self._known[kind, value]
