"""A department or a pack as found on disk: its folder, its manifest, what it requires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ordinance.problems import Place
from ordinance.yamlfile import Tree

MANIFEST = "plugin.yaml"
CODE = "hooks.py"
_OF_CODE = ("actions", "checks", "values", "functions", "field_types")


@dataclass(frozen=True, slots=True)
class Department:
    """A folder with a `plugin.yaml`. `name` is how its files are called in places; a pack is one without code."""

    id: str
    folder: Path
    name: str
    source: Literal["builtin", "site", "pack", "package"]
    manifest: Tree
    requires: tuple[str, ...] = ()
    enabled: bool = True

    @property
    def has_code(self) -> bool:
        """Return whether it has a `hooks.py`."""
        return (self.folder / CODE).is_file()

    @property
    def is_pack(self) -> bool:
        """Return whether it is YAML alone: it has no code and declares nothing that would need any."""
        return not self.has_code and not any(self.declared(section) for section in _OF_CODE)

    @property
    def is_catalogue_alone(self) -> bool:
        """Return whether it is built in and only says what it will do: it stays off until somebody switches it on."""
        return self.source == "builtin" and not self.has_code and not self.is_pack

    def place(self, *path: str) -> Place:
        """Return where a value of the manifest stands; the top of the file if it is not there."""
        return place_in(self.manifest, *path)

    def declared(self, section: str) -> dict[str, Any]:
        """Return what the manifest declares under `actions`, `checks`, …, by id with the department in front."""
        found = self.manifest.data.get(section) if isinstance(self.manifest.data, dict) else None
        items: dict[str, Any] = found if isinstance(found, dict) else {str(key): {} for key in as_list(found)}
        return {f"{qualified(self.id, key)}": value for key, value in items.items()}


def qualified(department: str, id: str) -> str:
    """Return an id with its department in front: `reserve` of inventory is `inventory.reserve`."""
    return id if "." in id else f"{department}.{id}"


def as_list(value: Any) -> Sequence[Any]:
    """Return a list as it is, the keys of a map, nothing for nothing, and one value as a list of one."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return list(value)
    return [] if value is None else [value]


def place_in(tree: Tree, *path: str) -> Place:
    """Return where a path stands in a tree, an item of a list by its name; its nearest parent if it is not there."""
    found: list[str | int] = []
    data: Any = tree.data
    for part in path:
        if isinstance(data, list) and part in data:
            found.append(data.index(part))
            data = None
        else:
            found.append(part)
            data = data.get(part) if isinstance(data, dict) else None
    return tree.place(tuple(found))


def builtin_plugins() -> Path:
    """Return the folder of the built-in departments: inside the wheel, or beside `core/` in a checkout."""
    package = Path(__file__).resolve().parent.parent
    carried = package / "builtin" / "plugins"
    return carried if carried.is_dir() else package.parent.parent / "plugins"
