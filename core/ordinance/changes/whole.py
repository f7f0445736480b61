"""Take things out of the company's files and write whole lists and maps, where one value does not say it.

Source: design.md §7 (web edits make a comment-preserving patch).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ordinance.blueprint import Blueprint, Entity, load
from ordinance.changes.editing import edited, home_of
from ordinance.yamlfile import parse, put, with_item, without_key


def written(files: Mapping[str, str], path: tuple[str, ...], value: Any) -> dict[str, str]:
    """Return the files with a text, a map or a list at a path, whatever stands there now.

    Args:
        files: The company's own files.
        path: Where in the merged configuration.
        value: A text, number or boolean, or a map or list of them.

    Raises:
        EditError: the change cannot be made by one cut into the text.
    """
    name, inside, text = home_of(files, path)
    return {**files, name: put(text, inside, value)}


def speaks_of(files: Mapping[str, str], path: tuple[str, ...]) -> bool:
    """Return whether the company's own files say anything at a path."""
    name, inside, text = home_of(files, path)
    data: Any = parse(text, name).data
    for part in inside:
        if not isinstance(data, Mapping) or part not in data:
            return False
        data = data[part]
    return True


def taken_out(files: Mapping[str, str], path: tuple[str, ...], site: Path | None = None) -> dict[str, str]:
    """Return the files without what they say at a path; what a department brings there is removed by name.

    Args:
        files: The company's own files.
        path: Where in the merged configuration.
        site: The company's folder, where a thing may come from a department as well: then it is looked at what is left.

    Raises:
        EditError: the change cannot be made by one cut into the text.
    """
    name, inside, text = home_of(files, path)
    made = {**files, name: without_key(text, inside)}
    if site is None or not _is_left(made, path, site):
        return made
    return edited(made, (*path, "remove"), value=True)


def _is_left(files: Mapping[str, str], path: tuple[str, ...], site: Path) -> bool:
    """Return whether something stands at a path without the company's word."""
    blueprint = load(site, files=dict(files)).blueprint
    return blueprint is not None and blueprint.origin(path) is not None


def listed(files: Mapping[str, str], path: tuple[str, ...], item: str) -> dict[str, str]:
    """Return the files with one name more in a list, or in a map, that stands at a path or begins there.

    Raises:
        EditError: the change cannot be made by one cut into the text.
    """
    name, inside, text = home_of(files, path)
    found: Any = parse(text, name).data
    for part in inside:
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, list):
        return {**files, name: with_item(text, inside, item)}
    return edited(files, (*path, item), {})


def without_field(files: Mapping[str, str], blueprint: Blueprint, entity: str, name: str, site: Path) -> dict[str, str]:
    """Return the files without a field, and without it in forms, lists and steps that name it.

    What else speaks of it, such as a condition, is left: the plan says so.

    Args:
        files: The company's own files.
        blueprint: What they make.
        entity: The kind of record.
        name: The field's id; `lines.id` for one of lines.
        site: The company's folder.

    Raises:
        EditError: the change cannot be made by one cut into the text.
        KeyError: there is no such field.
    """
    declared = blueprint.entities[entity]
    parts = name.split(".")
    if declared.at(tuple(parts)) is None:
        raise KeyError(name)
    made: dict[str, str] = dict(files)
    for path, named in _places(blueprint, declared):
        for each in named:
            if each.lstrip("-") == name:
                made = _dropped(made, path, each)
    route = [part for each in parts for part in ("fields", each)]
    return taken_out(made, ("entities", entity, *route), site)


def _places(blueprint: Blueprint, entity: Entity) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield every list of fields of an entity, with what it names."""
    for form, node in entity.forms.items():
        for id, section in (node.get("sections") or {}).items():
            yield ("entities", entity.id, "forms", form, "sections", id, "fields"), tuple(section.get("fields") or ())
    for id, node in entity.lists.items():
        for key in ("columns", "sort", "totals"):
            yield ("entities", entity.id, "lists", id, key), tuple(node.get(key) or ())
    for flow in blueprint.variants(entity.id):
        for step in flow.steps:
            for key, paths in (("asks", step.asks), ("offers", step.offers), ("needs", step.needs)):
                yield ("workflows", flow.id, "steps", step.id, key), tuple(".".join(path) for path in paths)


def _dropped(files: dict[str, str], path: tuple[str, ...], item: str) -> dict[str, str]:
    """Return the files without a name in a list; where a department put it there, it is removed by name."""
    name, inside, text = home_of(files, path)
    found: Any = parse(text, name).data
    for part in inside:
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, list):
        return written(files, path, [each for each in found if each != item])
    if isinstance(found, Mapping) and item in found:
        return taken_out(files, (*path, item))
    return edited(files, (*path, item, "remove"), value=True)
