"""Find every installed department: the built-in ones, the site's own, its packs, and those of the package index.

Nothing is imported here: a department of a package is found through its metadata and its folder only.
Source: design.md §4, style.md §6.1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from ordinance.departments.department import MANIFEST, Department, as_list, builtin_plugins, place_in
from ordinance.problems import Place, Problem, Text, problem
from ordinance.yamlfile import read

ENTRY_POINTS = "ordinance.departments"

Source = Literal["builtin", "site", "pack", "package"]


@dataclass(frozen=True, slots=True)
class Found:
    """What is installed, by id, and what is wrong with it."""

    departments: dict[str, Department]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    folder: Path
    name: str
    source: Source


def find_departments(site: Path, builtin: Path | None = None, *, packages: bool = True) -> Found:
    """Return every department and pack that a site could use.

    Args:
        site: The company's folder.
        builtin: The folder of the built-in departments; None for the one that comes with this program.
        packages: Whether to look for departments of installed packages too.
    """
    problems: list[Problem] = []
    found: dict[str, Department] = {}
    builtin = builtin or builtin_plugins()
    candidates = [*_folders(builtin, builtin.parent, "builtin", problems)]
    own = site / "plugins"
    if own.resolve() != builtin.resolve():
        candidates += _folders(own, site, "site", problems)
    candidates += _folders(site / "config" / "packs", site, "pack", problems)
    if packages:
        candidates += _from_packages(problems)
    for candidate in candidates:
        department = _read(candidate, problems)
        if department is None:
            continue
        first = found.setdefault(department.id, department)
        if first is not department:
            related = ((first.place("id"), Text(zh="另一个在这里", en="the other one is here")),)
            problems.append(problem("department_twice", department.place("id"), related=related, id=department.id))
    return Found(found, tuple(problems))


def _folders(root: Path, base: Path, source: Source, problems: list[Problem]) -> list[_Candidate]:
    if not root.is_dir():
        return []
    candidates = []
    for folder in sorted(each for each in root.iterdir() if each.is_dir() and each.name[0] not in "._"):
        name = folder.relative_to(base).as_posix()
        if (folder / MANIFEST).is_file():
            candidates.append(_Candidate(folder, name, source))
        else:
            problems.append(problem("no_manifest", Place(name, 1, 1), folder=folder.name))
    return candidates


def _read(candidate: _Candidate, problems: list[Problem]) -> Department | None:
    file = f"{candidate.name}/{MANIFEST}"
    tree = read(candidate.folder / MANIFEST, file)
    problems += tree.problems
    if not tree.data:
        return None
    id = str(tree.data.get("id") or candidate.folder.name)
    if id != candidate.folder.name and candidate.source != "package":
        place = place_in(tree, "id")
        problems.append(problem("folder_name", place, folder=candidate.folder.name, id=id))
    requires = tuple(str(each) for each in as_list(tree.data.get("requires")))
    return Department(id, candidate.folder, candidate.name, candidate.source, tree, requires)


def _from_packages(problems: list[Problem]) -> Iterator[_Candidate]:
    if not any(map(_offers, sys.path)):
        return
    from importlib.metadata import entry_points

    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
        package = point.value.partition(":")[0]
        try:
            spec = find_spec(package)
        except ImportError:
            spec = None
        folders = list(spec.submodule_search_locations or ()) if spec else []
        if folders and (Path(folders[0]) / MANIFEST).is_file():
            yield _Candidate(Path(folders[0]), package, "package")
        else:
            problems.append(problem("package_without_folder", package=package, id=point.name))


def _offers(path: str) -> bool:
    """Return whether an installed package on a path offers departments, as far as its files tell.

    Looking into them is a small part of what importing `importlib.metadata` costs; an archive is left to that.
    """
    folder = Path(path)
    if not folder.is_dir():
        return folder.is_file()
    mark = f"[{ENTRY_POINTS}]".encode()
    return any(mark in each.read_bytes() for each in folder.glob("*-info/entry_points.txt"))
