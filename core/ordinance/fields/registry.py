"""The types there are: the built-in ones and those that departments add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ordinance.fields.choices import BooleanType, ChoiceType, MultiChoiceType
from ordinance.fields.face import Field, FieldType, Reasons, fault
from ordinance.fields.numbers import DecimalType, IntegerType, MoneyType, PercentType, QuantityType
from ordinance.fields.proofs import (
    ChecklistType,
    ConfirmationType,
    EvidenceType,
    FileType,
    ImageType,
    SignatureType,
)
from ordinance.fields.references import AnyRefType, LinesType, RefType, id_of
from ordinance.fields.texts import AddressType, EmailType, LongTextType, PhoneType, TextType
from ordinance.fields.times import DatetimeType, DateType, DurationType


class Types(Mapping[str, FieldType]):
    """Type name to field type. Immutable: adding a type gives another registry, so two sites never share one."""

    def __init__(self, types: Mapping[str, FieldType]) -> None:
        self._types = MappingProxyType(dict(types))

    def __getitem__(self, name: str) -> FieldType:
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def of(self, field: Field) -> FieldType:
        """Return the type of a field.

        Raises:
            KeyError: nobody registered a type of that name.
        """
        return self._types[field.type]

    def extended(self, types: Mapping[str, FieldType]) -> Types:
        """Return a registry with these types as well.

        Raises:
            ValueError: a name is taken; the types there are cannot be replaced.
        """
        taken = sorted(set(types) & set(self._types))
        if taken:
            raise ValueError(f"field types exist already: {', '.join(taken)}")
        return Types({**self._types, **types})


BUILT_IN = Types(
    {
        each.name: each
        for each in (
            TextType(),
            LongTextType(),
            IntegerType(),
            DecimalType(),
            QuantityType(),
            MoneyType(),
            PercentType(),
            DateType(),
            DatetimeType(),
            DurationType(),
            BooleanType(),
            ChoiceType(),
            MultiChoiceType(),
            RefType(),
            AnyRefType(),
            LinesType(),
            FileType(),
            ImageType(),
            EmailType(),
            PhoneType(),
            AddressType(),
            EvidenceType(),
            ConfirmationType(),
            ChecklistType(),
            SignatureType(),
        )
    }
)
"""The types every site has."""


def parse_values(
    types: Types,
    fields: Mapping[str, Field],
    values: Mapping[str, Any],
    locale: str = "zh",
    known: frozenset[str] = frozenset(),
) -> tuple[dict[str, Any], Reasons]:
    """Return the Python values of what was sent for a record, and every fault at once.

    Lines are parsed with their own fields and keep the `id` they came with. Whether a field is required is for the act.

    Args:
        types: The types of the site.
        fields: The fields of the entity, or of its lines.
        values: JSON values by field id.
        locale: Language of the caller.
        known: Names that are no fields and are passed over (`version`).

    Returns:
        The values that parsed, by field id, and the faults, each with a JSON pointer into `values`.
    """
    parsed: dict[str, Any] = {}
    faults: list[Reasons] = []
    for name, value in values.items():
        field = fields.get(name)
        if field is None:
            if name not in known:
                faults.append(fault("unknown_field", name=name[:64]).below(_pointer(name)))
            continue
        result = types.of(field).parse(value, field, locale)
        if not isinstance(result, Reasons) and field.fields:
            result, below = _parse_lines(types, field, result, locale)
            faults.append(below.below(name))
        if isinstance(result, Reasons):
            faults.append(result.below(name))
        else:
            parsed[name] = result
    return parsed, Reasons(each for group in faults for each in group)


def _parse_lines(
    types: Types, field: Field, lines: list[dict[str, Any]], locale: str
) -> tuple[list[dict[str, Any]], Reasons]:
    parsed: list[dict[str, Any]] = []
    faults: list[Reasons] = []
    for position, line in enumerate(lines):
        values, below = parse_values(types, field.fields, line, locale, _LINE_KEYS - field.fields.keys())
        if line.get("id") is not None:
            values["id"] = id_of(line["id"])
        parsed.append(values)
        faults.append(below.below(position))
    return parsed, Reasons(each for group in faults for each in group)


_LINE_KEYS = frozenset({"id", "position"})


def _pointer(name: str) -> str:
    return name[:64].replace("~", "~0").replace("/", "~1")
