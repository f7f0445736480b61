"""Read a site, merge its layers, build everything, cross-check it, freeze it.

What is wrong is told all at once; a later part is only left undone where it would have to guess.
Source: design.md §2, engine.md §6.1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ordinance.blueprint.assemble import assemble
from ordinance.blueprint.bench import Bench
from ordinance.blueprint.layers import Layer, Merged, Part, merge, toggles_layer
from ordinance.blueprint.prints import missing_templates
from ordinance.blueprint.sources import Sources, read_site, using
from ordinance.blueprint.values import Blueprint
from ordinance.departments import Department
from ordinance.problems import Problem

Trace = Callable[[str], None]

_OF_DEPARTMENTS, _OF_COMPANY, _OF_TRIALS = 1, 2, 3
"""Ranks of layers. Departments and packs are of equal rank: one lies over another only if it requires it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a load: the blueprint, unless something is wrong, and every problem, warning and note.

    `sources` are the texts of the files read, by name; `merged` is the tree with its origins.
    """

    blueprint: Blueprint | None
    problems: tuple[Problem, ...]
    departments: tuple[Department, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    merged: Merged | None = None


def load(
    site: Path,
    *,
    toggles: Mapping[str, object] | None = None,
    files: Mapping[str, str] | None = None,
    builtin: Path | None = None,
    trace: Trace = lambda _part: None,
) -> Loaded:
    """Return the blueprint of a site, or the problems that keep it from being one.

    Args:
        site: The company's folder.
        toggles: Steps to switch before anything is checked, `workflow.step` to true, false or an expression.
        files: The texts of the company's own files by name, as `own_files` gives them, instead of those in the folder.
        builtin: The folder of the built-in departments; None for those that come with the program.
        trace: Called with the name of each part when it is over.
    """
    sources = read_site(site, builtin, files)
    trace("files")
    if has_errors(sources.problems):
        return Loaded(None, in_order(sources.problems), sources.departments, sources.texts)
    merged = merge(_layers(sources, toggles))
    trace("layers")
    bench = Bench(merged.tree, merged.origin)
    bench.problems += [*sources.problems, *merged.problems]
    text = canonical(merged.tree)
    blueprint = assemble(bench, sources.departments, revision_of(text), text, trace)
    bench.problems += missing_templates(site, sources.departments, blueprint.prints)
    trace("cross-checks")
    problems = in_order(bench.problems)
    finished = None if has_errors(problems) else replace(blueprint, problems=problems)
    return Loaded(finished, problems, sources.departments, sources.texts, merged)


def restore(site: Path, text: str, *, builtin: Path | None = None) -> Loaded:
    """Return the blueprint of a canonical text, such as that of a revision, with the departments as they are installed.

    Args:
        site: The company's folder, for its departments; its files are not read.
        text: The `text` of a blueprint.
        builtin: As for `load`.
    """
    tree = json.loads(text)
    chosen = using(site, tree.get("company") or {}, builtin)
    bench = Bench(tree, lambda _path: None)
    bench.problems += chosen.problems
    blueprint = assemble(bench, chosen.departments, revision_of(text), text, lambda _part: None)
    bench.problems += missing_templates(site, chosen.departments, blueprint.prints)
    problems = in_order(bench.problems)
    finished = None if has_errors(problems) else replace(blueprint, problems=problems)
    return Loaded(finished, problems, chosen.departments)


def _layers(sources: Sources, toggles: Mapping[str, object] | None) -> list[Layer]:
    """Return the layers, lowest first: departments and packs, the company, the toggles that are tried out."""
    below = _required(sources.departments)
    layers = []
    for files in sources.layers:
        parts = [Part(kind, tree, Path(tree.name).stem if kind == "data" else "") for kind, tree in files.trees]
        if files.department is not None:
            id = files.department.id
            layers.append(Layer(id, _OF_DEPARTMENTS, parts, over=below[id]))
        else:
            layers.append(Layer("company", _OF_COMPANY, parts, is_company=True))
    return [*layers, toggles_layer(toggles, _OF_TRIALS)] if toggles else layers


def _required(departments: tuple[Department, ...]) -> dict[str, frozenset[str]]:
    """Return what each department requires, directly or not; they come in the order of that."""
    found: dict[str, frozenset[str]] = {}
    for each in departments:
        direct = frozenset(each.requires)
        found[each.id] = direct.union(*(found.get(name, frozenset()) for name in direct))
    return found


def canonical(tree: Mapping[str, Any]) -> str:
    """Return the canonical text of a merged tree: JSON, in the order of the tree, for order means something here."""
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def revision_of(text: str) -> str:
    """Return the name of a revision: the hash of its canonical text."""
    return sha256(text.encode()).hexdigest()


def has_errors(problems: list[Problem] | tuple[Problem, ...]) -> bool:
    """Return whether something is wrong, beyond warnings and notes."""
    return any(each.severity == "error" for each in problems)


def in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Return the problems by file and line, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda each: each.order))
