"""Where the fonts are: a package that carries them, else those of the system.

Fonts of the machine are never mixed in: the same paper looks the same everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

VARIABLE = "ORDINANCE_FONTS"
"""Names folders of fonts to use before all others."""

FAMILIES = ("Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK SC", "Source Han Sans CN")
"""Families with Chinese characters, the one that is taken first."""

_PACKAGE = "pylopdf_fonts_zh_cn"
_SYSTEM = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk", "/usr/share/fonts/google-noto-cjk")


def find_fonts(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Return the folders of fonts; none if there is nothing on this machine that has Chinese characters.

    Args:
        environment: Where `ORDINANCE_FONTS` may name folders.
    """
    named = tuple(Path(each) for each in environment.get(VARIABLE, "").split(os.pathsep) if each)
    if named:
        return tuple(each for each in named if each.is_dir())
    spec = find_spec(_PACKAGE)
    if spec is not None and spec.origin is not None:
        return (Path(spec.origin).parent,)
    return tuple(Path(each) for each in _SYSTEM if Path(each).is_dir())[:1]
