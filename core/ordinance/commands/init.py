"""`ordinance init`: make a folder that is a site: the default company's process, ready to be changed."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

_WRONG_USAGE = 2
_PARTS = ("workflows.yaml", "roles.yaml", "config")


def add_parser(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = sub.add_parser("init", help=__doc__, description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder; it must be empty or not be there")


def run(arguments: argparse.Namespace) -> int:
    """Make the site; return 2 if something is in the folder already."""
    folder: Path = arguments.folder
    if folder.exists() and any(folder.iterdir()):
        sys.stderr.write(f"{folder} is not empty; name a new folder\n")
        return _WRONG_USAGE
    folder.mkdir(parents=True, exist_ok=True)
    source = default_site()
    for name in _PARTS:
        part = source / name
        if part.is_dir():
            shutil.copytree(part, folder / name)
        else:
            shutil.copyfile(part, folder / name)
    (folder / ".gitignore").write_text("var/\n", "utf-8")
    sys.stdout.write(
        f"{folder} is a site. Next:\n  ordinance check --site {folder}\n  ordinance demo --site {folder}\n"
        f"  ordinance serve --site {folder}\n"
    )
    return 0


def default_site() -> Path:
    """Return the folder of the default company: packed with the program, or the repository itself."""
    packed = Path(__file__).parent.parent / "builtin" / "site"
    return packed if packed.is_dir() else Path(__file__).parent.parent.parent.parent
