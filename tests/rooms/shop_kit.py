"""A small site to be broken: a copy of `tests/sites/shop` with one thing changed."""

import shutil
from pathlib import Path

from ordinance.blueprint import Loaded, load
from ordinance.problems import Problem

SHOP = Path(__file__).parents[1] / "sites" / "shop"
NONE = Path(__file__).parents[1] / "sites" / "no_departments"
"""Where no built-in departments are, so that a shop has only its own."""


class Shop:
    """One copy of the shop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "shop"
        shutil.copytree(SHOP, self.folder, ignore=shutil.ignore_patterns("__pycache__"))

    def change(self, file: str, old: str, new: str) -> "Shop":
        """Change a text that a file has."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def write(self, file: str, text: str) -> "Shop":
        """Write a whole file."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return self

    def load(self, **toggles: object) -> Loaded:
        """Load the shop; a toggle is written `order__review=False`."""
        named = {name.replace("__", "."): value for name, value in toggles.items()}
        return load(self.folder, toggles=named, builtin=NONE)


def told(loaded: Loaded, *, notes: bool = False) -> list[str]:
    """Return the codes of what is wrong, notes only if they are asked for."""
    return [each.code for each in loaded.problems if notes or each.severity != "note"]


def only(loaded: Loaded, code: str) -> Problem:
    """Return the one problem of a code."""
    found = [each for each in loaded.problems if each.code == code]
    assert len(found) == 1, loaded.problems
    return found[0]
