"""Which column of a file is which field: from a mapping file, or from the headings in either language."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ordinance.blueprint import Entity, Field
from ordinance.exchange.sheets import Sheet
from ordinance.problems import SiteError
from ordinance.validation import check_tree
from ordinance.yamlfile import read


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
    """Return the mapping that the headings give: a field by its id or by its label in either language."""
    own = _by_headings(entity.fields, sheet)
    below = {}
    for name, child in lines.items():
        inner = entity.fields[name].fields
        shared = (each for each in child.headings if each in sheet.headings and each not in inner)
        parent = next(shared, child.headings[0])
        below[name] = (parent, _by_headings(inner, child))
    return Mapping(fields=own, lines=below)


def _by_headings(fields: Any, sheet: Sheet) -> dict[str, Source]:
    names: dict[str, str] = {}
    for each in fields.values():
        if not each.fields and each.formula is None:
            for name in _names(each):
                names.setdefault(name, each.id)
    found: dict[str, Source] = {}
    for heading in sheet.headings:
        id = names.get(heading.strip().casefold())
        if id is not None:
            found.setdefault(id, Source(column=heading))
    return found


def _names(each: Field) -> tuple[str, ...]:
    return tuple(name.strip().casefold() for name in (each.id, each.label.zh, each.label.en) if name)
