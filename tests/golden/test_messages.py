"""Pairs of files: what somebody wrote, and every word that is said about it.

A folder of `err/` is a small site: files on top are the company's, each folder in it is a department or pack. Run with
`ORDINANCE_GOLDEN=update` to write `expected.txt` anew, then read the difference.
"""

import os
from pathlib import Path

import pytest

from ordinance.blueprint.layers import Layer, Part, merge
from ordinance.problems import render_text
from ordinance.shapes import kind_of
from ordinance.validation import check_tree
from ordinance.yamlfile import read

CASES = sorted(path for path in (Path(__file__).parent / "err").iterdir() if path.is_dir())
FOLDERS = ("data", "scenarios")


def parts(folder: Path, root: Path) -> list[Part]:
    files = sorted([*folder.glob("*.yaml"), *(file for name in FOLDERS for file in folder.glob(f"{name}/*.yaml"))])
    return [Part(kind_of(file) or "", read(file, str(file.relative_to(root))), file.stem) for file in files]


def layers(root: Path) -> list[Layer]:
    found = []
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and path.name not in FOLDERS):
        files = parts(folder, root)
        needs = next((part.tree.data.get("requires", []) for part in files if part.kind == "plugin"), [])
        found.append(Layer(folder.name, 1, files, over=frozenset(needs)))
    found.sort(key=lambda layer: len(layer.over))
    return [*found, Layer("company", 2, parts(root, root), is_company=True)]


def problems(root: Path):
    site = layers(root)
    sources = {part.tree.name: part.tree.text for layer in site for part in layer.trees}
    found = [
        each
        for layer in site
        for part in layer.trees
        for each in (*part.tree.problems, *check_tree(part.tree, part.kind))
    ]
    return [*found, *merge(site).problems], sources


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_what_is_said_about_a_mistake(case):
    found, sources = problems(case)
    said = render_text(found, sources, "en") + "\n----\n\n" + render_text(found, sources, "zh")
    expected = case / "expected.txt"
    if os.environ.get("ORDINANCE_GOLDEN") == "update":
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_every_mistake_is_told_with_its_place(case):
    found, _ = problems(case)
    assert found
    assert all(each.place for each in found)
