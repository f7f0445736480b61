"""Find the scenarios of a site and of its departments, and read them with their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ordinance.problems import Place, Problem
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


def read_scenarios(site: Path) -> tuple[tuple[Scenario, ...], tuple[Problem, ...]]:
    """Return the scenarios of a site, those of its departments included, and what is wrong with the files."""
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for path in _files(site):
        tree = read(path, path.relative_to(site).as_posix())
        faults = [*tree.problems, *check_tree(tree, "scenarios")]
        problems += faults
        if not faults and isinstance(tree.data, dict):
            scenarios += _in_file(tree.data, tree.places)
    return tuple(scenarios), tuple(problems)


def _files(site: Path) -> Iterator[Path]:
    for pattern in ("config/scenarios/*.yaml", "plugins/*/scenarios/*.yaml", "config/packs/*/scenarios/*.yaml"):
        yield from sorted(site.glob(pattern))
    yield from sorted(site.glob("config/packs/*/scenarios.yaml"))


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
