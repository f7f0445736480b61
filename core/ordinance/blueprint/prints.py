"""Print formats of the merged tree, and the folders in which their templates lie.

Source: requirement F-06; layers of files as language.md §1 has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ordinance.blueprint.bench import Bench, made_words
from ordinance.blueprint.compiling import Compiler
from ordinance.blueprint.offers import department_of, is_of_documents
from ordinance.blueprint.values import Entity, PrintFormat
from ordinance.departments import Department
from ordinance.expressions import BOOLEAN
from ordinance.problems import Problem, problem

FOLDER = "print"
"""The folder of templates in a department, and in the company's `config/`."""


def build_prints(bench: Bench, compiler: Compiler, entities: Mapping[str, Entity]) -> dict[str, PrintFormat]:
    """Return the print formats by id; one whose entity there is not is left out, and told elsewhere.

    A department's format for documents is left out, with a note, where no process moves such records.
    """
    found = {}
    for id, node in bench.node("prints").items():
        of = node.text("of") or id
        if of not in entities or not node.flag("enabled", default=True):
            continue
        if department_of(node, "of") and is_of_documents([node.text("when") or ""], entities[of]):
            bench.report("print_left_out", node.path, entity=of)
            continue
        found[id] = PrintFormat(
            id=id,
            label=node.words("label") or made_words(id),
            of=of,
            file=node.text("file") or f"{id}.typ",
            when=compiler.expression(node.at("when"), compiler.record(of), BOOLEAN),
            by=node.at("by").names(),
            help=node.words("about"),
            place=bench.place((*node.path, "file")),
        )
    return found


def print_folders(site: Path, departments: Iterable[tuple[str, Path]]) -> tuple[tuple[str, Path], ...]:
    """Return the folders with templates, lowest layer first, each with the name by which its files are told.

    Args:
        site: The company's folder.
        departments: Name and folder of each department in use, lowest first.
    """
    named = [*departments, ("config", site / "config")]
    return tuple((f"{name}/{FOLDER}", folder / FOLDER) for name, folder in named)


def missing_templates(
    site: Path, departments: tuple[Department, ...], prints: Mapping[str, PrintFormat]
) -> list[Problem]:
    """Return a problem for each format whose template is in no folder."""
    folders = print_folders(site, ((each.name, each.folder) for each in departments))
    there = {path.name for _, folder in folders for path in folder.glob("*.typ")}
    return [problem("no_template", each.place, file=each.file) for each in prints.values() if each.file not in there]
