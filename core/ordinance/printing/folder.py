"""The templates of a site as one folder: those of its departments, lowest first, and the company's over them.

The folder is made of copies and named by what is in it. A template sees it and nothing else.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ordinance.blueprint import Blueprint, print_folders
from ordinance.problems import Place, Problem, problem

SUFFIXES = frozenset({".typ", ".svg", ".png", ".jpg", ".jpeg", ".json", ".csv", ".txt"})
"""What may lie in a folder of templates."""

_FILE_MAX = 4 * 1024 * 1024
_FETCHED = re.compile(r'(?:import|include)\s*"(@[^"]+)"')


@dataclass(frozen=True, slots=True)
class Folder:
    """The files by name, each with how it is called in problems, and where the copies are."""

    files: dict[str, bytes]
    names: dict[str, str]

    @property
    def digest(self) -> str:
        """What names the folder: any byte of any file changes it."""
        made = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            made.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        return made.hexdigest()[:24]

    def place(self, file: str, line: int, column: int) -> Place:
        """Return a place in a template as problems tell it."""
        return Place(self.names.get(file, file), line, column)

    def fetched(self) -> list[Problem]:
        """Return a problem for each package that a template would fetch from the network."""
        found = []
        for name, content in self.files.items():
            text = content.decode("utf-8", "replace") if name.endswith(".typ") else ""
            for match in _FETCHED.finditer(text):
                line = text.count("\n", 0, match.start(1)) + 1
                column = match.start(1) - text.rfind("\n", 0, match.start(1))
                found.append(problem("print_package", self.place(name, line, column), name=match[1]))
        return found

    def written(self) -> Path:
        """Return the folder with the copies; made if it is not there."""
        root = Path(tempfile.gettempdir()) / f"ordinance-print-{_user()}"
        root.mkdir(mode=0o700, exist_ok=True)
        if root.stat().st_uid != _user() or root.is_symlink():
            root = Path(tempfile.mkdtemp(prefix="ordinance-print-"))
        made = root / self.digest
        if made.is_dir():
            return made
        draft = Path(tempfile.mkdtemp(prefix=".", dir=root))
        for name, content in self.files.items():
            (draft / name).write_bytes(content)
        try:
            draft.rename(made)
        except OSError:
            # Another process was quicker; what it wrote is the same.
            for each in draft.iterdir():
                each.unlink()
            draft.rmdir()
        return made


def _user() -> int:
    import os

    return os.getuid()


def read_folder(site: Path, blueprint: Blueprint) -> Folder:
    """Return the templates of a site; of two files of one name that of the upper layer counts.

    Args:
        site: The company's folder.
        blueprint: The configuration, for its departments.
    """
    departments = ((each.name, each.folder) for each in blueprint.departments.values())
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for called, folder in print_folders(site, departments):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            plain = path.is_file() and not path.is_symlink() and path.suffix.lower() in SUFFIXES
            if plain and path.stat().st_size <= _FILE_MAX:
                files[path.name], names[path.name] = path.read_bytes(), f"{called}/{path.name}"
    return Folder(files, names)
