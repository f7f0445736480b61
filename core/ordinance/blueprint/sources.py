"""Read the files of a site: those of its departments, lowest first, then the company's own.

Which file says what follows from its name; a file in a place of ours with another name is pointed out.
Source: language.md §1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ordinance.departments import Chosen, Department, choose, find_departments
from ordinance.problems import Place, Problem, SiteError, did_you_mean, problem
from ordinance.shapes import KINDS, kind_of
from ordinance.validation import check_tree
from ordinance.yamlfile import Tree, parse, read

APART = frozenset({"scenarios", "mapping", "plugin"})
"""Kinds of files that are no part of the merged tree by themselves: told stories, import mappings, the manifest."""

_TOP = frozenset({"workflows", "roles"})
_COMPANY = "config/company.yaml"
_DEEPEST = 3
"""Parts of the longest name: `config/data/unit.yaml`."""


@dataclass(slots=True)
class Files:
    """The files of one layer: of a department, or of the company (`department` None)."""

    department: Department | None
    trees: list[tuple[str, Tree]] = field(default_factory=list)


@dataclass(slots=True)
class Sources:
    """Everything read: the layers, lowest first, the departments in use, and what is wrong with the files alone."""

    layers: list[Files] = field(default_factory=list)
    departments: tuple[Department, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def texts(self) -> dict[str, str]:
        """Return the text of every file read, by name."""
        return {tree.name: tree.text for layer in self.layers for _, tree in layer.trees}


def read_site(site: Path, builtin: Path | None = None, own: Mapping[str, str] | None = None) -> Sources:
    """Return the files of a site, checked one by one; see `load`."""
    sources = Sources()
    company = (
        read(site / "config" / "company.yaml", _COMPANY) if own is None else parse(own.get(_COMPANY, ""), _COMPANY)
    )
    chosen = using(site, company.data, builtin, company.key_place)
    sources.departments = chosen.departments
    sources.problems += chosen.problems
    for department in chosen.departments:
        layer = Files(department, [("plugin", department.manifest)])
        layer.trees += _read_folder(department.folder, department.name, sources.problems, skip=frozenset({"plugin"}))
        sources.layers.append(layer)
    sources.layers.append(
        _company(site, company, sources.problems) if own is None else _given(own, company)
    )
    for layer in sources.layers:
        for kind, tree in layer.trees:
            if kind != "plugin":
                sources.problems += tree.problems
            sources.problems += check_tree(tree, kind)
    return sources


def using(
    site: Path,
    company: Mapping[str, Any],
    builtin: Path | None = None,
    place: Callable[[tuple[str | int, ...]], Place | None] = lambda _path: None,
) -> Chosen:
    """Return the departments a company uses, with what is wrong with them or with its choice.

    Args:
        site: The company's folder.
        company: What its `company.yaml` says, as typed or in canonical form.
        builtin: As for `load`.
        place: Where a path of that file stands.
    """
    found = find_departments(site, builtin)
    packs = company.get("packs")
    listed = {}
    for index, name in enumerate(packs if isinstance(packs, list | dict) else ()):
        listed[str(name)] = place(("packs", name if isinstance(packs, dict) else index))
    switches: dict[str, tuple[bool, Place | None]] = {}
    departments = company.get("departments")
    for index, name in enumerate(departments if isinstance(departments, list | dict) else ()):
        body = departments[name] if isinstance(departments, dict) else None
        is_on = not (isinstance(body, dict) and body.get("enabled") == "false")
        switches[str(name)] = (is_on, place(("departments", index if body is None else name)))
    chosen = choose(found.departments, listed, switches)
    return Chosen(chosen.departments, (*found.problems, *chosen.problems))


def _company(site: Path, company: Tree, problems: list[Problem]) -> Files:
    layer = Files(None)
    if company.text:
        layer.trees.append(("company", company))
    for name in sorted(_TOP):
        if (site / f"{name}.yaml").is_file():
            layer.trees.append((name, read(site / f"{name}.yaml", f"{name}.yaml")))
    skip = frozenset({"company", "plugin"})
    layer.trees += _read_folder(site / "config", "config", problems, skip=skip)
    return layer


def _given(own: Mapping[str, str], company: Tree) -> Files:
    """Return the company's layer from texts by name, in the order in which the files of a folder are read."""
    layer = Files(None, [("company", company)] if company.text else [])
    for name in sorted(own, key=_reading_order):
        kind = own_kind(name)
        if kind is not None and kind != "company":
            layer.trees.append((kind, parse(own[name], name)))
    return layer


def _reading_order(name: str) -> tuple[bool, tuple[str, ...]]:
    parts = PurePosixPath(name).parts
    return len(parts) > 1, parts


def own_kind(name: str) -> str | None:
    """Return which kind of file of the company itself a name is (`config/data/unit.yaml`: `data`); None for no such."""
    pure = PurePosixPath(name)
    if len(pure.parts) == 1:
        return pure.stem if pure.suffix == ".yaml" and pure.stem in _TOP else None
    if pure.parts[0] != "config" or pure.parts[1] == "packs" or len(pure.parts) > _DEEPEST:
        return None
    kind = kind_of(pure.relative_to("config"))
    return None if kind == "plugin" else kind


def own_files(site: Path) -> dict[str, str]:
    """Return the text of each file of the company itself by its name, to the byte.

    Raises:
        SiteError: one is not UTF-8.
    """
    found: dict[str, str] = {}
    for path in sorted([*site.glob("*.yaml"), *site.glob("config/*.yaml"), *site.glob("config/*/*.yaml")]):
        name = path.relative_to(site).as_posix()
        if own_kind(name) is None:
            continue
        raw = path.read_bytes()
        try:
            found[name] = raw.decode()
        except UnicodeDecodeError:
            raise SiteError(parse(raw, name).problems) from None
    return found


def _read_folder(folder: Path, name: str, problems: list[Problem], skip: frozenset[str]) -> Iterator[tuple[str, Tree]]:
    """Yield the files of a folder and of the folders of ours in it."""
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml"), *folder.glob("*/*.yaml")]):
        inside = path.relative_to(folder)
        if inside.parts[0] == "packs":
            continue
        kind = kind_of(inside)
        if kind is None and len(inside.parts) == 1:
            remedy = did_you_mean(path.name, [f"{each}.yaml" for each in KINDS if each not in ("data", "mapping")])
            problems.append(
                problem("unknown_file", Place(f"{name}/{inside.as_posix()}", 1, 1), name=path.name, remedy=remedy)
            )
        elif kind is not None and kind not in skip:
            yield kind, read(path, f"{name}/{inside.as_posix()}")
