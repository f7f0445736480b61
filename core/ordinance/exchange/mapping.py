"""Which column of a file is which field: from a mapping file, or from the headings in either language."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ordinance.blueprint import Entity, Field
from ordinance.exchange.sheets import Sheet
from ordinance.problems import SiteError, Text, reason
from ordinance.validation import check_tree
from ordinance.yamlfile import read

IDENTITIES = ("number", "id")
"""Names beside the fields by which a record that was exported is found again."""

MARK = "*"
"""Stands behind the heading of a column that must be filled in, in a template."""

_SAID = frozenset({*IDENTITIES, "status", "version", "created_at"})
"""Columns of an export that only tell something."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A column that is no field: which file, its heading, that in words, and which field may have been meant."""

    file: str
    column: str
    message: Text
    remedy: Text | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the value of a field comes from.

    Attributes:
        column: Heading of the column; empty for a fixed value.
        value: The same text in every row.
        by: The field by which a reference is looked up, if not its key.
        options: What a text in the file stands for.
        dates: How dates are written, as `strptime` has it.
        multiply: What the number is multiplied by.
        default: The text an empty cell stands for.
    """

    column: str = ""
    value: str | None = None
    by: str = ""
    options: dict[str, str] = field(default_factory=dict)
    dates: str = ""
    multiply: str = ""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a file becomes records.

    `lines` gives, for each field of lines, the column that names the parent, and where its own fields come from.
    `ignored` has the columns that the headings could not place; a mapping file leaves out what it leaves out.
    """

    fields: dict[str, Source] = field(default_factory=dict)
    lines: dict[str, tuple[str, dict[str, Source]]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    workflow: str = ""
    empty: frozenset[str] = frozenset()
    dates: str = ""
    decimal: str = "."
    separator: str | None = None
    encoding: str = "utf-8"
    ignored: tuple[Ignored, ...] = ()


def read_mapping(path: Path) -> Mapping:
    """Return the mapping in a file.

    Raises:
        SiteError: with every problem of the file.
    """
    tree = read(path, path.name)
    problems = (*tree.problems, *check_tree(tree, "mapping"))
    if any(each.severity == "error" for each in problems):
        raise SiteError(problems)
    data: dict[str, Any] = tree.data
    lines = {
        name: (str(each.get("parent") or ""), _sources(each.get("fields") or {}))
        for name, each in (data.get("lines") or {}).items()
    }
    return Mapping(
        fields=_sources(data.get("fields") or {}),
        lines=lines,
        key=tuple(data.get("key") or ()),
        workflow=data.get("workflow") or "",
        empty=frozenset(data.get("empty") or ()),
        dates=data.get("dates") or "",
        decimal=data.get("decimal") or ".",
        separator=data.get("separator"),
        encoding=data.get("encoding") or "utf-8",
    )


def _sources(fields: dict[str, Any]) -> dict[str, Source]:
    return {name: _source(each) for name, each in fields.items()}


def _source(written: Any) -> Source:
    if isinstance(written, str):
        return Source(column=written)
    known = {name: value for name, value in (written or {}).items() if name in Source.__slots__}
    return Source(**known)


def mapping_by_headings(entity: Entity, sheet: Sheet, lines: dict[str, Sheet]) -> Mapping:
    """Return the mapping that the headings give: a field by its id or by its label in either language.

    Columns that an export has only to be read (formulas, the status) are passed over; others nobody knows are told.
    """
    own, ignored = _by_headings(entity.fields, sheet, IDENTITIES)
    below = {}
    for name, child in lines.items():
        parent = parent_column(entity, name, sheet, child)
        inner, more = _by_headings(entity.fields[name].fields, child, parent=parent)
        below[name] = (parent, inner)
        ignored += more
    return Mapping(fields=own, lines=below, ignored=tuple(ignored))


def completed(mapping: Mapping, entity: Entity, sheet: Sheet, lines: dict[str, Sheet]) -> Mapping:
    """Return a mapping with what its headings give for files of lines that it says nothing about."""
    missing = {name: child for name, child in lines.items() if name not in mapping.lines}
    if not missing:
        return mapping
    below = {
        name: (parent_column(entity, name, sheet, child), _by_headings(entity.fields[name].fields, child)[0])
        for name, child in missing.items()
    }
    return replace(mapping, lines={**mapping.lines, **below})


def parent_column(entity: Entity, field: str, sheet: Sheet, child: Sheet) -> str:
    """Return the column of a file of lines that names the record they belong to: one that both files have."""
    inner = entity.fields[field].fields
    shared = (each for each in child.headings if each and each in sheet.headings and each not in inner)
    return next(shared, child.headings[0])


def keys_of(entity: Entity, mapping: Mapping) -> tuple[tuple[str, ...], ...]:
    """Return by which fields a record is found again; the first of them that a row has filled in counts.

    An entity without a key, as documents are, is known by a unique field, its number or its id, whatever the file has.
    """
    if mapping.key or entity.key:
        return (mapping.key or (entity.key or "",),)
    unique = (each.id for each in entity.fields.values() if each.unique)
    return tuple((name,) for name in (*unique, *IDENTITIES) if name in mapping.fields)


def _by_headings(
    fields: Any, sheet: Sheet, identities: Collection[str] = (), parent: str = ""
) -> tuple[dict[str, Source], list[Ignored]]:
    """Return where the fields come from, and the columns that nobody knows."""
    names: dict[str, str] = {}
    for each in fields.values():
        for name in _names(each):
            names.setdefault(name, each.id)
    found: dict[str, Source] = {}
    ignored: list[Ignored] = []
    for heading in sheet.headings:
        known = heading.strip().rstrip(MARK).rstrip().casefold()
        id = names.get(known, known if known in identities else "")
        if id and id not in found:
            if id not in fields or is_given(fields[id]):
                found[id] = Source(column=heading)
        elif heading and heading != parent and (id or known not in _SAID):
            close = get_close_matches(known, list(names), n=1)
            said = reason("unknown_heading", None, column=heading, close=names[close[0]] if close else "")
            ignored.append(Ignored(sheet.name, heading, said.message, said.remedy if close else None))
    return found, ignored


def is_given(field: Field) -> bool:
    """Return whether a field is ever filled in by somebody, so that a file may have a column for it."""
    fixed = field.readonly_when is not None and field.readonly_when.source.strip() == "true"
    return field.formula is None and not field.fields and not fixed


def _names(each: Field) -> tuple[str, ...]:
    return tuple(name.strip().casefold() for name in (each.id, each.label.zh, each.label.en) if name)
