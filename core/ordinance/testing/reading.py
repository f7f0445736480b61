"""Find the scenarios of a site and of its departments, and read them with their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ordinance.departments import Department
from ordinance.problems import Place, Problem
from ordinance.shapes import kind_of
from ordinance.validation import check_tree
from ordinance.yamlfile import read


@dataclass(frozen=True, slots=True)
class Scenario:
    """Acts in order, as written, each with its place."""

    name: str
    acts: tuple[tuple[Mapping[str, Any], Place], ...]

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.acts[0][1]


def read_scenarios(
    site: Path, paths: Sequence[Path] = (), *, departments: Iterable[Department] = ()
) -> tuple[tuple[Scenario, ...], tuple[Problem, ...]]:
    """Return the scenarios of a site and what is wrong with their files.

    Args:
        site: The company's folder; its own departments and packs are in it.
        paths: Files, and folders with files of scenarios, to read instead.
        departments: Departments that lie elsewhere, whose scenarios are read too.
    """
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    found = _named(paths, site) if paths else _files(site, departments)
    for path, name in {path.resolve(): name for path, name in found}.items():
        tree = read(path, name)
        faults = [*tree.problems, *check_tree(tree, "scenarios")]
        problems += faults
        if not faults and isinstance(tree.data, dict):
            scenarios += _in_file(tree.data, tree.places)
    return tuple(scenarios), tuple(problems)


def _files(site: Path, departments: Iterable[Department]) -> Iterator[tuple[Path, str]]:
    for pattern in (
        "config/scenarios/*.yaml", "plugins/*/scenarios/*.yaml", "plugins/*/scenarios.yaml",
        "config/packs/*/scenarios/*.yaml", "config/packs/*/scenarios.yaml",
    ):  # fmt: skip
        yield from _named(sorted(site.glob(pattern)), site)
    for each in departments:
        for path in sorted((*each.folder.glob("scenarios/*.yaml"), *each.folder.glob("scenarios.yaml"))):
            yield path, f"{each.name}/{path.relative_to(each.folder).as_posix()}"


def _named(paths: Iterable[Path], site: Path) -> Iterator[tuple[Path, str]]:
    """Yield files with the names they go by: relative to the site where they lie in it."""
    for path in paths:
        found = (each for each in sorted(path.rglob("*.yaml")) if kind_of(each) == "scenarios")
        inside = [each for each in found if not is_elsewhere(each, path)]
        for each in inside if path.is_dir() else [path]:
            real, root = each.resolve(), site.resolve()
            yield each, real.relative_to(root).as_posix() if real.is_relative_to(root) else each.as_posix()


def is_site(folder: Path) -> bool:
    """Return whether a folder is a company's."""
    return (folder / "config" / "company.yaml").is_file() or (folder / "workflows.yaml").is_file()


def is_elsewhere(file: Path, root: Path) -> bool:
    """Return whether a file below a folder belongs to a company of its own that lies in between."""
    between = [each for each in file.parents if each != root and each.is_relative_to(root)]
    return any(is_site(each) for each in between if each.parent.name == "scenarios")


def _in_file(data: Mapping[str, Any], places: Mapping[tuple[Any, ...], Place]) -> Iterator[Scenario]:
    for name, acts in data.items():
        if name == "schema" or not acts:
            continue
        items = acts.get("acts", acts) if isinstance(acts, dict) else acts
        keys = list(items) if isinstance(items, dict) else range(len(items))
        bodies = items.values() if isinstance(items, dict) else items
        places_of = [_place(places, name, key) for key in keys]
        yield Scenario(name, tuple(zip(bodies, places_of, strict=True)))


def _place(places: Mapping[tuple[Any, ...], Place], name: str, key: Any) -> Place:
    tries = ((name, key), (name, str(key)), (name, "acts", key), (name,))
    return next(places[each] for each in tries if each in places)
