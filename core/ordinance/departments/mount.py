"""Make a department's folder importable under a name of its site's own, without touching `sys.path`.

`ordinance.departments.<mount>.<id>` is a package whose only search path is the department's folder, so
`ordinance.departments.<mount>.<id>.hooks` imports by the ordinary machinery, relative imports inside work, and two
sites with departments of the same name live in one process.
Source: style.md §4.2.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

_ROOT = "ordinance.departments"


def mount_name(site: Path) -> str:
    """Return the name under which a site's departments are mounted; the same for the same folder."""
    return f"site_{sha256(str(site.resolve()).encode()).hexdigest()[:12]}"


def import_code(mount: str, id: str, folder: Path) -> ModuleType:
    """Return the module `hooks` of a department, imported at most once for each site.

    Raises:
        Exception: whatever the department's own code raises while it is imported.
    """
    _package(f"{_ROOT}.{mount}", None)
    _package(f"{_ROOT}.{mount}.{id}", folder)
    return import_module(f"{_ROOT}.{mount}.{id}.hooks")


def unmount(mount: str) -> None:
    """Forget the code of a site, so that the next load reads it anew."""
    prefix = f"{_ROOT}.{mount}"
    for name in [each for each in sys.modules if each == prefix or each.startswith(f"{prefix}.")]:
        del sys.modules[name]


def _package(name: str, folder: Path | None) -> None:
    path = [str(folder)] if folder else []
    known = sys.modules.get(name)
    if known is not None and list(known.__path__) == path:
        return
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = path
    sys.modules[name] = module_from_spec(spec)
